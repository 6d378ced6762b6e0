"""The one limit grammar: `AMOUNT counted per window per column on channel`."""

from __future__ import annotations

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.language.types import INT, MONEY, NUMBER, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.cases import cases
from strategy_engine.semantics.context import CUSTOMER, Context, Scope
from strategy_engine.semantics.expressions.fit import fit
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.model import Group, Limit, LimitWindow
from strategy_engine.semantics.name_errors import UnknownDeclared
from strategy_engine.semantics.shape_errors import WrongShape
from strategy_engine.semantics.type_errors import NotHere, WrongType

GROUPS = frozenset({"customer", "household", "strategy", "channel", "category", "benefit", "product", "step"})
COUNTED = frozenset({"contacts", "pieces", "cost"})
_HARD = frozenset({"channel", "benefit", "product"})


def limits(fields: list[ast.Field], owner: str, kind: str, context: Context, scope: Scope = CUSTOMER) -> tuple[Limit, ...]:
    """All limits of a declaration; `owner` is how a report names it (`channel rm_call`), `kind` its kind (or `keep`)."""
    found: list[Limit] = []
    for field in fields:

        def leaf(node: ast.Value, key: str = field.key) -> Limit | None:
            return _limit(node, key, owner, kind, context)

        for guard, limit in cases(field.value, scope, context, leaf).branches:
            found.append(limit if guard is None else _applying(limit, guard))
    return tuple(found)


def _applying(limit: Limit, guard: ir.Expr) -> Limit:
    return Limit(
        limit.amount, limit.counted, limit.window, limit.per, limit.channels, limit.source, limit.text, limit.hard, guard, limit.span
    )


def _limit(node: ast.Value, key: str, owner: str, kind: str, context: Context) -> Limit | None:
    if not isinstance(node, ast.Quota):
        context.report(WrongShape(node.span, key, "a limit such as `3 contacts per rolling 7 days per customer`"))
        return None
    counted = _counted(node, kind, context)
    if counted is None:
        return None
    amount = _amount(node.amount, counted, context)
    window, groups = _per(node, kind, context)
    if amount is None or groups is None:
        return None
    return Limit(
        amount=amount,
        counted=counted,
        window=window,
        per=groups,
        channels=_channels(node.channels, context),
        source=owner,
        text=context.written(node.span),
        hard=kind in _HARD,
        span=node.span,
    )


def _counted(node: ast.Quota, kind: str, context: Context) -> str | None:
    """What the limit counts; contacts where it does not say (pieces for a benefit or product). An outcome is told by feedback."""
    word = node.counted
    if word is None:
        return "pieces" if kind in ("benefit", "product") else "contacts"
    if word in COUNTED:
        return word
    feedback = context.project.feedback
    table = context.table(feedback.from_) if feedback is not None else None
    outcomes = table.columns[feedback.outcome].values or {} if feedback is not None and table is not None else {}
    if word in outcomes and kind != "keep":
        return word
    suggestion = suggest(word, (*COUNTED, *outcomes))
    choice = "a limit counts `contacts` 次, `pieces` 份, `cost` 成本, or an outcome of the feedback"
    context.report(UnknownDeclared(node.span, "contacts, pieces, cost or outcome", word, suggestion, choice))
    return None


def _amount(node: ast.Expr, counted: str, context: Context) -> ir.Expr | None:
    value = infer(node, CUSTOMER, context)
    if is_error(value):
        return None
    held = fit(value, MONEY) if counted == "cost" else value if value.type.kind in (Kind.INT, Kind.NUMBER) else fit(value, NUMBER)
    if held is None or (isinstance(held, ir.Constant) and held.value < 0):
        wanted = "money" if counted == "cost" else "a number"
        context.report(WrongType(node.span, "the amount of a limit", wanted, describe(value)))
        return None
    if isinstance(held, ir.Constant) and held.type.kind is Kind.NUMBER and counted != "cost":
        return ir.Constant(int(held.value), type=INT, span=held.span)
    return held


def _per(node: ast.Quota, kind: str, context: Context) -> tuple[LimitWindow | None, tuple[Group, ...] | None]:
    window: LimitWindow | None = LimitWindow("day") if kind == "keep" else None
    groups: list[Group] = []
    for per in node.per:
        if per.window is not None:
            if kind == "keep":
                context.report(NotHere(per.span, "a window", "`keep` is for the day at hand"))
            elif window is not None:
                context.report(WrongShape(per.span, "limit", "a limit with one window"))
            window = LimitWindow(per.window, per.duration)
            continue
        group = _group(per, context)
        if group is None:
            return window, None
        groups.append(group)
    return window, tuple(groups)


def _group(per: ast.Per, context: Context) -> Group | None:
    name = per.name
    if name is None:
        return None
    if name.text in GROUPS:
        if name.text == "household" and context.project.household is None:
            hint = "name the snapshot's column in the project file: `household: household_id`"
            context.report(NotHere(name.span, "`per household`", hint))
            return None
        return Group(name.text)
    value = infer(name, CUSTOMER, context)
    return None if is_error(value) else Group("column", value)


def _channels(names: tuple[ast.Name, ...], context: Context) -> tuple[str, ...]:
    found = []
    for name in names:
        declaration = context.names.find("channel", name.text)
        if declaration is None:
            context.report(UnknownDeclared(name.span, "channel", name.text, context.names.guess("channel", name.text)))
        else:
            context.mention(name.span, "channel", declaration.name)
            found.append(declaration.name)
    return tuple(found)
