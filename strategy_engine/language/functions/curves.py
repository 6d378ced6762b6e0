"""Roots, powers, logarithms and the curves of scores. Results are settled (see `exact`): nine decimals, or twelve figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from strategy_engine.language.functions import exact
from strategy_engine.language.functions.registry import Example, Parameter, function

_X = Parameter("x", "number")
_SETTLED = "to nine decimals, twelve figures above four million"
_LARGEST_EXPONENT = 690.0  # e^690 is just below 1e300


def _curve(
    name: str,
    zh: str,
    doc: str,
    examples: tuple[Example, ...],
    python: Callable[..., float | None],
    polars: Callable[..., Any],
    parameters: tuple[Parameter, ...] = (_X,),
    returns: str = "number?",
) -> None:
    """A function of numbers that is settled already, or exact."""
    rest = ", 1" * (len(parameters) - 1)
    function(
        name=name,
        zh=zh,
        group="numbers",
        parameters=parameters,
        returns=returns,
        doc=doc,
        examples=(*examples, Example(f"{name}(to_number('x'){rest})", None)),
        python=python,
        polars=polars,
    )


def _logarithm(function_: Callable[[float], float]) -> Callable[[float], float | None]:
    return lambda x: exact.settle(function_(x)) if x > 0 else None


_curve(
    "sqrt",
    "平方根",
    "The square root; missing for a negative number.",
    (Example("sqrt(9)", 3.0), Example("sqrt(-1)", None)),
    lambda x: math.sqrt(x) if x >= 0 else None,
    lambda pl, x: pl.when(x >= 0).then(x.sqrt()),
)
_curve(
    "power",
    "乘方",
    f"`x` to the `exponent`, {_SETTLED}; missing where that is no real number, such as a root of a negative one.",
    (Example("power(2, 10)", 1024.0), Example("power(1.1, 2)", 1.21), Example("power(-8, 0.5)", None)),
    exact.power,
    exact.power_expr,
    parameters=(_X, Parameter("exponent", "number")),
)
_curve(
    "exp",
    "指数",
    f"e to the power of `x`, {_SETTLED}; missing for an `x` of 690 or more.",
    (Example("exp(0)", 1.0), Example("exp(1)", 2.718281828)),
    lambda x: exact.settle(math.exp(x)) if x < _LARGEST_EXPONENT else None,
    lambda pl, x: pl.when(x < _LARGEST_EXPONENT).then(exact.settle_expr(pl, x.exp())),
)
_curve(
    "log",
    "自然对数",
    "The natural logarithm, to nine decimals; missing where `x` is not above 0.",
    (Example("log(1)", 0.0), Example("log(0)", None)),
    _logarithm(math.log),
    lambda pl, x: pl.when(x > 0).then(exact.settle_expr(pl, x.log())),
)
_curve(
    "log1p",
    "对数平滑",
    "The natural logarithm of 1 + `x`, to nine decimals, the usual way to flatten amounts; missing where `x` is not above -1.",
    (Example("log1p(0)", 0.0), Example("log1p(-1)", None)),
    lambda x: exact.settle(math.log1p(x)) if x > -1 else None,
    lambda pl, x: pl.when(x > -1).then(exact.settle_expr(pl, x.log1p())),
)
_curve(
    "log10",
    "常用对数",
    "The logarithm to base 10, to nine decimals; missing where `x` is not above 0.",
    (Example("log10(1000)", 3.0), Example("log10(-5)", None)),
    _logarithm(math.log10),
    lambda pl, x: pl.when(x > 0).then(exact.settle_expr(pl, x.log10())),
)


def _logistic(x: float) -> float | None:
    return exact.settle(1.0 / (1.0 + math.exp(max(-_LARGEST_EXPONENT, min(_LARGEST_EXPONENT, -x)))))


_curve(
    "logistic",
    "逻辑函数",
    "1 / (1 + e^-x), to nine decimals: turns the score of a linear model into a probability between 0 and 1.",
    (Example("logistic(0)", 0.5), Example("logistic(2)", 0.880797078)),
    _logistic,
    lambda pl, x: exact.settle_expr(pl, 1.0 / (1.0 + (-x).clip(-_LARGEST_EXPONENT, _LARGEST_EXPONENT).exp())),
    returns="percent",
)
_curve(
    "decay",
    "时间衰减",
    "What is left of 1 after `elapsed` when it halves every `half_life` (in the same unit), to nine decimals: weights the recent above the "
    "old. Missing where the half-life is not above 0.",
    (Example("decay(30, 30)", 0.5), Example("decay(60, 30)", 0.25), Example("decay(1, 0)", None)),
    lambda elapsed, half_life: exact.power(0.5, elapsed / half_life) if half_life > 0 else None,
    lambda pl, elapsed, half_life: pl.when(half_life > 0).then(exact.power_expr(pl, pl.lit(0.5), exact.divide_expr(elapsed, half_life))),
    parameters=(Parameter("elapsed", "number"), Parameter("half_life", "number")),
)
