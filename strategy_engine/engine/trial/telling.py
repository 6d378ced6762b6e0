"""What came about instead of what was expected, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from strategy_engine.engine.day.world import customer_of
from strategy_engine.engine.explain import Clause, StrategyExplanation, explain_at
from strategy_engine.engine.explain.clauses import Teller
from strategy_engine.engine.trial.day import TrialDay
from strategy_engine.engine.trial.listed import Listed
from strategy_engine.language.formats import write
from strategy_engine.plan.bounds import FIRST_STEP
from strategy_engine.plan.vocabulary import CONTROL, TREATED
from strategy_engine.semantics import ir
from strategy_engine.semantics.trials import ACTION_OF, Expectation
from strategy_engine.semantics.walk import expressions
from strategy_engine.source.file import SourceFile

MOST_CUSTOMERS = 3
"""So many customers of a test are explained."""
SHOWN = ("benefit", "channel")


def actual(listed: Listed, expected: Expectation) -> str:
    """What became of the strategies that an expectation names, with the columns that it reads."""
    read = [(node.scope.removeprefix(ACTION_OF), node) for node in expressions(expected.condition) if isinstance(node, ir.Column)]
    columns = [(expected.labels.get(name, name), node) for name, node in read if node.scope.startswith(ACTION_OF)]
    told = []
    for strategy in expected.strategies:
        further = [node for name, node in columns if name == strategy and node.name not in SHOWN]
        told.append(f"{strategy} {_became(listed.actions.get(strategy), dict.fromkeys(further))}")
    return "; ".join(told) or "false"


def _became(action: Mapping[str, Any] | None, columns: Mapping[ir.Column, None]) -> str:
    if action is None:
        return "is not listed"
    what = " on ".join(filter(None, (action["benefit"], action["channel"])))
    said = f"is in the control group, without {what}" if action["arm"] == CONTROL else f"is listed with {what}"
    if action["step"] > FIRST_STEP:
        said += f", step {action['step']}"
    if action["arm"] not in (CONTROL, TREATED):
        said += f", arm {action['arm']}"
    values = (f", {node.name} is {_shown(node, action.get(node.name))}" for node in columns if node.name not in ("step", "arm"))
    return said + "".join(values)


def _shown(node: ir.Column, value: Any) -> str:
    return "missing" if value is None else f"`{write(value, node.type, '')}`"


# ------------------------------------------------------------------------------------------------ why


def reasons(day: TrialDay, expected: Expectation, sources: Mapping[str, SourceFile]) -> Iterator[str]:
    """A sentence for each strategy that the expectation names and each customer: what made the difference, with its values."""
    keys = Listed(day).keys
    if not keys:
        yield "no customer is given"
    for strategy in expected.strategies:
        for key in keys[:MOST_CUSTOMERS]:
            found = explain_at(day.moment, day.plan, day.past, day.result, key, strategy, sources)
            if found is not None:
                who = f"{strategy}, customer {key}" if len(keys) > 1 else strategy
                refused = _refused(day, key, strategy, sources)
                instead = refused + _instead(day, key) if found.strategies[0].outcome == "dropped" else ""
                yield f"{who}: {_because(found.strategies[0])}{instead}"


def _refused(day: TrialDay, customer: str, strategy: str, sources: Mapping[str, SourceFile]) -> str:
    """The values behind the exclude that held a candidate at the gate."""
    rows = day.result.decisions.filter((pl.col("customer_id") == customer) & (pl.col("strategy") == strategy))
    reason = rows.get_column("reason").to_list()[0] if rows.height else None
    gate = next((each for each in day.plan.policy_gates if each.reason == reason), None)
    world = customer_of(day.moment, customer) if gate is not None else None
    if gate is None or world is None:
        return ""
    values = _values(Teller(day.plan.model, sources, world).clause(gate.blocks))
    return f" ({', '.join(dict.fromkeys(values))})" if values else ""


def _instead(day: TrialDay, customer: str) -> str:
    """What the customer gets where a strategy lost."""
    mine = day.actions.filter(pl.col("customer_id") == customer).sort("rank").iter_rows(named=True)
    listed = [f"{row['strategy']} on {row['channel']}" for row in mine]
    return f"; listed instead: {', '.join(listed)}" if listed else ""


def _because(told: StrategyExplanation) -> str:
    """The sentence of `explain`, with the values of the clauses that decided."""
    if told.cohort is None or (told.cohort.verdict is not True and told.outcome != "none"):
        return told.summary
    if told.outcome == "dropped":
        refused = [clause for _, clause in told.requires if clause.verdict is not True]
        values = [text for clause in refused for text in _values(clause)]
    else:
        values = _values(told.cohort)
    return f"{told.summary} ({', '.join(dict.fromkeys(values))})" if values else told.summary


def _values(clause: Clause) -> list[str]:
    """The values behind the parts that gave a clause its verdict."""
    same = [part for part in clause.parts if part.verdict is clause.verdict] or clause.parts
    if clause.verdict is not True:
        same = same[:1]  # one is enough to make it fail
    if same:
        return [text for part in same for text in _values(part)]
    return [f"{name} = {'missing' if value is None else value}" for name, value in clause.values]
