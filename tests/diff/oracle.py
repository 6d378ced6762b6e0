"""Whether two conditions ever differ, by looking: every value near what they compare with, at random, through the row interpreter.

It shares nothing with the search of `strategy diff` but the interpreter itself.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from strategy_engine.catalog.models import Column, Project
from strategy_engine.engine.rows import OTHER, World, evaluate
from strategy_engine.language.functions import Context
from strategy_engine.language.types import Duration
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.walk import expressions

TODAY = dt.date(2026, 6, 17)


class Oracle:
    """Customers of a project."""

    def __init__(self, before: Model, after: Model, name: str) -> None:
        self.random = Random(name)  # noqa: S311 - the same customers in every run
        self.models = before, after
        self.name = name
        asked = [each for model in self.models for each in _unfolded(model, model.derived[name].expr)]
        constants = [each.value for each in asked if isinstance(each, ir.Constant) and each.value is not None]
        self.words = {value for value in constants if isinstance(value, str)}
        self.numbers = sorted({0, 1, *(value for value in constants if type(value) in (int, float))})
        lengths = {each.by if isinstance(each, ir.Shift) else each.back for each in asked if isinstance(each, ir.Shift | ir.Ago)}
        days = {round(value) for value in self.numbers if 1 <= value < 5000}
        self.ages = sorted(
            {0, 1, *map(_days, lengths), *days, *(round(day * 30.44) for day in days), *(round(day * 365.25) for day in days if day < 150)}
        )
        self.dates = [value for value in constants if isinstance(value, dt.date)]
        self.tables = {each.rows.table for each in asked if isinstance(each, ir.Aggregate)}

    def differs(self, looks: int) -> bool:
        """Whether any of so many customers is in one and not in the other."""
        for _ in range(looks):
            worlds = self._worlds()
            inside = [evaluate(model.derived[self.name].expr, world) is True for model, world in zip(self.models, worlds, strict=True)]
            if inside[0] != inside[1]:
                return True
        return False

    def _worlds(self) -> list[World]:
        project = self.models[0].project
        customer, then = self._row(project, project.snapshot.name), self._row(project, project.snapshot.name)
        rows = {table: [each for _ in range(self._few()) for each in [self._row(project, table)] * self._few()] for table in self.tables}
        keys = {str(value) for row in (customer, then) for value in row.values()}
        references = {
            name: dict.fromkeys(keys, self._row(project, name)) for name, table in project.tables.items() if table.kind == "reference"
        }
        member, standing = self.random.choice((None, True, False)), self.random.choice((0.5, 0.94, 0.95, 0.951, 0.96, 0.97, 1.0))
        found = []
        for model in self.models:
            derived = {name: each.expr for name, each in model.derived.items()}
            scopes = {"member": dict.fromkeys(derived, member)}
            earlier = World(Context(TODAY), TODAY, then, derived=derived)
            found.append(
                World(
                    Context(TODAY),
                    TODAY,
                    customer,
                    rows,
                    references,
                    lists=dict.fromkeys(project.tables, bool(member)),
                    derived=derived,
                    population=lambda _, standing=standing: standing,
                    earlier=lambda _, earlier=earlier: earlier,
                    scopes=scopes,
                )
            )
        return found

    def _few(self) -> int:
        return self.random.choice((1, 1, 1, 2, 3, 5, self.random.choice([each for each in self.ages if each < 12])))

    def _row(self, project: Project, table: str) -> dict[str, Any]:
        columns = project.tables[table].columns
        row: dict[str, Any] = {name: self._value(column) for name, column in columns.items()}
        if project.tables[table].kind == "links":
            row[OTHER] = self._row(project, project.snapshot.name)
        return row

    def _value(self, column: Column) -> Any:
        random = self.random
        if column.optional and random.random() < 0.2:
            return None
        if column.values:
            named = [value for value in column.values if value in self.words]
            return random.choice(named if named and random.random() < 0.7 else [*column.values])
        if column.type == "bool":
            return random.random() < 0.5
        if column.type in ("date", "datetime"):
            day = TODAY - dt.timedelta(days=random.choice(self.ages) + random.choice((-1, 0, 0, 1)))
            day = random.choice([day, *self.dates]) if random.random() < 0.5 else day
            return day if column.type == "date" else dt.datetime.combine(day, dt.time(random.choice((0, 12, 23))))
        if column.type in ("id", "text"):
            return random.choice(["other", *sorted(self.words)])
        number = random.choice(self.numbers) + random.choice((0, 0, 0.001, 1, -1, 0.02, -0.02))
        number = max(number, float(column.min)) if column.min is not None else number
        return number if column.type in ("number", "percent") else round(number * random.choice((1, 1, 1, 2, 0.5, 0.3, 0.7, 100)))


def _unfolded(model: Model, expr: ir.Expr) -> list[ir.Expr]:
    found = []
    for each in expressions(expr):
        found.append(each)
        if isinstance(each, ir.Derived):
            found += _unfolded(model, model.derived[each.name].expr)
    return found


def _days(length: Duration) -> int:
    return round({"day": 1, "week": 7, "month": 30.44, "year": 365.25}.get(length.unit, 1) * length.count)
