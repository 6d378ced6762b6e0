"""The lowering against the row interpreter: random typed expressions over awkward customers."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from strategy_engine.engine.rows import children, evaluate
from strategy_engine.language.functions import FUNCTIONS, load_library
from strategy_engine.semantics import ir

from .bank import TODAY, TYPES, Bank, Worlds
from .frames import Frames
from .generated import DERIVED, Place, call, expressions, settled
from .showing import Readable, show

BANK = Bank(size=64, seed=7)
WORLDS = Worlds(BANK, DERIVED)
PAIRS_A_TYPE = 2_000  # times eleven types: more than 20,000 in all


def examples(count: int) -> settings:
    """The same examples in every run."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # `blame` finds the smallest part at once, where shrinking takes minutes
    )


def compare(expr: ir.Expr) -> int:
    """Hold the engines against each other for every customer; how many there were."""
    worlds = WORLDS.of(TODAY)
    if difference(expr) is not None:
        pytest.fail(blame(expr), pytrace=False)
    return len(worlds)


def difference(expr: ir.Expr) -> str | None:
    """What the engines make of the first customer on whom they differ."""
    found = Frames(BANK, TODAY, DERIVED).values(expr)
    for value, (one, world) in zip(found, WORLDS.of(TODAY).items(), strict=True):
        expected = evaluate(expr, world)
        if not same(value, expected):
            return f"{one}: polars {value!r}, rows {expected!r}"
    return None


def blame(expr: ir.Expr) -> str:
    """The smallest part on which the engines differ, as text."""
    parts = (part for part in children(expr) if not isinstance(part, ir.Window))
    worse = next((part for part in parts if difference(part) is not None), None)
    return f"the engines differ on {difference(expr)}\n{show(expr)}" if worse is None else blame(worse)


def same(found: Any, expected: Any) -> bool:
    """Equal and held alike; neither engine may let an infinity or NaN out."""
    if isinstance(found, float) and not math.isfinite(found):
        return False
    return found == expected and (type(found) is type(expected) or expected is None)


@pytest.mark.parametrize("name", TYPES)
def test_random_expressions(name: str) -> None:
    pairs = 0

    @examples(60)
    @given(expressions(TYPES[name], Place(depth=4)).map(Readable))
    def run(example: Readable) -> None:
        nonlocal pairs
        pairs += compare(example.expr)

    run()
    assert pairs >= PAIRS_A_TYPE


@pytest.mark.parametrize("name", sorted(load_library()))
def test_every_function(name: str) -> None:
    """Each function of the library, with arguments that may be missing."""
    function = FUNCTIONS[name]
    types = [type_ for type_ in TYPES.values() if settled(function, type_) is not None]

    @examples(6)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        expr = call(data.draw, function, data.draw(st.sampled_from(types)), Place(depth=2))
        if expr is not None:
            note(show(expr))
            compare(expr)

    run()
