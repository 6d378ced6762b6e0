"""Diagnostics about shapes of values, and about what is not executed: S023x, S024x."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, Fix, Severity, diagnostic


@diagnostic
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


@diagnostic
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


@diagnostic
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


@diagnostic
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


@diagnostic
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


@diagnostic
class ListOfEnds(Diagnostic):
    """A list of two amounts or dates

    A list asks for its values alone: 50,000 exactly or 500,000 exactly, and nothing between. What lies between is an interval.

    Example:

        cohort growing = aum in [5万, 50万]

    Instead:

        cohort growing = aum in [5万..50万]
    """

    code = "S0238"
    severity = Severity.WARNING
    what: str

    @property
    def message(self) -> str:
        return f"this list asks whether {self.what} is one of two values, not whether it lies between them"

    @property
    def help(self) -> str:
        return "an interval has `..`: `[5万..50万]`; two values that are meant so are compared one by one, with `or`"


@diagnostic
class NotExecuted(Diagnostic):
    """Read and checked, but not executed yet

    Some of the language needs parts of the engine that this version lacks. It is refused rather than ignored.

    Example: `migrate: wake`

    Instead: leave it out until a version executes it.
    """

    code = "S0240"
    what: str

    @property
    def message(self) -> str:
        return f"{self.what} cannot be executed by this version"

    @property
    def help(self) -> str | None:
        return "take it out until a version executes it"
