"""The version of a strategy: a short hash of what it says and of all that it rests on.

Spelling, titles of other things and places in files do not count; neither do the values of unordered enums, since those of
`channel` or `category` change with every declaration of the project.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from strategy_engine.language.types import Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model, Strategy

_FIELDS: dict[type, tuple[str, ...]] = {}


def versioned(model: Model) -> Model:
    """The model with each strategy's version; the same where it has them."""
    if all(each.version for each in model.strategies.values()):
        return model
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
        return self._hash(strategy, _named(strategy))[:8]

    def _of(self, kind: str, name: str) -> str:
        key = (kind, name)
        if key not in self.known:
            self.known[key] = ""  # a circle cannot be, but a trigger's hits may be counted in its own condition
            self.known[key] = self._hash(self.declared[kind].get(name))
        return self.known[key]

    def _hash(self, thing: Any, named: Iterable[tuple[str, str]] = ()) -> str:
        text = _Text()
        text.write(thing)
        parts = ["".join(text.parts), *(self._of(*each) for each in dict.fromkeys((*named, *text.rests_on)))]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def written(thing: Any) -> str:
    """A canonical text of anything in the model."""
    text = _Text()
    text.write(thing)
    return "".join(text.parts)


def _named(strategy: Strategy) -> Iterator[tuple[str, str]]:
    """What the strategy names outside of expressions."""
    yield from (("trigger", name) for name in strategy.triggers)
    for plan in strategy.plan.values:
        yield from (("channel", name) for step in plan.steps for name in step.channels)
    for ladder in strategy.benefit.values if strategy.benefit else ():
        yield from (("benefit", name) for name in ladder if name is not None)
    yield from (("product", choice.name) for choice in (strategy.product.values if strategy.product else ()) if choice is not None)


class _Text:
    """A canonical text of anything in the model, and the definitions and triggers that its expressions name."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.rests_on: list[tuple[str, str]] = []

    def write(self, thing: Any) -> None:
        kind = type(thing)
        if kind is Type:
            ranks = thing.enum.values if thing.enum is not None and thing.enum.ordered else ""
            self.parts.append(f"{thing.kind}{ranks}")
        elif kind is tuple:
            self.parts.append("(")
            for each in thing:
                self.write(each)
            self.parts.append(")")
        elif dataclasses.is_dataclass(kind):
            self._write_fields(kind, thing)
        elif isinstance(thing, Mapping):
            self.write(tuple(sorted(thing.items())))
        else:
            self.parts.append(f"{thing!r},")

    def _write_fields(self, kind: type, thing: Any) -> None:
        if kind is ir.Derived:
            self.rests_on.append(("definition", thing.name))
        elif kind is ir.Rows:
            self.rests_on.append(("trigger", thing.table))
        self.parts.append(f"{kind.__name__}(")
        for name in _fields(kind):
            self.write(getattr(thing, name))
        self.parts.append(")")


def _fields(kind: type) -> tuple[str, ...]:
    """The fields that count: those that are compared."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in dataclasses.fields(kind) if field.compare and field.name != "version")
    return _FIELDS[kind]
