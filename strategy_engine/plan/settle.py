"""Settling what an expression says about the action in terms of columns that the runner has.

A settled expression reads only features of the customer, columns of hits (`hit.TRIGGER`) and the columns of the `Vocabulary`.
Fields of the action's benefit, product, channel and strategy have become decisions over those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from strategy_engine.language.types import NUMERIC, TEXT, Type
from strategy_engine.plan.tree import rewrite
from strategy_engine.plan.vocabulary import ACTION, TRUE, Vocabulary, every
from strategy_engine.record import record
from strategy_engine.semantics.ir import Choice, Column, Constant, Convert, Decision, Expr, IsKnown, Rows
from strategy_engine.semantics.model import Cases, Model, ProductChoice, Strategy, Trigger
from strategy_engine.semantics.walk import expressions

T = TypeVar("T")

HITS = "hits"
HIT = "hit."
SETTLED = frozenset({"benefit", "product", "channel", "strategy"})


def hits_of(strategy: str) -> str:
    """The name under which the rows of all hits of a strategy stand in settled expressions."""
    return f"hits of {strategy}"


def own_hit(trigger: str, strategy: str) -> str:
    """The scope of the hit of a trigger that counts for a strategy: what it has spent already does not."""
    return f"{HIT}{trigger} of {strategy}"


def trigger_of(model: Model, scope: str) -> tuple[Trigger | None, str | None]:
    """The trigger of a scope of hits, and the strategy whose own it is."""
    name = scope.removeprefix(HIT)
    trigger, _, strategy = name.rpartition(" of ")
    if trigger in model.triggers and strategy in model.strategies:
        return model.triggers[trigger], strategy
    return model.triggers.get(name), None


@record
class Settler:
    """Settles expressions of the policies (any strategy's action) or, with a strategy, those of its own keys."""

    vocabulary: Vocabulary
    strategy: Strategy | None = None

    @property
    def model(self) -> Model:
        return self.vocabulary.model

    def __call__(self, expr: Expr) -> Expr:
        return rewrite(expr, self._change)

    def cohort(self, expr: Expr) -> Expr:
        """A condition on who is a candidate: the hits are the strategy's own, and nothing else of the action is known yet."""
        return rewrite(expr, self._change_hits)

    def maybe(self, expr: Expr | None) -> Expr | None:
        """The same, where there is an expression."""
        return None if expr is None else self(expr)

    def cases(self, cases: Cases[T] | None, settle: Callable[[T], T] = lambda value: value) -> Cases[T] | None:
        """Cases with settled guards and values."""
        if cases is None:
            return None
        return Cases(tuple((self.maybe(guard), settle(value)) for guard, value in cases.branches))

    # -------------------------------------------------------------------------------------------- the nodes

    def _change(self, node: Expr | Rows) -> Expr | Rows | None:
        if isinstance(node, Rows):
            return self._rows(node)
        if not isinstance(node, Column):
            return None
        if node.scope == ACTION:
            return self._action(node)
        if node.scope in SETTLED:
            return self._field(node)
        if node.scope.startswith(HIT) and self.strategy is not None:
            return self._hit(node)
        return None

    def _change_hits(self, node: Expr | Rows) -> Expr | Rows | None:
        if isinstance(node, Rows):
            return self._rows(node)
        return self._own(node) if isinstance(node, Column) and node.scope.startswith(HIT) and self.strategy is not None else None

    def _own(self, node: Column) -> Column:
        """The column of the strategy's own hit."""
        trigger, strategy = node.scope.removeprefix(HIT), self.strategy.name if self.strategy is not None else ""
        return replace(node, scope=own_hit(trigger, strategy), type=node.type.or_missing())

    def _rows(self, rows: Rows) -> Rows | None:
        """The hits of a strategy get a name of their own; those to come are spent as well, so they are seen."""
        if rows.table != HITS or self.strategy is None:
            return None
        inside = replace(rows, table=hits_of(self.strategy.name), future=True)
        return replace(inside, where=self.maybe(inside.where))

    def _action(self, node: Column) -> Expr:
        """A column of the action, held as the vocabulary does; what the strategy fixes is a constant."""
        if self.strategy is not None and node.name in ("strategy", "category"):
            value = self.strategy.name if node.name == "strategy" else self.strategy.category
            return Constant(value, type=node.type.or_missing(value is None))
        column = self.vocabulary.column(node.name)
        return column if column.type == node.type else Convert(column, type=node.type)

    def _hit(self, node: Column) -> Expr:
        """The column of the hit that made the action: missing where another trigger's hit made it."""
        column = self._own(node)
        trigger = node.scope.removeprefix(HIT)
        if self.strategy is None or len(self.strategy.triggers) == 1:
            return column
        return Choice(self.vocabulary.named("trigger", trigger), column, Constant(None, type=column.type), type=column.type)

    # -------------------------------------------------------------------------------------------- fields of declarations

    def _field(self, node: Column) -> Expr:
        type_ = node.type.or_missing()
        missing = Constant(None, type=type_)
        rows = tuple(
            (guard, missing if value is None else _held_as(value, type_)) for guard, value in self._alternatives(node.scope, node.name)
        )
        known = any(value is not missing for _, value in rows)
        return Decision("first", rows, type=type_) if known else missing

    def _alternatives(self, scope: str, name: str) -> Iterable[tuple[Expr, Expr | None]]:
        """When, and with what value, the action's declaration has the field."""
        model, named = self.model, self.vocabulary.named
        if scope == "product" and self.strategy is not None and self.strategy.product is not None:
            # the branch, not the product's name, tells the customer's own terms
            for guard, choice in self.strategy.product.branches:
                yield (TRUE if guard is None else self(guard)), self._product_field(choice, name)
        elif scope == "product":
            yield from ((named(scope, product), self._declared(model.products[product], name)) for product in model.products)
        elif scope == "benefit":
            yield from ((named(scope, benefit), self._declared(model.benefits[benefit], name)) for benefit in self._benefits())
        elif scope == "channel":
            yield from ((named(scope, channel.name), self._declared(channel, name)) for channel in model.channels.values())
        elif self.strategy is not None:
            yield TRUE, self._declared(self.strategy, name)
        else:
            yield from ((named(scope, strategy.name), self._declared(strategy, name)) for strategy in model.strategies.values())

    def _benefits(self) -> Iterable[str]:
        """The benefits that the action can have."""
        if self.strategy is None:
            return self.model.benefits
        ladders = self.strategy.benefit.values if self.strategy.benefit is not None else ()
        return dict.fromkeys(benefit for ladder in ladders for benefit in ladder if benefit is not None)

    def _product_field(self, choice: ProductChoice | None, name: str) -> Expr | None:
        if choice is None:
            return None
        own = dict(choice.terms).get(name)
        return self(own) if own is not None else self._declared(self.model.products[choice.name], name)

    def _declared(self, declared: object, name: str) -> Expr | None:
        """A field among the declared ones, or an attribute that every declaration has: title, category, cost …"""
        value = getattr(declared, "fields", {}).get(name)
        if value is None:
            value = getattr(declared, "shown" if name == "title" else name, None)
        if isinstance(value, str):
            return Constant(value, type=TEXT)
        return self(value) if isinstance(value, Expr) else None


def _held_as(value: Expr, type_: Type) -> Expr:
    """The value as the type holds it; a field may be money in one declaration and a plain number in another."""
    if value.type.kind is type_.kind or value.type.kind not in NUMERIC:
        return value
    return Convert(value, type=type_)


def skips_without(vocabulary: Vocabulary, clause: Expr) -> Expr | None:
    """What an action must have for the clause to concern it: a clause that names product or benefit skips those without."""
    scopes = {(node.scope, node.name) for node in expressions(clause) if isinstance(node, Column)}
    wanted = [name for name in ("product", "benefit") if (ACTION, name) in scopes or any(scope == name for scope, _ in scopes)]
    return every(map(partial(_has, vocabulary), wanted))


def _has(vocabulary: Vocabulary, name: str) -> Expr:
    return IsKnown(vocabulary.column(name))
