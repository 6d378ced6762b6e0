"""`strategy explain`."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.cli.console import FINE, fail, say, show
from strategy_engine.cli.run import opened
from strategy_engine.cli.table import Branch, Sign, print_tree
from strategy_engine.cli.why_not import run as everyone
from strategy_engine.diagnostics.tongue import said
from strategy_engine.session import StrategyError

if TYPE_CHECKING:
    from strategy_engine.engine.explain import Clause, Explanation, StrategyExplanation

NO_HIT = "no hit in its window"

_DIAGNOSTIC = re.compile(r"[Ss]\d{4}")
_OUTCOMES = {"listed": "bold green", "control": "bold cyan", "dropped": "bold yellow", "none": "dim"}


def run(customer: str | None, strategy: str | None, folder: Path, date: str | None, as_json: bool) -> int:
    """Print why a customer gets what, where a strategy loses everyone, or the page of a diagnostic's code; the exit code."""
    if customer is None and strategy is None:
        fail("the argument `customer` is missing", help="`strategy explain --help` tells how it is used")
    if customer is None:
        return everyone(strategy or "", folder, date, as_json)
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

    import_all()
    code = code.upper()
    if code not in REGISTRY:
        fail(f"no diagnostic `{code}`", help="`strategy docs diagnostics` lists them all")
    print(page(REGISTRY[code], said), end="")
    return FINE


def _show(found: Explanation) -> None:
    say(f"{said('customer')} {found.customer}" + said(f" on {found.date}"))
    order = list(_OUTCOMES)
    for each in sorted(found.strategies, key=lambda one: order.index(one.outcome)):
        print()
        title = [(each.name, "bold"), (f" {each.title or ''}".rstrip(), ""), (" — ", ""), (said(each.summary), _OUTCOMES[each.outcome])]
        print_tree(title, _strategy(each))


def _strategy(each: StrategyExplanation) -> Iterator[Branch]:
    if each.cohort is not None:
        yield _clause(each.cohort, f"{said('cohort')} ")
    for trigger in each.triggers:
        times = said(f"{trigger.hits} hits, {trigger.time}") if trigger.hits > 1 else trigger.time or said(trigger.spent or NO_HIT)
        below = () if trigger.condition is None else (_clause(trigger.condition),)
        yield Branch(
            trigger.time is not None, f"{said('trigger')} {trigger.name} {trigger.title or ''}".rstrip() + f": {times}", below=below
        )
    for channel, clause in each.requires:
        yield _clause(clause, f"{channel} {said('requires')} ")
    for told in each.past:
        yield Branch(None, said(told), style="magenta")
    for alternative in each.alternatives:
        yield Branch(None, said(f"tried in vain: {alternative}"), style="yellow")


def _clause(clause: Clause, before: str = "") -> Branch:
    # what the clause itself names, and its sign already tells, is not told twice
    others = [(name, value) for name, value in clause.values if name != clause.text or value not in ("true", "false")]
    values = ", ".join(f"{name} = {said('missing') if value is None else value}" for name, value in others)
    notes = [(values, "cyan")] if values else []
    if clause.verdict is None and clause.unknown:
        notes.append((said("unknown"), "yellow"))
    sign: Sign = "?" if clause.verdict is None else clause.verdict
    return Branch(sign, before + clause.text, tuple(notes), tuple(map(_clause, clause.parts)))
