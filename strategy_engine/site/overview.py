"""The graph of a project, or of what one thing rests on: as Mermaid, as a picture, as a page, as JSON."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from strategy_engine.analysis.lineage import Node, Use, declaration_of
from strategy_engine.record import record
from strategy_engine.semantics.model import Model
from strategy_engine.site.drawing import GIVEN, STRATEGIES, Drawing, placed
from strategy_engine.site.environment import environment
from strategy_engine.source.file import SourceFile, Span

_HERE = Path(__file__).parent
_SHAPES = {"strategy": ("[[", "]]"), "trigger": ("{{", "}}"), "data": ("[(", ")]"), "column": ("([", "])"), "kpi": ("(", ")")}
_COLOURS = {
    "who": ("#1f7a4d", ("cohort", "attribute", "table", "grid")),
    "when": ("#a15c00", ("trigger",)),
    "what": ("#8a3ffc", ("benefit", "product")),
    "through": ("#00687a", ("channel", "policy", "arbitration")),
    "aim": ("#b3261e", ("kpi",)),
    "strategy": ("#1d57c4", ("strategy",)),
    "rest": ("#5b6675", ("data", "column")),
}
"""By what a kind answers: the colour of its border, as the site has it."""


@record
class Graph:
    """Uses to be shown. `start` is what was asked about, and `direction` where to look from there; None for the whole project."""

    model: Model
    uses: tuple[Use, ...]
    start: Node | None = None
    direction: str | None = None

    @property
    def arrows(self) -> list[tuple[Node, Node]]:
        """From what is used to what uses it, without tests. In the whole project strategies lead on to what they give, and columns are left
        out, as is the snapshot: everything rests on it."""
        uses = [use for use in self.uses if use.user.kind != "test"]
        if self.start is not None:
            return list(dict.fromkeys((use.used, use.user) for use in uses))
        snapshot = Node("data", self.model.project.snapshot.name)
        shown = [use for use in uses if "column" not in (use.used.kind, use.user.kind) and use.used != snapshot]
        return list(dict.fromkeys(_leading(use) for use in shown))

    @property
    def nodes(self) -> list[Node]:
        """What there is to draw, each once."""
        first = [] if self.start is None else [self.start]
        return list(dict.fromkeys([*first, *(node for arrow in self.arrows for node in arrow)]))

    def shown(self, node: Node) -> str:
        """What people read: a title, a label, or the name."""
        if node.kind == "column":
            return node.name
        return getattr(declaration_of(self.model, node), "title", None) or node.name


def _leading(use: Use) -> tuple[Node, Node]:
    gives = use.user.kind in STRATEGIES and use.used.kind in GIVEN
    return (use.user, use.used) if gives else (use.used, use.user)


def to_mermaid(graph: Graph) -> str:
    """A flow chart for a Markdown page."""
    numbers = {node: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for node, number in numbers.items():
        before, behind = _SHAPES.get(node.kind, ("[", "]"))
        answers = next(name for name, (_, kinds) in _COLOURS.items() if node.kind in kinds)
        lines.append(f'  {number}{before}"{_quoted(graph.shown(node))}"{behind}:::{answers}')
    lines += [f"  {numbers[source]} --> {numbers[target]}" for source, target in graph.arrows]
    lines += [f"  classDef {name} stroke:{colour}" for name, (colour, _) in _COLOURS.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text as Mermaid takes it between quotes."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;").replace("#", "&#35;")


def to_svg(graph: Graph, title: str) -> str:
    """A picture that stands by itself."""
    return environment(_HERE / "templates").get_template("graph.svg").render(picture=_drawing(graph), title=title) + "\n"


def to_html(graph: Graph, title: str, note: str, lang: str) -> str:
    """A page that stands by itself."""
    style = Markup((_HERE / "assets" / "style.css").read_text("utf-8"))  # noqa: S704 - our own
    page = environment(_HERE / "templates").get_template("graph.html")
    return page.render(picture=_drawing(graph), title=title, note=note, style=style, lang="zh-CN" if lang == "zh" else "en") + "\n"


def _drawing(graph: Graph) -> Drawing:
    nodes: list[Hashable] = [*graph.nodes]

    def box(node: Hashable) -> tuple[str, str, str, str]:
        assert isinstance(node, Node)  # noqa: S101 - all are
        return graph.shown(node), f"{node.kind} {node.name}", node.kind, ""

    return placed(nodes, list(graph.arrows), box, graph.start) if nodes else Drawing(20, 20, (), ())


def to_json(graph: Graph, sources: Mapping[str, SourceFile]) -> str:
    """All uses, column by column, with their places."""
    start = [] if graph.start is None else [graph.start]
    nodes = dict.fromkeys([*start, *(node for use in graph.uses for node in (use.used, use.user))])
    of = None if graph.start is None else graph.start.id
    document = {
        "of": of,
        "direction": graph.direction,
        "nodes": [_node(graph, node, sources) for node in nodes],
        "edges": list(_edges(graph.uses, sources)),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _node(graph: Graph, node: Node, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    declared = declaration_of(graph.model, node)
    place = {} if declared is None else _place(declared.span, sources)
    return {"id": node.id, "kind": node.kind, "name": node.name, "title": getattr(declared, "title", None), **place}


def _edges(uses: Iterable[Use], sources: Mapping[str, SourceFile]) -> Iterable[dict[str, Any]]:
    return ({"from": use.used.id, "to": use.user.id, "key": use.key, **_place(use.span, sources)} for use in uses)


def _place(span: Span | None, sources: Mapping[str, SourceFile]) -> dict[str, Any]:
    if span is None or span.path not in sources:
        return {}
    line, column = sources[span.path].position(span.start)
    return {"file": span.path, "line": line, "column": column}
