"""The report of `strategy plan --against` as Markdown, for a pull request: tables without personal data, small counts left out."""

from __future__ import annotations

import html
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from strategy_engine.cli.changes import Table, tables
from strategy_engine.diagnostics.cells import visible
from strategy_engine.diagnostics.tongue import said, translated

if TYPE_CHECKING:
    from strategy_engine.session.comparing import ChangeTooLarge, Compared

FIRST = 2
"""Tables that are open; those below unfold."""


def report(found: Compared, headline: str, smallest: int, large: ChangeTooLarge | None, most: Decimal | None) -> str:
    """The page."""
    return "\n".join([*_head(found, headline, large, most), *_body(found, smallest), *_foot(smallest)])


def _head(found: Compared, headline: str, large: ChangeTooLarge | None, most: Decimal | None) -> Iterator[str]:
    yield f"## {_cell(found.project)} · {found.date}: " + said("what this change does to whom")
    yield ""
    yield _cell(headline, code=True)
    yield ""
    if most is not None:
        yield (
            f"❌ {_cell(translated(large).message, code=True)}"
            if large
            else "✅ " + said(f"no change is larger than {most.normalize():f}%")
        )
        yield ""


def _body(found: Compared, smallest: int) -> Iterator[str]:
    for place, table in enumerate(tables(found.comparison, smallest)):
        title = _cell(said(table.title))
        if place < FIRST:
            yield from (f"### {title}", "", *_table(table), "")
        else:
            yield from (f"<details><summary>{title}</summary>", "", *_table(table), "", "</details>", "")


def _table(table: Table) -> Iterator[str]:
    yield _line([_cell(said(head.name)) for head in table.heads])
    yield _line(["---:" if head.right else "---" for head in table.heads])
    for row in table.rows:
        yield _line([_cell(cell) for cell in row])
    if table.rest:
        yield from ("", table.rest)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str, *, code: bool = False) -> str:
    """A text that stays text: no markup, no further cell. Between backticks nothing is markup but the bar."""
    plain = html.escape(visible(text), quote=False).replace("|", "\\|")
    return plain if code else plain.replace("`", "\\`").replace("*", "\\*").replace("_", "\\_")


def _foot(smallest: int) -> Iterator[str]:
    yield said(f"Customers are counted without the control group. Counts below {smallest} are not told.")
    yield said("Where one could be worked out from others, these are rounded (≈).")
    yield ""
