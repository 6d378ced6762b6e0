"""S0412: strategies that would list the same customer every day."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Limit, Model, Policy, StateHits, Strategy


@diagnostic
class OpenEveryDay(Diagnostic):
    """A strategy that is open every day, with no limit to cover it

    Without a trigger, or with `when:`, a strategy selects the same customers day after day. A limit of a policy or of its own must
    say how often one customer may be contacted.

    Example: a project without policies, and

        strategy s { cohort: rich  channel: sms }

    Instead:

        strategy s { cohort: rich  channel: sms  limit: 1 contact per rolling 30 days per customer }
    """

    code = "S0412"
    severity = Severity.WARNING
    name: str

    @property
    def message(self) -> str:
        return f"strategy `{self.name}` is open every day, and no limit says how often it may contact a customer"

    @property
    def help(self) -> str | None:
        return "add `limit: 1 contact per rolling 30 days per customer` to it, or a limit per customer per strategy to a policy"


def open_every_day(model: Model) -> Iterator[Diagnostic]:
    """One finding for each running strategy that neither a spent hit nor a limit holds back."""
    for strategy in model.strategies.values():
        if strategy.runs and _open(strategy, model) and not _limited(strategy, model):
            yield OpenEveryDay(strategy.span, strategy.name)


def _open(strategy: Strategy, model: Model) -> bool:
    found = [model.triggers[name] for name in strategy.triggers if name in model.triggers]
    return not found or any(isinstance(trigger.source, StateHits) for trigger in found)


def _limited(strategy: Strategy, model: Model) -> bool:
    """Whether a limit of its own speaks of each customer, or one of a policy does for more than the day itself."""
    policies = [policy for policy in model.policies.values() if not exempt(strategy, policy)]
    general = (limit for policy in policies for limit in policy.limits if limit.needs_memory and not limit.channels)
    return any(_per_customer(limit) for limit in (*strategy.limits, *general))


def _per_customer(limit: Limit) -> bool:
    """A limit of contacts of each customer, or household."""
    return limit.counted == "contacts" and any(group.kind in ("customer", "household") for group in limit.per)


def exempt(strategy: Strategy, policy: Policy) -> bool:
    """Whether the policy's `except` names the strategy's category."""
    test = policy.excepts
    return (
        isinstance(test, ir.Compare)
        and test.op == "=="
        and isinstance(test.left, ir.Column)
        and test.left.name == "category"
        and isinstance(test.right, ir.Constant)
        and test.right.value == strategy.category
    )
