"""Numbers and money: rounding, limits, comparison, the usual curves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from strategy_engine.language.functions import exact
from strategy_engine.language.functions.registry import Example, Parameter, function
from strategy_engine.language.types import CENTS, Kind, Type

_X = Parameter("x", "N")
_GONE = "to_number('x')"  # an expression that gives a missing number
Types = tuple[Type, ...]


# ------------------------------------------------------------------------------------------------ rounding


def _decimals(digits: Any) -> str | None:
    return None if -12 <= digits <= 12 else "must be -12 to 12"


def _round(types: Types, x: Any, digits: int) -> Any:
    if exact.held_as_int(types[0]):
        step = 10 ** max(0, (2 if types[0].kind is Kind.MONEY else 0) - digits)
        return exact.snap_int("round", x, step)
    if digits < 0:
        return exact.round_half_away(x / 10.0**-digits) * 10.0**-digits
    return x if abs(x) >= 2.0**52 else exact.round_half_away(x * 10.0**digits) / 10.0**digits


def _round_expr(pl: Any, types: Types, x: Any, digits: int) -> Any:
    if exact.held_as_int(types[0]):
        step = 10 ** max(0, (2 if types[0].kind is Kind.MONEY else 0) - digits)
        return exact.snap_int_expr(pl, "round", x, step)
    if digits < 0:
        return exact.round_half_away_expr(exact.divide_expr(x, 10.0**-digits)) * 10.0**-digits
    rounded = exact.divide_expr(exact.round_half_away_expr(x * 10.0**digits), 10.0**digits)
    return pl.when(x.abs() >= 2.0**52).then(x).otherwise(rounded)


function(
    name="round",
    zh="四舍五入",
    group="numbers",
    parameters=(_X, Parameter("digits", "int", constant=True, default=0, check=_decimals)),
    returns="N",
    typed=True,
    doc="The value rounded to so many decimals, halves away from zero; -4 rounds to ten thousands. Rounds as on paper: 1.005 ends in "
    "half a hundredth though a double holds it a hair below (within 1 part in 2^51, for results up to 10^12 units of the last decimal).",
    examples=(
        Example("round(2.5)", 3.0),
        Example("round(-2.5)", -3.0),
        Example("round(1.005, 2)", 1.01),
        Example("round(123456, -4)", 120000),
        Example(f"round({_GONE})", None),
    ),
    python=_round,
    polars=_round_expr,
)


def _a_step(step: Any) -> str | None:
    return None if step > 0 else "must be above 0"


def _to_step(mode: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Both meanings of going to a multiple of a step."""

    def python(types: Types, x: Any, step: Any) -> Any:
        if exact.held_as_int(types[0]):
            return exact.snap_int(mode, x, step)
        count = x / step
        return x if abs(count) >= 2.0**52 else exact.settle(exact.snap_float(mode, count) * step)

    def polars(pl: Any, types: Types, x: Any, step: Any) -> Any:
        if exact.held_as_int(types[0]):
            return exact.snap_int_expr(pl, mode, x, step)
        count = exact.divide_expr(x, float(step))
        snapped = exact.settle_expr(pl, exact.snap_float_expr(mode, count) * float(step))
        return pl.when(count.abs() >= 2.0**52).then(x).otherwise(snapped)

    return python, polars


for _name, _zh, _mode, _what, _gives in (
    ("round_to", "取整到", "round", "nearest to the value, halves away from zero", 1500),
    ("floor_to", "向下取整到", "floor", "at or below the value", 1000),
    ("ceil_to", "向上取整到", "ceil", "at or above the value", 1500),
):
    _python, _polars = _to_step(_mode)
    function(
        name=_name,
        zh=_zh,
        group="numbers",
        parameters=(_X, Parameter("step", "N", constant=True, check=_a_step)),
        returns="N",
        typed=True,
        doc=f"The multiple of the step {_what}; of numbers to nine decimals.",
        examples=(Example(f"{_name}(1260, 500)", _gives), Example(f"{_name}(0.15, 0.05)", 0.15), Example(f"{_name}({_GONE}, 5)", None)),
        python=_python,
        polars=_polars,
    )


_WHOLE: dict[str, Callable[[float], float]] = {"floor": math.floor, "ceil": math.ceil, "truncate": math.trunc}


def _to_unit(mode: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Both meanings of going to a whole number, or to a whole unit of the currency."""

    def python(types: Types, x: Any) -> Any:
        if exact.held_as_int(types[0]):
            return x if types[0].kind is Kind.INT else exact.snap_int(mode, x, CENTS)
        return float(_WHOLE[mode](x))

    def polars(pl: Any, types: Types, x: Any) -> Any:
        if exact.held_as_int(types[0]):
            return x if types[0].kind is Kind.INT else exact.snap_int_expr(pl, mode, x, CENTS)
        return getattr(x, mode)()

    return python, polars


for _name, _zh, _what, _up, _down in (
    ("floor", "向下取整", "at or below the value", 2.0, -3.0),
    ("ceil", "向上取整", "at or above the value", 3.0, -2.0),
    ("truncate", "截断取整", "next to the value towards zero", 2.0, -2.0),
):
    _python, _polars = _to_unit(_name)
    function(
        name=_name,
        zh=_zh,
        group="numbers",
        parameters=(_X,),
        returns="N",
        typed=True,
        doc=f"The whole number (of money: the whole unit of the currency) {_what}.",
        examples=(Example(f"{_name}(2.7)", _up), Example(f"{_name}(-2.7)", _down), Example(f"{_name}({_GONE})", None)),
        python=_python,
        polars=_polars,
    )


# ------------------------------------------------------------------------------------------------ size and limits


def _abs(types: Types, x: Any) -> Any:
    return exact.fit(abs(x)) if exact.held_as_int(types[0]) else abs(x)


def _abs_expr(pl: Any, types: Types, x: Any) -> Any:
    return pl.when(x > exact.INT_MIN).then(x.abs()) if exact.held_as_int(types[0]) else x.abs()


function(
    name="abs",
    zh="绝对值",
    group="numbers",
    parameters=(_X,),
    returns="N",
    typed=True,
    doc="The value without its sign.",
    examples=(Example("abs(-3)", 3), Example("abs(2.5)", 2.5), Example(f"abs({_GONE})", None)),
    python=_abs,
    polars=_abs_expr,
)
function(
    name="sign",
    zh="正负号",
    group="numbers",
    parameters=(_X,),
    returns="int",
    doc="1 for a positive value, 0 for zero, -1 for a negative one.",
    examples=(Example("sign(-0.5)", -1), Example("sign(0)", 0), Example(f"sign({_GONE})", None)),
    python=lambda x: (x > 0) - (x < 0),
    polars=lambda pl, x: (x > 0).cast(pl.Int64) - (x < 0).cast(pl.Int64),
)
for _name, _zh, _which, _gives in (("min", "最小", "smallest", -1), ("max", "最大", "largest", 3)):
    function(
        name=_name,
        zh=_zh,
        group="numbers",
        parameters=(Parameter("a", "N"), Parameter("b", "N")),
        variadic=True,
        returns="N",
        doc=f"The {_which} of two or more values; missing where one of them is missing (`{_name}_known` passes it over). With a "
        f"table it is the aggregate over the table's rows.",
        examples=(Example(f"{_name}(3, -1, 2)", _gives), Example(f"{_name}(0.5, 0.5)", 0.5), Example(f"{_name}(1, {_GONE})", None)),
        python=lambda *values, pick=min if _name == "min" else max: pick(values),
        polars=lambda pl, *values, pick=f"{_name}_horizontal": exact.known_expr(pl, getattr(pl, pick)(*values), *values),
    )
function(
    name="clamp",
    zh="限定",
    group="numbers",
    parameters=(_X, Parameter("low", "N"), Parameter("high", "N")),
    returns="N",
    doc="The value, or the limit that it lies beyond. Where `low` lies above `high`, `low` wins.",
    examples=(Example("clamp(15, 0, 10)", 10), Example("clamp(-0.5, 0.0, 1.0)", 0.0), Example(f"clamp({_GONE}, 0, 1)", None)),
    python=lambda x, low, high: max(low, min(x, high)),
    polars=lambda pl, x, low, high: exact.known_expr(pl, pl.max_horizontal(low, pl.min_horizontal(x, high)), x, low, high),
)
function(
    name="between",
    zh="介于",
    group="numbers",
    parameters=(_X, Parameter("low", "N"), Parameter("high", "N")),
    returns="bool",
    doc="Whether the value lies between the limits, both included.",
    examples=(Example("between(5, 1, 5)", True), Example("between(5.5, 1, 5)", False), Example(f"between({_GONE}, 1, 5)", None)),
    python=lambda x, low, high: low <= x <= high,
    polars=lambda pl, x, low, high: exact.known_expr(pl, (x >= low) & (x <= high), x, low, high),
)
function(
    name="bucket",
    zh="分档",
    group="numbers",
    parameters=(_X, Parameter("thresholds", "N")),
    variadic=True,
    returns="int",
    doc="The band that the value falls into: how many of the thresholds it has reached, 0 below the first.",
    examples=(Example("bucket(12, 5, 10, 50)", 2), Example("bucket(4.9, 5.0)", 0), Example(f"bucket({_GONE}, 5)", None)),
    python=lambda x, *thresholds: sum(x >= threshold for threshold in thresholds),
    polars=lambda pl, x, *thresholds: exact.known_expr(
        pl, pl.sum_horizontal([(x >= threshold).cast(pl.Int64) for threshold in thresholds]), x, *thresholds
    ),
)


# ------------------------------------------------------------------------------------------------ division


def _finite(value: float) -> float | None:
    return value if abs(value) <= exact.HUGE else None


def _finite_expr(pl: Any, value: Any) -> Any:
    return pl.when(value.abs() <= exact.HUGE).then(value)


def _mod_expr(pl: Any, a: Any, b: Any) -> Any:
    # A remainder of 1 or -1 is always 0; the smallest integer over -1 would be beyond 64 bits on the way.
    usual = a % pl.when(b.is_between(-1, 1)).then(2).otherwise(b)
    return pl.when((b == 1) | (b == -1)).then(a - a).when(b != 0).then(usual)


function(
    name="mod",
    zh="取余",
    group="numbers",
    parameters=(Parameter("a", "int"), Parameter("b", "int")),
    returns="int?",
    doc="What is left of `a` over multiples of `b`, with the sign of `b` (as in spreadsheets); missing where `b` is 0.",
    examples=(Example("mod(7, 3)", 1), Example("mod(-7, 3)", 2), Example("mod(7, 0)", None)),
    python=lambda a, b: a % b if b else None,
    polars=_mod_expr,
)
_NUMBERS = (Parameter("a", "number"), Parameter("b", "number"))
function(
    name="safe_divide",
    zh="安全除",
    group="numbers",
    parameters=(*_NUMBERS, Parameter("otherwise", "number")),
    returns="number",
    doc="`a / b`, or `otherwise` where `b` is 0.",
    examples=(Example("safe_divide(1, 4, 0)", 0.25), Example("safe_divide(1, 0, 0)", 0.0), Example(f"safe_divide({_GONE}, 1, 0)", None)),
    python=lambda a, b, otherwise: _finite(a / b) if b else otherwise,
    polars=lambda pl, a, b, otherwise: exact.known_expr(
        pl, pl.when(b == 0).then(otherwise).otherwise(_finite_expr(pl, exact.divide_expr(a, b))), a, b, otherwise
    ),
)
function(
    name="percent_of",
    zh="占比率",
    group="numbers",
    parameters=(Parameter("part", "N"), Parameter("total", "N")),
    returns="percent?",
    doc="The part as a share of the total; missing where the total is 0.",
    examples=(Example("percent_of(30, 120)", 0.25), Example("percent_of(1, 0)", None)),
    python=lambda part, total: _finite(float(part) / float(total)) if total else None,
    polars=lambda pl, part, total: pl.when(total != 0).then(
        _finite_expr(pl, exact.divide_expr(part.cast(pl.Float64), total.cast(pl.Float64)))
    ),
)
function(
    name="change_rate",
    zh="变动率",
    group="numbers",
    parameters=(Parameter("before", "N"), Parameter("after", "N")),
    returns="percent?",
    doc="By how much `after` lies above `before`, as a share of `before`'s size; missing where `before` is 0.",
    examples=(Example("change_rate(100, 130)", 0.3), Example("change_rate(-100, -50)", 0.5), Example("change_rate(0, 5)", None)),
    python=lambda before, after: _finite((float(after) - float(before)) / abs(float(before))) if before else None,
    polars=lambda pl, before, after: pl.when(before != 0).then(
        _finite_expr(pl, exact.divide_expr(after.cast(pl.Float64) - before.cast(pl.Float64), before.cast(pl.Float64).abs()))
    ),
)


def _scale(x: float, low: float, high: float) -> float | None:
    return None if high == low or _finite(high - low) is None else max(0.0, min(1.0, (x - low) / (high - low)))


def _scale_expr(pl: Any, x: Any, low: Any, high: Any) -> Any:
    return pl.when(((high - low) != 0) & ((high - low).abs() <= exact.HUGE)).then(exact.divide_expr(x - low, high - low).clip(0.0, 1.0))


function(
    name="scale",
    zh="归一化",
    group="numbers",
    parameters=(_X, Parameter("low", "N"), Parameter("high", "N")),
    returns="percent?",
    doc="Where the value lies between `low` (0) and `high` (1), limited to these; missing where the two are equal (min-max scaling).",
    examples=(Example("scale(5, 0, 20)", 0.25), Example("scale(30, 0, 20)", 1.0), Example("scale(1, 2, 2)", None)),
    python=lambda x, low, high: _scale(float(x), float(low), float(high)),
    polars=lambda pl, x, low, high: _scale_expr(pl, x.cast(pl.Float64), low.cast(pl.Float64), high.cast(pl.Float64)),
)
