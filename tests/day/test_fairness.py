"""The outcome by groups of a sensitive column: rates as one counts them by hand, and nothing of few people."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import polars as pl
from hypothesis import given

from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.run import open_day
from strategy_engine.engine.explain.fairness import FEW, outcomes
from strategy_engine.engine.explain.reach import placing, reach
from strategy_engine.semantics.load import load_project

from .conftest import TODAY, Bank

values = st.sampled_from([None, "a", "b", "c"])


@given(st.lists(st.tuples(values, st.sets(st.sampled_from(["s", "t"]))), max_size=120))
def test_rates_and_ratios(people: list[tuple[str | None, set[str]]]) -> None:
    frame = pl.DataFrame({KEY: [str(at) for at in range(len(people))], "x": [value for value, _ in people]}, schema={KEY: str, "x": str})
    rows = [(str(at), name) for at, (_, names) in enumerate(people) for name in sorted(names) for _ in range(2)]  # listed twice is once
    contacts = pl.DataFrame(rows, schema={KEY: str, "strategy": str}, orient="row")
    for outcome in outcomes(["x"], frame, contacts, ["s", "t"]):
        chosen = {at for at, (_, names) in enumerate(people) if names & ({"s", "t"} if outcome.strategy is None else {outcome.strategy})}
        rates: dict[str | None, float] = {}
        for group in outcome.groups:
            inside = {at for at, (value, _) in enumerate(people) if value == group.value}
            assert inside
            assert group.customers == (len(inside) if len(inside) >= FEW else None)
            if len(inside) >= FEW and not 0 < len(inside & chosen) < FEW:
                rates[group.value] = len(inside & chosen) / len(inside)
                assert (group.chosen, group.rate) == (len(inside & chosen), rates[group.value])
            else:
                assert (group.chosen, group.rate, group.ratio) == (None, None, None)
        highest = max(rates.values(), default=0)
        assert {group.value: group.ratio for group in outcome.groups if group.ratio is not None} == {
            value: rate / highest for value, rate in rates.items() if highest
        }


def test_a_project_with_a_sensitive_column(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    bank = Bank(tmp_path)
    bank.customers(*({"id": at, "tier": "gold" if at % 2 else "mass", "aum": 50 + at} for at in range(80)))
    bank.strategies("channel app { cost: 1 }\nstrategy s { cohort: tier == gold or aum >= 100  channel: app }")
    file = tmp_path / "strategy.yaml"
    file.write_text(file.read_text("utf-8").replace("tier: {type: enum", "tier: {sensitive: true, type: enum"), "utf-8")
    loaded = load_project(tmp_path)
    day = open_day(loaded.model, tmp_path, TODAY, further=placing(loaded.model).values())
    every, own = reach(day, {}, 1).fairness
    day.moment.bank.close()
    assert (every.column, every.strategy, own.strategy, every.groups) == ("tier", None, "s", own.groups)
    assert [(each.value, each.customers, each.chosen, each.ratio) for each in every.groups] == [
        ("gold", 40, 40, 1.0),
        ("mass", 40, 15, 0.375),
    ]
    assert every.lowest == 0.375
