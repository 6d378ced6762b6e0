"""Notes on policy and style in brief: a line a code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich import box
from rich.table import Table

from strategy_engine.diagnostics.cells import visible
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.diagnostics.tongue import said
from strategy_engine.source.file import SourceFile


def in_brief(notes: Iterable[Diagnostic], titles: Mapping[str, str], sources: Mapping[str, SourceFile]) -> Table:
    """What is noted how often, and where it is for the first time. `titles` are by code."""
    table = Table(
        title=said("Notes (`check --notes` shows each in its place)"), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    table.pad_edge, table.show_edge = False, False
    for name, justify in (("code", "left"), ("what", "left"), ("times", "right"), ("first at", "left")):
        table.add_column(said(name), overflow="fold", justify=justify)  # type: ignore[arg-type]
    by_code: dict[str, list[Diagnostic]] = {}
    for each in notes:
        by_code.setdefault(each.code, []).append(each)
    for code, found in sorted(by_code.items()):
        table.add_row(code, said(titles[code], code), f"{len(found):,}", visible(_place(found[0], sources)))
    return table


def _place(found: Diagnostic, sources: Mapping[str, SourceFile]) -> str:
    if found.span is None:
        return ""
    source = sources.get(found.span.path)
    return found.span.path if source is None else f"{found.span.path}:{source.position(found.span.start).line}"
