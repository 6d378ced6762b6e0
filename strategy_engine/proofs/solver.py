"""Questions to the solver, and how their answers are told apart: proved, shown, or too hard.

What each may cost is counted in the solver's own steps, never in time, so that every machine tells the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from enum import Enum
from typing import Any

from strategy_engine.engine.rows import evaluate
from strategy_engine.proofs.encode import scene_of
from strategy_engine.proofs.logic import apart, both, lifted, negated, z3
from strategy_engine.proofs.ranges import Ranges
from strategy_engine.proofs.remembered import Remembered
from strategy_engine.proofs.replay import Customer, customer_of, lesson, told, unfolded, world_of
from strategy_engine.proofs.scene import Scene
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

STEPS = 1_000_000
"""What one question may cost, in z3's units (`rlimit`)."""

ALL_STEPS = 30_000_000
"""What all questions of a check may cost together."""

READ_EVERY = 8
"""How many questions are asked before the steps are counted anew, which takes as long as an easy question."""

LESSONS = 5
"""How often a customer that does not replay may be answered by what the functions at hand really give."""

Wish = tuple[ir.Expr, bool]
"""A condition, and whether it shall be true or not be true (false or unknown)."""

COUNTED = ("facts", "easy", "usual", "asked", "checks", "hard", "steps", "before")


class Answer(Enum):
    """What came of a question."""

    NEVER = "no customer"
    SOME = "a customer, as far as the solver knows"
    HARD = "too hard"


@record
class Example:
    """What is told of a customer that shows something.      text: as a condition of the language.      certain: whether the row
    interpreter agrees."""

    text: str
    certain: bool


@record
class Witness(Example):
    """The same, with the customer."""

    customer: Customer


@record
class Solver:
    """One solver for all questions about a model.

    remembered: what was found before, and all that is found now.      ranges: what answers most questions before they are asked.
    shared: wishes that all questions have in common at the moment.
    pushed: for each of them that the solver has read, what it had been told before.
    formulas: of what was wished for so far.      last: what the solver found for the last customer to be shown.
    counts: how many facts it has been told, what it was asked, and how many questions it has looked at (`checks`).
    """

    model: Model
    scene: Scene
    z3: Any
    remembered: Remembered
    ranges: Ranges | None = None
    shared: list[Wish] = field(default_factory=list)
    pushed: list[dict[str, int]] = field(default_factory=list)
    formulas: dict[tuple[int, bool], tuple[Any, ir.Expr]] = field(default_factory=dict)  # by identity: comparing takes longer than solving
    last: list[Any] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    @classmethod
    def of(cls, model: Model, remembered: Remembered | None = None, ranges: Ranges | None = None) -> Solver:
        """A solver that was asked nothing yet, but what is remembered."""
        made = z3.SimpleSolver()  # of which much is asked and little taken back
        made.set("rlimit", STEPS)
        made.set("random_seed", 0)
        found = cls(model, scene_of(model), made, remembered or Remembered(model), ranges)
        made.check()
        found.counts["before"] = found._read()  # the count is of all solvers of the process
        return found

    # -------------------------------------------------------------------------------------------- questions

    def ask(self, *wishes: Wish) -> Answer:
        """Whether a customer can be as all wishes want."""
        nobody = self.ranges.nobody((*self.shared, *wishes)) if self.ranges is not None else None
        if nobody is None:
            return self.ask_beyond_ranges(*wishes)
        self.counts["asked"] += 1
        return Answer.NEVER if nobody else Answer.SOME

    def ask_beyond_ranges(self, *wishes: Wish) -> Answer:
        """The same of wishes of which ranges are known to tell nothing."""
        self.counts["asked"] += 1
        question = self.remembered.question((*self.shared, *wishes))
        nobody = self.remembered.answer(question)
        if nobody is not None:
            return Answer.NEVER if nobody else Answer.SOME
        answer = self._check([self._formula(wish) for wish in wishes])
        if answer is Answer.HARD:
            self.counts["hard"] += 1
        else:
            self.remembered.answers[question] = answer is Answer.NEVER
        return answer

    @contextmanager
    def where(self, *wishes: Wish) -> Iterator[None]:
        """Wishes that all questions inside have in common, so that they are read once."""
        outer = len(self.shared)
        self.shared.extend(wishes)
        try:
            yield
        finally:
            del self.shared[outer:]
            while len(self.pushed) > outer:
                self._pop()

    def never(self, *wishes: Wish) -> bool:
        """Whether it is proved that no customer can be as all wishes want."""
        return self.ask(*wishes) is Answer.NEVER

    def once(self, kind: str, about: Sequence[ir.Expr], work: Callable[[], Any]) -> Any:
        """What the work finds, as JSON can hold it: not done again where it was done before. It must rest on nothing but the kind and what
        the expressions say, whatever they are named and wherever they stand; what met a question that was too hard is not remembered."""
        piece = self.remembered.piece(kind, about)
        known = self.remembered.found(piece)
        if known is None:
            asked, hard = self.counts["asked"], self.counts["hard"]
            found = work()
            if self.counts["hard"] == hard:
                self.remembered.pieces[piece] = self.counts["asked"] - asked, found
            return found
        self.counts["asked"] += known[0]
        return known[1]

    def core(self, *wishes: Wish) -> tuple[Wish, ...]:
        """Of wishes that nobody satisfies, some that nobody satisfies already, and of which none can be left out."""
        kept = list(wishes)
        for wish in reversed(wishes):
            rest = [each for each in kept if each is not wish]
            if rest and self.never(*rest):
                kept = rest
        return tuple(kept)

    def show(self, *wishes: Wish, about: tuple[ir.Expr, ...] = ()) -> Witness | None:
        """A customer that is as all wishes want: certain where the row interpreter says so too. None where there is none, or it is too
        hard to tell. `about` are further expressions whose columns are told. Who is shown hangs on no other question."""
        if self.ask(*wishes) is not Answer.SOME:
            return None
        with apart():
            return Solver.of(self.model).witness((*self.shared, *wishes), about)

    def example(self, *wishes: Wish, about: tuple[ir.Expr, ...] = ()) -> Example | None:
        """The same, of which only what is told is needed: remembered, as a solver for each takes longer than all the rest."""

        def shown() -> tuple[str, bool] | None:
            found = self.show(*wishes, about=about)
            return None if found is None else (found.text, found.certain)

        every = (*self.shared, *wishes)
        wanted = "".join(f"{each:d}" for _, each in every)
        found = self.once(f"example {wanted}", (*(expr for expr, _ in every), *about), shown)
        return None if found is None else Example(*found)

    def witness(self, wishes: tuple[Wish, ...], about: tuple[ir.Expr, ...]) -> Witness | None:
        """A customer for the first wishes that the solver has to do with; None where none is found."""
        formulas = [self._formula(wish) for wish in wishes]
        last: Customer | None = None
        for wanted in (("usual", "easy"), ("usual",), ()):
            for _ in range(LESSONS):
                if self._check([*formulas, *(z3.Bool(name) for name in wanted)], shown=True) is not Answer.SOME:
                    break
                last = customer_of(self.last[0], self.scene.facts)
                if self._replays(last, wishes):
                    return Witness(self._told(last, wishes, about), True, last)
                self._learn(last, wishes)
        if last is None or self._check(formulas) is Answer.NEVER:  # what was learnt may have settled it
            return None
        return Witness(self._told(last, wishes, about), False, last)

    def _told(self, customer: Customer, wishes: tuple[Wish, ...], about: tuple[ir.Expr, ...]) -> str:
        return told(customer, (*(expr for expr, _ in wishes), *about), self.model)

    def _replays(self, customer: Customer, wishes: tuple[Wish, ...]) -> bool:
        world = world_of(customer, self.model)
        return all((evaluate(expr, world) is True) is wanted for expr, wanted in wishes)

    def _learn(self, customer: Customer, wishes: tuple[Wish, ...]) -> None:
        world = world_of(customer, self.model)
        nodes = set(unfolded(tuple(expr for expr, _ in wishes), self.model))
        for each in list(self.scene.facts.approximated):
            if not each.moment and each.expr in nodes:
                self.scene.facts.hold(lesson(each, world, self.scene))

    # -------------------------------------------------------------------------------------------- the solver

    def _formula(self, wish: Wish) -> Any:
        expr, wanted = wish
        found = self.formulas.get((id(expr), wanted))
        if found is None:
            true = self.scene.condition(expr).true
            found = self.formulas[id(expr), wanted] = (lifted(true if wanted else negated(true)), expr)  # which keeps the identity its own
        return found[0]

    def _check(self, formulas: list[Any], *, shown: bool = False) -> Answer:
        """What comes of them; a customer is only made out where one is to be `shown`, which takes as long as the question."""
        if self.counts["steps"] > ALL_STEPS:
            return Answer.HARD
        self._push()
        self._tell()
        self.z3.push()
        self.z3.add(formulas)
        found = self.z3.check()
        if shown and found == z3.sat:
            self.last[:] = [self.z3.model()]
        self.z3.pop()
        self.counts["checks"] += 1
        if self.counts["checks"] % READ_EVERY == 0:
            self.counts["steps"] = self._read() - self.counts["before"]
        return Answer.NEVER if found == z3.unsat else Answer.SOME if found == z3.sat else Answer.HARD

    def _push(self) -> None:
        """Have the solver read what is shared and what it has not read yet."""
        for wish in self.shared[len(self.pushed) :]:
            formula = self._formula(wish)
            self._tell()
            self.pushed.append({name: self.counts[name] for name in ("facts", "usual", "easy")})
            self.z3.push()
            self.z3.add(formula)

    def _pop(self) -> None:
        """Forget what was pushed last, and what was told since."""
        self.z3.pop()
        self.counts.update(self.pushed.pop())

    def _read(self) -> int:
        """The steps that were taken in this process."""
        statistics = self.z3.statistics()
        return int(statistics.get_key_value("rlimit count")) if "rlimit count" in statistics.keys() else 0  # noqa: SIM118 -- no mapping

    def _tell(self) -> None:
        """What has become known since the last question."""
        facts, counts = self.scene.facts, self.counts
        for fact in facts.holds[counts["facts"] :]:
            self.z3.add(fact)
        for name in ("usual", "easy"):
            wishes = getattr(facts, name)
            for fact in wishes[counts[name] :]:
                self.z3.add(z3.Implies(z3.Bool(name), lifted(both(fact))))
            counts[name] = len(wishes)
        counts["facts"] = len(facts.holds)
