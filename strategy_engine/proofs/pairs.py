"""Cohorts that are the same under two names: S0320."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver


@diagnostic
class SameCohort(Diagnostic):
    """Two names for the same customers

    Whoever is in one of the cohorts is in the other, on every day, however they are written. A cohort that is nothing but another's name is
    not told of.

    Why: who changes one of them believes to have changed both.

    Example: `cohort rich = tier >= platinum`, and `cohort top = tier in [platinum, diamond, private]`

    Instead: one of them, or `cohort top = rich`.
    """

    code = "S0320"
    severity = Severity.NOTE
    name: str
    other: str
    place: Span | None

    @property
    def message(self) -> str:
        return f"cohort `{self.name}` selects the same customers as cohort `{self.other}`"

    @property
    def help(self) -> str | None:
        return f"use one of them, or write `cohort {self.name} = {self.other}`"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "the other one"),)


def pairs(model: Model, solver: Solver) -> Iterator[Diagnostic]:
    """The cohorts that select whom one above selects; of those that select everybody that is told elsewhere."""
    from strategy_engine.proofs.compared import Compared

    found = [
        each
        for each in model.derived.values()
        if each.kind == "cohort" and each.remembered is None and not isinstance(each.expr, ir.Derived | ir.Constant)
    ]
    inside = set(Compared([each.expr for each in found], solver).insides())
    same: set[int] = set()
    for one, other in sorted(inside):
        if one < other and (other, one) in inside and other not in same and not solver.never((found[one].expr, False)):
            same.add(other)
            yield SameCohort(found[other].span, found[other].name, found[one].name, found[one].span)
