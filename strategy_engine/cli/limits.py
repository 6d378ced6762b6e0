"""What limits permit at worst, as a table."""

from __future__ import annotations

from rich import box
from rich.table import Table

from strategy_engine.analysis.windows import WorstCase

MOST = 20  # rows; hundreds of strategies often limit alike, and then share one


def at_worst(found: list[WorstCase]) -> Table:
    """A row for each limit, what permits more than it says first; limits that are alike share a row."""
    table = Table(title="What limits permit at worst", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.pad_edge, table.show_edge = False, False
    for name in ("limit", "at worst"):
        table.add_column(name, overflow="fold")
    alike: dict[tuple[str, str], list[WorstCase]] = {}
    for each in sorted(found, key=lambda each: not each.surprising):
        alike.setdefault((each.limit.text, each.text), []).append(each)
    for (limit, worst), same in list(alike.items())[:MOST]:
        owners = same[0].limit.source if len(same) == 1 else f"{len(same):,} limits"
        table.add_row(f"{owners}: {limit}", worst)
    if len(alike) > MOST:
        table.add_row(f"and {len(alike) - MOST:,} more", "")
    return table
