"""What people are told who write something wrong: a golden text a mistake. `UPDATE_GOLDEN=1` writes the texts anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from .cases import CASES, TOLD, Case, printed, read

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"

MOST = 3
"""Findings of one case: a mistake is told once, and a few inputs hold two."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_told(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path.parent / "cache"))  # the verdicts of these checks are of no use to anyone
    text = printed(case, tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        case.path.write_text(case.path.read_text("utf-8").partition(TOLD)[0] + TOLD + text, "utf-8")
    assert text == case.told


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_mistake_is_no_avalanche(case: Case) -> None:
    assert 1 <= len(re.findall(r"^(?:error|warning)\[S\d{4}\]", case.told, re.MULTILINE)) <= MOST


def test_there_are_enough() -> None:
    assert len(CASES) >= 60
    assert len([case for case in CASES if case.name.startswith("newcomer/")]) == 25


def test_the_page_of_poor_messages_is_current() -> None:
    head = PAGE.read_text("utf-8").partition("\n## ")[0]
    page = "\n".join([head, *(_section(read(case.path)) for case in CASES if case.name.startswith("poor/"))])
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page, "utf-8")
    assert page == PAGE.read_text("utf-8")


def _section(case: Case) -> str:
    title = case.path.stem.replace("_", " ").capitalize()
    told = "\n".join(line.rstrip() for line in case.told.splitlines())
    return f"## {title}\n\n```text\n{case.input.rstrip()}\n```\n\nis told\n\n```text\n{told}\n```\n\nIt should say: {case.meant.strip()}\n"
