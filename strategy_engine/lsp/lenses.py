"""A line over every cohort and strategy: how many customers of the latest snapshot it selects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsprotocol import types as lsp

from strategy_engine.language import ast
from strategy_engine.lsp.bank import Look
from strategy_engine.lsp.positions import Positions
from strategy_engine.lsp.worker import Counted

COUNTED = ("cohort", "strategy")
LEAST_SHARE = 0.001
"""Below it a share is not written out."""
Counts = Mapping[tuple[str, str], Counted]


def wanted(look: Look) -> list[tuple[str, str]]:
    """What of the file is to be counted, by kind and name."""
    return [(each.kind, each.name) for each in _declarations(look)]


def lenses(look: Look, positions: Positions, counts: Counts, lang: str) -> list[lsp.CodeLens]:
    """A lens for each, as far as its count is known."""
    return [
        lsp.CodeLens(positions.range(each.name_span or each.span), lsp.Command(title(counted, lang), ""))
        for each in _declarations(look)
        if (counted := counts.get((each.kind, each.name))) is not None
    ]


def title(counted: Counted, lang: str = "en") -> str:
    """`1,234 customers (12.3%) on 2026-11-20`; what comes from a sample is marked as such."""
    tiny = 0 < counted.share < LEAST_SHARE
    if lang == "zh":
        share = f"不足 {LEAST_SHARE:.1%}" if tiny else f"{counted.share:.1%}"
        found = f"{counted.customers:,} 位客户（{share}）· {counted.date}"
        return found if counted.exact else f"≈ {found} · 抽样估计"
    share = f"under {LEAST_SHARE:.1%}" if tiny else f"{counted.share:.1%}"
    found = f"{counted.customers:,} customers ({share}) on {counted.date}"
    return found if counted.exact else f"≈ {found}, from a sample"


def _declarations(look: Look) -> Iterator[ast.Declaration]:
    return (each for each in (look.module.declarations if look.module is not None else ()) if each.kind in COUNTED and each.name)
