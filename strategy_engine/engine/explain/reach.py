"""Reach: whom the strategies get to, cell by cell of the project's grids, and what keeps the others away. One pass over a day's run.

A customer is *reached* who was listed within the last days: by the ledger, and on the day at hand by the run that is looked at. Of all
others is told how far they came on that day, in the strategy that took them farthest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import polars as pl

from strategy_engine.engine.day.arbitrate import CHOSEN
from strategy_engine.engine.day.gate import CUSTOMER
from strategy_engine.engine.day.memory import Past
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import CONTROL_DRAW, action
from strategy_engine.engine.day.run import OpenDay, Progress, Weighed, through_the_gate, weigh
from strategy_engine.engine.day.used_up import Freed
from strategy_engine.engine.explain.fairness import Outcome, outcomes, sensitive_columns
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.record import record
from strategy_engine.semantics.ir import Derived, Expr
from strategy_engine.semantics.model import Model


class How(StrEnum):
    """How far a customer came, from the farthest off to the nearest."""

    NO_COHORT = "no cohort"  # in that of no strategy
    NO_HIT = "no hit"  # in a cohort, without a hit, outside the ramp, or waiting for the next step of a journey
    USED_UP = "limits used up"  # by earlier days
    GATE = "gate"  # consent, excludes, pauses, eligibility, scripts
    NO_ROOM = "no room"  # in the arbitration
    CONTROL = "control"  # held back to compare with
    REACHED = "reached"


@record
class Cell:
    """A cell of a grid. name: None of customers who are in no cell.      strategies: how many of its customers are in whose cohort.
    contacts: what was listed to them.      reached: how many customers that were.      why: how far the others came."""

    name: str | None
    owner: str | None
    customers: int
    strategies: Mapping[str, int]
    contacts: int
    reached: int
    why: Mapping[str, int]


@record
class Crossed:
    """A grid."""

    name: str
    title: str | None
    cells: tuple[Cell, ...]


@record
class Reach:
    """Of a day and the days before it, `days` in all. fairness: the outcome by group of the sensitive columns."""

    date: str
    days: int
    customers: int
    contacts: int
    reached: int
    why: Mapping[str, int]
    grids: tuple[Crossed, ...]
    fairness: tuple[Outcome, ...] = ()


def placing(model: Model) -> dict[str, Expr]:
    """What must be known of each customer to place them: their cell of each grid, and their sensitive columns."""
    cells = {name: Derived(name, type=model.derived[name].type) for name in model.grids}
    return {**cells, **{_sensitive(name): expr for name, expr in sensitive_columns(model).items()}}


def _sensitive(column: str) -> str:
    return f"sensitive {column}"


def reach(day: OpenDay, past: Past, days: int, progress: Progress | None = None) -> Reach:
    """Of the day and of the ledger's rows of earlier ones."""
    moment, plan = day.moment, day.plan
    people = _people(moment, plan.model)
    tally = _Tally(moment, plan, people)
    gated, barred, _ = through_the_gate(moment, plan, progress, tally.watch)
    weighed = weigh(moment, plan, gated)
    contacts = pl.concat([_listed_before(past, plan.date, days), _listed_today(weighed)])
    people = people.with_columns(pl.concat(tally.inside)).with_columns(_how_far(people.get_column(KEY), weighed, barred, contacts))
    placed = contacts.join(people.select(KEY, *plan.model.grids), on=KEY)
    grids = tuple(_grid(plan.model, name, people, placed, tally.strategies[name]) for name in plan.model.grids)
    why = _why(people)
    reached = people.height - sum(why.values())
    return Reach(plan.date.isoformat(), days, people.height, placed.height, reached, why, grids, _fairness(plan.model, people, contacts))


def _fairness(model: Model, people: pl.DataFrame, contacts: pl.DataFrame) -> tuple[Outcome, ...]:
    """The outcome by group of each sensitive column."""
    columns = [*sensitive_columns(model)]
    groups = people.select(KEY, *(pl.col(_sensitive(name)).alias(name) for name in columns))
    return tuple(outcomes(columns, groups, contacts, model.strategies))


def _people(moment: Moment, model: Model) -> pl.DataFrame:
    """All customers in the order of the snapshot, placed."""
    exprs = placing(model)
    named = {name: moment.low(expr).cast(pl.String) for name, expr in exprs.items()}
    needed = [*exprs.values()]
    return pl.concat(moment.extend(batch, needed).lazy().select(KEY, **named).collect() for batch in moment.batches(needed))


INSIDE, HOW, COHORTS = "#inside", "#how", "#cohorts"


@dataclass
class _Tally:
    """Who is in a cohort at all, and how many of each cell are in whose, batch by batch."""

    moment: Moment
    plan: DayPlan
    people: pl.DataFrame
    inside: list[pl.DataFrame] = field(default_factory=list)
    found: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    done: int = 0

    def watch(self, customers: pl.DataFrame, free: Freed) -> None:
        """Count a batch."""
        del free
        masks = customers.lazy().select(KEY, **{one.name: self.moment.low(one.cohort).fill_null(False) for one in self.plan.strategies})
        cohorts = masks.drop(KEY).collect() if self.plan.strategies else pl.DataFrame({"": [False] * customers.height})
        self.inside.append(cohorts.select(pl.any_horizontal(pl.all()).alias(INSIDE)))
        here = self.people.slice(self.done, customers.height)
        for grid in self.plan.model.grids:
            counts = cohorts.with_columns(here.get_column(grid).alias(KEY)).group_by(KEY).agg(pl.all().sum().cast(pl.Int64))
            self.found.setdefault(grid, []).append(counts)
        self.done += customers.height

    @property
    def strategies(self) -> dict[str, dict[str | None, dict[str, int]]]:
        """By grid and cell, how many customers are in the cohort of each strategy."""
        names = [one.name for one in self.plan.strategies]
        sums = {grid: pl.concat(parts).group_by(KEY).agg(pl.col(names).sum()) for grid, parts in self.found.items()}
        return {
            grid: {row[KEY]: {name: row[name] for name in names if row[name]} for row in rows.iter_rows(named=True)}
            for grid, rows in sums.items()
        }


# ------------------------------------------------------------------------------------------------ contacts


def _listed_before(past: Past, date: dt.date, days: int) -> pl.DataFrame:
    """What was listed on the days before, controls left out: `#key`, `strategy`."""
    if "actions" not in past:
        return pl.DataFrame(schema={KEY: pl.String, "strategy": pl.String})
    since = date - dt.timedelta(days=days - 1)
    rows = past["actions"].filter(pl.col("run_date") >= since, pl.col("run_date") < date, pl.col("arm") != CONTROL)
    return rows.select(pl.col("customer_id").alias(KEY), "strategy").collect()


def _listed_today(day: Weighed) -> pl.DataFrame:
    chosen = day.won.options.filter(pl.col(CHOSEN) & ~pl.col(CONTROL_DRAW))
    return chosen.select(_keys(day, chosen), pl.col(action("strategy")).cast(pl.String).alias("strategy"))


def _keys(day: Weighed, options: pl.DataFrame) -> pl.Series:
    return day.keys.gather(options.get_column(CUSTOMER)).alias(KEY)


# ------------------------------------------------------------------------------------------------ how far


def _how_far(everyone: pl.Series, day: Weighed, barred: pl.DataFrame, contacts: pl.DataFrame) -> pl.Expr:
    """How far each customer came, as a column."""
    came = {
        How.USED_UP: barred.get_column("customer_id"),
        How.GATE: day.keys,
        How.NO_ROOM: _keys(day, day.won.options),
        How.CONTROL: _keys(day, day.won.options.filter(pl.col(CHOSEN))),
        How.REACHED: contacts.get_column(KEY),
    }
    how = pl.when(INSIDE).then(pl.lit(How.NO_HIT.value)).otherwise(pl.lit(How.NO_COHORT.value))
    for stage, keys in came.items():
        how = pl.when(pl.lit(everyone.is_in(keys.unique().implode()))).then(pl.lit(stage.value)).otherwise(how)
    return how.alias(HOW)


def _why(people: pl.DataFrame) -> dict[str, int]:
    """How many of those who were not reached came how far."""
    counts = dict(people.group_by(HOW).len().iter_rows())
    return {how.value: counts[how.value] for how in How if how is not How.REACHED and how.value in counts}


# ------------------------------------------------------------------------------------------------ grids


def _grid(
    model: Model, name: str, people: pl.DataFrame, contacts: pl.DataFrame, strategies: Mapping[str | None, Mapping[str, int]]
) -> Crossed:
    by_cell: dict[Any, pl.DataFrame] = {cell: rows for (cell,), rows in people.partition_by(name, as_dict=True).items()}
    listed: dict[Any, int] = dict(contacts.group_by(name).len().iter_rows())

    def cells() -> Iterator[Cell]:
        for cell in (*model.grids[name].cells, *([None] if None in by_cell else [])):
            rows = by_cell.get(cell, people.clear())
            why = _why(rows)
            reached = rows.height - sum(why.values())
            owner = model.grids[name].owners.get(cell) if cell is not None else None
            yield Cell(cell, owner, rows.height, strategies.get(cell, {}), listed.get(cell, 0), reached, why)

    return Crossed(name, model.grids[name].title, tuple(cells()))
