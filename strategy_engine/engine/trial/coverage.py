"""What tests have made of each clause and row: the days that they run, told again by the row interpreter.

A condition counts where a run asks it: a cohort and what it rests on of every customer, what a trigger looks for of every row in its
window, what stands against an action of every way in which a candidate could go out. Nothing is cut short: of `a and b`, `b` counts also
where `a` is false.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from strategy_engine.engine.day.gate import CANDIDATE, CUSTOMER
from strategy_engine.engine.day.journeys import LATER
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import action
from strategy_engine.engine.day.packed import unpacked
from strategy_engine.engine.day.run import DayResult, through_the_gate
from strategy_engine.engine.day.world import customer_of
from strategy_engine.engine.rows import Row, World, evaluate, matching
from strategy_engine.engine.rows.calendar import shift
from strategy_engine.engine.trial.day import TrialDay
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.points import LADDERS, Asked, Fork, Point, Points, points_of
from strategy_engine.plan.reads import STEP
from strategy_engine.plan.stages import Outcome
from strategy_engine.plan.vocabulary import ACTION
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model, RowHits, SequenceHits, SequenceStep, SeriesHits, Trigger
from strategy_engine.source.file import SourceFile


@dataclass
class Seen:
    """How often a point was true, false and unknown. Of a row, true is that it decided."""

    true: int = 0
    false: int = 0
    unknown: int = 0

    @property
    def covered(self) -> bool:
        return bool(self.true and self.false)

    def note(self, verdict: bool | None) -> None:
        if verdict is None:
            self.unknown += 1
        elif verdict:
            self.true += 1
        else:
            self.false += 1


@dataclass
class Coverage:
    """What the tests have made of each point, by file and place."""

    points: Points
    seen: dict[Point, Seen] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, sources: Mapping[str, SourceFile]) -> Coverage:
        """Of a project, before any test."""
        points = points_of(model, sources)
        return cls(points, {point: Seen() for point in points.all()})

    def add(self, tried: TrialDay) -> None:
        """A day of a test that was run."""
        day = _Day(self, tried.moment, tried.plan)
        for world in day.worlds.values():
            day.customer(world)
        day.ways(tried.result)
        day.journeys()

    def take(self) -> list[Seen]:
        """What was seen so far; from here on it is counted anew."""
        seen, self.seen = list(self.seen.values()), {point: Seen() for point in self.seen}
        return seen

    def merge(self, others: Iterable[Seen]) -> None:
        """What other tests of the same project have made of the points, in their order."""
        for mine, other in zip(self.seen.values(), others, strict=True):
            mine.true, mine.false, mine.unknown = mine.true + other.true, mine.false + other.false, mine.unknown + other.unknown

    def note(self, asked: Asked, world: World) -> None:
        """Ask all of one world."""
        for condition, point in asked.clauses:
            self.seen[point].note(evaluate(condition, world))
        for fork in asked.forks:
            for point, verdict in _decided(fork, world):
                self.seen[point].note(verdict)


def _decided(fork: Fork, world: World) -> Iterator[tuple[Point, bool | None]]:
    """Which rows decide; of `first`, those behind the one that does are false. What is unknown decides nothing."""
    verdicts: dict[Point, list[bool | None]] = defaultdict(list)
    done = False
    for guard, point in fork.rows:
        verdict = False if done else evaluate(guard, world)
        verdicts[point].append(verdict)
        done = done or (fork.hit == "first" and verdict is True)
    for point, found in verdicts.items():
        yield point, True if True in found else None if None in found else False


class _Day:
    """One day of one test."""

    def __init__(self, coverage: Coverage, moment: Moment, plan: DayPlan) -> None:
        self.coverage, self.points, self.moment, self.plan = coverage, coverage.points, moment, plan
        keys = moment.customers.select(KEY).collect().to_series()
        self.worlds = {key: world for key in keys if (world := customer_of(moment, key)) is not None}

    # -------------------------------------------------------------------------------------------- customers

    def customer(self, world: World) -> None:
        """What is asked of every customer, and of the rows that triggers look at."""
        self.coverage.note(self.points.customers, world)
        for one in self.plan.strategies:
            self.coverage.note(self.points.cohorts[one.name], world)
        for trigger in self.plan.model.triggers.values():
            for asked, row in self._rows(trigger, world):
                self.coverage.note(asked, row)

    def _rows(self, trigger: Trigger, world: World) -> Iterator[tuple[Asked, World]]:
        """The rows that a trigger asks, seen from each."""
        asked = self.points.hits[trigger.name]
        match trigger.source:
            case RowHits(rows=rows):
                inside = replace(rows, where=None, window=trigger.window, future=True)
                yield from ((asked[0], world.at(row)) for row in matching(inside, world))
            case SeriesHits(table=table, time=time):
                days = replace(world, rows={table: self.moment.table(table).collect().to_dicts()})
                inside = ir.Rows(table, None, trigger.window, time, future=True)
                yield from ((asked[0], world.at(row)) for row in matching(inside, days))
            case SequenceHits(steps=steps):
                yield from _along(steps, asked, world)

    # -------------------------------------------------------------------------------------------- ways to go out

    def ways(self, result: DayResult) -> None:
        """What is asked of every way in which a candidate could go out, and which alternatives were taken."""
        gated, _, _ = through_the_gate(self.moment, self.plan, None)
        for batch in gated:
            keys = batch.customers.get_column(KEY)
            for candidate in unpacked([batch.options]).partition_by(CANDIDATE, maintain_order=True):
                key = keys[int(candidate.get_column(CUSTOMER)[0])]
                rows = candidate.select(pl.col(action(name)).alias(name) for name in self.plan.vocabulary.types).to_dicts()
                for row in rows:
                    self._way(row, self.worlds[key].beside({ACTION: row}))
                self._ladders(rows, _taken(result, key, rows[0]["strategy"]))

    def _way(self, row: Row, world: World) -> None:
        declared = ((column, row[column]) for column in ("product", "benefit", "channel"))
        asked = [self.points.ways[row["strategy"]], *(self.points.declared[one] for one in declared if one in self.points.declared)]
        excludes = (each for concerns, each in self.points.excludes if all(evaluate(one, world) is True for one in concerns))
        for each in (*asked, self.points.everywhere, *excludes):
            self.coverage.note(each, world)

    def _ladders(self, rows: Sequence[Row], taken: Mapping[str, Any] | None) -> None:
        """The alternatives of a candidate: the one that was taken, and the others."""
        ladders = self.points.ladders[rows[0]["strategy"]]
        for column in LADDERS:
            step = rows[0]["step"] if column == "channel" else 0
            for name in dict.fromkeys(row[column] for row in rows):
                if (step, column, name) in ladders:
                    self.coverage.seen[ladders[step, column, name]].note(taken is not None and taken[column] == name)

    # -------------------------------------------------------------------------------------------- journeys

    def journeys(self) -> None:
        """The `if` of the steps that are due to who is still in the cohort."""
        due = self.moment.bank.memory.due
        for row in due.to_dicts() if due is not None else ():
            later, world = self.plan.later[row[LATER]], self.worlds.get(row[KEY])
            if world is None or evaluate(later.plan.cohort, world) is not True:
                continue
            strategy = later.plan.strategy
            known = {name: row[name] for name in ("arm", "benefit", "trigger")}
            acting = world.beside({ACTION: {**known, "strategy": strategy.name, "category": strategy.category, "step": later.step}})
            self.coverage.note(self.points.later[strategy.name, later.step], acting)


def _taken(result: DayResult, customer: str, strategy: str) -> Mapping[str, Any] | None:
    """How a candidate went out; None where it was dropped."""
    mine = result.decisions.filter((pl.col("customer_id") == customer) & (pl.col("strategy") == strategy))
    row = mine.row(0, named=True) if mine.height else None
    return None if row is None or row["outcome"] == Outcome.DROPPED else row


# ------------------------------------------------------------------------------------------------ sequences


def _along(steps: tuple[SequenceStep, ...], asked: tuple[Asked, ...], world: World) -> Iterator[tuple[Asked, World]]:
    """The rows that each step of a sequence asks, seen from them with the rows taken before; a path goes on by the earliest match."""
    paths: list[World | None] = [None]
    for step, points in zip(steps, asked, strict=True):
        going_on = []
        for path in paths:
            rows = [_on(path or world, step, row) for row in _in_time(step, path, world)]
            yield from ((points, each) for each in rows)
            matched = [each for each in rows if step.rows.where is None or evaluate(step.rows.where, each) is True]
            if step.absent:  # one without a duration lasts until the next row, so that what comes later breaks nothing
                going_on += [path] if step.within is None or not matched else []
            else:
                going_on += matched[:1] if path is not None else matched
        paths = going_on


def _in_time(step: SequenceStep, path: World | None, world: World) -> Iterable[Row]:
    """The step's rows in the order of time: strictly later than the last one, and not later than the step allows."""
    rows = [{**row, _TIME: _moment(row[step.rows.time or ""])} for row in matching(replace(step.rows, where=None), world)]
    rows.sort(key=lambda row: row[_TIME])
    if path is None:
        return rows
    last = path.scopes["row"][_TIME]
    until = shift(last, step.within, 1, world.context) if step.within is not None else None
    return [row for row in rows if row[_TIME] > last and (until is None or row[_TIME] <= until)]


_TIME = "#time"


def _moment(time: dt.date) -> dt.datetime:
    return time if isinstance(time, dt.datetime) else dt.datetime.combine(time, dt.time())


def _on(world: World, step: SequenceStep, row: Row) -> World:
    """Seen from a row of a step, which later steps know by its name."""
    return world.at(row).beside({f"{STEP}{step.name}": row})
