"""What is declared and used nowhere, and what is used everywhere and declared nowhere: S045x."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.language import ast
from strategy_engine.language.walk import walk, words_in
from strategy_engine.semantics.model import Model
from strategy_engine.source.file import Span

KINDS = ("param", "attribute", "cohort", "table", "grid", "trigger", "benefit", "product", "channel", "kpi")
OFTEN = 3

Modules = tuple[ast.Module, ...]


@diagnostic
class NeverUsed(Diagnostic):
    """A declaration that nothing uses

    No strategy names it, nor anything else but a test. A word that is also the value of a column is taken for a use, and what is imported
    from a library is not told of.

    Why: it is checked, read and kept in order for nothing; or a strategy was meant to use it, and does not.

    Example: `cohort rich = aum >= 50万`, and no strategy for it

    Instead: a strategy with `cohort: rich`, or no such cohort.
    """

    code = "S0450"
    severity = Severity.NOTE
    kind: str
    name: str

    @property
    def message(self) -> str:
        return f"{self.kind} `{self.name}` is used nowhere"

    @property
    def help(self) -> str | None:
        return "use it, or remove it"


@diagnostic
class RepeatedThreshold(Diagnostic):
    """A threshold that is written in several places

    A column is compared with the same number or duration three times or more.

    Why: when the bank changes it, one place is forgotten.

    Example: `aum >= 50万` in three cohorts

    Instead: `param wealthy = 50万`, and `aum >= wealthy` in each
    """

    code = "S0451"
    severity = Severity.NOTE
    column: str
    value: str
    places: tuple[Span, ...]

    @property
    def message(self) -> str:
        return f"`{self.column}` is compared with {self.value} in {len(self.places)} places"

    @property
    def help(self) -> str | None:
        return f"name it: `param … = {self.value}`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(Label(place, "here, too") for place in self.places[1:OFTEN])


def never_used(model: Model, modules: Modules) -> Iterator[Diagnostic]:
    """One note for each declaration of the project's own whose name, or title, stands nowhere else."""
    declared = [(module, each) for module in modules for each in module.declarations]
    used = words_in(tuple((each.fields, each.rows) for _, each in declared if each.kind != "test"))
    used.update(name for sink in model.project.sinks.values() for name in sink.channels or ())
    if not model.strategies:  # a project that is being begun
        return
    for module, each in declared:
        if each.kind in KINDS and not {each.name, each.title or each.name} & used and not _imported(module, model):
            yield NeverUsed(each.name_span or each.span, each.kind, each.name)


def repeated_thresholds(model: Model, modules: Modules) -> Iterator[Diagnostic]:
    """One note for each column that is compared with the same literal again and again."""
    del model
    places: dict[tuple[str, str], list[Span]] = {}
    for declaration in (each for module in modules for each in module.declarations if each.kind not in ("test", "param")):
        for node in walk((declaration.fields,)):
            if isinstance(node, ast.Compared):
                for name, literal in _thresholds(node):
                    places.setdefault((name, literal), []).append(node.span)
    for (name, literal), found in places.items():
        if len(found) >= OFTEN:
            yield RepeatedThreshold(found[0], name, literal, tuple(found))


def _thresholds(node: ast.Compared) -> Iterator[tuple[str, str]]:
    """The columns of a comparison, each with what it is compared with, as it was written; nought and one are no thresholds."""
    before: ast.Expr = node.first
    for _, after in node.rest:
        name, literal = (before, after) if isinstance(before, ast.Name) else (after, before)
        if isinstance(name, ast.Name) and isinstance(literal, ast.Number) and literal.value not in (0, 1):
            yield name.text, literal.raw
        before = after


def _imported(module: ast.Module, model: Model) -> bool:
    return any(name in module.span.path for name in model.project.import_)
