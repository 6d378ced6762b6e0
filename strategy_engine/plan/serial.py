"""A channel plan as JSON, so that a journey can follow the version it began with after the strategy was edited.

Definitions are written out in place, so that the plan rests on nothing but the tables. What the project can no longer
evaluate (a column or its type is gone) does not fit any more; `fits` tells.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from strategy_engine.language.types import Duration, EnumType, Kind, Type
from strategy_engine.plan.settle import trigger_of
from strategy_engine.plan.tree import rewrite
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Cases, Model, Plan, PlanStep
from strategy_engine.semantics.walk import expressions

CLASS, DATE, DURATION = "is", "date", "duration"
_CLASSES: dict[str, Any] = {
    each.__name__: each
    for each in (*vars(ir).values(), Cases, Plan, PlanStep, Type, EnumType)
    if isinstance(each, type) and dataclasses.is_dataclass(each)
}


def to_json(model: Model, plan: Cases[Plan]) -> str:
    """The plan, by itself."""
    return json.dumps(_written(_self_contained(model, plan)), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Cases[Plan]:
    """The plan that `to_json` wrote."""
    plan: Cases[Plan] = _read(json.loads(text))
    return plan


def _self_contained(model: Model, plan: Cases[Plan]) -> Cases[Plan]:
    """The plan with the definitions that it names in their place."""

    def define(node: ir.Expr | ir.Rows) -> ir.Expr | ir.Rows | None:
        return rewrite(model.derived[node.name].expr, define) if isinstance(node, ir.Derived) else None

    def inside(expr: ir.Expr | None) -> ir.Expr | None:
        return None if expr is None else rewrite(expr, define)

    def steps(each: Plan) -> Plan:
        return Plan(tuple(dataclasses.replace(step, only_if=inside(step.only_if)) for step in each.steps))

    return Cases(tuple((inside(guard), steps(each)) for guard, each in plan.branches))


# ------------------------------------------------------------------------------------------------ writing and reading


def _written(thing: Any) -> Any:
    if isinstance(thing, Duration):
        return {DURATION: [thing.count, thing.unit]}
    if isinstance(thing, tuple):
        return [_written(each) for each in thing]
    if isinstance(thing, dt.date):
        return {DATE: thing.isoformat()}
    if dataclasses.is_dataclass(thing):
        fields = {field.name: _written(getattr(thing, field.name)) for field in dataclasses.fields(thing) if field.name != "span"}
        return {CLASS: type(thing).__name__, **fields}
    return thing


def _read(thing: Any) -> Any:
    if isinstance(thing, list):
        return tuple(_read(each) for each in thing)
    if not isinstance(thing, dict):
        return thing
    if DURATION in thing:
        return Duration(*thing[DURATION])
    if DATE in thing:
        return (dt.datetime if "T" in thing[DATE] else dt.date).fromisoformat(thing[DATE])
    made = _CLASSES[thing[CLASS]]
    fields = {name: _read(value) for name, value in thing.items() if name != CLASS}
    if made is Type:
        fields["kind"] = Kind(fields["kind"])
    return made(**fields)


# ------------------------------------------------------------------------------------------------ whether it still fits


def fits(model: Model, plan: Cases[Plan]) -> bool:
    """Whether all that the plan's conditions read is still there, and of the same type."""
    return all(_is_there(model, node) for node in expressions(plan) if not isinstance(node, ir.Aggregate)) and all(
        node.rows.table in model.project.data or node.rows.table in model.triggers for node in _aggregates(plan)
    )


def _aggregates(plan: Cases[Plan]) -> Iterator[ir.Aggregate]:
    return (node for node in expressions(plan) if isinstance(node, ir.Aggregate))


def _is_there(model: Model, node: ir.Expr) -> bool:
    data = model.project.data
    match node:
        case ir.Derived(name=name):
            return name in model.derived
        case ir.InList(table=table):
            return table in data
        case ir.Reference(table=table, column=column) | ir.SeriesValue(table=table, column=column):
            return table in data and column in data[table].columns and _alike(data[table].columns[column].value_type, node.type)
        case ir.Column(scope="customer" | "other", name=name):
            columns = model.project.snapshot.columns
            return name in columns and _alike(columns[name].value_type, node.type)
        case ir.Column(scope="row", name=name):
            return any(name in table.columns and _alike(table.columns[name].value_type, node.type) for table in data.values())
        case ir.Column(scope=scope, name=name) if scope.startswith("hit."):
            trigger, _ = trigger_of(model, scope)
            return trigger is not None and name in trigger.columns and _alike(trigger.columns[name], node.type)
    return True


def _alike(now: Type, then: Type) -> bool:
    """Whether values of the types are held alike."""
    return now.kind is then.kind and (now.enum and now.enum.values) == (then.enum and then.enum.values)
