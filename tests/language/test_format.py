"""The formatter: one layout, nothing lost, the same once more; every file of the repository and files drawn at random."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from strategy_engine.language.printing.format import Form, form_of, formatted
from strategy_engine.language.printing.tongue import Language
from strategy_engine.source.file import SourceFile
from tests.language.generated import COMMENTS, Drawn

ROOT = Path(__file__).parents[2]
DRAWN = int(os.environ.get("STRATEGY_SOAK_FILES", "200"))
FILES = sorted(
    path
    for folder in ("strategies", "tests/language/projects", "tests/real")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".strategy", ".yaml") and path.name != "strategy.yaml"
)
EVERY_WAY = [(form, language) for form in Form for language in Language]


def form(text: str, source: Form = Form.DSL, to: Form | None = None, language: Language | None = None) -> str:
    """The text, formatted. Formatting itself compares the trees before and after."""
    done, problems = formatted(SourceFile("x", text), source, to, language)
    assert done is not None, [each.message for each in problems]
    return done


def check_every_way(text: str, source: Form) -> None:
    comments = {comment: text.count(comment) for comment in COMMENTS}
    for to, language in EVERY_WAY:
        done = form(text, source, to, language)
        assert form(done, to, to, language) == done, (to, language)
        assert {comment: done.count(comment) for comment in COMMENTS} == comments, (to, language)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_the_repository_goes_every_way(path: Path) -> None:
    check_every_way(path.read_text("utf-8"), form_of(path.name))


@pytest.mark.parametrize("part", range(4))
def test_files_drawn_at_random_go_every_way(part: int) -> None:
    for seed in range(part, DRAWN, 4):
        check_every_way(Drawn(seed).file(), Form.DSL)


WRITTEN = """\
#头
客群 rich"富裕"=aum>=50万 且(tier==gold 或 tier == platinum)


cohort  both = (a and b) or c   # why
cohort odd = has_payroll   #  full-width
table seg { hit:unique
| aum | 客户层级 | => 等级 | x |
| < 5万 | - | => 大众 | 1 |
# 中间
| >= 5万 | not gold, 白金 | => 尊享客户 | 20 |
}
strategy s "t" { cohort: rich   channel: app else sms,then rm_call after 2days unless opened
  limit: 1 contacts per rolling 7d per customer   # weekly
  score: aum   # a comment inside
     / 100
}
"""
LAID_OUT = """\
#头
cohort rich "富裕" = aum >= 50万 and (tier == gold or tier == platinum)

cohort both = (a and b) or c  # why
cohort odd = has_payroll  #  full-width
table seg {
  hit: unique
  | aum    | 客户层级       | => 等级     | x  |
  | < 5万  | -              | => 大众     | 1  |
  # 中间
  | >= 5万 | not gold, 白金 | => 尊享客户 | 20 |
}
strategy s "t" {
  cohort:  rich
  channel: app else sms, then rm_call after 2 days unless opened
  limit:   1 contact per rolling 7 days per customer  # weekly
  score: aum   # a comment inside
    / 100
}
"""


def test_the_layout() -> None:
    assert form(WRITTEN) == LAID_OUT


def test_full_width_punctuation_is_replaced_outside_texts_and_comments() -> None:
    assert form("客群 a＝（x＞5）且 y ＝＝ “，”  # （注）\n") == '客群 a = x > 5 且 y == "，"  # （注）\n'


def test_the_tongue_of_a_file_is_that_of_most_of_its_words() -> None:
    assert form("客群 a = b 且 c\ncohort d = e and f\n客群 g = h\n").startswith("客群 a = b 且 c\n客群 d = e 且 f")


def test_line_ends_are_kept() -> None:
    assert form("cohort a=b\r\n\r\ncohort c=d\r\n") == "cohort a = b\r\n\r\ncohort c = d\r\n"


def test_long_values_are_broken_where_they_join() -> None:
    condition = " and ".join(f"column_number_{number} >= 5万" for number in range(6))
    first, *rest = form(f"strategy s {{ cohort: {condition} channel: app }}").splitlines()[1:]
    assert first.startswith("  cohort:  column_number_0")
    assert all(len(line) <= 120 for line in (first, *rest))
    assert rest[0].startswith(" " * 11 + "and ")


def test_what_cannot_be_read_is_told_and_not_touched() -> None:
    done, problems = formatted(SourceFile("x", "cohort a = > 5\n"), Form.DSL)
    assert done is None
    assert [each.code for each in problems] == ["S0120"]


def test_a_fault_of_the_formatter_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("strategy_engine.language.printing.format.text_form", lambda *_, **__: "cohort a = x > 6\n")
    done, problems = formatted(SourceFile("x", "cohort a = x > 5\n"), Form.DSL)
    assert done is None
    assert [each.code for each in problems] == ["S0901"]
