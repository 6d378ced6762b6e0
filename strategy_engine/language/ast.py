"""The syntax tree: what both readers make of a strategy file, before anything is known of columns and types.

Nodes compare by meaning: where they stand (`span`) and how a literal was written (`raw`) do not count. Chinese keywords have
become their English twins; labels are still as written, because only the checker knows them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import field
from decimal import Decimal

from strategy_engine.language.types import Duration
from strategy_engine.record import node
from strategy_engine.source.file import Locate, Span


@node
class Node:
    """Anything that stands somewhere."""

    span: Span = field(compare=False, repr=False)


@node
class Number(Node):
    """A number; `percent` where it was written with % or bp (85% has the value 0.85)."""

    value: Decimal
    percent: bool
    raw: str = field(compare=False, repr=False)


@node
class Text(Node):
    """A quoted text, escapes resolved. `raw` is what stood between the quotes, `inside` finds places in it."""

    value: str
    raw: str = field(compare=False, repr=False)
    inside: Locate = field(compare=False, repr=False)


@node
class Boolean(Node):
    value: bool


@node
class Date(Node):
    value: dt.date


@node
class DateTime(Node):
    value: dt.datetime


@node
class DurationLiteral(Node):
    value: Duration


@node
class Name(Node):
    """`aum`, `branch.lat`: the parts between the dots, without backticks."""

    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return ".".join(self.parts)


@node
class Argument(Node):
    """One argument of a call; `absent` for `then no …` in a sequence."""

    value: Expr
    label: str | None = None
    absent: bool = False


@node
class Call(Node):
    function: str
    arguments: tuple[Argument, ...]
    name_span: Span = field(compare=False, repr=False)


@node
class ListLiteral(Node):
    items: tuple[Expr, ...]


@node
class Interval(Node):
    low: Expr
    high: Expr
    low_closed: bool
    high_closed: bool


@node
class Minus(Node):
    value: Expr


@node
class Arithmetic(Node):
    op: str
    left: Expr
    right: Expr


@node
class Compared(Node):
    """A chain `a <= b < c`."""

    first: Expr
    rest: tuple[tuple[str, Expr], ...]


@node
class Contained(Node):
    item: Expr
    container: Expr  # a list, an interval, a Period, or a name
    negated: bool = False


@node
class Presence(Node):
    value: Expr
    known: bool


@node
class Connective(Node):
    op: str  # and, or
    parts: tuple[Expr, ...]


@node
class Negated(Node):
    value: Expr


@node
class DefaultTo(Node):
    options: tuple[Expr, ...]


@node
class If(Node):
    condition: Expr
    then: Expr
    otherwise: Expr


@node
class Period(Node):
    direction: str  # last, next
    duration: Duration


@node
class Since(Node):
    """`14 days after contact`."""

    duration: Duration
    after: str


@node
class Related(Node):
    """Rows with their clauses: `txn.amount where … within …`, `aum by branch`."""

    base: Expr
    where: Expr | None = None
    within: Expr | None = None  # a Period, DurationLiteral, Interval or Since
    by: Name | None = None


@node
class Share(Node):
    """`share of …` in a measure."""

    of: Expr


Expr = (
    Number | Text | Boolean | Date | DateTime | DurationLiteral | Name | Call | ListLiteral | Interval | Minus | Arithmetic
    | Compared | Contained | Presence | Connective | Negated | DefaultTo | If | Period | Since | Related | Share
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ values of fields


@node
class Entry(Node):
    """`gold: coupon_50` inside braces; `span` covers the entry, `key_span` the key."""

    key: str
    value: Value
    key_span: Span = field(compare=False, repr=False)


@node
class Mapping(Node):
    entries: tuple[Entry, ...]


@node
class By(Node):
    """`by tier { gold: …, else: … }`."""

    selector: Name
    entries: tuple[Entry, ...]


@node
class Range(Node):
    low: Expr
    high: Expr
    ramp: Mapping | None = None


@node
class Ordered(Node):
    value: Expr
    descending: bool


@node
class Terms(Node):
    """`card_instalment { rate: price.rate }`."""

    name: Name
    terms: Mapping


@node
class Ladder(Node):
    """`a else b else none`."""

    options: tuple[Name, ...]


@node
class Many(Node):
    """Several values with commas between."""

    items: tuple[Value, ...]


@node
class Step(Node):
    """One step of a channel plan."""

    channels: tuple[Name, ...]
    after: Duration | None = None
    on_day: int | None = None
    unless: str | None = None
    only_if: Expr | None = None


@node
class Plan(Node):
    steps: tuple[Step, ...]


@node
class Per(Node):
    """`per tier`, `per rolling 7 days`; a window has a `window` word and a duration."""

    name: Name | None = None
    window: str | None = None  # day week month year: that calendar unit; rolling: the duration
    duration: Duration | None = None


@node
class Quota(Node):
    """`AMOUNT unit per … on CHANNEL…`."""

    amount: Expr
    counted: str | None
    per: tuple[Per, ...]
    channels: tuple[Name, ...] = ()


@node
class Pause(Node):
    """`180 days per strategy after 2 declined within 90 days`."""

    duration: Duration
    per: tuple[Per, ...]
    count: int
    outcome: str
    within: Duration | None = None


@node
class Target(Node):
    """One KPI of a strategy with what is wanted of it."""

    kpi: Name
    uplift: bool = False
    op: str | None = None
    value: Expr | None = None
    otherwise: str | None = None


@node
class Targets(Node):
    items: tuple[Target, ...]


@node
class Hit(Node):
    policy: str  # unique first any collect
    collect: str | None = None  # sum min max count


@node
class Expect(Node):
    """`S offers B on CH on 2026-11-22`, or with a blocker `S is blocked by contact`."""

    condition: Expr
    offers: Name | None = None
    channel: Name | None = None
    blocker: Name | None = None
    day: Date | None = None


Value = Expr | Mapping | By | Range | Ordered | Terms | Ladder | Many | Plan | Quota | Pause | Targets | Hit | Expect


# ------------------------------------------------------------------------------------------------ declarations


@node
class Bound(Node):
    """A cell's `>= 50万`: the comparison's left side is the column above."""

    op: str
    value: Expr


@node
class PresenceTest(Node):
    known: bool


@node
class Cell(Node):
    """A condition on the column above: any value, one of the tests, or none of them."""

    kind: str  # any, one_of, none_of
    tests: tuple[Expr | Bound | PresenceTest, ...] = ()


@node
class Row(Node):
    """A row of a decision table; in the first one the cells name the columns."""

    cells: tuple[Cell, ...]
    outputs: tuple[Expr, ...]


@node
class Given(Node):
    """A row that a test sets up; with a day what there is from then on: `given customer on 2026-11-22 { … }`."""

    table: Name
    row: Mapping
    day: Date | None = None


@node
class Field(Node):
    """`key: value`."""

    key: str
    value: Value
    key_span: Span = field(compare=False, repr=False)


@node
class Declaration(Node):
    """`kind name "title" { … }`. The short form `= expr` is a field (`where` of a cohort, `value` of others)."""

    kind: str
    name: str
    title: str | None
    fields: tuple[Field, ...]
    rows: tuple[Row, ...] = ()
    givens: tuple[Given, ...] = ()
    name_span: Span | None = field(default=None, compare=False, repr=False)
    title_span: Span | None = field(default=None, compare=False, repr=False)  # of a `title:`
    broken: bool = field(default=False, compare=False, repr=False)  # part of it could not be read, which has been told

    def text(self, key: str) -> str | None:
        """The words of the key's first field, where they are a text."""
        value = getattr(self.first(key), "value", None)
        return value.value if isinstance(value, Text) else None

    def all(self, key: str) -> list[Field]:
        """The fields of that key, in order."""
        return [field for field in self.fields if field.key == key]

    def first(self, key: str) -> Field | None:
        """The first field of that key."""
        return next((field for field in self.fields if field.key == key), None)


@node
class Module(Node):
    """One file."""

    declarations: tuple[Declaration, ...]
