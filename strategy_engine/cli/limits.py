"""What limits permit at worst, as a table.

Every `check` prints it, and a table of rich would take a tenth of the time of a small project's: where the rows fit the screen they are
set here.
"""

from __future__ import annotations

from strategy_engine.analysis.verdict import LimitAtWorst
from strategy_engine.cli.console import columns, console
from strategy_engine.diagnostics.tongue import said
from strategy_engine.language.printing.layout import padded, width

MOST = 20  # rows; hundreds of strategies often limit alike, and then share one
TITLE = "What limits permit at worst"
HEAD = ("limit", "at worst")
GAP = "   "


def print_at_worst(found: list[LimitAtWorst]) -> None:
    """A row for each limit, what permits more than it says first; limits that are alike share a row."""
    rows, head = _rows(found), (said(HEAD[0]), said(HEAD[1]))
    left, right = (max(width(row[side]) for row in (head, *rows)) for side in (0, 1))
    if left + len(GAP) + right <= columns():
        print(said(TITLE))
        print(f"{padded(head[0], left)}{GAP}{head[1]}")
        print("─" * (left + len(GAP) + right))
        for limit, worst in rows:
            print(f"{padded(limit, left)}{GAP}{worst}".rstrip())
    else:
        _print_folded(rows)


def _rows(found: list[LimitAtWorst]) -> list[tuple[str, str]]:
    alike: dict[tuple[str, str], list[LimitAtWorst]] = {}
    for each in sorted(found, key=lambda each: not each.surprising):
        alike.setdefault((each.limit, each.worst), []).append(each)
    rows = []
    for (limit, worst), same in list(alike.items())[:MOST]:
        owners = same[0].owner if len(same) == 1 else said(f"{len(same):,} limits")
        rows.append((f"{owners}: {limit}", said(worst)))
    return [*rows, (said(f"and {len(alike) - MOST:,} more"), "")] if len(alike) > MOST else rows


def _print_folded(rows: list[tuple[str, str]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(title=said(TITLE), title_justify="left", title_style="", header_style="", box=box.SIMPLE_HEAD)
    table.pad_edge, table.show_edge = False, False
    for name in HEAD:
        table.add_column(said(name), overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)
