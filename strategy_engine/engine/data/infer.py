"""A first declaration of tables, guessed from their files: what `strategy schema infer` prints.

The guess reads the whole files, so that what it declares is what they hold. It is a draft for a person to correct: which column
is money, what is personal and which kind a table is of can only be told by names.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from strategy_engine.catalog.models import Table
from strategy_engine.engine.data.facts import ColumnFacts, column_facts
from strategy_engine.engine.data.parts import READING_FAILS, Part, open_parts, unreadable
from strategy_engine.engine.data.scan import DataError
from strategy_engine.record import record

MOST_ENUM_VALUES = 12
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
PLAIN = re.compile(r"[^\W\d]\w*")  # a word that YAML reads as text, but for those below
PLAIN_PATH = re.compile(r"[\w./][\w./*={}-]*")
NOT_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}

# What names tell; matched anywhere in a name unless anchored
ID = re.compile(r"(^|_)(id|no|key)$|(编号|号码?)$", re.IGNORECASE)
CUSTOMER = re.compile(r"^(customer|cust|client|party|user|e?cif)(_?(id|no|key|code|num|number))?$|^客户(编?号|号码|代码)$", re.IGNORECASE)
OTHER = re.compile(r"^(other|related|linked|to|target|relative)_", re.IGNORECASE)
MONEY = re.compile(r"balance|amount|amt|aum|limit|salary|income|price|cost|fee|budget|余额|金额|额度|资产|工资|收入|费", re.IGNORECASE)
PERCENT = re.compile(r"^p_|prob|rate|score|ratio|pct|percent|share|change|growth|率|倾向|占比", re.IGNORECASE)
FLAG = re.compile(r"^(is|has|can|did)_|consent|flag|^是否", re.IGNORECASE)
TIME = re.compile(r"^(at|time|date|day|ts|timestamp)$|^(txn|trans|event|post|book)\w*_(at|time|date)$|时间$|日期$", re.IGNORECASE)
PERSONAL = re.compile(
    r"^((customer|cust|client|full|first|last|user)_?)?name$|phone|mobile|^tel|id_?card|^id_?(no|num|number)$|passport|cert_?no|e?mail|address"
    r"|birth|^dob$|姓名|手机|电话|身份证|证件号|护照|邮箱|地址|出生|生日",
    re.IGNORECASE,
)
GENERAL_NAMES = {"", "part", "data", "date", "dt", "day", "file"}  # of files and folders that say nothing of the table


@record
class Draft:
    """A table as far as it is guessed; types as the project file writes them, without `?`."""

    name: str
    path: str
    facts: tuple[ColumnFacts, ...]
    types: dict[str, str]
    latest: tuple[ColumnFacts, ...]  # of the last file alone: a key repeats from one date to the next

    def of_type(self, *types: str) -> list[str]:
        """The columns of these types, in file order."""
        return [facts.name for facts in self.facts if self.types[facts.name] in types]

    def unique(self, name: str) -> bool:
        """Whether every row has a value of its own in the column."""
        return any(facts.name == name and facts.filled == facts.rows == facts.distinct for facts in self.latest)


def infer(paths: list[Path], kind: str | None = None, folder: Path | None = None) -> str:
    """The `data:` block that declares the tables in these files, one for each pattern of names.

    Files that differ in a date only (`customer_2026-11-20.csv`) are one table. `kind` holds for all tables, else it is guessed;
    `path:` is written relative to `folder`, the project's, where a file lies below it. Raises DataError for a file that cannot be read.
    """
    groups: dict[str, list[list[Part]]] = {}
    for path in paths:
        groups.setdefault(_pattern(path, folder), []).append(_parts(path))
    lines = ["data:"]
    has_snapshot = False
    for pattern, files in groups.items():
        draft = _draft(pattern, files)
        guessed = kind or _kind(draft, has_snapshot)
        has_snapshot = has_snapshot or guessed == "snapshot"
        lines += _declaration(draft, guessed)
    return "\n".join(lines) + "\n"


def _parts(path: Path) -> list[Part]:
    """The file as parts."""
    parts, problems = open_parts(_bare(path.as_posix()), Path(), dt.date.min)
    if problems:
        raise DataError(problems)
    return parts


def _bare(path: str) -> Table:
    """A table of which nothing is declared yet."""
    return Table.model_construct(name=_table_name(path), kind="items", path=path, format=None)


def _pattern(path: Path, folder: Path | None) -> str:
    """The path as the declaration writes it: below the project's folder, a date as `{date}`."""
    if folder is not None and path.resolve().is_relative_to(folder.resolve()):
        path = path.resolve().relative_to(folder.resolve())
    return ISO_DATE.sub("{date}", path.as_posix())


def _draft(pattern: str, files: Sequence[Sequence[Part]]) -> Draft:
    """A table with its columns' types, from its files in the order given."""
    parts = [part for file in files for part in file]
    try:
        facts = column_facts(parts, MOST_ENUM_VALUES)
        latest = column_facts(files[-1], MOST_ENUM_VALUES) if len(files) > 1 else facts
    except READING_FAILS as error:
        paths = [path for part in parts for path in part.paths]
        raise DataError([unreadable(_bare(pattern), Path(), paths, error)]) from None
    return Draft(_table_name(pattern), pattern, facts, {column.name: _type(column) for column in facts}, latest)


def _table_name(pattern: str) -> str:
    """The innermost part of the path that names something, without date, number and suffix."""
    for piece in reversed(PurePosixPath(pattern).parts):
        bare = re.sub(r"\{date\}|\d+", "", piece.split(".")[0])
        name = "_".join(re.findall(r"\w+", bare)).strip("_")
        if name.lower() not in GENERAL_NAMES:
            return name
    return "table"


def _type(facts: ColumnFacts) -> str:
    """The type of a column, by what its cells fit and what its name tells."""
    name, personal = facts.name, bool(PERSONAL.search(facts.name))
    # whether a guess holds, in the order in which the guesses are tried
    guesses = {
        "text": not facts.filled,
        "bool": "bool" in facts.fits and (facts.wordy or bool(FLAG.search(name))),
        "date": "date" in facts.fits and facts.midnight,
        "datetime": "datetime" in facts.fits,
        "id": bool(CUSTOMER.search(name) or ID.search(name)) and not personal and ("int" in facts.fits or facts.textual),
        "money": "money" in facts.fits and not personal and (facts.decimal or (bool(MONEY.search(name)) and not facts.padded)),
        "percent": "percent" in facts.fits and facts.share and bool(PERCENT.search(name)),
        "int": "int" in facts.fits and not (facts.padded or personal),
        "number": "number" in facts.fits and not (facts.padded or personal),
        "enum": bool(facts.values) and facts.filled > facts.distinct and not personal,
    }
    return next((type_ for type_, holds in guesses.items() if holds), "text")


def _kind(draft: Draft, has_snapshot: bool) -> str:
    """The kind of a table."""
    ids = draft.of_type("id")
    customers = [name for name in ids if CUSTOMER.search(name)]
    if len(draft.facts) == 1 and ids:
        return "list"
    if not ids and any(draft.unique(name) for name in draft.of_type("date", "datetime")):
        return "series"
    if customers and any(OTHER.search(name) for name in ids):
        return "links"
    unique = [name for name in ids if draft.unique(name)]
    if customers and customers[0] in unique and not has_snapshot:
        return "snapshot"
    if unique and not customers:
        return "reference"
    return "events" if ids and _time(draft) is not None else "items"


def _time(draft: Draft) -> str | None:
    """The column that says when: the first with a time of day, else the first date that is named so."""
    moments = draft.of_type("datetime")
    return next(iter(moments), None) or next((name for name in draft.of_type("date") if TIME.search(name)), None)


def _key(draft: Draft, kind: str) -> str:
    """The column that says whose a row is, or in a snapshot or reference which; the first column where nothing tells."""
    ids = draft.of_type("id")
    customers = [name for name in ids if CUSTOMER.search(name)]
    unique = [name for name in ids if draft.unique(name)]
    ranked = [*customers, *unique, *ids] if kind != "reference" else [*unique, *ids]
    return next(iter(ranked), draft.facts[0].name)


def _declaration(draft: Draft, kind: str) -> list[str]:
    """The lines that declare a table."""
    types = dict(draft.types)
    identity: dict[str, str] = {}
    if kind != "series":
        identity["key"] = _key(draft, kind)
    if kind == "links":
        others = [name for name in draft.of_type("id") if name != identity["key"]]
        identity["other"] = next((name for name in others if OTHER.search(name)), next(iter(others), identity["key"]))
    if kind in ("events", "series"):
        identity["time"] = _time(draft) or next(iter(draft.of_type("date")), draft.facts[0].name)
    for field, name in identity.items():
        if field != "time":
            types[name] = "id"
        elif types[name] not in ("date", "datetime"):
            types[name] = "date"
    path = draft.path if PLAIN_PATH.fullmatch(draft.path) else _scalar(draft.path)
    lines = [f"  {_scalar(draft.name)}:", f"    kind: {kind}", f"    path: {path}"]
    lines += [f"    {field}: {_scalar(name)}" for field, name in identity.items()]
    lines.append("    columns:")
    for facts in draft.facts:
        lines.append(f"      {_scalar(facts.name)}: {_column(facts, types[facts.name], facts.name in identity.values())}")
    return lines


def _column(facts: ColumnFacts, type_: str, identifies: bool) -> str:
    """A column's declaration, short where it can be. What identifies a row is never optional: a gap there is a fault."""
    optional = facts.missing(type_) and not identifies
    further = []
    if type_ == "enum":
        further.append("values: [" + ", ".join(map(_scalar, facts.values)) + "]")
    if PERSONAL.search(facts.name) and type_ in ("id", "text", "date"):
        further.append("pii: true")
    if not further:
        return type_ + ("?" if optional else "")
    return "{" + ", ".join([f"type: {type_}", *(["optional: true"] if optional else []), *further]) + "}"


def _scalar(text: str) -> str:
    """A text as YAML reads it back under any of its rule sets: quoted unless it is a plain word."""
    return text if PLAIN.fullmatch(text) and text.lower() not in NOT_TEXT else json.dumps(text, ensure_ascii=False)
