"""`strategy graph`: what hangs on what."""

from __future__ import annotations

from pathlib import Path

from strategy_engine.analysis.lineage import Node, lineage, named, reachable
from strategy_engine.cli.console import FINE, fail, show
from strategy_engine.diagnostics.model import Diagnostic, diagnostic, did_you_mean, suggest
from strategy_engine.diagnostics.tongue import chosen, said
from strategy_engine.record import record
from strategy_engine.semantics.model import Model
from strategy_engine.session import Project, StrategyError

FORMATS = ("mermaid", "svg", "html", "json")


@diagnostic
class NothingCalled(Diagnostic):
    """A name that stands for nothing in the project

    What is looked for up or down the graph is a column (`aum`, or `txn.amount` of another table), a table, or a declaration by its name or
    title.

    Example: `strategy graph --downstream aumm`

    Instead: `strategy graph --downstream aum`
    """

    code = "S0371"
    name: str
    suggestion: str | None = None

    @property
    def message(self) -> str:
        return f"nothing is called `{self.name}`"

    @property
    def help(self) -> str | None:
        return did_you_mean(self.suggestion)


@record
class Options:
    """How the graph is told, and of what: all for None."""

    form: str = "mermaid"
    upstream: str | None = None
    downstream: str | None = None


def run(folder: Path, options: Options) -> int:
    """Print the graph; the exit code."""
    if options.form not in FORMATS:
        fail(f"no format `{options.form}`", help=f"formats are {', '.join(FORMATS)}")
    if options.upstream is not None and options.downstream is not None:
        fail("`--upstream` and `--downstream` do not go together")
    if not folder.is_dir():
        fail(f"no folder `{folder}`")
    project = Project.open(folder)
    try:
        print(_told(project, options), end="")
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    return FINE


def _told(project: Project, options: Options) -> str:
    from strategy_engine.site.overview import Graph, to_html, to_json, to_mermaid, to_svg

    model, name = project.model, options.upstream or options.downstream
    uses = lineage(model)
    title, graph = said(f"Strategies of {model.project.project}"), Graph(model, uses)
    if name is not None:
        start, up = _start(model, name), options.upstream is not None
        graph = Graph(model, reachable(uses, start, up=up), start, "upstream" if up else "downstream")
        title = said(f"What {start.name} rests on" if up else f"What rests on {start.name}")
    match options.form:
        case "json":
            return to_json(graph, project.sources) + "\n"
        case "svg":
            return to_svg(graph, title)
        case "html":
            return to_html(graph, title, said("From left to right: what is used, and what uses it."), chosen())
        case _:
            return to_mermaid(graph)


def _start(model: Model, name: str) -> Node:
    uses = lineage(model)
    found = named(model, uses, name)
    if not found:
        known = {node.name for use in uses for node in (use.used, use.user)} | {*model.project.snapshot.columns}
        raise StrategyError([NothingCalled(None, name, suggest(name, sorted(known)))], 2)
    return found[0]
