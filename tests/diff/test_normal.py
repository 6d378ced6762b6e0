"""The normal form of random expressions of every kind of node means what they mean, for awkward customers; and what it makes equal."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from strategy_engine.diff.normal import Normal
from strategy_engine.diff.shared import Reading
from strategy_engine.engine.rows import evaluate
from strategy_engine.language.types import BOOL, DATE, INT, MONEY, NUMBER, TEXT, Type
from strategy_engine.semantics.model import Definition, Model

from ..engine.bank import TODAY
from ..engine.generated import DERIVED, Place, expressions
from ..engine.showing import Readable, show
from ..proofs.test_encoding import PROJECT, WORLDS


@pytest.mark.parametrize(("of", "examples"), [(BOOL, 300), (MONEY, 40), (NUMBER, 40), (DATE, 30), (TEXT, 30), (INT, 30)], ids=str)
def test_it_means_the_same(of: Type, examples: int) -> None:
    told: list[object] = []

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(expressions(of, Place(depth=4)).map(Readable))
    def run(example: Readable) -> None:
        derived = {name: Definition(name=name, kind="attribute", expr=value) for name, value in DERIVED.items()}
        normal = Normal(Model(PROJECT, derived=derived), Reading())
        form = normal.of(example.expr)
        for world in list(WORLDS.of(TODAY).values())[:8]:
            expected, got = evaluate(example.expr, world), evaluate(form, world)
            told.append(got)
            if (expected, type(expected)) != (got, type(got)):
                pytest.fail(f"{expected!r} became {got!r}\n{show(example.expr)}\n{form}", pytrace=False)

    run()
    assert len({repr(each) for each in told}) > 2
