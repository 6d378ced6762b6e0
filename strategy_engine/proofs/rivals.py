"""Strategies that are for the same customers: S0321, S0322."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.plan.bounds import Bound
from strategy_engine.proofs.ways import Ways
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Strategy
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver


@diagnostic
class SameOffer(Diagnostic):
    """Two strategies that make the same customers the same offer

    Their cohorts have the same customers, however they are written; they have the same trigger, product, benefit and channels (and the same
    script, where they offer nothing else), and run at the same time. Scores and limits may differ.

    Why: whoever changes or pauses one of them believes to have changed both; and the customers hear everything twice, or a draw decides.

    Example: two strategies of two departments, `cohort: tier >= platinum  channel: sms` and
    `cohort: tier in [platinum, diamond, private]  channel: sms`

    Instead: one strategy, with `split:` where two scripts shall be compared.
    """

    code = "S0321"
    severity = Severity.WARNING
    name: str
    other: str
    customer: str
    place: Span | None

    @property
    def message(self) -> str:
        such = f", such as one with `{self.customer}`" if self.customer else ""
        return f"strategy `{self.name}` makes the same offer to the same customers as strategy `{self.other}`{such}"

    @property
    def help(self) -> str | None:
        return "keep one of them; two scripts are compared with `split:`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "the other one"),)


@diagnostic
class InsideAnother(Diagnostic):
    """A strategy whose customers are all another's, of the same rank

    Whoever is in the one cohort is in the other. Both act on the same trigger through the same channel, with the same priority and no
    score: where a limit or `keep:` leaves room for one, it is drawn, though the narrower one was mostly written to go first.

    Why: the special offer reaches half of those it was made for.

    Example: `cohort: tier >= platinum` beside `cohort: tier >= gold`, both with `channel: sms`

    Instead: a higher `priority:` for the narrower one.
    """

    code = "S0322"
    severity = Severity.NOTE
    name: str
    other: str
    customer: str
    place: Span | None

    @property
    def message(self) -> str:
        same = f"all customers of strategy `{self.name}` are customers of strategy `{self.other}`"
        if not self.customer:
            return f"{same}, too, and a draw decides"
        return f"{same}, too, such as one with `{self.customer}`, and a draw decides"

    @property
    def help(self) -> str | None:
        return "give it a higher `priority:`, or both a `score:`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "this one is wider"),)


def rivals(ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """Strategies that make the same offer to the same customers; and those of the same rank, one inside the other."""
    told: set[str] = set()
    for one, other, alike in _insides(ways, solver, lambda each: (_offer(each), ways.asked[each.name])):
        if alike and other.name not in told:
            told.add(other.name)
            yield SameOffer(other.span, other.name, one.name, _both(one, other, ways, solver), one.span)
    if not any(_of_contacts(bound) for bound in ways.bounds):
        return  # each customer gets both
    for one, other, alike in _insides(ways, solver, _rank):
        if not (alike and one.cohort == other.cohort) and not {one.name, other.name} & told:  # the same words are told of by S0433
            told.add(one.name)
            yield InsideAnother(one.span, one.name, other.name, _both(one, other, ways, solver), other.span)


def _of_contacts(bound: Bound) -> bool:
    """Whether it is for too many contacts of one customer."""
    kinds = {group.kind for group in bound.limit.per}
    return bound.limit.counted == "contacts" and not bound.capacity and bool(kinds & {"customer", "household"})


def _offer(strategy: Strategy) -> Hashable:
    """What a strategy offers, when and through what; with neither product nor benefit its script is the offer."""
    script = strategy.script if strategy.product is None and strategy.benefit is None else None
    return frozenset(strategy.triggers), strategy.plan, strategy.product, strategy.benefit, script


def _rank(strategy: Strategy) -> Hashable:
    """When, through what and how urgently a strategy acts; None where a score decides."""
    channels = frozenset(channel for plan in strategy.plan.values for channel in plan.steps[0].channels)
    return (frozenset(strategy.triggers), channels, strategy.priority) if strategy.score is None else None


def _insides(ways: Ways, solver: Solver, alike: Callable[[Strategy], Hashable]) -> Iterator[tuple[Strategy, Strategy, bool]]:
    """Strategies that run at the same time and are alike, the first's customers among the second's; whether the converse holds, too. Of
    those with the same customers the first that was declared is first."""
    from strategy_engine.proofs.compared import Compared

    groups: dict[Hashable, list[Strategy]] = {}
    for strategy in ways.running:
        key = alike(strategy)
        if key is not None:
            groups.setdefault(key, []).append(strategy)
    for group in groups.values():
        if len(group) > 1:
            inside = set(Compared([ways.cohorts[each.name] for each in group], solver).insides())
            for one, other in combinations(range(len(group)), 2):
                first, second = group[one], group[other]
                if (one, other) in inside and _at_once(first, second):
                    yield first, second, (other, one) in inside
                elif (other, one) in inside and _at_once(first, second):
                    yield second, first, False


def _at_once(one: Strategy, other: Strategy) -> bool:
    """Whether there is a day on which both run."""
    starts = [each.valid_from for each in (one, other) if each.valid_from is not None]
    ends = [each.valid_to for each in (one, other) if each.valid_to is not None]
    return not starts or not ends or max(starts) <= min(ends)


def _both(one: Strategy, other: Strategy, ways: Ways, solver: Solver) -> str:
    """A customer of both, where one replays."""
    wishes = ((ways.cohorts[one.name], True), (ways.cohorts[other.name], True))
    found = None if any(isinstance(each, ir.Constant) for each, _ in wishes) else solver.example(*wishes)
    return found.text if found is not None and found.certain else ""
