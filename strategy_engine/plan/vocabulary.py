"""The columns of the action being decided (scope `action`), and how small expressions over them are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from strategy_engine.language.types import BOOL, INT, MONEY, EnumType, Kind, Type
from strategy_engine.semantics.ir import And, Column, Compare, Constant, Default, Expr, InSet, Not
from strategy_engine.semantics.model import Model

ACTION = "action"
TREATED, CONTROL = "treated", "control"

TRUE = Constant(True, type=BOOL)
FALSE = Constant(False, type=BOOL)
ONE = Constant(1, type=INT)
NO_MONEY = Constant(0, type=MONEY)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The types of the action's columns: each an enum of the project's names, so that both engines compare codes."""

    model: Model

    @cached_property
    def types(self) -> dict[str, Type]:
        """arm, trigger, step, product, benefit, channel, strategy, category → type."""
        model = self.model
        arms = [TREATED, CONTROL, *(arm for strategy in model.strategies.values() for arm, _ in strategy.split)]
        categories = [strategy.category for strategy in model.strategies.values() if strategy.category is not None]
        return {
            "arm": _names(arms),
            "trigger": _names(model.triggers),
            "step": INT,
            "product": _names(model.products),
            "benefit": _names(model.benefits),
            "channel": _names(model.channels),
            "strategy": _names(model.strategies),
            "category": _names(categories),
        }

    def column(self, name: str) -> Column:
        """The action's column."""
        return Column(ACTION, name, type=self.types[name])

    def named(self, column: str, name: str) -> Expr:
        """Whether the action's column has that name."""
        return Compare("==", self.column(column), Constant(name, type=self.types[column]))

    def among(self, column: str, names: Iterable[str]) -> Expr:
        """Whether the action's column has one of the names."""
        return InSet(self.column(column), tuple(Constant(name, type=self.types[column]) for name in names))


def _names(names: Iterable[str]) -> Type:
    return Type(Kind.ENUM, optional=True, enum=EnumType(tuple(dict.fromkeys(names))))


def every(parts: Iterable[Expr | None]) -> Expr | None:
    """The conjunction of the conditions that there are; None where there is none."""
    given = tuple(part for part in parts if part is not None)
    if len(given) > 1:
        return And(given)
    return given[0] if given else None


def surely(condition: Expr) -> Expr:
    """The condition, false where it is unknown."""
    return Default((condition, FALSE), type=BOOL)


def surely_not(condition: Expr | None) -> Expr | None:
    """That the condition does not hold, be it false or unknown."""
    return None if condition is None else Not(surely(condition))
