"""Hits of sequences: rows one after another, or a row that fails to come.

A frame of paths holds one row a beginning, with its number, the time of its last row (`#t`), and the columns of the rows taken so
far as `customer.step.NAME.X`: there the conditions of later steps look for them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from strategy_engine.engine.day import related
from strategy_engine.engine.day.dependencies import of_rows
from strategy_engine.engine.day.joins import holding
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.expressions import row_names
from strategy_engine.engine.expressions.windows import condition_of
from strategy_engine.engine.rows.calendar import shift
from strategy_engine.language.types import DATETIME, Duration
from strategy_engine.plan.reads import STEP
from strategy_engine.plan.ties import tie_columns
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import SequenceHits, SequenceStep

if TYPE_CHECKING:
    from strategy_engine.engine.day.observe import Moment

PATH, TIME, NEXT, AT = "#path", "#t", "#next", "at"
MOMENT = pl.Datetime("us")
MONTHS_END = dt.timedelta(days=4)
"""What a move by months back and forth again may be off: 31 March, 28 February, 28 March."""


def sequence_hits(moment: Moment, frame: pl.DataFrame, source: SequenceHits, earliest: dt.date | None) -> pl.LazyFrame:
    """The hits: `at`, the columns of the last present step, and `step.column` of every present one.

    earliest: the first day of hits that anybody asks for; None: of any.
    """
    first, *others = source.steps
    since = _beginning(moment, source, earliest)
    paths = _begin(moment, frame, first, since)
    waiting: list[SequenceStep] = []  # absences without a duration last until the next row
    for step in others:
        if not step.absent:
            paths = _go_on(moment, frame, paths, step, since)
            for absence in waiting:
                paths = _without(moment, frame, paths, absence, from_=f"{NEXT}.before", to=pl.col(TIME))
            waiting = []
        elif step.within is None:
            waiting.append(step)
        else:
            paths = _without(moment, frame, paths, step, from_=TIME, to=_after(moment, TIME, step.within))
    return _finished(moment, frame, paths, source, waiting)


def _beginning(moment: Moment, source: SequenceHits, earliest: dt.date | None) -> dt.date | None:
    """The first day on which a path can begin that ends on the earliest day or later; None where nothing bounds its length."""
    since = earliest
    for step in source.steps[1:]:
        if since is None or step.within is None:
            return None
        since = shift(since, step.within, -1, moment.context)
    return None if since is None else dt.date(since.year, since.month, since.day) - MONTHS_END


def _rows(moment: Moment, frame: pl.DataFrame, step: SequenceStep, since: dt.date | None = None) -> pl.LazyFrame:
    """The customers' rows of the step's table (from a day on), with their time as a moment; conditions on earlier steps come later."""
    rows = related.rows_of(moment, frame, step.rows.table, list(of_rows(step.rows)))
    if since is not None and step.rows.time is not None:
        rows = rows.filter(pl.col(step.rows.time) >= pl.lit(since))
    time = pl.col(step.rows.time) if step.rows.time is not None else pl.lit(moment.date)
    return rows.with_columns(time.cast(MOMENT).alias(NEXT)).filter(pl.col(NEXT).is_not_null())


def _matching(moment: Moment, rows: pl.LazyFrame, step: SequenceStep) -> pl.LazyFrame:
    """The rows that the step's condition is true of."""
    condition = condition_of(step.rows, moment.low.named(row_names(moment.low.names)))
    return rows if condition is None else rows.filter(holding(condition))


def _taken(moment: Moment, step: SequenceStep) -> list[pl.Expr]:
    """The row's columns under the names by which later steps know them."""
    columns = moment.table(step.rows.table).collect_schema().names()
    return [pl.col(name).alias(f"{related.CUSTOMER}{STEP}{step.name}.{name}") for name in columns]


def _begin(moment: Moment, frame: pl.DataFrame, step: SequenceStep, since: dt.date | None) -> pl.LazyFrame:
    rows = _matching(moment, _rows(moment, frame, step, since), step)
    return rows.select(KEY, pl.col(NEXT).alias(TIME), *_taken(moment, step)).with_row_index(PATH)


def _go_on(moment: Moment, frame: pl.DataFrame, paths: pl.LazyFrame, step: SequenceStep, since: dt.date | None) -> pl.LazyFrame:
    """The paths that reach the step, each by the earliest row that comes strictly later and in time; ties as `plan/ties.py` says."""
    pairs = paths.join(_rows(moment, frame, step, since), on=KEY).filter(pl.col(NEXT) > pl.col(TIME))
    if step.within is not None:
        pairs = pairs.filter(pl.col(NEXT) <= _after(moment, TIME, step.within))
    pairs = _matching(moment, pairs, step)
    known = [name for name in paths.collect_schema().names() if name not in (TIME, f"{NEXT}.before")]
    new = _taken(moment, step)
    reached = pairs.select(*known, pl.col(TIME).alias(f"{NEXT}.before"), pl.col(NEXT).alias(TIME), *new)
    ties = tie_columns(moment.bank.model.project.data[step.rows.table])
    order = [PATH, TIME, *(f"{related.CUSTOMER}{STEP}{step.name}.{name}" for name in ties)]
    return reached.sort(order).unique(PATH, keep="first", maintain_order=True)


def _without(moment: Moment, frame: pl.DataFrame, paths: pl.LazyFrame, step: SequenceStep, *, from_: str, to: pl.Expr) -> pl.LazyFrame:
    """The paths after which no row of the step comes, later than one moment and up to another."""
    pairs = paths.join(_rows(moment, frame, step), on=KEY).filter((pl.col(NEXT) > pl.col(from_)) & (pl.col(NEXT) <= to))
    broken = _matching(moment, pairs, step).select(PATH).unique()
    return paths.join(broken, on=PATH, how="anti")


def _finished(moment: Moment, frame: pl.DataFrame, paths: pl.LazyFrame, source: SequenceHits, waiting: list[SequenceStep]) -> pl.LazyFrame:
    """The hits of the paths that are complete by the end of the as-of day, with their columns named as a hit's are."""
    end_of_today = dt.datetime.combine(moment.date + dt.timedelta(days=1), dt.time())
    last, at = source.steps[-1], pl.col(TIME)
    for absence in waiting:  # nothing bounds them: so far nothing has come
        paths = _without(moment, frame, paths, absence, from_=TIME, to=pl.lit(end_of_today))
    if last.absent:
        at = pl.lit(dt.datetime.combine(moment.date, dt.time())) if last.within is None else _after(moment, TIME, last.within)
    present = [step for step in source.steps if not step.absent]
    columns = {step.name: moment.table(step.rows.table).collect_schema().names() for step in present}
    prefix = related.CUSTOMER + STEP
    carried = {f"{step}.{name}": pl.col(f"{prefix}{step}.{name}") for step, names in columns.items() for name in names}
    carried |= {name: pl.col(f"{prefix}{present[-1].name}.{name}") for name in columns[present[-1].name]}
    carried[AT] = at.cast(MOMENT)  # a hit's time goes before a column of that name
    return paths.select(KEY, **carried).filter(pl.col(AT) < end_of_today)


def _after(moment: Moment, time: str, by: Duration) -> pl.Expr:
    """The column's moment moved forward."""
    return moment.low.named(lambda node: pl.col(time) if isinstance(node, ir.Column) else None)(
        ir.Shift(ir.Column("row", time, type=DATETIME), by, 1, type=DATETIME)
    )
