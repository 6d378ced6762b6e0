"""The encoding leaves out nothing that the row interpreter sees: of random expressions of every kind of node, over awkward customers, the
solver thinks possible what is so. Rows of other tables, other customers and what functions give are anything to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from strategy_engine.catalog.models import Project
from strategy_engine.engine.rows import World, evaluate
from strategy_engine.language.types import BOOL, CENTS, Kind
from strategy_engine.proofs.encode import scene_of
from strategy_engine.proofs.logic import Pair, lifted, negated, z3
from strategy_engine.proofs.scene import Leaf, Moment, Scene
from strategy_engine.proofs.values import term_of
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Definition, Model
from strategy_engine.semantics.walk import expressions as all_of

from ..engine.bank import EARLIER, TODAY, Bank, Worlds
from ..engine.generated import DERIVED, Place, expressions
from ..engine.showing import Readable, show

BANK = Bank(size=24, seed=3)
WORLDS = Worlds(BANK, DERIVED)
EXAMPLES = 400
PROJECT = Project.model_validate(
    {
        "project": "awkward",
        "calendar": {"holidays": ["2026-10-01", "2026-10-02", "2027-01-01"], "workdays": ["2026-10-10"]},
        "contact_offset": 2,
        "data": {"customer": {"kind": "snapshot", "path": "c.csv", "key": "id", "columns": {"id": "id"}}},
    }
)
LARGE = 10**15
"""Beyond it the engines round to double precision and find no room in 64 bits, where the solver is exact: see the record."""


def plain(value: Any) -> bool:
    """Whether a number is one that banks have: neither huge nor so small that it is lost beside others."""
    return not isinstance(value, int | float) or isinstance(value, bool) or value == 0 or 1e-6 <= abs(value) <= LARGE / CENTS


def ordinary(expr: ir.Expr, world: World) -> bool:
    """Whether all numbers on the way are."""
    names = {each.name for each in all_of(expr) if isinstance(each, ir.Derived)}
    inner = [DERIVED[name] for name in names]
    if inner and not all(ordinary(each, world) for each in inner):
        return False
    return all(
        plain(evaluate(each, world)) and not _no_room(each, world)
        for each in all_of(expr)
        if not isinstance(each, ir.Window) and _of_customer(each)
    )


def _no_room(each: ir.Expr, world: World) -> bool:
    """Whether a sum or product of known values is missing, since 64 bits do not hold it."""
    if isinstance(each, ir.Aggregate):
        return each.function == "sum" and evaluate(each, world) is None
    if not isinstance(each, ir.Arithmetic) or each.op == "/":
        return False
    return evaluate(each, world) is None and None not in (evaluate(each.left, world), evaluate(each.right, world))


def _of_customer(each: ir.Expr) -> bool:
    return not (isinstance(each, ir.Column) and each.scope in ("row", "other", "hits"))


def world_at(world: World, moment: Moment) -> World | None:
    """The customer's world at a moment."""
    seen: World | None = world
    for back in moment:
        seen = seen.earlier(back) if seen is not None else None
    return seen


def possible(scene: Scene, expr: ir.Expr, world: World, value: bool | None) -> bool:
    """Whether the solver lets the condition be so for the customer."""
    meaning = scene.of(expr)
    assert isinstance(meaning, Pair)
    solver = z3.Solver()
    solver.set("rlimit", 500_000)
    solver.add(*scene.facts.holds)
    for leaf in scene.facts.leaves.values():
        solver.add(*_as_it_is(leaf, world, scene))
    for moment, there in scene.facts.presences.items():
        solver.add(lifted(there if world_at(world, moment) is not None else negated(there)))
    if () in scene.facts.today:
        solver.add(scene.today == world.today.toordinal())
    side = {True: meaning.true, False: meaning.false}.get(value)  # type: ignore[call-overload]  # unknown is neither
    if side is None:
        solver.add(lifted(negated(meaning.true)), lifted(negated(meaning.false)))
    else:
        solver.add(lifted(side))
    return bool(solver.check() != z3.unsat)


def _as_it_is(leaf: Leaf, world: World, scene: Scene) -> list[Any]:
    """The value that the customer has there."""
    seen = world_at(world, leaf.moment)
    if seen is None:
        return []
    if leaf.scope == "list":
        value = seen.lists[leaf.name]
    elif leaf.scope == "series":
        table, _, column = leaf.name.partition(".")
        value = (seen.series.get(table) or {}).get(column)
    else:
        value = seen.column(leaf.scope, leaf.name)
    if value is None:
        return [lifted(negated(leaf.there))]
    of_term = leaf.term == (value if leaf.type.kind is Kind.BOOL else term_of(value, leaf.type, scene.facts.texts))
    return [lifted(leaf.there), of_term]


def test_what_is_so_is_possible() -> None:
    told = {True: 0, False: 0, None: 0}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(expressions(BOOL, Place(depth=4)).map(Readable))
    def run(example: Readable) -> None:
        expr = example.expr
        derived = {name: Definition(name=name, kind="attribute", expr=value) for name, value in DERIVED.items()}
        scene = scene_of(Model(PROJECT, derived=derived))
        for world in list(WORLDS.of(TODAY).values())[:4]:
            if all(ordinary(expr, seen) for seen in (world, *filter(None, map(world.earlier, EARLIER)))):
                value = evaluate(expr, world)
                told[value] += 1
                if not possible(scene, expr, world, value):
                    pytest.fail(f"it is {value}, and the solver says that it cannot be\n{show(expr)}", pytrace=False)

    run()
    assert min(told.values()) > EXAMPLES // 4
