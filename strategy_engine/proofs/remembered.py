"""What was found of conditions before, by what they say: answers of the solver, what whole rules made of them, and of whom of a sample
they were true.

A condition is known by the hash of its typed form with all that it is defined by, and of what the project file says of its columns, so
that an edit asks anew only what it touches. See docs/decisions/proofs.md.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_engine.analysis.verdict import solver
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.versions import written
from strategy_engine.semantics.walk import expressions
from strategy_engine.source.cache import cache_folder, forget_the_oldest, name_of, program

if TYPE_CHECKING:
    from strategy_engine.proofs.solver import Wish


ANSWERS = 50_000
"""Answers that are kept at most: those that were asked last. What is found in one piece leaves its questions unasked for a while."""

Found = tuple[int, Any]
"""How many questions it took, and what came of them, as JSON can hold it."""


@record
class Remembered:
    """What is known of a model's conditions.

    answers: by question, whether it is proved that there is nobody.      asked: those of them that this check has asked.
    pieces: what came of many questions together, by what they were about.      used: those of them that this check has needed.
    masks: by condition, a bit for each customer of a sample, set where it is true; no values of theirs.
    """

    model: Model
    answers: dict[str, bool] = field(default_factory=dict)
    masks: dict[str, int] = field(default_factory=dict)
    pieces: dict[str, Found] = field(default_factory=dict)
    asked: dict[str, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    digests: dict[int, tuple[str, ir.Expr]] = field(default_factory=dict)  # by identity: comparing takes longer than hashing
    defined: dict[str, str] = field(default_factory=dict)

    def question(self, wishes: Iterable[Wish]) -> str:
        """What a question is known by."""
        return _hash("".join(sorted(f"{self.digest(expr)}{wanted:d}" for expr, wanted in wishes)))

    def answer(self, question: str) -> bool | None:
        """Whether there is nobody; None where nothing is known."""
        self.asked[question] = None
        return self.answers.get(question)

    def piece(self, kind: str, about: Iterable[ir.Expr]) -> str:
        """What a piece of work about expressions, in this order, is known by."""
        return _hash(kind + "".join(map(self.digest, about)))

    def found(self, piece: str) -> Found | None:
        """What came of a piece of work; None where nothing is known."""
        self.used.add(piece)
        return self.pieces.get(piece)

    def mask(self, condition: ir.Expr) -> int | None:
        """Of whom of the sample the condition is true."""
        return self.masks.get(self.digest(condition)) if self.masks else None

    def digest(self, expr: ir.Expr) -> str:
        """What an expression is known by."""
        while isinstance(expr, ir.Derived):  # its name does not count
            expr = self.model.derived[expr.name].expr
        found = self.digests.get(id(expr))
        if found is None:
            found = self.digests[id(expr)] = (self._of(expr), expr)  # which keeps the identity its own
        return found[0]

    def _of(self, expr: ir.Expr) -> str:
        text = [written(expr)]
        for each in expressions(expr):
            if isinstance(each, ir.Derived):
                text.append(self._definition(each.name))
            elif isinstance(each, ir.Column) and each.scope == "customer":
                text.append(self._declared(each.name))
            if each.type.enum is not None:  # of which the text has those of ordered ones
                text.append(repr(each.type.enum.values))
        return _hash("\n".join(text))

    def _definition(self, name: str) -> str:
        if name not in self.defined:
            each = self.model.derived[name]
            self.defined[name] = _hash("".join(self._of(part) for part in (each.expr, each.remembered) if part is not None))
        return self.defined[name]

    def _declared(self, column: str) -> str:
        """What the project file says of a column beside its kind."""
        found = self.model.project.snapshot.columns.get(column)
        return "" if found is None else repr((found.optional, found.min))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


# ------------------------------------------------------------------------------------------------ in the user's cache


def recall(folder: Path, model: Model) -> Remembered:
    """What earlier checks of the project in the folder have found; nothing where the program or the solver was another."""
    file = _file(folder)
    kept: Any = None
    if file is not None:
        with suppress(OSError, ValueError):  # no such file yet, or half of one
            kept = json.loads(file.read_text("utf-8"))
    if not isinstance(kept, dict) or kept.get("basis") != _basis(model):
        return Remembered(model)
    masks = {name: int(mask, 16) for name, mask in kept["masks"].items()}
    return Remembered(model, kept["answers"], masks, {name: (count, found) for name, (count, found) in kept["pieces"].items()})


def remember(folder: Path, found: Remembered) -> None:
    """Keep what was found, of answers those asked last, and the masks, for the next check."""
    file = _file(folder)
    if file is None or not (found.asked or found.used or found.masks):
        return
    last = [*(each for each in found.answers if each not in found.asked), *(each for each in found.asked if each in found.answers)]
    document = {
        "basis": _basis(found.model),
        "answers": {question: found.answers[question] for question in last[-ANSWERS:]},
        "pieces": {piece: each for piece, each in found.pieces.items() if piece in found.used},
        "masks": {name: f"{mask:x}" for name, mask in found.masks.items()},
    }
    with suppress(OSError):  # a full disk, say: the next check takes as long as this one
        beside = file.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(document), "utf-8")
        beside.replace(file)
        forget_the_oldest(file.parent, "proofs-*.json")


def _file(folder: Path) -> Path | None:
    cache = cache_folder()
    return None if cache is None else cache / f"proofs-{name_of(folder)}.json"


def _basis(model: Model) -> str:
    """What all answers rest on."""
    project = model.project
    return _hash(repr((program(), solver(), project.contact_offset, project.calendar, project.reads_bad_as_missing)))
