"""What limits permit at worst, as a table."""

from __future__ import annotations

from strategy_engine.analysis.verdict import LimitAtWorst
from strategy_engine.cli.layout import text
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.tongue import said

MOST = 20  # rows; hundreds of strategies often limit alike, and then share one


def print_at_worst(found: list[LimitAtWorst]) -> None:
    """A row for each limit, what permits more than it says first; limits that are alike share a row."""
    print_table("What limits permit at worst", [text("limit"), text("at worst")], _rows(found))


def _rows(found: list[LimitAtWorst]) -> list[tuple[str, str]]:
    alike: dict[tuple[str, str], list[LimitAtWorst]] = {}
    for each in sorted(found, key=lambda each: not each.surprising):
        alike.setdefault((each.limit, each.worst), []).append(each)
    rows = []
    for (limit, worst), same in list(alike.items())[:MOST]:
        owners = same[0].owner if len(same) == 1 else said(f"{len(same):,} limits")
        rows.append((f"{owners}: {limit}", said(worst)))
    return [*rows, (said(f"and {len(alike) - MOST:,} more"), "")] if len(alike) > MOST else rows
