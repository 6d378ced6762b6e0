"""Rows of decision tables that one row could say: S0317."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.proofs.boxes import Range, box_of
from strategy_engine.proofs.conditions import clauses
from strategy_engine.proofs.tables import Row, tables_of
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver


@diagnostic
class RowsToMerge(Diagnostic):
    """Two rows that one row could say

    They give the same, and differ in one cell only; the values of the two cells make one list, or one stretch without a gap. Under
    `hit: first` only rows that follow each other are told of, as those between may come first.

    Why: every later change has to be made in both.

    Example: `| gold | => 2% |` above `| platinum | => 2% |`

    Instead: `| gold, platinum | => 2% |`
    """

    code = "S0317"
    severity = Severity.NOTE
    table: str
    other: Span | None

    @property
    def message(self) -> str:
        return f"this row of table `{self.table}` and another give the same, and could be one"

    @property
    def help(self) -> str | None:
        return "write the values of both in one cell"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.other is None else (Label(self.other, "the other row"),)


def merges(model: Model, _solver: Solver) -> Iterator[Diagnostic]:
    """The rows of each table that one of those above could say as well. Tables that collect count rows, and keep theirs."""
    for table in tables_of(model):
        if table.hit in ("unique", "first", "any"):
            for place, row in enumerate(table.rows[1:], 1):
                above = table.rows[place - 1 : place] if table.hit == "first" else table.rows[:place]
                other = next((each for each in above if _one(each, row)), None)
                if other is not None:
                    yield RowsToMerge(row.span, table.name, other.span)


def _one(upper: Row, lower: Row) -> bool:
    """Whether one row could say both."""
    if upper.outputs != lower.outputs or not all(isinstance(output, ir.Constant) for output in upper.outputs):
        return False
    cells, others = clauses(upper.condition), clauses(lower.condition)
    apart = [cell for cell in cells if cell not in others], [cell for cell in others if cell not in cells]
    return len(apart[0]) == len(apart[1]) == 1 and _joined(apart[0][0], apart[1][0])


def _joined(cell: ir.Expr, other: ir.Expr) -> bool:
    """Whether a list or a stretch says both cells."""
    boxes = [{value: within for value, within in box_of(each).items() if not isinstance(value, ir.IsKnown)} for each in (cell, other)]
    if len(boxes[0]) != 1 or boxes[0].keys() != boxes[1].keys():
        return False
    (one,), (two,) = boxes[0].values(), boxes[1].values()
    if one.named is not None and two.named is not None:
        return not any(isinstance(value, bool) for value in one.named | two.named)
    return one.named is two.named is None and (_touch(one, two) or _touch(two, one))


def _touch(lower: Range, upper: Range) -> bool:
    """Whether one stretch ends where the other begins."""
    return lower.high is not None and lower.high == upper.low and (lower.high_closed or upper.low_closed)
