"""What a strategy lacks: S042x. Where a project does without something altogether, nobody is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from strategy_engine.analysis.repeats import exempt
from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.semantics.model import Model, Strategy

FEW = 3
"""Strategies of which one may differ without being odd."""


@diagnostic
class NoOwner(Diagnostic):
    """A strategy without an owner

    Why: `owner:` is on every list that the strategy makes. Without it nobody knows whom to ask.

    Example: `strategy s { cohort: rich  channel: sms }`

    Instead: `strategy s { owner: "零售部"  cohort: rich  channel: sms }`
    """

    code = "S0420"
    severity = Severity.NOTE
    name: str

    @property
    def message(self) -> str:
        return f"strategy `{self.name}` has no owner"

    @property
    def help(self) -> str | None:
        return 'add `owner: "…"`'


@diagnostic
class NoKpi(Diagnostic):
    """A strategy without a KPI, in a project that has some

    Told where most strategies of the project are measured.

    Why: what is not measured cannot be called off for want of success.

    Example: `strategy s { cohort: rich  channel: sms }`

    Instead: `strategy s { cohort: rich  channel: sms  kpi: fund_grown >= 5% }`
    """

    code = "S0421"
    severity = Severity.NOTE
    name: str

    @property
    def message(self) -> str:
        return f"strategy `{self.name}` has no KPI, as most others have"

    @property
    def help(self) -> str | None:
        return "add `kpi:` with what it is for"


@diagnostic
class NoControl(Diagnostic):
    """A strategy with a KPI and no control group

    Told where most strategies of the project have a control group, of their own or of a policy.

    Why: without customers who were left alone nobody can tell what would have happened anyway.

    Example: `strategy s { cohort: rich  channel: sms  kpi: fund_grown >= 5% }`

    Instead: `strategy s { cohort: rich  channel: sms  kpi: fund_grown >= 5%  control: 10% }`
    """

    code = "S0422"
    severity = Severity.NOTE
    name: str

    @property
    def message(self) -> str:
        return f"strategy `{self.name}` has a KPI and no control group, as most others have"

    @property
    def help(self) -> str | None:
        return "add `control: 10%`, to it or to a policy"


@diagnostic
class NoEnd(Diagnostic):
    """A strategy without an end, in a project where they have one

    Why: what has no last day is not looked at again.

    Example: `strategy s { cohort: rich  channel: sms }`

    Instead: `strategy s { valid: 2026-01-01 .. 2026-12-31  cohort: rich  channel: sms }`
    """

    code = "S0423"
    severity = Severity.NOTE
    name: str

    @property
    def message(self) -> str:
        return f"strategy `{self.name}` has no last day, as most others have"

    @property
    def help(self) -> str | None:
        return "add `valid: FROM .. TO`"


@diagnostic
class NoTitle(Diagnostic):
    """A strategy without a title, in a project where they have one

    Why: summaries, explanations and workbooks call a strategy by its title; its name is for files.

    Example: `strategy s12 { cohort: rich  channel: sms }`

    Instead: `strategy s12 "高净值客户回访" { cohort: rich  channel: sms }`
    """

    code = "S0424"
    severity = Severity.NOTE
    name: str

    @property
    def message(self) -> str:
        return f"strategy `{self.name}` has no title, as most others have"

    @property
    def help(self) -> str | None:
        return "write it behind the name, in quotation marks"


@diagnostic
class NotTested(Diagnostic):
    """A strategy that no test names, in a project where most are tested

    Why: a change of a cohort that it shares with others goes unnoticed.

    Example: a strategy `s`, and tests that expect only others.

    Instead: `test "who is rich hears of it" { on: 2026-11-20  given customer { customer_id: 1, aum: 100万 }  expect: s }`
    """

    code = "S0425"
    severity = Severity.NOTE
    name: str

    @property
    def message(self) -> str:
        return f"no test names strategy `{self.name}`"

    @property
    def help(self) -> str | None:
        return f"add a test with `expect: {self.name}`, or with `expect: not {self.name}`"


@diagnostic
class UpliftOfNobody(Diagnostic):
    """An uplift without a control group to compare with

    Why: the uplift of a KPI is the difference from the customers who were left alone. Where nobody is, it can never be known.

    Example: `strategy s { cohort: rich  channel: sms  kpi: fund_grown uplift >= 1% }`

    Instead: `strategy s { cohort: rich  channel: sms  kpi: fund_grown uplift >= 1%  control: 10% }`
    """

    code = "S0426"
    severity = Severity.WARNING
    name: str
    kpi: str

    @property
    def message(self) -> str:
        return f"strategy `{self.name}` wants an uplift of `{self.kpi}`, and has no control group to compare with"

    @property
    def help(self) -> str | None:
        return "add `control: 10%`, to it or to a policy"


def incomplete(model: Model) -> Iterator[Diagnostic]:
    """What running strategies lack that the project otherwise asks for."""
    running = [each for each in model.strategies.values() if each.runs]
    yield from (NoOwner(each.span, each.name) for each in running if each.owner is None)
    yield from (NoTitle(each.span, each.name) for each in _odd(running, lambda each: each.title is not None))
    yield from (NoEnd(each.span, each.name) for each in _odd(running, lambda each: each.valid_to is not None))
    yield from (NoKpi(each.span, each.name) for each in _odd(running, lambda each: bool(each.targets)))
    tested = _tested(model)
    yield from (NotTested(each.span, each.name) for each in _odd(running, lambda each: each.name in tested))


def uncontrolled(model: Model) -> Iterator[Diagnostic]:
    """Strategies whose success cannot be told from what would have happened anyway."""
    running = [each for each in model.strategies.values() if each.runs]
    without = _odd(running, lambda each: _controlled(each, model))
    for strategy in running:
        uplift = next((target.kpi for target in strategy.targets if target.uplift), None)
        if uplift is not None and not _controlled(strategy, model):
            yield UpliftOfNobody(strategy.span, strategy.name, uplift)
        elif strategy.targets and strategy in without:
            yield NoControl(strategy.span, strategy.name)


def _odd(strategies: list[Strategy], has: Callable[[Strategy], bool]) -> list[Strategy]:
    """Those that lack what more than half of the strategies have."""
    without = [each for each in strategies if not has(each)]
    return without if len(strategies) >= FEW and len(without) * 2 < len(strategies) else []


def _controlled(strategy: Strategy, model: Model) -> bool:
    """Whether some are left alone: by the strategy's own share or split, or by a policy's."""
    if strategy.control is not None or strategy.split:
        return True
    return any(policy.control and policy.applies is None and not exempt(strategy, policy) for policy in model.policies.values())


def _tested(model: Model) -> set[str]:
    """The strategies that tests name."""
    return {name for test in model.tests for expectation in test.expectations for name in expectation.strategies}
