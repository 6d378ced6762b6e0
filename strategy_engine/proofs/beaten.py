"""Strategies that another one always beats: S0323.

The arbitration takes candidates in one order, and each takes its first way that has room. A strategy is beaten on every day where another
comes before it, is open to each of its customers, would have room wherever it has, and leaves none: what is asked here, point by point.
Days on which the other could stand aside (a trigger, a ramp, a limit of its own, a journey, a pause) end the proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.vocabulary import TRUE, surely
from strategy_engine.proofs.ways import Way, Ways, Wish, fixed
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import LimitWindow, Model, StateHits, Strategy
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver

MOST_WAYS = 12
"""Strategies with more ways than this are not compared: each way of the one is held against each of the other."""


@diagnostic
class AlwaysBeaten(Diagnostic):
    """A strategy that another one always beats

    Each of its customers is the other's, too, on every day; the other has the higher priority, passes wherever this one passes, and takes
    the one place that a limit or `keep:` leaves each customer. So nobody ever gets an action of this one. It is only said where it is
    proved: a trigger, a ramp, a limit or a journey of the other, or a budget that it may use up, would let this one through on some day.

    Why: it is planned, reviewed and reported as if it ran, and its customers hear of something else.

    Example: `strategy gold { cohort: tier >= gold  channel: sms  priority: 1 }` beside `strategy all { cohort: everyone  channel: sms
    priority: 5 }`, under `keep: 1 per customer`

    Instead: a higher `priority:` for the narrower one, or `cohort: not (tier >= gold)` for the other.
    """

    code = "S0323"
    severity = Severity.WARNING
    name: str
    winner: str
    customer: str
    certain: bool
    place: Span | None

    @property
    def message(self) -> str:
        beaten = f"strategy `{self.name}` never lists anybody, as strategy `{self.winner}`"
        if not self.customer:
            return f"{beaten} always comes first"
        if not self.certain:
            return f"{beaten} always comes first: both may want a customer with `{self.customer}`"
        return f"{beaten} always comes first: both want a customer with `{self.customer}`"

    @property
    def help(self) -> str | None:
        return "give it a higher `priority:`, or take its customers out of the other's cohort"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "this one takes all of its customers"),)


@record
class Rival:
    """A strategy with its rank and its ways."""

    strategy: Strategy
    priority: float
    ways: tuple[Way, ...]


def beaten(ways: Ways, solver: Solver) -> Iterator[Diagnostic]:
    """Each strategy that a stronger one always beats, with the first such."""
    order = ways.model.arbitration.order
    if ways.model.arbitration.maximize is not None or not order or order[0] != ("priority", True):
        return
    rivals = sorted(_rivals(ways), key=lambda each: -each.priority)
    match = Match(ways, solver)
    winners = [each for each in rivals if _always_open(each.strategy, ways.model) and any(match.keepers(each))]
    if not winners:
        return
    stronger = {
        loser.strategy.name: [
            each
            for each in winners
            if each.priority > loser.priority
            and _all_days(each.strategy, loser.strategy)
            and match.triggered(each.strategy, loser.strategy)
        ]
        for loser in rivals
    }
    concerned = {each.strategy.name for found in stronger.values() for each in found} | {name for name, found in stronger.items() if found}
    inside = _inside([each for each in rivals if each.strategy.name in concerned], ways, solver)
    for loser in rivals:
        around = (each for each in stronger[loser.strategy.name] if (loser.strategy.name, each.strategy.name) in inside)
        winner = next((each for each in around if match.beats(each, loser)), None)
        if winner is not None:
            shown = solver.example(*loser.ways[0].passes, (ways.cohorts[winner.strategy.name], True))
            text, certain = (shown.text, shown.certain) if shown is not None else ("", False)
            yield AlwaysBeaten(loser.strategy.span, loser.strategy.name, winner.strategy.name, text, certain, winner.strategy.span)


def _inside(rivals: list[Rival], ways: Ways, solver: Solver) -> set[tuple[str, str]]:
    """Pairs of strategies, each customer of the first one of the second; of a strategy without customers there are none."""
    from strategy_engine.proofs.compared import Compared

    names = [each.strategy.name for each in rivals]
    return {(names[one], names[other]) for one, other in Compared([ways.cohorts[name] for name in names], solver).insides()}


def _rivals(ways: Ways) -> Iterator[Rival]:
    for strategy in ways.running:
        priority = strategy.priority
        found = tuple(ways.of(strategy))
        if (priority is None or isinstance(priority, ir.Constant)) and 0 < len(found) <= MOST_WAYS:
            yield Rival(strategy, float(priority.value or 0) if isinstance(priority, ir.Constant) else 0.0, found)


def _always_open(strategy: Strategy, model: Model) -> bool:
    """Whether nothing of its own keeps the strategy from a customer of its cohort on some day; hits other than of states are spent."""
    states = [name for name in strategy.triggers if isinstance(model.triggers[name].source, StateHits)]
    return (
        len(strategy.triggers) == len(states) <= 1
        and not strategy.ramp
        and not strategy.limits
        and not any(target.pause for target in strategy.targets)
        and not strategy.split
        and all(len(plan.steps) == 1 for plan in strategy.plan.values)
    )


def _all_days(winner: Strategy, loser: Strategy) -> bool:
    """Whether one runs wherever the other does."""
    starts = winner.valid_from is None or (loser.valid_from is not None and winner.valid_from <= loser.valid_from)
    lasts = winner.valid_to is None or (loser.valid_to is not None and loser.valid_to <= winner.valid_to)
    return starts and lasts


def _exclusive(bound: Bound) -> bool:
    """Whether it leaves each customer one contact: in its window, and so on each day."""
    amount = bound.amount
    one = isinstance(amount, ir.Constant) and amount.value == 1
    return one and bound.limit.counted == "contacts" and not bound.capacity and any(group.kind == "customer" for group in bound.limit.per)


@record
class Match:
    """Whether one beats the other, asked of the solver."""

    ways: Ways
    solver: Solver

    def beats(self, winner: Rival, loser: Rival) -> bool:
        """Whether it does, on every day and for every customer."""
        return (
            self.triggered(winner.strategy, loser.strategy)
            and all(self._not_before(way) for way in loser.ways)
            and all(self._stopped(way, winner) for way in loser.ways)
        )

    def keepers(self, winner: Rival) -> Iterator[Bound]:
        """The limits that may leave no room where the winner was."""
        controls = winner.strategy.control is not None or any(policy.control for policy in self.ways.model.policies.values())
        return (bound for bound in self.ways.bounds if _exclusive(bound) and (bound.counts_controls or not controls))

    def triggered(self, winner: Strategy, loser: Strategy) -> bool:
        """Whether the winner needs no trigger, or only the state that is the loser's, too."""
        return not winner.triggers or loser.triggers == winner.triggers

    def _not_before(self, way: Way) -> bool:
        """What the arbitration excepts is taken first, whatever its priority."""
        excepts = self.ways.settle.maybe(self.ways.model.arbitration.excepts)
        return excepts is None or self.solver.never(*way.passes, (way.of(excepts), True))

    def _stopped(self, way: Way, winner: Rival) -> bool:
        """Whether the loser's way is shut wherever it would pass: the winner has one as good, and what it took leaves no room."""
        keeper = next((bound for bound in self.keepers(winner) if self._keeps_out(bound, way, winner)), None)
        if keeper is None:
            return False
        open_ones = [each for each in winner.ways if self._room_alike(each, way, keeper) and self._no_pause(each, way)]
        shut: list[Wish] = [(self._goes_out(each), False) for each in open_ones]
        return bool(shut) and self.solver.never(*way.passes, *shut)

    def _goes_out(self, way: Way) -> ir.Expr:
        """That the way passes, and that its script has all that it may need."""
        script = way.strategy.script
        holes = [part for template in (script.values if script else ()) for part in template.parts if isinstance(part, ir.Hole)]
        settle = self.ways.settler(way.strategy)
        known: list[Wish] = [(ir.IsKnown(way.of(settle(hole.value))), True) for hole in holes]
        return ir.And(tuple(condition if wanted else ir.Not(surely(condition)) for condition, wanted in (*way.passes, *known)))

    def _keeps_out(self, bound: Bound, way: Way, winner: Rival) -> bool:
        """Whether the limit has no room for the loser's way once any way of the winner was taken."""
        return self._binds(bound, way) and all(self._binds(bound, each) and _same_groups(bound, each, way) for each in winner.ways)

    def _binds(self, bound: Bound, way: Way) -> bool:
        plainly = way.counts_plainly(bound)
        return plainly if plainly is not None else self.solver.never(*way.passes, (way.of(bound.where or TRUE), False))

    def _room_alike(self, winner: Way, loser: Way, keeper: Bound) -> bool:
        """Whether the winner's way has room wherever the loser's has: it comes first, and what it takes, the loser's would take as well."""
        for bound in self.ways.bounds:
            for_winner, for_loser = (way.of(bound.where) if bound.where is not None else None for way in (winner, loser))
            if winner.counts_plainly(bound) is False or _covered(bound, keeper):
                continue
            if for_winner is not None and self.solver.never(*loser.passes, (for_winner, True)):
                continue
            asked: Sequence[Wish] = () if for_winner is None else ((for_winner, True),)
            both = for_loser is None or self.solver.never(*loser.passes, *asked, (for_loser, False))
            if not both or not _same_groups(bound, winner, loser) or winner.of(bound.weight) != loser.of(bound.weight):
                return False
        return True

    def _no_pause(self, winner: Way, loser: Way) -> bool:
        """Whether what pauses the winner's way pauses the loser's."""
        for policy in self.ways.model.policies.values():
            kinds = {group.kind for pause in policy.pauses for group in pause.per}
            if any(winner.action.get(kind) != loser.action.get(kind) for kind in kinds):
                return False
            concerns = self.ways.concerned(policy)
            if policy.pauses and concerns is not None:
                apart: Sequence[Wish] = ((fixed(concerns, winner.action), True), (fixed(concerns, loser.action), False))
                if not self.solver.never(*loser.passes, *apart):
                    return False
        return True


def _same_groups(bound: Bound, one: Way, other: Way) -> bool:
    return all(one.of(group) == other.of(group) for group in bound.groups) and one.of(bound.amount) == other.of(bound.amount)


def _covered(bound: Bound, keeper: Bound) -> bool:
    """Whether a limit on a strategy's contacts of a customer is used up only where the one place of the keeper is: within its window."""
    amount, kinds = bound.amount, {group.kind for group in bound.limit.per}
    some = isinstance(amount, ir.Constant) and amount.value >= 1 and {"customer", "strategy"} <= kinds
    return some and not bound.capacity and bound.limit.counted == "contacts" and _within(bound.limit.window, keeper.limit.window)


def _within(window: LimitWindow | None, longer: LimitWindow | None) -> bool:
    """Whether every day of the one window is a day of the other's."""
    if window is None or longer is None:
        return longer is None
    days = [each.duration.days if each.duration is not None else None for each in (window, longer)]
    shorter = days[0] is not None and days[1] is not None and days[0] <= days[1]
    return window.unit == "day" or window == longer or (window.unit == longer.unit == "rolling" and shorter)
