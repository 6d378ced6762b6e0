"""A line over every cohort and strategy: how many customers of the latest snapshot it selects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsprotocol import types as lsp

from strategy_engine.language import ast
from strategy_engine.lsp.bank import Look
from strategy_engine.lsp.positions import Positions
from strategy_engine.lsp.worker import Counted

COUNTED = ("cohort", "strategy")
Counts = Mapping[tuple[str, str], Counted]


def wanted(look: Look) -> list[tuple[str, str]]:
    """What of the file is to be counted, by kind and name."""
    return [(each.kind, each.name) for each in _declarations(look)]


def lenses(look: Look, positions: Positions, counts: Counts) -> list[lsp.CodeLens]:
    """A lens for each, as far as its count is known."""
    return [
        lsp.CodeLens(positions.range(each.name_span or each.span), lsp.Command(title(counted), ""))
        for each in _declarations(look)
        if (counted := counts.get((each.kind, each.name))) is not None
    ]


def title(counted: Counted) -> str:
    """`1,234 customers (12.3%) on 2026-11-20`; what comes from a sample is marked as such."""
    share = f"{counted.share:.1%}" if counted.share == 0 or counted.share >= 0.001 else "under 0.1%"
    if counted.exact:
        return f"{counted.customers:,} customers ({share}) on {counted.date}"
    return f"≈ {counted.customers:,} customers ({share}) on {counted.date}, from a sample"


def _declarations(look: Look) -> Iterator[ast.Declaration]:
    return (each for each in (look.module.declarations if look.module is not None else ()) if each.kind in COUNTED and each.name)
