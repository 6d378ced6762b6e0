"""Rules over all strategies: policies and the arbitration."""

from __future__ import annotations

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast, words
from strategy_engine.language.types import BOOL, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import CUSTOMER, Context, Scope
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.expressions.logic import condition
from strategy_engine.semantics.limits import limits
from strategy_engine.semantics.model import Arbitration, Group, Pause, Policy
from strategy_engine.semantics.name_errors import UnknownName
from strategy_engine.semantics.plans import check_outcome
from strategy_engine.semantics.shape_errors import BadShare, WrongShape
from strategy_engine.semantics.type_errors import WrongType
from strategy_engine.source.file import Span

ACTION = Scope(action=True)
PAUSED = frozenset({"strategy", "channel", "category", "product", "benefit"})


def policy(declaration: ast.Declaration, context: Context) -> Policy:
    """A policy; its `for`, `exclude` and `except` see the action."""
    return Policy(
        name=declaration.name,
        title=declaration.title,
        purpose=declaration.text("purpose"),
        span=declaration.name_span,
        applies=_any(declaration, "for", context),
        limits=limits(declaration.all("limit"), f"policy {declaration.name}", "policy", context, ACTION),
        pauses=_pauses(declaration, context),
        excludes=_conditions(declaration, "exclude", context),
        excepts=_any(declaration, "except", context),
        control=share_of(declaration, "control", context),
    )


def _conditions(declaration: ast.Declaration, key: str, context: Context) -> tuple[ir.Expr, ...]:
    found = [condition(field.value, ACTION, context, f"`{key}`") for field in declaration.all(key)]
    return tuple(each for each in found if not is_error(each))


def _any(declaration: ast.Declaration, key: str, context: Context) -> ir.Expr | None:
    """The conditions of a key that may repeat: one of them is enough."""
    found = _conditions(declaration, key, context)
    if len(found) < 2:
        return found[0] if found else None
    return ir.Or(found, type=BOOL.or_missing(any(each.type.optional for each in found)), span=found[0].span)


def _pauses(declaration: ast.Declaration, context: Context) -> tuple[Pause, ...]:
    found = []
    for field in declaration.all("pause"):
        node = field.value
        if not isinstance(node, ast.Pause):
            context.report(WrongShape(node.span, "pause", "a pause such as `30 days after complained`"))
            continue
        check_outcome(node.outcome, node.span, "pause", context)
        groups = tuple(group for per in node.per if (group := _paused(per, context)) is not None)
        text = context.written(node.span)
        found.append(Pause(node.duration, node.outcome, node.count, node.within, groups, text, node.span))
    return tuple(found)


def _paused(per: ast.Per, context: Context) -> Group | None:
    """A pause is the customer's; `per strategy` and their like narrow it to actions of the same kind."""
    name = per.name.text if per.name is not None else ""
    if name in PAUSED:
        return Group(name)
    if name != "customer":
        context.report(WrongShape(per.span, "pause", f"a pause per {', '.join(sorted(PAUSED))}, or none of them"))
    return None


def share_of(declaration: ast.Declaration, key: str, context: Context) -> float | None:
    """A constant share between 0 and 1."""
    field = declaration.first(key)
    if field is None:
        return None
    value = infer(field.value, CUSTOMER, context)
    return None if is_error(value) else constant_share(value, field.value.span, f"`{key}`", context)


def constant_share(value: ir.Expr, span: Span, what: str, context: Context) -> float | None:
    """The value as a share; reports what is none."""
    zero_or_one = isinstance(value, ir.Constant) and value.value in (0, 1)
    if value.type.kind is not Kind.PERCENT and value.type.kind is not Kind.NUMBER and not zero_or_one:
        context.report(WrongType(span, what, "a share such as `10%`", describe(value)))
        return None
    if not isinstance(value, ir.Constant):
        context.report(WrongType(span, what, "a constant share such as `10%`", describe(value)))
        return None
    if not 0 <= value.value <= 1:
        context.report(BadShare(span, f"{what} is {value.value:.0%}; a share lies between 0% and 100%"))
        return None
    return float(value.value)


# ------------------------------------------------------------------------------------------------ arbitration


def arbitration(declaration: ast.Declaration | None, context: Context) -> Arbitration:
    """What wins; the defaults where the project does not say."""
    if declaration is None:
        return Arbitration()
    best = declaration.first("maximize")
    return Arbitration(
        keeps=limits(declaration.all("keep"), "keep", "keep", context),
        order=_order(declaration.first("order"), context),
        excepts=_any(declaration, "except", context),
        maximize=None if best is None else _maximised(best, context),
    )


def _maximised(field: ast.Field, context: Context) -> str | None:
    """What to add up: scores, as nothing else is known of every action."""
    name = words.SUBJECTS.get(field.value.text, field.value.text) if isinstance(field.value, ast.Name) else None
    if name == "score":
        return name
    context.report(WrongShape(field.value.span, "maximize", "`score`, the only total that is known of every action"))
    return None


def _order(field: ast.Field | None, context: Context) -> tuple[tuple[str, bool], ...]:
    if field is None:
        return Arbitration().order
    items = field.value.items if isinstance(field.value, ast.Many) else (field.value,)
    found: list[tuple[str, bool]] = []
    for item in items:
        value, descending = (item.value, item.descending) if isinstance(item, ast.Ordered) else (item, True)
        name = words.SUBJECTS.get(value.text, value.text) if isinstance(value, ast.Name) else ""
        if any(name == before for before, _ in found):
            context.report(WrongShape(item.span, "order", f"an order that names `{name}` once"))
        elif name in ("priority", "score"):
            found.append((name, descending))
        elif isinstance(value, ast.Name):
            context.report(UnknownName(value.span, value.text, "", suggest(value.text, ("priority", "score")), "order by"))
        else:
            context.report(WrongShape(item.span, "order", "`priority desc, score desc`"))
    return tuple(found)
