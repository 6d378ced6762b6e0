"""From the parser's reductions straight to the syntax tree; no parse tree is ever built.

Each method has the name of a rule or terminal of grammar/strategy.lark and receives what its symbols became. `locate` and
`problems` are set by whoever starts a parse.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lark import Token, Transformer

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import ast, words
from strategy_engine.language.foreign import meant_as_date
from strategy_engine.language.functions.registry import find
from strategy_engine.language.syntax_errors import LARGEST, BadDate, RepeatedClause, TooLarge
from strategy_engine.language.types import Duration
from strategy_engine.language.words import bare, canonical_key
from strategy_engine.source.file import Locate, Shifted, Span

_NUMBER = re.compile(r"([\d_.]+)\s*(\D*)")
_PARTS = re.compile(r"`[^`]*`|[^.`]+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t"}
_LONGEST = {"minute": 5_256_000, "hour": 87_600, "day": 36_500, "workday": 36_500, "week": 5_200, "month": 1_200, "year": 100}


def _no_place(start: int, end: int) -> Span:
    return Span("", start, end)


def unescape(raw: str) -> str:
    """A text's value: escapes resolved."""
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), raw) if "\\" in raw else raw


class Builder(Transformer[Token, Any]):
    """The callbacks; see the module."""

    def __init__(self) -> None:
        super().__init__()
        self.locate: Locate = _no_place
        self.problems: list[Diagnostic] = []

    # -------------------------------------------------------------------------------------------- places

    def _at(self, token: Token) -> Span:
        start = token.start_pos or 0
        return self.locate(start, token.end_pos or start)

    def _over(self, children: list[Any]) -> Span:
        """From the first child that stands somewhere to the last."""
        first = self._first_place(children)
        if first is None:
            return self.locate(0, 0)
        return first.to(self._first_place(reversed(children)) or first)

    def _first_place(self, children: Iterable[Any]) -> Span | None:
        for child in children:
            span = self._at(child) if isinstance(child, Token) else getattr(child, "span", None)
            if span is not None:
                return span
        return None

    # -------------------------------------------------------------------------------------------- literals

    def NUMBER(self, token: Token) -> ast.Number:  # noqa: N802 - named as the terminal
        match = _NUMBER.match(token)
        digits, unit = match.groups() if match else ("0", "")
        unit = unit.strip()
        value = Decimal(digits.replace("_", "")).scaleb(words.MULTIPLIERS[unit]).normalize()
        if abs(value) >= LARGEST:
            self.problems.append(TooLarge(self._at(token), str(token)))
            value = Decimal(0)
        return ast.Number(self._at(token), value, unit in ("%", "bp"), str(token))

    def DURATION(self, token: Token) -> ast.DurationLiteral:  # noqa: N802
        match = _NUMBER.match(token)
        digits, word = match.groups() if match else ("0", "day")
        unit = words.unit(word.strip())
        count = Decimal(digits.replace("_", ""))
        if count > _LONGEST[unit]:
            self.problems.append(TooLarge(self._at(token), str(token)))
            count = Decimal(0)
        return ast.DurationLiteral(self._at(token), Duration(int(count), unit))

    def DATE(self, token: Token) -> ast.Date:  # noqa: N802
        return ast.Date(self._at(token), self._calendar(dt.date, token))

    def DATETIME(self, token: Token) -> ast.DateTime:  # noqa: N802
        return ast.DateTime(self._at(token), self._calendar(dt.datetime, token))

    def _calendar(self, of: type[dt.date], token: Token) -> Any:
        try:
            return of.fromisoformat(token)
        except ValueError:
            self.problems.append(BadDate(self._at(token), str(token)))
            return of(2000, 1, 1)

    def STRING(self, token: Token) -> ast.Text:  # noqa: N802
        raw = str(token)[1:-1]
        return ast.Text(self._at(token), unescape(raw), raw, Shifted(self.locate, (token.start_pos or 0) + 1))

    def TRUE(self, token: Token) -> ast.Boolean:  # noqa: N802
        return ast.Boolean(self._at(token), True)

    def FALSE(self, token: Token) -> ast.Boolean:  # noqa: N802
        return ast.Boolean(self._at(token), False)

    def NAME(self, token: Token) -> ast.Name:  # noqa: N802
        parts = tuple(bare(part) for part in _PARTS.findall(token)) if "`" in token else tuple(token.split("."))
        return ast.Name(self._at(token), (words.NAMES.get(parts[0], parts[0]), *parts[1:]))

    # -------------------------------------------------------------------------------------------- expressions

    def disjunction(self, children: list[Any]) -> ast.Connective:
        return ast.Connective(self._over(children), "or", tuple(children))

    def conjunction(self, children: list[Any]) -> ast.Connective:
        return ast.Connective(self._over(children), "and", tuple(children))

    def negated(self, children: list[Any]) -> ast.Negated:
        return ast.Negated(self._over(children), children[1])

    def compare(self, children: list[Any]) -> Token:
        token: Token = children[0]
        return token.update(value="==") if token in ("=", "是") else token

    def compared(self, children: list[Any]) -> ast.Compared:
        first, *rest = children
        pairs = tuple((str(op), value) for op, value in zip(rest[::2], rest[1::2], strict=True))
        return ast.Compared(self._over(children), first, pairs)

    def contained(self, children: list[Any]) -> ast.Contained:
        return ast.Contained(self._over(children), children[0], children[1])

    def not_contained(self, children: list[Any]) -> ast.Contained:
        return ast.Contained(self._over(children), children[0], children[1], negated=True)

    def presence(self, children: list[Any]) -> ast.Presence:
        return ast.Presence(self._over(children), children[0], _known(children[1]))

    def default(self, children: list[Any]) -> ast.DefaultTo:
        return ast.DefaultTo(self._over(children), tuple(children))

    def arithmetic(self, children: list[Any]) -> ast.Arithmetic | ast.Date:
        left, op, right = children
        node = ast.Arithmetic(self._over(children), str(op), left, right)
        return meant_as_date(node, self.problems) or node

    def minus(self, children: list[Any]) -> ast.Minus:
        return ast.Minus(self._over(children), children[1])

    def choice(self, children: list[Any]) -> ast.If:
        return ast.If(self._over(children), *children)

    def list_literal(self, children: list[Any]) -> ast.ListLiteral:
        return ast.ListLiteral(self._over(children), tuple(child for child in children[1:-1] if child is not None))

    def interval(self, children: list[Any]) -> ast.Interval:
        opening, low, high, closing = children
        return ast.Interval(self._over(children), low, high, opening == "[", closing == "]")

    def call(self, children: list[Any]) -> ast.Call:
        name, *arguments = children
        text = name.text
        known = find(text) if text not in words.CALLS else None
        canonical = words.CALLS.get(text) or (known.name if known else text)
        given = tuple(argument for argument in arguments if isinstance(argument, ast.Argument))
        return ast.Call(self._over(children), canonical, given, name.span)

    def parenthesised(self, children: list[Any]) -> Any:
        """The expression itself; its place includes the parentheses, so that what is quoted of it is balanced."""
        value = children[1]
        value.span = self._over(children)
        return value

    def argument(self, children: list[Any]) -> ast.Argument:
        given = [child for child in children if child is not None]
        label = canonical_key(given[0]) if isinstance(given[0], Token) else None
        return ast.Argument(self._over(given), given[-1], label)

    def absent_argument(self, children: list[Any]) -> ast.Argument:
        given = [child for child in children[1:] if child is not None]
        label = canonical_key(given[0]) if isinstance(given[0], Token) else None
        return ast.Argument(self._over(children), given[-1], label, absent=True)

    # -------------------------------------------------------------------------------------------- related rows

    def where(self, children: list[Any]) -> tuple[str, Any]:
        return "where", children[0]

    def within(self, children: list[Any]) -> tuple[str, Any]:
        return "within", children[0]

    def within_contact(self, children: list[Any]) -> tuple[str, Any]:
        length: ast.DurationLiteral = children[0]
        return "within", ast.Since(length.span, length.value, "contact")

    def grouped(self, children: list[Any]) -> tuple[str, Any]:
        return "by", children[0]

    def related(self, children: list[Any]) -> ast.Related:
        base, *clauses = children
        span = self._over([base, *(value for _, value in clauses)])
        found: dict[str, Any] = {}
        for name, value in clauses:
            if name == "where" and name in found:  # `where a where b` means both
                value = ast.Connective(found[name].span.to(value.span), "and", (found[name], value))
            elif name in found:
                self.problems.append(RepeatedClause(value.span, name))
            found[name] = value
        return ast.Related(span, base, found.get("where"), found.get("within"), found.get("by"))

    def period(self, children: list[Any]) -> ast.Period:
        word, length = children
        return ast.Period(self._over(children), words.MARKS.get(str(word), str(word)), length.value)

    def plain_span(self, children: list[Any]) -> Any:
        return children[0]

    def since(self, children: list[Any]) -> ast.Since:
        length, name = children
        return ast.Since(self._over(children), length.value, name.text)

    def share(self, children: list[Any]) -> ast.Share:
        return ast.Share(self._over(children), children[0])

    # -------------------------------------------------------------------------------------------- values

    def value(self, children: list[Any]) -> Any:
        return children[0] if len(children) == 1 else ast.Many(self._over(children), tuple(children))

    def range(self, children: list[Any]) -> ast.Range:
        return ast.Range(self._over(children), *children)

    def ordered(self, children: list[Any]) -> ast.Ordered:
        value, word = children
        return ast.Ordered(self._over(children), value, words.MARKS.get(str(word), str(word)) == "desc")

    def terms(self, children: list[Any]) -> ast.Terms:
        return ast.Terms(self._over(children), *children)

    def ladder(self, children: list[Any]) -> ast.Ladder:
        return ast.Ladder(self._over(children), tuple(children))

    def mapping(self, children: list[Any]) -> ast.Mapping:
        return ast.Mapping(self._over(children), tuple(children))

    def by(self, children: list[Any]) -> ast.By:
        selector, *entries = children
        return ast.By(self._over(children), selector, tuple(entries))

    def entry(self, children: list[Any]) -> ast.Entry:
        key, value = children
        return ast.Entry(self._over(children), canonical_key(key), value, self._at(key))

    def plan(self, children: list[Any]) -> Any:
        return children[0] if isinstance(children[0], ast.By) else ast.Plan(self._over(children), tuple(children))

    def step(self, children: list[Any]) -> ast.Step:
        step = ast.Step(self._over(children), tuple(child for child in children if isinstance(child, ast.Name)))
        for child in children:
            if isinstance(child, tuple):
                setattr(step, child[0], child[1])
        return step

    def after(self, children: list[Any]) -> tuple[str, Duration]:
        return "after", children[0].value

    def on_day(self, children: list[Any]) -> tuple[str, int]:
        return "on_day", int(re.sub(r"\D", "", children[0]))

    def unless(self, children: list[Any]) -> tuple[str, str]:
        return "unless", children[0].text

    def only_if(self, children: list[Any]) -> tuple[str, Any]:
        return "only_if", children[0]

    def quota(self, children: list[Any]) -> Any:
        if isinstance(children[0], ast.By):
            return children[0]
        amount, *rest = children
        counted = next((child.text for child in rest if isinstance(child, ast.Name)), None)
        per = tuple(child for child in rest if isinstance(child, ast.Per))
        channels = next((child for child in rest if isinstance(child, tuple)), ())
        spans = [child for child in rest if not isinstance(child, tuple)]
        return ast.Quota(self._over([amount, *spans, *channels]), amount, words.COUNTED.get(counted or "", counted), per, channels)

    def via(self, children: list[Any]) -> tuple[ast.Name, ...]:
        return tuple(children)

    def per_name(self, children: list[Any]) -> ast.Per:
        name: ast.Name = children[0]
        return ast.Per(name.span, ast.Name(name.span, (words.SUBJECTS.get(name.parts[0], name.parts[0]), *name.parts[1:])))

    def per_unit(self, children: list[Any]) -> ast.Per:
        return ast.Per(self._over(children), window=words.unit(str(children[0])))

    def per_calendar(self, children: list[Any]) -> ast.Per:
        return ast.Per(self._over(children), window=words.unit(str(children[-1])))

    def per_rolling(self, children: list[Any]) -> ast.Per:
        length = next((child.value for child in children if isinstance(child, ast.DurationLiteral)), None)
        if length is None:
            number = next(child for child in children if isinstance(child, ast.Number))
            length = Duration(int(number.value), words.unit(str(children[-1])))
        return ast.Per(self._over(children), window="rolling", duration=length)

    def pause(self, children: list[Any]) -> ast.Pause:
        given = [child for child in children if child is not None]
        lengths = [child.value for child in given if isinstance(child, ast.DurationLiteral)]
        count = next((int(child.value) for child in given if isinstance(child, ast.Number)), 1)
        outcome = next(child.text for child in given if isinstance(child, ast.Name))
        per = tuple(child for child in given if isinstance(child, ast.Per))
        return ast.Pause(self._over(given), lengths[0], per, count, outcome, lengths[1] if len(lengths) > 1 else None)

    def kpi(self, children: list[Any]) -> ast.Target:
        name, uplift, op, value, otherwise = children
        sign = "==" if op == "=" else None if op is None else str(op)
        consequence = words.MARKS.get(otherwise.text, otherwise.text) if otherwise else None
        return ast.Target(self._over(children), name, uplift is not None, sign, value, consequence)

    def kpis(self, children: list[Any]) -> Any:
        return children[0] if isinstance(children[0], ast.By) else ast.Targets(self._over(children), tuple(children))

    def hit(self, children: list[Any]) -> ast.Hit:
        policy, *collect = (words.HITS.get(child.text, child.text) for child in children)
        return ast.Hit(self._over(children), policy, collect[0] if collect else None)

    def expect(self, children: list[Any]) -> ast.Expect:
        return ast.Expect(self._over(children), *children)

    # -------------------------------------------------------------------------------------------- tables and declarations

    def bound(self, children: list[Any]) -> ast.Bound:
        op, value = children
        return ast.Bound(self._over(children), "==" if op == "=" else str(op), value)

    def presence_test(self, children: list[Any]) -> ast.PresenceTest:
        return ast.PresenceTest(self._over(children), _known(children[0]))

    def any_value(self, children: list[Any]) -> ast.Cell:
        return ast.Cell(self._over(children), "any")

    def one_of(self, children: list[Any]) -> ast.Cell:
        return ast.Cell(self._over(children), "one_of", tuple(children))

    def none_of(self, children: list[Any]) -> ast.Cell:
        return ast.Cell(self._over(children), "none_of", tuple(children[1:]))

    def row(self, children: list[Any]) -> ast.Row:
        cells = tuple(child for child in children if isinstance(child, ast.Cell))
        return ast.Row(self._over(children), cells, tuple(children[len(cells) :]))

    def field(self, children: list[Any]) -> ast.Field:
        written, value = children
        key = canonical_key(written)
        if key == "label" and isinstance(value, ast.Name):  # a word, as in the YAML form
            value = ast.Text(value.span, value.text, value.text, self.locate)
        return ast.Field(self._over(children), key, value, self._at(written))

    def head(self, children: list[Any]) -> ast.Given:
        """The table of a given row and, where it changes something, the day; the row itself is to come."""
        span = self._over(children)
        return ast.Given(span, children[0], ast.Mapping(span, ()), children[1])

    def given(self, children: list[Any]) -> ast.Given:
        head, row = children
        return ast.Given(self._over(children), head.table, row, head.day)

    def block(self, children: list[Any]) -> ast.Declaration:
        kind, name, title, *members = children
        fields = [member for member in members if isinstance(member, ast.Field)]
        titled = next((field for field in fields if field.key == "title" and isinstance(field.value, ast.Text)), None)
        if title is None and titled is not None:  # as in the YAML form
            title = titled.value
            fields.remove(titled)
        return ast.Declaration(
            self._over(children),
            words.KINDS.get(str(kind), str(kind)),
            bare(str(name)) if name is not None else "",
            title.value if title is not None else None,
            tuple(fields),
            tuple(member for member in members if isinstance(member, ast.Row)),
            tuple(member for member in members if isinstance(member, ast.Given)),
            name_span=self._at(name if name is not None else kind),
            title_span=titled.key_span if titled is not None and titled not in fields else None,
        )

    def short(self, children: list[Any]) -> ast.Declaration:
        kind, name, title, value = children
        canonical = words.KINDS.get(str(kind), str(kind))
        key = ast.Field(value.span, "where" if canonical == "cohort" else "value", value, value.span)
        return self.block([kind, name, title, key])

    def file(self, children: list[Any]) -> tuple[ast.Declaration, ...]:
        return tuple(child for child in children if isinstance(child, ast.Declaration))


def _known(token: Token) -> bool:
    return words.MARKS.get(str(token), str(token).split()[-1]) == "known"
