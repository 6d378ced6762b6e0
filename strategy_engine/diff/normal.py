"""Conditions in their one normal form: names resolved, all that is only spelling undone, so that equal forms mean the same.

Each rule keeps the meaning for every customer, missing values included; random expressions hold it (`tests/diff`). What no rule makes equal
is the solver's to compare. The normal form also makes equal what the solver knows nothing of: counts over the same rows are one unknown.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from functools import singledispatch
from typing import Any

from strategy_engine.diff.shared import SNAPSHOT, Reading
from strategy_engine.engine.rows import World, evaluate
from strategy_engine.language.functions import Context, find
from strategy_engine.language.types import BOOL, DATE, INT, Duration, Kind, Type
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.versions import written
from strategy_engine.semantics.walk import children

MOST_NODES = 5_000
"""Of a form. What would have more, when all names are written out, is a leaf of this scope, whose name is made of what it says:"""

TOO_LARGE = "too large"

NOTHING = ir.Constant(None, type=BOOL)


@record
class Place:
    """Where an expression stands.      earlier: as of an earlier date.      table: the table whose row is at hand."""

    earlier: bool = False
    table: str = ""


HERE = Place()


class Normal:
    """The normal forms of one version's expressions, each made once."""

    def __init__(self, model: Model, reading: Reading, names: Mapping[tuple[str, str], str] | None = None) -> None:
        """`names`: what a declaration of a kind is called in the comparison, where it is not its name."""
        self.model = model
        self.reading = reading
        self.names = names or {}
        self._sizes: dict[int, tuple[ir.Expr, int]] = {}
        self._made: dict[tuple[int, Place], tuple[ir.Expr, ir.Expr]] = {}  # by identity, which the expression kept beside makes its own

    def of(self, expr: ir.Expr, place: Place = HERE) -> ir.Expr:
        """The normal form of an expression."""
        found = self._made.get((id(expr), place))
        if found is None:
            found = self._made[id(expr), place] = (expr, self._form(expr, place))
        return found[1]

    def called(self, kind: str, name: str) -> str:
        """What the comparison calls a declaration."""
        return self.names.get((kind, name), name)

    def thing(self, thing: Any, place: Place = HERE) -> Any:
        """Anything that is made of expressions, with all of them in their normal forms."""
        if isinstance(thing, ir.Expr):
            return self.of(thing, place)
        if isinstance(thing, Type):
            return self.reading.type(thing)
        if isinstance(thing, Duration):
            return shortest(thing)
        if isinstance(thing, tuple):
            return tuple(self.thing(each, place) for each in thing)
        if isinstance(thing, Mapping):
            return {name: self.thing(each, place) for name, each in thing.items()}
        if isinstance(thing, ir.Rows):
            return _rows(self._rebuilt(thing, Place(place.earlier, thing.table)))
        return self._rebuilt(thing, place) if dataclasses.is_dataclass(thing) and not isinstance(thing, type) else thing

    def _rebuilt(self, thing: Any, place: Place) -> Any:
        fields = {each.name: getattr(thing, each.name) for each in dataclasses.fields(thing)}
        kept = {each.name for each in dataclasses.fields(thing) if not each.compare}
        return type(thing)(**{name: value if name in kept else self.thing(value, place) for name, value in fields.items()})

    def _form(self, expr: ir.Expr, place: Place) -> ir.Expr:
        if isinstance(expr, ir.Derived):
            definition = self.model.derived[expr.name]
            remembered = definition.remembered if place.earlier else None
            return self.of(remembered or definition.expr, Place(place.earlier))
        if isinstance(expr, ir.Column):
            return self._column(expr, place)
        if isinstance(expr, ir.ContactDate):
            offset = self.model.project.contact_offset
            today = ir.Today(type=DATE)
            return ir.Shift(today, Duration(abs(offset), "day"), 1 if offset > 0 else -1, type=DATE) if offset else today
        if isinstance(expr, ir.Reference):
            column = self.reading.column(expr.table, expr.column)
            return ir.Reference(self.of(expr.via, place), expr.table, column, type=self.reading.type(expr.type))
        if isinstance(expr, ir.SeriesValue):
            return ir.SeriesValue(expr.table, self.reading.column(expr.table, expr.column), type=self.reading.type(expr.type))
        made = self._rebuilt(expr, Place(True, place.table) if isinstance(expr, ir.Ago) else place)
        if self.size(made) > MOST_NODES:
            return ir.Column(TOO_LARGE, hashlib.sha256(written(made).encode()).hexdigest(), type=made.type)
        if isinstance(expr, ir.Compare) and expr.left.type.enum is not None:
            return _ranked(made, expr.left.type.enum.values)
        if isinstance(expr, ir.Call) and _reads_labels(expr):
            arguments = [_labelled(one, old.type) for one, old in zip(made.arguments, expr.arguments, strict=True)]
            return ir.Call(expr.function, tuple(arguments), type=made.type)
        return folded(simple(made))

    def size(self, form: ir.Expr) -> int:
        """How many nodes a normal form has."""
        found = self._sizes.get(id(form))
        if found is None:
            found = self._sizes[id(form)] = (form, 1 + sum(map(self.size, children(form))))
        return found[1]

    def _column(self, expr: ir.Column, place: Place) -> ir.Expr:
        of = self.reading.type(expr.type)
        if expr.scope == "member":
            return ir.Column("member", self.called("cohort", expr.name), type=of.or_missing())
        if expr.scope == "action":  # its words are the names of what is declared, and those of another version are no others
            return ir.Column("action", expr.name, type=Type(Kind.TEXT, optional=True) if of.enum is not None else of.or_missing())
        scope, _, trigger = expr.scope.partition(".")
        if scope == "hit":
            return ir.Column(f"hit.{self.called('trigger', trigger)}", expr.name, type=of.or_missing())
        table = SNAPSHOT if expr.scope in ("customer", "other") else place.table if expr.scope == "row" else ""
        name = self.reading.column(table, expr.name)
        return ir.Column(expr.scope, name, type=of.or_missing(expr.scope != "customer" or name in self.reading.optional))


def _reads_labels(expr: ir.Call) -> bool:
    """Whether the function looks at the types of its arguments: at the labels of enums."""
    function = find(expr.function)
    return function is not None and function.typed and any(each.type.enum is not None for each in expr.arguments)


def _labelled(expr: ir.Expr, of: Type) -> ir.Expr:
    """The same value, with the labels of its enum: here they count."""
    return expr if of.enum is None else ir.Convert(expr, type=Type(of.kind, enum=of.enum))


def shortest(length: Duration) -> Duration:
    """The length in its smallest unit: weeks in days, years in months, hours in minutes."""
    for unit, count in (("day", length.days), ("month", length.months), ("minute", length.minutes)):
        if count is not None:
            return Duration(count, unit)
    return length


# ------------------------------------------------------------------------------------------------ rules


@singledispatch
def simple(expr: ir.Expr) -> ir.Expr:
    """The node, or a simpler one that means the same; its parts are normal."""
    return expr


OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@simple.register
def _compare(expr: ir.Compare) -> ir.Expr:
    op, left, right = expr.op, expr.left, expr.right
    if isinstance(left, ir.Constant) or (not isinstance(right, ir.Constant) and written(right) < written(left)):
        op, left, right = TURNED[op], right, left
    if not isinstance(right, ir.Constant) or isinstance(left, ir.Constant):
        return ir.Compare(op, left, right)
    if right.value is None:
        return NOTHING
    if left.type.kind is Kind.BOOL and op in ("==", "!="):
        return left if (op == "==") is right.value else opposite(left)
    if op in ("==", "!="):
        inside = ir.InSet(left, (right,))
        return inside if op == "==" else opposite(inside)
    return _whole(op, left, right)


def _whole(op: str, left: ir.Expr, right: ir.Constant) -> ir.Expr:
    """Between whole numbers and days there is nothing: `> 4` is `>= 5`."""
    if op in (">", "<=") and left.type.kind in (Kind.INT, Kind.MONEY, Kind.DATE):
        value = right.value
        if isinstance(value, dt.date) and value < dt.date.max:
            return ir.Compare(">=" if op == ">" else "<", left, ir.Constant(value + dt.timedelta(days=1), type=right.type))
        if isinstance(value, int) and value < 2**63 - 1:
            return ir.Compare(">=" if op == ">" else "<", left, ir.Constant(value + 1, type=right.type))
    return ir.Compare(op, left, right)


def _ranked(expr: ir.Compare, values: tuple[str, ...]) -> ir.Expr:
    """A comparison of enums with a word as the words that it lets in: those of the version's own order."""
    op, left, right = expr.op, expr.left, expr.right
    if isinstance(left, ir.Constant):
        op, left, right = TURNED[op], right, left
    if not isinstance(right, ir.Constant) or right.value is None or isinstance(left, ir.Constant):
        return folded(simple(expr))
    place = values.index(right.value)
    inside = {"<": values[:place], "<=": values[: place + 1], ">": values[place + 1 :], ">=": values[place:]}.get(op, (right.value,))
    found = _options(ir.InSet(left, tuple(ir.Constant(value, type=left.type) for value in inside)))
    return opposite(found) if op == "!=" else found


@simple.register
def _in_set(expr: ir.InSet) -> ir.Expr:
    return _options(expr)


def _options(expr: ir.InSet) -> ir.InSet:
    """The options once each, in one order, and typed as the value is."""
    values = {option.value for option in expr.options}
    enum = expr.value.type.enum
    ordered = [value for value in enum.values if value in values] if enum is not None else sorted(values, key=repr)
    return ir.InSet(expr.value, tuple(ir.Constant(value, type=expr.value.type.known()) for value in ordered))


@simple.register
def _in_window(expr: ir.InWindow) -> ir.Expr:
    window, sides = expr.window, []
    if expr.value.type.enum is not None or (window.low is None and window.high is None):
        return expr
    if window.low is not None:
        sides.append(simple(ir.Compare(">=" if window.low_closed else ">", expr.value, window.low)))
    if window.high is not None:
        sides.append(simple(ir.Compare("<=" if window.high_closed else "<", expr.value, window.high)))
    return simple(ir.And(tuple(sides)))


@simple.register
def _and(expr: ir.And) -> ir.Expr:
    return _joined(ir.And, expr.parts, decides=False)


@simple.register
def _or(expr: ir.Or) -> ir.Expr:
    return _joined(ir.Or, expr.parts, decides=True)


def _joined(kind: Callable[[tuple[ir.Expr, ...]], ir.Expr], parts: tuple[ir.Expr, ...], *, decides: bool) -> ir.Expr:
    """Parts flat, once each, in one order; of sets of one value what they have in common, or all of them; without what changes nothing."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, ir.And | ir.Or) and type(part) is kind else (part,))]
    sets: dict[str, ir.InSet] = {}
    rest: dict[str, ir.Expr] = {}
    for each in flat:
        if isinstance(each, ir.Constant) and each.value is not None:
            if each.value is decides:
                return ir.Constant(decides, type=BOOL)
        elif isinstance(each, ir.InSet):
            name = written(each.value)
            sets[name] = _met(sets[name], each, together=decides) if name in sets else each
        else:
            rest[written(each)] = each
    rest.update((written(each), each) for each in sets.values())
    found = tuple(rest[name] for name in sorted(rest) if not _absorbed(rest[name], rest))
    if len(found) < 2:
        return found[0] if found else ir.Constant(not decides, type=BOOL)
    return kind(found)


def _absorbed(part: ir.Expr, others: Mapping[str, ir.Expr]) -> bool:
    """`a or (a and b)` is `a`: whether a part of the other connective has one of the parts in it."""
    return isinstance(part, ir.And | ir.Or) and any(written(inner) in others for inner in part.parts)


def _met(one: ir.InSet, other: ir.InSet, *, together: bool) -> ir.InSet:
    inside = {option.value for option in other.options}
    more = () if not together else other.options
    return _options(ir.InSet(one.value, (*(option for option in one.options if together or option.value in inside), *more)))


@simple.register
def _not(expr: ir.Not) -> ir.Expr:
    return opposite(expr.value)


def opposite(expr: ir.Expr) -> ir.Expr:
    """Kleene's not of a normal condition, pushed as far inside as it goes."""
    if isinstance(expr, ir.Not):
        return expr.value
    if isinstance(expr, ir.Constant):
        return NOTHING if expr.value is None else ir.Constant(not expr.value, type=BOOL)
    if isinstance(expr, ir.And):
        return simple(ir.Or(tuple(map(opposite, expr.parts))))
    if isinstance(expr, ir.Or):
        return simple(ir.And(tuple(map(opposite, expr.parts))))
    if isinstance(expr, ir.Compare):
        return ir.Compare(OPPOSITE[expr.op], expr.left, expr.right)
    enum = expr.value.type.enum if isinstance(expr, ir.InSet) else None
    if isinstance(expr, ir.InSet) and enum is not None:
        inside = {option.value for option in expr.options}
        return _options(ir.InSet(expr.value, tuple(ir.Constant(each, type=expr.value.type) for each in enum.values if each not in inside)))
    return ir.Not(expr)


@simple.register
def _is_known(expr: ir.IsKnown) -> ir.Expr:
    return ir.Constant(expr.value.value is not None, type=BOOL) if isinstance(expr.value, ir.Constant) else expr


@simple.register
def _default(expr: ir.Default) -> ir.Expr:
    parts = [inner for each in expr.options for inner in (each.options if isinstance(each, ir.Default) else (each,))]
    return ir.Default(tuple(parts), type=expr.type)


@simple.register
def _convert(expr: ir.Convert) -> ir.Expr:
    kinds = {expr.value.type.kind, expr.type.kind}
    alike = len(kinds) == 1 or kinds <= {Kind.ID, Kind.TEXT} or kinds <= {Kind.NUMBER, Kind.PERCENT}
    return expr.value if alike else expr


@simple.register
def _arithmetic(expr: ir.Arithmetic) -> ir.Expr:
    if expr.op in "+*" and written(expr.right) < written(expr.left):
        return ir.Arithmetic(expr.op, expr.right, expr.left, type=expr.type)
    return expr


@simple.register
def _aggregate(expr: ir.Aggregate) -> ir.Expr:
    if expr.function == "exists":
        return ir.Compare(">=", ir.Aggregate("count", expr.rows, type=INT), ir.Constant(1, type=INT))
    return expr


def _rows(rows: ir.Rows) -> ir.Rows:
    """Rows are never seen before their time, so that `.. today` says nothing."""
    where = None if rows.where == ir.Constant(True, type=BOOL) else rows.where
    window = rows.window
    if window is not None and not rows.future and window.high_closed and isinstance(window.high, ir.Today):
        window = None if window.low is None else ir.Window(window.low, None, window.low_closed, type=window.type)
    return ir.Rows(rows.table, where, window, rows.time, rows.future)


# ------------------------------------------------------------------------------------------------ constants


_NO_DAY = dt.date(2000, 1, 1)


def folded(expr: ir.Expr) -> ir.Expr:
    """What hangs on constants alone is one."""
    if not isinstance(expr, ir.Convert | ir.Arithmetic | ir.Negate | ir.Shift | ir.Call):
        return expr
    if not all(isinstance(each, ir.Constant) for each in children(expr)):
        return expr
    function = find(expr.function) if isinstance(expr, ir.Call) else None
    if (isinstance(expr, ir.Call) and (function is None or function.context)) or (isinstance(expr, ir.Shift) and expr.by.unit == "workday"):
        return expr
    value = evaluate(expr, World(Context(_NO_DAY), _NO_DAY))
    return expr if value is None else ir.Constant(value, type=expr.type)  # a part of a sum may be too large where the sum is not
