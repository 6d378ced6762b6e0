"""Findings as plain data: kept between runs, or handed to another process."""

from __future__ import annotations

from typing import Any

from strategy_engine.diagnostics.model import Diagnostic, Fix, Label, Severity, diagnostic
from strategy_engine.source.file import Span


@diagnostic
class Kept(Diagnostic):
    """A finding of which only what is told remained."""

    told: str
    hint: str | None
    places: tuple[Label, ...]
    mend: Fix | None

    @property
    def message(self) -> str:
        return self.told

    @property
    def help(self) -> str | None:
        return self.hint

    @property
    def labels(self) -> tuple[Label, ...]:
        return self.places

    @property
    def fix(self) -> Fix | None:
        return self.mend


def as_data(found: Diagnostic) -> list[Any]:
    """A finding as what JSON can hold."""
    return [found.code, found.severity.value, found.span, found.message, found.help, found.labels, found.fix]


def from_data(data: list[Any]) -> Diagnostic:
    """The finding that `as_data` was made of."""
    code, severity, span, message, hint, labels, fix = data
    places = tuple(Label(Span(*place), text) for place, text in labels)
    mend = None if fix is None else Fix(Span(*fix[0]), fix[1], fix[2])
    found = Kept(None if span is None else Span(*span), message, hint, places, mend)
    vars(found).update(code=code, severity=Severity(severity))  # each its own, where other classes have one
    return found
