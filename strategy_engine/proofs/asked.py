"""The conditions of a model that choose customers, rows or actions, with what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Cases, Definition, Model, RowHits, SequenceHits, SeriesHits, StateHits, Trigger
from strategy_engine.source.file import Span


@record
class Question:
    """A condition.      what: it, in a message.      span: where it is declared, if it has no place of its own.
    defines: the name of the cohort or attribute that it is."""

    what: str
    condition: ir.Expr
    span: Span | None
    defines: str | None = None


def questions(model: Model) -> Iterator[Question]:
    """All conditions that must be true of whom they choose, definitions before what uses them."""
    for name, each in model.derived.items():
        if each.kind in ("cohort", "attribute") and each.type.kind == "bool":
            yield from _defined(name, each)
    for trigger in model.triggers.values():
        yield from _triggers(trigger)
    for channel in model.channels.values():
        if channel.require is not None:
            yield Question(f"`require` of channel `{channel.name}`", channel.require, channel.span)
    for benefit in model.benefits.values():
        if benefit.eligible is not None:
            yield Question(f"`eligible` of benefit `{benefit.name}`", benefit.eligible, benefit.span)
    for product in model.products.values():
        if product.eligible is not None:
            yield Question(f"`eligible` of product `{product.name}`", product.eligible, product.span)
    for strategy in model.strategies.values():
        yield Question(f"the cohort of strategy `{strategy.name}`", strategy.cohort, strategy.span)


def guards(model: Model) -> Iterator[ir.Expr]:
    """What decides between the branches of strategies."""
    for each in model.strategies.values():
        keys: tuple[Cases[Any] | None, ...] = (each.plan, each.product, each.benefit, each.script, each.owner)
        yield from (guard for cases in keys if cases is not None for guard, _ in cases.branches if guard is not None)


def excludes(model: Model) -> Iterator[tuple[str, ir.Expr]]:
    """What policies exclude, with their names."""
    for policy in model.policies.values():
        for condition in policy.excludes:
            yield policy.name, condition


def _defined(name: str, definition: Definition) -> Iterator[Question]:
    enters = entering(definition)
    if enters is not None:
        yield Question(f"`enter` of cohort `{name}`", enters, definition.span)
    else:
        yield Question(f"{definition.kind} `{name}`", definition.expr, definition.span, name)


def entering(definition: Definition) -> ir.Expr | None:
    """What lets a customer into a fixed cohort."""
    if definition.remembered is None:
        return None
    inside = definition.expr
    joins = inside.parts[1] if isinstance(inside, ir.And) else None
    enters = joins.parts[1] if isinstance(joins, ir.Or) else None
    return enters.options[0] if isinstance(enters, ir.Default) else None


def _triggers(trigger: Trigger) -> Iterator[Question]:
    """The rows that a trigger takes, or the state that it waits for."""
    source, what = trigger.source, f"trigger `{trigger.name}`"
    if isinstance(source, StateHits):
        yield Question(what, source.condition, trigger.span)
    elif isinstance(source, RowHits) and source.rows.where is not None:
        yield Question(what, source.rows.where, trigger.span)
    elif isinstance(source, SeriesHits) and source.where is not None:
        yield Question(what, source.where, trigger.span)
    elif isinstance(source, SequenceHits):
        for step in source.steps:
            if step.rows.where is not None:
                yield Question(f"step `{step.name}` of trigger `{trigger.name}`", step.rows.where, trigger.span)
