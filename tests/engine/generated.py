"""Typed expressions of every kind of node, at random."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from strategy_engine.language.functions import FUNCTIONS, Function, Parameter, load_library
from strategy_engine.language.types import BOOL, DATE, DATETIME, ID, INT, MONEY, NUMBER, PERCENT, TEXT, Duration, Kind, Type
from strategy_engine.semantics import ir

from .bank import CUSTOMER, EARLIER, HIT, TABLES, TYPES, values_of

FORMATS = {
    Kind.DATE: ["", "%Y年%-m月%-d日", "%y%m%d %%", "%d/%m"],
    Kind.DATETIME: ["", "%m月%d日 %H:%M", "%H:%M:%S"],
    Kind.INT: ["", ",", ".2", "万", "%"],
    Kind.NUMBER: ["", ",", ".0", ",.2", ".9", "%", ".1%", "万", ",.3万"],
    Kind.PERCENT: ["", ".1%", ".3", "%"],
    Kind.MONEY: ["", ",", ".0", ".1", ",.3", "万", ".1万", "%"],
}
_UNITS = ("day", "week", "month", "year", "hour", "minute", "workday")
DURATIONS = [Duration(count, unit) for unit in _UNITS for count in (0, 1, 3, 13, 90)]
DURATIONS += [Duration(10**7, "day"), Duration(200_000, "month"), Duration(5000, "year"), Duration(10**11, "minute")]
DURATIONS += [Duration(2000, "workday")]
DERIVED: dict[str, ir.Expr] = {}


@dataclass(frozen=True)
class Place:
    """Where an expression stands: among the rows of a table or not, and how deep it may still go."""

    depth: int
    table: str | None = None

    def deeper(self) -> Place:
        """One level further down."""
        return replace(self, depth=self.depth - 1)


Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def expressions(draw: Draw, of: Type, place: Place) -> ir.Expr:
    """An expression of the type (missing or not)."""
    makers = _LEAVES if place.depth <= 0 else [*_LEAVES, *_ANY * 2, *_BY_KIND.get(of.kind, []) * 3]
    for _ in range(8):
        made = draw(st.sampled_from(makers))(draw, of, place)
        if made is not None:
            return made
    return _constant(draw, of, place)


def _some(draw: Draw, of: Type, place: Place) -> ir.Expr:
    return draw(expressions(of, place.deeper()))


def _type(draw: Draw, *kinds: str) -> Type:
    return TYPES[draw(st.sampled_from(kinds or tuple(TYPES)))]


# ------------------------------------------------------------------------------------------------ leaves


def _constant(draw: Draw, of: Type, _place: Place) -> ir.Expr:
    value = draw(st.sampled_from([None, *values_of(of), *values_of(of)]))
    return ir.Constant(value=value, type=of.or_missing(value is None))


def _column(draw: Draw, of: Type, place: Place) -> ir.Expr:
    scopes = {"customer": CUSTOMER, "hit.salary": HIT}
    if place.table is not None:
        scopes = {"row": TABLES[place.table][0], "customer": CUSTOMER}
        if place.table == "family":
            scopes["other"] = CUSTOMER
    scope = draw(st.sampled_from(list(scopes)))
    fitting = {name: type_ for name, type_ in scopes[scope].items() if type_.known() == of}
    name = draw(st.sampled_from(list(fitting)))
    return ir.Column(scope=scope, name=name, type=fitting[name].or_missing(scope == "other"))


def _days(draw: Draw, of: Type, _place: Place) -> ir.Expr | None:
    return draw(st.sampled_from([ir.Today(type=DATE), ir.ContactDate(type=DATE)])) if of == DATE else None


def _maybe(draw: Draw, of: Type) -> str:
    name = next(name for name, type_ in TYPES.items() if type_ == of)
    return name + draw(st.sampled_from(["", "_maybe"]))


def _series(draw: Draw, of: Type, _place: Place) -> ir.Expr:
    return ir.SeriesValue(table="market", column=_maybe(draw, of), type=of.or_missing())


def _in_list(_draw: Draw, of: Type, _place: Place) -> ir.Expr | None:
    return ir.InList(table="vip", type=BOOL) if of == BOOL else None


def _derived(draw: Draw, of: Type, _place: Place) -> ir.Expr | None:
    names = [name for name, definition in DERIVED.items() if definition.type.known() == of]
    return ir.Derived(name=draw(st.sampled_from(names)), type=of) if names else None


_LEAVES = [_constant, _column, _column, _column, _days, _series, _in_list, _derived]


# ------------------------------------------------------------------------------------------------ of any type


def _reference(draw: Draw, of: Type, place: Place) -> ir.Expr:
    via: ir.Expr = ir.Column(scope="customer", name="branch", type=ID.or_missing())
    if draw(st.booleans()):
        via = _some(draw, ID, place)
    return ir.Reference(via=via, table="branches", column=_maybe(draw, of), type=of.or_missing())


def _default(draw: Draw, of: Type, place: Place) -> ir.Expr:
    return ir.Default(options=tuple(_some(draw, of, place) for _ in range(draw(st.integers(1, 3)))), type=of)


def _choice(draw: Draw, of: Type, place: Place) -> ir.Expr:
    return ir.Choice(condition=_some(draw, BOOL, place), then=_some(draw, of, place), otherwise=_some(draw, of, place), type=of)


def _decision(draw: Draw, of: Type, place: Place) -> ir.Expr:
    hits = ["first", "unique", "any"]
    if of.kind not in (Kind.BOOL, Kind.TEXT, Kind.ID):
        hits += ["min", "max"]
    if of.kind in (Kind.INT, Kind.NUMBER, Kind.MONEY):
        hits += ["sum"]
    if of == INT:
        hits += ["count"]
    rows = tuple((_some(draw, BOOL, place), _some(draw, of, place)) for _ in range(draw(st.integers(0, 4))))
    return ir.Decision(hit=draw(st.sampled_from(hits)), rows=rows, type=of)


def _ago(draw: Draw, of: Type, place: Place) -> ir.Expr | None:
    if place.table is not None:
        return None
    return ir.Ago(value=_some(draw, of, place), back=draw(st.sampled_from(list(EARLIER))), type=of.or_missing())


def _picked(draw: Draw, of: Type, place: Place) -> ir.Expr | None:
    functions = ["first", "last"] if of.kind in (Kind.TEXT, Kind.ID, Kind.BOOL) else ["first", "last", "min", "max"]
    return _aggregate(draw, draw(st.sampled_from(functions)), of, of, place)


def _aggregate(draw: Draw, function: str, of: Type, value: Type | None, place: Place) -> ir.Expr | None:
    if place.table is not None:
        return None
    table = draw(st.sampled_from(list(TABLES)))
    time = TABLES[table][1]
    inside = Place(min(place.depth - 1, 2), table)
    where = draw(st.one_of(st.none(), expressions(BOOL, inside)))
    window = draw(st.one_of(st.none(), _windows(_type(draw, "date", "datetime"), inside))) if time else None
    rows = ir.Rows(table=table, where=where, window=window, time=time, future=draw(st.booleans()))
    inner = None if value is None else draw(expressions(value, replace(inside, depth=inside.depth - 1)))
    return ir.Aggregate(function=function, rows=rows, value=inner, type=of)


@st.composite
def _windows(draw: Draw, of: Type, place: Place) -> ir.Window:
    def end() -> ir.Expr | None:
        if draw(st.booleans()) and of == DATE:
            back = Duration(draw(st.sampled_from([0, 1, 6, 29, 365])), "day")
            return ir.Shift(value=ir.Today(type=DATE), by=back, sign=-1, type=DATE)
        return draw(st.one_of(st.none(), expressions(of, place.deeper())))

    return ir.Window(low=end(), high=end(), low_closed=draw(st.booleans()), high_closed=draw(st.booleans()), type=of)


_ANY = [_reference, _default, _choice, _decision, _ago, _picked]


# ------------------------------------------------------------------------------------------------ by type


def _compare(draw: Draw, _of: Type, place: Place) -> ir.Expr:
    side = _type(draw)
    equal = side.kind in (Kind.TEXT, Kind.ID, Kind.BOOL) or (side.enum is not None and not side.enum.ordered)
    ops = ["==", "!="] if equal else ["==", "!=", "<", "<=", ">", ">="]
    return ir.Compare(op=draw(st.sampled_from(ops)), left=_some(draw, side, place), right=_some(draw, side, place))


def _in_set(draw: Draw, _of: Type, place: Place) -> ir.Expr:
    side = _type(draw)
    options = draw(st.lists(st.sampled_from(values_of(side)), max_size=4))
    return ir.InSet(value=_some(draw, side, place), options=tuple(ir.Constant(value=value, type=side) for value in options))


def _in_window(draw: Draw, _of: Type, place: Place) -> ir.Expr:
    side = _type(draw, "int", "number", "money", "date", "datetime", "percent")
    return ir.InWindow(value=_some(draw, side, place), window=draw(_windows(side, place)))


def _logic(draw: Draw, _of: Type, place: Place) -> ir.Expr:
    parts = tuple(_some(draw, BOOL, place) for _ in range(draw(st.integers(1, 3))))
    return draw(st.sampled_from([ir.And, ir.Or]))(parts=parts)


def _not(draw: Draw, _of: Type, place: Place) -> ir.Expr:
    return ir.Not(value=_some(draw, BOOL, place))


def _is_known(draw: Draw, _of: Type, place: Place) -> ir.Expr:
    return ir.IsKnown(value=_some(draw, _type(draw), place))


def _counted(draw: Draw, of: Type, place: Place) -> ir.Expr | None:
    if of == BOOL:
        return _aggregate(draw, "exists", of, None, place)
    function = draw(st.sampled_from(["count", "distinct"]))
    value = _type(draw) if function == "distinct" or draw(st.booleans()) else None
    return _aggregate(draw, function, of, value, place)


def _summed(draw: Draw, of: Type, place: Place) -> ir.Expr | None:
    return _aggregate(draw, "sum", of, of, place)


def _averaged(draw: Draw, of: Type, place: Place) -> ir.Expr | None:
    value = _type(draw, "int", "number") if of == NUMBER else of
    return _aggregate(draw, "avg", of, value, place)


def _rank(draw: Draw, of: Type, place: Place) -> ir.Expr | None:
    if place.table is not None:
        return None
    value = _type(draw, "int", "number", "money", "date", "tier", "percent")
    by = draw(st.one_of(st.none(), expressions(_type(draw, "tier", "id", "bool", "date"), Place(0))))
    function = "rank" if of == INT else "percentile"
    return ir.Population(function=function, value=draw(expressions(value, Place(min(place.depth - 1, 1)))), by=by, type=of.or_missing())


def _arithmetic(draw: Draw, of: Type, place: Place) -> ir.Expr:
    sides = {
        INT: [("+", INT, INT), ("-", INT, INT), ("*", INT, INT)],
        MONEY: [
            ("+", MONEY, MONEY), ("-", MONEY, MONEY), ("*", MONEY, NUMBER), ("*", PERCENT, MONEY), ("*", MONEY, INT), ("*", INT, MONEY),
            ("/", MONEY, NUMBER), ("/", MONEY, INT),
        ],
    }.get(of, [
        ("+", NUMBER, NUMBER), ("-", NUMBER, PERCENT), ("*", NUMBER, NUMBER), ("*", INT, PERCENT), ("/", NUMBER, NUMBER),
        ("/", MONEY, MONEY), ("/", INT, INT), ("/", NUMBER, INT),
    ])  # fmt: skip
    op, left, right = draw(st.sampled_from(sides))
    return ir.Arithmetic(op=op, left=_some(draw, left, place), right=_some(draw, right, place), type=of)


def _negate(draw: Draw, of: Type, place: Place) -> ir.Expr:
    return ir.Negate(value=_some(draw, of, place), type=of)


def _convert(draw: Draw, of: Type, place: Place) -> ir.Expr:
    sources = {
        NUMBER: ["int", "money", "percent"], PERCENT: ["number", "int"], MONEY: ["int", "number"], DATE: ["datetime"],
        DATETIME: ["date"], TEXT: ["id", "tier"],
    }  # fmt: skip
    return ir.Convert(value=_some(draw, _type(draw, *sources[of]), place), type=of)


def _shift(draw: Draw, of: Type, place: Place) -> ir.Expr:
    by = draw(st.sampled_from(DURATIONS))
    if by.minutes is not None and of == DATE:
        by = Duration(7, "day")
    source = _type(draw, "date", "datetime") if by.minutes is not None else of
    return ir.Shift(value=_some(draw, source, place), by=by, sign=draw(st.sampled_from([1, -1])), type=of)


def _template(draw: Draw, _of: Type, place: Place) -> ir.Expr:
    def part() -> str | ir.Hole:
        if draw(st.booleans()):
            return draw(st.sampled_from(["尊敬的", " ", "{", "%", ""]))
        of = _type(draw)
        return ir.Hole(value=_some(draw, of, place), format=draw(st.sampled_from(FORMATS.get(of.kind, [""]))), type=TEXT)

    return ir.Template(parts=tuple(part() for _ in range(draw(st.integers(0, 4)))), type=TEXT)


# ------------------------------------------------------------------------------------------------ functions

_ACCEPTS: dict[str, list[str]] = {
    "numeric": ["int", "number", "money", "percent"], "N": ["int", "number", "money"], "time": ["date", "datetime"],
    "enum": ["tier", "channel"], "any": list(TYPES), "T": ["int", "number", "money", "date", "datetime", "text", "bool"],
}  # fmt: skip
CONSTANTS: dict[str, list[Any]] = {
    "text": ["", "a", " ", "-", "%Y-%m-%d", "month", "day", "week", "year", "quarter", "[0-9]+", "^a", "0", "*"],
    "int": [0, 1, 2, 3, 4, 8, 25, -1, 100],
    "number": [0.0, 0.5, 1.0, 2.5, 30.0],
    "percent": [0.0, 0.1, 0.5, 1.0],
    "money": [0, 100, 500_000],
    "bool": [True, False],
    "date": [dt.date(2026, 1, 31), dt.date(2024, 2, 29)],
    "duration": [Duration(3, "day"), Duration(1, "month")],
}


def _call(draw: Draw, of: Type, place: Place) -> ir.Expr | None:
    names = [name for name, function in sorted(FUNCTIONS.items()) if settled(function, of) is not None]
    return call(draw, FUNCTIONS[draw(st.sampled_from(names))], of, place) if names else None


def settled(function: Function, of: Type) -> str | None:
    """The name of the type that the function's `T` or `N` must be to return the type, '' for any, None where it cannot."""
    returns = function.returns.rstrip("?")
    name = next(name for name, type_ in TYPES.items() if type_ == of)
    if returns in _ACCEPTS:
        return name if name in _ACCEPTS[returns] else None
    return "" if returns == of.kind else None


def call(draw: Draw, function: Function, of: Type, place: Place) -> ir.Expr | None:
    """A call with arguments of fitting types."""
    same = settled(function, of)
    if same is None:
        return None
    parameters = list(function.parameters)
    if function.variadic:
        parameters += parameters[-1:] * draw(st.integers(0, 2))
    chosen: dict[str, str] = {"T": same, "N": same} if same else {}
    arguments = [_argument(draw, parameter, chosen, place) for parameter in parameters]
    if None in arguments:
        return None
    return ir.Call(function=function.name, arguments=tuple(a for a in arguments if a is not None), type=of)


def _argument(draw: Draw, parameter: Parameter, chosen: dict[str, str], place: Place) -> ir.Expr | None:
    options = _ACCEPTS.get(parameter.accepts, [parameter.accepts])
    name = chosen.get(parameter.accepts) or draw(st.sampled_from(options))
    if parameter.accepts in ("T", "N"):
        chosen[parameter.accepts] = name
    if not parameter.constant:
        return _some(draw, TYPES[name], place)
    check = parameter.check or (lambda _value: None)
    fitting = [value for value in CONSTANTS.get(name, []) if check(value) is None]
    if not fitting:
        return None
    type_ = TYPES.get(name, Type(Kind(name)))
    return ir.Constant(value=draw(st.sampled_from(fitting)), type=type_)


load_library()

_BY_KIND: dict[Kind, list[Any]] = {
    Kind.BOOL: [_compare, _compare, _in_set, _in_window, _logic, _logic, _not, _is_known, _counted, _call],
    Kind.INT: [_arithmetic, _negate, _counted, _summed, _rank, _call, _call],
    Kind.NUMBER: [_arithmetic, _arithmetic, _negate, _convert, _summed, _averaged, _call, _call],
    Kind.PERCENT: [_convert, _rank, _negate, _call],
    Kind.MONEY: [_arithmetic, _arithmetic, _negate, _convert, _summed, _averaged, _call],
    Kind.DATE: [_shift, _shift, _convert, _call],
    Kind.DATETIME: [_shift, _convert, _call],
    Kind.TEXT: [_template, _template, _convert, _call, _call],
    Kind.ENUM: [_call],
    Kind.ID: [_call],
}

_TIER = TYPES["tier"]
_amount = ir.Column(scope="customer", name="money_maybe", type=MONEY.or_missing())
_paid = ir.Column(scope="row", name="money", type=MONEY)
_tier = ir.Column(scope="customer", name="tier_maybe", type=_TIER.or_missing())
DERIVED |= {
    "twice": ir.Arithmetic(op="+", left=_amount, right=_amount, type=MONEY),
    "rich": ir.Compare(op=">", left=ir.Derived(name="twice", type=MONEY), right=ir.Constant(value=100, type=MONEY)),
    "paid": ir.Aggregate(function="sum", rows=ir.Rows(table="txn", time="at"), value=_paid, type=MONEY),
    "tiered": ir.Default(options=(_tier, ir.Constant(value="gold", type=_TIER)), type=_TIER),
}
