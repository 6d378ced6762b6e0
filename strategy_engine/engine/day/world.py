"""One customer's day for the row interpreter: the same tables and the same hits that the run sees, read for this customer only.

What only the whole snapshot can tell (percentiles, ranks) comes from the pass that the run makes, on first use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import polars as pl

from strategy_engine.engine.data.scan import scan
from strategy_engine.engine.day.forgotten import without
from strategy_engine.engine.day.memory import Past
from strategy_engine.engine.day.names import KEY, MEMBER
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.opening import feedback_columns, merged, open_moment
from strategy_engine.engine.day.recall import journey_plans
from strategy_engine.engine.day.sources import Sources
from strategy_engine.engine.rows import OTHER, Row, World
from strategy_engine.engine.rows.calendar import shift
from strategy_engine.language.types import DATETIME, Duration
from strategy_engine.plan.day import plan_day
from strategy_engine.plan.reads import PAST_ACTIONS, reads
from strategy_engine.plan.settle import HIT, hits_of, own_hit, trigger_of
from strategy_engine.semantics.ir import Column, Population
from strategy_engine.semantics.model import Model

V = TypeVar("V")
AT_TYPE = DATETIME.or_missing()


def world_of(
    model: Model, folder: Path, date: dt.date, customer_id: str, *, past: Past | None = None, batch_size: int = 1_000_000
) -> World | None:
    """What the run of the date sees of a customer; None where the snapshot has no such customer.

    Tables are read as they are, without the contract's judgement: a run of the date has passed it before anybody asks. Raises
    DataError where a table cannot be read at all.
    """
    return customer_of(moment_of(model, folder, date, past or {}, batch_size), customer_id)


def moment_of(model: Model, folder: Path, date: dt.date, past: Past, batch_size: int = 1_000_000, left_out: tuple[str, ...] = ()) -> Moment:
    """The bank as the run of the date sees it, which left out these customers."""
    plan = plan_day(model, date, plans=journey_plans(model, past))
    exprs = [*plan.qualifying(), *plan.gating(), *plan.emitting()]
    tables = merged({model.project.snapshot.name: set()}, reads(model, exprs), feedback_columns(plan, past))
    project = model.project
    today = {name: scan(project.tables[name], folder, date, columns, project.timezone) for name, columns in tables.items()}
    today = without(today, project.snapshot.name, project.snapshot.key or "", left_out)
    return open_moment(plan, Sources(project, folder, today), batch_size, past)


def customer_of(moment: Moment, customer_id: str) -> World | None:
    """The customer at the moment."""
    return _Customer(moment, customer_id).world()


@dataclass
class _OnDemand(Mapping[str, V], Generic[V]):
    """A mapping whose values are read when they are first asked for."""

    names: tuple[str, ...]
    read: Callable[[str], V]
    found: dict[str, V] = field(default_factory=dict)

    def __getitem__(self, name: str) -> V:
        if name not in self.names:
            raise KeyError(name)
        if name not in self.found:
            self.found[name] = self.read(name)
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


@dataclass
class _Customer:
    """One customer at one moment."""

    moment: Moment
    key: str

    @property
    def model(self) -> Model:
        return self.moment.bank.model

    def world(self) -> World | None:
        """The customer's world; None where the customer is not in the moment's snapshot."""
        rows = self.moment.customers.filter(pl.col(KEY) == self.key).head(1).collect()
        if not rows.height:
            return None
        key = self.model.project.snapshot.key or ""
        related = (*self._tables("events", "items", "links"), PAST_ACTIONS, *self.model.triggers, *map(hits_of, self.model.strategies))
        return World(
            context=self.moment.context,
            contact_date=self.moment.contact_date,
            customer={(key if name == KEY else name): value for name, value in rows.row(0, named=True).items()},
            rows=_OnDemand(related, self._rows),
            references=_OnDemand(self._tables("reference"), self._reference),
            series=_OnDemand(self._tables("series"), self._series),
            lists=_OnDemand(self._tables("list"), self._is_listed),
            derived={name: self.moment.definition(name) for name in self.model.derived},
            population=self._standing,
            earlier=self._earlier,
            scopes=_OnDemand(self._scopes(), self._hit),
        )

    def _scopes(self) -> tuple[str, ...]:
        """The hits of triggers, and of those the strategies' own."""
        own = (own_hit(trigger, name) for name, strategy in self.model.strategies.items() for trigger in strategy.triggers)
        return (MEMBER, *(HIT + name for name in self.model.triggers), *own)

    def _tables(self, *kinds: str) -> tuple[str, ...]:
        return tuple(name for name, table in self.model.project.data.items() if table.kind in kinds)

    @property
    def _alone(self) -> pl.DataFrame:
        """The frame of customers that holds this one, with nothing known yet but the key."""
        return pl.DataFrame({KEY: [self.key]}, schema={KEY: pl.String})

    # -------------------------------------------------------------------------------------------- what belongs to the customer

    def _rows(self, table: str) -> list[Row]:
        data = self.model.project.data
        if table == PAST_ACTIONS and table not in data:
            return self._past_actions()
        if table not in data:
            return self._hits(table)
        rows = self.moment.table(table).filter(pl.col(data[table].key or "") == self.key).collect().to_dicts()
        if data[table].kind == "links":
            others = self._others({row[data[table].other or ""] for row in rows})
            rows = [{**row, OTHER: others.get(row[data[table].other or ""])} for row in rows]
        return list(rows)

    def _past_actions(self) -> list[Row]:
        past = self.moment.bank.memory.actions
        if past is None:
            return []
        return list(past.filter(pl.col(KEY) == self.key, pl.col("run_date") < self.moment.date).collect().to_dicts())

    def _others(self, keys: set[Any]) -> dict[str, Row]:
        """The snapshot rows of linked customers."""
        found = self.moment.customers.filter(pl.col(KEY).is_in(sorted(filter(None, keys)))).collect()
        key = self.model.project.snapshot.key or ""
        return {row[KEY]: {**row, key: row[KEY]} for row in found.iter_rows(named=True)}

    def _hits(self, name: str) -> list[Row]:
        """All hits of a trigger, or those within the windows of a strategy's triggers."""
        own = name in self.model.triggers
        rows: list[Row] = []
        owner = self.moment.bank.dependencies.owner_of(name)
        for trigger in self.moment.bank.dependencies.triggers_of(name):
            found = self.moment.hits(self._with_inputs(trigger.name), trigger, windowed=not own, owner=owner)
            rows += found.filter(pl.col(KEY) == self.key).collect().to_dicts()
        return rows

    def _hit(self, scope: str) -> Row:
        """The trigger's hit that counts; without columns where there is none. And the fixed cohorts that the customer was in."""
        if scope == MEMBER:
            return self._memberships()
        trigger, _ = trigger_of(self.model, scope)
        if trigger is None:
            return {}
        nodes = [Column(scope, name, type=type_.or_missing()) for name, type_ in trigger.columns.items()]
        frame = self.moment.extend(self._with_inputs(trigger.name), nodes)
        row = frame.row(0, named=True)
        return {node.name: row[f"{self.moment.bank.names.scope(scope)}.{node.name}"] for node in nodes}

    def _memberships(self) -> Row:
        known = {name: self.moment.members(name) for name, one in self.model.derived.items() if one.remembered is not None}
        return {name: None if members is None else self.key in members for name, members in known.items()}

    def _with_inputs(self, trigger: str) -> pl.DataFrame:
        """The customer's frame with what the trigger's source reads of the customer."""
        inputs = self.moment.bank.dependencies.direct(Column(HIT + trigger, "at", type=AT_TYPE))
        return self.moment.extend(self.moment.among(self._alone, inputs), inputs)

    def _is_listed(self, table: str) -> bool:
        listed = self.moment.table(table).filter(pl.col(self.model.project.data[table].key or "") == self.key)
        return listed.head(1).collect().height > 0

    def _standing(self, node: Population) -> Any:
        """A percentile or rank, from the pass over the whole snapshot."""
        values = self.moment.standing(node).filter(pl.col(KEY) == self.key)
        return values.to_series(1).item() if values.height else None

    # -------------------------------------------------------------------------------------------- what does not

    def _reference(self, table: str) -> dict[Any, Row]:
        key = self.model.project.data[table].key or ""
        return {row[key]: row for row in self.moment.table(table).collect().iter_rows(named=True)}

    def _series(self, table: str) -> Row | None:
        return self.moment.series(table) or None

    def _earlier(self, back: Duration) -> World | None:
        moved = shift(self.moment.date, back, -1, self.moment.context)
        if moved is None:
            return None
        then = self.moment.bank.moment(dt.date(moved.year, moved.month, moved.day))
        return _Customer(then, self.key).world()
