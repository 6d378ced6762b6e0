"""The names of a project: what its data and its declarations call things, and by which second names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from strategy_engine.catalog.models import Project, Table
from strategy_engine.diagnostics.model import Diagnostic, suggest
from strategy_engine.language import ast, words
from strategy_engine.semantics.name_errors import DuplicateName, MissingName, ReservedName

UNNAMED = ("arbitration", "test")
# declarations whose names stand in expressions share one space with the snapshot's columns
IN_EXPRESSIONS = ("param", "attribute", "cohort", "table", "grid")


@dataclass
class Names:
    """All names. `declared` is by kind and name; `aliases` leads from a label to the names that carry it."""

    project: Project
    declared: dict[str, dict[str, ast.Declaration]] = field(default_factory=dict)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[tuple[str, str], ast.Declaration] = field(default_factory=dict)  # by kind and label
    tables: dict[str, Table] = field(init=False)  # by name and by label

    def __post_init__(self) -> None:
        self.tables = {table.label: table for table in self.project.tables.values() if table.label} | self.project.tables

    @property
    def snapshot(self) -> Table:
        return self.project.snapshot

    def of_kind(self, kind: str) -> Mapping[str, ast.Declaration]:
        """The declarations of a kind by name."""
        return self.declared.get(kind, {})

    def find(self, kind: str, name: str) -> ast.Declaration | None:
        """The declaration of that name or label."""
        return self.of_kind(kind).get(name) or self.labels.get((kind, name))

    def guess(self, kind: str, name: str) -> str | None:
        """The declaration of the kind that a name which is none may have meant: by its title, or by a slip of the keyboard."""
        titled = (known for known, declaration in self.of_kind(kind).items() if declaration.title == name)
        return next(titled, None) or suggest(name, self.of_kind(kind))

    def in_expressions(self, name: str) -> ast.Declaration | None:
        """The declaration that a name in an expression means."""
        for kind in IN_EXPRESSIONS:
            found = self.of_kind(kind).get(name)
            if found is not None:
                return found
        return None

    def meanings(self, label: str) -> list[str]:
        """The names in expressions that have this label."""
        return self.aliases.get(label, [])

    def suggestions(self) -> Iterable[str]:
        """Every name that may stand in an expression over a customer."""
        yield from self.snapshot.columns
        for kind in IN_EXPRESSIONS:
            yield from self.of_kind(kind)
        yield from (name for name, table in self.project.tables.items() if table.kind in ("list", "series"))
        yield from ("today", "everyone", "contact_date")


def label_of(declaration: ast.Declaration) -> str | None:
    """The declaration's second name."""
    label = declaration.first("label")
    if label is None:
        return None
    value = label.value
    return value.value if isinstance(value, ast.Text) else value.text if isinstance(value, ast.Name) else None


def collect_names(project: Project, declarations: Iterable[ast.Declaration]) -> tuple[Names, list[Diagnostic]]:
    """All names of the project, and what is wrong about them. Of two declarations of a name the first counts."""
    names = Names(project)
    diagnostics: list[Diagnostic] = []
    taken = dict.fromkeys(names.snapshot.columns, "a column of the customer snapshot")
    taken |= {name: f"a table of kind {table.kind}" for name, table in project.tables.items() if table.kind != "snapshot"}
    seen: dict[str, ast.Declaration] = {}
    for declaration in declarations:
        if declaration.kind == "test":  # several may have the same title
            place = declaration.name_span or declaration.span
            names.declared.setdefault("test", {})[f"{place.path}:{place.start}"] = declaration
            continue
        problem = _problem(declaration, taken, seen, names)
        if problem is not None:
            if declaration.fields or not declaration.broken:
                diagnostics.append(problem)
            continue
        names.declared.setdefault(declaration.kind, {})[declaration.name] = declaration
        label = label_of(declaration)
        if label is not None:
            names.labels.setdefault((declaration.kind, label), declaration)
        if declaration.kind in IN_EXPRESSIONS:
            seen[declaration.name] = declaration
    for name, column in names.snapshot.columns.items():
        if column.label is not None:
            names.aliases.setdefault(column.label, []).append(name)
    for name, found in seen.items():
        label = label_of(found)
        if label is not None:
            names.aliases.setdefault(label, []).append(name)
    return names, diagnostics


def _problem(
    declaration: ast.Declaration, taken: Mapping[str, str], seen: Mapping[str, ast.Declaration], names: Names
) -> Diagnostic | None:
    kind, name = declaration.kind, declaration.name
    span = declaration.name_span or declaration.span
    if not name and kind not in UNNAMED:
        return MissingName(span, kind)
    others = names.of_kind(kind)
    before = next(iter(others.values()), None) if kind == "arbitration" else others.get(name)
    if kind in IN_EXPRESSIONS:
        if name in words.RESERVED or words.NAMES.get(name, name) in ("today", "everyone", "contact_date"):
            return ReservedName(span, name)
        before = seen.get(name)
    if kind in (*IN_EXPRESSIONS, "trigger") and name in taken:
        return DuplicateName(span, name, kind, what=taken[name])
    if kind == "trigger" and name in ("hits", "actions"):
        return ReservedName(span, name)
    if before is not None:
        return DuplicateName(span, name or kind, kind, before.name_span)
    return None
