"""The whole explanation of one customer's day, strategy by strategy, along the stages of the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.engine.day.memory import Past
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.recall import journey_plans
from strategy_engine.engine.day.run import DayResult
from strategy_engine.engine.day.world import customer_of, moment_of
from strategy_engine.engine.explain.clauses import Clause, Teller
from strategy_engine.engine.explain.past import Remembering
from strategy_engine.engine.rows.world import World
from strategy_engine.language.types import CENTS
from strategy_engine.plan.bounds import FIRST_STEP
from strategy_engine.plan.day import DayPlan, StrategyPlan, plan_day, runs_on
from strategy_engine.plan.settle import own_hit
from strategy_engine.plan.stages import OUTSIDE_RAMP, WORTHLESS, Outcome, Stage
from strategy_engine.record import record
from strategy_engine.semantics.model import Model, StateHits, Strategy
from strategy_engine.source.file import SourceFile


@record
class TriggerExplanation:
    """A trigger's hits: the time of the one that counts (None without), how many there are in its window, and a state's condition.

    spent: where none counts any more, by which action the last was spent.
    """

    name: str
    title: str | None
    time: str | None
    hits: int
    condition: Clause | None = None
    spent: str | None = None


@record
class StrategyExplanation:
    """What became of the customer in one strategy.

    outcome: listed, control, dropped, or none (no candidate).      summary: that in a sentence.
    requires: of a candidate's channels, the conditions on reaching the customer.
    alternatives: each benefit and channel that was tried in vain, with its reason.      decision: the run's row about the candidate.
    past: what earlier days have to do with it: the journey, pauses, and the contacts that stand against a candidate.
    """

    name: str
    title: str | None
    outcome: str
    summary: str
    cohort: Clause | None = None
    triggers: tuple[TriggerExplanation, ...] = ()
    requires: tuple[tuple[str, Clause], ...] = ()
    alternatives: tuple[str, ...] = ()
    decision: Mapping[str, Any] = field(default_factory=dict)
    past: tuple[str, ...] = ()


@record
class Explanation:
    """A customer's day."""

    customer: str
    date: str
    strategies: tuple[StrategyExplanation, ...]


def explain(
    model: Model,
    folder: Path,
    date: dt.date,
    day: DayResult,
    customer: str,
    strategy: str | None,
    sources: Mapping[str, SourceFile],
    past: Past | None = None,
) -> Explanation | None:
    """Why the customer gets what on the day that `day` is the run of (with the same `past`), and why not; None where the snapshot has no
    such customer."""
    past = past or {}
    moment = moment_of(model, folder, date, past, left_out=day.left_out)
    plan = plan_day(model, date, sources, journey_plans(model, past))
    return explain_at(moment, plan, past, day, customer, strategy, sources)


def explain_at(
    moment: Moment, plan: DayPlan, past: Past, day: DayResult, customer: str, strategy: str | None, sources: Mapping[str, SourceFile]
) -> Explanation | None:
    """The same of a bank that is open as of the day, and its plan."""
    model = plan.model
    world = customer_of(moment, customer)
    if world is None:
        return None
    remembering = Remembering(plan, moment, past, customer)
    telling = _Telling(model, plan, world, Teller(model, sources, world), _decisions(day, customer), remembering)
    chosen = [each for each in model.strategies.values() if strategy in (None, each.name)]
    return Explanation(customer, plan.date.isoformat(), tuple(telling.strategy(each) for each in chosen))


def _decisions(day: DayResult, customer: str) -> dict[str, dict[str, Any]]:
    rows = day.decisions.filter(pl.col("customer_id") == customer)
    return {row["strategy"]: row for row in rows.iter_rows(named=True)}


@record
class _Telling:
    """What all strategies' explanations share."""

    model: Model
    plan: DayPlan
    world: World
    teller: Teller
    decisions: Mapping[str, dict[str, Any]]
    remembering: Remembering

    def strategy(self, strategy: Strategy) -> StrategyExplanation:
        """One strategy, from its cohort to the list."""
        if not any(each.name == strategy.name for each in self.plan.strategies):
            why = why_at_rest(self.model, strategy.name, self.plan.date)
            return StrategyExplanation(strategy.name, strategy.title, "none", f"does not run: {why}")
        planned = next(each for each in self.plan.strategies if each.name == strategy.name)
        cohort = self.teller.clause(planned.cohort)
        triggers = tuple(self._triggers(strategy))
        decision = self.decisions.get(strategy.name)
        past = tuple(self._past(strategy.name, decision))
        if decision is None:
            summary = _not_selected(cohort, triggers, self.remembering.journey(strategy.name))
            return StrategyExplanation(strategy.name, strategy.title, "none", summary, cohort, triggers, past=past)
        return StrategyExplanation(
            name=strategy.name,
            title=strategy.title,
            outcome={Outcome.TREATED: "listed", Outcome.CONTROL: "control"}.get(decision["outcome"], "dropped"),
            summary="; ".join([_decided(decision), *self._until(decision)]),
            cohort=cohort,
            triggers=triggers,
            requires=tuple(self._requires(planned)),
            alternatives=tuple(filter(None, (decision["alternatives"] or "").split("; "))),
            decision={name: value for name, value in decision.items() if value is not None},
            past=past,
        )

    def _past(self, strategy: str, decision: Mapping[str, Any] | None) -> Iterator[str]:
        """What earlier days have to do with it."""
        journey = self.remembering.journey(strategy)
        if journey is not None:
            yield journey
        yield from self.remembering.pauses(strategy)
        if decision is not None and decision["limit"] is not None:
            yield from self.remembering.blocked(decision)

    def _until(self, decision: Mapping[str, Any]) -> Iterator[str]:
        """Of a candidate that earlier days stand against: which, and until when."""
        if decision["outcome"] == Outcome.DROPPED and decision["limit"] is not None:
            yield from self.remembering.blocked(decision)
        if decision["outcome"] == Outcome.DROPPED and decision["limit"] is None:
            held = self.remembering.pauses(decision["strategy"])
            yield from (text.removeprefix(f"{decision['reason']}: ") for text in held if text.startswith(decision["reason"]))

    def _triggers(self, strategy: Strategy) -> Iterator[TriggerExplanation]:
        for name in strategy.triggers:
            trigger = self.model.triggers[name]
            time = self.world.column(own_hit(name, strategy.name), "at")
            shown = time.strftime("%Y-%m-%d %H:%M") if time is not None else None
            state = trigger.source.condition if isinstance(trigger.source, StateHits) else None
            condition = self.teller.clause(state) if state is not None else None
            spent = self.remembering.spent(strategy.name, trigger) if time is None else None
            yield TriggerExplanation(name, trigger.title, shown, self._count(name, time), condition, spent)

    def _count(self, trigger: str, time: dt.datetime | None) -> int:
        """The hits in the trigger's window: at least the one that counts."""
        return 0 if time is None else max(1, sum(1 for row in self.world.rows.get(trigger, ()) if row.get("at") == time))

    def _requires(self, planned: StrategyPlan) -> Iterator[tuple[str, Clause]]:
        for name in dict.fromkeys(name for names in planned.channels.values for name in names):
            require = self.model.channels[name].require
            if require is not None:
                yield name, self.teller.clause(require)


# ------------------------------------------------------------------------------------------------ in a sentence


def why_at_rest(model: Model, name: str, date: dt.date) -> str:
    """Why a strategy does not run on the date."""
    strategy = model.strategies[name]
    if not strategy.runs:
        return f"its status is {strategy.status}"
    if not runs_on(strategy, date):
        return f"it is valid from {strategy.valid_from} to {strategy.valid_to}"
    return f"paused, as {model.held.get(name)}"


def _not_selected(cohort: Clause, triggers: tuple[TriggerExplanation, ...], journey: str | None) -> str:
    if cohort.verdict is not True:
        return f"not in the cohort: {_why(cohort)}"
    if journey is not None:
        return journey
    if triggers and not any(trigger.time for trigger in triggers):
        names = " or ".join(trigger.title or trigger.name for trigger in triggers)
        spent = [f"{trigger.title or trigger.name}: {trigger.spent}" for trigger in triggers if trigger.spent]
        return f"in the cohort, but {'; '.join(spent)}" if spent else f"in the cohort, but without a hit of {names}"
    return f"in the cohort, but {OUTSIDE_RAMP}"


def _why(clause: Clause) -> str:
    """The clauses that made it false; or unknown, and for want of what."""
    leaves = [leaf for leaf in _leaves(clause, clause.verdict) if not leaf.parts]
    first = leaves[0] if leaves else clause
    if first.verdict is None:
        missing = " and ".join(f"`{name}`" for name in first.unknown) or "a value"
        return f"`{first.text}` is unknown, because {missing} is missing"
    return f"`{first.text}` is {'true' if first.verdict else 'false'}"


def _leaves(clause: Clause, verdict: bool | None) -> Iterator[Clause]:
    """The clauses down the tree that share the verdict (a negation turns it)."""
    same = [part for part in clause.parts if part.verdict is verdict]
    if not same:
        yield clause if not clause.parts or len(clause.parts) > 1 else clause.parts[0]
    for part in same:
        yield from _leaves(part, verdict)


def _decided(decision: Mapping[str, Any]) -> str:
    offer = " / ".join(filter(None, (decision["product"], decision["benefit"])))
    what = f"{offer} on {decision['channel']}" if offer else f"{decision['channel']}"
    if decision["step"] is not None and decision["step"] > FIRST_STEP:
        what = f"step {decision['step']} of a journey, {what}"
    if decision["outcome"] == Outcome.TREATED:
        arm = "" if decision["arm"] == "treated" else f", arm {decision['arm']}"
        return f"listed: {what}{arm} (rank {decision['rank']})"
    if decision["outcome"] == Outcome.CONTROL:
        return f"in the control group; would have got {what} (rank {decision['rank']})"
    if decision["stage"] == Stage.GATE and decision["limit"] is not None:
        return f"held back: {_lost(decision)}"
    if decision["reason"] == WORTHLESS:
        return f"lost in the arbitration: {WORTHLESS}, so that it would make the total less"
    if decision["stage"] == Stage.GATE:
        return f"held at the gate: {decision['reason']}"
    return f"lost in the arbitration: {_lost(decision)}"


def _lost(decision: Mapping[str, Any]) -> str:
    """The limit that had no room, and what the last that was accepted there had ahead of this one."""
    unit = CENTS if " cost" in (decision["limit"] or "") else 1
    if (decision["room"] or 0) < 0:
        return f"{decision['reason']} (no room: its amount or its group is missing for this customer)"
    text = f"{decision['reason']} ({_number(decision['used'] / unit)} of {_number(decision['room'] / unit)} taken)"
    if decision["price"] is not None:
        return f"{text}; {_outbid(decision['score'], decision['price'])}"
    for what in ("priority", "score"):
        rival, own = decision[f"rival_{what}"], decision[what]
        if rival is not None and own is not None and rival != own:
            return f"{text}; the last accepted there had {what} {_number(rival)}, this one {_number(own)}"
    return text


def _outbid(score: float | None, price: float) -> str:
    """How the score compares with what the room that it would take is worth to others."""
    if score is None:
        return f"it has no score, and what it would take is worth {_number(price)} to others"
    if score < price:
        return f"its score is {_number(score)}, and what it would take is worth {_number(price)} to others"
    return f"its score {_number(score)} is about what others bring with what it would take"


def _number(value: float) -> str:
    """A number with separators, and decimals only where it has some."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0")
