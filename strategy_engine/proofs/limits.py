"""Limits that nothing counts against, or nothing fits in, or that another always reaches first: S0330 to S0332."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic, listed
from strategy_engine.language.types import INT, Kind
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.vocabulary import TRUE
from strategy_engine.proofs.ways import Way, Ways, owner
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Benefit, Channel, Limit, Product, Strategy
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver


@diagnostic
class NothingCounts(Diagnostic):
    """A limit that no action ever counts against

    No running strategy has a customer and a way (a channel, a benefit, a category …) that the limit is for. The limits of a channel,
    benefit or product that no strategy uses are not told of.

    Why: it was written to hold something back, and holds nothing.

    Example: `limit: 1 contact per day per customer on sms` of a policy with `for: category == service`, while all strategies of that
    category call by telephone

    Instead: the channel or category that was meant, or no limit.
    """

    code = "S0330"
    severity = Severity.WARNING
    limit: str
    owner: str

    @property
    def message(self) -> str:
        return f"no action ever counts against `{self.limit}` of {self.owner}"

    @property
    def help(self) -> str | None:
        return "change what it is for, or remove it"


@diagnostic
class NoRoom(Diagnostic):
    """A limit in which not a single action fits

    Its amount is nothing, or less than the cheapest action costs that counts against it.

    Why: it stops them all, on every day, as no budget is ever left over.

    Example: `benefit coupon { cost: 80  limit: 50 cost per day }`

    Instead: an amount that is at least the cost of one; to stop a strategy, `status: paused`.
    """

    code = "S0331"
    severity = Severity.WARNING
    limit: str
    owner: str
    names: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"not a single action of {listed(f'`{name}`' for name in self.names)} fits in `{self.limit}` of {self.owner}"

    @property
    def help(self) -> str | None:
        return "raise it to the cost of an action at least, or pause the strategy"


@diagnostic
class ReachedBefore(Diagnostic):
    """A stock that its budget never lets come into play, or a budget that its stock never does

    So many pieces never cost as much as the budget, or the budget is used up before so many pieces are gone, in the same window and for the
    same groups.

    Why: whoever reads the wide one takes it for the rule.

    Example: `benefit coupon { cost: 80  limit: 100 pieces per month  limit: 2万 cost per month }`, where 100 coupons cost 8,000

    Instead: the narrower one alone, or amounts that fit each other.
    """

    code = "S0332"
    severity = Severity.WARNING
    limit: str
    other: str
    owner: str
    place: Span | None

    @property
    def message(self) -> str:
        return f"`{self.limit}` of {self.owner} never binds: `{self.other}` is always reached before"

    @property
    def help(self) -> str | None:
        return "remove one of them, or fit one to the other"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "this one is narrower"),)


def limits(ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """What is wrong with the limits of a model whose strategies run."""
    model = ways.model
    all_ways = {each.name: tuple(way for step in range(1, _steps(each) + 1) for way in ways.of(each, step)) for each in ways.running}
    shared = tuple(way for found in all_ways.values() for way in found)
    for bound in ways.bounds:
        yield from _drawn_on(bound, [way for way in shared if _named(bound, way)], solver)
    for strategy in ways.running:
        for bound in ways.own_bounds(strategy):
            yield from _drawn_on(bound, all_ways[strategy.name], solver)
    stocked: tuple[Benefit | Product | Channel, ...] = (*model.benefits.values(), *model.products.values(), *model.channels.values())
    for each in stocked:
        cost = each.cost if isinstance(each, Channel) else each.fields.get("cost")
        if cost is not None and cost.type.kind is Kind.MONEY:
            yield from _stock_and_budget(each.limits, ways.settle(cost), solver)


def _steps(strategy: Strategy) -> int:
    return max(len(plan.steps) for plan in strategy.plan.values)


def _named(bound: Bound, way: Way) -> bool:
    """Whether the way is one of those that a capacity is of; what is no capacity is of all."""
    kind, _, name = bound.limit.source.partition(" ")
    return way.action.get(kind) == name if bound.limit.hard else True


# ------------------------------------------------------------------------------------------------ what counts, and fits


def _drawn_on(bound: Bound, ways: Sequence[Way], solver: Solver) -> Iterator[Diagnostic]:
    """Whether anything counts against the limit, and whether of each strategy something fits."""
    limit, small = bound.limit, _small(bound)
    by_strategy: dict[str, list[Way]] = {}
    for way in ways:
        by_strategy.setdefault(way.strategy.name, []).append(way)
    counted, unfit = False, []
    for name, own in by_strategy.items():
        if counted and not small:
            return
        counting = [way for way in own if _counts(bound, way, solver)] if small else [*_first(bound, own, solver)]
        counted |= bool(counting)
        if small and counting and not any(_fits(bound, way, solver) for way in counting):
            unfit.append(name)
    if unfit:
        yield NoRoom(limit.span, limit.text, owner(limit), tuple(unfit))
    elif ways and not counted and any(not solver.never(*way.passes) for way in ways):
        yield NothingCounts(limit.span, limit.text, owner(limit))


def _first(bound: Bound, ways: Sequence[Way], solver: Solver) -> Iterator[Way]:
    """One way that counts, if there is any."""
    return islice((way for way in ways if _counts(bound, way, solver)), 1)


def _counts(bound: Bound, way: Way, solver: Solver) -> bool:
    """Whether the way can count; also where that is too hard to tell."""
    plainly = way.counts_plainly(bound)
    return plainly if plainly is not None else not solver.never(*way.passes, (way.of(bound.where or TRUE), True))


def _small(bound: Bound) -> bool:
    """Whether a single action might be too much for it."""
    amount, counted = bound.amount, bound.limit.counted
    return not isinstance(amount, ir.Constant) or counted == "cost" or amount.value < 1


def _fits(bound: Bound, way: Way, solver: Solver) -> bool:
    """Whether an action may fit; a rule without an amount is none, a stock without one is empty."""
    amount, weight = way.of(bound.amount), way.of(bound.weight)
    where = () if bound.where is None else ((way.of(bound.where), True),)
    if bound.capacity:
        return not solver.never(*way.passes, *where, (ir.Compare("<=", _like(weight, amount), amount), True))
    one = ir.Constant(1 if amount.type.kind is Kind.INT else 1.0, type=amount.type.known())
    return not solver.never(*way.passes, *where, (ir.Compare("<", amount, one), False))


def _like(weight: ir.Expr, amount: ir.Expr) -> ir.Expr:
    """The weight, held as the amount is."""
    return weight if weight.type.kind is amount.type.kind else ir.Convert(weight, type=amount.type.or_missing(weight.type.optional))


# ------------------------------------------------------------------------------------------------ pieces and what they cost


def _stock_and_budget(found: Sequence[Limit], cost: ir.Expr, solver: Solver) -> Iterator[Diagnostic]:
    """Of each stock and budget of the same thing, the one that the other never lets come into play."""
    plain = [each for each in found if each.applies is None and not each.channels and isinstance(each.amount, ir.Constant)]
    for stock in (each for each in plain if each.counted != "cost"):
        for budget in (each for each in plain if each.counted == "cost"):
            if _reaches(stock, budget) and solver.never((_costs(cost, stock.amount, 0, budget.amount), False)):
                yield ReachedBefore(budget.span, budget.text, stock.text, owner(budget), stock.span)
            elif _reaches(budget, stock) and solver.never((_costs(cost, stock.amount, 1, budget.amount), True)):
                yield ReachedBefore(stock.span, stock.text, budget.text, owner(stock), budget.span)


def _reaches(bound: Limit, limit: Limit) -> bool:
    """Whether all that counts in a window and group of the limit counts in one of the bound."""
    return bound.window in (limit.window, None) and all(group in limit.per for group in bound.per)


def _costs(cost: ir.Expr, pieces: ir.Expr, more: int, budget: ir.Expr) -> ir.Expr:
    """That so many pieces, and some more, cost no more than the budget."""
    count = ir.Constant(int(_value(pieces)) + more, type=INT)
    return ir.Compare("<=", ir.Arithmetic("*", cost, count, type=cost.type), budget)


def _value(constant: ir.Expr) -> float:
    return float(constant.value) if isinstance(constant, ir.Constant) else 0.0
