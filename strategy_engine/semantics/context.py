"""What the checker's passes share: the names, what has been resolved so far, and where diagnostics go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, Protocol

from strategy_engine.catalog.models import Project, Table
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language.types import ERROR, Type
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Definition, Grid, Trigger
from strategy_engine.semantics.name_errors import Cycle
from strategy_engine.semantics.names import Names
from strategy_engine.source.file import SourceFile, Span


class Mention(NamedTuple):
    """A place that names something.

    span: of the name.      part: which of its parts between dots, from 0; None for all of it.
    kind: of the declaration, or `table`, `column`, `value`.      name: as declared; a column's with its table before the dot.
    """

    span: Span
    part: int | None
    kind: str
    name: str


@record
class RowScope:
    """The row at hand inside `where` and aggregates: its table (or trigger) and columns; links also have `other.`."""

    table: str
    columns: dict[str, Type]
    labels: dict[str, str] = field(default_factory=dict)
    time: str | None = None
    links: bool = False
    label: str | None = None  # the table's second name


@record
class Scope:
    """What names may mean at a place besides the customer's own columns."""

    row: RowScope | None = None
    steps: dict[str, RowScope] = field(default_factory=dict)  # earlier steps of a sequence
    triggers: tuple[str, ...] | None = None  # the strategy's triggers: their hits, and `hits`; None outside strategies
    action: bool = False  # the action's channel, product, benefit, step, category, arm
    arms: tuple[str, ...] = ()
    kpi: bool = False  # before., after., contact

    def with_row(self, row: RowScope) -> Scope:
        return replace(self, row=row)


CUSTOMER = Scope()
LONGEST_CIRCLE = 30


class Resolvers(Protocol):
    """What a name may lead to. Declarations need expressions and expressions need declarations; here the circle is closed."""

    def definition(self, name: str, used_at: Span, context: Context, /) -> Definition | None:
        """The attribute, cohort, table or grid of that name."""

    def param_value(self, name: str, used_at: Span, context: Context, /) -> ir.Expr:
        """The param's constant."""

    def trigger(self, name: str, context: Context, /) -> Trigger | None:
        """The trigger of that name."""

    def field_types(self, kind: str, context: Context, /) -> dict[str, Type]:
        """The properties that benefits, products or channels declare."""


class NothingDeclared:
    """For expressions outside of any project's declarations."""

    def definition(self, _name: str, _used_at: Span, _context: Context, /) -> Definition | None:
        """None: there is none."""
        return None

    def param_value(self, _name: str, used_at: Span, _context: Context, /) -> ir.Expr:
        """Nothing that could be typed."""
        return failed(used_at)

    def trigger(self, _name: str, _context: Context, /) -> Trigger | None:
        """None: there is none."""
        return None

    def field_types(self, _kind: str, _context: Context, /) -> dict[str, Type]:
        """None at all."""
        return {}


@dataclass
class Context:
    """One check of one project."""

    names: Names
    diagnostics: list[Diagnostic] = field(default_factory=list)
    definitions: dict[str, Definition | None] = field(default_factory=dict)
    params: dict[str, ir.Expr | None] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    triggers: dict[str, Trigger | None] = field(default_factory=dict)
    tables_read: set[str] = field(default_factory=set)
    resolving: list[str] = field(default_factory=list)
    sources: dict[str, SourceFile] = field(default_factory=dict)  # files that are read on the way are added
    folder: Path | None = None  # the project's, for tables whose rows are files
    field_types: dict[str, dict[str, Type]] = field(default_factory=dict)
    depth: int = 0
    declared: Resolvers = field(default_factory=NothingDeclared)
    mentions: list[Mention] = field(default_factory=list)

    @property
    def project(self) -> Project:
        return self.names.project

    def table(self, name: str) -> Table | None:
        """The declared table of that name or label."""
        return self.names.tables.get(name)

    def report(self, diagnostic: Diagnostic) -> ir.Expr:
        """Note a diagnostic; what is returned stands for the expression that could not be typed."""
        self.diagnostics.append(diagnostic)
        return failed(diagnostic.span)

    def mention(self, span: Span, kind: str, name: str, part: int | None = None) -> None:
        """Note what a name that stands in a file means: editors lead from there to its declaration, and back."""
        self.mentions.append(Mention(span, part, kind, name))

    def enter(self, name: str, span: Span) -> bool:
        """Begin to resolve a definition; False where that closes a circle, which is told."""
        if name in self.resolving:
            start = self.resolving.index(name)
            self.report(Cycle(span, (*self.resolving[start:], name)))
            return False
        if len(self.resolving) >= LONGEST_CIRCLE:  # what is no circle was resolved in order, and needs nothing unresolved
            self.report(Cycle(span, (*self.resolving, name)))
            return False
        self.resolving.append(name)
        return True

    def leave(self) -> None:
        self.resolving.pop()

    def quiet(self) -> Context:
        """The same context, whose reports nobody reads: for a look ahead at what is checked in its own place."""
        return replace(self, diagnostics=[], mentions=[])

    def written(self, span: Span) -> str:
        """The text as it stands in the file, on one line."""
        file = self.sources.get(span.path)
        return " ".join(file.text[span.start : span.end].split()) if file is not None else ""


def failed(span: Span | None) -> ir.Expr:
    """Stands for an expression that could not be typed; fits everywhere, so that one mistake is told once."""
    return ir.Constant(None, type=ERROR, span=span)


def row_scope(table: Table) -> RowScope:
    """The scope of a declared table's rows."""
    columns = {name: column.value_type for name, column in table.columns.items()}
    labels = {column.label: name for name, column in table.columns.items() if column.label}
    return RowScope(table.name, columns, labels, table.time, table.kind == "links", table.label)
