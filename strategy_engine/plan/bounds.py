"""Limits as the arbitration counts them: whom they bind, what a candidate takes of them, and from which group's room.

A *contact limit* (of a policy or strategy) counts contacts; a *capacity* (hard, or counted in pieces or cost) is a thing that
runs out. They differ where something is missing or nobody is contacted:

|                           | contact limit | capacity, stock, budget | keep      |
|---------------------------|---------------|-------------------------|-----------|
| a group column is missing | its own group | no room                 | own group |
| the amount is missing     | no limit      | no room                 | no limit  |
| the cost is missing       | -             | no room                 | -         |
| a control                 | not counted   | counted                 | counted   |

A limit on an outcome (`2 declined per month`) is like a contact limit, but only feedback takes of it.
A contact limit `per strategy` counts journeys: their later steps neither take of it nor are held by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property

from strategy_engine.language.types import ID, INT, MONEY, Kind
from strategy_engine.plan.settle import Settler
from strategy_engine.plan.vocabulary import ACTION, NO_MONEY, ONE, Vocabulary, every, surely, surely_not
from strategy_engine.record import record
from strategy_engine.semantics.ir import Arithmetic, Choice, Column, Compare, Constant, Convert, Expr, IsKnown
from strategy_engine.semantics.model import Arbitration, Benefit, Channel, Group, Limit, Model, Policy, Product, Strategy
from strategy_engine.semantics.versions import written
from strategy_engine.semantics.walk import expressions

FIRST_STEP = 1
NO_PIECES = Constant(0, type=INT)


@record
class Bound:
    """A limit, settled.

    where:  the options that it binds and that count against it (None: all).
    amount: how much room a group has: contacts, pieces or hundredths.      weight: how much one option takes of it.
    groups: the group's values (none: all are one group).
    keep:   whether it is a `keep:` of the arbitration.
    """

    limit: Limit
    where: Expr | None
    amount: Expr
    weight: Expr
    groups: tuple[Expr, ...]
    keep: bool = False

    @property
    def outcome(self) -> bool:
        """Whether it counts what became of earlier actions: when there is no room left, there is no further action."""
        return self.limit.counted not in ("contacts", "pieces", "cost")

    @property
    def capacity(self) -> bool:
        """Whether it is a thing that runs out (see above)."""
        return not self.outcome and (self.limit.hard or self.limit.counted in ("pieces", "cost"))

    @property
    def counts_controls(self) -> bool:
        """Whether a control takes its place."""
        return self.capacity or self.keep

    @property
    def text(self) -> str:
        """As people know it: whose it is, and how it was written."""
        return f"{self.limit.source}: {self.limit.text}"

    @cached_property
    def key(self) -> str:
        """By what the ledger knows it: whose it is and what it counts of whom.

        Amount and window are not part of it, so that a limit that is tightened counts the past as well. A `by` over limits is,
        where it tells actions apart; where it tells customers apart, the past of a customer who moved on counts on.
        """
        limit = self.limit
        parts = [limit.source, limit.counted, *(f"per {_group_text(group)}" for group in limit.per)]
        parts += [f"on {channel}" for channel in sorted(limit.channels)]
        guard = limit.applies
        if guard is not None and any(isinstance(node, Column) and node.scope == ACTION for node in expressions(guard)):
            parts.append(f"where {_short(guard)}")
        return " ".join(parts)


def _group_text(group: Group) -> str:
    if group.expr is None:
        return group.kind
    return group.expr.name if isinstance(group.expr, Column) else _short(group.expr)


def _short(expr: Expr) -> str:
    """A short name of an expression, by its meaning."""
    return hashlib.sha256(written(expr).encode()).hexdigest()[:8]


def policy_bounds(policy: Policy, vocabulary: Vocabulary) -> Iterator[Bound]:
    """A policy's limits bind what it applies to and does not except."""
    settle = Settler(vocabulary)
    concerns = every((settle.maybe(policy.applies), surely_not(settle.maybe(policy.excepts))))
    for limit in policy.limits:
        yield _bound(limit, settle, concerns)


def strategy_bounds(strategy: Strategy, vocabulary: Vocabulary) -> Iterator[Bound]:
    """A strategy's limits; they are evaluated over its own options only."""
    settle = Settler(vocabulary, strategy)
    for limit in strategy.limits:
        yield _bound(limit, settle, None)


def capacity_bounds(model: Model, vocabulary: Vocabulary) -> Iterator[Bound]:
    """The limits of channels, benefits and products bind all options with that channel, benefit or product."""
    settle = Settler(vocabulary)
    declarations: tuple[tuple[str, Mapping[str, Channel | Benefit | Product]], ...] = (
        ("channel", model.channels),
        ("benefit", model.benefits),
        ("product", model.products),
    )
    for kind, declared in declarations:
        for name, declaration in declared.items():
            for limit in declaration.limits:
                yield _bound(limit, settle, vocabulary.named(kind, name), owner=kind)


def keep_bounds(arbitration: Arbitration, vocabulary: Vocabulary) -> Iterator[Bound]:
    """The `keep:` of the arbitration bind all but what it excepts."""
    settle = Settler(vocabulary)
    for limit in arbitration.keeps:
        yield _bound(limit, settle, surely_not(settle.maybe(arbitration.excepts)), keep=True)


def _bound(limit: Limit, settle: Settler, concerns: Expr | None, *, owner: str | None = None, keep: bool = False) -> Bound:
    vocabulary = settle.vocabulary
    on_channels = vocabulary.among("channel", limit.channels) if limit.channels else None
    journeys = limit.counted == "contacts" and any(group.kind == "strategy" for group in limit.per)
    begins = Compare("==", vocabulary.column("step"), Constant(FIRST_STEP, type=INT)) if journeys else None
    return Bound(
        limit,
        every((concerns, settle.maybe(limit.applies), on_channels, begins)),
        _amount(limit, settle),
        _weight(limit, vocabulary, owner),
        tuple(_group(group, settle) for group in limit.per),
        keep,
    )


def _amount(limit: Limit, settle: Settler) -> Expr:
    """The room, in hundredths for a budget."""
    amount = settle(limit.amount)
    return Convert(amount, type=MONEY) if limit.counted == "cost" and amount.type.kind is not Kind.MONEY else amount


def _weight(limit: Limit, vocabulary: Vocabulary, owner: str | None) -> Expr:
    """What an option takes: a contact, a piece, or the cost of the limit's owner (of channel and benefit, where a rule limits)."""
    if limit.counted not in ("pieces", "cost"):
        return ONE
    if limit.counted == "pieces":
        return ONE if owner else Choice(IsKnown(vocabulary.column("benefit")), ONE, NO_PIECES, type=INT)
    if owner:
        return _cost(vocabulary, owner)
    return Arithmetic("+", _cost(vocabulary, "channel"), _cost(vocabulary, "benefit"), type=MONEY.or_missing())


def _cost(vocabulary: Vocabulary, kind: str) -> Expr:
    """The cost of the option's channel, benefit or product: nothing where it has none or declares none."""
    model = vocabulary.model
    declared: dict[str, Expr | None] = {
        "channel": {name: channel.cost for name, channel in model.channels.items()},
        "benefit": {name: benefit.fields.get("cost") for name, benefit in model.benefits.items()},
        "product": {name: product.fields.get("cost") for name, product in model.products.items()},
    }[kind]
    costly = [name for name, cost in declared.items() if cost is not None]
    if not costly:
        return NO_MONEY
    cost = Settler(vocabulary)(Column(kind, "cost", type=MONEY))
    return Choice(surely(vocabulary.among(kind, costly)), cost, NO_MONEY, type=MONEY.or_missing())


def _group(group: Group, settle: Settler) -> Expr:
    """The group's value as an expression."""
    project = settle.model.project
    if group.kind == "customer":
        return Column("customer", project.snapshot.key or "", type=ID)
    if group.kind == "household":
        name = project.household
        if name is None:
            raise LookupError("a limit per household needs `household:` in the project file")
        return Column("customer", name, type=project.snapshot.columns[name].value_type)
    if group.expr is not None:
        return settle(group.expr)
    return settle.vocabulary.column(group.kind)
