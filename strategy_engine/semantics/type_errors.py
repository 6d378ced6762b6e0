"""Diagnostics about types of values: S022x."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, Fix, diagnostic


@diagnostic
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


@diagnostic
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


@diagnostic
class Unlike(Diagnostic):
    """Alternatives of different types

    What `??` falls back on, and what stands behind `then` and `else`, takes the place of the other value, so both are of one type.

    Example:

        attribute a = phone ?? 0

    Instead:

        attribute a = phone ?? "-"
    """

    code = "S0237"
    left: str
    right: str
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"{self.left} and {self.right} cannot take each other's place"

    @property
    def help(self) -> str:
        return self.hint or "both must be of one type"


@diagnostic
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


@diagnostic
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


@diagnostic
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


@diagnostic
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


@diagnostic
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


@diagnostic
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


@diagnostic
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


@diagnostic
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
        return Fix(self.span, f'"{self.name}"', guess=True) if self.span else None


@diagnostic
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
