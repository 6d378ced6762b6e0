"""Opening a day: the bank as of the date, with what it remembers of the days before."""

from __future__ import annotations

from dataclasses import replace

from strategy_engine.engine.day.dependencies import Dependencies
from strategy_engine.engine.day.hits import shared_scopes
from strategy_engine.engine.day.memory import Memory, Past
from strategy_engine.engine.day.names import Names
from strategy_engine.engine.day.observe import Bank, Moment
from strategy_engine.engine.day.recall import recall
from strategy_engine.engine.day.sources import Sources
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.reads import Reads
from strategy_engine.semantics.model import Model


def open_moment(plan: DayPlan, sources: Sources, batch_size: int, past: Past) -> Moment:
    """The bank as of the day of the plan, with what it remembers of the days before."""
    model = plan.model
    bank = Bank(
        model=model,
        sources=sources,
        names=_names(model, Memory()),
        dependencies=Dependencies(model),
        today=plan.date,
        batch_size=batch_size,
        memory=Memory(),
    )
    if not past and not plan.listens:
        return bank.moment(plan.date)
    told = model.project.feedback
    feedback = sources.today.get(told.from_) if told is not None else None
    memory = recall(bank.moment(plan.date), plan, past, feedback)
    bank.close()
    return replace(bank, names=_names(model, memory), memory=memory, moments={}).moment(plan.date)


def _names(model: Model, memory: Memory) -> Names:
    return Names(model.project.snapshot.key or "", shared_scopes(model, memory))


def feedback_columns(plan: DayPlan, past: Past) -> Reads:
    """What is read of the feedback: nothing where no rule of the day asks for it."""
    told = plan.model.project.feedback
    asked = plan.listens or (bool(past) and plan.looks_back)
    return {told.from_: {*told.match, told.outcome}} if told is not None and asked else {}


def merged(*all_reads: Reads) -> Reads:
    """All tables with all that is read of them."""
    found: Reads = {}
    for each in all_reads:
        for name, columns in each.items():
            found[name] = found.get(name, set()) | columns
    return found
