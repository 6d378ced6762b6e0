"""Parts of a strategy that none of its own customers can reach: S0324 to S0327."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.plan.vocabulary import TREATED
from strategy_engine.proofs.ways import Way, Ways, Wish, branches, columns_of, fixed
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Cases, Strategy
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver


@diagnostic
class UnreachedBranch(Diagnostic):
    """A branch of a `by` that none of the strategy's customers gets to

    The strategy's cohort has nobody of whom the branch's value is true, or only customers whom a branch above takes. An `else` is not told
    of: it may be there for safety.

    Why: a benefit, a script or a channel was meant for customers whom the cohort leaves out.

    Example: `cohort: tier >= platinum  benefit: by tier { gold: coupon_20, else: coupon_50 }`

    Instead: `cohort: tier >= gold`, or no branch for `gold`.
    """

    code = "S0324"
    severity = Severity.WARNING
    name: str
    key: str
    place: Span | None

    @property
    def message(self) -> str:
        return f"no customer of strategy `{self.name}` gets to this branch of `{self.key}`"

    @property
    def help(self) -> str | None:
        return "remove the branch, or take its customers into the cohort"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "the cohort leaves them out"),)


@diagnostic
class NotForThem(Diagnostic):
    """A benefit, product or channel that is for none of the strategy's customers

    Whoever is in the cohort, and gets to the branch, cannot satisfy what `eligible:` or `require:` asks.

    Why: the action is dropped, or the next alternative is taken, every time.

    Example: `cohort: not consent_sms  channel: sms else app`, where `sms` has `require: consent_sms`

    Instead: another channel, or the cohort that was meant.
    """

    code = "S0325"
    severity = Severity.WARNING
    name: str
    offer: str
    others: tuple[Span, ...] = ()

    @property
    def message(self) -> str:
        return f"{self.offer} is for no customer of strategy `{self.name}`"

    @property
    def help(self) -> str | None:
        return "take another one, or change the cohort"

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(Label(span, "this is never true of them") for span in self.others)


@diagnostic
class ShutOut(Diagnostic):
    """A strategy, or a step of it, of which the policies let nothing through

    Whatever customer, benefit and channel it is, an `exclude:` stops the action: its condition is true or unknown.

    Why: it lists nobody, and the funnel tells of it only when it runs.

    Example: `exclude: tier == private and channel != rm_call` above `cohort: tier == private  channel: sms`

    Instead: a channel that the policy permits, or an exception in the policy.
    """

    code = "S0326"
    severity = Severity.WARNING
    name: str
    step: int
    others: tuple[Span, ...] = ()

    @property
    def message(self) -> str:
        if self.step == 1:
            return f"the policies let no action of strategy `{self.name}` through"
        return f"the policies let no action of step {self.step} of strategy `{self.name}` through"

    @property
    def help(self) -> str | None:
        return "change its channels or benefits, or the `exclude:`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(Label(span, "this stops them") for span in self.others)


@diagnostic
class StepForNobody(Diagnostic):
    """A step of a journey whose `if` is true of none of the strategy's customers

    Who has left the cohort leaves the journey; and nobody who is in the cohort satisfies the step's condition.

    Why: the journey ends before it, for everybody.

    Example: `cohort: aum < 1万  channel: app, then sms after 2 days if aum >= 3万`

    Instead: a condition that some of the cohort satisfy, or no such step.
    """

    code = "S0327"
    severity = Severity.WARNING
    name: str
    step: int

    @property
    def message(self) -> str:
        return f"no customer of strategy `{self.name}` comes to step {self.step}: its `if` is true of none of them"

    @property
    def help(self) -> str | None:
        return "change the condition, or remove the step"


def reach(ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """What none of the customers of each running strategy can reach; of a strategy without any, that is told elsewhere."""
    for strategy in ways.running:
        steps = [_open(strategy, step, ways, solver) for step in range(1, max(len(plan.steps) for plan in strategy.plan.values) + 1)]
        if any(steps) or not solver.never((ways.cohorts[strategy.name], True)):
            yield from _branches(strategy, ways, solver)
            yield from _conditions(strategy, ways, solver)
            for number, way in enumerate(steps, 1):
                yield from _step(strategy, number, way, ways, solver)


def _open(strategy: Strategy, step: int, ways: Ways, solver: Solver) -> Way | None:
    """A way of the step that somebody can go; also where that is too hard to tell."""
    return next((way for way in ways.of(strategy, step) if not solver.never(*way.passes)), None)


# ------------------------------------------------------------------------------------------------ branches


def _branches(strategy: Strategy, ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """The branches that nobody gets to, key by key."""
    keys: dict[str, Cases[Any] | None] = {
        "channel": strategy.plan,
        "product": strategy.product,
        "benefit": strategy.benefit,
        "script": strategy.script,
        "owner": strategy.owner,
    }
    for key, cases in keys.items():
        for (guard, value), (wishes, _) in zip(cases.branches if cases else (), branches(cases, ways.settler(strategy)), strict=False):
            if guard is None or value == (None,):  # nothing for those whom the cohort leaves out: said for safety
                continue
            own = tuple((_of_strategy(condition, strategy), wanted) for condition, wanted in wishes)
            if solver.never((ways.cohorts[strategy.name], True), *own, *_possible(strategy, own)):
                place = None if any(_asked(own)) else strategy.cohort.span
                yield UnreachedBranch(guard.span or strategy.span, strategy.name, key, place)


def _of_strategy(condition: ir.Expr, strategy: Strategy) -> ir.Expr:
    return fixed(condition, {"strategy": strategy.name, "category": strategy.category})


def _possible(strategy: Strategy, wishes: tuple[Wish, ...]) -> Iterator[Wish]:
    """What the strategy's actions can be, of what the wishes ask of them."""
    steps = [step for plan in strategy.plan.values for step in plan.steps]
    names = {
        "channel": [channel for step in steps for channel in step.channels],
        "step": range(1, max(len(plan.steps) for plan in strategy.plan.values) + 1),
        "arm": [arm for arm, _ in strategy.split] or [TREATED],
        "trigger": strategy.triggers,
    }
    for column in dict.fromkeys(_asked(wishes)):
        possible = [each for each in names.get(column.name, ()) if column.type.enum is None or each in column.type.enum.values]
        if possible:
            yield ir.InSet(column, tuple(ir.Constant(each, type=column.type) for each in possible)), True


def _asked(wishes: tuple[Wish, ...]) -> Iterator[ir.Column]:
    """The columns of the action that wishes ask for."""
    return (column for condition, _ in wishes for column in columns_of(condition))


def _conditions(strategy: Strategy, ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """The steps that nobody comes to."""
    settle = ways.settler(strategy)
    for wishes, plan in branches(strategy.plan, settle):
        here = ((ways.cohorts[strategy.name], True), *((_of_strategy(condition, strategy), wanted) for condition, wanted in wishes))
        for number, step in enumerate(plan.steps if plan is not None else (), 1):
            condition = step.only_if
            if condition is not None and not solver.never(*here) and solver.never(*here, (settle(condition), True)):
                yield StepForNobody(condition.span or strategy.span, strategy.name, number)


# ------------------------------------------------------------------------------------------------ offers and policies


def _step(strategy: Strategy, step: int, known: Way | None, ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """What keeps everybody from a step: the offers one by one, but for those of the way that is known to be open; then the policies."""
    offered, open_ones = ways.of(strategy, step), {gate.what for gate in (known.offers if known is not None else ())}
    for name in dict.fromkeys(gate.what for way in offered for gate in way.offers if gate.what not in open_ones):
        asking = [way for way in offered if any(gate.what == name for gate in way.offers)]
        if all(solver.never(*way.chosen, *way.asks(name)) for way in asking):
            reached = [way for way in asking if not solver.never(*way.chosen)]
            if reached:
                yield _not_for_them(strategy, name, reached[0], solver)
    if known is None:
        open_but_for = [way for way in offered if not solver.never(*way.before_policies)]
        if open_but_for:
            core = {id(condition) for condition, _ in solver.core(*open_but_for[0].passes)}
            spans = [gate.source.span for gate in open_but_for[0].excludes if id(gate.condition) in core]
            yield ShutOut(strategy.span, strategy.name, step, tuple(span for span in spans if span is not None))


def _not_for_them(strategy: Strategy, name: str, way: Way, solver: Solver) -> NotForThem:
    gate = next(gate for gate in way.offers if gate.what == name)
    core = {id(condition) for condition, _ in solver.core(*way.chosen, *way.asks(name))}
    spans = (gate.source.span, *(condition.span for condition, _ in way.chosen if id(condition) in core))
    return NotForThem(strategy.span, strategy.name, name, tuple(dict.fromkeys(span for span in spans if span is not None)))
