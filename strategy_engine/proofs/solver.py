"""Questions to the solver, and how their answers are told apart: proved, shown, or too hard.

What each may cost is counted in the solver's own steps, never in time, so that every machine tells the same.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Any

from strategy_engine.engine.rows import evaluate
from strategy_engine.proofs.encode import scene_of
from strategy_engine.proofs.logic import both, lifted, negated, z3
from strategy_engine.proofs.replay import Customer, customer_of, lesson, told, world_of
from strategy_engine.proofs.scene import Scene
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model

STEPS = 1_000_000
"""What one question may cost, in z3's units (`rlimit`)."""

ALL_STEPS = 30_000_000
"""What all questions of a check may cost together."""

LESSONS = 5
"""How often a customer that does not replay may be answered by what the functions at hand really give."""

Wish = tuple[ir.Expr, bool]
"""A condition, and whether it shall be true or not be true (false or unknown)."""


class Answer(Enum):
    """What came of a question."""

    NEVER = "no customer"
    SOME = "a customer, as far as the solver knows"
    HARD = "too hard"


@record
class Witness:
    """A customer that shows something.      text: as a condition of the language.      certain: whether the row interpreter agrees."""

    text: str
    certain: bool
    customer: Customer


@record
class Solver:
    """One solver for all questions about a model.

    labels: the literal that stands for each condition, or its opposite.      sent: how many facts it has been told.
    """

    model: Model
    scene: Scene
    z3: Any
    labels: dict[Wish, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: {"facts": 0, "easy": 0, "usual": 0, "asked": 0, "hard": 0, "steps": 0})

    @classmethod
    def of(cls, model: Model) -> Solver:
        """A solver that was asked nothing yet."""
        made = z3.Solver()
        made.set("rlimit", STEPS)
        made.set("random_seed", 0)
        return cls(model, scene_of(model), made)

    # -------------------------------------------------------------------------------------------- questions

    def ask(self, *wishes: Wish) -> Answer:
        """Whether a customer can be as all wishes want."""
        return self._check([self._label(wish) for wish in wishes])

    def never(self, *wishes: Wish) -> bool:
        """Whether it is proved that no customer can be as all wishes want."""
        return self.ask(*wishes) is Answer.NEVER

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
        hard to tell. `about` are further expressions whose columns are told."""
        labels = [self._label(wish) for wish in wishes]
        if self._check(labels) is not Answer.SOME:
            return None
        last: Customer | None = None
        for wanted in (("usual", "easy"), ("usual",), ()):
            for _ in range(LESSONS):
                if self._check([*labels, *(z3.Bool(name) for name in wanted)]) is not Answer.SOME:
                    break
                last = customer_of(self.z3.model(), self.scene.facts)
                if self._replays(last, wishes):
                    return Witness(self._told(last, wishes, about), True, last)
                self._learn(last)
        if last is None or self._check(labels) is Answer.NEVER:  # what was learnt may have settled it
            return None
        return Witness(self._told(last, wishes, about), False, last)

    def _told(self, customer: Customer, wishes: tuple[Wish, ...], about: tuple[ir.Expr, ...]) -> str:
        return told(customer, (*(expr for expr, _ in wishes), *about), self.model)

    def _replays(self, customer: Customer, wishes: tuple[Wish, ...]) -> bool:
        world = world_of(customer, self.model)
        return all((evaluate(expr, world) is True) is wanted for expr, wanted in wishes)

    def _learn(self, customer: Customer) -> None:
        world = world_of(customer, self.model)
        for each in self.scene.facts.approximated:
            if not each.moment:
                self.scene.facts.hold(lesson(each, world, self.scene))

    # -------------------------------------------------------------------------------------------- the solver

    def _label(self, wish: Wish) -> Any:
        found = self.labels.get(wish)
        if found is None:
            expr, wanted = wish
            true = self.scene.condition(expr).true
            found = self.labels[wish] = z3.Bool(f"?{len(self.labels)}")
            self.z3.add(z3.Implies(found, lifted(true if wanted else negated(true))))
        return found

    def _check(self, labels: list[Any]) -> Answer:
        self._tell()
        self.counts["asked"] += 1
        if self.counts["steps"] > ALL_STEPS:
            self.counts["hard"] += 1
            return Answer.HARD
        found = self.z3.check(*labels)
        self.counts["steps"] = self._steps()
        if found == z3.unsat:
            return Answer.NEVER
        if found == z3.sat:
            return Answer.SOME
        self.counts["hard"] += 1
        return Answer.HARD

    def _steps(self) -> int:
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
