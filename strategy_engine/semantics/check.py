"""The whole check: syntax trees of all files to the typed model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from strategy_engine.catalog.models import Project
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import ast
from strategy_engine.semantics.context import Context
from strategy_engine.semantics.definitions import definition, in_order, param_value
from strategy_engine.semantics.keys import check_keys
from strategy_engine.semantics.kpis import kpi
from strategy_engine.semantics.model import Model, Param
from strategy_engine.semantics.names import IN_EXPRESSIONS, collect_names
from strategy_engine.semantics.offers import benefit, channel, field_types, product
from strategy_engine.semantics.rules import arbitration, policy
from strategy_engine.semantics.strategies import strategy
from strategy_engine.semantics.test_blocks import trial
from strategy_engine.semantics.triggers import trigger
from strategy_engine.source.file import SourceFile

T = TypeVar("T")


def check(
    project: Project,
    modules: Iterable[ast.Module],
    sources: dict[str, SourceFile],
    folder: Path | None = None,
) -> tuple[Model, list[Diagnostic]]:
    """The typed model, as far as it could be made, and everything that is wrong. Files that tables name are added to `sources`."""
    model, context = examine(project, modules, sources, folder)
    return model, context.diagnostics


def examine(
    project: Project,
    modules: Iterable[ast.Module],
    sources: dict[str, SourceFile],
    folder: Path | None = None,
    only: str | None = None,
) -> tuple[Model, Context]:
    """As `check`, with all that was met on the way.

    only: the path of a file. What the others declare is then read as far as the file needs it, and nothing is said of its own
    declarations that needs all of the project; an editor asks so at every keystroke.
    """
    declarations = [declaration for module in modules for declaration in module.declarations]
    names, diagnostics = collect_names(project, declarations)
    context = Context(names, diagnostics, sources=sources, folder=folder, declared=_Declared())
    wanted = [each for each in declarations if only is None or each.span.path == only]
    for declaration in wanted:
        check_keys(declaration, context)
    _resolve_definitions(wanted, context)
    return _model(wanted, context), context


def _model(wanted: list[ast.Declaration], context: Context) -> Model:
    read = _Reader(wanted, context)
    arbitrations, tests = read.of_kind("arbitration"), read.of_kind("test")
    trials = [trial(test, context) for test in tests.values()]
    return Model(
        project=context.project,
        params={each.name: each for each in _params(context)},
        channels=read.each("channel", channel),
        benefits=read.each("benefit", benefit),
        products=read.each("product", product),
        kpis=read.each("kpi", kpi),
        policies=read.each("policy", policy),
        strategies=read.each("strategy", strategy),
        arbitration=arbitration(next(iter(arbitrations.values()), None), context),
        tests=tuple(each for each in trials if each is not None),
        derived={name: found for name, found in context.definitions.items() if found is not None},
        grids=context.grids,
        triggers={name: found for name, found in context.triggers.items() if found is not None},
    )


class _Declared:
    """How each kind of declaration is resolved when an expression names it."""

    definition = staticmethod(definition)
    param_value = staticmethod(param_value)
    trigger = staticmethod(trigger)
    field_types = staticmethod(field_types)


def _resolve_definitions(wanted: list[ast.Declaration], context: Context) -> None:
    for declaration in in_order([each for each in wanted if each.kind in IN_EXPRESSIONS], context.names):
        resolve = param_value if declaration.kind == "param" else definition
        resolve(declaration.name, declaration.name_span or declaration.span, context)
    for declaration in wanted:
        if declaration.kind == "trigger":
            trigger(declaration.name, context)


def _params(context: Context) -> Iterator[Param]:
    for name, declaration in context.names.of_kind("param").items():
        value = context.params.get(name)
        if value is not None:
            yield Param(name=name, title=declaration.title, purpose=declaration.text("purpose"), span=declaration.name_span, value=value)


class _Reader:
    """Reads the wanted declarations of a kind; of two with one name the first counts."""

    def __init__(self, wanted: list[ast.Declaration], context: Context) -> None:
        self.wanted, self.context = {id(each) for each in wanted}, context

    def of_kind(self, kind: str) -> dict[str, ast.Declaration]:
        return {name: each for name, each in self.context.names.of_kind(kind).items() if id(each) in self.wanted}

    def each(self, kind: str, read: Callable[[ast.Declaration, Context], T | None]) -> dict[str, T]:
        """Every declaration of a kind, read; those that could not be are left out."""
        found = {name: read(declaration, self.context) for name, declaration in self.of_kind(kind).items()}
        return {name: each for name, each in found.items() if each is not None}
