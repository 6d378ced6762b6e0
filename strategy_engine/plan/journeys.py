"""Journeys: the steps of a channel plan after the first.

A journey begins when the first step of a plan of several steps is listed. It follows the plan of the version it began with; all else about
its later steps (scripts, scores, limits) is as the strategy says today. Its arm, its hit and its benefit stay; only a benefit that depends
on `step` is resolved anew. The branch of a plan `by …` is the one that applies to the customer on the day. A step that does not come about
in the days in which it is tried ends the journey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from strategy_engine.language.types import Duration
from strategy_engine.plan.serial import fits
from strategy_engine.plan.settle import Settler
from strategy_engine.plan.vocabulary import ACTION, TRUE, Vocabulary
from strategy_engine.record import record
from strategy_engine.semantics.ir import Column, Expr
from strategy_engine.semantics.model import Cases, Model, Plan, PlanStep, Strategy
from strategy_engine.semantics.walk import expressions

if TYPE_CHECKING:
    from strategy_engine.plan.day import StrategyPlan

TRIED = 7
"""For so many days a step that is due is tried; after that the journey is over."""

Plans = Mapping[tuple[str, str], Cases[Plan]]
"""The plans of earlier versions, by strategy and version."""


@record
class LaterStep:
    """A step after the first, of the journeys that began with a version.

    plan:     the strategy's, with the channels of the step (settled).
    steps:    by branch of the version's plan, what the step says; None where the branch is shorter.
    only_if:  by branch, the condition on the step (settled).
    keeps_benefit: whether the benefit is that of the first step.
    """

    plan: StrategyPlan
    version: str
    step: int
    steps: Cases[PlanStep | None]
    only_if: Cases[Expr]
    keeps_benefit: bool

    def gated(self) -> Iterator[Expr]:
        """What is evaluated of every customer in such a journey, beside what the strategy asks."""
        for cases in (self.plan.channels, self.only_if):
            yield from (guard for guard, _ in cases.branches if guard is not None)
        yield from self.only_if.values


def later_steps(strategies: Iterable[StrategyPlan], vocabulary: Vocabulary, plans: Plans) -> Iterator[LaterStep]:
    """The later steps of strategies: of the version of today and of all that the ledger knows."""
    known: dict[str, dict[str, Cases[Plan]]] = {}
    for (name, version), cases in plans.items():
        known.setdefault(name, {})[version] = cases
    for plan in strategies:
        yield from _later_steps(plan, vocabulary, known.get(plan.name, {}))


def _later_steps(plan: StrategyPlan, vocabulary: Vocabulary, known: dict[str, Cases[Plan]]) -> Iterator[LaterStep]:
    own = plan.strategy
    for version, cases in sorted({**known, own.version: own.plan}.items()):
        followed = cases if cases is own.plan or fits(vocabulary.model, cases) else own.plan
        for step in range(2, _longest(followed) + 1):
            yield _later_step(plan, vocabulary, version, followed, step)


def _longest(cases: Cases[Plan]) -> int:
    return max((len(each.steps) for each in cases.values), default=0)


def _later_step(plan: StrategyPlan, vocabulary: Vocabulary, version: str, cases: Cases[Plan], step: int) -> LaterStep:
    settle = Settler(vocabulary, plan.strategy)
    guards = [settle.maybe(guard) for guard, _ in cases.branches]
    steps = [each.steps[step - 1] if len(each.steps) >= step else None for each in cases.values]
    channels = [_known(vocabulary.model, one) for one in steps]
    conditions = [TRUE if one is None or one.only_if is None else settle(one.only_if) for one in steps]
    return LaterStep(
        plan=replace(plan, channels=Cases(tuple(zip(guards, channels, strict=True)))),
        version=version,
        step=step,
        steps=Cases(tuple(zip(guards, steps, strict=True))),
        only_if=Cases(tuple(zip(guards, conditions, strict=True))),
        keeps_benefit=not _by_step(plan.strategy),
    )


def _known(model: Model, step: PlanStep | None) -> tuple[str, ...]:
    """The step's channels, those that the project still has."""
    return tuple(name for name in (step.channels if step is not None else ()) if name in model.channels)


def _by_step(strategy: Strategy) -> bool:
    """Whether the benefit depends on the step."""
    guards = (guard for guard, _ in (strategy.benefit.branches if strategy.benefit is not None else ()))
    return any(isinstance(node, Column) and (node.scope, node.name) == (ACTION, "step") for guard in guards for node in expressions(guard))


def horizon(cases: Cases[Plan]) -> int:
    """The days after which no journey of the plan can still be running."""
    return max((_length(each) for each in cases.values), default=0)


def _length(plan: Plan) -> int:
    days = 0
    for step in plan.steps[1:]:
        days = max(days + 1, step.on_day or 0) if step.after is None else days + _at_most(step.after)
        days += TRIED
    return days


def _at_most(length: Duration) -> int:
    """The days that a duration can last; between workdays there may be holidays."""
    if length.days is not None:
        return length.days
    if length.months is not None:
        return 31 * length.months
    return length.minutes // (24 * 60) + 1 if length.minutes is not None else 2 * length.count + 30
