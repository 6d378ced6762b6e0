"""What is said never to go out does not, on days that are really run, for a customer for whom it does go out in the sound twin."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from strategy_engine.engine.trial import run_trials
from strategy_engine.language.types import DATE, Kind, Type
from strategy_engine.proofs.journeys import earliest
from strategy_engine.proofs.prove import proofs
from strategy_engine.proofs.replay import Customer
from strategy_engine.proofs.solver import Solver
from strategy_engine.proofs.values import written
from strategy_engine.proofs.ways import Ways
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

from .faulty import FAULTS, Fault

SAID = ("S0323", "S0326", "S0331", "S0335", "S0336")
"""What says that a strategy, or a step of it, lists nobody."""

CASES = [fault for fault in FAULTS if fault.code in SAID]

RARE = {
    "strategies: the same channel with room for some",  # it takes sixty customers more
    "strategies: a policy that stops the winner alone in the twin",  # which does not stop this customer
    "strategies: consent that both need",  # which this customer gave
}
"""Twins in which it is another customer to whom it goes out."""

ANYTHING = {
    Kind.MONEY: 100_000_00,
    Kind.PERCENT: 0.1,
    Kind.INT: 1,
    Kind.BOOL: True,
    Kind.TEXT: "x",
    Kind.ID: "7",
    Kind.DATE: dt.date(2020, 1, 1),
}
"""For a column that must have a value, and whose value does not matter."""


@pytest.mark.parametrize("fault", CASES, ids=lambda fault: fault.name)
def test_what_is_said_never_to_go_out_does_not(fault: Fault, tmp_path: Path) -> None:
    (told,) = proofs(fault.model(fault.faulty, tmp_path))
    name, step = getattr(told, "name", None) or told.names[0], getattr(told, "step", 1)  # type: ignore[attr-defined]
    twin = fault.model(fault.twin, tmp_path)
    days = _days(twin, name, step)
    customer = _customer(twin, name, step, days[0])
    assert listed(fault, fault.faulty, name, step, days, customer, tmp_path) == []
    assert fault.name in RARE or listed(fault, fault.twin, name, step, days, customer, tmp_path)


def _days(model: Model, name: str, step: int) -> list[dt.date]:
    """Days of the strategy's validity, a week apart, and its last; for a later step those on which it and the ones before it are due, and
    the last on which they are tried."""
    strategy = model.strategies[name]
    if step > 1:
        first, (plan,) = strategy.valid_from or dt.date(2026, 6, 17), strategy.plan.values
        due = [earliest(plan, place) for place in range(step)]
        return [first + dt.timedelta(days=number) for number in sorted({*due, *(day + 6 for day in due)})]
    last = strategy.valid_to or dt.date(2026, 6, 18)
    return [last - dt.timedelta(days=number) for number in (8, 7, 1, 0)]


def _customer(model: Model, name: str, step: int, day: dt.date) -> Customer:
    """A customer for whom the strategy's first action passes, and that of the step, on that day."""
    ways, solver = [Ways(model).of(model.strategies[name], number)[0] for number in (1, step)], Solver.of(model)
    shown = solver.show(*ways[0].passes, *ways[1].passes, (ir.Compare("==", ir.Today(type=DATE), ir.Constant(day, type=DATE)), True))
    assert shown is not None
    assert shown.certain
    return shown.customer


def listed(fault: Fault, text: str, name: str, step: int, days: list[dt.date], customer: Customer, folder: Path) -> list[dt.date]:
    """The days on which the step goes out to the customer."""
    columns = fault.model(text, folder).project.snapshot.columns
    given = ", ".join(
        f"{column}: {_value(column, customer.values.get(((), 'customer', column)), declared.value_type)}"
        for column, declared in columns.items()
        if customer.values.get(((), "customer", column)) is not None or not declared.value_type.optional
    )
    key = _value("", customer.values.get(((), "customer", "customer_id")), Type(Kind.ID))
    asked = f"{name}.step == {step}" if step > 1 else name
    lines = [
        *(f"on: {day}" for day in days),
        f"given customer {{ {given} }}",
        f"given txn {{ id: 1, customer_id: {key}, kind: salary, amount: 5000, at: {days[0]}T09:00 }}",
        *(f"expect: {asked} on {day}" for day in days),
    ]
    model = fault.model(f'{text}test "it" {{\n' + "\n".join(lines) + "\n}\n", folder)
    (tested,) = run_trials(model, model.tests, {})
    failed = {failure.expectation.date for failure in tested.failures}
    return [day for day in days if day not in failed]


def _value(column: str, value: Any, of: Type) -> str:
    """The value in the language; anything for one that does not matter."""
    if value is None:
        value = of.enum.values[0] if of.enum is not None else ANYTHING[of.kind]
    return str(value).lower() if isinstance(value, bool) else written(column, value, of).partition(" == ")[2]
