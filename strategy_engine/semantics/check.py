"""The whole check: syntax trees of all files to the typed model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from strategy_engine.catalog.models import Project
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import ast
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context
from strategy_engine.semantics.definitions import definition, param_value
from strategy_engine.semantics.keys import check_keys
from strategy_engine.semantics.kpis import kpi
from strategy_engine.semantics.model import Definition, Model, Strategy
from strategy_engine.semantics.names import collect_names
from strategy_engine.semantics.offers import benefit, channel, product
from strategy_engine.semantics.rules import arbitration, policy
from strategy_engine.semantics.strategies import strategy
from strategy_engine.semantics.triggers import trigger
from strategy_engine.semantics.walk import expressions
from strategy_engine.source.file import SourceFile


def check(
    project: Project,
    modules: Iterable[ast.Module],
    sources: Mapping[str, SourceFile],
    folder: Path | None = None,
) -> tuple[Model, list[Diagnostic]]:
    """The typed model, as far as it could be made, and everything that is wrong."""
    declarations = [declaration for module in modules for declaration in module.declarations]
    names, diagnostics = collect_names(project, declarations)
    context = Context(names, diagnostics, sources=sources, folder=folder)
    for declaration in declarations:
        check_keys(declaration, context)
    _resolve_definitions(context)
    channels = _each("channel", channel, context)
    benefits = _each("benefit", benefit, context)
    products = _each("product", product, context)
    kpis = _each("kpi", kpi, context)
    policies = _each("policy", policy, context)
    strategies = _each("strategy", strategy, context)
    model = Model(
        project=project,
        derived={name: found for name, found in context.definitions.items() if found is not None},
        grids=context.grids,
        triggers={name: found for name, found in context.triggers.items() if found is not None},
        benefits=benefits,
        products=products,
        channels=channels,
        kpis=kpis,
        policies=policies,
        arbitration=arbitration(next(iter(names.of_kind("arbitration").values()), None), context),
        strategies=strategies,
        tests=tuple(names.of_kind("test").values()),
    )
    return _versioned(model), context.diagnostics


def _resolve_definitions(context: Context) -> None:
    for declaration in context.names.of_kind("param").values():
        param_value(declaration.name, declaration.name_span or declaration.span, context)
    for kind in ("attribute", "cohort", "table", "grid"):
        for declaration in context.names.of_kind(kind).values():
            definition(declaration.name, declaration.name_span or declaration.span, context)
    for name in context.names.of_kind("trigger"):
        trigger(name, context)


def _each(kind: str, read: Any, context: Context) -> dict[str, Any]:
    """Every declaration of a kind, read; those that could not be are left out."""
    found = {name: read(declaration, context) for name, declaration in context.names.of_kind(kind).items()}
    return {name: each for name, each in found.items() if each is not None}


# ------------------------------------------------------------------------------------------------ versions


def _versioned(model: Model) -> Model:
    """The model with each strategy's version: a hash of its own content and of all that it rests on."""
    digests = _Digests(model)
    strategies = {name: replace(each, version=digests.of_strategy(each)) for name, each in model.strategies.items()}
    return replace(model, strategies=strategies)


class _Digests:
    """Hashes of declarations, each computed once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.known: dict[tuple[str, str], str] = {}

    def of_strategy(self, found: Strategy) -> str:
        parts = [repr(found), *self._rests_on(found)]
        parts += [self._of("trigger", name, self.model.triggers[name]) for name in found.triggers]
        parts += [self._of("channel", name, self.model.channels[name]) for name in _channels(found) if name in self.model.channels]
        for each in found.benefit.values if found.benefit else ():
            parts += [self._of("benefit", name, self.model.benefits[name]) for name in each if name in self.model.benefits]
        for choice in found.product.values if found.product else ():
            if choice is not None and choice.name in self.model.products:
                parts.append(self._of("product", choice.name, self.model.products[choice.name]))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]

    def _of(self, kind: str, name: str, declared: Any) -> str:
        key = (kind, name)
        if key not in self.known:
            self.known[key] = ""  # a circle cannot be, but a trigger's hits may be counted in its own condition
            text = "\n".join([repr(declared), *self._rests_on(declared)])
            self.known[key] = hashlib.sha256(text.encode()).hexdigest()
        return self.known[key]

    def _rests_on(self, thing: Any) -> list[str]:
        names = dict.fromkeys(each.name for each in expressions(thing) if isinstance(each, ir.Derived))
        return [self._of("definition", name, self._definition(name)) for name in names if name in self.model.derived]

    def _definition(self, name: str) -> Definition:
        return self.model.derived[name]


def _channels(found: Strategy) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for plan in found.plan.values for step in plan.steps for name in step.channels))
