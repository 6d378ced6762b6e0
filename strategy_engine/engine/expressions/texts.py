"""Scripts: templates and holes, written as `rows/formats.py` says."""

from __future__ import annotations

import polars as pl

from strategy_engine.engine.expressions.arithmetic import divide_half_away, quotient
from strategy_engine.engine.expressions.binding import bind
from strategy_engine.engine.expressions.lowering import Lowering, lowered
from strategy_engine.engine.rows.arithmetic import WHOLE
from strategy_engine.language.formats import NO, WRITABLE, YES, NumberFormat, check_format, number_format, time_format
from strategy_engine.language.types import CENTS, NUMERIC, TIMES, EnumType, Kind
from strategy_engine.semantics import ir

_WAN = 10_000


@lowered.register
def _template(expr: ir.Template, low: Lowering) -> pl.Expr:
    parts = [pl.lit(part) if isinstance(part, str) else low(part) for part in expr.parts]
    return pl.concat_str(parts) if parts else pl.lit("")


@lowered.register
def _hole(expr: ir.Hole, low: Lowering) -> pl.Expr:
    value, of = low(expr.value), expr.value.type
    check_format(of, expr.format)
    if of.kind in NUMERIC:
        form = number_format(of.kind, expr.format)
        return bind(lambda number: _digits(number, form), _scaled(value, of.kind, form))
    if of.kind in TIMES:
        form_of_time = time_format(of.kind, expr.format)
        return value.cast(pl.Datetime("us")).dt.strftime(form_of_time)
    if of.kind is Kind.BOOL:
        return bind(lambda known: pl.when(known).then(pl.lit(YES)).when(~known).then(pl.lit(NO)), value)
    return _label(value, of.enum) if of.enum is not None else value


def _label(value: pl.Expr, enum: EnumType) -> pl.Expr:
    text = value.cast(pl.String)
    return text.replace(list(enum.values), [enum.label_of(word) for word in enum.values]) if enum.labels else text


def _scaled(value: pl.Expr, kind: Kind, form: NumberFormat) -> pl.Expr:
    """The number as a 128-bit integer of 10^-decimals, in the unit that the suffix names."""
    power = form.decimals + (2 if form.suffix == "%" else 0)
    if kind in WHOLE:
        divisor = (CENTS if kind is Kind.MONEY else 1) * (_WAN if form.suffix == "万" else 1)
        return divide_half_away(value.cast(pl.Int128) * 10**power, pl.lit(divisor, dtype=pl.Int128))
    units = quotient(value, _WAN) if form.suffix == "万" else value
    scaled = (units * 10.0**power).round(mode="half_away_from_zero").cast(pl.Int128, strict=False)
    return bind(lambda number: pl.when(number.abs() < pl.lit(WRITABLE, dtype=pl.Int128)).then(number), scaled)


def _digits(scaled: pl.Expr, form: NumberFormat) -> pl.Expr:
    size = scaled.abs()
    head = (size // 10**form.decimals).cast(pl.String)
    parts = [pl.when(scaled < 0).then(pl.lit("-")).otherwise(pl.lit("")), _separated(head) if form.separators else head]
    if form.decimals:
        parts.append(_fraction(size % 10**form.decimals, form))
    return pl.concat_str([*parts, pl.lit(form.suffix)])


def _separated(digits: pl.Expr) -> pl.Expr:
    """Thousands parted by commas: the digits backwards in groups of three."""
    return digits.str.reverse().str.replace_all(r"(\d{3})", "${1},").str.strip_suffix(",").str.reverse()


def _fraction(fraction: pl.Expr, form: NumberFormat) -> pl.Expr:
    text = pl.concat_str(pl.lit("."), fraction.cast(pl.String).str.zfill(form.decimals))
    if form.optional == "trailing":
        return text.str.strip_chars_end("0").str.strip_chars_end(".")
    return pl.when(fraction == 0).then(pl.lit("")).otherwise(text) if form.optional == "all" else text
