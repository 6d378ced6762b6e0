"""How a cell of a file becomes a value of the language: one polars expression a column.

What does not fit becomes null, so that a caller who knows that the cell was filled can count it as wrong. Nothing is
guessed: a text is a number, a date or a bool only in the form that is written here.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest

import polars as pl

from strategy_engine.language.types import CENTS, NUMERIC, TEXTS, EnumType, Kind, Type

MOST_CENTS = 2**63 - 1
FRACTION_DIGITS = 10  # of money as text; enough for any price, and leaves 28 digits before the point
DATETIME = pl.Datetime("us")

NOT_A_NUMBER = ("NaN", "nan")
# ISO texts, told apart by their length, so that each cell is parsed in one format only
DAY_LENGTH, MINUTE_LENGTH, SECOND_LENGTH = len("2026-11-20"), len("2026-11-20T08:30"), len("2026-11-20T08:30:00")
ZONE = r"(Z|[+-]\d\d:?\d\d)$"

# cell, its type in the file, its declared type, the project's time zone → the value; None where no cell of that type fits
Converter = Callable[[pl.Expr, pl.DataType, Type, str], pl.Expr | None]


def engine_dtype(type_: Type) -> pl.DataType:
    """How the engine holds a type of the language."""
    if type_.kind is Kind.ENUM and type_.enum is not None:
        return pl.Enum(type_.enum.values)
    return {
        Kind.BOOL: pl.Boolean(),
        Kind.INT: pl.Int64(),
        Kind.MONEY: pl.Int64(),
        Kind.NUMBER: pl.Float64(),
        Kind.PERCENT: pl.Float64(),
        Kind.DATE: pl.Date(),
        Kind.DATETIME: DATETIME,
    }.get(type_.kind, pl.String())


def present(cell: pl.Expr, dtype: pl.DataType, type_: Type) -> pl.Expr:
    """The cell, with every spelling of "missing" as null: empty text, and NaN where a number is declared."""
    if dtype == pl.String:
        return pl.when(~cell.is_in(["", *NOT_A_NUMBER]) if type_.kind in NUMERIC else cell != "").then(cell)
    return cell.fill_nan(None) if dtype.is_float() else cell


def reads_missing(dtype: pl.DataType, type_: Type) -> bool:
    """Whether a cell that is not `present` has no value anyway, as no spelling of "missing" fits the type."""
    if dtype != pl.String:
        return True
    named = (*type_.enum.values, *type_.enum.labels) if type_.enum is not None else ()
    return type_.kind not in TEXTS and "" not in named


def convert(cell: pl.Expr, dtype: pl.DataType, type_: Type, timezone: str) -> pl.Expr | None:
    """The value of a cell in the engine's type, null where it does not fit; None where no cell can. The cell is a `present` one, or any
    where a missing one `reads_missing`."""
    if dtype == pl.Null:
        return cell.cast(engine_dtype(type_))
    return CONVERTERS[type_.kind](cell, dtype, type_, timezone)


def _text(cell: pl.Expr, dtype: pl.DataType, _type: Type, _zone: str) -> pl.Expr | None:
    """Ids often come as numbers: 17 and 17.0 are both the id `17`."""
    if dtype == pl.String:
        return cell
    if dtype.is_integer() or isinstance(dtype, pl.Categorical | pl.Enum):
        return cell.cast(pl.String)
    return _whole(cell).cast(pl.String) if dtype.is_numeric() else None


def _enum(cell: pl.Expr, dtype: pl.DataType, type_: Type, zone: str) -> pl.Expr | None:
    """A value of the enum, or one of its labels."""
    target = engine_dtype(type_)
    if dtype == target:
        return cell
    text = _text(cell, dtype, type_, zone)
    if text is None or type_.enum is None:
        return None
    if not any(type_.enum.labels):
        return text.cast(target, strict=False)
    places = text.cast(_values_and_labels(type_.enum), strict=False).to_physical()
    return (places % len(type_.enum.values)).cat.to(target)


def _values_and_labels(enum: EnumType) -> pl.Enum:
    """An enum of the values, then their labels, so that the place of either modulo the number of values tells the value.

    (`replace_strict` takes twice as long, and holds a whole column in memory where the rest of the plan streams.)
    """
    names = dict.fromkeys(enum.values)
    for place, (value, label) in enumerate(zip_longest(enum.values, enum.labels)):
        named = label is not None and label not in names and enum.value_of(label) == value
        names[str(label) if named else f"\0{place}"] = None  # no text names a value by a placeholder
    return pl.Enum(list(names))


def _bool(cell: pl.Expr, dtype: pl.DataType, _type: Type, _zone: str) -> pl.Expr | None:
    """true and false in any case, or 1 and 0."""
    if dtype == pl.Boolean:
        return cell
    if dtype == pl.String:
        word = cell.str.to_lowercase()
        return pl.when(word.is_in(["true", "1"])).then(True).when(word.is_in(["false", "0"])).then(False)
    return pl.when(cell == 1).then(True).when(cell == 0).then(False) if dtype.is_numeric() else None


def _int(cell: pl.Expr, dtype: pl.DataType, _type: Type, _zone: str) -> pl.Expr | None:
    """A whole number, also where it is written 12.0."""
    if dtype.is_integer():
        return cell.cast(pl.Int64, strict=False)
    if dtype == pl.String:
        return pl.coalesce(cell.cast(pl.Int64, strict=False), _whole(cell.cast(pl.Float64, strict=False)))
    return _whole(cell) if dtype.is_numeric() else None


def _number(cell: pl.Expr, dtype: pl.DataType, _type: Type, _zone: str) -> pl.Expr | None:
    """Any finite number."""
    if not (dtype.is_numeric() or dtype == pl.String):
        return None
    number = cell.cast(pl.Float64, strict=False)
    return number if dtype.is_integer() else pl.when(number.is_finite()).then(number)


def _money(cell: pl.Expr, dtype: pl.DataType, _type: Type, _zone: str) -> pl.Expr | None:
    """Hundredths, exact from integers, decimals and text; halves are rounded away from zero."""
    if dtype.is_integer():
        units = cell.cast(pl.Int64, strict=False)
        return pl.when(units.is_between(-(MOST_CENTS // CENTS), MOST_CENTS // CENTS)).then(units * CENTS)
    if dtype.is_float():
        # 0.285 * 100 is 28.499999999999996: what the multiplication lost is put right before the half is looked at
        cents = (cell.cast(pl.Float64) * CENTS).round(6).round(0, mode="half_away_from_zero")
        return cents.cast(pl.Int64, strict=False)
    if dtype == pl.String or isinstance(dtype, pl.Decimal):
        scale = 2 if isinstance(dtype, pl.Decimal) and dtype.scale == 2 else FRACTION_DIGITS
        decimal = cell if scale == 2 else cell.cast(pl.Decimal(38, scale), strict=False)
        return _cents(decimal.to_physical(), scale)
    return None


def _cents(units: pl.Expr, scale: int) -> pl.Expr:
    """Hundredths from a decimal's digits as one integer with `scale` of them after the point."""
    if scale == 2:
        return units.cast(pl.Int64, strict=False)
    step = 10 ** (scale - 2)
    cents: pl.Expr = (units.abs() + step // 2) // step * units.sign()
    return cents.cast(pl.Int64, strict=False)


def _date(cell: pl.Expr, dtype: pl.DataType, type_: Type, zone: str) -> pl.Expr | None:
    """The day; of a point in time, its day in the project's time zone."""
    if dtype == pl.Date:
        return cell
    moment = _datetime(cell, dtype, type_, zone)
    return None if moment is None else moment.dt.date()


def _datetime(cell: pl.Expr, dtype: pl.DataType, _type: Type, zone: str) -> pl.Expr | None:
    """The point in time on the bank's clocks, without a zone."""
    if isinstance(dtype, pl.Datetime):
        local = _local(cell, zone) if dtype.time_zone else cell
        return local if dtype == DATETIME else local.cast(DATETIME)
    if dtype == pl.Date:
        return cell.cast(DATETIME)
    if dtype != pl.String:
        return None
    return _iso_text(cell, zone)


def _iso_text(cell: pl.Expr, zone: str) -> pl.Expr:
    """The point in time that an ISO text names: a day, a minute or a second, the latter two with or without a zone."""
    length = cell.str.len_bytes()
    day = pl.when(length == DAY_LENGTH).then(cell)
    text = pl.when(length >= MINUTE_LENGTH).then(cell.str.replace(" ", "T", literal=True))
    zoned = text.str.contains(ZONE)

    def parsed(cells: pl.Expr, form: str, time_zone: str | None = None) -> pl.Expr:
        return pl.when(cells).then(text).str.to_datetime(form, strict=False, time_unit="us", time_zone=time_zone)

    return pl.coalesce(
        day.str.to_date("%F", strict=False).cast(DATETIME),
        parsed(~zoned & (length >= SECOND_LENGTH), "%FT%H:%M:%S%.f"),
        parsed(~zoned & (length == MINUTE_LENGTH), "%FT%H:%M"),
        _local(parsed(zoned & (length > SECOND_LENGTH), "%FT%H:%M:%S%.f%#z", "UTC"), zone),
        _local(parsed(zoned, "%FT%H:%M%#z", "UTC"), zone),
    )


def _local(moment: pl.Expr, zone: str) -> pl.Expr:
    """A zoned point in time as the clocks of `zone` show it."""
    return moment.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _whole(number: pl.Expr) -> pl.Expr:
    """The number as an integer, null where it has a fraction."""
    whole = number.cast(pl.Int64, strict=False)
    return pl.when(whole == number).then(whole)


CONVERTERS: dict[Kind, Converter] = {
    Kind.ID: _text,
    Kind.TEXT: _text,
    Kind.ENUM: _enum,
    Kind.BOOL: _bool,
    Kind.INT: _int,
    Kind.NUMBER: _number,
    Kind.PERCENT: _number,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
}
