"""The plan of a day: what each stage computes for each strategy, as data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from strategy_engine.language.types import DATETIME
from strategy_engine.plan.bounds import Bound, capacity_bounds, keep_bounds, policy_bounds, strategy_bounds
from strategy_engine.plan.journeys import LaterStep, Plans, later_steps
from strategy_engine.plan.settle import Settler, own_hit, skips_without
from strategy_engine.plan.stages import channel_refused, product_refused
from strategy_engine.plan.vocabulary import Vocabulary, every, surely, surely_not
from strategy_engine.record import record
from strategy_engine.semantics.ir import And, Column, Derived, Expr, Not, Template
from strategy_engine.semantics.lists import further_columns
from strategy_engine.semantics.model import Cases, Model, Pause, Policy, ProductChoice, Strategy
from strategy_engine.semantics.versions import versioned
from strategy_engine.source.file import SourceFile, written


@record
class Gate:
    """A condition on options, settled. `blocks`: an option falls through where it is true or unknown."""

    blocks: Expr
    reason: str


@record
class PauseGate:
    """A pause: what it concerns (None: all) is not for whom feedback has paused."""

    pause: Pause
    concerns: Expr | None
    reason: str


@record
class Holdout:
    """A policy's draw that puts customers in the control group of every strategy. `where`: the options that it concerns (None: all)."""

    policy: str
    share: float
    where: Expr | None


@record
class StrategyPlan:
    """What a strategy computes, settled, in the order in which a run resolves it.

    ramp: the share of customers that the day of validity lets in.       channels: those of the plan's first step, in order.
    bounds: the strategy's own limits.
    """

    strategy: Strategy
    ramp: float
    cohort: Expr
    product: Cases[ProductChoice | None] | None
    benefit: Cases[tuple[str | None, ...]] | None
    channels: Cases[tuple[str, ...]]
    script: Cases[Template] | None
    owner: Cases[str] | None
    score: Expr | None
    priority: Expr | None
    until: Expr | None
    control: Expr | None
    bounds: tuple[Bound, ...]

    @property
    def name(self) -> str:
        return self.strategy.name

    def gated(self) -> Iterator[Expr]:
        """What is evaluated of every candidate."""
        for cases in (self.product, self.benefit, self.channels, self.script):
            yield from (guard for guard, _ in (cases.branches if cases else ()) if guard is not None)
        yield from (template for template in (self.script.values if self.script else ()))
        yield from (expr for expr in (self.score, self.priority, self.control) if expr is not None)
        yield from _of_bounds(self.bounds)

    def emitted(self) -> Iterator[Expr]:
        """What is evaluated of every accepted action."""
        for cases in (self.product, self.script, self.owner):
            yield from (guard for guard, _ in (cases.branches if cases else ()) if guard is not None)
        yield from (template for template in (self.script.values if self.script else ()))
        yield from (term for choice in (self.product.values if self.product else ()) if choice is not None for _, term in choice.terms)
        if self.until is not None:
            yield self.until


@record
class DayPlan:
    """A day: the strategies that run (in declared order), and what holds for all of them.

    product_gates, benefit_gates, channel_gates: by name, what keeps an option from that product, benefit or channel.
    policy_gates: the excludes, over any option.      pauses: after them.
    bounds: the limits of policies, capacities and the keeps, in this order.
    exempt: what the arbitration excepts.             assign: by channel, who works it.
    later: the steps of journeys after their first, strategy by strategy.
    fixed_cohorts: those whose members the ledger keeps.
    """

    model: Model
    date: dt.date
    vocabulary: Vocabulary
    strategies: tuple[StrategyPlan, ...]
    product_gates: dict[str, Gate]
    benefit_gates: dict[str, Gate]
    channel_gates: dict[str, Gate]
    policy_gates: tuple[Gate, ...]
    bounds: tuple[Bound, ...]
    pauses: tuple[PauseGate, ...]
    holdouts: tuple[Holdout, ...]
    exempt: Expr | None
    assign: dict[str, Expr]
    later: tuple[LaterStep, ...] = ()
    fixed_cohorts: tuple[Derived, ...] = ()

    def qualifying(self) -> Iterator[Expr]:
        """What is evaluated of every customer."""
        yield from self.fixed_cohorts
        for plan in self.strategies:
            yield plan.cohort
            yield from (hit_time(trigger, plan.name) for trigger in plan.strategy.triggers)

    def gating(self) -> Iterator[Expr]:
        """What is evaluated of every candidate."""
        for plan in self.strategies:
            yield from plan.gated()
        for step in self.later:
            yield from step.gated()
        for gates in (self.product_gates, self.benefit_gates, self.channel_gates):
            yield from (gate.blocks for gate in gates.values())
        yield from (gate.blocks for gate in self.policy_gates)
        yield from _of_bounds(self.bounds)
        yield from (pause.concerns for pause in self.pauses if pause.concerns is not None)
        yield from (holdout.where for holdout in self.holdouts if holdout.where is not None)
        if self.exempt is not None:
            yield self.exempt

    def emitting(self) -> Iterator[Expr]:
        """What is evaluated of every accepted action."""
        for plan in self.strategies:
            yield from plan.emitted()
        yield from self.assign.values()
        yield from self.further()

    @property
    def looks_back(self) -> bool:
        """Whether any rule asks what became of earlier actions."""
        limits = (bound.limit for bound in (*self.bounds, *(bound for one in self.strategies for bound in one.bounds)) if not bound.keep)
        return bool(self.later) or any(limit.needs_memory for limit in limits)

    @property
    def listens(self) -> bool:
        """Whether feedback holds whatever the ledger knows of actions."""
        return bool(self.pauses)

    def further_columns(self, channel: str | None = None) -> list[str]:
        """The snapshot columns that a channel's list (any, for None) carries besides the fixed ones."""
        return further_columns(self.model, channel)

    def further(self) -> list[Column]:
        """Those of any channel."""
        columns = self.model.project.snapshot.columns
        return [Column("customer", name, type=columns[name].value_type) for name in self.further_columns()]


def hit_time(trigger: str, strategy: str) -> Column:
    """The time of the customer's hit of a trigger that counts for the strategy; missing where there is none."""
    return Column(own_hit(trigger, strategy), "at", type=DATETIME.or_missing())


def plan_day(model: Model, date: dt.date, sources: Mapping[str, SourceFile] | None = None, plans: Plans | None = None) -> DayPlan:
    """The plan of the strategies that run on the date. `sources`, by path, give excludes their words; `plans` are those that
    journeys may have begun with."""
    model = versioned(model)  # only a day asks for versions: a check of a thousand strategies is an eighth quicker without
    vocabulary = Vocabulary(model)
    settle = Settler(vocabulary)
    running = [strategy for name, strategy in model.strategies.items() if runs_on(strategy, date) and name not in model.held]
    policies = model.policies.values()
    strategies = tuple(_plan_strategy(strategy, vocabulary, date) for strategy in running)
    return DayPlan(
        model=model,
        date=date,
        vocabulary=vocabulary,
        strategies=strategies,
        product_gates={
            name: Gate(Not(settle(product.eligible)), product_refused(name))
            for name, product in model.products.items()
            if product.eligible is not None
        },
        benefit_gates={
            name: Gate(Not(settle(benefit.eligible)), f"benefit {name}: not eligible")
            for name, benefit in model.benefits.items()
            if benefit.eligible is not None
        },
        channel_gates={
            name: Gate(Not(settle(channel.require)), channel_refused(name))
            for name, channel in model.channels.items()
            if channel.require is not None
        },
        policy_gates=tuple(gate for policy in policies for gate in _excludes(policy, vocabulary, sources or {})),
        bounds=(
            *(bound for policy in policies for bound in policy_bounds(policy, vocabulary)),
            *capacity_bounds(model, vocabulary),
            *keep_bounds(model.arbitration, vocabulary),
        ),
        pauses=tuple(gate for policy in policies for gate in _pauses(policy, vocabulary)),
        holdouts=tuple(_holdout(policy, policy.control, vocabulary) for policy in policies if policy.control),
        exempt=settle.maybe(model.arbitration.excepts),
        assign={name: settle(channel.assign) for name, channel in model.channels.items() if channel.assign is not None},
        later=tuple(later_steps(strategies, vocabulary, plans or {})),
        fixed_cohorts=tuple(Derived(one.name, type=one.type) for one in model.derived.values() if one.remembered is not None),
    )


def runs_on(strategy: Strategy, date: dt.date) -> bool:
    """Whether the strategy's status and validity let it run on the date."""
    after_start = strategy.valid_from is None or strategy.valid_from <= date
    before_end = strategy.valid_to is None or date <= strategy.valid_to
    return strategy.runs and after_start and before_end


def ramp_share(strategy: Strategy, date: dt.date) -> float:
    """The share of customers that the ramp lets in on the date; day 1 is the first day of validity. Nobody before its first step."""
    if not strategy.ramp or strategy.valid_from is None:
        return 1.0
    day = (date - strategy.valid_from).days + 1
    return next((share for since, share in reversed(strategy.ramp) if since <= day), 0.0)


def _plan_strategy(strategy: Strategy, vocabulary: Vocabulary, date: dt.date) -> StrategyPlan:
    settle = Settler(vocabulary, strategy)
    channels = Cases(tuple((settle.maybe(guard), plan.steps[0].channels) for guard, plan in strategy.plan.branches))
    return StrategyPlan(
        strategy=strategy,
        ramp=ramp_share(strategy, date),
        cohort=settle.cohort(strategy.cohort),
        product=settle.cases(strategy.product, partial(_own_terms, settle)),
        benefit=settle.cases(strategy.benefit),
        channels=channels,
        script=settle.cases(strategy.script, partial(_script, settle)),
        owner=settle.cases(strategy.owner),
        score=settle.maybe(strategy.score),
        priority=settle.maybe(strategy.priority),
        until=settle.maybe(strategy.until),
        control=settle.maybe(strategy.control),
        bounds=tuple(strategy_bounds(strategy, vocabulary)),
    )


def _own_terms(settle: Settler, choice: ProductChoice | None) -> ProductChoice | None:
    return choice and replace(choice, terms=tuple((name, settle(term)) for name, term in choice.terms))


def _script(settle: Settler, template: Template) -> Template:
    settled = settle(template)
    assert isinstance(settled, Template)  # noqa: S101 - only its holes change
    return settled


def _excludes(policy: Policy, vocabulary: Vocabulary, sources: Mapping[str, SourceFile]) -> Iterator[Gate]:
    """One gate an exclude, for the actions that it concerns."""
    settle = Settler(vocabulary)
    for number, clause in enumerate(policy.excludes, 1):
        concerns = every((settle.maybe(policy.applies), skips_without(vocabulary, clause)))
        reason = f"policy {policy.name}: exclude {written(clause.span, sources) or number}"
        # a `for:` that is unknown does not apply, so only the clause itself may be unknown
        yield Gate(settle(clause) if concerns is None else And((surely(concerns), settle(clause))), reason)


def _pauses(policy: Policy, vocabulary: Vocabulary) -> Iterator[PauseGate]:
    concerns = _concerns(policy, Settler(vocabulary))
    return (PauseGate(pause, concerns, f"policy {policy.name}: pause {pause.text}") for pause in policy.pauses)


def _concerns(policy: Policy, settle: Settler) -> Expr | None:
    """What the policy applies to, without what it excepts."""
    return every((settle.maybe(policy.applies), surely_not(settle.maybe(policy.excepts))))


def _holdout(policy: Policy, share: float, vocabulary: Vocabulary) -> Holdout:
    """The policy's holdout: of what it applies to, without what it excepts."""
    return Holdout(policy.name, share, _concerns(policy, Settler(vocabulary)))


def _of_bounds(bounds: tuple[Bound, ...]) -> Iterator[Expr]:
    for bound in bounds:
        yield from (part for part in (bound.where, bound.amount, bound.weight, *bound.groups) if part is not None)
