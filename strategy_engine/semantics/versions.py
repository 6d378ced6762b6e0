"""The version of a strategy: a short hash of what it says and of all that it rests on.

Spelling, titles of other things and places in files do not count; neither do the values of unordered enums, since those of
`channel` or `category` change with every declaration of the project.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from strategy_engine.language.types import Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model, Strategy
from strategy_engine.semantics.walk import expressions

_FIELDS: dict[type, tuple[str, ...]] = {}


def versioned(model: Model) -> Model:
    """The model with each strategy's version."""
    digests = _Digests(model)
    strategies = {name: replace(each, version=digests.of_strategy(each)) for name, each in model.strategies.items()}
    return replace(model, strategies=strategies)


class _Digests:
    """Hashes of declarations, each computed once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.known: dict[tuple[str, str], str] = {}
        self.declared: dict[str, Mapping[str, Any]] = {
            "definition": model.derived,
            "trigger": model.triggers,
            "channel": model.channels,
            "benefit": model.benefits,
            "product": model.products,
        }

    def of_strategy(self, strategy: Strategy) -> str:
        parts = [written(strategy), *(self._of(*each) for each in dict.fromkeys((*_named(strategy), *_rests_on(strategy))))]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]

    def _of(self, kind: str, name: str) -> str:
        key = (kind, name)
        if key not in self.known:
            self.known[key] = ""  # a circle cannot be, but a trigger's hits may be counted in its own condition
            declared = self.declared[kind].get(name)
            parts = [written(declared), *(self._of(*each) for each in dict.fromkeys(_rests_on(declared)))]
            self.known[key] = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return self.known[key]


def _rests_on(thing: Any) -> Iterator[tuple[str, str]]:
    """The definitions and triggers that expressions name."""
    for each in expressions(thing):
        if isinstance(each, ir.Derived):
            yield "definition", each.name
        elif isinstance(each, ir.Aggregate):
            yield "trigger", each.rows.table


def _named(strategy: Strategy) -> Iterator[tuple[str, str]]:
    """What the strategy names outside of expressions."""
    yield from (("trigger", name) for name in strategy.triggers)
    for plan in strategy.plan.values:
        yield from (("channel", name) for step in plan.steps for name in step.channels)
    for ladder in strategy.benefit.values if strategy.benefit else ():
        yield from (("benefit", name) for name in ladder if name is not None)
    yield from (("product", choice.name) for choice in (strategy.product.values if strategy.product else ()) if choice is not None)


def written(thing: Any) -> str:
    """A canonical text of anything in the model."""
    parts: list[str] = []
    _write(thing, parts)
    return "".join(parts)


def _write(thing: Any, parts: list[str]) -> None:
    if isinstance(thing, Type):
        ranks = thing.enum.values if thing.enum is not None and thing.enum.ordered else ()
        parts.append(f"{thing.kind}{ranks}" if ranks else thing.kind)
    elif dataclasses.is_dataclass(thing):
        parts.append(f"{type(thing).__name__}(")
        for name in _fields(type(thing)):
            _write(getattr(thing, name), parts)
            parts.append(",")
        parts.append(")")
    elif isinstance(thing, Mapping):
        _write(tuple(sorted(thing.items())), parts)
    elif isinstance(thing, tuple):
        parts.append("(")
        for each in thing:
            _write(each, parts)
            parts.append(",")
        parts.append(")")
    else:
        parts.append(repr(thing))


def _fields(kind: type) -> tuple[str, ...]:
    """The fields that count: those that are compared."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in dataclasses.fields(kind) if field.compare and field.name != "version")
    return _FIELDS[kind]
