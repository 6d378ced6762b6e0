"""Observe: what is known of customers on one day, as columns of one frame.

A frame of customers holds one row a customer and one column a feature (see `names.py`). `Moment.extend` adds the features
that expressions need, level by level: whatever only rests on columns that are there is computed in one step, all
aggregates over one table in one pass. What lies in the past is another moment, observed by the same code.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from strategy_engine.engine.day import hits, related
from strategy_engine.engine.day.dependencies import Dependencies
from strategy_engine.engine.day.joins import beside
from strategy_engine.engine.day.memory import Memory
from strategy_engine.engine.day.names import BATCH, KEY, MEMBER, ROW, Names
from strategy_engine.engine.day.sources import Sources
from strategy_engine.engine.day.spread import Spread
from strategy_engine.engine.expressions import Lowering, dtype_of, literal, standing
from strategy_engine.engine.rows.calendar import shift
from strategy_engine.language.functions import Context
from strategy_engine.plan.settle import HIT
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model, Strategy, Trigger


@dataclass
class Bank:
    """What all moments of a run share."""

    model: Model
    sources: Sources
    names: Names
    dependencies: Dependencies
    today: dt.date
    batch_size: int
    memory: Memory
    moments: dict[dt.date, Moment] = field(default_factory=dict)
    spread: Spread | None = None

    def moment(self, date: dt.date) -> Moment:
        """The bank as of the date."""
        if date not in self.moments:
            self.moments[date] = Moment(self, date)
        return self.moments[date]

    @cached_property
    def batch(self) -> int:
        """Customers of a batch: as many as may be where that is all, else half of that, as what each batch leaves is there besides."""
        return self.batch_size if self.moment(self.today).count <= self.batch_size else -(-self.batch_size // 2)

    def close(self) -> None:
        """Let go of the moments: they and the bank hold each other, and Python lets such circles wait, fifty megabytes a day."""
        self.moments.clear()
        if self.spread is not None:
            self.spread.close()


@dataclass
class Moment:
    """The bank as of one date, seen by expressions whose `today` it is."""

    bank: Bank
    date: dt.date
    standings: dict[ir.Population, pl.DataFrame] = field(default_factory=dict)

    # -------------------------------------------------------------------------------------------- the day

    @cached_property
    def context(self) -> Context:
        calendar = self.bank.model.project.calendar
        return Context(self.date, frozenset(calendar.holidays), frozenset(calendar.workdays))

    @cached_property
    def contact_date(self) -> dt.date:
        return self.date + dt.timedelta(days=self.bank.model.project.contact_offset)

    @property
    def low(self) -> Lowering:
        """Expressions over a frame of customers. Made anew each time, as it holds the moment."""
        return Lowering(self._naming, self.context, self.contact_date)

    def _naming(self, node: ir.Expr) -> pl.Expr | None:
        if isinstance(node, ir.SeriesValue):
            return literal(self.series(node.table).get(node.column), node.type)
        name = self.bank.names(node)
        return None if name is None else pl.col(name)

    def series(self, table: str) -> dict[str, object]:
        """The series' row of the day; empty where it has none."""
        if table not in self._series_rows:
            time = self.bank.model.project.data[table].time or ""
            rows = self.table(table).filter(pl.col(time).cast(pl.Date) == self.date).head(1).collect()
            self._series_rows[table] = rows.row(0, named=True) if rows.height else {}
        return self._series_rows[table]

    @cached_property
    def _series_rows(self) -> dict[str, dict[str, object]]:
        return {}

    def table(self, name: str) -> pl.LazyFrame:
        """A declared table as of the day; without rows where nothing was delivered."""
        sources = self.bank.sources
        found = sources.today.get(name) if self.date == self.bank.today else sources.earlier(name, self.date)
        return sources.nothing(name) if found is None else found

    def hits(self, frame: pl.DataFrame, trigger: Trigger, *, windowed: bool, owner: Strategy | None = None) -> pl.LazyFrame:
        """The hits of the frame's customers, within the trigger's own window (with an owner, those that count for it) or all."""
        if windowed and owner is not None:
            return hits.own_hits(self, frame, trigger, owner.name)
        return (hits.hits if windowed else hits.unbounded_hits)(self, frame, trigger)

    # -------------------------------------------------------------------------------------------- customers

    @cached_property
    def customers(self) -> pl.LazyFrame:
        """The snapshot; its key under the name that all frames have for it."""
        snapshot = self.bank.model.project.snapshot
        return self.table(snapshot.name).rename({snapshot.key or "": KEY})

    @cached_property
    def count(self) -> int:
        """How many customers there are."""
        return int(self.customers.select(pl.len()).collect().item())

    def batches(self, exprs: Iterable[ir.Expr]) -> Iterator[pl.DataFrame]:
        """The snapshot's columns that the expressions need, a batch of customers at a time, in file order; one batch at least."""
        columns = self._snapshot_columns(exprs)
        return self.spread.numbered(self._slices(columns)) if self.date == self.bank.today else self._slices(columns)

    def in_one_plan(self, exprs: Iterable[ir.Expr]) -> pl.LazyFrame | None:
        """The snapshot with every feature that the expressions need, nothing of which is held in memory; None where some are not computed
        from the customer's row alone. The key is left out where nothing asks for it."""
        exprs = list(exprs)
        columns, needed = self._snapshot_columns(exprs), self.bank.dependencies.closure(exprs)
        if not all(map(self._is_of_snapshot, needed)):
            return None
        frame = self.customers.select(columns[1:] or columns)
        names, known = self.bank.names, set(columns)
        pending = [node for node in needed if isinstance(node, ir.Derived)]
        while pending:
            ready = [node for node in pending if set(names.of(self.bank.dependencies.direct(node))) <= known]
            if not ready:
                raise LookupError(f"features that rest on themselves: {pending}")
            frame = frame.with_columns(**{self._name(node): self.low(self.definition(node.name)) for node in ready})
            known |= set(map(self._name, ready))
            pending = [node for node in pending if node not in ready]
        return frame

    def _is_of_snapshot(self, node: ir.Expr) -> bool:
        """Whether the feature is computed from the customer's row alone, its key apart."""
        if isinstance(node, ir.Column):
            return node.scope == "customer" and self.bank.names(node) != KEY
        return isinstance(node, ir.Derived | ir.SeriesValue)

    def _slices(self, columns: list[str]) -> Iterator[pl.DataFrame]:
        size = self.bank.batch
        for number in range(max(1, -(-self.count // size))):
            yield self.customers.select(columns).slice(number * size, size).collect()

    @property
    def spread(self) -> Spread:
        """Other tables' rows, laid out by the batches of the day's snapshot."""
        if self.bank.spread is None:
            today = self.bank.moment(self.bank.today)
            self.bank.spread = Spread(today.customers.select(KEY), today.count, self.bank.batch)
        return self.bank.spread

    def sample(self, exprs: Iterable[ir.Expr], size: int) -> pl.DataFrame:
        """The same for so many customers at most, evenly spread over the snapshot."""
        columns = self._snapshot_columns(exprs)
        return self.customers.select(columns).gather_every(max(1, -(-self.count // size))).collect()

    def among(self, keys: pl.DataFrame, exprs: Iterable[ir.Expr]) -> pl.DataFrame:
        """The same for the given customers, as far as they were there."""
        columns = self._snapshot_columns(exprs)
        if ROW in keys.columns:
            then = self.spread.rows((self.date, *columns), self.customers, KEY, (), columns)
            return keys.lazy().select(KEY, BATCH, ROW).join(then, on=ROW).collect()
        return self.customers.select(columns).join(keys.lazy().select(KEY), on=KEY, how="semi").collect()

    def _snapshot_columns(self, exprs: Iterable[ir.Expr]) -> list[str]:
        needed = self.bank.dependencies.closure(exprs)
        named = self.bank.names.of([node for node in needed if isinstance(node, ir.Column) and node.scope == "customer"])
        return list(dict.fromkeys([KEY, *sorted(named)]))

    # -------------------------------------------------------------------------------------------- features

    def extend(self, frame: pl.DataFrame, exprs: Iterable[ir.Expr]) -> pl.DataFrame:
        """The frame, in its order, with every feature that the expressions need."""
        dependencies, names, known = self.bank.dependencies, self.bank.names, set(frame.columns)
        pending = [node for node in dependencies.closure(exprs) if names(node) not in known]
        waiting_for = {node: set(names.of(dependencies.direct(node))) for node in pending}
        while pending:
            ready = [node for node in pending if waiting_for[node] <= known]
            # passes over other tables wait until all that share one are ready
            step = [node for node in ready if not _is_pass(node)] or ready
            if not step:
                raise LookupError(f"features that rest on themselves: {pending}")
            frame = self._with(frame, step)
            known = set(frame.columns)
            pending = [node for node in pending if names(node) not in known]
        return frame

    def _with(self, frame: pl.DataFrame, nodes: Sequence[ir.Expr]) -> pl.DataFrame:
        """The frame with features whose inputs it holds."""
        names = self.bank.names
        derived = [node for node in nodes if isinstance(node, ir.Derived)]
        if derived:
            values = {str(names(node)): self.low(self.definition(node.name)) for node in derived}
            frame = frame.lazy().with_columns(**values).collect()
        frame = self._with_members(frame, [node for node in nodes if isinstance(node, ir.Column) and node.scope == MEMBER])
        frame = self._with_lists(frame, [node for node in nodes if isinstance(node, ir.InList)])
        frame = self._with_references(frame, [node for node in nodes if isinstance(node, ir.Reference)])
        frame = self._with_standings(frame, [node for node in nodes if isinstance(node, ir.Population)])
        frame = self._with_past(frame, [node for node in nodes if isinstance(node, ir.Ago)])
        frame = related.with_aggregates(self, frame, [node for node in nodes if isinstance(node, ir.Aggregate)])
        return hits.with_hits(self, frame, [node for node in nodes if isinstance(node, ir.Column)])

    def definition(self, name: str) -> ir.Expr:
        """What an attribute or cohort is on the day; a fixed cohort was what is remembered of it."""
        found = self.bank.model.derived[name]
        return found.remembered if found.remembered is not None and self.date < self.bank.today else found.expr

    def _with_members(self, frame: pl.DataFrame, nodes: Collection[ir.Column]) -> pl.DataFrame:
        """Whether customers were in fixed cohorts; unknown before the first run."""
        for node in nodes:
            known = self.members(node.name)
            inside = pl.lit(None, dtype=pl.Boolean) if known is None else pl.col(KEY).is_in(known.implode())
            frame = frame.with_columns(inside.alias(self._name(node)))
        return frame

    def members(self, cohort: str) -> pl.Series | None:
        """The members of a fixed cohort after the last run before today; as of an earlier date, after the run of that date."""
        if cohort not in self._members:
            self._members[cohort] = self.bank.memory.members_of(cohort, self.date)
        return self._members[cohort]

    @cached_property
    def _members(self) -> dict[str, pl.Series | None]:
        return {}

    def _with_lists(self, frame: pl.DataFrame, nodes: Collection[ir.InList]) -> pl.DataFrame:
        for node in nodes:
            key = self.bank.model.project.data[node.table].key or ""
            listed = self.table(node.table).select(pl.col(key).alias(KEY)).unique().with_columns(pl.lit(True).alias(self._name(node)))
            frame = beside(frame, listed).with_columns(pl.col(self._name(node)).fill_null(False))
        return frame

    def _with_references(self, frame: pl.DataFrame, nodes: Collection[ir.Reference]) -> pl.DataFrame:
        joined = frame.lazy()
        for node in nodes:
            joined = related.with_reference(self, joined, node, self.low, self._name(node))
        return frame.hstack(joined.select(map(self._name, nodes)).collect()) if nodes else frame

    def _with_standings(self, frame: pl.DataFrame, nodes: Collection[ir.Population]) -> pl.DataFrame:
        """Percentiles and ranks, from a pass over the whole snapshot on its first use."""
        new = [node for node in nodes if node not in self.standings]
        if new:
            self.standings |= self._stand(new)
        if not nodes:
            return frame
        first, *others = (self.standings[node] for node in nodes)  # all in the order of the snapshot
        return beside(frame, pl.concat([first, *(other.drop(KEY) for other in others)], how="horizontal"))

    def standing(self, node: ir.Population) -> pl.DataFrame:
        """All customers' keys and the node's column."""
        if node not in self.standings:
            self.standings |= self._stand([node])
        return self.standings[node]

    def _stand(self, nodes: Sequence[ir.Population]) -> dict[ir.Population, pl.DataFrame]:
        """For each node a frame of all customers: the key and the node's column."""
        inputs = list(dict.fromkeys(part for node in nodes for part in (node.value, node.by) if part is not None))
        columns = {part: f"input {number}" for number, part in enumerate(inputs)}
        narrow = pl.concat(
            self.extend(batch, inputs).lazy().select(KEY, **{name: self.low(part) for part, name in columns.items()}).collect()
            for batch in self.batches(inputs)
        )
        frames = {}
        for node in nodes:
            group = None if node.by is None else pl.col(columns[node.by])
            column = standing(node, pl.col(columns[node.value]), group).alias(self._name(node))
            frames[node] = narrow.select(KEY, column)
        return frames

    def _with_past(self, frame: pl.DataFrame, nodes: Collection[ir.Ago]) -> pl.DataFrame:
        """Values of earlier moments, all of one moment in one go."""
        by_date: dict[dt.date, list[ir.Ago]] = defaultdict(list)
        for node in nodes:
            moved = shift(self.date, node.back, -1, self.context) or dt.date.min
            by_date[dt.date(moved.year, moved.month, moved.day)].append(node)
        for date, then in by_date.items():
            frame = beside(frame, self.bank.moment(date).values(frame, then))
        return frame

    def values(self, keys: pl.DataFrame, nodes: Sequence[ir.Ago]) -> pl.DataFrame:
        """What looks back at this moment sees of the given customers, as far as they were there."""
        inner = [node.value for node in nodes]
        observed = self.extend(self.among(keys, inner), inner)
        return observed.lazy().select(KEY, **{self._name(node): self.low(node.value).cast(dtype_of(node.type)) for node in nodes}).collect()

    def _name(self, node: ir.Expr) -> str:
        return str(self.bank.names(node))


def _is_pass(node: ir.Expr) -> bool:
    """Whether the feature takes a pass over a table of many rows."""
    return isinstance(node, ir.Aggregate) or (isinstance(node, ir.Column) and node.scope.startswith(HIT))
