"""The quick loop of the parser makes the trees of lark's own, and leaves it whatever is wrong."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import quick
from strategy_engine.language.grammar import STARTS, parser
from strategy_engine.language.walk import walk
from strategy_engine.semantics.load import parsed
from strategy_engine.source.file import SourceFile

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in ("strategies", "tests/wrong", "tests/language")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".strategy", ".yaml")
)


def read(name: str, text: str) -> tuple[object, list[object], list[Diagnostic]]:
    """The tree, each node of it with its place, and what is wrong."""
    module, found = parsed(SourceFile(name, text))
    return module, [(type(each), each.span) for each in walk(module)], found


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # a function for its tests
    """That a text is read alike in both ways; whether anything is wrong with it."""

    def read_alike(name: str, text: str) -> bool:
        quickly = read(name, text)
        with monkeypatch.context() as patch:
            patch.setattr(quick, "parse", lambda *_: quick.GAVE_UP)
            assert read(name, text) == quickly
        return bool(quickly[2])

    return read_alike


def test_whole_files(both) -> None:  # type: ignore[no-untyped-def]
    wrong = [both(path.name, path.read_text("utf-8")) for path in FILES]
    assert len(wrong) - sum(wrong) > 30
    assert any(wrong)


def test_broken_files(both) -> None:  # type: ignore[no-untyped-def]
    random = Random(3)  # noqa: S311 - the same texts in every run
    texts = [text for path in FILES if path.suffix == ".strategy" and 200 < len(text := path.read_text("utf-8")) < 3000]
    wrong = 0
    for text in random.sample(texts, 25):
        start, end = sorted(random.sample(range(len(text)), 2))
        wrong += both("a.strategy", text[:start] + text[end:])
        wrong += both("a.strategy", text[:start] + random.choice(["}", "{", ")", "and", "\0", "  ", "#", '"', "且"]) + text[start:])
    assert wrong > 10


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("text", ["", " # nothing\n", "a", "1", "(", "a >= 1", "7 days", "app else sms", "a b", "]"])
def test_other_starts(start: str, text: str) -> None:
    lark, builder = parser()
    found = quick.parse(lark, text, start)
    builder.problems = []
    try:
        expected = lark.parse(text, start=start)
    except Exception:
        expected = quick.GAVE_UP
    assert found == expected


def test_it_is_used() -> None:
    lark, _ = parser()
    assert all(
        quick.parse(lark, path.read_text("utf-8"), "file") is not quick.GAVE_UP for path in (ROOT / "strategies/library").glob("*.strategy")
    )
