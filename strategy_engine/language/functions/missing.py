"""Missing values: what to take instead, how much is known; and conditions counted."""

from __future__ import annotations

from typing import Any

from strategy_engine.language.functions.registry import Example, Missing, Parameter, function

_GONE = "to_number('x')"  # an expression that gives a missing number
_VALUES = (Parameter("value", "any"), Parameter("others", "any"))


def _first_known(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


function(
    name="coalesce",
    zh="首个已知值",
    group="missing",
    parameters=(Parameter("value", "T"), Parameter("others", "T")),
    variadic=True,
    returns="T",
    missing=Missing.WHEN_ALL_MISSING,
    doc="The first of the values that is known, like `a ?? b ?? c`; missing where none is.",
    examples=(Example(f"coalesce({_GONE}, 2)", 2.0), Example("coalesce('a', 'b')", "a"), Example(f"coalesce({_GONE}, {_GONE})", None)),
    python=_first_known,
    polars=lambda pl, *values: pl.coalesce(*values),
)
function(
    name="if_missing",
    zh="缺失时取",
    group="missing",
    parameters=(Parameter("value", "T"), Parameter("otherwise", "T")),
    returns="T",
    missing=Missing.WHEN_ALL_MISSING,
    doc="The value, or `otherwise` where it is missing, like `value ?? otherwise`.",
    examples=(Example(f"if_missing({_GONE}, 0)", 0.0), Example("if_missing(3, 0)", 3)),
    python=_first_known,
    polars=lambda pl, value, otherwise: pl.coalesce(value, otherwise),
)
function(
    name="missing_if",
    zh="等于则缺失",
    group="missing",
    parameters=(Parameter("value", "T"), Parameter("unwanted", "T")),
    returns="T?",
    missing=Missing.HANDLES,
    doc="The value, but missing where it equals `unwanted`: for data that writes -1 or 'N/A' for what is not known. "
    "A missing `unwanted` equals nothing.",
    examples=(Example("missing_if('N/A', 'N/A')", None), Example("missing_if(5, -1)", 5), Example(f"missing_if(5, {_GONE})", 5.0)),
    python=lambda value, unwanted: None if value == unwanted else value,
    polars=lambda pl, value, unwanted: pl.when(value.eq_missing(unwanted).not_()).then(value),
)
for _name, _zh, _pick, _which, _gives in (("min_known", "已知最小", min, "smallest", 1), ("max_known", "已知最大", max, "largest", 3)):
    function(
        name=_name,
        zh=_zh,
        group="missing",
        parameters=(Parameter("a", "N"), Parameter("b", "N")),
        variadic=True,
        returns="N",
        missing=Missing.WHEN_ALL_MISSING,
        doc=f"The {_which} of the values that are known; missing where none is.",
        examples=(
            Example(f"{_name}(3, 1)", _gives),
            Example(f"{_name}(2, {_GONE})", 2.0),
            Example(f"{_name}({_GONE}, {_GONE})", None),
        ),
        python=lambda *values, pick=_pick: pick((value for value in values if value is not None), default=None),
        polars=lambda pl, *values, which=f"{_pick.__name__}_horizontal": getattr(pl, which)(*values),
    )

for _name, _zh, _what, _examples, _python, _polars in (
    (
        "known_count",
        "已知个数",
        "How many of the values are known.",
        (Example(f"known_count(1, {_GONE}, 'x')", 2), Example(f"known_count({_GONE}, {_GONE})", 0)),
        lambda *values: sum(value is not None for value in values),
        lambda pl, *values: pl.sum_horizontal([value.is_not_null().cast(pl.Int64) for value in values]),
    ),
    (
        "missing_count",
        "缺失个数",
        "How many of the values are missing.",
        (Example(f"missing_count(1, {_GONE}, 'x')", 1), Example("missing_count(1, 2)", 0)),
        lambda *values: sum(value is None for value in values),
        lambda pl, *values: pl.sum_horizontal([value.is_null().cast(pl.Int64) for value in values]),
    ),
):
    function(
        name=_name,
        zh=_zh,
        group="missing",
        parameters=_VALUES,
        variadic=True,
        returns="int",
        missing=Missing.HANDLES,
        doc=f"{_what} Never missing itself.",
        examples=_examples,
        python=_python,
        polars=_polars,
    )
for _name, _zh, _what, _examples, _python, _polars in (
    (
        "all_known",
        "全部已知",
        "Whether all of the values are known.",
        (Example("all_known(1, 'x')", True), Example(f"all_known(1, {_GONE})", False)),
        lambda *values: all(value is not None for value in values),
        lambda pl, *values: pl.all_horizontal([value.is_not_null() for value in values]),
    ),
    (
        "any_known",
        "任一已知",
        "Whether one or more of the values are known.",
        (Example(f"any_known(1, {_GONE})", True), Example(f"any_known({_GONE}, {_GONE})", False)),
        lambda *values: any(value is not None for value in values),
        lambda pl, *values: pl.any_horizontal([value.is_not_null() for value in values]),
    ),
):
    function(
        name=_name,
        zh=_zh,
        group="missing",
        parameters=_VALUES,
        variadic=True,
        returns="bool",
        missing=Missing.HANDLES,
        doc=f"{_what} Never missing itself.",
        examples=_examples,
        python=_python,
        polars=_polars,
    )

_CONDITIONS = (Parameter("condition", "bool"), Parameter("others", "bool"))
function(
    name="count_true",
    zh="满足个数",
    group="logic",
    parameters=_CONDITIONS,
    variadic=True,
    returns="int",
    missing=Missing.HANDLES,
    doc="How many of the conditions are true: `count_true(a, b, c) >= 2` is two out of three. An unknown condition does not "
    "count; never missing.",
    examples=(Example("count_true(true, false, true)", 2), Example(f"count_true({_GONE} > 1, true)", 1)),
    python=lambda *conditions: sum(condition is True for condition in conditions),
    polars=lambda pl, *conditions: pl.sum_horizontal([condition.fill_null(False).cast(pl.Int64) for condition in conditions]),
)
function(
    name="is_true",
    zh="确为真",
    group="logic",
    parameters=(Parameter("condition", "bool"),),
    returns="bool",
    missing=Missing.HANDLES,
    doc="Whether the condition is known to be true: unknown becomes false.",
    examples=(Example("is_true(2 > 1)", True), Example(f"is_true({_GONE} > 1)", False)),
    python=lambda condition: condition is True,
    polars=lambda _pl, condition: condition.fill_null(False),
)
function(
    name="one_if",
    zh="真为一",
    group="logic",
    parameters=(Parameter("condition", "bool"),),
    returns="int",
    doc="1 for true, 0 for false.",
    examples=(Example("one_if(2 > 1)", 1), Example(f"one_if({_GONE} > 1)", None)),
    python=int,
    polars=lambda pl, condition: condition.cast(pl.Int64),
)
