"""How anything of the model is said: the registries of what each node says, and the voice that speaks one tongue.

A value is a noun phrase (`the total amount of txn records in the last 7 days`). A condition is `Said`: a clause, or clauses joined by
and / or. English has two forms of a clause: one that stands for itself (`tier is gold`) and one that follows its subject (customers
`whose tier is gold`); Chinese needs one. What is said of rows speaks of another subject than the customer, so the voice knows whom it
speaks of.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from strategy_engine.analysis.meaning.chinese import CHINESE
from strategy_engine.analysis.meaning.english import ENGLISH
from strategy_engine.language import words
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.walk import children

TONGUES = {"en": ENGLISH, "zh": CHINESE}
CUSTOMER, ROW, ACTION = "customer", "row", "action"
_KEYS = {english: chinese for chinese, english in reversed(words.KEYS.items())}
SHORT = 110
"""What is wider than so many columns becomes a list."""


@record
class Said:
    """A condition in words: one clause (`text` for itself, `who` after its subject), or `parts` joined by `and` or `or`."""

    text: str = ""
    who: str = ""
    join: str = ""
    parts: tuple[Said, ...] = ()


@record
class Voice:
    """One tongue, speaking of one subject (`customer`, `row` or `action`); `table` is the row's, where it is known."""

    model: Model
    lang: str = "en"
    subject: str = CUSTOMER
    table: str = ""

    def say(self, key: str, /, **parts: object) -> str:
        """A phrase of the tongue with its parts filled in."""
        return TONGUES[self.lang][key].format(**parts)

    def has(self, key: str) -> bool:
        return key in TONGUES[self.lang]

    def about(self, subject: str, table: str = "") -> Voice:
        """The same voice, speaking of another subject."""
        return replace(self, subject=subject, table=table)

    # -------------------------------------------------------------------------------------------- nodes

    def noun(self, expr: ir.Expr) -> str:
        """A value as a noun phrase."""
        return _NOUNS[type(expr)](self, expr) if type(expr) in _NOUNS else self.say("whether", c=self.text(self.clause(expr)))

    def clause(self, expr: ir.Expr, negated: bool = False) -> Said:
        """A condition, or its opposite."""
        if type(expr) in _CLAUSES:
            return _CLAUSES[type(expr)](self, expr, negated)
        return self.leaf("false" if negated else "true", a=self.noun(expr), owner=expr)

    def leaf(self, key: str, /, owner: ir.Expr | None = None, **parts: object) -> Said:
        """One clause: `key` is its phrase, `key.who` the one after its subject where that is another; `owner` is the value that the
        clause begins with."""
        text = self.say(key, **parts)
        if self.has(f"{key}.who") and self.subject == CUSTOMER:
            return Said(text, self.say(f"{key}.who", **parts))
        mine = owner is not None and self._is_mine(owner)
        return Said(text, self.say("whose", c=text.removeprefix("the ")) if mine else self.say(f"for.{self.subject}", c=text))

    def _is_mine(self, owner: ir.Expr) -> bool:
        """Whether a noun phrase can follow `whose`: something of the subject itself."""
        while isinstance(owner, ir.Convert | ir.Negate | ir.Shift | ir.Ago):
            owner = owner.value
        if isinstance(owner, ir.Column):
            return owner.scope == self.subject or (self.subject == CUSTOMER and owner.scope in ("before", "after"))
        if isinstance(owner, ir.Reference):
            return self._is_mine(owner.via)
        if isinstance(owner, ir.Arithmetic | ir.Call | ir.Default):
            return any(self._is_mine(child) for child in children(owner))
        return self.subject == CUSTOMER and isinstance(owner, ir.Derived | ir.Population | ir.Aggregate)

    # -------------------------------------------------------------------------------------------- conditions as text

    def text(self, said: Said) -> str:
        """The condition on one line, standing for itself."""
        return self._joined(said, lambda leaf: leaf.text)

    def who(self, said: Said) -> str:
        """The condition on one line, after its subject."""
        return self._joined(said, lambda leaf: leaf.who)

    def _joined(self, said: Said, form: Callable[[Said], str]) -> str:
        if not said.parts:
            return form(said)
        inner = [self.say("group", c=self._joined(part, form)) if part.parts else form(part) for part in said.parts]
        of = "row" if self.subject == ROW else "clause"
        return self._listed(inner, f"{of}.comma", f"{of}.{said.join}")

    def listed(self, items: Iterable[str], join: str = "and") -> str:
        """`a, b and c`; join: and, or, nor."""
        return self._listed(list(items), "comma", join)

    def _listed(self, items: list[str], comma: str, join: str) -> str:
        *most, last = items
        return self.say(comma).join(most) + self.say(join) + last if most else last

    def long(self, said: Said) -> bool:
        """Whether a condition is easier read as a list."""
        return bool(said.parts) and width(self.text(said)) > SHORT

    def bullets(self, said: Said, depth: int = 0) -> str:
        """The parts of a condition as a Markdown list."""
        lines = []
        for part in said.parts:
            if self.long(part):
                lines += [f"{'  ' * depth}- {self.say(f'how.{part.join}')}{self.say('colon')}", self.bullets(part, depth + 1)]
            else:
                lines.append(f"{'  ' * depth}- {self.text(part)}")
        return "\n".join(lines)

    def telling(self, key: str, condition: ir.Expr, **parts: object) -> str:
        """A sentence about a condition: the phrase `key` with it as `who` and `c`, or `key.long` and a list where it is long."""
        if isinstance(condition, ir.Constant) and condition.value is True and self.has(f"{key}.all"):
            return self.say(f"{key}.all", **parts)
        said = self.clause(condition)
        if self.long(said):
            return f"{self.say(f'{key}.long', how=self.say(f'how.{said.join}'), **parts)}\n{self.bullets(said)}"
        return self.say(key, who=self.who(said), c=self.text(said), **parts)

    def flowing(self, sentences: Iterable[str]) -> list[str]:
        """Sentences as paragraphs: one after the other, but that a list ends its paragraph."""
        paragraphs: list[str] = []
        for sentence in filter(None, sentences):
            if paragraphs and "\n" not in paragraphs[-1] and "\n" not in sentence:
                paragraphs[-1] += self.say("blank") + sentence
            else:
                paragraphs.append(sentence)
        return paragraphs

    # -------------------------------------------------------------------------------------------- names

    def named(self, name: str, label: str | None) -> str:
        """A thing by its label; in English with its name beside it, by which it stands in the files."""
        if not label or label == name:
            return name
        return self.say("named", name=name, label=label)

    def key(self, key: str) -> str:
        """The key of a property, in the tongue's word where the language has one."""
        return _KEYS.get(key, key) if self.lang == "zh" else key

    def outcome(self, word: str) -> str:
        """What feedback tells, by its label where that is of the tongue."""
        feedback = self.model.project.feedback
        table = self.model.project.tables.get(feedback.from_) if feedback is not None else None
        values = table.columns[feedback.outcome].values if table is not None and feedback is not None else None
        return self.value_name(word, (values or {}).get(word))

    def value_name(self, value: str, label: str | None) -> str:
        """A value of an enum: by its label where that is of the tongue."""
        return label if label and (self.lang == "zh" or label.isascii()) else value


T = TypeVar("T", bound=ir.Expr)
_NOUNS: dict[type, Callable[[Voice, Any], str]] = {}
_CLAUSES: dict[type, Callable[[Voice, Any, bool], Said]] = {}


def noun(kind: type[T]) -> Callable[[Callable[[Voice, T], str]], Callable[[Voice, T], str]]:
    """Register how a node is said as a value."""

    def register(function: Callable[[Voice, T], str]) -> Callable[[Voice, T], str]:
        _NOUNS[kind] = function
        return function

    return register


def clause(kind: type[T]) -> Callable[[Callable[[Voice, T, bool], Said]], Callable[[Voice, T, bool], Said]]:
    """Register how a node is said as a condition; the last argument asks for its opposite."""

    def register(function: Callable[[Voice, T, bool], Said]) -> Callable[[Voice, T, bool], Said]:
        _CLAUSES[kind] = function
        return function

    return register


def is_said(kind: type) -> bool:
    """Whether it is known how a node is said."""
    return kind in _NOUNS or kind in _CLAUSES


def width(text: str) -> int:
    """How many columns a text takes: East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
