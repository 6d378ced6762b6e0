"""Notes on policy and style in brief: a line a code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from strategy_engine.cli.layout import Column, number, text
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.cells import visible
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.diagnostics.tongue import said
from strategy_engine.source.file import SourceFile


def print_in_brief(notes: Iterable[Diagnostic], titles: Mapping[str, str], sources: Mapping[str, SourceFile]) -> None:
    """What is noted how often, and where it is for the first time. `titles` are by code."""
    by_code: dict[str, list[Diagnostic]] = {}
    for each in notes:
        by_code.setdefault(each.code, []).append(each)
    rows = [
        (code, said(titles[code], code), f"{len(found):,}", visible(_place(found[0], sources)))
        for code, found in sorted(by_code.items())
    ]  # fmt: skip
    heads = [Column("code"), text("what"), number("times"), text("first at")]
    print_table("Notes (`check --notes` shows each in its place)", heads, rows)


def _place(found: Diagnostic, sources: Mapping[str, SourceFile]) -> str:
    if found.span is None:
        return ""
    source = sources.get(found.span.path)
    return found.span.path if source is None else f"{found.span.path}:{source.position(found.span.start).line}"
