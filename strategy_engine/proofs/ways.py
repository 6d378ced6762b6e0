"""The ways in which a strategy's actions could go out: one a product, benefit and channel, and what it takes of the customer.

What conditions say of the action itself (its channel, benefit, category …) is put in as constants, so that only the customer is open. What
nobody can know beforehand, the arm of a split and which of several triggers it was, stays anything that it can be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import Any, TypeVar

from strategy_engine.engine.rows import World, evaluate
from strategy_engine.language.functions import Context
from strategy_engine.plan.bounds import Bound, capacity_bounds, keep_bounds, policy_bounds, strategy_bounds
from strategy_engine.plan.settle import Settler, skips_without
from strategy_engine.plan.tree import rewrite
from strategy_engine.plan.vocabulary import ACTION, TREATED, Vocabulary, every, surely, surely_not
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Cases, Limit, Model, Policy, Strategy
from strategy_engine.semantics.walk import expressions

T = TypeVar("T")

_OPEN = (ir.Column, ir.Derived, ir.Reference, ir.SeriesValue, ir.InList, ir.Today, ir.ContactDate, ir.Aggregate, ir.Population, ir.Call)
"""What may differ from customer to customer, or day to day."""

_ANY_DAY = dt.date(2026, 6, 17)
_NOWHERE = World(Context(_ANY_DAY), _ANY_DAY)

Wish = tuple[ir.Expr, bool]
"""A condition, and whether it shall be true or not be true (false or unknown)."""


@record
class Gate:
    """What must be true for an action to pass.      what: it, in a message.      source: the condition as it was written."""

    what: str
    condition: ir.Expr
    source: ir.Expr

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """What of the action it hangs on."""
        return tuple(dict.fromkeys(column.name for column in columns_of(self.condition)))


@record
class Way:
    """One way.

    action: what is fixed of it, by the names of the vocabulary.      chosen: for which of the strategy's customers it is.
    offers: what product, benefit and channel ask.      excludes: what the policies exclude, turned round.
    """

    strategy: Strategy
    action: Mapping[str, Any]
    chosen: tuple[Wish, ...]
    offers: tuple[Gate, ...]
    excludes: tuple[Gate, ...]

    @property
    def before_policies(self) -> tuple[Wish, ...]:
        """What it takes to go out, policies and limits aside."""
        return (*self.chosen, *((gate.condition, True) for gate in self.offers))

    @property
    def passes(self) -> tuple[Wish, ...]:
        """What it takes to go out, limits aside."""
        return (*self.before_policies, *((gate.condition, True) for gate in self.excludes))

    def asks(self, what: str) -> tuple[Wish, ...]:
        """What one of its offers asks."""
        return tuple((gate.condition, True) for gate in self.offers if gate.what == what)

    def of(self, expr: ir.Expr) -> ir.Expr:
        """A settled expression, of this action."""
        return fixed(expr, self.action)

    def counts_plainly(self, bound: Bound) -> bool | None:
        """Whether the action counts against a limit, where that is the same for every customer; None where it hangs on them."""
        where = None if bound.where is None else self.of(bound.where)
        if where is None:
            return True
        return None if any(isinstance(node, _OPEN) for node in expressions(where)) else evaluate(where, _NOWHERE) is True


@record
class Ways:
    """All ways of a model's strategies."""

    model: Model
    made: dict[tuple[str, int], tuple[Way, ...]] = field(default_factory=dict)
    gates: dict[tuple[int, tuple[Any, ...]], Gate] = field(default_factory=dict)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The columns of the action."""
        return Vocabulary(self.model)

    @cached_property
    def running(self) -> tuple[Strategy, ...]:
        """The strategies whose status lets them run."""
        return tuple(each for each in self.model.strategies.values() if each.runs and each.plan.branches)

    @cached_property
    def settle(self) -> Settler:
        """For what is said of any strategy's action."""
        return Settler(self.vocabulary)

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        """The limits of policies and capacities, and the keeps."""
        policies = (bound for policy in self.model.policies.values() for bound in policy_bounds(policy, self.vocabulary))
        return (*policies, *capacity_bounds(self.model, self.vocabulary), *keep_bounds(self.model.arbitration, self.vocabulary))

    @cached_property
    def asked(self) -> Mapping[str, frozenset[ir.Expr]]:
        """What of the customer each running strategy's cohort asks: conditions that say the same mostly ask the same."""
        return {name: frozenset(_leaves(cohort, self.model)) for name, cohort in self.cohorts.items()}

    def settler(self, strategy: Strategy) -> Settler:
        """For what the strategy itself says."""
        return Settler(self.vocabulary, strategy)

    def own_bounds(self, strategy: Strategy) -> tuple[Bound, ...]:
        """A strategy's own limits."""
        return tuple(strategy_bounds(strategy, self.vocabulary))

    @cached_property
    def cohorts(self) -> Mapping[str, ir.Expr]:
        """Who is in each running strategy's cohort."""
        return {each.name: self.settler(each).cohort(each.cohort) for each in self.running}

    def of(self, strategy: Strategy, step: int = 1) -> tuple[Way, ...]:
        """The ways of a step, best first within each branch; made once."""
        found = self.made.get((strategy.name, step))
        if found is None:
            found = self.made[strategy.name, step] = tuple(self._of(strategy, step))
        return found

    def _of(self, strategy: Strategy, step: int) -> Iterator[Way]:
        settle = self.settler(strategy)
        start = _known(strategy, step)
        plans = Cases(tuple((guard, plan.steps[step - 1]) for guard, plan in strategy.plan.branches if len(plan.steps) >= step))
        for for_product, product in branches(strategy.product, settle):
            named = {**start, "product": product.name if product is not None else None}
            for for_benefit, ladder in branches(strategy.benefit, settle):
                for benefit in ladder or (None,):
                    offered = {**named, "benefit": benefit}
                    for for_channel, due in branches(plans, settle):
                        when = () if due is None or due.only_if is None else ((settle(due.only_if), True),)
                        for channel in due.channels if due is not None else ():
                            wishes = (*for_product, *for_benefit, *for_channel, *when)
                            yield self._way(strategy, {**offered, "channel": channel}, wishes)

    def _way(self, strategy: Strategy, action: Mapping[str, Any], wishes: tuple[Wish, ...]) -> Way:
        chosen = ((self.cohorts[strategy.name], True), *((fixed(condition, action), wanted) for condition, wanted in wishes))
        offers = (self._offers.get((kind, action[kind])) for kind in ("product", "benefit", "channel"))
        asked = tuple(self._gate(gate, action) for gate in offers if gate is not None)
        return Way(strategy, action, chosen, asked, tuple(self._gate(gate, action) for gate in self._excludes))

    def _gate(self, gate: Gate, action: Mapping[str, Any]) -> Gate:
        """The gate, of this action: one for all actions that are alike in what it asks of them, so that it is understood once."""
        key = id(gate), tuple(action.get(name, name) for name in gate.asked)
        if key not in self.gates:
            self.gates[key] = Gate(gate.what, fixed(gate.condition, action), gate.source)
        return self.gates[key]

    @cached_property
    def _offers(self) -> Mapping[tuple[str, str], Gate]:
        """What each product, benefit and channel asks."""
        model = self.model
        conditions: tuple[tuple[str, Mapping[str, ir.Expr | None]], ...] = (
            ("product", {name: each.eligible for name, each in model.products.items()}),
            ("benefit", {name: each.eligible for name, each in model.benefits.items()}),
            ("channel", {name: each.require for name, each in model.channels.items()}),
        )
        asked = ((kind, name, condition) for kind, named in conditions for name, condition in named.items() if condition is not None)
        return {(kind, name): Gate(f"{kind} `{name}`", self.settle(condition), condition) for kind, name, condition in asked}

    @cached_property
    def _excludes(self) -> tuple[Gate, ...]:
        return tuple(self._exclude(policy, clause) for policy in self.model.policies.values() for clause in policy.excludes)

    def _exclude(self, policy: Policy, clause: ir.Expr) -> Gate:
        """As `plan.day` has it: an action is stopped where the clause concerns it and is true or unknown."""
        concerns = every((self.settle.maybe(policy.applies), skips_without(self.vocabulary, clause)))
        stops = self.settle(clause)
        return Gate(f"policy `{policy.name}`", ir.Not(stops if concerns is None else ir.And((surely(concerns), stops))), clause)

    def concerned(self, policy: Policy) -> ir.Expr | None:
        """What the policy's limits and pauses are for (None: all)."""
        return every((self.settle.maybe(policy.applies), surely_not(self.settle.maybe(policy.excepts))))


def branches(cases: Cases[T] | None, settle: Settler) -> Iterator[tuple[tuple[Wish, ...], T | None]]:
    """Each branch with what it takes to get there, and last what it takes to get to none, which has no value."""
    before: tuple[Wish, ...] = ()
    for guard, value in cases.branches if cases is not None else ():
        settled = settle.maybe(guard)
        yield (*before, *(() if settled is None else ((settled, True),))), value
        if settled is None:
            return
        before = (*before, (settled, False))
    yield before, None


def _known(strategy: Strategy, step: int) -> dict[str, Any]:
    """What is known of all of a strategy's actions."""
    known: dict[str, Any] = {"strategy": strategy.name, "category": strategy.category, "step": step}
    if not strategy.split:
        known["arm"] = TREATED
    if len(strategy.triggers) < 2:
        known["trigger"] = strategy.triggers[0] if strategy.triggers else None
    return known


def _leaves(expr: ir.Expr, model: Model) -> Iterator[ir.Expr]:
    """What an expression asks of the customer, in what it is defined by as well."""
    for node in expressions(expr):
        if isinstance(node, ir.Derived):
            yield from _leaves(model.derived[node.name].expr, model)
        elif isinstance(node, _LEAVES):
            yield node


_LEAVES = (ir.Column, ir.SeriesValue, ir.InList, ir.Aggregate, ir.Population)


def columns_of(expr: ir.Expr) -> Iterator[ir.Column]:
    """The columns of the action that an expression asks for."""
    return (node for node in expressions(expr) if isinstance(node, ir.Column) and node.scope == ACTION)


def fixed(expr: ir.Expr, action: Mapping[str, Any]) -> ir.Expr:
    """The expression with the action's columns as constants, as far as they are known; what is not, is of the type it is asked as."""

    def change(node: ir.Expr | ir.Rows) -> ir.Expr | None:
        column = node.value if isinstance(node, ir.Convert) else node
        if not isinstance(node, ir.Expr) or not isinstance(column, ir.Column) or column.scope != ACTION:
            return None
        if column.name not in action:
            return ir.Column(ACTION, column.name, type=node.type) if node.type.kind is column.type.kind else None
        value, enum = action[column.name], node.type.enum
        return ir.Constant(value if enum is None or value in enum.values else None, type=node.type)

    return rewrite(expr, change)


def owner(limit: Limit) -> str:
    """Whose limit it is, for people."""
    kind, _, name = limit.source.partition(" ")
    return f"{kind} `{name}`" if name else f"`{kind}`"
