"""Says in plain words what the YAML parser could not read."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from strategy_engine.diagnostics.model import Diagnostic, Label
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.yaml_diagnostics import InvalidYaml, UnknownTag, quoted

_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_KEY_AND_VALUE = re.compile(r"\s*(?:- +)*(?!- )[^\s:#\"'\[{][^:]*: +(?P<value>\S.*?)\s*$")
_WIDE_COLON = re.compile(r"^[ ]*[^\s:：#\"'\[{-][^\s:：\"']*(?P<colon>：)[ ]*$", re.MULTILINE)


class _Rule(NamedTuple):
    """What to say where the parser's own words match; `{char}` is the character at fault, `{line}` where its context began."""

    parser_says: str
    message: str
    help: str | None = None
    at_context: bool = False  # the mistake lies where the parser began, not where it gave up
    label: str | None = None  # what to say at the place where it began


_RULES = [
    _Rule("quoted scalar: found unexpected (end|document)", "the quote that opens here is never closed", at_context=True),
    _Rule(
        "found unknown escape",
        "unknown escape in a text in double quotes",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    _Rule("hexa?decimal", "an escape misses digits", "`\\x` takes 2 hexadecimal digits, `\\u` takes 4, `\\U` takes 8"),
    _Rule(
        "mapping values are not allowed",
        "a `:` cannot stand here",
        "if it belongs to the value, quote the value; else check the indentation of this line",
    ),
    _Rule("could not find expected ':'", "a line of a mapping without a `:`", "write `key: value`", at_context=True),
    _Rule("sequence entries are not allowed", "a list cannot begin on this line", "begin it on the next line, indented"),
    _Rule("expected ',' or '\\]'", "expected `,` or `]`", "if the bracket belongs to a text, quote the text", label="the list opens here"),
    _Rule("expected ',' or '}'", "expected `,` or `}}`", "if the brace belongs to a text, quote the text", label="the mapping opens here"),
    _Rule("tab character", "a tab cannot indent YAML", "use blanks"),
    _Rule("cannot start any token|expected (the )?node content", "{char} cannot begin a value", "quote the value"),
    _Rule("scanning an (alias|anchor)", "{char} begins an alias or anchor in YAML", "quote the value", at_context=True),
    _Rule("block scalar", "text cannot follow {char} on its line", "begin the text on the next line", at_context=True),
    _Rule(
        "block mapping",
        "expected a key of the mapping that begins on line {line}",
        "check the indentation, and that the line reads `key: value`",
        label="this mapping",
    ),
    _Rule(
        "block (collection|sequence)",
        "expected `- `, an item of the list that begins on line {line}",
        "check the indentation of this line",
        label="this list",
    ),
]


def find_control_character(file: SourceFile) -> Diagnostic | None:
    """The first character that YAML does not allow anywhere, if there is one."""
    found = _CONTROL.search(file.text)
    if found is None:
        return None
    span = Span(file.path, found.start(), found.end())
    return InvalidYaml(span, f"the control character U+{ord(found[0]):04X} cannot stand in YAML", "remove it")


def explain(error: yaml.MarkedYAMLError, file: SourceFile, shift: int) -> Diagnostic:
    """The diagnostic for what the parser raised; `shift` is what its offsets lack."""
    at = _offset(error.problem_mark, shift, 0)
    began = _offset(error.context_mark, shift, at)
    words = f"{error.context}: {error.problem}"
    if re.search("scanning a tag|tag handle", words):
        return _tag(file, began)
    if (wide := _WIDE_COLON.search(file.text, 0, at)) is not None and "mapping values" in words:
        place = Span(file.path, wide.start("colon"), wide.end("colon"))
        return InvalidYaml(place, "this `：` is no `:` to YAML", "write `:`, and a blank behind it")
    if _begins_after_value(file.text, at) and "block" in words:
        advice = _quote_all(file, at) or "quote the whole value; inside single quotes, write `''` for a quote"
        return InvalidYaml(_one_character(file, at), "this text follows a complete value", advice)
    if "flow" in words and file.position(at).line > file.position(began).line:
        return _never_closed(file, began, at)
    rule = next((rule for rule in _RULES if re.search(rule.parser_says, words)), None)
    if rule is None:
        return InvalidYaml(_one_character(file, at), f"not valid YAML: {error.problem}")
    if rule.at_context:
        at = began
    if file.text[at : at + 1] == "\t":
        return InvalidYaml(_one_character(file, at), "a tab cannot indent YAML", "use blanks")
    remedy = (_quote_all(file, at) or rule.help) if rule.help and "quote the value" in rule.help else rule.help
    message = rule.message.format(char=_shown(file.text[at : at + 1]), line=file.position(began).line)
    context = Label(_one_character(file, began), rule.label) if rule.label and began != at else None
    return InvalidYaml(_one_character(file, at), message, remedy, context)


def _never_closed(file: SourceFile, began: int, at: int) -> Diagnostic:
    """A bracket on a line before the one where the parser gave up."""
    opened = file.text[began : began + 1]
    label = Label(_one_character(file, at), "what follows cannot be part of it")
    advice = f"add `{'}' if opened == '{' else ']'}`; where the bracket belongs to a text, quote the text"
    return InvalidYaml(_one_character(file, began), f"the `{opened}` that opens here is not closed", advice, label)


def _shown(char: str) -> str:
    return {"": "the end of the file", "`": "a backtick"}.get(char, f"`{char}`")


def _offset(mark: object, shift: int, otherwise: int) -> int:
    index = getattr(mark, "index", None)
    return otherwise if index is None else int(index) + shift


def _one_character(file: SourceFile, at: int) -> Span:
    """The character at a place; where nothing more follows, the end of what stands before."""
    if not file.text[at:].strip():
        at = len(file.text.rstrip())
        return Span(file.path, at, at)
    return Span(file.path, at, at + 1)


def _tag(file: SourceFile, at: int) -> Diagnostic:
    line_end = re.split(r"[\r\n]", file.text[at:], maxsplit=1)[0].rstrip()
    tag = line_end.split(maxsplit=1)[0] if line_end else "!"
    return UnknownTag(Span(file.path, at, at + len(tag)), tag, line_end)


def _begins_after_value(text: str, at: int) -> bool:
    """Whether something stands before this place in its line that a quote or bracket closes."""
    line_start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    return text[line_start:at].rstrip().endswith(("'", '"', "}", "]"))


def _quote_all(file: SourceFile, at: int) -> str | None:
    """How the value in which the place lies is quoted as a whole; None where no key stands before it, or it has such quotes inside."""
    place = file.position(at)
    found = _KEY_AND_VALUE.match(file.line(place.line))
    if found is None or place.column <= found.start("value") or found["value"].startswith("'"):
        return None
    return f"quote the whole value: {quoted(found['value'])}"
