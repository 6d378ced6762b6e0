"""Whom the bank may reach, with what, and until when: S046x."""

from __future__ import annotations

import re
from collections.abc import Iterator

from strategy_engine.analysis.missing import missing_columns
from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.walk import expressions

_CONSENT = re.compile(r"(?:consent|allow|allows|opt_in|accepts)_(?P<one>\w+)|(?P<other>\w+)_(?:consent|allowed|opt_in)")


@diagnostic
class NoConsent(Diagnostic):
    """A channel that does not ask for the consent that the data have

    The snapshot has a column such as `consent_sms`, and neither the channel `sms` nor a policy's `exclude:` looks at it.

    Why: customers who said no would be written to.

    Example: `channel sms { cost: 0.05 }`

    Instead: `channel sms { cost: 0.05  require: consent_sms }`
    """

    code = "S0460"
    severity = Severity.NOTE
    channel: str
    column: str

    @property
    def message(self) -> str:
        return f"channel `{self.channel}` does not look at `{self.column}`"

    @property
    def help(self) -> str | None:
        return f"add `require: {self.column}`"


@diagnostic
class ExcludesUnknown(Diagnostic):
    """An `exclude` that also stops customers whose value is missing

    What is compared with a missing value is unknown, and `exclude:` stops an action where it is true or unknown.

    Why: that is the safe way, and it may well be meant. But where the data have gaps, customers are missing from the lists.

    Example: `exclude: max_risk < R3`, where `max_risk` may be missing

    Instead: `exclude: max_risk < R3 or max_risk is missing`, which says so, or `exclude: (max_risk ?? R5) < R3`, which lets them through
    """

    code = "S0461"
    severity = Severity.NOTE
    columns: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"`exclude` also stops customers whose {' or '.join(f'`{column}`' for column in self.columns)} is missing"

    @property
    def help(self) -> str | None:
        return f"say whether that is meant: `… or {self.columns[0]} is missing`, or `{self.columns[0]} ?? …`"


@diagnostic
class NoCost(Diagnostic):
    """A benefit without a cost, where others have one

    Why: budgets (`limit: 20万 cost per month`) count what has a cost; this one is given away for nothing.

    Example: `benefit coupon { kind: coupon  value: 20 }`

    Instead: `benefit coupon { kind: coupon  value: 20  cost: 18 }`
    """

    code = "S0462"
    severity = Severity.NOTE
    name: str

    @property
    def message(self) -> str:
        return f"benefit `{self.name}` has no cost, as others have"

    @property
    def help(self) -> str | None:
        return "add `cost:`, or `cost: 0`"


@diagnostic
class RampTooLong(Diagnostic):
    """A ramp that goes on after the strategy has ended

    Why: the share of the last days is never reached.

    Example: `valid: 2026-11-01 .. 2026-11-07 ramp {day 1: 10%, day 14: 100%}`

    Instead: `valid: 2026-11-01 .. 2026-11-30 ramp {day 1: 10%, day 14: 100%}`
    """

    code = "S0463"
    severity = Severity.WARNING
    name: str
    day: int
    days: int

    @property
    def message(self) -> str:
        return f"the ramp of `{self.name}` has a day {self.day}, and its last day is day {self.days}"

    @property
    def help(self) -> str | None:
        return "let it rise sooner, or last longer"


def without_consent(model: Model) -> Iterator[Diagnostic]:
    """Channels that pass over the consent that the snapshot has of them."""
    columns = model.project.snapshot.columns
    asking = {name: match for name, column in columns.items() if column.type == "bool" and (match := _CONSENT.fullmatch(name))}
    told = {name: match["one"] or match["other"] for name, match in asking.items()}
    excluded = {name for policy in model.policies.values() for each in policy.excludes for name in _columns(each, model)}
    for channel in model.channels.values():
        asked = excluded | (_columns(channel.require, model) if channel.require is not None else set())
        for column, means in told.items():
            if means in (channel.name, *channel.name.split("_")) and column not in asked:
                yield NoConsent(channel.span, channel.name, column)


def unknown_exclusions(model: Model) -> Iterator[Diagnostic]:
    """Exclusions that are unknown for some customers."""
    for policy in model.policies.values():
        for condition in policy.excludes:
            columns = missing_columns(condition, model)
            if columns and condition.type.optional:
                yield ExcludesUnknown(condition.span or policy.span, columns)


def without_cost(model: Model) -> Iterator[Diagnostic]:
    """Benefits that cost nothing where others do."""
    if any("cost" in each.fields for each in model.benefits.values()):
        yield from (NoCost(each.span, each.name) for each in model.benefits.values() if "cost" not in each.fields)


def long_ramps(model: Model) -> Iterator[Diagnostic]:
    """Ramps whose last day is after the strategy's."""
    for each in model.strategies.values():
        if each.ramp and each.valid_from is not None and each.valid_to is not None:
            days = (each.valid_to - each.valid_from).days + 1
            if 0 < days < each.ramp[-1][0]:
                yield RampTooLong(each.span, each.name, each.ramp[-1][0], days)


def _columns(condition: ir.Expr, model: Model) -> set[str]:
    """The snapshot's columns that a condition looks at, through whatever names."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [condition]
    while waiting:
        for each in expressions(waiting.pop()):
            if isinstance(each, ir.Column) and each.scope == "customer":
                found.add(each.name)
            elif isinstance(each, ir.Derived) and each.name in model.derived and each.name not in seen:
                seen.add(each.name)
                waiting.append(model.derived[each.name].expr)
    return found
