"""PostgreSQL, through Arrow's driver: one table, keyed by `action_id`, that holds of each date what was listed last."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import polars as pl

from strategy_engine.catalog.sinks import TableSink
from strategy_engine.delivery.findings import SinkError
from strategy_engine.delivery.sinks.handover import Handover, chosen
from strategy_engine.delivery.spreadsheets import PackageAbsentError
from strategy_engine.language.types import Kind
from strategy_engine.ledger.moments import reached
from strategy_engine.semantics.lists import list_columns

EXAMPLE = "postgresql://user:password@host/database"
PATIENCE = 10
"""Seconds for a server to answer, where the address does not say otherwise, and for another to leave the table."""
KEYS = ("run_date", "action_id")
"""Columns that the table has whatever `columns:` says."""

TYPES: dict[Kind, tuple[str, Any]] = {
    Kind.ID: ("text", pl.String),
    Kind.TEXT: ("text", pl.String),
    Kind.ENUM: ("text", pl.String),
    Kind.BOOL: ("boolean", pl.Boolean),
    Kind.INT: ("bigint", pl.Int64),
    Kind.NUMBER: ("double precision", pl.Float64),
    Kind.PERCENT: ("double precision", pl.Float64),
    Kind.MONEY: ("numeric(38, 2)", pl.Decimal(38, 2)),
    Kind.DATE: ("date", pl.Date),
    Kind.DATETIME: ("timestamp", pl.Datetime("us")),
}
"""What a column of each kind is in the table, and in a list."""


def to_table(sink: TableSink, handover: Handover) -> None:
    """Bring the table's rows of the date to those of the lists, in one transaction; the table is made where there is none."""
    try:
        driver: Any = importlib.import_module("adbc_driver_postgresql.dbapi")
    except ImportError as error:
        raise PackageAbsentError("to PostgreSQL", "adbc-driver-postgresql", "postgresql") from error
    address = os.environ.get(sink.url_env)
    if not address:
        raise SinkError(f"the environment variable `{sink.url_env}` is not set", f"it holds the address, as in `{EXAMPLE}`")
    if not address.startswith(("postgresql://", "postgres://")):
        raise SinkError(f"the environment variable `{sink.url_env}` holds no address of PostgreSQL", f"it is written as `{EXAMPLE}`")
    try:
        with driver.connect(_within_patience(address)) as connection, connection.cursor() as cursor:
            _deliver(cursor, sink, handover)
            reached("before the commit")
            connection.commit()
            reached("committed")
    except driver.Error as error:
        raise SinkError(_told(error, address)) from None  # whose text may hold the address


def _within_patience(address: str) -> str:
    """The address with a time after which a server that does not answer is away; the ledger is held meanwhile."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address  # of which the driver says what is wrong
    if "connect_timeout=" in parts.query:
        return address
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, f"connect_timeout={PATIENCE}")))))


def _deliver(cursor: Any, sink: TableSink, handover: Handover) -> None:
    kinds = _columns(sink, handover)
    rows = _rows(handover, kinds)
    table, staged = _quoted(*sink.table_name), _quoted("pg_temp", "delivered_actions")
    names = ", ".join(map(_quoted, kinds))
    declared = [f"{_quoted(name)} {TYPES[kind][0]}" for name, kind in kinds.items()]
    # nobody else may change the date's rows in between
    cursor.execute(f'create table if not exists {table} ({", ".join(declared)}, primary key ("action_id"))')
    cursor.execute(f"set local lock_timeout = '{PATIENCE}s'")
    cursor.execute(f"lock table {table} in share row exclusive mode")
    _see_that_it_has(cursor, table, declared, kinds)
    cursor.execute(f"create temporary table delivered_actions ({', '.join(declared)})")
    if rows.height:
        cursor.adbc_ingest("delivered_actions", rows, mode="append", temporary=True)
    reached("staged the rows")
    gone = f'not exists (select from {staged} as staged where staged."action_id" = held."action_id")'
    cursor.execute(f"delete from {table} as held where held.\"run_date\" = '{handover.date.isoformat()}'::date and {gone}")  # noqa: S608
    reached("removed what is no longer listed")
    sets = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in kinds)
    mine, theirs = (", ".join(f"{of}.{_quoted(name)}" for name in kinds) for of in ("held", "excluded"))
    # rows that are there as they should be are left alone, so that who listens for changes hears none
    upsert = f'on conflict ("action_id") do update set {sets} where ({mine}) is distinct from ({theirs})'
    cursor.execute(f"insert into {table} as held ({names}) select {names} from {staged} {upsert}")  # noqa: S608
    reached("wrote the rows")


def _columns(sink: TableSink, handover: Handover) -> dict[str, Kind]:
    """The table's columns: those of the lists of all the sink's channels, whichever of them have actions on the date."""
    model = handover.model
    channels = [name for name in sink.channels or model.channels if name in model.channels]
    known = {name: column.kind for channel in channels for name, column in list_columns(model, channel).items()}
    known = known or {name: column.kind for name, column in list_columns(model).items()}
    return {name: known[name] for name in [*KEYS, *(sink.columns or known)] if name in known}


def _rows(handover: Handover, kinds: dict[str, Kind]) -> pl.DataFrame:
    schema = {name: TYPES[kind][1] for name, kind in kinds.items()}
    parts = [chosen(rows, list(kinds)) for rows in handover.lists.values()]
    typed = [part.cast({name: schema[name] for name in part.columns}) for part in parts]
    return pl.concat([pl.DataFrame(schema=schema), *typed], how="diagonal")


def _see_that_it_has(cursor: Any, table: str, declared: Sequence[str], kinds: dict[str, Kind]) -> None:
    """Raise SinkError where the table was made without some of the columns."""
    cursor.execute(f"select attname::text from pg_attribute where attrelid = '{table}'::regclass and not attisdropped")  # noqa: S608
    there = set(pl.DataFrame(cursor.fetch_arrow()).get_column("attname"))  # `fetchall` would need yet another package
    lacking = [column for column, name in zip(declared, kinds, strict=True) if name not in there]
    if lacking:
        names = ", ".join(f"`{name}`" for name in kinds if name not in there)
        added = ", ".join(f"add column {column}" for column in lacking)
        advice = f"`alter table {table} {added}` makes them, or `columns:` leaves them out"
        raise SinkError(f"the table `{table}` has no column {names}", advice)


def _quoted(*parts: str | None) -> str:
    """A name as SQL takes it, whatever it holds."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts if part is not None)


def _told(error: Exception, address: str) -> str:
    """What the server or its library has to say, in a line without the password or a part of it."""
    text = re.sub(r"^\w+: |\[libpq\] *", "", str(error)).strip().replace(address, "***")
    given = address.partition("://")[2].rpartition("@")[0].partition(":")[2]
    # a password that was not percent-encoded is read as what follows it: a host, say, that is not found
    secrets = [*re.split(r"[@/:?#]", given), *re.findall(r"password=([^&]*)", address)]
    for secret in sorted({*secrets, *map(unquote, secrets)} - {""}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "; ".join(lines[:2]) or type(error).__name__
