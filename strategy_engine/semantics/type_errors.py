"""Diagnostics about types and shapes of values: S022x to S024x."""

from __future__ import annotations

from dataclasses import dataclass

from strategy_engine.diagnostics.model import Diagnostic, Fix, Severity


@dataclass(frozen=True)
class WrongType(Diagnostic):
    """A value of another type than the place wants

    Example:

        strategy s { cohort: aum  channel: sms }

    Instead:

        strategy s { cohort: aum > 0  channel: sms }
    """

    code = "S0220"
    what: str
    wanted: str
    found: str
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"{self.what} must be {self.wanted}; this is {self.found}"

    @property
    def help(self) -> str | None:
        return self.hint


@dataclass(frozen=True)
class Incomparable(Diagnostic):
    """Two things that cannot be compared

    Money, percentages, counts, dates and durations do not mix, because their numbers mean different things.

    Example:

        cohort a = aum > 90 days

    Instead:

        cohort a = days_between(last_login, today) > 90
    """

    code = "S0221"
    left: str
    right: str
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"{self.left} cannot be compared with {self.right}"

    @property
    def help(self) -> str | None:
        return self.hint


@dataclass(frozen=True)
class NoOrder(Diagnostic):
    """An order where there is none

    Only numbers, money, dates, texts and enums declared `ordered: true` have an order.

    Example:

        cohort a = lifecycle > new

    Instead:

        cohort a = lifecycle in [growing, mature]
    """

    code = "S0222"
    op: str
    found: str

    @property
    def message(self) -> str:
        return f"`{self.op}` needs an order, and {self.found} has none"

    @property
    def help(self) -> str | None:
        return "use `==`, `!=` or `in [..]`, or declare the enum `ordered: true`"


@dataclass(frozen=True)
class CannotCompute(Diagnostic):
    """An operation that makes no sense for its operands

    Example:

        attribute a = aum * deposit

    Instead:

        attribute a = aum + deposit
    """

    code = "S0223"
    op: str
    left: str
    right: str
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"`{self.op}` cannot join {self.left} and {self.right}"

    @property
    def help(self) -> str | None:
        return self.hint


@dataclass(frozen=True)
class WrongArgumentCount(Diagnostic):
    """A function called with too few or too many arguments

    Example:

        attribute a = days_between(last_login)

    Instead:

        attribute a = days_between(last_login, today)
    """

    code = "S0224"
    function: str
    signature: str
    found: int

    @property
    def message(self) -> str:
        return f"`{self.function}` does not take {self.found} argument{'' if self.found == 1 else 's'}"

    @property
    def help(self) -> str | None:
        return f"it is called as {self.signature}"


@dataclass(frozen=True)
class WrongArgument(Diagnostic):
    """An argument of another type than the function takes

    Example:

        attribute a = days_between(aum, today)

    Instead:

        attribute a = days_between(last_login, today)
    """

    code = "S0225"
    function: str
    parameter: str
    wanted: str
    found: str
    signature: str = ""

    @property
    def message(self) -> str:
        return f"`{self.parameter}` of `{self.function}` must be {self.wanted}; this is {self.found}"

    @property
    def help(self) -> str | None:
        return f"it is called as {self.signature}" if self.signature else None


@dataclass(frozen=True)
class NotConstant(Diagnostic):
    """A value that must be known before the run

    Params, shares, and some arguments of functions must be literals, or made of literals and params.

    Example:

        attribute a = matches(name, city)

    Instead:

        attribute a = matches(name, '^张')
    """

    code = "S0226"
    what: str

    @property
    def message(self) -> str:
        return f"{self.what} must be a constant"

    @property
    def help(self) -> str | None:
        return "write a literal or the name of a param"


@dataclass(frozen=True)
class BadConstant(Diagnostic):
    """A constant argument that the function cannot take

    Example:

        attribute a = round(score, 99)

    Instead:

        attribute a = round(score, 2)
    """

    code = "S0236"
    function: str
    parameter: str
    problem: str

    @property
    def message(self) -> str:
        return f"`{self.parameter}` of `{self.function}`: {self.problem}"


@dataclass(frozen=True)
class BadWindow(Diagnostic):
    """A window of time that says too little

    `within` wants `last 7 days`, `next 7 days` or an interval of dates, and rows that have a time.

    Example:

        attribute a = count(txn within 7 days)

    Instead:

        attribute a = count(txn within last 7 days)
    """

    code = "S0227"
    problem: str
    hint: str | None = None

    @property
    def message(self) -> str:
        return self.problem

    @property
    def help(self) -> str | None:
        return self.hint


@dataclass(frozen=True)
class NeedsQuotes(Diagnostic):
    """A bare word where a text is wanted

    Bare words are names, or values of an enum; a text stands in quotation marks.

    Example:

        cohort a = city == Beijing

    Instead:

        cohort a = city == "Beijing"
    """

    code = "S0228"
    name: str

    @property
    def message(self) -> str:
        return f"no column `{self.name}`; a text stands in quotation marks"

    @property
    def help(self) -> str | None:
        return f'write "{self.name}"'

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, f'"{self.name}"') if self.span else None


@dataclass(frozen=True)
class NotHere(Diagnostic):
    """Something that has no meaning at this place

    `other.` needs a link at hand, `hits` a strategy, `sequence` and `monthly` a trigger, `before.` and `after.` a KPI.

    Example:

        cohort a = other.tier == gold

    Instead:

        cohort a = exists(family where other.tier == gold)
    """

    code = "S0229"
    what: str
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"{self.what} has no meaning here"

    @property
    def help(self) -> str | None:
        return self.hint


@dataclass(frozen=True)
class WrongShape(Diagnostic):
    """A value of another shape than its key wants

    Each key has a shape: a plan of channels, a limit, a list of targets, a map of shares.

    Example:

        strategy s { cohort: rich  channel: sms  split: 50% }

    Instead:

        strategy s { cohort: rich  channel: sms  split: {warm: 50%, plain: 50%} }
    """

    code = "S0230"
    key: str
    wanted: str

    @property
    def message(self) -> str:
        return f"`{self.key}:` must be {self.wanted}"


@dataclass(frozen=True)
class BadShare(Diagnostic):
    """Shares that cannot be

    A share lies between 0 and 100 %, and the arms of a split add up to at most 100 %.

    Example:

        split: {warm: 80%, plain: 40%}

    Instead:

        split: {warm: 60%, plain: 40%}
    """

    code = "S0231"
    problem: str

    @property
    def message(self) -> str:
        return self.problem


@dataclass(frozen=True)
class BadTableRow(Diagnostic):
    """A row of a decision table that does not fit its heading

    Every row has as many cells before and after `=>` as the heading.

    Example:

        | aum   | lifecycle | => segment |
        | < 5万 |  => potential |

    Instead:

        | aum   | lifecycle | => segment |
        | < 5万 | -         | => potential |
    """

    code = "S0232"
    problem: str

    @property
    def message(self) -> str:
        return self.problem


@dataclass(frozen=True)
class NeverHolds(Diagnostic):
    """A comparison that its types already decide

    What lies below a column's `min`, below the first or above the last value of an ordered enum, or in an interval whose ends are
    the wrong way round, selects nobody; and what always holds says nothing.

    Example:

        cohort a = tier < mass

    Instead: leave it out, or mend the value.
    """

    code = "S0233"
    severity = Severity.WARNING
    always: bool
    reason: str

    @property
    def message(self) -> str:
        return f"this {'always' if self.always else 'never'} holds: {self.reason}"


@dataclass(frozen=True)
class PercentAsNumber(Diagnostic):
    """A percentage compared with a plain number

    A percent column holds 0.85 for 85 %, so a number of 2 or more is surely meant as percent.

    Example:

        cohort a = p_fund >= 50

    Instead:

        cohort a = p_fund >= 50%
    """

    code = "S0234"
    raw: str

    @property
    def message(self) -> str:
        return f"a percentage is compared with `{self.raw}`"

    @property
    def help(self) -> str | None:
        return f"write `{self.raw}%`"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, f"{self.raw}%") if self.span else None


@dataclass(frozen=True)
class NotExecuted(Diagnostic):
    """Read and checked, but not executed yet

    Some of the language needs the memory of earlier runs, or parts of the engine that this version lacks. It is
    refused rather than ignored.

    Example: a fixed cohort with `enter:` and `leave:`.

    Instead: leave it out, or set the strategy to `status: draft`.
    """

    code = "S0240"
    what: str

    @property
    def message(self) -> str:
        return f"{self.what} cannot be executed by this version"

    @property
    def help(self) -> str | None:
        return "take it out, or set the strategies that use it to `status: draft`"


@dataclass(frozen=True)
class NeedsMemory(Diagnostic):
    """Counts only the day itself until there is a ledger

    A limit over several days, a total, or a later step of a journey needs what earlier runs did. This version keeps no
    ledger: the limit is held within each day's run, and later steps are not listed.

    Example: `limit: 3 contacts per rolling 7 days per customer`

    Instead: nothing has to change; the limit will hold over days with a version that keeps the ledger.
    """

    code = "S0241"
    severity = Severity.WARNING
    what: str

    @property
    def message(self) -> str:
        return f"{self.what}: this version keeps no ledger, so only the day itself counts"
