"""Typed expressions: what the checker makes and what both engines evaluate.

Every node has a `type`; every node is immutable, hashable and compares by meaning (spans do not count), so that
equal sub-expressions of different strategies are evaluated once. Values are held as `language.types` says.

Scopes of a `Column`:
    customer        the snapshot row of the customer at hand
    row             the row of the nearest enclosing `Rows`
    other           the snapshot row of the customer that a link row points to
    step.NAME       the row matched by an earlier step of a sequence trigger
    hit.TRIGGER     the row of the hit that made the action
    hits            the rows of all hits that the action spends (only inside Rows("hits"))
    action          the action being decided: arm step channel product benefit category strategy
    benefit, product, channel, strategy   a declared field of the action's benefit …: value, cost, title, risk
    member          whether the customer was in a fixed cohort (by its name) when the last run before today had ended; as of an
                    earlier date, when that date had ended
    before, after   the customer's snapshot before and after an action (KPIs only)
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from strategy_engine.language.types import BOOL, Duration, Type
from strategy_engine.record import record
from strategy_engine.source.file import Span


@record(kw_only=True)
class Expr:
    """Any typed expression."""

    type: Type
    span: Span | None = field(default=None, compare=False, repr=False)


# ------------------------------------------------------------------------------------------------ leaves


@record
class Constant(Expr):
    """A value known before the run; None is missing."""

    value: Any


@record
class Column(Expr):
    """A column in one of the scopes above."""

    scope: str
    name: str


@record
class Derived(Expr):
    """An attribute, cohort, table output or grid, by its name in `Model.derived`."""

    name: str


@record
class Reference(Expr):
    """`branch.lat`: the column of the reference table's row whose key equals `via`; missing where there is none."""

    via: Expr
    table: str
    column: str


@record
class SeriesValue(Expr):
    """The series' value of the as-of date, or missing."""

    table: str
    column: str


@record
class InList(Expr):
    """Whether the customer stands in the list."""

    table: str


@record
class Today(Expr):
    """The as-of date."""


@record
class ContactDate(Expr):
    """The day on which the lists are worked: today plus the project's offset."""


# ------------------------------------------------------------------------------------------------ values of values


@record
class Convert(Expr):
    """The same value held as `type`: int to number, int to money (a literal), date to datetime (its midnight),
    datetime to date, id to text, money to number (in whole currency units)."""

    value: Expr


@record
class Call(Expr):
    """A function of the library; a parameter marked constant has a `Constant` argument."""

    function: str
    arguments: tuple[Expr, ...]


@record
class Arithmetic(Expr):
    """`+ - * /` over numbers and money.

    Both sides of + and - are of the result's kind. int * int is int, money * number is money rounded half away from zero
    to the cent (computed in double precision), everything else is number. money / money is number,
    money / number is money, other division is number. Dividing by zero gives missing.
    """

    op: str
    left: Expr
    right: Expr


@record
class Shift(Expr):
    """A date or datetime moved by a duration, forwards (`sign` 1) or backwards (-1).

    Months and years clip to the month's end. A date moved by hours or minutes counts from its midnight and gives a datetime.
    """

    value: Expr
    by: Duration
    sign: int


@record
class Negate(Expr):
    """Minus the value."""

    value: Expr


@record
class Default(Expr):
    """`a ?? b`: the first that is known."""

    options: tuple[Expr, ...]


@record
class Choice(Expr):
    """`if c then a else b`; an unknown c gives missing."""

    condition: Expr
    then: Expr
    otherwise: Expr


# ------------------------------------------------------------------------------------------------ conditions


@record(kw_only=True)
class Condition(Expr):
    """An expression that is true, false or unknown."""

    type: Type = BOOL


@record
class Compare(Condition):
    """`== != < <= > >=`; both sides are held alike. Ordered enums compare by rank."""

    op: str
    left: Expr
    right: Expr


@record
class InSet(Condition):
    """Whether the value is one of the options (constants held like it, none missing)."""

    value: Expr
    options: tuple[Constant, ...]


@record
class Window(Expr):
    """A stretch of time or numbers; a side that is None is open. Not a value of its own: part of the nodes below."""

    low: Expr | None
    high: Expr | None
    low_closed: bool = True
    high_closed: bool = True


@record
class InWindow(Condition):
    """Whether the value lies in the window; its ends are held like the value. A datetime meets a window of dates by its day
    (the checker wraps it in a Convert)."""

    value: Expr
    window: Window


@record
class And(Condition):
    """Kleene's and."""

    parts: tuple[Expr, ...]


@record
class Or(Condition):
    """Kleene's or."""

    parts: tuple[Expr, ...]


@record
class Not(Condition):
    """Kleene's not."""

    value: Expr


@record
class IsKnown(Condition):
    """Whether the value is not missing; itself always true or false."""

    value: Expr


# ------------------------------------------------------------------------------------------------ related rows


@record
class Rows:
    """Rows of a table that belong to the customer: events, items, links (by the table's name), or `hits`.

    `where` may use the scopes row, other (links only) and customer. `window` bounds `time`, the name of the row's time column
    (held as date where the window is of dates). Rows whose condition is unknown do not count. Event rows after the as-of day
    are never seen, except where `future` holds (the window looks ahead).
    """

    table: str
    where: Expr | None = None
    window: Window | None = None
    time: str | None = None
    future: bool = False


@record
class Aggregate(Expr):
    """`count sum exists min max avg first last distinct` over rows. `value` (scope row) is None for count and exists.

    Missing values are skipped. sum and count of nothing are 0, exists false, the others missing. A sum or avg of numbers is
    exact: each value is first rounded to nine decimals (half away from zero), so that the order of rows does not matter;
    avg of money rounds half away from zero to the cent. first and last go by the rows' time; among equal times first takes
    the smallest value and last the largest.
    """

    function: str
    rows: Rows
    value: Expr | None = None


# ------------------------------------------------------------------------------------------------ population and time


@record
class Population(Expr):
    """`percentile` (share of known values <= this one, 0..1) and `rank` (1 = largest, ties share the smaller rank) over the
    whole snapshot, within the group `by` where given; a missing value or group gives missing."""

    function: str
    value: Expr
    by: Expr | None = None


@record
class Ago(Expr):
    """The value as of the date `back` before today, from the nearest earlier snapshot; missing for who was not there."""

    value: Expr
    back: Duration


# ------------------------------------------------------------------------------------------------ tables and texts


@record
class Decision(Expr):
    """A decision table's output. A row matches where its condition is true (unknown does not match).

    hit: `first` takes the first matching row; `unique` and `any` need all matching rows to give the same
    value (unique: to be one row), else missing; `sum min max count` collect over the matching rows.
    No match gives missing (0 for sum and count).
    """

    hit: str
    rows: tuple[tuple[Expr, Expr], ...]  # (condition, output)


@record
class Hole(Expr):
    """A placeholder of a script: an expression and how to write it (`format` empty for the type's usual form)."""

    value: Expr
    format: str = ""


@record
class Template(Expr):
    """A script: texts and holes in turn. A missing hole makes the whole missing."""

    parts: tuple[str | Hole, ...]
