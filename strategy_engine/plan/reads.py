"""What expressions read of the data of one day: tables and columns. What `ago` looks back at belongs to another day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from strategy_engine.catalog.models import Table
from strategy_engine.plan.settle import HIT, hits_of, trigger_of
from strategy_engine.plan.ties import hit_ties
from strategy_engine.record import record
from strategy_engine.semantics.ir import Aggregate, Ago, Column, Derived, Expr, InList, Reference, Rows, SeriesValue
from strategy_engine.semantics.model import DateHits, Model, RowHits, SequenceHits, SeriesHits, StateHits, Trigger

Reads = dict[str, set[str]]
"""Table → the columns that are read of it (those of its identity go without saying)."""


@record
class Sight:
    """How rows of a table are seen: through their own window or, as the hits of a trigger, through that one's."""

    rows: Rows
    trigger: Trigger | None = None


@record
class Reading:
    """What is read. `sights`: of tables whose rows are seen in these ways only; the rows of any other may all count."""

    columns: Reads
    sights: dict[str, tuple[Sight, ...]]


INNER = (Expr, tuple)
STEP = "step."
PAST_ACTIONS = "actions"


def reads(model: Model, exprs: Iterable[Expr]) -> Reads:
    """The tables and columns that settled expressions read of their own day, through definitions and triggers as well.

    A table without a date is the same file on every day, so what `ago` reads of it counts here, too.
    """
    return reading(model, exprs).columns


def reading(model: Model, exprs: Iterable[Expr]) -> Reading:
    """The same, and through which windows rows are seen."""
    reader = _Reader(model)
    for expr in exprs:
        reader.visit(expr)
    sights = {table: tuple(seen) for table, seen in reader.sights.items()}
    if reader.past:
        for table, columns in reads(model, reader.past).items():
            if not model.project.data[table].dated:
                reader.found.setdefault(table, set()).update(columns)
                sights.pop(table, None)  # windows of an earlier day begin earlier
    if model.project.feedback is not None:  # which is recalled as a whole
        sights.pop(model.project.feedback.from_, None)
    return Reading(reader.found, sights)


@dataclass
class _Reader:
    model: Model
    found: Reads = field(default_factory=dict)
    past: list[Expr] = field(default_factory=list)
    sights: dict[str, list[Sight]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def visit(self, part: Any, table: str | None = None, steps: dict[str, str] | None = None) -> None:
        """Note what the part reads; `table` is the one whose rows are at hand, `steps` those of a sequence's steps."""
        match part:
            case Column():
                self._column(part, table, steps or {})
            case Derived(name=name):
                if self._first_time(f"derived {name}"):
                    self.visit(self.model.derived[name].expr)
            case Reference() | SeriesValue():
                self._note(part.table, part.column)
                self.visit(getattr(part, "via", None), table, steps)
            case InList():
                self._note(part.table)
            case Aggregate():
                self._rows(part.rows, steps)
                self.visit(part.value, part.rows.table, steps)
            case Ago():
                self.past.append(part.value)
            case Expr() | tuple():
                for inner in _inner(part):
                    self.visit(inner, table, steps)

    def _first_time(self, what: str) -> bool:
        new = what not in self._seen
        self._seen.add(what)
        return new

    def _note(self, table: str, *columns: str) -> None:
        self.found.setdefault(table, set()).update(columns)

    def _column(self, node: Column, table: str | None, steps: dict[str, str]) -> None:
        if node.scope in ("customer", "other", "before", "after"):
            self._note(self.model.project.snapshot.name, node.name)
        elif node.scope in ("row", "hits") and table is not None:
            self._row_column(table, node.name)
        elif node.scope.startswith(STEP):
            self._note(steps[node.scope.removeprefix(STEP)], node.name)
        elif node.scope.startswith(HIT):
            trigger, _ = trigger_of(self.model, node.scope)
            if trigger is not None:
                self._row_column(trigger.name, node.name)

    def _row_column(self, table: str, column: str) -> None:
        """A column of a table's rows, or of a trigger's hits."""
        if table in self.model.project.data:
            self._note(table, column)
        for trigger in self._triggers(table):
            self._trigger(trigger)
            self._hit_column(trigger, column)

    def _triggers(self, table: str) -> list[Trigger]:
        """The triggers whose hits the name stands for: its own, or those of a strategy."""
        if table in self.model.triggers and table not in self.model.project.data:
            return [self.model.triggers[table]]
        owner = next((strategy for name, strategy in self.model.strategies.items() if hits_of(name) == table), None)
        return [self.model.triggers[name] for name in owner.triggers] if owner else []

    def _hit_column(self, trigger: Trigger, column: str) -> None:
        """A column that a hit carries comes from the row that it is."""
        match trigger.source:
            case RowHits(rows=rows):
                self._known(rows.table, column)
            case SeriesHits(table=table):
                self._known(table, column)
            case SequenceHits(steps=steps):
                step, _, inner = column.partition(".")
                named = {one.name: one.rows.table for one in steps}
                if inner and step in named:
                    self._known(named[step], inner)
                else:
                    self._known(next(one for one in reversed(steps) if not one.absent).rows.table, column)

    def _known(self, table: str, column: str) -> None:
        if column in self.model.project.data[table].columns:
            self._note(table, column)

    def _rows(self, rows: Rows, steps: dict[str, str] | None = None, trigger: Trigger | None = None) -> None:
        """Rows, or those that are the hits of a trigger."""
        if rows.table in self.model.project.data:
            self._note(rows.table, *([rows.time] if rows.time else []))
            self.sights.setdefault(rows.table, []).append(Sight(rows, trigger))
        for source in self._triggers(rows.table):
            self._trigger(source)
            if rows.table in self.model.triggers and isinstance(source.source, RowHits):  # whatever the trigger's window
                self._rows(source.source.rows)
        told = self.model.project.feedback
        if rows.table == PAST_ACTIONS and rows.table not in self.model.project.data and told is not None:
            self._note(told.from_, *told.match, told.outcome)
        self.visit(rows.where, rows.table, steps)
        if rows.window is not None:
            self.visit((rows.window.low, rows.window.high), rows.table, steps)

    def _trigger(self, trigger: Trigger) -> None:
        if not self._first_time(f"trigger {trigger.name}"):
            return
        known_by = hit_id(self.model, trigger)
        for column in (*hit_ties(trigger.source, self.model), *([known_by] if known_by is not None else [])):
            self._hit_column(trigger, column)
        match trigger.source:
            case RowHits(rows=rows):
                self._rows(rows, trigger=trigger)
            case DateHits(value=value) | StateHits(condition=value):
                self.visit(value)
            case SeriesHits(table=table, time=time, where=where):
                self._note(table, time)
                self.visit(where, table)
            case SequenceHits(steps=sequence):
                tables = {step.name: step.rows.table for step in sequence}
                for step in sequence:
                    self._rows(step.rows, tables)


def _inner(part: Expr | tuple[Any, ...]) -> list[Any]:
    """What of the part may read anything: most of its fields are plain values."""
    kind: Any = type(part)
    values = part if isinstance(part, tuple) else [getattr(part, name) for name in _field_names(kind)]
    return [each for each in values if isinstance(each, INNER)]


@cache
def _field_names(node: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(node))


def hit_id(model: Model, trigger: Trigger) -> str | None:
    """The column by which a hit of the trigger is told from others: the id of its source's row, where that declares one."""
    match trigger.source:
        case RowHits(rows=rows):
            return row_id(model.project.tables[rows.table])
        case SequenceHits(steps=steps):
            return row_id(model.project.tables[next(one for one in reversed(steps) if not one.absent).rows.table])
    return None


def row_id(table: Table) -> str | None:
    """The column that holds a row's own id: `id` or `TABLE_id`, unless it says whose the row is."""
    names = ("id", f"{table.name}_id")
    return next((name for name in names if name in table.columns and name not in (table.key, table.other)), None)
