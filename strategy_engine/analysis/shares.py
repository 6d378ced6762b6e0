"""Shares, limits and ranks that do not do what they seem to: S043x."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.analysis.windows import binding
from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.language import ast
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model, Strategy
from strategy_engine.source.file import Span

LARGEST, SMALLEST = 0.5, 0.01


@diagnostic
class LargeControl(Diagnostic):
    """A control group of more than half

    Why: more customers are left alone than reached. Often the share is that of the customers to reach.

    Example: `control: 90%`

    Instead: `control: 10%`
    """

    code = "S0430"
    severity = Severity.WARNING
    share: float

    @property
    def message(self) -> str:
        return f"a control group of {self.share:.0%} leaves more customers alone than it reaches"

    @property
    def help(self) -> str | None:
        return f"where {self.share:.0%} shall be reached, write `control: {1 - self.share:.0%}`"


@diagnostic
class SmallControl(Diagnostic):
    """A control group too small to show anything

    Of ten thousand customers less than one per cent are some dozens: the difference in a KPI that they could show is larger than any that a
    strategy makes.

    Example: `control: 0.1%`

    Instead: `control: 5%`, or no control group.
    """

    code = "S0431"
    severity = Severity.NOTE
    share: float

    @property
    def message(self) -> str:
        return f"a control group of {self.share:.2%} is too small to show a difference"

    @property
    def help(self) -> str | None:
        return "take some per cent, or none"


@diagnostic
class NeverBinds(Diagnostic):
    """A limit that another one never lets come into play

    What the narrower limit permits at most, in as many days as the window of this one has, is no more than this one's amount; and it counts
    the same contacts.

    Why: whoever reads the wide limit takes it for the rule.

    Example:

        limit: 1 contact per rolling 7 days per customer
        limit: 10 contacts per rolling 30 days per customer

    Instead: the narrower one alone, or a wide one that is less than what the narrow one adds up to.
    """

    code = "S0432"
    severity = Severity.WARNING
    limit: str
    other: str
    place: Span | None

    @property
    def message(self) -> str:
        return f"`{self.limit}` never binds: `{self.other}` is always reached first"

    @property
    def help(self) -> str | None:
        return "remove one of them"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "this one is narrower"),)


@diagnostic
class NothingToMaximize(Diagnostic):
    """A total of scores where no strategy has one

    `maximize: score` looks for the choice whose scores add up to the most. A strategy without `score:` adds nothing to it, and is
    taken when all others have had their choice.

    Why: where no strategy has a score, `maximize:` decides nothing, and the `order:` all.

    Example:

        arbitration { maximize: score }
        strategy s { cohort: everyone  channel: sms }

    Instead: `score:` in each strategy, in a unit that all share, such as what an action is expected to bring.
    """

    code = "S0434"
    severity = Severity.WARNING

    @property
    def message(self) -> str:
        return "no strategy that runs has a `score:`, so there is no total"

    @property
    def help(self) -> str | None:
        return "give each strategy a `score:` in the same unit, or leave `maximize:` out"


@diagnostic
class SameRank(Diagnostic):
    """Strategies for the same customers with the same priority

    They have the same cohort, trigger, first channels and priority, and no score that would tell them apart: who gets which is drawn.

    Example: two strategies with `cohort: rich  channel: sms  priority: 5`

    Instead: `priority: 6` for the one that matters more, or a `score:` in both.
    """

    code = "S0433"
    severity = Severity.NOTE
    name: str
    other: str
    place: Span | None

    @property
    def message(self) -> str:
        return f"strategies `{self.other}` and `{self.name}` have the same customers, channel and priority"

    @property
    def help(self) -> str | None:
        return "give one of them a higher `priority:`, or both a `score:`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "the other one"),)


def odd_controls(model: Model) -> Iterator[Diagnostic]:
    """Control groups too large or too small to be meant."""
    for strategy in model.strategies.values():
        share = strategy.control
        if not isinstance(share, ir.Constant) or not share.value:
            continue
        if share.value > LARGEST:
            yield LargeControl(share.span or strategy.span, float(share.value))
        elif share.value < SMALLEST:
            yield SmallControl(share.span or strategy.span, float(share.value))


def never_binding(model: Model) -> Iterator[Diagnostic]:
    """Limits that can never be reached, because another one is before."""
    return (NeverBinds(limit.span, limit.text, bound.text, bound.span) for limit, bound in binding(model))


def same_ranks(model: Model) -> Iterator[Diagnostic]:
    """Strategies that nothing but a draw tells apart."""
    first: dict[object, Strategy] = {}
    for strategy in model.strategies.values():
        if not strategy.runs or strategy.score is not None or not strategy.plan.branches:
            continue
        channels = tuple(plan.steps[0].channels for plan in strategy.plan.values if plan.steps)
        other = first.setdefault((strategy.cohort, strategy.triggers, channels, strategy.priority), strategy)
        if other is not strategy:
            yield SameRank(strategy.span, strategy.name, other.name, other.span)


def nothing_to_maximize(model: Model, modules: tuple[ast.Module, ...]) -> Iterator[Diagnostic]:
    """A total of scores where there are none."""
    running = [strategy for strategy in model.strategies.values() if strategy.runs]
    if model.arbitration.maximize is None or not running or any(strategy.score is not None for strategy in running):
        return
    for declaration in (each for module in modules for each in module.declarations if each.kind == "arbitration"):
        field = declaration.first("maximize")
        if field is not None:
            yield NothingToMaximize(field.key_span)
