"""Diagnostics of the readers: S012x in any text, S013x in the YAML form."""

from __future__ import annotations

import re

from strategy_engine.diagnostics.model import Diagnostic, Fix, Label, Severity, diagnostic, did_you_mean, guessed
from strategy_engine.language import words

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@diagnostic
class UnexpectedWord(Diagnostic):
    """Something stands where the language has no place for it

    The reader came to a word or sign that cannot follow what stands before it. Reading goes on behind it, at the next key, row or
    declaration, so that other mistakes of the file are told too.

    Why it matters: what cannot be read is not run.

    Example:

        cohort rich = aum > and tier == gold

    Instead:

        cohort rich = aum > 50万 and tier == gold
    """

    code = "S0120"
    found: str
    wanted: str
    opened: Label | None = None
    hint: str | None = None

    @property
    def message(self) -> str:
        what = f"`{self.found}`" if self.found.strip() else "end"
        return f"unexpected {what}; expected {self.wanted}" if self.wanted else f"unexpected {what}"

    @property
    def help(self) -> str | None:
        return self.hint

    @property
    def labels(self) -> tuple[Label, ...]:
        return (self.opened,) if self.opened else ()


@diagnostic
class ForeignWord(Diagnostic):
    """A word or sign from another language

    `&&`, `AND`, `<>`, `大于`, `between`, `is null` are not words of the language; it says `and`, `!=`, `>`, `in [5万..10万]`,
    `is missing`.

    Why it matters: one way to write a condition is easier to read for everyone.

    Example:

        cohort a = aum > 5万 && tier == gold

    Instead:

        cohort a = aum > 5万 and tier == gold
    """

    code = "S0121"
    found: str
    instead: str
    guess: bool = False

    @property
    def message(self) -> str:
        return f"`{self.found}` " + ("cannot stand here" if self.found in words.RESERVED else f"is not a {self._kind} of the language")

    @property
    def _kind(self) -> str:
        if any(map(str.isdigit, self.found)):
            return "date" if _DATE.fullmatch(self.instead) else "number"
        return "word" if self.found[:1].isalpha() else "sign"

    @property
    def help(self) -> str | None:
        return f"write `{self.instead}`" if self.instead else "leave it out"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.instead, self.guess) if self.span and "…" not in self.instead else None


@diagnostic
class UnknownDeclaration(Diagnostic):
    """A declaration of a kind that does not exist

    A file is a list of declarations, each beginning with its kind: cohort, strategy, channel and so on.

    Example:

        cohrt rich = aum > 50万

    Instead:

        cohort rich = aum > 50万
    """

    code = "S0122"
    found: str
    suggestion: str | None = None
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"`{self.found}` is no kind of declaration"

    @property
    def help(self) -> str | None:
        return (
            self.hint
            or did_you_mean(self.suggestion)
            or "a declaration begins with cohort, attribute, trigger, channel, benefit, policy, strategy …"
        )

    @property
    def fix(self) -> Fix | None:
        return None if self.hint else guessed(self.span, self.found, self.suggestion)


@diagnostic
class OpenText(Diagnostic):
    """A text that never ends

    A text begins and ends with a quotation mark on the same line.

    Example:

        script: "尊敬的客户

    Instead:

        script: "尊敬的客户"
    """

    code = "S0123"
    brace: bool = False

    @property
    def message(self) -> str:
        return "a brace in this text has no other half" if self.brace else "this text has no closing quotation mark"

    @property
    def help(self) -> str | None:
        if self.brace:
            return "braces hold placeholders such as `{name}`; a brace as such is written twice: `{{`"
        return 'a text ends on the line where it begins; inside it a quotation mark is written `\\"`, a brace `{{`'


@diagnostic
class BadDate(Diagnostic):
    """A date that is in no calendar

    Dates are written year-month-day and must exist.

    Example:

        valid: 2026-02-01 .. 2026-02-30

    Instead:

        valid: 2026-02-01 .. 2026-02-28
    """

    code = "S0124"
    found: str

    @property
    def message(self) -> str:
        return f"`{self.found}` is not a date of the calendar"


@diagnostic
class TooLarge(Diagnostic):
    """A number or duration beyond any bank

    Numbers end below 10^15 and durations at a hundred years; what is larger is a slip of the keyboard.

    Example:

        cohort rich = aum >= 99999999999999999999

    Instead:

        cohort rich = aum >= 50万
    """

    code = "S0125"
    found: str

    @property
    def message(self) -> str:
        shown = self.found if len(self.found) <= 24 else self.found[:20] + "…"
        return f"`{shown}` is too large"


@diagnostic
class TooDeep(Diagnostic):
    """Brackets or conditions nested too deeply

    An expression may nest 100 levels deep, which no reader could follow anyway.

    Example: ten thousand opening parentheses.

    Instead: give the parts names as attributes and cohorts.
    """

    code = "S0126"
    limit: int

    @property
    def message(self) -> str:
        return f"nested more than {self.limit} levels deep"

    @property
    def help(self) -> str | None:
        return "give the parts names, as attributes or cohorts"


@diagnostic
class TooManyErrors(Diagnostic):
    """The reader gave up on a file

    After fifty syntax errors the rest of a file would hardly be told apart from noise.

    Example: a file of another language with the ending .strategy.

    Instead: mend the first errors and check again.
    """

    code = "S0127"
    severity = Severity.NOTE
    limit: int

    @property
    def message(self) -> str:
        return f"more than {self.limit} syntax errors; the rest of the file was not read"


@diagnostic
class RepeatedClause(Diagnostic):
    """A clause of related rows that stands twice

    Rows have one window and one group; several `where` are joined, as with `and`.

    Example:

        attribute a = count(txn within last 7 days within last 30 days)

    Instead:

        attribute a = count(txn within last 7 days)
    """

    code = "S0128"
    clause: str

    @property
    def message(self) -> str:
        return f"a second `{self.clause}`, where one can count"

    @property
    def help(self) -> str | None:
        return "remove one of them"


@diagnostic
class NoMapping(Diagnostic):
    """A place of the YAML form that wants keys and values

    Sections, declarations and test rows are maps.

    Example:

        cohorts: [rich, poor]

    Instead:

        cohorts:
          rich: {where: aum >= 50万}
    """

    code = "S0130"
    what: str
    hint: str | None = None

    @property
    def message(self) -> str:
        return f"{self.what} must be a map of keys and values"

    @property
    def help(self) -> str | None:
        return self.hint


@diagnostic
class UnknownSection(Diagnostic):
    """A section of a YAML file that does not exist

    The top level of a file in the YAML form holds sections, one for each kind of declaration, in the plural.

    Example:

        cohort:
          rich: {where: aum >= 50万}

    Instead:

        cohorts:
          rich: {where: aum >= 50万}
    """

    code = "S0131"
    found: str
    suggestion: str | None = None

    @property
    def message(self) -> str:
        return f"no section `{self.found}`"

    @property
    def help(self) -> str | None:
        sections = f"sections are {', '.join(words.SECTIONS)}; a file of something else is left out by `include:` in strategy.yaml"
        return did_you_mean(self.suggestion) or sections


@diagnostic
class NoScalar(Diagnostic):
    """A place of the YAML form that wants one value

    Example:

        cohorts:
          rich: {where: [aum, 50万]}

    Instead:

        cohorts:
          rich: {where: aum >= 50万}
    """

    code = "S0132"
    what: str

    @property
    def message(self) -> str:
        return f"{self.what} must be a single value"


@diagnostic
class BadRow(Diagnostic):
    """A row of a decision table that lacks its outputs

    In the YAML form a row is a map of columns to conditions, and under `=>` the outputs.

    Example:

        rows:
          - {aum: "< 5万"}

    Instead:

        rows:
          - {aum: "< 5万", =>: {segment: potential}}
    """

    code = "S0133"

    @property
    def message(self) -> str:
        return "a row needs its outputs under `=>`"


LARGEST = 10**15
