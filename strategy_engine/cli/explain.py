"""`strategy explain`."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.cli.console import FINE, console, show
from strategy_engine.cli.run import opened
from strategy_engine.session import StrategyError

if TYPE_CHECKING:
    from rich.tree import Tree

    from strategy_engine.engine.explain import Clause, Explanation, StrategyExplanation

_DIAGNOSTIC = re.compile(r"S\d{4}")
_SIGNS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}
_OUTCOMES = {"listed": "bold green", "control": "bold cyan", "dropped": "bold yellow", "none": "dim"}


def run(customer: str, strategy: str | None, folder: Path, date: str | None, as_json: bool) -> int:
    """Print why a customer gets what, or the page of a diagnostic's code; the exit code."""
    if _DIAGNOSTIC.fullmatch(customer):
        return _page(customer)
    project, day = opened(folder, date)
    try:
        found = project.explain(customer, strategy=strategy, date=day)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    if as_json:
        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2, default=str))
    else:
        _show(found)
    return FINE


def _page(code: str) -> int:
    from strategy_engine.cli.everything import import_all
    from strategy_engine.diagnostics.model import REGISTRY
    from strategy_engine.diagnostics.pages import page
    from strategy_engine.diagnostics.tongue import said

    import_all()
    if code not in REGISTRY:
        from strategy_engine.cli.console import fail

        fail(f"no diagnostic `{code}`", help="`strategy docs diagnostics` lists them all")
    print(page(REGISTRY[code], said), end="")
    return FINE


def _show(found: Explanation) -> None:
    from rich.text import Text

    screen = console()
    screen.print(Text.assemble("customer ", (found.customer, "bold"), f" on {found.date}"))
    order = list(_OUTCOMES)
    for each in sorted(found.strategies, key=lambda one: order.index(one.outcome)):
        screen.print()
        screen.print(_strategy(each))


def _strategy(each: StrategyExplanation) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    name = Text.assemble((each.name, "bold"), f" {each.title or ''}".rstrip(), " — ", (each.summary, _OUTCOMES[each.outcome]))
    tree = Tree(name, guide_style="dim")
    if each.cohort is not None:
        _clause(tree, each.cohort, "cohort ")
    for trigger in each.triggers:
        times = f"{trigger.hits} hits, {trigger.time}" if trigger.hits > 1 else trigger.time or trigger.spent or "no hit in its window"
        sign, style = _SIGNS[trigger.time is not None]
        label = Text.assemble((sign, style), f" trigger {trigger.name} {trigger.title or ''}".rstrip(), f": {times}")
        branch = tree.add(label)
        if trigger.condition is not None:
            _clause(branch, trigger.condition)
    for channel, clause in each.requires:
        _clause(tree, clause, f"{channel} requires ")
    for told in each.past:
        tree.add(Text(told, style="magenta"))
    for alternative in each.alternatives:
        tree.add(Text(f"tried in vain: {alternative}", style="yellow"))
    return tree


def _clause(tree: Tree, clause: Clause, before: str = "") -> None:
    from rich.text import Text

    sign, style = _SIGNS[clause.verdict]
    # what the clause itself names, and its sign already tells, is not told twice
    others = [(name, value) for name, value in clause.values if name != clause.text or value not in ("true", "false")]
    values = ", ".join(f"{name} = {'missing' if value is None else value}" for name, value in others)
    label = Text.assemble((sign, style), f" {before}{clause.text}", (f"   {values}" if values else "", "cyan"))
    if clause.verdict is None and clause.unknown:
        label.append("   unknown", style="yellow")
    branch = tree.add(label)
    for part in clause.parts:
        _clause(branch, part)
