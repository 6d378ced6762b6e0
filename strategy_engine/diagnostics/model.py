"""The diagnostic, and the registry of all its classes.

A diagnostic is one class, declared beside the pass that raises it:

    @diagnostic
    class UnknownColumn(Diagnostic):
        \"\"\"A name that is no column … (this text is the diagnostic's documentation page)\"\"\"

        code = "S0201"
        severity = Severity.ERROR
        name: str
        suggestion: str | None = None

        @property
        def message(self) -> str:
            return f"no column `{self.name}`"

Declaring the class registers it. In the docstring, paragraphs that begin with `Why:`, `Example:` and `Instead:` become
sections of the page (see `pages.py`). Code ranges: S00xx project file, S01xx syntax, S02xx names and types,
S03xx logic, S04xx policy and style, S05xx data contract, S06xx what a run met, S09xx internal.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable
from dataclasses import field
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Self, TypeVar, dataclass_transform

from strategy_engine.record import record
from strategy_engine.source.file import Span

D = TypeVar("D")


class Severity(StrEnum):
    """How bad: an error stops a run, a warning does not, a note only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Label(NamedTuple):
    """A second place that explains the first, e.g. where a name was declared before."""

    span: Span
    text: str


class Fix(NamedTuple):
    """A mend: put `text` in the place of `span`. It is certain, or a `guess` that somebody should look at, such as a name much like it."""

    span: Span
    text: str
    guess: bool = False


REGISTRY: dict[str, type[Diagnostic]] = {}
# A code that was once given out never comes back with another meaning.
RETIRED: frozenset[str] = frozenset()


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def diagnostic(cls: type[D]) -> type[D]:
    """A diagnostic's class: a record, and declared is registered."""
    return record(cls)


@diagnostic
class Diagnostic:
    """One finding. `span` is None where no file is to blame (a folder that is missing, say)."""

    code: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR

    span: Span | None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            return
        if cls.code in RETIRED or cls.code in REGISTRY:
            raise TypeError(f"diagnostic code {cls.code} is taken or retired")
        REGISTRY[cls.code] = cls

    @property
    def message(self) -> str:
        """What is wrong: a lower-case sentence without a final period, user input in backticks."""
        raise NotImplementedError

    @property
    def help(self) -> str | None:
        """What to do, apart from the message."""
        return None

    @property
    def labels(self) -> tuple[Label, ...]:
        """Other places that explain this one."""
        return ()

    @property
    def fix(self) -> Fix | None:
        """The mend, where there is one."""
        return None

    def judged(self, severity: Severity) -> Self:
        """The same finding, taken more or less seriously than its kind usually is."""
        found = copy.copy(self)
        vars(found)["severity"] = severity  # beside the class's own, which stays the rule
        return found


class RefusedError(Exception):
    """Something cannot be done, for the reason that the diagnostic gives; its `exit_code` (3 without one) is the command's."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic

    @property
    def exit_code(self) -> int:
        """1 where the strategies are to blame, 2 where what was asked for is not there, 3 where files are, 4 where another run is."""
        return getattr(self.diagnostic, "exit_code", 3)


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like a mistyped one, or None where nothing is close."""
    candidates = sorted(set(known))
    folded = {candidate.casefold(): candidate for candidate in reversed(candidates)}
    if word.casefold() in folded:
        return folded[word.casefold()]
    close = difflib.get_close_matches(word, candidates, n=1, cutoff=0.6)
    return close[0] if close else None


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names for a message: the first few, and how many more there are."""
    found = list(names)
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")


def did_you_mean(suggestion: str | None) -> str | None:
    """The usual help sentence for a suggestion."""
    return f"did you mean `{suggestion}`?" if suggestion else None


def guessed(span: Span | None, name: str, suggestion: str | None) -> Fix | None:
    """The usual fix for a suggestion: put it in the place of the name, or of its last part; the span ends with it."""
    if span is None or suggestion is None:
        return None
    last = name.rpartition(".")[2]
    return Fix(span._replace(start=max(span.start, span.end - len(last))), suggestion, guess=True)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
