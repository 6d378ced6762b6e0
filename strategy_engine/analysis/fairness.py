"""Whom strategies choose by what they should not be chosen by: S047x."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.analysis.lineage import Node, Use, lineage
from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic, listed
from strategy_engine.semantics.model import Model

_DEFINED = {"definition", "on", "window", "column"}
_CHOOSING = {
    "strategy": {"cohort", "trigger", "product", "benefit", "channel", "score", "priority", "limit", "control"},
    "benefit": {"fields", "eligible", "limit"},
    "product": {"fields", "eligible", "limit"},
    "channel": {"require", "limit"},
    "policy": {"for", "exclude", "except", "limit", "pause"},
    "arbitration": {"except", "keep"},
    **dict.fromkeys(("attribute", "cohort", "table", "grid", "trigger"), _DEFINED),
}
"""The keys of each kind on which it hangs who gets what; what a script says or who works a list chooses nobody."""
_CHOOSERS = ("strategy", "policy", "arbitration")
_OFFERED = ("benefit", "product", "channel")


@diagnostic
class ChoosesBySensitive(Diagnostic):
    """Customers chosen by a sensitive column

    The project file declares a column `sensitive`, such as gender or an age band, and it decides, directly or through attributes, tables,
    cohorts, moments, scores, benefits or channels, who gets what. The path is shown step by step. Scripts, owners and KPIs choose nobody.
    What came of it, `strategy coverage` shows: how often each group was chosen.

    Why: nobody may get less for being a woman, or sixty. It often comes in unseen, three definitions deep.

    Example: `strategy s { cohort: careful  channel: sms }`, where `cohort careful = gender == female`

    Instead: what is meant (`cohort careful = max_risk <= R2`); or, where it is meant and right, `# allow S0470: the reason`
    """

    code = "S0470"
    severity = Severity.WARNING
    kind: str
    name: str
    column: str
    through: tuple[Node, ...]
    places: tuple[Label, ...]

    @property
    def message(self) -> str:
        steps = listed(f"`{node.name}`" for node in self.through)
        return f"{self.kind} `{self.name}` chooses by sensitive column `{self.column}`" + (f", through {steps}" if steps else "")

    @property
    def help(self) -> str | None:
        return "choose by what is meant instead, or say why it is right: `# allow S0470: …`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return self.places


def chosen_by_sensitive(model: Model) -> Iterator[Diagnostic]:
    """One warning for each sensitive column and each key of a strategy or policy that it gets into, by the shortest path."""
    tables = model.project.data
    columns = [Node("column", f"{table}.{name}") for table in tables for name, each in tables[table].columns.items() if each.sensitive]
    if not columns:
        return
    following: dict[Node, list[Use]] = {}
    for use in lineage(model):
        if use.key in _CHOOSING.get(use.user.kind, ()):
            following.setdefault(use.used, []).append(use)
    for column in columns:
        for path in _paths(column, following):
            last = path[-1]
            through = tuple(use.user for use in path[:-1])
            places = tuple(Label(use.span, _label(use)) for use in path[:-1] if use.span is not None)
            shown = column.name.removeprefix(f"{model.project.snapshot.name}.")
            yield ChoosesBySensitive(last.span, last.user.kind, last.user.name, shown, through, places)


def _label(use: Use) -> str:
    return f"{use.user.kind} `{use.user.name}` uses `{use.used.name.rpartition('.')[2]}`"


def _paths(column: Node, following: dict[Node, list[Use]]) -> Iterator[tuple[Use, ...]]:
    """The shortest path to each key of what chooses. A policy that names a benefit, product or channel does not choose as that does."""
    waiting: list[tuple[Node, tuple[Use, ...]]] = [(column, ())]
    seen = {column}
    while waiting:
        node, path = waiting.pop(0)
        for use in following.get(node, ()):
            if use.user.kind in _CHOOSERS:
                if use.user.kind == "strategy" or node.kind not in _OFFERED:
                    yield (*path, use)
            elif use.user not in seen:
                seen.add(use.user)
                waiting.append((use.user, (*path, use)))
