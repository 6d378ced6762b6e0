"""One list of words: the grammar, `words.py` and the fixed table of the design agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lark import Lark

from strategy_engine.language import words
from strategy_engine.language.functions.registry import load_library
from strategy_engine.language.grammar import STARTS, parser
from strategy_engine.source.shipped import shipped

GRAMMAR = (shipped("grammar") / "strategy.lark").read_text("utf-8")
DESIGN = Path(__file__).parents[3] / "shared" / "design" / "language.md"


def listed(terminal: str) -> set[str]:
    """The words of a terminal that is a list of words."""
    match = re.search(rf"^{terminal}[.\d]*:\s*/\(\?:([^()]*)\)", GRAMMAR, re.MULTILINE)
    assert match, terminal
    return {re.sub(r"\\s[+*]", " ", word) for word in match[1].split("|")}


def both(table: dict[str, str]) -> set[str]:
    return {*table, *table.values()}


def test_kinds() -> None:
    assert listed("KIND") == both(words.KINDS)


@pytest.mark.parametrize("key", ["channel", "kpi", "measure", "within", "hit", "expect", "pause"])
def test_keys(key: str) -> None:
    name = {"channel": "PLAN", "within": "SPAN"}.get(key, key.upper())
    assert listed(f"KEY_{name}") == {key, *(chinese for chinese, english in words.KEYS.items() if english == key)}


def test_reserved_words() -> None:
    head = re.search(r"^NAME: /\(\?!\(\?:([^()]*)\)", GRAMMAR, re.MULTILINE)
    assert head
    assert set(head[1].split("|")) == words.RESERVED


def test_no_two_terminals_collide() -> None:
    Lark(GRAMMAR, parser="lalr", lexer="contextual", start=list(STARTS), strict=True)


def test_the_built_parser_is_kept_between_runs() -> None:
    lark, _ = parser()
    assert lark.options.cache


WITH_NUMBERS = {"近天", "未来天", "天内", "天后", "第天", "再无"}  # 近7天 and their like: read in tests/language/projects/full/zh


def fixed() -> list[tuple[str, str]]:
    """The pairs of the design's table of fixed words."""
    if not DESIGN.exists():
        return []
    text = DESIGN.read_text("utf-8")
    rows = re.findall(r"^\| (?:kinds|strategy|others|in expressions|plans, limits|units) \| (.*) \|$", text, re.MULTILINE)
    pairs = []
    opened = re.sub(r"\(([^)]*)\)", lambda match: "· " + match[1].replace(", ", " · "), " · ".join(rows))
    for entry in re.split(r" · |\. Only in [a-z, ]*: ", opened):
        match = re.fullmatch(r"(.*?) ?([^\x00-\x7f].*)", entry.strip(" ·"))
        if match:
            pairs.append((match[1], match[2]))
    return pairs


def known() -> set[str]:
    """Every Chinese word that something of the language reads."""
    tables = [words.KINDS, words.KEYS, words.NAMES, words.CALLS, words.SUBJECTS]
    tables += [words.COUNTED, words.HITS, words.GOALS, words.MARKS, words.UNITS]
    return {word for table in tables for word in table} | words.RESERVED | {function.zh for function in load_library().values()}


@pytest.mark.skipif(not DESIGN.exists(), reason="the design is not here")
def test_every_fixed_word_is_read() -> None:
    pairs = fixed()
    assert len(pairs) > 110
    unread = []
    for _, chinese in pairs:
        for word in re.split(r"[ ,]| or ", chinese):
            stem = re.sub(r"[\d\s]+|[a-z]+", "", word)
            if stem and stem not in known() and stem not in GRAMMAR and stem not in WITH_NUMBERS:
                unread.append(word)
    assert unread == []
