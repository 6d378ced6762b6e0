"""The table of words on the language's page has every word that the program knows."""

from __future__ import annotations

from strategy_engine.language import words

from .pages import ROOT


def test_every_chinese_word_is_on_the_page() -> None:
    page = (ROOT / "docs" / "language.md").read_text("utf-8").split("## Words")[1]
    names = (words.KINDS, words.KEYS, words.NAMES, words.CALLS, words.SUBJECTS)
    others = (words.COUNTED, words.HITS, words.GOALS, words.MARKS, words.UNITS, words.RESERVED)
    known = {word for table in (*names, *others) for word in table}
    assert not [word for word in sorted(known) if not word.isascii() and word not in page]
