"""What each declaration names: the arrows of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from strategy_engine.language import ast
from strategy_engine.language.walk import names_in, words_in
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Definition, Limit, Model, RowHits, SequenceHits, SeriesHits, Strategy
from strategy_engine.semantics.walk import expressions


class Key(NamedTuple):
    """What a declaration is called by: its kind and name. Tables of the project file are of kind `data`."""

    kind: str
    name: str


class Links:
    """Asks a model what its declarations name."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.param_titles = {each.title: name for name, each in model.params.items() if each.title}
        self.places: dict[str, Mapping[str, Any]] = {
            "trigger": model.triggers,
            "benefit": model.benefits,
            "product": model.products,
            "channel": model.channels,
            "kpi": model.kpis,
            "policy": model.policies,
            "strategy": model.strategies,
        }
        self.definitions: dict[Key, list[Definition]] = {}  # a table has one an output
        self.called: dict[str, list[Key]] = {}
        for name, found in model.derived.items():
            self.definitions.setdefault(Key(found.kind, name.split(".")[0]), []).append(found)
        for kind, declared in self.places.items():
            for name, each in declared.items():
                for word in {name, each.title or name}:
                    self.called.setdefault(word, []).append(Key(kind, name))

    def used_by(self, declaration: ast.Declaration) -> tuple[Key, ...]:
        """What a declaration names, each once. The snapshot is left out: everything rests on it."""
        if declaration.kind == "test":
            words = words_in((declaration.fields, tuple(given.row for given in declaration.givens)))
            return tuple(dict.fromkeys(key for word in sorted(words) for key in self.called.get(word, ())))
        own = Key(declaration.kind, declaration.name)
        found = dict.fromkeys((*self._params(declaration), *self._of_model(own)))
        found.pop(own, None)
        found.pop(Key("data", self.model.project.snapshot.name), None)
        return tuple(found)

    def _params(self, declaration: ast.Declaration) -> Iterator[Key]:
        """The params that it names; the model holds only their values."""
        for name in names_in((declaration.fields, declaration.rows)):
            found = self.param_titles.get(name.parts[0], name.parts[0])
            if found in self.model.params and len(name.parts) == 1:
                yield Key("param", found)

    def _of_model(self, own: Key) -> Iterator[Key]:
        for thing in self._typed(own):
            if isinstance(thing, Strategy):
                yield from _of_strategy(thing)
            yield from (Key("channel", name) for limit in _limits(thing) for name in limit.channels)
            yield from _tables(self.model, getattr(thing, "source", None))
            for expr in expressions(thing):
                yield from self._of_expression(expr)

    def _typed(self, own: Key) -> list[Any]:
        """What the model has of a declaration."""
        if own.kind == "arbitration":
            return [self.model.arbitration]
        found = self.places.get(own.kind, {}).get(own.name)
        return [found] if found is not None else [*self.definitions.get(own, ())]

    def _of_expression(self, expr: ir.Expr) -> Iterator[Key]:
        model = self.model
        match expr:
            case ir.Derived(name=name) if name in model.derived:
                yield Key(model.derived[name].kind, name.split(".")[0])
            case ir.Column(scope=scope) if scope.startswith("hit."):
                yield Key("trigger", scope.removeprefix("hit."))
            case ir.Aggregate(rows=rows) if rows.table in model.triggers or rows.table in model.project.tables:
                yield _rows(model, rows.table)
            case ir.Reference(table=table) | ir.SeriesValue(table=table) | ir.InList(table=table):
                yield Key("data", table)
            case ir.Compare(left=ir.Column() as column, right=ir.Constant(value=name)):
                yield from self._action(column, name)
            case ir.InSet(value=ir.Column() as column, options=options):
                yield from (key for option in options for key in self._action(column, option.value))

    def _action(self, column: ir.Column, name: Any) -> Iterator[Key]:
        """What `channel != rm_call` names; a column of another table may be called so, too."""
        if column.scope in ("action", "row") and name in self.places.get(column.name, {}):
            yield Key(column.name, str(name))


def _limits(thing: Any) -> tuple[Limit, ...]:
    return (*getattr(thing, "limits", ()), *getattr(thing, "keeps", ()))


def _of_strategy(strategy: Strategy) -> Iterator[Key]:
    yield from (Key("trigger", name) for name in strategy.triggers)
    yield from (Key("product", each.name) for each in (strategy.product.values if strategy.product else ()) if each is not None)
    yield from (Key("benefit", name) for each in (strategy.benefit.values if strategy.benefit else ()) for name in each if name is not None)
    yield from (Key("channel", name) for plan in strategy.plan.values for step in plan.steps for name in step.channels)
    yield from (Key("kpi", target.kpi) for target in strategy.targets)


def _tables(model: Model, source: object) -> Iterator[Key]:
    """The rows that a trigger's hits come from."""
    if isinstance(source, RowHits):
        yield _rows(model, source.rows.table)
    elif isinstance(source, SeriesHits):
        yield Key("data", source.table)
    elif isinstance(source, SequenceHits):
        yield from (_rows(model, step.rows.table) for step in source.steps)


def _rows(model: Model, table: str) -> Key:
    return Key("trigger" if table in model.triggers else "data", table)
