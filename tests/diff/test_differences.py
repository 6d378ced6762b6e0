"""What `strategy diff` tells of a small project and its versions: the verdict, a customer for each direction, and what else has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from strategy_engine.diff import sides
from strategy_engine.diff.differences import Difference, Differences, differences
from strategy_engine.diff.sides import Found
from strategy_engine.language.printing.format import Form, formatted
from strategy_engine.language.printing.tongue import Language
from strategy_engine.semantics.load import load_project, strategy_files
from strategy_engine.source.reading import read_source

from .twins import LIBRARY

PROJECT = """
project: small
ledger: ledger/
data:
  customer:
    kind: snapshot
    path: customer.csv
    key: customer_id
    columns:
      customer_id: id
      tier: {type: enum, values: [mass, gold, private], ordered: true, label: 层级}
      aum: {type: money, min: 0, label: 资产}
      age: {type: int, min: 0}
      active: bool?
      opened: date
      consent_sms: bool
  txn:
    kind: events
    path: txn.csv
    key: customer_id
    time: at
    columns:
      customer_id: id
      at: datetime
      amount: {type: money, min: 0}
      type: {type: enum, values: [card, salary, login]}
"""
STRATEGIES = """
param large = 5万
attribute spent = sum(txn.amount where type == card within last 30 days)
cohort rich "富裕" = tier >= gold and aum >= large
cohort busy = count(txn where type == card within last 30 days) > 3
cohort holds { enter: aum >= 10万  leave: aum < 8万 }
trigger big { on: txn where amount >= 1万  within: last 1 day }
benefit coupon { kind: coupon  value: 20 }
benefit bonus { kind: coupon  value: 50 }
channel sms { require: consent_sms }
channel call {}
kpi more { measure: after.aum  at: 30 days  goal: up }
strategy hello "问候" {
  cohort: rich and not busy
  channel: sms else call
  benefit: coupon else none
  priority: 3
  score: aum
  script: "您好,{benefit.title ?? '礼遇'}"
  control: 10%
  kpi: more >= 0
}
strategy thanks { cohort: holds or spent > 1000  trigger: big  channel: call }
"""


def told(folder: Path, before: str, after: str, old: str = PROJECT, new: str = PROJECT) -> Differences:
    loaded = []
    for name, text, project in (("before", before, old), ("after", after, new)):
        place = folder / name
        place.mkdir(exist_ok=True)
        (place / "strategy.yaml").write_text(project, "utf-8")
        (place / "a.strategy").write_text(text, "utf-8")
        found = load_project(place)
        assert found.sound, [each.message for each in found.diagnostics]
        loaded.append(found)
    return differences(*loaded)


def changed(found: Differences) -> dict[str, str]:
    return {f"{each.kind} {each.name}".strip(): str(each.verdict) for each in found.declarations if each.changed}


def of(found: Differences, name: str) -> Difference:
    return next(each for each in found.declarations if each.name == name)


def edited(*pairs: tuple[str, str]) -> str:
    text = STRATEGIES
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


SAME = [
    ("tier >= gold and aum >= large", "not (aum < 5万 or tier == mass)"),
    ("tier >= gold and aum >= large", "tier in [private, gold] and (aum >= 3万 and aum >= 50000)"),
    ("count(txn where type == card within last 30 days) > 3", "4 <= count(txn where type == card within [today - 29 days .. today])"),
    ("count(txn where type == card", "count(txn where not type != card and (type == card or type == card)"),
    ("rich and not busy", "tier != mass and (tier >= gold and aum >= large) and not (busy and busy)"),
    ("holds or spent > 1000", "not (not holds and spent <= 1000)"),
    ("benefit: coupon else none", "benefit: by tier { mass: coupon else none, else: coupon else none }"),
    ("score: aum", "score: aum * 1"),
    ("priority: 3", "priority: 1 + 2"),
]


@pytest.mark.parametrize("pair", [pair for pair in SAME if "by tier" not in pair[1]], ids=lambda pair: pair[1][:40])
def test_what_is_only_written_otherwise_is_the_same(pair: tuple[str, str], tmp_path: Path) -> None:
    found = told(tmp_path, STRATEGIES, edited(pair))
    assert changed(found) == {}
    assert not found.changed


MOVES = [
    ("aum >= large", "aum >= 4万", "rich", "wider", ("aum", "")),
    ("aum >= large", "aum > large", "rich", "narrower", ("", "aum == 50000")),
    ("tier >= gold and", "tier == private and", "rich", "narrower", ("", "tier == gold")),
    ("tier >= gold and aum >= large", "tier <= gold and aum >= large", "rich", "moved", ("tier == mass", "tier == private")),
    ("> 3", "> 4", "busy", "narrower", ("", "count(txn where type == card")),
    ("card within last 30 days) > 3", "card within last 31 days) > 3", "busy", "wider", ("at == 2026-05-18", "")),
    ("card within last 30 days) > 3", "salary within last 30 days) > 3", "busy", "moved", ("type == salary", "type == card")),
    ("leave: aum < 8万", "leave: aum < 7万", "holds", "wider", ("member.holds", "")),
    ("rich and not busy", "rich or not busy", "hello", "wider", ("tier == mass", "")),
    ("rich and not busy", "rich and not (active ?? true)", "hello", "moved", ("not active", "")),
    ("amount >= 1万", "amount >= 2万", "big", "narrower", ("", "amount == 10000")),
    ("within: last 1 day", "within: last 2 days", "big", "wider", ("at == 2026-06-16", "")),
]


@pytest.mark.parametrize(("old", "new", "name", "verdict", "customers"), MOVES, ids=lambda each: each if isinstance(each, str) else "")
def test_a_condition_that_changes(old: str, new: str, name: str, verdict: str, customers: tuple[str, str], tmp_path: Path) -> None:
    each = of(told(tmp_path, STRATEGIES, edited((old, new))), name)
    assert each.verdict == verdict, each
    for way, words in zip((each.audience.gained, each.audience.lost), customers, strict=True):
        wanted = {"wider": customers[0], "narrower": customers[1]}.get(verdict, "both")
        assert way.found is (Found.SHOWN if wanted in ("both", words) and (verdict == "moved" or words) else Found.NONE), each
        assert words in (way.customer or ""), each


PARTS = [
    (
        "benefit: coupon else none",
        "benefit: bonus else none",
        {"strategy hello": "changed"},
        ("benefit", "coupon else none", "bonus else none"),
    ),
    ("priority: 3", "priority: 4", {"strategy hello": "changed"}, ("priority", "3", "4")),
    ("score: aum", "score: aum * 2", {"strategy hello": "changed"}, ("score", "aum", "aum * 2")),
    ("  control: 10%\n", "", {"strategy hello": "changed"}, ("control", "10%", None)),
    ("  trigger: big", "", {"strategy thanks": "changed"}, None),
    ("sms else call", "call else sms", {"strategy hello": "changed"}, ("channel", "sms else call", "call else sms")),
    ("您好", "你好", {"strategy hello": "changed"}, ("script", None, None)),
    ("more >= 0", "more >= 1", {"strategy hello": "changed"}, ("kpi", "more >= 0", "more >= 1")),
    ("value: 20", "value: 25", {"strategy hello": "changed", "benefit coupon": "changed"}, None),
    ("require: consent_sms", "require: consent_sms and age >= 18", {"strategy hello": "changed", "channel sms": "changed"}, None),
    ('"问候"', '"您好"', {"strategy hello": "changed"}, None),
]


@pytest.mark.parametrize(("old", "new", "verdicts", "change"), PARTS, ids=lambda each: each if isinstance(each, str) else "")
def test_what_else_changes(
    old: str, new: str, verdicts: dict[str, str], change: tuple[str, str | None, str | None] | None, tmp_path: Path
) -> None:
    text = edited((old, new))
    found = told(tmp_path, STRATEGIES, text)
    assert {name: verdict for name, verdict in changed(found).items() if not name.startswith("trigger")} == verdicts
    assert found.changed
    if change is not None:
        [part] = of(found, next(iter(verdicts)).split()[1]).changes
        assert part.part == change[0]
        assert change[1:] in ((part.before, part.after), (None, None))


def test_what_a_channel_requires_is_told_with_a_customer(tmp_path: Path) -> None:
    [change] = of(told(tmp_path, STRATEGIES, edited(("consent_sms }", "consent_sms and age >= 18 }"))), "sms").changes
    assert change.part == "require"
    assert change.compared is not None
    assert change.compared.verdict == "narrower"
    assert "consent_sms" in (change.compared.lost.customer or "")
    assert of(told(tmp_path, STRATEGIES, edited(("consent_sms }", "consent_sms and age >= 18 }"))), "hello").rests_on == (
        ("channel", "sms"),
    )


def test_names_and_order_do_not_count(tmp_path: Path) -> None:
    renamed = edited(
        ("rich", "wealthy"), ("busy", "buyers"), ("spent", "paid"), ("large", "much"), ("big", "huge"), ("coupon else", "voucher else")
    )
    renamed = renamed.replace("benefit coupon", "benefit voucher")
    declarations = renamed.strip().split("\n")
    moved = "\n".join([*declarations[4:8], *declarations[:4], *declarations[8:]])
    found = told(tmp_path, STRATEGIES, moved)
    assert {name: verdict for name, verdict in changed(found).items() if not name.startswith("param")} == {
        "cohort wealthy": "renamed",
        "cohort buyers": "renamed",
        "attribute paid": "renamed",
        "trigger huge": "renamed",
        "benefit voucher": "renamed",
    }
    assert of(found, "wealthy").was == "rich"
    assert not found.changed


def test_a_strategy_with_another_name_is_renamed(tmp_path: Path) -> None:
    found = told(tmp_path, STRATEGIES, edited(("strategy hello", "strategy greet")))
    assert changed(found) == {"strategy greet": "renamed"}
    assert of(found, "greet").was == "hello"
    assert found.changed  # lists and the ledger have it by its name
    other = told(tmp_path, STRATEGIES, edited(("strategy hello", "strategy greet"), ("rich and not busy", "rich")))
    assert changed(other) == {"strategy greet": "added", "strategy hello": "removed"}


def test_a_fixed_cohort_with_another_name_has_no_members(tmp_path: Path) -> None:
    found = told(tmp_path, STRATEGIES, edited(("holds", "keeps")))
    assert changed(found) == {"cohort keeps": "changed"}
    assert [(each.part, each.before, each.after) for each in of(found, "keeps").changes] == [("members", "holds", "keeps")]


def test_values_of_attributes_are_told_for_a_customer(tmp_path: Path) -> None:
    found = told(tmp_path, STRATEGIES, edited(("type == card within last 30 days)\ncohort", "type == card within last 29 days)\ncohort")))
    assert of(found, "spent").verdict == "changed"
    assert "at == 2026-05-19" in (of(found, "spent").audience.gained.customer or "")
    assert of(found, "thanks").verdict == "narrower"
    assert of(found, "thanks").audience.gained.found is Found.NONE  # a sum over fewer days is never more


# ------------------------------------------------------------------------------------------------ project files


def test_a_column_of_one_side_only(tmp_path: Path) -> None:
    more = PROJECT.replace("      age:", "      city: text?\n      age:")
    found = told(tmp_path, STRATEGIES, edited(("tier >= gold and", 'city == "北京" and tier >= gold and')), new=more)
    assert of(found, "rich").verdict == "narrower"
    assert "city" in (of(found, "rich").audience.lost.customer or "")
    back = told(tmp_path, edited(("tier >= gold and", 'city == "北京" and tier >= gold and')), STRATEGIES, old=more)
    assert of(back, "rich").verdict == "wider"


def test_an_enum_with_another_word(tmp_path: Path) -> None:
    more = PROJECT.replace("[mass, gold, private]", "[mass, gold, platinum, private]")
    found = told(tmp_path, STRATEGIES, STRATEGIES, new=more)
    assert of(found, "rich").verdict == "wider"
    assert "tier == platinum" in (of(found, "rich").audience.gained.customer or "")
    [change] = found.project
    assert (change.part, change.before, change.after) == (
        "data.customer.columns.tier.values", "mass, gold, private", "mass, gold, platinum, private",
    )  # fmt: skip
    listed = told(tmp_path, STRATEGIES, edited(("tier >= gold", "tier in [gold, private]")), new=more)
    assert of(listed, "rich").verdict == "unchanged"


def test_an_enum_whose_order_is_turned_round(tmp_path: Path) -> None:
    turned = PROJECT.replace("[mass, gold, private]", "[private, gold, mass]")
    found = told(tmp_path, STRATEGIES, STRATEGIES, new=turned)
    assert of(found, "rich").verdict == "moved"


def test_a_column_of_another_type_is_another_column(tmp_path: Path) -> None:
    other = PROJECT.replace("age: {type: int, min: 0}", "age: {type: number, min: 0}")
    found = told(tmp_path, edited(("aum >= large", "age >= 18")), edited(("aum >= large", "age >= 18")), new=other)
    assert of(found, "rich").verdict == "moved"
    assert "age (before) == " in (of(found, "rich").audience.lost.customer or "")


def test_labels_and_missing_values(tmp_path: Path) -> None:
    labelled = PROJECT.replace("label: 层级", "label: 等级")
    assert changed(told(tmp_path, STRATEGIES, STRATEGIES, new=labelled)) == {}
    optional = PROJECT.replace("age: {type: int, min: 0}", "age: {type: int, min: 0, optional: true}")
    text = edited(("aum >= large", "not age < 18"))
    assert of(told(tmp_path, text, text.replace("not age < 18", "age >= 18"), new=optional), "rich").verdict == "unchanged"
    found = told(tmp_path, text, text.replace("not age < 18", "(not age < 18) ?? true"), new=optional)
    assert (of(found, "rich").verdict, of(found, "rich").audience.gained.customer) == ("wider", "age is missing and tier == gold")


# ------------------------------------------------------------------------------------------------ without a direction


def test_without_the_solver_the_form_alone_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides, "installed", lambda: False)
    assert changed(told(tmp_path, STRATEGIES, edited(SAME[0]))) == {}
    found = told(tmp_path, STRATEGIES, edited(("aum >= large", "aum >= 4万")))
    assert changed(found) == {"strategy hello": "changed", "cohort rich": "changed"}
    assert not found.proved


def test_a_condition_too_large_to_write_out_is_not_decided(tmp_path: Path) -> None:
    chain = "attribute a0 = age\n" + "".join(f"attribute a{n} = a{n - 1} + a{n - 1}\n" for n in range(1, 40))
    found = told(tmp_path, STRATEGIES + chain + "cohort deep = a39 > 5", STRATEGIES + chain + "cohort deep = a39 > 6")
    assert of(found, "deep").verdict == "not decided"


# ------------------------------------------------------------------------------------------------ the library


@pytest.mark.parametrize(("form", "language"), [(Form.YAML, Language.ZH)], ids=str)
def test_the_library_in_another_spelling_is_the_same(form: Form | None, language: Language | None, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    for path in strategy_files(folder):
        source, _ = read_source(path, path.as_posix())
        assert source is not None
        text, problems = formatted(source, Form.DSL, to=form, language=language)
        assert text is not None, problems
        path.unlink()
        path.with_suffix(".yaml" if form is Form.YAML else ".strategy").write_text(text, "utf-8")
    found = differences(load_project(LIBRARY), load_project(folder))
    assert changed(found) == {}
    assert not found.changed
    assert len(found.declarations) > 150
