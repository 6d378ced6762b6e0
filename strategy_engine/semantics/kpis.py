"""KPIs: typed here, measured by the review."""

from __future__ import annotations

from strategy_engine.language import ast, words
from strategy_engine.language.types import Duration, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.expressions.logic import condition
from strategy_engine.semantics.measures import NotSummedError, measure_of
from strategy_engine.semantics.model import Kpi
from strategy_engine.semantics.shape_errors import WrongShape
from strategy_engine.semantics.type_errors import WrongType

_MEASURE = Scope(kpi=True)


def kpi(declaration: ast.Declaration, context: Context) -> Kpi | None:
    """The KPI, or None where its measure cannot be typed."""
    field = declaration.first("measure")
    if field is None:
        return None
    node = field.value
    share = isinstance(node, ast.Share)
    inner = node.of if isinstance(node, ast.Share) else node
    if isinstance(inner, ast.Related):  # `share of exists(…)` and the like carry their clauses inside the call
        context.report(WrongShape(inner.span, "measure", "an expression; rows stand inside exists(…), count(…), sum(…)"))
        return None
    measure = condition(inner, _MEASURE, context, "what `share of` counts") if share else infer(inner, _MEASURE, context)
    if is_error(measure):
        return None
    if not share and not measure.type.numeric:
        context.report(WrongType(field.value.span, "`measure`", "a number, or `share of` a condition", describe(measure)))
        return None
    try:
        measure_of(measure, share=share)
    except NotSummedError as error:
        made_of = "made of `sum`, `avg`, `count` or `share of` over the customers, combined by `+ - * /`"
        context.report(WrongShape(error.span or field.value.span, "measure", made_of))
        return None
    return Kpi(
        name=declaration.name,
        title=declaration.title,
        purpose=declaration.text("purpose"),
        span=declaration.name_span,
        measure=measure,
        share=share,
        at=_at(declaration, context),
        goal=_goal(declaration, context),
    )


def _at(declaration: ast.Declaration, context: Context) -> Duration | None:
    field = declaration.first("at")
    if field is None:
        return None
    value = infer(field.value, Scope(), context)
    if isinstance(value, ir.Constant) and value.type.kind is Kind.DURATION:
        return Duration(*value.value)
    if not is_error(value):
        context.report(WrongType(field.value.span, "`at`", "a duration such as `90 days`", describe(value)))
    return None


def _goal(declaration: ast.Declaration, context: Context) -> str:
    field = declaration.first("goal")
    if field is None:
        return "up"
    word = field.value.text if isinstance(field.value, ast.Name) else ""
    goal = words.GOALS.get(word, word)
    if goal not in ("up", "down"):
        context.report(WrongShape(field.value.span, "goal", "`up` or `down`"))
        return "up"
    return goal
