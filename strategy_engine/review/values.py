"""Values: what measures read of each observation, as columns beside it.

An observation is an action whose consequences are measured: a customer, the day on which it was listed, the day of the contact. All
expressions of all measures are evaluated together, as a day's run evaluates its conditions: what belongs to the customer by looking at
the bank of the days before and after, rows of events in passes over their table, a stretch of days at a time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from strategy_engine.engine.data.locate import earlier_date
from strategy_engine.engine.data.scan import scan
from strategy_engine.engine.day.dependencies import Dependencies, of_customer, of_rows
from strategy_engine.engine.day.memory import Memory
from strategy_engine.engine.day.names import KEY, Names
from strategy_engine.engine.day.observe import Bank, Moment
from strategy_engine.engine.day.opening import merged
from strategy_engine.engine.day.related import CUSTOMER, rows_of
from strategy_engine.engine.day.sources import Sources
from strategy_engine.engine.expressions import aggregate, attach, dtype_of, features, hull_of
from strategy_engine.language.types import DATE, INT
from strategy_engine.plan.reads import Reads, reads
from strategy_engine.plan.tree import rewrite
from strategy_engine.record import record
from strategy_engine.review.placing import CONTACT, LISTED, NUMBER
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

BLOCK = 10
"""So many days of listings go through a table of events together: few passes, and few pairs of rows that are nothing to each other."""

LATE = 3
"""By so many days a snapshot may be older than the day after the contact that it stands for."""

AFTER = "after "
"""How the scopes of days after begin; the observation's column of that name says which day it is."""

_DAYS = {ir.Column("customer", name, type=DATE) for name in (LISTED, CONTACT)}
_NUMBER = ir.Column("customer", NUMBER, type=INT)


def bank_of(model: Model, folder: Path, exprs: Iterable[ir.Expr], as_of: dt.date, further: Reads, memory: Memory | None = None) -> Bank:
    """The bank as the review looks at it, on any day up to `as_of`; `further` columns are read besides what the expressions do. `memory`
    knows who was in fixed cohorts.

    Raises DataError where a table cannot be read at all.
    """
    project = model.project
    wanted = merged(reads(model, exprs), further)
    undated = {name: columns for name, columns in wanted.items() if name in project.tables and not project.tables[name].dated}
    today = {name: scan(project.tables[name], folder, as_of, columns, project.timezone) for name, columns in undated.items()}
    return Bank(
        model=model,
        sources=Sources(project, folder, today),
        names=Names(project.snapshot.key or ""),
        dependencies=Dependencies(model),
        today=dt.date.max,  # every day is an earlier one
        batch_size=1_000_000,
        memory=memory or Memory(),
    )


@record
class Observer:
    """Looks at the bank for observations. `as_of`: the last day of which anything is known."""

    bank: Bank
    as_of: dt.date

    def values(self, observations: pl.DataFrame, exprs: Sequence[ir.Expr]) -> pl.DataFrame:
        """One column an expression (`value 0` …), a row an observation, in their order.

        observations: the customer's `#key`, `#number` (unique), `#listed`, `#contact`, and the days of the scopes that begin with `after `.
        exprs: as `placing.placed` leaves them.
        """
        known = list(dict.fromkeys(_outermost(exprs)))
        if not observations.height:
            return pl.DataFrame(schema={f"value {at}": dtype_of(expr.type) for at, expr in enumerate(exprs)})
        frame = self._with_customers(observations, [node for node in known if not _is_day(node) and not isinstance(node, ir.Aggregate)])
        frame = self._with_rows(frame, [node for node in known if isinstance(node, ir.Aggregate)])
        low = self.bank.moment(self.as_of).low
        return frame.lazy().select(**{f"value {at}": low(expr) for at, expr in enumerate(exprs)}).collect()

    # -------------------------------------------------------------------------------------------- customers

    def _with_customers(self, frame: pl.DataFrame, nodes: Sequence[ir.Expr]) -> pl.DataFrame:
        """What is known of the customers on the day of the listing, and on days after."""
        by_day: dict[str, list[ir.Expr]] = defaultdict(list)
        for node in nodes:
            by_day[node.scope if isinstance(node, ir.Column) and node.scope.startswith(AFTER) else LISTED].append(node)
        for day, wanted in by_day.items():
            asked = frame.select(NUMBER, KEY, day, *([CONTACT] if day != LISTED else []))
            keys = [name for name in asked.columns if name not in (NUMBER, KEY)]
            parts = [
                self._seen(self.bank.moment(days[0]), part, wanted) if self._is_known(*days) else self._unknown(part, wanted)
                for days, part in asked.partition_by(keys, as_dict=True, include_key=False).items()
            ]
            frame = frame.join(pl.concat(pl.collect_all(parts)), on=NUMBER, how="left", maintain_order="left")
        return frame

    def _is_known(self, date: object, contact: object = None) -> bool:
        """Whether there is a snapshot to look at on the day. On a day after the contact it must be later than the contact, and older than
        the day by no more than three days (a weekend), half of a shorter time or a tenth of a longer one: what customers owned before is
        not what they own by then."""
        sources, snapshot = self.bank.sources, self.bank.model.project.snapshot
        if not isinstance(date, dt.date) or not isinstance(contact, dt.date):
            return isinstance(date, dt.date)
        span = (date - contact).days
        delivered = earlier_date(snapshot, sources.folder, date, max(min(LATE, span // 2), span // 10))
        return delivered is not None and (delivered > contact or date == contact)

    def _unknown(self, observations: pl.DataFrame, nodes: Sequence[ir.Expr]) -> pl.LazyFrame:
        nothing = [pl.lit(None, dtype=dtype_of(node.type)).alias(str(self.bank.names(node))) for node in nodes]
        return observations.lazy().select(NUMBER, *nothing)

    def _seen(self, moment: Moment, observations: pl.DataFrame, nodes: Sequence[ir.Expr]) -> pl.LazyFrame:
        """What is known at the moment: the observations' numbers, and a column a node. Who is not there has no values."""
        then = {node: _plain(node) for node in nodes}
        stored = all(isinstance(node, ir.Column) for node in then.values())
        customers = moment.customers if stored else self._observed(moment, observations, [*then.values()])
        columns = {str(self.bank.names(node)): moment.low(seen) for node, seen in then.items()}
        found = customers.select(KEY, **{name: column for name, column in columns.items() if name != KEY})
        return observations.lazy().select(NUMBER, KEY).join(found, on=KEY, how="left", maintain_order="left").drop(KEY)

    def _observed(self, moment: Moment, observations: pl.DataFrame, nodes: list[ir.Expr]) -> pl.LazyFrame:
        return moment.extend(moment.among(observations.unique(KEY), nodes), nodes).lazy()

    # -------------------------------------------------------------------------------------------- rows

    def _with_rows(self, frame: pl.DataFrame, nodes: Sequence[ir.Aggregate]) -> pl.DataFrame:
        """The aggregates over rows, table by table."""
        by_table: dict[str, list[ir.Aggregate]] = defaultdict(list)
        for node in nodes:
            by_table[node.rows.table].append(node)
        for table, together in by_table.items():
            parts = [self._aggregated(moment, part, table, together) for moment, part in self._stretches(frame, table)]
            frame = frame.join(pl.concat(parts), on=NUMBER, how="left", maintain_order="left")
        return frame

    def _stretches(self, frame: pl.DataFrame, table: str) -> Iterator[tuple[Moment, pl.DataFrame]]:
        """The observations in parts, each with the moment whose rows of the table it is about: rows that are delivered anew each day are
        those of the day of the listing, events those known by now."""
        declared = self.bank.model.project.data.get(table)
        of_the_day = declared is not None and declared.dated and declared.kind != "events"
        block = (pl.col(LISTED).to_physical() // (1 if of_the_day else BLOCK)).alias("block")
        for part in frame.with_columns(block).partition_by("block", include_key=False):
            yield self.bank.moment(part.get_column(LISTED)[0] if of_the_day else self.as_of), part

    def _aggregated(self, moment: Moment, frame: pl.DataFrame, table: str, nodes: Sequence[ir.Aggregate]) -> pl.DataFrame:
        """The observations' numbers, and a column a node."""
        named = {node: str(self.bank.names(node)) for node in nodes}
        parts = [_NUMBER, *(part for node in nodes for part in (*of_rows(node.rows), node.value) if part is not None)]
        rows = rows_of(moment, frame, table, parts).filter(*_hull(nodes, frame, moment))
        found = aggregate(rows, named, CUSTOMER + NUMBER, moment.low).rename({CUSTOMER + NUMBER: NUMBER})
        return attach(frame.lazy().select(NUMBER), found, named, NUMBER).collect()


def _hull(nodes: Sequence[ir.Aggregate], frame: pl.DataFrame, moment: Moment) -> list[pl.Expr]:
    """What every row must meet that counts for any of the observations, so that files are read only where it does."""
    ends = [{day: ir.Constant(pick(frame.get_column(day.name)), type=DATE) for day in _DAYS} for pick in (pl.Series.min, pl.Series.max)]
    rows = [rewrite(node, end.get) for node in nodes for end in ends]  # type: ignore[arg-type]
    return hull_of((node.rows for node in rows if isinstance(node, ir.Aggregate)), moment.low)


def _outermost(exprs: Iterable[ir.Expr]) -> Iterator[ir.Expr]:
    """The features that the expressions read, and those of the customer that their rows do."""
    for expr in exprs:
        for node in features(expr):
            yield node
            if isinstance(node, ir.Aggregate):
                yield from of_customer([*of_rows(node.rows), *([node.value] if node.value is not None else [])])


def _is_day(node: ir.Expr) -> bool:
    return node in _DAYS or node == _NUMBER


def _plain(node: ir.Expr) -> ir.Expr:
    """What the moment after knows the column as."""
    after = isinstance(node, ir.Column) and node.scope.startswith(AFTER)
    return ir.Column("customer", node.name, type=node.type) if after and isinstance(node, ir.Column) else node
