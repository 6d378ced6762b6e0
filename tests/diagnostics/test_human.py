"""Frames are right at every width: the carets stand under what they mean, and nothing of the user's text is obeyed.

With UPDATE_GOLDEN=1 in the environment the outputs in `golden/` are written anew.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from strategy_engine.diagnostics import cells
from strategy_engine.diagnostics.cells import show, visible
from strategy_engine.diagnostics.human import render, summary
from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.yaml_diagnostics import DuplicateKey, InvalidYaml

GOLDEN = Path(__file__).parent / "golden"


@diagnostic
class Hint(InvalidYaml):
    """Any warning."""

    severity = Severity.WARNING


def rendered(diagnostics: list[Diagnostic], sources: dict[str, SourceFile], width: int, **console: object) -> str:
    out = io.StringIO()
    render(diagnostics, sources, Console(file=out, width=width, **console))  # type: ignore[arg-type]
    return out.getvalue()


def at(source: SourceFile, words: str, nth: int = 0) -> Span:
    """The place of some words in a file."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(words, start + 1)
    return Span(source.path, start, start + len(words))


CHINESE = SourceFile("策略/代发.strategy", 'cohort 新代发 "新代发客户👋" = 代发 且 资产管理规模 >= 五十万元\r\n\t标签\t沉睡 = 1\n')
LONG = SourceFile("long.yaml", "a: 1\n" + "b: [" + ", ".join(f"客户{i}" for i in range(100)) + "]\n" + "\n" * 95 + "a: 2\n")
EVIL = SourceFile("evil.yaml", "name: [bold red]x[/] :smile: \x1b[31m red \u202e desrever \ud800\n")
MANY = SourceFile("many.yaml", "when: >-\n  tier == gold\n  and aum > 5\nend")

CASES: dict[str, list[Diagnostic]] = {
    "chinese_and_emoji": [
        InvalidYaml(at(CHINESE, "五十万元"), "no number `五十万元`", "did you mean `50万`?"),
        Hint(at(CHINESE, "👋"), "an emoji in a title"),
        InvalidYaml(at(CHINESE, "沉睡"), "the name `沉睡` is taken", None, Label(at(CHINESE, "新代发"), "`新代发` has the label 沉睡")),
    ],
    "long_lines": [
        InvalidYaml(at(LONG, "客户57"), "no value `客户57`"),
        InvalidYaml(at(LONG, "客户0"), "the first"),
        InvalidYaml(at(LONG, "客户99]"), "the last"),
        InvalidYaml(at(LONG, "[客户0")._replace(end=700), "longer than any terminal"),
        DuplicateKey(at(LONG, "a", 1), "a", at(LONG, "a")),
        DuplicateKey(at(LONG, "客户98"), "客户98", at(LONG, "客户9")),
    ],
    "nothing_is_obeyed": [InvalidYaml(at(EVIL, "red \u202e"), "cannot read `[bold]\x1b[31m`\nError: none", "write [/red] :smile:")],
    "several_lines": [
        InvalidYaml(at(MANY, ">-\n  tier == gold\n  and aum > 5"), "this condition is never true"),
        InvalidYaml(at(MANY, "tier == gold\n  and"), "from a line's middle"),
        InvalidYaml(Span("many.yaml", len(MANY.text), len(MANY.text)), "the file ends here"),
        InvalidYaml(at(MANY, "gold\n")._replace(start=23), "a line break"),
    ],
    "places": [
        InvalidYaml(None, "no project"),
        InvalidYaml(Span("unread.yaml", 0, 0), "cannot read `unread.yaml`: permission denied"),
        Hint(at(MANY, "tier"), "in two files", None, Label(at(CHINESE, "代发"), "declared here, in a sentence that needs some room")),
        Hint(None, "placed by a label", None, Label(at(MANY, "end"), "here")),
        Hint(at(MANY, "tier"), "beside a file that was not read", None, Label(Span("unread.yaml", 0, 0), "there")),
    ],
}
SOURCES = {source.path: source for source in (CHINESE, LONG, EVIL, MANY)}


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("name", CASES)
def test_golden(name: str, width: int) -> None:
    text = rendered(CASES[name], SOURCES, width)
    golden = GOLDEN / f"{name}.{width}.out"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    paths = ("-->", ":::")  # a path is never cut, or it could not be clicked
    assert all(cell_len(line) <= width for line in text.splitlines() if not line.strip().startswith(paths))


@given(
    line=st.text(alphabet="ab 客户😀👋🏽\t\x1b\u0301\u200d\u202e", max_size=60),
    start=st.integers(0, 60),
    size=st.integers(0, 60),
    room=st.integers(12, 50),
)
def test_the_underline_is_under_the_words(line: str, start: int, size: int, room: int) -> None:
    start = min(start, len(line))
    end = min(start + size, len(line))
    shown = show(line, start, end, room)
    assert cell_len(shown.text) <= room
    assert 0 <= shown.start < shown.end <= room + 1
    if shown.text == visible(line):
        assert shown.start == cell_len(visible(line[:start]))
        assert shown.end == max(cell_len(visible(line[:end])), shown.start + 1)


@given(length=st.integers(1, 120), start=st.integers(0, 120), size=st.integers(0, 120), room=st.integers(1, 40))
def test_a_plain_line_is_cut_as_any_other(length: int, start: int, size: int, room: int) -> None:
    """Without looking at its characters one by one."""
    start = min(start, length)
    far_left, far_right = max(0, start - 2 * room), min(length, start + 2 * room)
    asked = ("a" * length, start, min(start + size, far_right), far_left, far_right, room)
    assert cells.stretch_of_characters(*asked) == cells.stretch_of_cells(*asked)


def test_a_line_as_large_as_a_file_is_cut_at_once() -> None:
    line = "客" * 2_000_000
    shown = show(line, 1_000_000, 2_000_000, 40)
    assert cell_len(shown.text) <= 40


def test_colour_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES["chinese_and_emoji"]
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;31m" in rendered(case, SOURCES, 80, force_terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in rendered(case, SOURCES, 80, force_terminal=True)


def test_a_very_narrow_terminal() -> None:
    for case in CASES.values():
        assert rendered(case, SOURCES, 5)


@pytest.mark.parametrize(
    ("diagnostics", "expected"),
    [
        ([], "no errors"),
        ([InvalidYaml(None, "x")], "1 error"),
        ([Hint(Span("a", 0, 0), "x")], "1 warning in 1 file"),
        ([*(InvalidYaml(Span(path, 0, 0), "x") for path in "ab"), Hint(Span("c", 0, 0), "x")], "2 errors, 1 warning in 3 files"),
    ],
)
def test_summary(diagnostics: list[Diagnostic], expected: str) -> None:
    assert summary(diagnostics) == expected


def test_nothing_is_printed_for_nothing() -> None:
    assert rendered([], {}, 80) == ""
