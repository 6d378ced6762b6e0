"""How values stand in the solver, and what they are to people.

| type            | in the solver                                                    |
|-----------------|------------------------------------------------------------------|
| bool            | a Boolean                                                        |
| int, money      | a whole number (money in hundredths)                             |
| number, percent | a real number: exact, where the engines round to double precision |
| date            | the day's number                                                 |
| datetime        | microseconds, from the midnight before the first day              |
| enum            | the place of the value among all                                 |
| id, text        | a whole number, another for each text                            |
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from strategy_engine.language.types import CENTS, Kind, Type
from strategy_engine.proofs.logic import Logic, Term, both, z3

DAY = 86_400_000_000
"""Microseconds."""

REALS = frozenset({Kind.NUMBER, Kind.PERCENT})
_MOST = 2**63 - 1
_FIRST, _LAST = dt.date.min.toordinal(), dt.date.max.toordinal()
_BEGINNING = dt.datetime.combine(dt.date.min, dt.time())
_USUAL_DAYS = dt.date(1930, 1, 1).toordinal(), dt.date(2060, 12, 31).toordinal()
_USUAL = {
    Kind.INT: (0, 10**6),
    Kind.MONEY: (0, 10**9 * CENTS),
    Kind.NUMBER: (0, 10**9),
    Kind.PERCENT: (0, 1),
    Kind.DATE: _USUAL_DAYS,
    Kind.DATETIME: (_USUAL_DAYS[0] * DAY, _USUAL_DAYS[1] * DAY),
}
POSSIBLE = {
    Kind.INT: (-_MOST - 1, _MOST),
    Kind.MONEY: (-_MOST - 1, _MOST),
    Kind.DATE: (_FIRST, _LAST),
    Kind.DATETIME: (_FIRST * DAY, (_LAST + 1) * DAY - 1),
}


class Texts:
    """A number for each text that an expression names."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    def text(self, number: int) -> str:
        """The text of a number; one that nobody names for any other."""
        named = list(self._numbers)
        if 0 <= number < len(named):
            return named[number]
        made = f"other {number - len(named) + 1}"
        while made in self._numbers:
            made += "'"
        return made


def variable(name: str, kind: Kind) -> Term:
    """An unknown of the kind."""
    if kind is Kind.BOOL:
        return z3.Bool(name)
    return z3.Real(name) if kind in REALS else z3.Int(name)


def possible(term: Term, of: Type) -> Logic:
    """What every value of the type satisfies."""
    if of.enum is not None:
        return both(term >= 0, term < len(of.enum.values))
    return _between(term, POSSIBLE.get(of.kind)) if of.kind not in (Kind.ID, Kind.TEXT) else term >= 0


def usual(term: Term, of: Type) -> Logic:
    """What people would take for a value in practice."""
    return _between(term, _USUAL.get(of.kind))


def _between(term: Term, ends: tuple[int, int] | None) -> Logic:
    return True if ends is None else both(term >= ends[0], term <= ends[1])


def number_of(value: Any, of: Type, texts: Texts) -> int | Fraction:
    """A known value, held as `language.types` says, as the number it stands for."""
    if of.enum is not None:
        return of.enum.values.index(value)
    if of.kind in (Kind.ID, Kind.TEXT):
        return texts.number(value)
    if isinstance(value, dt.datetime):
        return (value - _BEGINNING) // dt.timedelta(microseconds=1) + _FIRST * DAY
    if isinstance(value, dt.date):
        return value.toordinal()
    return Fraction(repr(value)) if of.kind in REALS else int(value)  # 0.3 is 3/10: in the same order, and far easier than what is held


def term_of(value: Any, of: Type, texts: Texts) -> Term:
    """A known value as a term of the solver."""
    number = number_of(value, of, texts)
    if of.kind in REALS:
        exact = Fraction(number)
        return z3.Q(exact.numerator, exact.denominator)
    return z3.IntVal(int(number))


def value_of(found: Any, of: Type, texts: Texts) -> Any:
    """What a number of the solver's answer stands for."""
    if of.kind in REALS:
        return held(found.as_fraction() if hasattr(found, "as_fraction") else Fraction(found.approx(20).as_fraction()), of, texts)
    return held(found.as_long(), of, texts)


def held(number: int | Fraction, of: Type, texts: Texts) -> Any:
    """The value that a number stands for."""
    if of.kind in REALS:
        return float(number)
    number = int(number)
    if of.kind is Kind.BOOL:
        return bool(number)
    if of.enum is not None:
        return of.enum.values[number]
    if of.kind in (Kind.ID, Kind.TEXT):
        return texts.text(number)
    if of.kind is Kind.DATE:
        return dt.date.fromordinal(number)
    if of.kind is Kind.DATETIME:
        return _BEGINNING + dt.timedelta(microseconds=number - _FIRST * DAY)
    return number


def written(name: str, value: Any, of: Type) -> str:
    """`column is value`, as a condition of the language."""
    if value is None:
        return f"{name} is missing"
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if of.kind is Kind.MONEY:
        whole, cents = divmod(abs(value), CENTS)
        value = ("-" if value < 0 else "") + (f"{whole}.{cents:02d}" if cents else str(whole))
    elif of.kind is Kind.PERCENT:
        value = f"{value * 100:.10g}%"
    elif of.kind is Kind.NUMBER:
        value = f"{value:.12g}"
    elif of.kind is Kind.DATETIME:
        value = value.isoformat(timespec="minutes" if value.second == value.microsecond == 0 else "auto")
    elif of.kind in (Kind.ID, Kind.TEXT):
        value = f'"{value}"'
    return f"{name} == {value}"
