"""What declarations say, in both tongues: everything that can be declared is said, and the sentences are held for review.

The sentences of whole projects stand in `meaning/`; write them anew with UPDATE_GOLDEN=1.
"""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from strategy_engine.analysis.meaning import condition_in_words, meaning
from strategy_engine.analysis.meaning.voice import TONGUES, is_said
from strategy_engine.language.words import SECTIONS
from strategy_engine.semantics import ir
from strategy_engine.semantics.load import load_project
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.walk import expressions
from tests.semantics.checked import model

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "meaning"
PROJECTS = {"demo": ROOT / "strategies/demo", "minimal": ROOT / "strategies/minimal", "full": ROOT / "tests/language/projects/full"}


def declared(folder: Path) -> tuple[Model, list[tuple[str, str]]]:
    loaded = load_project(folder)
    assert loaded.model is not None
    found = [(each.kind, each.name) for module in loaded.modules for each in module.declarations]
    return loaded.model, sorted(each for each in found if each[0] != "test")


def sentences(folder: Path, lang: str) -> Iterator[str]:
    bank, names = declared(folder)
    for kind, name in names:
        yield "\n".join([f"{kind} {name}".strip(), *(f"  {line}" for text in meaning(bank, kind, name, lang) for line in text.split("\n"))])


@pytest.mark.parametrize("lang", sorted(TONGUES))
@pytest.mark.parametrize("project", sorted(PROJECTS))
def test_the_sentences_of_whole_projects(project: str, lang: str) -> None:
    told = "\n\n".join(sentences(PROJECTS[project], lang)) + "\n"
    golden = GOLDEN / f"{project}.{lang}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(told, "utf-8")
    assert told == golden.read_text("utf-8")


def nodes(base: type = ir.Expr) -> Iterator[type]:
    for each in base.__subclasses__():
        yield each
        yield from nodes(each)


def test_every_node_is_said() -> None:
    missing = [each.__name__ for each in nodes() if each is not ir.Condition and not is_said(each)]
    assert not missing


@pytest.mark.parametrize("lang", sorted(TONGUES))
@pytest.mark.parametrize("project", sorted(PROJECTS))
def test_every_declaration_and_every_expression_in_it_is_said(project: str, lang: str) -> None:
    bank, names = declared(PROJECTS[project])
    for kind, name in names:
        told = meaning(bank, kind, name, lang)
        assert told, f"{kind} {name} says nothing"
        assert all("{" not in text.replace("{}", "") for text in told), told
    for tree in (bank.derived, bank.triggers, bank.kpis, bank.policies, bank.arbitration, bank.strategies, bank.channels, bank.benefits):
        for each in expressions(tree):
            assert condition_in_words(each, bank, lang)
    for trial in bank.tests:
        for expectation in trial.expectations:
            assert condition_in_words(expectation.condition, bank, lang)


def test_every_kind_can_be_asked_for() -> None:
    bank, names = declared(PROJECTS["full"])
    assert {kind for kind, _ in names} == set(SECTIONS.values()) - {"test"}
    assert meaning(bank, "cohort", "nothing of the kind") == []
    assert meaning(bank, "no kind", "c_chain") == []


def test_both_tongues_have_the_same_phrases() -> None:
    english, chinese = TONGUES["en"], TONGUES["zh"]
    assert {key for key in english if not key.endswith(".who")} == {key for key in chinese if not key.endswith(".who")}
    for key, text in chinese.items():
        assert holes(text) <= holes(english[key]) | {"who", "c"}, key


def holes(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


# ------------------------------------------------------------------------------------------------ sentence by sentence

CASES = [
    ("aum >= 50万", "Customers whose 资产管理规模 (aum) is at least 500,000.", "资产管理规模不低于50万元的客户。"),
    ("50万 <= aum and aum < 1.2亿", "Customers whose 资产管理规模 (aum) is at least 500,000 and below 120,000,000.", None),
    ("tier in [gold, platinum]", "Customers whose 客户层级 (tier) is gold or platinum.", "客户层级为金葵花或白金的客户。"),
    ("not (tier == gold or tier == mass)", "Customers whose 客户层级 (tier) is neither gold nor mass.", None),
    ("not has_payroll", "Customers whose has_payroll is false.", "has_payroll为“否”的客户。"),
    ("open_date >= 2026-03-05", "Customers whose open_date is on or after 5 Mar 2026.", "open_date不早于2026年3月5日的客户。"),
    ("open_date < today - 3 months", "Customers whose open_date is more than 3 months ago.", "open_date距今超过3个月的客户。"),
    ("aum not in [1万..2万)", "Customers whose 资产管理规模 (aum) is not both at least 10,000 and below 20,000.", None),
    ("everyone", "All customers.", "全量客户。"),
    ("vip_list", "Customers who are on the list vip_list.", "在名单“vip_list”中的客户。"),
    (
        "not exists(txn where type == salary within last 30 days)",
        "Customers who have no 交易 (txn) record in the last 30 days whose 交易类型 (type) is salary.",
        "没有在近30天内交易类型为工资的交易记录的客户。",
    ),
    ("growth(aum, 30 days) <= -10%", "Customers whose growth of 资产管理规模 (aum) over 30 days is at most −10%.", None),
    ("ago(aum, 1 year) > 0", "Customers whose 资产管理规模 (aum) as it was 1 year ago is more than 0.", None),
    ("not has_payroll and everyone", "Customers whose has_payroll is false.", None),
]


@pytest.mark.parametrize(("condition", "english", "chinese"), CASES)
def test_a_cohort_in_a_sentence(condition: str, english: str, chinese: str | None) -> None:
    bank = model(f"cohort c = {condition}\n")
    assert meaning(bank, "cohort", "c", "en")[0] == english
    if chinese is not None:
        assert meaning(bank, "cohort", "c", "zh")[0] == chinese


def test_who_is_left_out_for_want_of_a_value() -> None:
    bank = model("cohort c = last_login < today - 60 days and (p_buy_fund > 50% or has_payroll) and birth is known and birth < today\n")
    _, left_out = meaning(bank, "cohort", "c")
    assert left_out == (
        "A customer whose last_login or birth is missing is not among them."
        " Where p_buy_fund is missing, what depends on it is unknown and selects nobody by itself."
    )


def test_a_fixed_cohort_comes_and_goes() -> None:
    bank = model("cohort c { enter: aum >= 50万  leave: aum < 30万 or last_login < today - 90 days }\n")
    _, comes, goes, *_ = meaning(bank, "cohort", "c")
    assert comes == "In come customers whose 资产管理规模 (aum) is at least 500,000."
    assert goes == "Out go customers whose 资产管理规模 (aum) is less than 300,000 or whose last_login is more than 90 days ago."


def test_what_is_long_becomes_a_list() -> None:
    text = "cohort c = tier >= gold and aum >= 50万 and city == '上海' and (has_payroll or open_date > today - 1 year) and consent_sms\n"
    told = meaning(model(text), "cohort", "c")[0]
    first, *lines = told.split("\n")
    assert first == "Customers for whom all of this holds:"
    assert len(lines) == 5
    assert lines[3] == "- has_payroll is true or open_date is less than 1 year ago"
