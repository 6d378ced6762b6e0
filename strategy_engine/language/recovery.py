"""Many syntax errors from one file: panic mode.

At an error the text is searched for the next place where a reader would start afresh: a key, a table row, a closing brace
or the head of a declaration (braces that open in between are skipped as a whole; round and square brackets are not counted,
because half-open intervals unbalance them). Then states are popped off the parser until one is found that can shift what stands
there, and parsing goes on. What was dropped is missing from the tree; the diagnostics say so.
"""

from __future__ import annotations

import functools
import re
from typing import Any, NamedTuple

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from strategy_engine.diagnostics.model import Diagnostic, Label, suggest
from strategy_engine.language import ast, words
from strategy_engine.language.foreign import foreign, foreign_number
from strategy_engine.language.habits import habit_hint
from strategy_engine.language.syntax_errors import (
    OpenText,
    TooManyErrors,
    UnexpectedWord,
    UnknownDeclaration,
)
from strategy_engine.source.file import Locate

LIMIT = 50

_KIND_WORDS = "|".join([*words.KINDS.values(), *words.KINDS])
_TEXT = r'"(?:[^"\\\n{]|\\.|\{\{|\{(?:[^"{}\n]|"[^"\n]*")*\})*"|\'(?:[^\'\\\n]|\\.)*\'|“[^”\n]*”|"[^"\n]*'
_NAMED_KINDS = "|".join(word for pair in words.KINDS.items() for word in pair if pair[1] not in ("arbitration", "test"))
_HEAD = (
    rf"(?:{_NAMED_KINDS})[ \t]+[^\W\d]\w*\s*(?:\"[^\"\n]*\"|“[^”\n]*”)?\s*(?:\{{|=(?!=))"
    r"|(?:test|用例)\s*(?:\"[^\"\n]*\"|“[^”\n]*”)\s*\{|(?:arbitration|择优)\s*\{"
)
# what looks like the head of a declaration, of whatever kind, at the beginning of a line
_ANY_HEAD = r'^[^\W\d]\w*[ \t]+[^\W\d]\w*[ \t]*(?:"[^"\n]*"|“[^”\n]*”)?[ \t]*(?:\{|=(?!=))'
_SYNC = re.compile(
    rf"{_TEXT}|#[^\n]*|(?P<kind>{_HEAD}|{_ANY_HEAD})|(?P<key>(?:[^\W\d]\w*|`[^`\n]+`)(?=\s*:))|(?P<row>^[ \t]*\|)|(?P<brace>[{{}}])|\w+",
    re.MULTILINE,
)
_FOUND = re.compile(r"\w+|[&|!<>=≠≥≤*^×÷.…~;]{1,3}|.", re.DOTALL)


_COUNTED = re.compile(r"\d+\s*([^\W\d]+)")
_WANTS_VALUE = re.compile(r"(\band|\bor|\bnot|\bin|且|或|非|属于|==|!=|<=|>=|[<>=*/+-])\s*\n\s*$")
_JOINING = frozenset({"and", "or", "in", "is", "then", "else", "且", "或", "属于", "则", "否则"})


class Restart(NamedTuple):
    """Where to go on, and the terminal that stands there."""

    terminal: str
    offset: int


def parse_file(lark: Lark, text: str, locate: Locate) -> tuple[Any, list[Diagnostic]]:
    """Parse a whole file; what could not be read is told and left out. None where nothing could be made of it."""
    diagnostics: list[Diagnostic] = []
    last = -1

    def on_error(error: UnexpectedInput) -> bool:
        nonlocal last
        place = _place(error, text)
        if place > last:  # an error at the same place again is the echo of the first
            diagnostics.append(describe(error, text, locate))
        if len(diagnostics) > LIMIT:
            diagnostics[-1] = TooManyErrors(locate(place, place), LIMIT)
            return False
        if place == last:
            place += 1
        last = max(last, place)
        return _recover(error, text, place, _keys(lark))

    try:
        declarations: Any = lark.parse(text, start="file", on_error=on_error)
    except UnexpectedInput:
        declarations = ()
    if diagnostics:
        declarations = _with_broken(declarations, text, locate, diagnostics)
    return declarations, diagnostics


def _with_broken(
    declarations: tuple[ast.Declaration, ...], text: str, locate: Locate, diagnostics: list[Diagnostic]
) -> tuple[ast.Declaration, ...]:
    """Those that hold an error marked as broken, and for each that was lost its bare name, so that its uses are no further errors."""
    wrong = [diagnostic.span.start for diagnostic in diagnostics if diagnostic.span is not None]
    ends = [*(declaration.span.start for declaration in declarations[1:]), len(text) + 1]
    for declaration, end in zip(declarations, ends, strict=False):
        declaration.broken = any(declaration.span.start <= start < end for start in wrong)
    known = {declaration.span.start for declaration in declarations}
    lost = []
    for match in _SYNC.finditer(text):
        span = locate(match.start(), match.end())
        if match.lastgroup == "kind" and span.start not in known:
            kind, name = (*re.findall(r"\w+", match[0]), "")[:2]
            if kind not in words.KINDS and kind not in words.KINDS.values():
                continue
            lost.append(ast.Declaration(span, words.KINDS.get(kind, kind), name, None, (), name_span=span, broken=True))
    return (*declarations, *(each for each in lost if each.kind not in ("arbitration", "test")))


@functools.cache
def _keys(lark: Lark) -> list[tuple[re.Pattern[str], str]]:
    """The key terminals, the particular ones before the general one."""
    keys = [(re.compile(t.pattern.value), t.name) for t in lark.terminals if t.name.startswith("KEY")]
    return sorted(keys, key=lambda entry: entry[1] == "KEY")


def _at_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and error.token.type == "$END"


def _place(error: UnexpectedInput, text: str) -> int:
    return len(text) if _at_end(error) else error.pos_in_stream or 0


# ------------------------------------------------------------------------------------------------ telling


def describe(error: UnexpectedInput, text: str, locate: Locate) -> Diagnostic:
    """What is wrong at the place where the parser stopped."""
    place = _place(error, text)
    match = _FOUND.match(text, place)
    found = match[0] if match and not _at_end(error) else ""
    span = locate(place, place + len(found))
    expected = error.accepts if isinstance(error, UnexpectedToken) else getattr(error, "allowed", None)
    wanted = set(expected or ())
    if isinstance(error, UnexpectedCharacters) and found[:1] in ('"', "“", "'"):
        line_end = text.find("\n", place)
        line_end = len(text) if line_end < 0 else line_end
        closed = text.rfind('"', place + 1, line_end) if found[0] == '"' else -1
        return OpenText(locate(place, closed + 1 if closed > 0 else line_end), brace=closed > 0)
    if (borrowed := foreign(text, place, locate, wanted) or foreign_number(text, place, locate)) is not None:
        return borrowed
    line_start = text.rfind("\n", 0, place) + 1
    if "KIND" in wanted and "RBRACE" not in wanted and found.isidentifier() and not text[line_start:place].strip():
        hint = _other_form(found, text[place + len(found) : place + len(found) + 1])
        return UnknownDeclaration(span, found, suggest(found, [*words.KINDS, *words.KINDS.values()]) or _chinese_kind(found), hint)
    opened = _opened(error, text)
    if opened is not None:
        closing = {"{": "`}`", "(": "`)` or `]`", "[": "`]` or `)`"}[str(opened)]
        start = opened.start_pos or 0
        return UnexpectedWord(span, found, closing, Label(locate(start, start + 1), f"this `{opened}` is still open"))
    unit = _unit_hint(text, place, wanted)
    hint = habit_hint(text, place) or _unfinished(text[max(place - 40, 0) : place], wanted) or _hint(found, wanted)
    return UnexpectedWord(span, found, "" if hint else _wanted(wanted), hint=hint or unit)  # who is told what to do needs no list


def _other_form(found: str, behind: str) -> str | None:
    """Where a section of the YAML form stands in a text file, or a query."""
    if found in words.SECTIONS and behind == ":":
        return "this is the YAML form: give the file the ending `.yaml`"
    if found.casefold() in ("select", "insert", "update", "with"):
        return "there are no queries: a cohort is a named condition, `cohort rich = aum >= 50万`"
    return None


def _chinese_kind(found: str) -> str | None:
    """The Chinese kind of that length which has half of its characters: words of two characters are too short for `suggest`."""
    for kind in words.KINDS:
        same = sum(a == b for a, b in zip(kind, found, strict=False))
        if len(kind) == len(found) and 2 * same >= len(found):
            return kind
    return None


def _opened(error: UnexpectedInput, text: str) -> Token | None:
    """The bracket that is still open, where the file ended inside it, or the next key or declaration began."""
    parser = getattr(error, "interactive_parser", None)
    token = error.token if isinstance(error, UnexpectedToken) else None
    if parser is None or token is None or not (token.type in ("$END", "KIND") or token.type.startswith("KEY")):
        return None
    if token.type == "KIND" and not re.compile(_HEAD).match(text, token.start_pos or 0):  # a key without its `:`
        return None
    opened = [value for value in parser.parser_state.value_stack if isinstance(value, Token) and value.type in ("LBRACE", "LPAR", "LSQB")]
    if not opened or (opened[-1].type == "LBRACE" and token.type.startswith("KEY")):
        return None
    return opened[-1]


# what people call the terminals, most telling first
_WANTED = (
    ({"NUMBER", "STRING", "LPAR"}, "a value"),
    ({"NAME", "NUMBER"}, "a value"),
    ({"DURATION", "PERIOD"}, "a period of time, such as `last 7 days`"),
    ({"DURATION"}, "a duration, such as `7 days`"),
    ({"NAME"}, "a name"),
    ({"NEW"}, "a name"),
    ({"COLON"}, "`:`"),
    ({"KEY"}, "a key such as `where:`"),
    ({"PAIR"}, "a key"),
    ({"LBRACE", "EQUAL"}, "`{` or `=`"),
    ({"LBRACE"}, "`{`"),
    ({"RBRACE"}, "`}`"),
    ({"RPAR"}, "`)`"),
    ({"RSQB"}, "`]`"),
    ({"VBAR"}, "`|`"),
    ({"KIND"}, "a declaration such as `cohort`"),
    ({"COMPARE"}, "a comparison such as `>=`"),
    ({"STRING"}, "a text in quotation marks"),
    ({"_THEN"}, "`then`"),
    ({"_ELSE"}, "`else`"),
    ({"$END"}, "the end"),
)  # fmt: skip


def _wanted(terminals: set[str]) -> str:
    """The first one or two things that could stand there, in words."""
    if "COMPARE" in terminals and ("RBRACE" in terminals or "$END" in terminals):
        return "an operator, or the end of the expression"
    found: list[str] = []
    for group, text in _WANTED:
        if group <= terminals and not any(text in other for other in found):
            found.append(text)
    return " or ".join(found[:2])


def _unit_hint(text: str, place: int, wanted: set[str]) -> str | None:
    """Where a duration was meant and its unit is none."""
    match = _COUNTED.match(text, place)
    if "DURATION" not in wanted or match is None or match[1] in words.UNITS or match[1] in words.UNITS.values():
        return None
    meant = suggest(match[1], [word for word in (*words.UNITS, *words.UNITS.values()) if len(word) > 1])
    return f"`{match[1]}` is no unit of time" + (f"; did you mean `{meant}`?" if meant else "")


def _unfinished(before: str, wanted: set[str]) -> str | None:
    """Where an expression ended at a word or sign that wants a value behind it."""
    joining = _WANTS_VALUE.search(before)
    return f"a value is missing behind `{joining[1]}`" if joining and "NAME" in wanted else None


def _hint(found: str, wanted: set[str]) -> str | None:
    if found in _JOINING and "NAME" in wanted:
        return f"a value is missing before `{found}`"
    if found in words.RESERVED and "NAME" in wanted:
        return f"`{found}` is a reserved word; a column of that name is written in backticks: `` `{found}` ``"
    glued = words.parted(found)
    if glued is not None:
        return f"words are parted by blanks: `{glued}`"
    if (found in words.KEYS or found in words.KEYS.values()) and wanted & {"KEY", "COLON"}:
        return f"a key has `:` behind it: `{found}:`"
    if found == ":" and "NAME" not in wanted:
        return "a word followed by `:` is a key; is a key or a closing brace missing before it?"
    if found in (")", "]", "}") and wanted & {"KIND", "$END"}:
        return "nothing is open that it could close"
    if found == "{":
        return "is `by`, or a name, missing before the brace?"
    if found.isalnum() and wanted & {"COMPARE", "KIND"}:
        return "two values beside each other need an operator between them, such as `and`, `==` or `+`"
    return None


# ------------------------------------------------------------------------------------------------ going on


def _recover(error: Any, text: str, place: int, keys: list[tuple[re.Pattern[str], str]]) -> bool:
    """Set parser and lexer to the next place where reading can go on; False where there is none."""
    parser = error.interactive_parser
    state, lexer = parser.parser_state, parser.lexer_thread.state
    inside = any(isinstance(value, Token) and value.type == "LBRACE" for value in state.value_stack)
    restart = Restart("$END", len(text)) if _at_end(error) else _next_start(text, place, inside, keys)
    depth = _states_to_keep(state, restart.terminal)
    if depth == 0:
        return False
    del state.state_stack[depth:]
    del state.value_stack[max(depth - 1, 0) :]
    _move(lexer.line_ctr, text, restart.offset)
    return True


def _next_start(text: str, place: int, inside: bool, keys: list[tuple[re.Pattern[str], str]]) -> Restart:
    """The next head of a declaration, or, inside a block, its next key, row or closing brace."""
    depth = 0
    for match in _SYNC.finditer(text, place):
        kind = match.lastgroup
        if kind == "kind":
            return Restart("KIND", match.start())
        if kind == "brace":
            if match[0] == "{":
                depth += 1
            elif depth:
                depth -= 1
            elif inside:
                return Restart("RBRACE", match.start())
        elif depth or not inside:
            continue
        elif kind == "key":
            return Restart(next(name for pattern, name in keys if pattern.match(text, match.start())), match.start())
        elif kind == "row":
            return Restart("VBAR", match.end() - 1)
    return Restart("$END", len(text))


def _states_to_keep(state: Any, terminal: str) -> int:
    """How many states of the stack remain when all are popped that cannot shift the terminal."""
    states = state.parse_conf.parse_table.states
    stack = state.state_stack
    top_level = terminal in ("KIND", "$END")
    last = state.value_stack[-1] if state.value_stack else None
    if top_level and isinstance(last, Token) and last.type == "RBRACE" and "KIND" in states[stack[-1]]:
        return len(stack)  # the declaration before is complete: keep it
    for depth in range(len(stack), 0, -1):
        actions = states[stack[depth - 1]]
        if top_level:
            if "$END" in actions and "KIND" in actions and actions["KIND"][0] is Shift:
                return depth
        elif terminal in actions and actions[terminal][0] is Shift and ("KEY" if terminal == "VBAR" else "RBRACE") in actions:
            return depth  # inside a block: a key may also name an argument, a bar end a cell
    return 0


def _move(counter: Any, text: str, offset: int) -> None:
    counter.char_pos = offset
    counter.line = text.count("\n", 0, offset) + 1
    counter.line_start_pos = text.rfind("\n", 0, offset) + 1
    counter.column = offset - counter.line_start_pos + 1
