"""What names mean, and which circles are refused."""

from __future__ import annotations

from strategy_engine.semantics import ir
from tests.semantics.checked import codes, load, model


def test_a_label_is_a_second_name() -> None:
    text = "param limit_a { value: 5万  label: 门槛 }\ncohort a = 资产管理规模 > 门槛 and 客户层级 >= 金葵花\n"
    assert model(text).derived["a"].expr == model("param limit_a = 5万\ncohort a = aum > limit_a and tier >= gold").derived["a"].expr


def test_labels_of_tables_triggers_and_channels() -> None:
    base = "channel sms { label: 短信 }\ntrigger pay { on: txn  within: last 1 day  label: 工资 }\n"
    first = model(base + "strategy s { cohort: 计数(交易.金额) > 0  channel: 短信  trigger: 工资  until: 工资.at }")
    second = model(base + "strategy s { cohort: count(txn.amount) > 0  channel: sms  trigger: pay  until: pay.at }")
    assert first.strategies == second.strategies


def test_a_label_that_two_share_is_ambiguous() -> None:
    both = "param a { value: 1  label: 数 }\nparam b { value: 2  label: 数 }\n"
    assert codes(both) == []
    assert codes(both + "cohort c = 数 > 0") == ["S0212"]


def test_the_nearest_meaning_wins() -> None:
    where = model("cohort a = exists(holding where kind == deposit and customer.kind == name)").derived["a"].expr
    assert isinstance(where, ir.Aggregate)
    assert isinstance(where.rows.where, ir.And)
    near, far = where.rows.where.parts
    assert isinstance(near, ir.Compare)
    assert isinstance(far, ir.Compare)
    assert near.left == ir.Column("row", "kind", type=near.left.type)
    assert far.left == ir.Column("customer", "kind", type=far.left.type)


def test_other_is_the_linked_customer() -> None:
    assert codes("cohort a = exists(family where other.tier >= gold)") == []
    assert codes("cohort a = exists(txn where other.tier >= gold)") == ["S0229"]


def test_quoted_names() -> None:
    assert codes('cohort a = `where` > 5 and `订单 (号)` == "x"') == []


def test_the_order_of_declarations_does_not_matter() -> None:
    found = model("cohort a = b and c\ncohort b = c\ncohort c = has_payroll")
    assert list(found.derived) == ["c", "b", "a"]


def test_long_chains_are_no_circle() -> None:
    text = "".join(f"cohort c{n} = c{n + 1}\n" for n in range(500)) + "cohort c500 = has_payroll"
    assert codes(text) == []


def test_circles() -> None:
    assert codes("cohort a = not a") == ["S0205"]
    assert codes("cohort a = b\ncohort b = c > 0\nattribute c = if a then 1 else 2") == ["S0205"]
    assert codes("param a = b\nparam b = a") == ["S0205"]
    assert "S0205" in codes("trigger t { when: a }\ncohort a = count(t) > 0")


def test_one_mistake_is_told_once() -> None:
    assert codes("cohort a = nothing > 0\ncohort b = a and has_payroll\ncohort c = b or a") == ["S0201"]
    assert codes("cohort a = aum >\ncohort b = a and has_payroll") == ["S0120"]
    text = "channel c {}\nstrategy s { cohort: everyone  channel: c  trigger: t  until: t.at }\n"
    assert codes(text + "trigger t { on: txn  within: last 3 dayz }") == ["S0120"]


def test_duplicates() -> None:
    assert codes("cohort a = everyone\nattribute a = 5") == ["S0204"]
    assert codes("cohort aum = everyone") == ["S0204"]
    assert codes("channel a {}\nbenefit a {}") == []
    assert codes("channel a {}\nchannel a {}") == ["S0204"]
    assert codes("arbitration { keep: 1 per customer }\narbitration { keep: 2 per customer }") == ["S0204"]


def test_params_and_the_project_file() -> None:
    text = "param days = 90 days\nparam least = 5万\ncohort a = payroll_since > today - days and aum > least"
    assert model(text, project="params: {days: 30 days}").derived["a"].expr == model(text.replace("90", "30")).derived["a"].expr
    assert codes(text, project="params: {days: 5}") == ["S0220"]
    assert codes(text, project="params: {days: aum}") == ["S0226"]


def test_imports_come_from_the_project_or_the_shipped_library() -> None:
    assert codes("cohort a = everyone", project="import: [nowhere]") == ["S0007"]
    assert "S0006" in [found.code for found in load("", project="include: [nothing/**]").diagnostics]
