"""Conditions that hold of nobody or of everybody, and parts of them that change nothing: S0301 to S0305."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.proofs.asked import Question, excludes, questions
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.walk import expressions
from strategy_engine.source.file import Span

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Solver


@diagnostic
class NeverTrue(Diagnostic):
    """A condition that no customer can satisfy

    By what the project file says of the columns (their types, which of them may be missing, the values of enums, `min:`), no customer of
    any day can be in the cohort, need the channel, match the row. The clauses that are told cannot be true together.

    Why: a strategy for it lists nobody, and looks like any other that found nobody today.

    Example: `cohort rich_new = tier == mass and tier >= gold`

    Instead: the clause that was meant, such as `lifecycle == new and tier >= gold`.
    """

    code = "S0301"
    severity = Severity.WARNING
    what: str
    others: tuple[Span, ...] = ()

    @property
    def message(self) -> str:
        return f"no customer can satisfy {self.what}"

    @property
    def help(self) -> str | None:
        return "change one of the clauses that exclude each other" if self.others else "change it, or remove what rests on it"

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(Label(span, "this is never true at the same time") for span in self.others)


@diagnostic
class AlwaysTrue(Diagnostic):
    """A condition that every customer satisfies

    By what the project file says of the columns, the condition is true of every customer on every day.

    Why: it reads as if it chose, and chooses nobody out; mostly a sign or a number is wrong.

    Example: `channel sms { require: children >= 0 }`, where `children` has `min: 0`

    Instead: the condition that was meant, or `everyone`.
    """

    code = "S0302"
    severity = Severity.WARNING
    what: str

    @property
    def message(self) -> str:
        return f"every customer satisfies {self.what}"

    @property
    def help(self) -> str | None:
        return "change it; for a cohort of all customers there is `everyone`"


@diagnostic
class DeadWeight(Diagnostic):
    """A clause that the others imply

    Whoever satisfies the other clauses joined by `and` satisfies this one too, so that the condition is the same without it. Clauses that
    ask whether a value is known are not told of.

    Why: who changes it later will wonder why nothing changes.

    Example: `cohort rich = tier >= platinum and tier >= gold`

    Instead: `cohort rich = tier >= platinum`
    """

    code = "S0303"
    severity = Severity.NOTE
    what: str
    others: tuple[Span, ...] = ()

    @property
    def message(self) -> str:
        return f"this clause changes nothing in {self.what}: the others imply it"

    @property
    def help(self) -> str | None:
        return "leave it out"

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(Label(span, "this implies it") for span in self.others)


@diagnostic
class IdleAlternative(Diagnostic):
    """An alternative that adds nobody

    Whoever satisfies this part of an `or` satisfies another part too, or nobody who satisfies the rest of the condition can satisfy it.

    Why: it was written for customers whom it does not bring.

    Example: `cohort a = tier >= gold or tier == private`

    Instead: `cohort a = tier >= gold`
    """

    code = "S0304"
    severity = Severity.NOTE
    what: str

    @property
    def message(self) -> str:
        return f"this alternative adds nobody to {self.what}"

    @property
    def help(self) -> str | None:
        return "leave it out"


@diagnostic
class ExcludesAlike(Diagnostic):
    """An `exclude` that stops every action, or none

    An `exclude:` stops an action where its condition is true or unknown. This one is false of every action, or of no action.

    Why: a rule that stops nothing protects nobody; one that stops all empties every list.

    Example: `exclude: children < 0`, where `children` has `min: 0`

    Instead: the condition that was meant.
    """

    code = "S0305"
    severity = Severity.WARNING
    policy: str
    all: bool

    @property
    def message(self) -> str:
        return f"this `exclude` of policy `{self.policy}` stops {'every action' if self.all else 'no action'}"

    @property
    def help(self) -> str | None:
        return "change its condition, or remove it"


Found = tuple[str, list[ir.Expr]]
"""What was found: `never`, with clauses that cannot be true together; `always`; a clause `implied`, with those that imply it; or an
`alternative` that adds nobody."""


# ------------------------------------------------------------------------------------------------ what is asked


def conditions(model: Model, solver: Solver) -> Iterator[Diagnostic]:
    """What is always or never so of each condition, and of its clauses."""
    empty: set[str] = set()
    for question in questions(model):
        yield from _asked(question, solver, empty)
    for policy, condition in excludes(model):
        for everything, wanted in ((True, True), (False, False)):
            if solver.never((ir.Not(condition), wanted)):
                yield ExcludesAlike(condition.span, policy, everything)


def _asked(question: Question, solver: Solver, empty: set[str]) -> Iterator[Diagnostic]:
    condition, what = question.condition, question.what
    if not any(isinstance(each, _ASKING) for each in expressions(condition)):
        return  # `everyone`, `true` are meant
    for kind, parts in _found(condition, solver):
        if kind == "never":
            if question.defines is not None:
                empty.add(question.defines)
            if not (len(parts) == 1 and isinstance(parts[0], ir.Derived) and parts[0].name in empty):  # told where it is defined
                yield NeverTrue(parts[-1].span or question.span, what, _spans(parts[:-1]))
        elif kind == "always":
            yield AlwaysTrue(condition.span or question.span, what)
        elif kind == "implied":
            yield DeadWeight(parts[0].span, what, _spans(parts[1:]))
        else:
            yield IdleAlternative(parts[0].span, what)


def _found(condition: ir.Expr, solver: Solver) -> list[Found]:
    """What is found of a condition; the same of all that say the same, so that it is kept by the places of the parts."""

    def work() -> list[tuple[str, list[int]]]:
        found = list(_search(condition, solver))
        places = {id(part): place for place, part in enumerate(expressions(condition))} if found else {}
        return [(kind, [places[id(part)] for part in parts]) for kind, parts in found]

    by_name = isinstance(condition, ir.Derived)  # of which less is told than of what it stands for
    kept = solver.once("named condition" if by_name else "condition", (condition,), work)
    parts = [*expressions(condition)] if kept else []
    return [(kind, [parts[place] for place in places]) for kind, places in kept]


def _search(condition: ir.Expr, solver: Solver) -> Iterator[Found]:
    wishes = tuple((part, True) for part in clauses(condition))
    if solver.never(*wishes):
        yield "never", [part for part, _ in solver.core(*wishes)]
    elif isinstance(condition, ir.Derived):
        return
    elif solver.never((condition, False)):
        yield "always", []
    else:
        yield from _idle(condition, (), solver)


_ASKING = (ir.Column, ir.Derived, ir.Aggregate, ir.Today, ir.ContactDate, ir.SeriesValue, ir.InList, ir.Population)


def clauses(condition: ir.Expr) -> tuple[ir.Expr, ...]:
    """What `and` joins, at whatever depth of brackets."""
    if isinstance(condition, ir.And):
        return tuple(part for each in condition.parts for part in clauses(each))
    return (condition,)


def _alternatives(condition: ir.Expr) -> tuple[ir.Expr, ...]:
    if isinstance(condition, ir.Or):
        return tuple(part for each in condition.parts for part in _alternatives(each))
    return (condition,)


def _spans(parts: list[ir.Expr]) -> tuple[Span, ...]:
    return tuple(part.span for part in parts if part.span is not None)


# ------------------------------------------------------------------------------------------------ idle parts


def _idle(condition: ir.Expr, beside: tuple[ir.Expr, ...], solver: Solver) -> Iterator[Found]:
    """The parts of a condition that change nothing where what stands beside it is true."""
    if isinstance(condition, ir.And):
        parts = list(clauses(condition))
        for place in reversed(range(len(parts))):
            part, others = parts[place], (*parts[:place], *parts[place + 1 :], *beside)
            wishes = [(other, True) for other in others]
            if not _guard(part) and solver.never((part, False), *wishes):
                told = [other for other, _ in solver.core((part, False), *wishes) if other is not part]
                del parts[place]
                yield "implied", [part, *told]
        for place, part in enumerate(parts):
            yield from _idle(part, (*parts[:place], *parts[place + 1 :], *beside), solver)
    elif isinstance(condition, ir.Or):
        parts = list(_alternatives(condition))
        for place in reversed(range(len(parts))):
            part, others = parts[place], (*parts[:place], *parts[place + 1 :])
            if solver.never((part, True), *((other, False) for other in others), *((each, True) for each in beside)):
                del parts[place]
                yield "alternative", [part]
        for part in parts:
            yield from _idle(part, beside, solver)


def _guard(part: ir.Expr) -> bool:
    """Whether it only asks if something is known: said for readers, and harmless."""
    return isinstance(part, ir.IsKnown | ir.Constant)
