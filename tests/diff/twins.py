"""Cohorts of the library in two versions: mutants, in which one thing is changed, and rewrites, which say the same otherwise.

Attributes, cohorts and params that a cohort names are written out at random, so that thresholds and windows deep inside are met as well.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from strategy_engine.language import ast
from strategy_engine.language.printing.expressions import expression
from strategy_engine.language.printing.tongue import Language, Tongue
from strategy_engine.language.types import Duration
from strategy_engine.language.walk import walk
from strategy_engine.semantics.load import load_project
from strategy_engine.source.file import Span

LIBRARY = Path(__file__).parents[2] / "strategies" / "library"
NOWHERE = Span("", 0, 0)
ENGLISH = Tongue(Language.EN)


@dataclasses.dataclass
class Twin:
    """A cohort before and after, as declarations; `more`: what that of after needs besides."""

    name: str
    of: str
    how: str
    before: str
    after: str
    more: str = ""


class Twins:
    """Draws twins of the library's cohorts."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - the same twins in every run
        loaded = load_project(LIBRARY)
        assert loaded.sound
        declared = [each for module in loaded.modules for each in module.declarations]
        self.values = {each.name: _field(each, "value") for each in declared if each.kind in ("attribute", "param")}
        self.values |= {each.name: _field(each, "where") for each in declared if each.kind == "cohort" and _field(each, "where")}
        self.cohorts = {each.name: each for each in declared if each.kind == "cohort"}
        assert loaded.model is not None
        project = loaded.model.project
        enums = [column.values for table in project.data.values() for column in table.columns.values() if column.values]
        self.siblings = {word: [other for other in values if other != word] for values in enums for word in values}
        self.words = {word: list(values) for values in enums for word in values}
        self.ordered = {
            word: list(column.values)
            for column in project.snapshot.columns.values()
            if column.values and column.ordered
            for word in column.values
        }
        self.strict = {name for name, column in project.snapshot.columns.items() if not column.optional}

    def mutant(self, name: str) -> Twin:
        """A cohort and a version in which one place says something else."""
        return self._twin(name, self._mutated)

    def rewrite(self, name: str) -> Twin:
        """A cohort and a version that says the same otherwise, in several places."""
        more: list[str] = []

        def rewritten(value: Any) -> tuple[str, Any]:
            hows = []
            for _ in range(self.random.randint(1, 4)):
                how, value = self._rewritten(value, name, more)
                hows.append(how)
            return " + ".join(hows), value

        twin = self._twin(name, rewritten)
        return dataclasses.replace(twin, more="\n".join(more))

    def _twin(self, name: str, change: Callable[[Any], tuple[str, Any]]) -> Twin:
        of = self.random.choice([*self.cohorts])
        fields = {each.key: each.value for each in self.cohorts[of].fields if each.key in ("where", "enter", "leave")}
        key = self.random.choice([*fields])
        written = {each: self._written_out(value, 3) for each, value in fields.items()}
        how, changed = change(written[key])
        return Twin(name, of, how, _declared(name, written), _declared(name, {**written, key: changed}))

    def _written_out(self, node: Any, depth: int) -> Any:
        """With names replaced by what they stand for, some of them."""

        def replaced(each: ast.Node) -> Any:
            if isinstance(each, ast.Related):
                return dataclasses.replace(each, where=each.where and self._params(each.where))
            if not isinstance(each, ast.Name) or each.text not in self.values or depth == 0 or self.random.random() < 0.3:
                return None
            return self._written_out(self.values[each.text], depth - 1)

        return rebuilt(node, replaced)

    def _params(self, node: Any) -> Any:
        simple = (ast.Number, ast.Date, ast.DurationLiteral)
        return rebuilt(
            node,
            lambda each: (
                self.values.get(each.text) if isinstance(each, ast.Name) and isinstance(self.values.get(each.text), simple) else None
            ),
        )

    # -------------------------------------------------------------------------------------------- mutants

    def _mutated(self, root: Any) -> tuple[str, Any]:
        places = [(how, node, made) for node in walk(root) for how, made in self._mutations(node)]
        places.append(("negated", root, ast.Negated(NOWHERE, root)))
        hows = sorted({how for how, _, _ in places})
        how = self.random.choice(hows)  # each kind as often
        _, node, made = self.random.choice([each for each in places if each[0] == how])
        return how, rebuilt(root, lambda each: made if each is node else None)

    def _mutations(self, node: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(node, ast.Number):
            step = Decimal("0.01") if node.percent else Decimal(1)
            yield from (("threshold", number(value, node)) for value in (node.value + step, node.value - step, node.value * 2))
        elif isinstance(node, ast.Date):
            yield from (("threshold", ast.Date(NOWHERE, node.value + dt.timedelta(days=days))) for days in (1, -1))
        elif isinstance(node, ast.DurationLiteral):
            yield from (("window", ast.DurationLiteral(NOWHERE, length)) for length in _lengths(node.value))
        elif isinstance(node, ast.Period):
            yield from (("window", ast.Period(NOWHERE, node.direction, length)) for length in _lengths(node.duration))
        elif isinstance(node, ast.Compared) and len(node.rest) == 1:
            op, right = node.rest[0]
            others = [
                other for other in ("==", "!=", "<", "<=", ">", ">=") if other != op and (op not in ("==", "!=") or other in ("==", "!="))
            ]
            yield from (("operator", ast.Compared(NOWHERE, node.first, ((other, right),))) for other in others)
        elif isinstance(node, ast.Name) and node.text in self.siblings:
            yield from (("enum word", ast.Name(NOWHERE, (word,))) for word in self.siblings[node.text])
        else:
            yield from _flipped(node)

    # -------------------------------------------------------------------------------------------- rewrites

    def _rewritten(self, root: Any, name: str, more: list[str]) -> tuple[str, Any]:
        places = [(how, node, made) for node in walk(root) for how, made in self._rewrites(node)]
        places.append(("double negation", root, ast.Negated(NOWHERE, ast.Negated(NOWHERE, root))))
        extracted = [node for node in walk(root, lambda each: not isinstance(each, ast.Related)) if isinstance(node, _CONDITIONS)]
        if extracted:
            node = self.random.choice(extracted)
            places.append(("renamed", node, ast.Name(NOWHERE, (f"{name}_part_{len(more)}",))))
        how = self.random.choice(sorted({how for how, _, _ in places}))
        _, node, made = self.random.choice([each for each in places if each[0] == how])
        if how == "renamed":
            more.append(f"attribute {name}_part_{len(more)} = {expression(node, ENGLISH)}")
        return how, rebuilt(root, lambda each: made if each is node else None)

    def _rewrites(self, node: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(node, ast.Connective):
            shuffled = list(node.parts)
            self.random.shuffle(shuffled)
            yield "reordered", ast.Connective(NOWHERE, node.op, tuple(shuffled))
            other = ast.Connective(NOWHERE, "or" if node.op == "and" else "and", tuple(ast.Negated(NOWHERE, each) for each in node.parts))
            yield "De Morgan", ast.Negated(NOWHERE, other)
            yield "repeated", ast.Connective(NOWHERE, node.op, (*node.parts, node.parts[0]))
            inside = ast.Connective(NOWHERE, "or" if node.op == "and" else "and", (node.parts[0], node.parts[-1]))
            yield "absorbed", ast.Connective(NOWHERE, node.op, (*node.parts, inside))
            places = [place for place, part in enumerate(node.parts) if isinstance(part, ast.Connective) and part.op != node.op]
            if places and len(node.parts) == 2:
                yield "distributed", _distributed(node, places[0])
            if len(node.parts) > 2:
                inner = ast.Connective(NOWHERE, node.op, node.parts[1:])
                yield "brackets", ast.Connective(NOWHERE, node.op, (node.parts[0], inner))
        elif isinstance(node, ast.Compared) and len(node.rest) == 1:
            yield from self._compared(node)
        elif isinstance(node, ast.Contained) and isinstance(node.container, ast.ListLiteral) and not node.negated:
            each = tuple(ast.Compared(NOWHERE, node.item, (("==", item),)) for item in node.container.items)
            yield "words apart", ast.Connective(NOWHERE, "or", each) if len(each) > 1 else each[0]
        elif isinstance(node, ast.Period) and node.direction == "last" and node.duration.days:
            today = ast.Name(NOWHERE, ("today",))
            first = ast.DurationLiteral(NOWHERE, Duration(node.duration.days - 1, "day"))
            yield "window", ast.Interval(NOWHERE, ast.Arithmetic(NOWHERE, "-", today, first), today, True, True)
        elif isinstance(node, ast.Period) and node.direction == "last" and node.duration == (12, "month"):
            yield "window", ast.Period(NOWHERE, "last", Duration(1, "year"))
        elif isinstance(node, ast.DurationLiteral) and node.value.unit == "day" and node.value.count % 7 == 0:
            yield "window", ast.DurationLiteral(NOWHERE, Duration(node.value.count // 7, "week"))
        elif isinstance(node, ast.Call) and node.function == "exists":
            count = ast.Call(NOWHERE, "count", node.arguments, NOWHERE)
            yield "counted", ast.Compared(NOWHERE, count, ((">", ast.Number(NOWHERE, Decimal(0), False, "0")),))

    def _compared(self, node: ast.Compared) -> Iterator[tuple[str, Any]]:
        op, right = node.rest[0]
        yield "turned", ast.Compared(NOWHERE, right, (({"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op), node.first),))
        opposite = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}[op]
        yield "opposite", ast.Negated(NOWHERE, ast.Compared(NOWHERE, node.first, ((opposite, right),)))
        if isinstance(right, ast.Name) and right.text in self.words:
            words = self.words[right.text]
            place = words.index(right.text)
            among = {"==": [right.text], ">=": words[place:], "<=": words[: place + 1], "<": words[:place], ">": words[place + 1 :]}.get(op)
            if among and (op == "==" or right.text in self.ordered):
                yield (
                    "words",
                    ast.Contained(NOWHERE, node.first, ast.ListLiteral(NOWHERE, tuple(ast.Name(NOWHERE, (each,)) for each in among))),
                )
        if op in (">=", ">") and isinstance(right, ast.Number) and not right.percent:
            weaker = ast.Compared(NOWHERE, node.first, ((op, number(right.value - 1, right)),))
            yield "implied", ast.Connective(NOWHERE, "and", (node, weaker))
        whole = isinstance(node.first, ast.Name) and node.first.text == "children"
        if whole and isinstance(right, ast.Number) and op == ">=":
            yield "whole numbers", ast.Compared(NOWHERE, node.first, ((">", number(right.value - 1, right)),))


def _flipped(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Connective):
        for place, part in enumerate(node.parts):
            rest = (*node.parts[:place], *node.parts[place + 1 :])
            yield "dropped clause", rest[0] if len(rest) == 1 else ast.Connective(NOWHERE, node.op, rest)
            negated = (*node.parts[:place], ast.Negated(NOWHERE, part), *node.parts[place + 1 :])
            yield "negated", ast.Connective(NOWHERE, node.op, negated)
        yield "connective", ast.Connective(NOWHERE, "or" if node.op == "and" else "and", node.parts)
    elif isinstance(node, ast.Negated):
        yield "negated", node.value
    elif isinstance(node, ast.Presence):
        yield "presence", ast.Presence(NOWHERE, node.value, not node.known)
    elif isinstance(node, ast.Contained):
        yield "negated", ast.Contained(NOWHERE, node.item, node.container, not node.negated)
    elif isinstance(node, ast.Boolean):
        yield "boolean", ast.Boolean(NOWHERE, not node.value)
    elif isinstance(node, ast.Related) and node.where is not None:
        yield "dropped clause", dataclasses.replace(node, where=None)


def _distributed(node: ast.Connective, place: int) -> ast.Connective:
    """`a and (b or c)` as `(a and b) or (a and c)`."""
    inner, other = node.parts[place], node.parts[1 - place]
    assert isinstance(inner, ast.Connective)
    return ast.Connective(NOWHERE, inner.op, tuple(ast.Connective(NOWHERE, node.op, (other, each)) for each in inner.parts))


_CONDITIONS = (ast.Compared, ast.Connective, ast.Contained, ast.Negated)


def number(value: Decimal, like: ast.Number) -> ast.Number:
    return ast.Number(NOWHERE, value, like.percent, f"{value * 100:f}%" if like.percent else f"{value:f}")


def _lengths(length: Duration) -> list[Duration]:
    return [Duration(count, length.unit) for count in (length.count + 1, length.count - 1, length.count * 2) if count > 0]


def _field(declaration: ast.Declaration, key: str) -> Any:
    return next((each.value for each in declaration.fields if each.key == key), None)


def _declared(name: str, fields: dict[str, Any]) -> str:
    inside = "\n".join(f"  {key}: {expression(value, ENGLISH)}" for key, value in fields.items())
    return f"cohort {name} {{\n{inside}\n}}\n"


def rebuilt(node: Any, replaced: Callable[[Any], Any]) -> Any:
    """The tree with the nodes replaced for which there is something to replace them by."""
    if isinstance(node, tuple):
        return node if hasattr(node, "_fields") else tuple(rebuilt(each, replaced) for each in node)
    if not isinstance(node, ast.Node):
        return node
    made = replaced(node)
    if made is not None:
        return made
    fields = {each.name: getattr(node, each.name) for each in dataclasses.fields(node)}
    return type(node)(**{name: rebuilt(value, replaced) for name, value in fields.items()})
