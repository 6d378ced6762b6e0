"""The data contract: what a run reads is held against its declaration before anything is computed.

Every breach of a cell is a rule with a mask (`rules.py`). One lazy pass over a table counts all masks; only what was found
broken is read again, for an example, and what has not changed since the day before is not counted again (`remembered.py`).
`on_breach` then turns masks into filters (`drop`) or has the values read as missing (`missing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.catalog.models import Breach, Column, Project, Table, Tolerance
from strategy_engine.diagnostics.model import Diagnostic, has_errors
from strategy_engine.engine.data.breaches import (
    MASK,
    DataBreach,
    DuplicateKey,
    EmptySnapshot,
    FutureEvents,
    MissingFile,
    UnknownCustomers,
    WrongType,
)
from strategy_engine.engine.data.certain import uncertain
from strategy_engine.engine.data.counting import count_rows, repeats
from strategy_engine.engine.data.fingerprint import Mark, fingerprint, marks_of
from strategy_engine.engine.data.parts import READING_FAILS, Part, among, open_parts, unreadable
from strategy_engine.engine.data.remembered import LAST, SINCE, Block, Checked, Named, Totals, summed
from strategy_engine.engine.data.rules import Rule, day_column, key_columns, rules_of, unique_column
from strategy_engine.engine.data.scan import (
    RAW,
    Since,
    absent_columns,
    cells,
    columns_to_read,
    empty,
    floor_of,
    identity,
    misfit_columns,
    source_of,
)
from strategy_engine.record import record
from strategy_engine.source.file import Span

# where the declaration of a table, or of one of its columns, stands
Locate = Callable[[str, str | None], Span | None]


@record
class ContractResult:
    """What a check found, and the tables to go on with.

    `scans` are typed, tolerant frames of the tables that could be read; with an error among the diagnostics they may hold what
    the contract forbids, and a run must not go on. `counts` (of rows, by what was found) and `fingerprints` are for the manifest.
    """

    diagnostics: tuple[Diagnostic, ...]
    scans: dict[str, pl.LazyFrame]
    counts: dict[str, dict[str, int]]
    fingerprints: dict[str, dict[str, Any]]

    @property
    def ok(self) -> bool:
        """Whether a run may go on."""
        return not has_errors(self.diagnostics)


@dataclass
class TableCheck:
    """The check of one table, as far as it has come."""

    table: Table
    project: Project
    folder: Path
    columns: dict[str, Column]
    personal: frozenset[str]  # columns whose values are not shown
    since: dt.date = dt.date.min  # the first day whose rows are read
    paths: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    fingerprint: dict[str, Any] = field(default_factory=dict)
    scan: pl.LazyFrame | None = None
    parts: Sequence[Part] = ()
    blocks: Sequence[Block] = ()  # those that `scan` has all rows and cells of

    @property
    def days(self) -> Since | None:
        """The rows that are read, where that is not all of them."""
        time = self.table.time
        return Since(time, self.since) if time is not None and self.since > dt.date.min else None

    def tolerance(self, breach: Breach, column: str | None = None) -> Tolerance | None:
        """What to do about a breach; a row whose key cannot be read can only be left out."""
        tolerance = self.project.on_breach.get(breach)
        return Tolerance.DROP if tolerance is not None and column in key_columns(self.table) else tolerance

    def report(self, breach: DataBreach, tolerance: Tolerance | None = None) -> None:
        """Note a breach, as an error or as what it is tolerated for."""
        self.diagnostics.append(breach if tolerance is None else replace(breach, tolerated=tolerance))

    def tally(self, what: str, count: int) -> None:
        """Add to a count of the manifest."""
        self.counts[what] = self.counts.get(what, 0) + count

    def shown(self, column: str | None, text: str | None) -> str | None:
        """A value as a diagnostic may show it."""
        return MASK if text is not None and column in self.personal else text


def check(
    tables: Mapping[str, Collection[str]],
    project: Project,
    folder: Path,
    date: dt.date,
    locate: Locate | None = None,
    kept: Checked | None = None,
    since: Mapping[str, dt.date] | None = None,
) -> ContractResult:
    """Hold tables (name → the columns that are read) against their declarations for an as-of date.

    The columns that identify a row are always read. `locate` gives the diagnostics their places in the project file. `kept` is what was
    checked for other dates, by the same declarations; what it is for this one is added. `since` is by table the first day whose rows are
    read, where that is not all of them.
    """
    kept = Checked() if kept is None else kept
    states: dict[str, TableCheck] = {}
    for name, table in project.tables.items():
        if name in tables:
            columns = columns_to_read(table, tables[name])
            first = (since or {}).get(name, dt.date.min)
            states[name] = TableCheck(table, project, folder, columns, _personal_columns(project, table), first)
            _check_table(states[name], date, kept)
    snapshot = states.get(project.snapshot.name)
    if snapshot is not None and snapshot.scan is not None:
        _check_customers(states.values(), snapshot.scan.select(_hashed(str(snapshot.table.key))))
    return ContractResult(
        tuple(_placed(diagnostic, name, locate) for name, state in states.items() for diagnostic in state.diagnostics),
        {name: state.scan for name, state in states.items() if state.scan is not None},
        {name: state.counts for name, state in states.items()},
        {name: state.fingerprint for name, state in states.items() if state.fingerprint},
    )


def _placed(diagnostic: Diagnostic, table: str, locate: Locate | None) -> Diagnostic:
    """The diagnostic at the declaration that it is about."""
    return diagnostic if locate is None else replace(diagnostic, span=locate(table, getattr(diagnostic, "column", None)))


def _personal_columns(project: Project, table: Table) -> frozenset[str]:
    """The columns whose values are not shown. A customer's id is as personal elsewhere as it is in the snapshot."""
    names = {name for name, column in table.columns.items() if column.pii or column.sensitive}
    snapshot = project.snapshot
    if table.kind in ("events", "items", "links", "list") and snapshot.columns[str(snapshot.key)].pii:
        names |= {name for name in (table.key, table.other) if name is not None}
    return frozenset(names)


def _check_table(state: TableCheck, date: dt.date, kept: Checked) -> None:
    """Open the table, check its columns, then its rows."""
    parts, problems = open_parts(state.table, state.folder, date)
    if not parts and all(isinstance(problem, MissingFile) for problem in problems):
        # an empty snapshot would be nobody's, so that only other tables can be done without
        tolerance = state.tolerance(Breach.MISSING_FILE) if state.table.kind != "snapshot" else None
        for problem in problems:
            state.report(problem, tolerance)
        state.scan = None if tolerance is None else empty(state.columns)
        return
    state.diagnostics += problems
    if problems:
        return
    state.parts, state.paths = parts, [path for part in parts for path in part.paths]
    try:
        sources = {source_of(name, column) for name, column in state.columns.items()}
        floors = {path: floor for part in parts if (floor := floor_of(part, state.columns, state.days)) for path in part.paths}
        marks = marks_of(state.folder, state.paths, sources, floors)
        usable = _check_columns(state, parts)
        if usable:
            _check_rows(state, usable, date, kept, marks)
        state.fingerprint = {**fingerprint(state.folder, state.paths, marks), "rows": state.counts.get("rows")}
    except READING_FAILS as error:
        state.report(unreadable(state.table, state.folder, state.paths, error))
        state.scan = None


def _check_columns(state: TableCheck, parts: Sequence[Part]) -> dict[str, Column]:
    """Report the columns that are absent or of a type that cannot fit; the columns whose cells can be checked."""
    found: dict[str, DataBreach] = {}
    for name, dtype in misfit_columns(parts, state.columns, state.project.timezone).items():
        found[name] = WrongType(None, state.table.name, name, 0, expected=state.columns[name].type, found=str(dtype).lower())
    found.update(absent_columns(state.table, parts, state.columns))
    for name, breach in found.items():
        tolerance = None if breach.breach is None else state.tolerance(breach.breach)
        # a whole column can only be read as missing, and none that says whose or when a row is
        wholly = tolerance is Tolerance.MISSING and name not in identity(state.table)
        state.report(breach, tolerance if wholly else None)
    return {name: column for name, column in state.columns.items() if name not in found}


def _check_rows(state: TableCheck, usable: Mapping[str, Column], date: dt.date, kept: Checked, marks: Sequence[Mark | None]) -> None:
    """Count what is broken in one pass, report it, and leave the frame to go on with in `state.scan`."""
    frame = _cells(state, state.parts)
    rules = rules_of(state.table, usable)
    unique = unique_column(state.table)
    unique, days = unique if unique in usable else None, day_column(state.table, usable)
    blocks = kept.blocks(
        state.table.name,
        (state.table, state.columns, dict(usable), state.project.timezone),
        marks,
        lambda first, end: _counted(state, _parts(state, first, end), rules, unique, days, date),
        holds=lambda totals: _still_holds(totals, state.since, date),
        whole=unique is not None,
    )
    totals = summed(blocks)
    state.tally("rows", totals["rows"])
    broken = [(rule, totals[f"rule {index}"]) for index, rule in enumerate(rules) if totals[f"rule {index}"]]
    for rule, count in broken:
        _report_rule(state, frame, rule, count)
    # as many hashes as keys prove that no key repeats, at half the cost of the keys themselves
    repeated = repeats(frame, unique) if unique is not None and totals["alike"] else 0
    if unique is not None and repeated:
        _report_repeated(state, frame, unique, repeated)
    if totals.get("future"):
        state.report(FutureEvents(None, state.table.name, str(state.table.time), totals["future"], date=date))
        state.tally("future_events", totals["future"])
    _clean(state, frame, [rule for rule, _ in broken], unique if repeated else None)
    state.blocks = [] if broken or repeated else blocks
    if state.table.kind == "snapshot" and not state.counts.get("kept", totals["rows"]):
        state.report(EmptySnapshot(None, state.table.name, state.table.path), state.tolerance(Breach.EMPTY_SNAPSHOT))


def _parts(state: TableCheck, first: int, end: int) -> list[Part]:
    """Some of the table's files, by their numbers."""
    return among(state.parts, state.table, state.folder, state.paths[first:end])


def _cells(state: TableCheck, parts: Sequence[Part]) -> pl.LazyFrame:
    """The cells of the rows that are read."""
    return cells(parts, state.columns, state.project.timezone, state.days)


def _counted(
    state: TableCheck, parts: Sequence[Part], rules: Sequence[Rule], unique: str | None, day: pl.Expr | None, date: dt.date
) -> Totals:
    """What was counted in files, and of which days; how many rows they have all in all, readers mostly know without reading them."""
    places = uncertain(parts, state.columns, rules, state.days)
    totals = count_rows(_cells(state, parts), rules, places, unique, day, date)
    if state.since == dt.date.min:
        return {**totals, SINCE: state.since}
    rows = cells(parts, state.columns, state.project.timezone).select(pl.len()).collect(engine="streaming").item()
    return {**totals, "rows": rows, SINCE: state.since}


def _still_holds(totals: Totals, since: dt.date, date: dt.date) -> bool:
    """Whether what was counted for another date says the same for this one: what lay after one may not lie after another, and of what was
    found broken in more days, fewer may have less."""
    broken = any(count for name, count in totals.items() if name.startswith("rule "))
    last = totals.get(LAST)
    fits = totals[SINCE] == since or (totals[SINCE] < since and not broken)
    return fits and not totals.get("future") and (last is None or last <= date)


def _report_rule(state: TableCheck, frame: pl.LazyFrame, rule: Rule, count: int) -> None:
    """Report broken cells with the first of them in file order."""
    key = state.table.key or state.table.time
    named = [name for name in dict.fromkeys((key, rule.column)) if name is not None]
    first = frame.filter(rule.mask).select(RAW + name for name in named).head(1).collect(engine="streaming").row(0, named=True)
    breach = rule.diagnostic(
        None,
        state.table.name,
        rule.column,
        count,
        # where the key itself is broken its value is the example
        key=None if key == rule.column else state.shown(key, first[RAW + str(key)]),
        value=state.shown(rule.column, first[RAW + rule.column]),
    )
    state.report(breach, state.tolerance(rule.breach, rule.column))
    state.tally(rule.breach.value, count)


def _report_repeated(state: TableCheck, frame: pl.LazyFrame, unique: str, count: int) -> None:
    """Report repeated keys with the smallest of them."""
    repeated = frame.select(unique).drop_nulls().group_by(unique).len().filter(pl.col("len") > 1)
    smallest = repeated.select(pl.col(unique).min().cast(pl.String)).collect(engine="streaming").item()
    breach = DuplicateKey(None, state.table.name, unique, count, value=state.shown(unique, smallest))
    state.report(breach, state.tolerance(Breach.DUPLICATE_KEY))
    state.tally(Breach.DUPLICATE_KEY.value, count)


def _clean(state: TableCheck, frame: pl.LazyFrame, broken: Sequence[Rule], repeated: str | None) -> None:
    """Leave the frame without what `on_breach` says to drop, or to read as missing, in `state.scan`."""
    handling = [(rule, state.tolerance(rule.breach, rule.column)) for rule in broken]
    dropped = [rule.mask for rule, tolerance in handling if tolerance is Tolerance.DROP]
    if dropped:
        frame = frame.filter(~pl.any_horizontal(dropped))
    if repeated is not None and state.tolerance(Breach.DUPLICATE_KEY) is not None:
        frame = frame.unique(subset=[repeated], keep="first", maintain_order=True)
        dropped.append(pl.lit(value=True))
    # a cell without a value reads as missing anyway; only what has one has to lose it
    blanked = {rule.column: rule.mask for rule, tolerance in handling if tolerance is Tolerance.MISSING}
    state.scan = frame.select(pl.when(~blanked[name]).then(pl.col(name)).alias(name) if name in blanked else name for name in state.columns)
    if dropped:
        state.counts["kept"] = int(state.scan.select(pl.len()).collect(engine="streaming").item())


def _check_customers(states: Iterable[TableCheck], snapshot: pl.LazyFrame) -> None:
    """Note the rows of events, items and links whose customers are not in the snapshot (its column `key`).

    Customers are told apart by the 64-bit hashes of their ids, three times as fast and in a fraction of the memory: of a thousand billion
    unknown ids one may pass for a known one.
    """
    naming = [state for state in states if state.table.kind in ("events", "items", "links") and state.scan is not None]
    try:
        customers = snapshot.collect(engine="streaming") if naming else pl.DataFrame()
    except READING_FAILS:  # its own check has told so
        return
    for state in naming:
        for column in key_columns(state.table):
            if column in state.columns:
                _check_customers_of(state, column, customers)


def _check_customers_of(state: TableCheck, column: str, customers: pl.DataFrame) -> None:
    try:
        unknown = _unknown(_named(state, column), customers)
        if unknown.height and any(block.customers[column].since != state.since for block in state.blocks if column in block.customers):
            unknown = _unknown([_keys(state, column)], customers)  # of exactly the days that are read
        count, example = int(unknown.get_column("len").sum()), None
        if count:
            assert state.scan is not None  # noqa: S101 - the caller has looked
            named = state.scan.select(_hashed(column), pl.col(column).cast(pl.String).alias("id"))
            example = named.join(unknown.lazy(), on="key", how="semi").select(pl.col("id").min()).collect(engine="streaming").item()
    except READING_FAILS:
        return
    if count:
        state.report(UnknownCustomers(None, state.table.name, column, count, value=state.shown(column, example)))
        state.tally("unknown_customers", count)


def _unknown(named: Iterable[pl.LazyFrame], customers: pl.DataFrame) -> pl.DataFrame:
    """Those that are somebody else."""
    return pl.concat(named).join(customers.lazy(), on="key", how="anti").collect(engine="streaming")


def _hashed(column: str) -> pl.Expr:
    """The hash of an id, as `key`; missing where there is none."""
    return pl.when(pl.col(column).is_not_null()).then(pl.col(column).cast(pl.String).hash()).alias("key")


def _named(state: TableCheck, column: str) -> Iterator[pl.LazyFrame]:
    """Whom the rows of a table name (`key`), and how often (`len`), as far back as they are read at least."""
    if state.table.dated or not state.blocks:  # which has other files tomorrow, or is not what was counted
        yield _keys(state, column)
        return
    for block in state.blocks:
        if column not in block.customers or block.customers[column].since > state.since:
            rows = _cells(state, _parts(state, block.first, block.end)).select(_hashed(column)).drop_nulls()
            found = rows.group_by("key").agg(pl.len().cast(pl.Int64)).collect(engine="streaming")
            block.customers[column] = Named(state.since, found)
        yield block.customers[column].frame.lazy()


def _keys(state: TableCheck, column: str) -> pl.LazyFrame:
    """The same of exactly the rows that are read, each for itself."""
    assert state.scan is not None  # noqa: S101 - the caller has looked
    return state.scan.select(_hashed(column)).drop_nulls().with_columns(pl.lit(1, dtype=pl.Int64).alias("len"))
