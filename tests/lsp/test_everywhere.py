"""Every question at every place of every file, and of files that break off anywhere: an answer, and never an exception."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from strategy_engine.lsp import completion, findings, hints, hover, lenses, navigation, outline, tokens
from strategy_engine.lsp.bank import Bank
from strategy_engine.lsp.desk import moved
from strategy_engine.lsp.positions import Positions
from strategy_engine.lsp.worker import Counted
from strategy_engine.semantics.name_errors import UnknownName
from strategy_engine.source.file import SourceFile, Span
from tests.lsp.conftest import COHORTS, PROJECT, YAML, cut, position

ROOT = Path(__file__).parents[2]
FULL = ROOT / "tests/language/projects/full"
FILES = sorted(path.relative_to(FULL).as_posix() for path in FULL.rglob("*") if path.suffix in (".strategy", ".yaml"))
MANY = 40
"""Places that are asked about in each file."""


def ask(bank: Bank, path: str, offset: int) -> None:
    """Everything that an editor may ask about a place."""
    look = bank.look(path)
    positions = Positions(look.source)
    everywhere = lsp.Range(lsp.Position(0, 0), lsp.Position(10_000, 0))
    completion.completions(look, positions, offset)
    outline.outline(look, positions)
    tokens.tokens(look, positions)
    hints.hints(look, positions, everywhere)
    lenses.lenses(look, positions, {}, "en")
    findings.told(look.found, positions, bank)
    findings.mends(look.found, positions, bank, everywhere)
    hover.of_key(look, offset)
    place = look.place_at(offset)
    if place is not None:
        hover.hover(bank, look, place, "zh")
        navigation.definition(bank, look, place)
        with suppress(navigation.RenameError):
            navigation.rename(bank, look, place, "a_new_name")


@pytest.mark.parametrize("name", FILES)
def test_of_whole_files(name: str) -> None:
    bank = Bank(FULL)
    bank.refresh()
    path = (FULL / name).as_posix()
    source = bank.source(path)
    assert source is not None
    for offset in random.Random(name).sample(range(len(source.text) + 1), min(MANY, len(source.text))):  # noqa: S311 - which places is all the same
        ask(bank, path, offset)


@pytest.mark.parametrize(
    "name", ["text/1_expressions.strategy", "text/5_strategies.strategy", "zh/5_策略.strategy", "yaml/5_strategies.yaml"]
)
def test_of_files_that_break_off(name: str) -> None:
    bank = Bank(FULL)
    bank.refresh()
    path = (FULL / name).as_posix()
    text = (FULL / name).read_text("utf-8")
    for end in random.Random(name).sample(range(len(text)), MANY):  # noqa: S311 - as above
        bank.edit(path, text[:end])
        ask(bank, path, end)


def test_a_rename_leaves_a_project_that_means_the_same(tmp_path: Path) -> None:
    """Every declaration of two files is renamed in turn; what was sound before is sound then, and no old name is left."""
    files = {"strategy.yaml": PROJECT, "a.strategy": COHORTS, "b.yaml": YAML}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    bank = Bank(tmp_path)
    bank.refresh()
    paths = [(tmp_path / name).as_posix() for name in ("a.strategy", "b.yaml")]
    declared = [place for path in paths for place in bank.look(path).places if place.declares]
    assert len(declared) == 7
    for number, place in enumerate(declared):
        new = f"新名字_{number}"
        where = next(each for path in paths for each in bank.look(path).places if each.declares and each.name == place.name)
        edits = navigation.rename(bank, bank.look(where.span.path), where, new)
        for path in paths:
            text = bank.look(path).source.text
            for edit in sorted((each for each in edits if each.span.path == path), key=lambda each: each.span, reverse=True):
                text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            bank.edit(path, text)
        assert [each.message for path in paths for each in bank.look(path).found] == []
        assert not [each for each in bank.all_places() if each.name == place.name]


# ------------------------------------------------------------------------------------------------ positions

texts = st.text(st.sampled_from("a1 客😀𝒳é\t\n“\x0b\u2028"), max_size=40)  # the last two end no line of an editor's


@given(texts, st.data())
def test_positions_and_offsets_are_the_same_places(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    source = SourceFile("x", text)
    found = Positions(source).at(offset)
    assert found == position(text, offset)
    for units in ("utf-8", "utf-16", "utf-32"):
        there = Positions(source, units)
        assert there.offset(there.at(offset)) == offset
    windows = SourceFile("x", text.replace("\n", "\r\n"))
    assert Positions(windows).at(offset + text.count("\n", 0, offset)) == found


@given(texts, texts, texts)
def test_a_finding_moves_with_its_text(before: str, word: str, after: str) -> None:
    word = f"<{word}>"
    old, new = f"{before}{word}", f"{before}{after}{word}"
    found = UnknownName(Span("x", len(before), len(old)), "x")
    there = moved(found, old, new)
    assert there is None or (there.span is not None and new[there.span.start : there.span.end] == word)


def test_of_a_position_beyond_everything() -> None:
    positions = Positions(SourceFile("x", "客😀\nb"))
    assert positions.offset(lsp.Position(0, 99)) == 2
    assert positions.offset(lsp.Position(9, 0)) == 4
    assert positions.offset(lsp.Position(0, 2)) == 1  # inside the emoji: its start
    assert cut("客😀\nb", lsp.Range(positions.at(1), positions.at(2))) == "😀"


def test_what_lenses_say() -> None:
    few = Counted(12, 0.0004, True, "2026-11-20")
    many = Counted(1_234_000, 0.125, False, "2026-11-20")
    assert lenses.title(few) == "12 customers (under 0.1%) on 2026-11-20"
    assert lenses.title(many) == "≈ 1,234,000 customers (12.5%) on 2026-11-20, from a sample"
    assert lenses.title(many, "zh") == "≈ 1,234,000 位客户（12.5%）· 2026-11-20 · 抽样估计"
