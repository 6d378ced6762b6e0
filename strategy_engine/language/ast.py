"""The syntax tree: what both readers make of a strategy file, before anything is known of columns and types.

Nodes compare by meaning: where they stand (`span`) and how a literal was written (`raw`) do not count. Chinese keywords have
become their English twins; labels are still as written, because only the checker knows them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from strategy_engine.language.types import Duration
from strategy_engine.source.file import Span

Locate = Callable[[int, int], Span]


@dataclass(slots=True)
class Node:
    """Anything that stands somewhere."""

    span: Span = field(compare=False, repr=False)


# ------------------------------------------------------------------------------------------------ expressions


@dataclass(slots=True)
class Number(Node):
    """A number; `percent` where it was written with % or bp (85% has the value 0.85)."""

    value: Decimal
    percent: bool
    raw: str = field(compare=False, repr=False)


@dataclass(slots=True)
class Text(Node):
    """A quoted text, escapes resolved. `raw` is what stood between the quotes, `inside` finds places in it."""

    value: str
    raw: str = field(compare=False, repr=False)
    inside: Locate = field(compare=False, repr=False)


@dataclass(slots=True)
class Boolean(Node):
    value: bool


@dataclass(slots=True)
class Date(Node):
    value: dt.date


@dataclass(slots=True)
class DateTime(Node):
    value: dt.datetime


@dataclass(slots=True)
class DurationLiteral(Node):
    value: Duration


@dataclass(slots=True)
class Name(Node):
    """`aum`, `branch.lat`: the parts between the dots, without backticks."""

    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return ".".join(self.parts)


@dataclass(slots=True)
class Argument(Node):
    """One argument of a call; `absent` for `then no …` in a sequence."""

    value: Expr
    label: str | None = None
    absent: bool = False


@dataclass(slots=True)
class Call(Node):
    function: str
    arguments: tuple[Argument, ...]
    name_span: Span = field(compare=False, repr=False)


@dataclass(slots=True)
class ListLiteral(Node):
    items: tuple[Expr, ...]


@dataclass(slots=True)
class Interval(Node):
    low: Expr
    high: Expr
    low_closed: bool
    high_closed: bool


@dataclass(slots=True)
class Minus(Node):
    value: Expr


@dataclass(slots=True)
class Arithmetic(Node):
    op: str
    left: Expr
    right: Expr


@dataclass(slots=True)
class Compared(Node):
    """A chain `a <= b < c`."""

    first: Expr
    rest: tuple[tuple[str, Expr], ...]


@dataclass(slots=True)
class Contained(Node):
    item: Expr
    container: Expr  # a list, an interval, a Period, or a name
    negated: bool = False


@dataclass(slots=True)
class Presence(Node):
    value: Expr
    known: bool


@dataclass(slots=True)
class Connective(Node):
    op: str  # and, or
    parts: tuple[Expr, ...]


@dataclass(slots=True)
class Negated(Node):
    value: Expr


@dataclass(slots=True)
class DefaultTo(Node):
    options: tuple[Expr, ...]


@dataclass(slots=True)
class If(Node):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(slots=True)
class Period(Node):
    direction: str  # last, next
    duration: Duration


@dataclass(slots=True)
class Since(Node):
    """`14 days after contact`."""

    duration: Duration
    after: str


@dataclass(slots=True)
class Related(Node):
    """Rows with their clauses: `txn.amount where … within …`, `aum by branch`."""

    base: Expr
    where: Expr | None = None
    within: Expr | None = None  # a Period, DurationLiteral, Interval or Since
    by: Name | None = None


@dataclass(slots=True)
class Share(Node):
    """`share of …` in a measure."""

    of: Expr


Expr = (
    Number | Text | Boolean | Date | DateTime | DurationLiteral | Name | Call | ListLiteral | Interval | Minus | Arithmetic
    | Compared | Contained | Presence | Connective | Negated | DefaultTo | If | Period | Since | Related | Share
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ values of fields


@dataclass(slots=True)
class Entry(Node):
    """`gold: coupon_50` inside braces; `span` covers the entry, `key_span` the key."""

    key: str
    value: Value
    key_span: Span = field(compare=False, repr=False)


@dataclass(slots=True)
class Mapping(Node):
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class By(Node):
    """`by tier { gold: …, else: … }`."""

    selector: Name
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Range(Node):
    low: Expr
    high: Expr
    ramp: Mapping | None = None


@dataclass(slots=True)
class Ordered(Node):
    value: Expr
    descending: bool


@dataclass(slots=True)
class Terms(Node):
    """`card_instalment { rate: price.rate }`."""

    name: Name
    terms: Mapping


@dataclass(slots=True)
class Ladder(Node):
    """`a else b else none`."""

    options: tuple[Name, ...]


@dataclass(slots=True)
class Many(Node):
    """Several values with commas between."""

    items: tuple[Value, ...]


@dataclass(slots=True)
class Step(Node):
    """One step of a channel plan."""

    channels: tuple[Name, ...]
    after: Duration | None = None
    on_day: int | None = None
    unless: str | None = None
    only_if: Expr | None = None


@dataclass(slots=True)
class Plan(Node):
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Per(Node):
    """`per tier`, `per rolling 7 days`; a window has a `window` word and a duration."""

    name: Name | None = None
    window: str | None = None  # day week month year: that calendar unit; rolling: the duration
    duration: Duration | None = None


@dataclass(slots=True)
class Quota(Node):
    """`AMOUNT unit per … on CHANNEL…`."""

    amount: Expr
    counted: str | None
    per: tuple[Per, ...]
    channels: tuple[Name, ...] = ()


@dataclass(slots=True)
class Pause(Node):
    """`180 days per strategy after 2 declined within 90 days`."""

    duration: Duration
    per: tuple[Per, ...]
    count: int
    outcome: str
    within: Duration | None = None


@dataclass(slots=True)
class Target(Node):
    """One KPI of a strategy with what is wanted of it."""

    kpi: Name
    uplift: bool = False
    op: str | None = None
    value: Expr | None = None
    otherwise: str | None = None


@dataclass(slots=True)
class Targets(Node):
    items: tuple[Target, ...]


@dataclass(slots=True)
class Hit(Node):
    policy: str  # unique first any collect
    collect: str | None = None  # sum min max count


@dataclass(slots=True)
class Expect(Node):
    condition: Expr
    offers: Name | None = None
    channel: Name | None = None


Value = Expr | Mapping | By | Range | Ordered | Terms | Ladder | Many | Plan | Quota | Pause | Targets | Hit | Expect


# ------------------------------------------------------------------------------------------------ declarations


@dataclass(slots=True)
class Bound(Node):
    """A cell's `>= 50万`: the comparison's left side is the column above."""

    op: str
    value: Expr


@dataclass(slots=True)
class PresenceTest(Node):
    known: bool


@dataclass(slots=True)
class Cell(Node):
    """A condition on the column above: any value, one of the tests, or none of them."""

    kind: str  # any, one_of, none_of
    tests: tuple[Expr | Bound | PresenceTest, ...] = ()


@dataclass(slots=True)
class Row(Node):
    """A row of a decision table; in the first one the cells name the columns."""

    cells: tuple[Cell, ...]
    outputs: tuple[Expr, ...]


@dataclass(slots=True)
class Given(Node):
    """A row that a test sets up."""

    table: Name
    row: Mapping


@dataclass(slots=True)
class Field(Node):
    """`key: value`."""

    key: str
    value: Value
    key_span: Span = field(compare=False, repr=False)


@dataclass(slots=True)
class Declaration(Node):
    """`kind name "title" { … }`. The short form `= expr` is a field (`where` of a cohort, `value` of others)."""

    kind: str
    name: str
    title: str | None
    fields: tuple[Field, ...]
    rows: tuple[Row, ...] = ()
    givens: tuple[Given, ...] = ()
    name_span: Span | None = field(default=None, compare=False, repr=False)
    broken: bool = field(default=False, compare=False, repr=False)  # part of it could not be read, which has been told

    def all(self, key: str) -> list[Field]:
        """The fields of that key, in order."""
        return [field for field in self.fields if field.key == key]

    def first(self, key: str) -> Field | None:
        """The first field of that key."""
        return next((field for field in self.fields if field.key == key), None)


@dataclass(slots=True)
class Module(Node):
    """One file."""

    declarations: tuple[Declaration, ...]
