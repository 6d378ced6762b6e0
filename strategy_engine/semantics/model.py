"""The typed model of a project: everything that a run, an explanation or an analysis needs, with all names resolved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from typing import Generic, TypeVar

from strategy_engine.catalog.models import Project
from strategy_engine.language.types import Duration, Type
from strategy_engine.record import record
from strategy_engine.semantics.ir import Expr, Rows, Template, Window
from strategy_engine.semantics.trials import Trial
from strategy_engine.source.file import Span

T = TypeVar("T")


@record
class Cases(Generic[T]):
    """A value that depends on the customer or the action: the first branch whose guard is true; a guard of None always is.
    Where no guard is true there is no value."""

    branches: tuple[tuple[Expr | None, T], ...]

    @property
    def values(self) -> tuple[T, ...]:
        return tuple(value for _, value in self.branches)


@record(kw_only=True)
class Declared:
    """What every declaration has. `purpose` says in a sentence what it is for; `span` is the place of its name."""

    name: str
    title: str | None = None
    purpose: str | None = field(default=None, compare=False)  # words for readers: nothing follows from them
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def shown(self) -> str:
        """What people read."""
        return self.title or self.name


# ------------------------------------------------------------------------------------------------ who


@record(kw_only=True)
class Param(Declared):
    """A value of the project, known before the run; expressions hold the value itself."""

    value: Expr


@record(kw_only=True)
class Definition(Declared):
    """An attribute, cohort, output of a table, or grid. `name` is what `ir.Derived` refers to (`segment`, `prices.rate`).

    A fixed cohort's `expr` tells who is in it today; on earlier days it was as it is `remembered`.
    """

    kind: str  # attribute, cohort, table, grid
    expr: Expr
    remembered: Expr | None = None  # of a fixed cohort: who was in it, as the ledger has it

    @property
    def type(self) -> Type:
        return self.expr.type


@record(kw_only=True)
class Grid(Declared):
    """How a grid's cells are laid out; its value is the definition of the same name."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[str, ...]  # the enum's values: `row/column`, or the merged cell's name
    owners: Mapping[str, str] = field(default_factory=dict)


# ------------------------------------------------------------------------------------------------ when


@record
class RowHits:
    """A hit an event (or dated item) whose condition is true. The hit's time is the rows' `time` column."""

    rows: Rows


@record
class DateHits:
    """A hit a date of the customer. `yearly`: the anniversaries of the date (29 February falls on the 28th)."""

    value: Expr
    yearly: bool = False


@record
class SeriesHits:
    """A hit a day of a series, for every customer."""

    table: str
    time: str
    where: Expr | None = None


@record
class ScheduleHits:
    """A hit a month, on that day (clipped to the month's end), moved to a workday where `shift` says so."""

    day: int
    shift: str | None = None  # previous_workday, next_workday


@record
class SequenceStep:
    """One step: the rows that match it; `absent`: no such row may come. `within` counts from the step before."""

    name: str
    rows: Rows
    absent: bool = False
    within: Duration | None = None


@record
class SequenceHits:
    """Rows one after another. A hit begins at each row of the first step and takes the earliest row of each later step that comes
    after the one before (strictly later, within the step's duration). Its time is that of the last row; where the last
    step is an absence, the moment when its time is over. Its columns are those of the last present step, and `step.column`."""

    steps: tuple[SequenceStep, ...]


@record
class StateHits:
    """A condition; while it holds there is a hit today."""

    condition: Expr


HitSource = RowHits | DateHits | SeriesHits | ScheduleHits | SequenceHits | StateHits


@record(kw_only=True)
class Trigger(Declared):
    """When to act. `window` bounds the days of the hits (None for a state); `columns` are what a hit carries, `at` its time."""

    source: HitSource
    window: Window | None = None
    columns: Mapping[str, Type] = field(default_factory=dict)


# ------------------------------------------------------------------------------------------------ limits


@record
class Group:
    """One `per` of a limit: `customer household strategy channel category benefit product step`, or a `column`
    with its expression."""

    kind: str
    expr: Expr | None = None


@record
class LimitWindow:
    """`day week month year` are calendar units; `rolling` has a duration."""

    unit: str
    duration: Duration | None = None


@record
class Limit:
    """At most `amount` of what is `counted` in a window, for each group, on the channels (all where none is named).

    counted: contacts, pieces, cost (hundredths), or the name of a feedback outcome.
    applies: only where this is true (a `by` over limits).
    hard:    a capacity, stock or budget (of a channel, benefit or product), which binds even what is exempt from contact rules.
    """

    amount: Expr
    counted: str
    window: LimitWindow | None
    per: tuple[Group, ...]
    channels: tuple[str, ...]
    source: str  # whose limit: `policy contact`, `channel rm_call`
    text: str = field(compare=False, repr=False)  # as it was written
    hard: bool
    applies: Expr | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def needs_memory(self) -> bool:
        """Whether it looks at more than the day itself."""
        return self.window is None or self.window.unit != "day"


@record
class Pause:
    """No contact for `length` after `count` outcomes within a window: for the customer, or for actions of the customer that are alike
    in what `per` names."""

    length: Duration
    outcome: str
    count: int
    within: Duration | None
    per: tuple[Group, ...]
    text: str = field(default="", compare=False, repr=False)  # as it was written
    span: Span | None = field(default=None, compare=False, repr=False)


# ------------------------------------------------------------------------------------------------ with what, through what


@record(kw_only=True)
class Benefit(Declared):
    """`fields` are the declared properties (value, cost, kind …) as constants or expressions over the customer."""

    fields: Mapping[str, Expr]
    eligible: Expr | None = None
    limits: tuple[Limit, ...] = ()


@record(kw_only=True)
class Product(Declared):
    """Like a benefit; a strategy may set a customer's own terms."""

    fields: Mapping[str, Expr]
    eligible: Expr | None = None
    limits: tuple[Limit, ...] = ()


@record(kw_only=True)
class Channel(Declared):
    """`cost` of one contact in hundredths (an expression over the customer); `assign` names who works it."""

    require: Expr | None = None
    cost: Expr | None = None
    assign: Expr | None = None
    limits: tuple[Limit, ...] = ()
    columns: tuple[str, ...] = ()  # further snapshot columns that its list carries


@record(kw_only=True)
class Kpi(Declared):
    """Measured after the action; the measure is typed but evaluated by the review."""

    measure: Expr
    share: bool
    at: Duration | None
    goal: str  # up, down


# ------------------------------------------------------------------------------------------------ rules over all


@record(kw_only=True)
class Policy(Declared):
    """Contact rules. `applies` (its `for:`) and `excepts` see the action; None: all, none."""

    applies: Expr | None = None
    limits: tuple[Limit, ...] = ()
    pauses: tuple[Pause, ...] = ()
    excludes: tuple[Expr, ...] = ()
    excepts: Expr | None = None
    control: float | None = None


@record
class Arbitration:
    """What wins. `order` are (`priority` | `score`, descending); what `excepts` names is taken first."""

    keeps: tuple[Limit, ...] = ()
    order: tuple[tuple[str, bool], ...] = (("priority", True), ("score", True))
    excepts: Expr | None = None
    maximize: str | None = None


# ------------------------------------------------------------------------------------------------ strategies


@record
class ProductChoice:
    """A product with the customer's own terms."""

    name: str
    terms: tuple[tuple[str, Expr], ...] = ()


@record
class PlanStep:
    """One step of a channel plan: the channels to try in order, and when the step is due."""

    channels: tuple[str, ...]
    after: Duration | None = None
    on_day: int | None = None
    unless: str | None = None
    only_if: Expr | None = None


@record
class Plan:
    steps: tuple[PlanStep, ...]


@record
class Target:
    """What is wanted of a KPI; `value` is a share, a number, or money in units of the currency."""

    kpi: str
    uplift: bool = False
    op: str | None = None
    value: float | None = None
    pause: bool = False


@record(kw_only=True)
class Strategy(Declared):
    """A strategy. `benefit` branches hold the alternatives in order, None among them for `none`."""

    cohort: Expr
    plan: Cases[Plan]
    triggers: tuple[str, ...] = ()
    product: Cases[ProductChoice | None] | None = None
    benefit: Cases[tuple[str | None, ...]] | None = None
    script: Cases[Template] | None = None
    owner: Cases[str] | None = None
    score: Expr | None = None  # number, percent, int or money
    priority: Expr | None = None  # int or number
    limits: tuple[Limit, ...] = ()
    until: Expr | None = None  # date or datetime
    control: Expr | None = None  # percent
    split: tuple[tuple[str, float], ...] = ()  # arms and their shares
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    ramp: tuple[tuple[int, float], ...] = ()  # (from that day of validity on, share), days ascending
    status: str = "active"
    category: str | None = None
    stage: str | None = None
    targets: tuple[Target, ...] = ()
    version: str = ""  # a short hash of the strategy and all it rests on; the day's plan has it (versions.py)

    @property
    def runs(self) -> bool:
        """Whether its status lets it run."""
        return self.status in ("active", "pilot")


@record
class Model:
    """The whole project. `derived` is ordered so that each definition comes after those it uses.

    held: the strategies that a review has paused, and why; none before the ledger is asked.
    """

    project: Project
    params: Mapping[str, Param] = field(default_factory=dict)
    derived: Mapping[str, Definition] = field(default_factory=dict)
    grids: Mapping[str, Grid] = field(default_factory=dict)
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    benefits: Mapping[str, Benefit] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    arbitration: Arbitration = field(default_factory=Arbitration)
    strategies: Mapping[str, Strategy] = field(default_factory=dict)
    tests: tuple[Trial, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)

    def declared(self, kind: str, name: str) -> Declared | None:
        """The declaration of that kind and name, where there is one; attributes, cohorts, tables and grids by the name of their value."""
        tables: dict[str, Mapping[str, Declared]] = {
            "param": self.params, "trigger": self.triggers, "benefit": self.benefits, "product": self.products,
            "channel": self.channels, "kpi": self.kpis, "policy": self.policies, "strategy": self.strategies,
        }  # fmt: skip
        return tables.get(kind, self.derived).get(name)
