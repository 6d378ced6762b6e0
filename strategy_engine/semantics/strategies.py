"""Strategies."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import TypeVar

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.language.types import CENTS, PERCENT, TIMES, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.cases import Leaf, by_expression, cases
from strategy_engine.semantics.context import Context, Scope, failed
from strategy_engine.semantics.expressions.infer import describe, infer, is_error
from strategy_engine.semantics.limits import limits
from strategy_engine.semantics.model import Cases, ProductChoice, Strategy, Target
from strategy_engine.semantics.name_errors import UnknownDeclared, UnknownEnumValue
from strategy_engine.semantics.plans import plan
from strategy_engine.semantics.rules import constant_share
from strategy_engine.semantics.scripts import script
from strategy_engine.semantics.shape_errors import BadShare, WrongShape
from strategy_engine.semantics.triggers import trigger
from strategy_engine.semantics.type_errors import NotHere, WrongType
from strategy_engine.semantics.walk import expressions

T = TypeVar("T")

_NO_PRODUCT = ProductChoice("")
"""Stands for `none` while the cases are read, where None says that a choice is wrong."""

STATUSES = ("draft", "pilot", "active", "paused", "retired")


def strategy(declaration: ast.Declaration, context: Context) -> Strategy | None:
    """The strategy, or None where what every strategy needs is missing or wrong."""
    return _Strategy(declaration, context).read()


class _Strategy:
    """One strategy on its way from syntax to model."""

    def __init__(self, declaration: ast.Declaration, context: Context) -> None:
        self.declaration, self.context = declaration, context
        self.split = self._split()
        self.triggers = self._triggers()
        self.scope = Scope(triggers=self.triggers, action=True, arms=tuple(name for name, _ in self.split))

    def read(self) -> Strategy | None:
        cohort = self._expression("cohort", self._condition)
        steps = self._cases("channel", lambda node: plan(node, self.scope, self.context))
        valid_from, valid_to, ramp = self._valid()
        found = Strategy(
            name=self.declaration.name,
            title=self.declaration.title,
            purpose=self.declaration.text("purpose"),
            span=self.declaration.name_span,
            cohort=cohort or failed(self.declaration.span),
            plan=steps or Cases(()),
            triggers=self.triggers,
            product=_without_none(self._cases("product", self._product)),
            benefit=self._cases("benefit", self._benefit),
            script=self._cases("script", self._script),
            owner=self._cases("owner", self._owner),
            score=self._expression("score", functools.partial(self._number, "score")),
            priority=self._expression("priority", functools.partial(self._number, "priority")),
            limits=limits(self.declaration.all("limit"), f"strategy {self.declaration.name}", "strategy", self.context, self.scope),
            until=self._expression("until", self._moment),
            control=self._expression("control", self._share),
            split=self.split,
            valid_from=valid_from,
            valid_to=valid_to,
            ramp=ramp,
            status=self._status(),
            category=self._word("category"),
            stage=self._word("stage"),
            targets=self._targets(),
        )
        return found if cohort is not None and steps is not None else None

    # -------------------------------------------------------------------------------------------- expressions

    def _expression(self, key: str, wanted: Callable[[ir.Expr], ir.Expr | None]) -> ir.Expr | None:
        field = self.declaration.first(key)
        if field is None:
            return None
        value = by_expression(field.value, self.scope, self.context, wanted=wanted)
        if is_error(value):
            return None
        if key in ("score", "priority"):
            self._no_channel(value, key, field)
        return value

    def _no_channel(self, value: ir.Expr, key: str, field: ast.Field) -> None:
        for each in expressions(value):
            if isinstance(each, ir.Column) and ((each.scope == "action" and each.name == "channel") or each.scope == "channel"):
                self.context.report(NotHere(each.span or field.value.span, "the channel", f"`{key}` decides before a channel is chosen"))

    def _condition(self, value: ir.Expr) -> ir.Expr | None:
        if value.type.kind is Kind.BOOL:
            return value
        span = value.span or self.declaration.span
        self.context.report(WrongType(span, "`cohort`", "a condition", describe(value), "compare it with something"))
        return None

    def _number(self, key: str, value: ir.Expr) -> ir.Expr | None:
        if value.type.numeric:
            return value
        self.context.report(WrongType(value.span or self.declaration.span, f"`{key}`", "a number", describe(value)))
        return None

    def _moment(self, value: ir.Expr) -> ir.Expr | None:
        if value.type.kind in TIMES:
            return value
        self.context.report(WrongType(value.span or self.declaration.span, "`until`", "a date", describe(value)))
        return None

    def _share(self, value: ir.Expr) -> ir.Expr | None:
        share = constant_share(value, value.span or self.declaration.span, "`control`", self.context)
        return None if share is None else ir.Constant(share, type=PERCENT, span=value.span)

    # -------------------------------------------------------------------------------------------- cases

    def _cases(self, key: str, leaf: Leaf[T]) -> Cases[T] | None:
        field = self.declaration.first(key)
        if field is None:
            return None
        found = cases(field.value, self.scope, self.context, leaf)
        return found if found.branches else None

    def _benefit(self, node: ast.Value) -> tuple[str | None, ...] | None:
        names = node.options if isinstance(node, ast.Ladder) else (node,)
        found: list[str | None] = []
        for name in names:
            if not isinstance(name, ast.Name):
                self.context.report(WrongShape(node.span, "benefit", "the name of a benefit, or `a else b else none`"))
                return None
            if name.text in ("none", "无"):
                found.append(None)
            elif (known := self._declared("benefit", name)) is not None:
                found.append(known)
        return tuple(found) or None

    def _product(self, node: ast.Value) -> ProductChoice | None:
        name = node.name if isinstance(node, ast.Terms) else node
        if not isinstance(name, ast.Name):
            self.context.report(WrongShape(node.span, "product", "the name of a product, with its terms in braces where it has any"))
            return None
        if name.text in ("none", "无"):
            return _NO_PRODUCT
        known = self._declared("product", name)
        if known is None:
            return None
        terms = []
        for entry in node.terms.entries if isinstance(node, ast.Terms) else ():
            value = by_expression(entry.value, self.scope, self.context)
            if not is_error(value):
                terms.append((entry.key, value))
        return ProductChoice(known, tuple(terms))

    def _script(self, node: ast.Value) -> ir.Template | None:
        if isinstance(node, ast.Text):
            return script(node, self.scope, self.context)
        self.context.report(WrongShape(node.span, "script", "a text in quotation marks"))
        return None

    def _owner(self, node: ast.Value) -> str | None:
        if isinstance(node, ast.Text):
            return node.value
        if isinstance(node, ast.Name):
            return node.text
        self.context.report(WrongShape(node.span, "owner", "a text in quotation marks"))
        return None

    def _declared(self, kind: str, name: ast.Name) -> str | None:
        found = self.context.names.find(kind, name.text)
        if found is None:
            self.context.report(UnknownDeclared(name.span, kind, name.text, self.context.names.guess(kind, name.text)))
            return None
        self.context.mention(name.span, kind, found.name)
        return found.name

    # -------------------------------------------------------------------------------------------- other keys

    def _triggers(self) -> tuple[str, ...]:
        field = self.declaration.first("trigger")
        if field is None:
            return ()
        node = field.value
        names = node.parts if isinstance(node, ast.Connective) and node.op == "or" else (node,)
        found = []
        for name in names:
            if not isinstance(name, ast.Name):
                self.context.report(WrongShape(node.span, "trigger", "the name of a trigger, or several with `or` between"))
            elif (known := self._declared("trigger", name)) is not None and trigger(known, self.context) is not None:
                found.append(known)
        return tuple(dict.fromkeys(found))

    def _split(self) -> tuple[tuple[str, float], ...]:
        field = self.declaration.first("split")
        if field is None:
            return ()
        if not isinstance(field.value, ast.Mapping) or not field.value.entries:
            self.context.report(WrongShape(field.value.span, "split", "a map of shares such as {warm: 50%, plain: 50%}"))
            return ()
        arms = []
        for entry in field.value.entries:
            value = infer(entry.value, Scope(), self.context)
            share = None if is_error(value) else constant_share(value, entry.value.span, f"the share of `{entry.key}`", self.context)
            if entry.key in ("treated", "control"):
                self.context.report(BadShare(entry.key_span, f"an arm cannot be called `{entry.key}`"))
            elif share is not None:
                arms.append((entry.key, share))
        total = sum(share for _, share in arms)
        if total > 1 + 1e-9:
            self.context.report(BadShare(field.value.span, f"the shares add up to {total:.0%}, more than 100%"))
        return tuple(arms)

    def _valid(self) -> tuple[dt.date | None, dt.date | None, tuple[tuple[int, float], ...]]:
        field = self.declaration.first("valid")
        if field is None:
            return None, None, ()
        node = field.value
        if not (isinstance(node, ast.Range) and isinstance(node.low, ast.Date) and isinstance(node.high, ast.Date)):
            self.context.report(WrongShape(node.span, "valid", "two dates such as `2026-01-01 .. 2026-12-31`"))
            return None, None, ()
        if node.low.value > node.high.value:
            self.context.report(WrongShape(node.span, "valid", "two dates, the earlier one first"))
        return node.low.value, node.high.value, self._ramp(node)

    def _ramp(self, node: ast.Range) -> tuple[tuple[int, float], ...]:
        days = []
        for entry in node.ramp.entries if node.ramp is not None else ():
            number = entry.key.removeprefix("day ")
            if not number.isdecimal() or int(number) < 1:
                self.context.report(WrongShape(entry.key_span, "ramp", "a map of days such as {day 1: 1%, day 5: 100%}"))
                continue
            value = infer(entry.value, Scope(), self.context)
            share = None if is_error(value) else constant_share(value, entry.value.span, f"the share of day {number}", self.context)
            if share is not None:
                days.append((int(number), share))
        if days != sorted(days):
            self.context.report(BadShare(node.span, "a ramp's days and shares must rise"))
        return tuple(sorted(days))

    def _status(self) -> str:
        field = self.declaration.first("status")
        if field is None:
            return "active"
        word = field.value.text if isinstance(field.value, ast.Name) else ""
        if word not in STATUSES:
            self.context.report(UnknownEnumValue(field.value.span, word, "`status`", STATUSES, suggest(word, STATUSES)))
            return "draft"
        return word

    def _word(self, key: str) -> str | None:
        field = self.declaration.first(key)
        if field is None:
            return None
        if isinstance(field.value, ast.Name):
            return field.value.text
        if isinstance(field.value, ast.Text):
            return field.value.value
        self.context.report(WrongShape(field.value.span, key, "a word"))
        return None

    def _targets(self) -> tuple[Target, ...]:
        field = self.declaration.first("kpi")
        if field is None:
            return ()
        if not isinstance(field.value, ast.Targets):
            self.context.report(WrongShape(field.value.span, "kpi", "targets such as `converted >= 5%`"))
            return ()
        return tuple(target for item in field.value.items if (target := self._target(item)) is not None)

    def _target(self, item: ast.Target) -> Target | None:
        kpi = self._declared("kpi", item.kpi)
        value = None
        if item.value is not None:
            wanted = infer(item.value, Scope(), self.context)
            if not is_error(wanted) and not (isinstance(wanted, ir.Constant) and wanted.type.numeric):
                self.context.report(WrongType(item.value.span, "a target", "a constant number", describe(wanted)))
            elif isinstance(wanted, ir.Constant) and wanted.value is not None:
                value = wanted.value / CENTS if wanted.type.kind is Kind.MONEY else float(wanted.value)
        if item.otherwise not in (None, "pause"):
            self.context.report(WrongShape(item.span, "kpi", "a target that ends in `else pause`"))
        return None if kpi is None else Target(kpi, item.uplift, item.op, value, item.otherwise == "pause")


def _without_none(found: Cases[ProductChoice] | None) -> Cases[ProductChoice | None] | None:
    """The cases with None for `none`."""
    return None if found is None else Cases(tuple((guard, None if choice is _NO_PRODUCT else choice) for guard, choice in found.branches))
