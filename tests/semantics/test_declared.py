"""Tables, grids, choices, limits and versions."""

from __future__ import annotations

import pytest

from strategy_engine.semantics import ir
from strategy_engine.semantics.versions import versioned
from tests.semantics.checked import codes, model

ROWS = "| aum | => x | | < 5万 | => 1 | | >= 5万 | => 2 |"


@pytest.mark.parametrize(
    ("hit", "held"),
    {"unique": "unique", "first": "first", "any": "any", "collect(sum)": "sum", "collect max": "max", "collect(count)": "count"}.items(),
)
def test_tables(hit: str, held: str) -> None:
    found = model(f"table t {{ hit: {hit}  {ROWS} }}").derived["t"]
    assert isinstance(found.expr, ir.Decision)
    assert found.expr.hit == held
    assert found.type.optional is (held not in ("sum", "count"))  # where no row fits there is no value


def test_a_table_from_a_file_is_the_table() -> None:
    files = {"t.csv": 'aum,tier,=>,x\n< 5万,"gold, platinum",=>,1\n>= 5万,-,=>,2\n'}
    read = model('table t { from: "t.csv" }', files=files).derived
    assert read == model("table t { | aum | tier | => x | | < 5万 | gold, platinum | => 1 | | >= 5万 | - | => 2 | }").derived


def test_a_broken_file_is_told() -> None:
    assert "S0232" in codes('table t { from: "t.csv" }')
    with pytest.raises(AssertionError, match="line 2, column `aum`"):
        model('table t { from: "t.csv" }', files={"t.csv": "aum,=>,x\n>> 5,=>,1\n"})


def test_outputs_that_are_bare_words_make_an_ordered_enum() -> None:
    found = model("table t { | aum | => x | | < 5万 | => low | | >= 5万 | => high | }\ncohort a = t >= high").derived
    assert found["t"].type.enum is not None
    assert found["t"].type.enum.values == ("low", "high")


def test_a_grid_with_merged_cells() -> None:
    found = model('grid g { rows: lifecycle  columns: tier  merge: {流失/*: gone, new/私行: rare}  owner: {gone: "x", 新客/*: "y"} }')
    assert len(found.grids["g"].cells) == 3 * 5 + 1
    assert found.grids["g"].owners["gone"] == "x"
    assert found.grids["g"].owners["rare"] == "y"
    assert codes("grid g { rows: lifecycle  columns: tier  merge: {lost/*: gone, */private: private} }") == ["S0230"]


def test_a_nested_choice() -> None:
    found = model("attribute a = by tier { gold: by has_payroll { true: 1, else: 2 }, else: 3 }").derived["a"].expr
    assert isinstance(found, ir.Decision)
    assert [output.value for _, output in found.rows if isinstance(output, ir.Constant)] == [1, 2, 3]
    assert codes("attribute a = by tier { gold: 1 }") == ["S0410"]
    assert codes("attribute a = by tier { gold: 1, gold: 2, else: 3 }") == ["S0208"]
    assert codes("attribute a = by tier { gold: 1, 金葵花: 2, else: 3 }") == ["S0208"]


@pytest.mark.parametrize(
    ("limit", "window", "groups"),
    [
        ("3 contacts per rolling 7 days per customer", ("rolling", (7, "day")), ["customer"]),
        ("3 per 7 days", ("rolling", (7, "day")), []),
        ("1 contact per day per household", ("day", None), ["household"]),
        ("1 contact per calendar week per customer per strategy", ("week", None), ["customer", "strategy"]),
        ("1次 每 30 滚动 天 每客户", ("rolling", (30, "day")), ["customer"]),
        ("100", None, []),
        ("rm_id.daily_calls contacts per day per rm_id", ("day", None), ["column"]),
    ],
)
def test_limits(limit: str, window: tuple[str, object] | None, groups: list[str]) -> None:
    (found,) = model(f"policy p {{ limit: {limit} }}").policies["p"].limits
    assert (found.window and (found.window.unit, found.window.duration)) == window
    assert [group.kind for group in found.per] == groups


@pytest.mark.parametrize(
    "text",
    [
        "channel c {}\nstrategy s { cohort: everyone  channel: c  migrate: t }",
    ],
)
def test_what_is_not_executed_is_refused(text: str) -> None:
    assert "S0240" in codes(text)


STRATEGY = """attribute a = aum + 1
channel c { cost: 5 }
channel d {}
strategy s { cohort: a > 5  channel: c  script: by channel { c: "x", else: "y" } }
"""
SAME = {
    "other blanks": STRATEGY.replace("  ", "\n   # a comment\n  "),
    "the other spelling": STRATEGY.replace("strategy s", "策略 s").replace("cohort:", "客群：").replace("channel:", "渠道:"),
    "another number's spelling": STRATEGY.replace("cost: 5", "cost: 5.00"),
    "an unrelated channel": STRATEGY + "channel e {}\n",
    "an unrelated strategy": STRATEGY + "strategy t { cohort: everyone  channel: d }\n",
}
OTHER = {
    "its cohort": STRATEGY.replace("a > 5", "a > 6"),
    "an attribute": STRATEGY.replace("aum + 1", "aum + 2"),
    "its channel": STRATEGY.replace("cost: 5", "cost: 6"),
    "its script": STRATEGY.replace('"x"', '"z"'),
}


def version(text: str) -> str:
    return versioned(model(text)).strategies["s"].version


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_a_version_stays(text: str) -> None:
    assert version(text) == version(STRATEGY)


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_a_version_changes(text: str) -> None:
    assert version(text) != version(STRATEGY)


def test_a_version_is_the_same_in_yaml() -> None:
    yaml = """
attributes: {a: aum + 1}
channels: {c: {cost: 5}, d: {}}
strategies:
  s: {cohort: a > 5, channel: c, script: {by: channel, c: x, else: y}}
"""
    assert versioned(model(yaml, form="yaml")).strategies["s"].version == version(STRATEGY)
