"""The conditions on being a strategy's candidate, one by one: the clauses of its cohort, then hit, journey and ramp."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

import polars as pl

from strategy_engine.engine.day.draws import buckets
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.qualify import has_hit
from strategy_engine.plan.day import StrategyPlan
from strategy_engine.plan.draws import ramp_salt
from strategy_engine.plan.stages import OUTSIDE_RAMP
from strategy_engine.record import record
from strategy_engine.semantics.ir import And, Derived, Expr
from strategy_engine.semantics.model import Model
from strategy_engine.source.file import SourceFile, written


class Stage(StrEnum):
    """Where something can stand between a customer and an action."""

    COHORT = "cohort"
    TRIGGER = "trigger"
    JOURNEY = "journey"
    RAMP = "ramp"
    GATE = "gate"
    LIMIT = "limit"


@record
class Condition:
    """One of them.

    text: as it was written, or in the words of a run.      through: the cohorts in whose definitions it stands, from the outside in.
    expr: of a clause of the cohort.
    """

    stage: Stage
    text: str
    through: tuple[str, ...] = ()
    expr: Expr | None = None


def conditions_of(model: Model, one: StrategyPlan, sources: Mapping[str, SourceFile], *, journeys: bool) -> list[Condition]:
    """All of them, in the order in which a run asks. A clause that stands in two cohorts is one. `journeys`: whether any run."""
    clauses: dict[Expr, Condition] = {}
    for expr, through in _clauses(model, one.cohort, ()):
        text = written(expr.span, sources) or (expr.name if isinstance(expr, Derived) else "a condition")
        clauses.setdefault(expr, Condition(Stage.COHORT, text, through, expr))
    found = list(clauses.values())
    if one.strategy.triggers:
        found.append(Condition(Stage.TRIGGER, f"a hit of {' or '.join(one.strategy.triggers)}"))
    if journeys:
        found.append(Condition(Stage.JOURNEY, "on no journey of it"))
    if one.ramp < 1.0:
        found.append(Condition(Stage.RAMP, OUTSIDE_RAMP))
    return found


def _clauses(model: Model, expr: Expr, through: tuple[str, ...]) -> Iterator[tuple[Expr, tuple[str, ...]]]:
    """What is joined by `and`, also inside the cohorts that it names. A fixed cohort is one clause: who is in it stays."""
    if isinstance(expr, And):
        for part in expr.parts:
            yield from _clauses(model, part, through)
    elif isinstance(expr, Derived) and model.derived[expr.name].kind == "cohort" and model.derived[expr.name].remembered is None:
        yield from _clauses(model, model.derived[expr.name].expr, (*through, expr.name))
    else:
        yield expr, through


def holding(moment: Moment, one: StrategyPlan, conditions: list[Condition], frame: pl.DataFrame) -> pl.DataFrame:
    """A column of bool for each condition, by its number: whether it holds, missing where it is unknown."""
    return frame.lazy().select(KEY, **{str(at): _mask(moment, one, each, frame) for at, each in enumerate(conditions)}).drop(KEY).collect()


def _mask(moment: Moment, one: StrategyPlan, condition: Condition, frame: pl.DataFrame) -> pl.Expr:
    if condition.expr is not None:
        return moment.low(condition.expr)
    match condition.stage:
        case Stage.TRIGGER:
            return has_hit(moment, one)
        case Stage.JOURNEY:
            return ~pl.col(KEY).is_in(moment.bank.memory.running[one.name].get_column(KEY).implode())
        case _:
            return pl.lit(buckets(ramp_salt(one.name), frame.get_column(KEY).to_list()) < one.ramp)
