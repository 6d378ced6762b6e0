"""The report of `strategy plan --against` as Markdown, for a pull request: tables without personal data, small counts left out."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from strategy_engine.cli.changes import Report, Table
from strategy_engine.diagnostics.cells import visible
from strategy_engine.diagnostics.tongue import said, translated

FIRST = 2
"""Tables that are open; those below unfold."""


def page(found: Report) -> str:
    """The page."""
    return "\n".join([*_head(found), *_body(found.tables), *_foot(found.smallest)])


def _head(found: Report) -> Iterator[str]:
    yield f"## {_cell(found.compared.project)} · {found.compared.date}: " + said("what this change does to whom")
    yield from ("", _cell(found.headline, code=True), "")
    if found.large is not None:
        yield from (f"❌ {_cell(translated(found.large).message, code=True)}", "")
    elif found.most is not None:
        yield from ("✅ " + said(f"no change is larger than {found.most.normalize():f}%"), "")


def _body(tables: Sequence[Table]) -> Iterator[str]:
    for place, table in enumerate(tables):
        title = _cell(said(table.title))
        if place < FIRST:
            yield from (f"### {title}", "", *_table(table), "")
        else:
            yield from (f"<details><summary>{title}</summary>", "", *_table(table), "", "</details>", "")


def _table(table: Table) -> Iterator[str]:
    if table.rows:
        yield _line([_cell(said(head.name)) for head in table.heads])
        yield _line(["---:" if head.right else "---" for head in table.heads])
        yield from (_line([*map(_cell, row)]) for row in table.rows)
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
