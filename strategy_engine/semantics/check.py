"""The whole check: syntax trees of all files to the typed model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from strategy_engine.catalog.models import Project
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import ast
from strategy_engine.semantics.context import Context
from strategy_engine.semantics.definitions import definition, in_order, param_value
from strategy_engine.semantics.keys import check_keys
from strategy_engine.semantics.kpis import kpi
from strategy_engine.semantics.model import Model, Param
from strategy_engine.semantics.names import collect_names
from strategy_engine.semantics.offers import benefit, channel, field_types, product
from strategy_engine.semantics.rules import arbitration, policy
from strategy_engine.semantics.strategies import strategy
from strategy_engine.semantics.test_blocks import trial
from strategy_engine.semantics.triggers import trigger
from strategy_engine.source.file import SourceFile


def check(
    project: Project,
    modules: Iterable[ast.Module],
    sources: dict[str, SourceFile],
    folder: Path | None = None,
) -> tuple[Model, list[Diagnostic]]:
    """The typed model, as far as it could be made, and everything that is wrong. Files that tables name are added to `sources`."""
    declarations = [declaration for module in modules for declaration in module.declarations]
    names, diagnostics = collect_names(project, declarations)
    context = Context(names, diagnostics, sources=sources, folder=folder, declared=_Declared())
    for declaration in declarations:
        check_keys(declaration, context)
    _resolve_definitions(context)
    channels = _each("channel", channel, context)
    benefits = _each("benefit", benefit, context)
    products = _each("product", product, context)
    kpis = _each("kpi", kpi, context)
    policies = _each("policy", policy, context)
    strategies = _each("strategy", strategy, context)
    tests = [trial(test, strategies, context) for test in names.of_kind("test").values()]
    model = Model(
        project=project,
        params={each.name: each for each in _params(context)},
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
        tests=tuple(each for each in tests if each is not None),
    )
    return model, context.diagnostics


class _Declared:
    """How each kind of declaration is resolved when an expression names it."""

    definition = staticmethod(definition)
    param_value = staticmethod(param_value)
    trigger = staticmethod(trigger)
    field_types = staticmethod(field_types)


def _resolve_definitions(context: Context) -> None:
    for declaration in in_order(context.names):
        resolve = param_value if declaration.kind == "param" else definition
        resolve(declaration.name, declaration.name_span or declaration.span, context)
    for name in context.names.of_kind("trigger"):
        trigger(name, context)


def _params(context: Context) -> Iterator[Param]:
    for name, declaration in context.names.of_kind("param").items():
        value = context.params.get(name)
        if value is not None:
            yield Param(name=name, title=declaration.title, span=declaration.name_span, value=value)


def _each(kind: str, read: Any, context: Context) -> dict[str, Any]:
    """Every declaration of a kind, read; those that could not be are left out."""
    found = {name: read(declaration, context) for name, declaration in context.names.of_kind(kind).items()}
    return {name: each for name, each in found.items() if each is not None}
