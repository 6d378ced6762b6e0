"""What declarations say, part by part, in the form in which two versions are compared: names resolved, nothing of the text left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from strategy_engine.diff.normal import Normal
from strategy_engine.language import ast
from strategy_engine.language.printing.tongue import Language, Tongue
from strategy_engine.language.printing.values import line
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import (
    Arbitration,
    Benefit,
    Cases,
    Channel,
    Declared,
    Kpi,
    Limit,
    Model,
    Param,
    Plan,
    Policy,
    Product,
    ProductChoice,
    Strategy,
    Trigger,
)
from strategy_engine.semantics.versions import written


@record
class Part:
    """One part of a declaration.      plain: its normal form.      condition, value: it as an expression, for the solver to compare."""

    plain: Any
    condition: ir.Expr | None = None
    value: ir.Expr | None = None


Parts = Mapping[str, Part]


def parts(declared: Declared | Arbitration, normal: Normal) -> dict[str, Part]:
    """The parts of a declaration by their keys; what is not there is not there."""
    if isinstance(declared, Strategy):
        found = _strategy(declared, normal)
    elif isinstance(declared, Benefit | Product):
        found = {name: _value(expr, normal) for name, expr in declared.fields.items()}
        found |= {"eligible": _condition(declared.eligible, normal), "limit": _limits(declared.limits, normal)}
    elif isinstance(declared, Channel):
        found = {name: _value(getattr(declared, name), normal) for name in ("cost", "assign")}
        found |= {
            "require": _condition(declared.require, normal),
            "limit": _limits(declared.limits, normal),
            "columns": Part(declared.columns),
        }
    elif isinstance(declared, Kpi):
        found = {
            "measure": Part((normal.of(declared.measure), declared.share)),
            "at": Part(normal.thing(declared.at)),
            "goal": Part(declared.goal),
        }
    elif isinstance(declared, Policy):
        found = _policy(declared, normal)
    elif isinstance(declared, Arbitration):
        found = {"keep": _limits(declared.keeps, normal), "order": Part(declared.order), "maximize": Part(declared.maximize)}
        found["except"] = _condition(declared.excepts, normal)
    elif isinstance(declared, Param):
        found = {"value": Part(normal.of(declared.value))}
    elif isinstance(declared, Trigger):
        found = {"on": Part(normal.thing(declared.source)), "within": Part(normal.thing(declared.window))}
    else:
        found = {}
    title = Part(declared.title if isinstance(declared, Declared) else None)
    return {key: part for key, part in {"title": title, **found}.items() if part.plain not in (None, ())}


def _condition(expr: ir.Expr | None, normal: Normal) -> Part:
    return Part(None if expr is None else normal.of(expr), condition=expr)


def _value(expr: ir.Expr | None, normal: Normal) -> Part:
    return Part(None if expr is None else normal.of(expr), value=expr)


def _limits(limits: Iterable[Limit], normal: Normal) -> Part:
    """Limits in no order; whose they are is said by the declaration that they stand in."""
    found = [replace(each, source="", channels=tuple(sorted(normal.called("channel", name) for name in each.channels))) for each in limits]
    return Part(tuple(sorted(map(normal.thing, found), key=written)))


def _policy(policy: Policy, normal: Normal) -> dict[str, Part]:
    return {
        "for": _condition(policy.applies, normal),
        "limit": _limits(policy.limits, normal),
        "pause": Part(tuple(sorted(map(normal.thing, policy.pauses), key=written))),
        "exclude": Part(tuple(sorted(map(normal.of, policy.excludes), key=written))),
        "except": _condition(policy.excepts, normal),
        "control": Part(policy.control),
    }


def _strategy(strategy: Strategy, normal: Normal) -> dict[str, Part]:
    def cases(found: Cases[Any] | None, value: Any) -> Part:
        return Part(None if found is None else tuple((normal.thing(guard), value(each)) for guard, each in found.branches))

    def plan(found: Plan) -> Any:
        steps = [replace(step, channels=tuple(normal.called("channel", name) for name in step.channels)) for step in found.steps]
        return normal.thing(tuple(steps))

    def product(found: ProductChoice | None) -> Any:
        return found and normal.thing(replace(found, name=normal.called("product", found.name)))

    def benefits(found: tuple[str | None, ...]) -> Any:
        return tuple(name and normal.called("benefit", name) for name in found)

    targets = tuple(replace(each, kpi=normal.called("kpi", each.kpi)) for each in strategy.targets)
    return {
        "trigger": Part(tuple(sorted(normal.called("trigger", name) for name in strategy.triggers))),
        "product": cases(strategy.product, product),
        "benefit": cases(strategy.benefit, benefits),
        "channel": cases(strategy.plan, plan),
        "script": cases(strategy.script, normal.thing),
        "owner": cases(strategy.owner, normal.thing),
        "score": _value(strategy.score, normal),
        "priority": _value(strategy.priority, normal),
        "limit": _limits(strategy.limits, normal),
        "until": _value(strategy.until, normal),
        "control": _value(strategy.control, normal),
        "split": Part(strategy.split),
        "valid": Part((strategy.valid_from, strategy.valid_to, strategy.ramp)),
        "status": Part(strategy.status),
        "category": Part(strategy.category),
        "stage": Part(strategy.stage),
        "kpi": Part(tuple(sorted(targets, key=repr))),
    }


def rests_on(declared: Declared) -> list[tuple[str, str]]:
    """What a strategy names outside of expressions, by kind and name."""
    if not isinstance(declared, Strategy):
        return []
    found = [("trigger", name) for name in declared.triggers]
    found += [("channel", name) for plan in declared.plan.values for step in plan.steps for name in step.channels]
    found += [("benefit", name) for ladder in (declared.benefit.values if declared.benefit else ()) for name in ladder if name is not None]
    found += [("product", choice.name) for choice in (declared.product.values if declared.product else ()) if choice is not None]
    return list(dict.fromkeys(found + [("kpi", target.kpi) for target in declared.targets]))


def of_kind(model: Model) -> dict[str, Mapping[str, Declared]]:
    """The declarations of a model by kind, as people tell them apart."""
    kinds = {
        kind: {name: each for name, each in model.derived.items() if each.kind == kind} for kind in ("attribute", "cohort", "table", "grid")
    }
    named: dict[str, Mapping[str, Declared]] = {
        "strategy": model.strategies, **kinds, "trigger": model.triggers, "benefit": model.benefits, "product": model.products,
        "channel": model.channels, "policy": model.policies, "kpi": model.kpis, "param": model.params,
    }  # fmt: skip
    return named


# ------------------------------------------------------------------------------------------------ texts


def texts(modules: Iterable[ast.Module]) -> dict[tuple[str, str], dict[str, str]]:
    """What was written under each key of each declaration, on one line of the canonical layout."""
    tongue = Tongue(Language.EN)
    found: dict[tuple[str, str], dict[str, str]] = {}
    for module in modules:
        for each in module.declarations:
            own = found.setdefault((each.kind, each.name), {})
            if each.title is not None:
                own["title"] = each.title
            for field in each.fields:
                text = line(field.value, tongue, field.key)
                key = "title" if field.key == "label" else field.key
                own[key] = f"{own[key]}; {text}" if key in own and key != "title" else text
    return found
