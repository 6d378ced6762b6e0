"""Decision tables and grids: customers whom no row matches, or too many; rows and cells that nobody reaches: S0310 to S0316."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic, listed
from strategy_engine.proofs.boxes import apart, box_of
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Grid, Model
from strategy_engine.semantics.walk import expressions
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Example, Solver, Wish


@diagnostic
class Shown(Diagnostic):
    """What is wrong with a table, shown by a customer as a condition of the language; `certain`: who replays."""

    table: str
    customer: str
    certain: bool


@diagnostic
class Unmatched(Shown):
    """No row matches."""

    @property
    def message(self) -> str:
        matches = "matches" if self.certain else "may match"
        return f"no row of table `{self.table}` {matches} where `{self.customer}`"


@diagnostic
class RowsTogether(Shown):
    """Two rows match; `other` is the upper one."""

    other: Span | None

    @property
    def help(self) -> str | None:
        return "narrow one of them, or let the first win with `hit: first`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.other is None else (Label(self.other, "the other row"),)


@diagnostic
class TableGap(Unmatched):
    """Customers whom no row of a decision table matches

    All values that the table asks for are known of the customer that is shown, and no row matches, so that the table gives nothing. A
    table that collects (`collect(…)`) may have gaps.

    Why: whatever asks the table is unknown for them: they fall out of cohorts, get no benefit, pay no rate.

    Example: rows for `< 5万` and `> 5万`, and none for 5万

    Instead: `<= 5万` and `> 5万`, or a last row of `-` under `hit: first`.
    """

    code = "S0310"
    severity = Severity.WARNING

    @property
    def help(self) -> str | None:
        return "add a row for them, or widen one"


@diagnostic
class MissingGap(Unmatched):
    """Customers whom no row of a decision table matches, since a value is missing

    A cell asks for a value that may be missing, and no row is for those without it. It may well be meant, and changes no exit code.

    Why: the table gives nothing for them, which is easily overlooked.

    Example: rows for `< 30` and `>= 30` of an `age` that may be missing

    Instead: a row with `is missing`, or a last row of `-` under `hit: first`.
    """

    code = "S0311"
    severity = Severity.NOTE

    @property
    def help(self) -> str | None:
        return "add a row with `is missing`, if they shall get something"


@diagnostic
class TableOverlap(RowsTogether):
    """Two rows for the same customer, where one must match

    Under `hit: unique` exactly one row must match; where two do, the table gives nothing.

    Why: whatever asks the table is unknown for them, and nothing tells why.

    Example: rows for `<= 5万` and `>= 5万`

    Instead: `< 5万` and `>= 5万`, or `hit: first`, where the upper row wins.
    """

    code = "S0312"
    severity = Severity.WARNING

    @property
    def message(self) -> str:
        return f"two rows of table `{self.table}` {'match' if self.certain else 'may match'} where `{self.customer}`"


@diagnostic
class TableContradiction(RowsTogether):
    """Two rows that contradict each other under `hit: any`

    Under `hit: any` several rows may match a customer, as long as they give the same. These two give different things.

    Why: the table gives nothing for them, and nothing tells why.

    Example: rows `>= 5万 => gold` and `>= 50万 => platinum` under `hit: any`

    Instead: `[5万..50万) => gold`, or `hit: first` with the stricter row above.
    """

    code = "S0313"
    severity = Severity.WARNING

    @property
    def message(self) -> str:
        return f"two rows of table `{self.table}` {'give' if self.certain else 'may give'} different things where `{self.customer}`"


@diagnostic
class ShadowedRow(Diagnostic):
    """A row below others that match all its customers

    Under `hit: first` the upper row wins; every customer of this row is taken by one above. A last row of nothing but `-` is not told of.

    Why: what it gives is given to nobody.

    Example: `>= 5万` above `>= 50万`

    Instead: the stricter row above: `>= 50万`, then `>= 5万`.
    """

    code = "S0314"
    severity = Severity.WARNING
    table: str

    @property
    def message(self) -> str:
        return f"this row of table `{self.table}` is never taken: the rows above match all its customers"

    @property
    def help(self) -> str | None:
        return "move it up, or remove it"


@diagnostic
class ImpossibleRow(Diagnostic):
    """A row that no customer can match

    Its cells exclude each other, by what the columns can hold.

    Why: what it gives is given to nobody.

    Example: `tier == mass` in one cell, and `tier >= gold` in another

    Instead: the cell that was meant, or no such row.
    """

    code = "S0315"
    severity = Severity.WARNING
    table: str

    @property
    def message(self) -> str:
        return f"no customer can match this row of table `{self.table}`"

    @property
    def help(self) -> str | None:
        return "change one of its cells, or remove it"


@diagnostic
class EmptyCell(Diagnostic):
    """Cells of a grid that no customer can be in

    The two sides of the grid hang together, and some of their combinations cannot be.

    Why: a plan for the cell is a plan for nobody; and a report shows it as empty for ever.

    Example: a grid of two tables that both ask for `aum`

    Instead: `merge:` such cells with others, or a grid of two things that do not hang together.
    """

    code = "S0316"
    severity = Severity.NOTE
    grid: str
    cells: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"no customer can be in {listed(f'`{cell}`' for cell in self.cells)} of grid `{self.grid}`"

    @property
    def help(self) -> str | None:
        return "merge them with others under `merge`, or allow it: `# allow S0316: …`"


# ------------------------------------------------------------------------------------------------ tables


@record
class Row:
    """A row of a table: its condition, and what it gives, output by output."""

    condition: ir.Expr
    outputs: tuple[ir.Expr, ...]

    @property
    def span(self) -> Span | None:
        return self.condition.span or self.outputs[0].span


@record
class Table:
    """A decision table as it was declared: all outputs beside each other."""

    name: str
    span: Span | None
    hit: str
    rows: list[Row]


def tables_of(model: Model) -> Iterator[Table]:
    """Each decision table of a model."""
    found: dict[str, list[ir.Decision]] = {}
    spans: dict[str, Span | None] = {}
    for name, each in model.derived.items():
        if each.kind == "table" and isinstance(each.expr, ir.Decision):
            found.setdefault(name.partition(".")[0], []).append(each.expr)
            spans.setdefault(name.partition(".")[0], each.span)
    for name, outputs in found.items():
        conditions = [condition for condition, _ in outputs[0].rows]
        rows = [Row(condition, tuple(each.rows[place][1] for each in outputs)) for place, condition in enumerate(conditions)]
        yield Table(name, spans[name], outputs[0].hit, rows)


def tables(model: Model, solver: Solver) -> Iterator[Diagnostic]:
    """What is wrong with each table."""
    for table in tables_of(model):
        yield from _table(table.name, table.span, table.hit, table.rows, solver)


def _table(name: str, span: Span | None, hit: str, rows: list[Row], solver: Solver) -> Iterator[Diagnostic]:
    possible = []
    for row in rows:
        if solver.never((row.condition, True)):
            yield ImpossibleRow(row.span, name)
        else:
            possible.append(row)
    if hit == "unique":
        yield from _overlaps(name, possible, solver)
    elif hit == "any":
        yield from _contradictions(name, possible, solver)
    elif hit == "first":
        yield from _shadowed(name, possible, solver)
    if hit in ("unique", "any", "first"):
        yield from _gap(name, span, rows, solver)


def _gap(name: str, span: Span | None, rows: list[Row], solver: Solver) -> Iterator[Diagnostic]:
    nobody: list[Wish] = [(row.condition, False) for row in rows]
    asked = dict.fromkeys(value for row in rows for value in _headings(row.condition))
    known: list[Wish] = [(ir.IsKnown(value), True) for value in asked]
    found = solver.example(*nobody, *known)
    if found is not None:
        yield TableGap(span, name, found.text, found.certain)
        return
    found = solver.example(*nobody)
    if found is not None and solver.never(*nobody, *known):
        yield MissingGap(span, name, found.text, found.certain)


def _headings(condition: ir.Expr) -> Iterator[ir.Expr]:
    """What the cells of a row compare."""
    for each in expressions(condition):
        if isinstance(each, ir.Compare):
            yield each.left
        elif isinstance(each, ir.InSet | ir.InWindow):
            yield each.value


def _overlaps(name: str, rows: list[Row], solver: Solver) -> Iterator[Diagnostic]:
    for upper, lower, found in _together(rows, solver):
        yield TableOverlap(lower.span, name, found.text, found.certain, upper.span)


def _contradictions(name: str, rows: list[Row], solver: Solver) -> Iterator[Diagnostic]:
    for upper, lower, found in _together(rows, solver, differing=True):
        yield TableContradiction(lower.span, name, found.text, found.certain, upper.span)


def _together(rows: list[Row], solver: Solver, *, differing: bool = False) -> Iterator[tuple[Row, Row, Example]]:
    """For each row the first above it that may match the same customer (and gives something else), with one."""
    boxes = [box_of(row.condition) for row in rows]
    for place, lower in enumerate(rows):
        for upper, box in zip(rows[:place], boxes, strict=False):
            if apart(box, boxes[place]):
                continue
            differ = _differ(upper, lower) if differing else ()
            if differ is None:
                continue
            found = solver.example((upper.condition, True), (lower.condition, True), *differ)
            if found is not None:
                yield upper, lower, found
                break


def _differ(upper: Row, lower: Row) -> tuple[Wish, ...] | None:
    """What it takes for the rows to give different things; None where they never do."""
    pairs = [(one, other) for one, other in zip(upper.outputs, lower.outputs, strict=True) if one != other]
    if not pairs:
        return None
    if any(isinstance(one, ir.Constant) and isinstance(other, ir.Constant) for one, other in pairs):
        return ()
    unlike = tuple(ir.Compare("!=", one, other) for one, other in pairs)
    return ((unlike[0] if len(unlike) == 1 else ir.Or(unlike), True),)


def _shadowed(name: str, rows: list[Row], solver: Solver) -> Iterator[Diagnostic]:
    for place, row in enumerate(rows):
        above = [(each.condition, False) for each in rows[:place]]
        if not isinstance(row.condition, ir.Constant) and above and solver.never((row.condition, True), *above):
            yield ShadowedRow(row.span, name)


# ------------------------------------------------------------------------------------------------ grids


def grids(model: Model, solver: Solver) -> Iterator[Diagnostic]:
    """The cells of each grid that nobody can be in."""
    for name, grid in model.grids.items():
        value = model.derived[name].expr
        if isinstance(value, ir.Decision):
            cells = _empty(grid, value, solver)
            if cells:
                yield EmptyCell(grid.span, name, cells)


def _empty(grid: Grid, value: ir.Decision, solver: Solver) -> tuple[str, ...]:
    reached = {output.value for condition, output in value.rows if isinstance(output, ir.Constant) and not solver.never((condition, True))}
    return tuple(cell for cell in grid.cells if cell not in reached)
