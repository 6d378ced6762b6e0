"""Diagnostics about names and keys: S020x, S021x."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, Fix, Label, diagnostic, did_you_mean, guessed
from strategy_engine.source.file import Span

_EXAMPLES = {
    "channel": "sms",
    "cohort": "everyone",
    "columns": "tier",
    "enter": "aum >= 50万",
    "leave": "aum < 40万",
    "measure": "share of after.has_payroll",
    "on": "txn where amount >= 5万",
    "test on": "2026-11-21",
    "rows": "lifecycle",
    "value": "90 days",
    "where": "aum >= 50万",
    "within": "last 3 days",
}
"""What may stand behind a key that is missing."""


@diagnostic
class UnknownName(Diagnostic):
    """A name that means nothing here

    A name in an expression is a column of the customer snapshot (or of the rows at hand), an attribute, cohort, table, grid,
    param, customer list, or a value of the enum it is compared with.

    Example:

        cohort grown_ups = agee >= 18

    Instead:

        cohort grown_ups = age >= 18
    """

    code = "S0201"
    name: str
    where: str = ""
    suggestion: str | None = None
    what: str = "column"
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"no {self.what} `{self.name}`" + (f" in {self.where}" if self.where else "")

    @property
    def help(self) -> str | None:
        return self.hint or did_you_mean(self.suggestion)

    @property
    def fix(self) -> Fix | None:
        return None if self.hint else guessed(self.span, self.name, self.suggestion)


@diagnostic
class UnknownEnumValue(Diagnostic):
    """A word that is not among the values of an enum

    An enum column takes only the values that its declaration lists.

    Example:

        cohort rich = tier >= golden

    Instead:

        cohort rich = tier >= gold
    """

    code = "S0202"
    name: str
    column: str
    values: tuple[str, ...]
    suggestion: str | None = None

    @property
    def message(self) -> str:
        shown = ", ".join(self.values[:8]) + (" …" if len(self.values) > 8 else "")
        if not self.column:
            return f"`{self.name}` is none of the values {shown}"
        return f"`{self.name}` is no value of {self.column}; its values are {shown}"

    @property
    def help(self) -> str | None:
        return did_you_mean(self.suggestion)

    @property
    def fix(self) -> Fix | None:
        return guessed(self.span, self.name, self.suggestion)


@diagnostic
class UnknownFunction(Diagnostic):
    """A function that does not exist

    Functions are those of the library (`strategy docs functions` lists them) and the aggregates over related rows.

    Example:

        attribute a = day_between(last_login, today)

    Instead:

        attribute a = days_between(last_login, today)
    """

    code = "S0203"
    name: str
    suggestion: str | None = None
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"no function `{self.name}`"

    @property
    def help(self) -> str | None:
        return self.hint or did_you_mean(self.suggestion) or "`strategy docs functions` lists them all"

    @property
    def fix(self) -> Fix | None:
        return None if self.hint else guessed(self.span, self.name, self.suggestion)


@diagnostic
class DuplicateName(Diagnostic):
    """Two declarations of one name

    Columns, params, attributes, cohorts, tables, grids and customer lists share one space of names, since all are used in
    expressions; every other kind has its own.

    Example:

        cohort rich = aum >= 50万
        cohort rich = aum >= 100万

    Instead: give one of them another name.
    """

    code = "S0204"
    name: str
    kind: str
    first: Span | None = None
    what: str = ""

    @property
    def message(self) -> str:
        if self.name == self.kind:
            return f"the {self.kind} is declared twice"
        return f"{self.kind} `{self.name}` is declared twice" if not self.what else f"{self.kind} `{self.name}` has the name of {self.what}"

    @property
    def labels(self) -> tuple[Label, ...]:
        return (Label(self.first, "first declared here"),) if self.first else ()


@diagnostic
class Cycle(Diagnostic):
    """Definitions that need each other

    An attribute, cohort, table or param may use others, but never, through however many, itself.

    Example:

        cohort a = b and aum > 0
        cohort b = a or tier == gold

    Instead: write one of them without the other.
    """

    code = "S0205"
    path: tuple[str, ...]

    @property
    def message(self) -> str:
        path = self.path if len(self.path) <= 8 else (*self.path[:4], "…", *self.path[-2:])
        return f"`{self.path[0]}` needs itself: " + " → ".join(path)


@diagnostic
class UnknownKey(Diagnostic):
    """A key that this kind of declaration does not have

    Nothing that stands in a file is ever ignored; so a mistyped key is an error.

    Example:

        strategy s { cohrt: rich  channel: sms }

    Instead:

        strategy s { cohort: rich  channel: sms }
    """

    code = "S0206"
    key: str
    kind: str
    suggestion: str | None = None
    known: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        return f"a {self.kind} has no key `{self.key}`"

    @property
    def help(self) -> str | None:
        return did_you_mean(self.suggestion) or (f"its keys are {', '.join(self.known)}" if self.known else None)

    @property
    def fix(self) -> Fix | None:
        return guessed(self.span, self.key, self.suggestion)


@diagnostic
class MissingKey(Diagnostic):
    """A declaration without a key it needs

    Example:

        strategy s { cohort: rich }

    Instead:

        strategy s { cohort: rich  channel: sms }
    """

    code = "S0207"
    key: str
    kind: str
    name: str

    @property
    def message(self) -> str:
        return f"{self.kind} `{self.name}` needs `{self.key}:`" if self.name else f"a {self.kind} needs `{self.key}:`"

    @property
    def help(self) -> str:
        example = _EXAMPLES.get(f"{self.kind} {self.key}") or _EXAMPLES.get(self.key, "…")
        return f"add it, such as `{self.key}: {example}`"


@diagnostic
class RepeatedKey(Diagnostic):
    """A key that may stand once stands twice

    Only `limit`, `pause`, `exclude`, `except`, `keep`, `expect`, `given`, and in a test `on` may repeat.

    Example:

        strategy s { cohort: rich  cohort: poor  channel: sms }

    Instead:

        strategy s { cohort: rich or poor  channel: sms }
    """

    code = "S0208"
    key: str
    first: Span | None = None

    @property
    def message(self) -> str:
        return f"`{self.key}:` stands here a second time"

    @property
    def labels(self) -> tuple[Label, ...]:
        return (Label(self.first, "it stands here first"),) if self.first else ()


@diagnostic
class UnknownDeclared(Diagnostic):
    """A reference to a declaration that does not exist

    A strategy names its triggers, benefits, products, channels and KPIs; each must be declared somewhere in the project.

    Example:

        strategy s { cohort: rich  channel: smss }

    Instead:

        strategy s { cohort: rich  channel: sms }
    """

    code = "S0209"
    kind: str
    name: str
    suggestion: str | None = None
    choice: str | None = None  # what to do instead, where it is nothing that could be declared

    @property
    def message(self) -> str:
        return f"no {self.kind} `{self.name}`"

    @property
    def help(self) -> str | None:
        return did_you_mean(self.suggestion) or self.choice or f"declare it: {self.kind} {self.name} …"

    @property
    def fix(self) -> Fix | None:
        return guessed(self.span, self.name, self.suggestion)


@diagnostic
class MissingName(Diagnostic):
    """A declaration without a name

    Everything but the arbitration and tests is referred to by its name.

    Example:

        cohort "富裕客户" = aum >= 50万

    Instead:

        cohort rich "富裕客户" = aum >= 50万
    """

    code = "S0210"
    kind: str

    @property
    def message(self) -> str:
        return f"this {self.kind} has no name"

    @property
    def help(self) -> str | None:
        return f'write `{self.kind} some_name "title" …`'


@diagnostic
class ReservedName(Diagnostic):
    """A declaration with the name of a reserved word

    The few words that expressions need cannot be names, unless they stand in backticks at every use.

    Example: `cohort today = …`

    Instead: `cohort logged_in_today = …`
    """

    code = "S0211"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is a word of the language and cannot be a name"


@diagnostic
class AmbiguousName(Diagnostic):
    """A label that two things share

    A label is a second name; two columns with one label cannot be told apart by it.

    Example: two columns with the label 余额, and `余额 > 0` in a condition.

    Instead: write the column's name.
    """

    code = "S0212"
    name: str
    meanings: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"`{self.name}` may mean {' or '.join(f'`{m}`' for m in self.meanings)}"

    @property
    def help(self) -> str | None:
        return "write the name instead of the label"
