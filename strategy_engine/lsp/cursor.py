"""Where the cursor stands in a text that is being written, and so is mostly wrong: found by looking back, never by parsing."""

from __future__ import annotations

import re

from strategy_engine.language import words
from strategy_engine.language.normalise import normalise
from strategy_engine.record import record

_HIDDEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|“[^”\n]*”|#[^\n]*|(?P<open>["“\'][^\n]*\Z)')
_KINDS = "|".join(sorted({*words.KINDS, *words.KINDS.values()}, key=len, reverse=True))
_HEAD = re.compile(rf"^[ \t]*(?P<kind>{_KINDS})\b(?P<rest>[^\n{{}}=]*(?P<short>=(?!=))?)", re.MULTILINE)
_KEY = re.compile(r"(?P<key>[^\W\d]\w*|`[^`\n]+`)\s*:(?!:)")
_GIVEN = re.compile(r"(?:given|给定)\s+(?P<table>[\w`]+)(?:\s+(?:on|通过|于)\s+[\d-]+)?\s*\Z")
_WORD = re.compile(r"[^\W\d]\w*\Z")
_OPERATOR = re.compile(
    r"(?:[-+*/<>=!≠≥≤(\[{,:.|?]|\b(?:and|or|not|in|is|if|then|else|where|within|by|offers|on|blocked|last|next)"
    r"|[且或非若则按]|属于|其中|如果|否则)\s*\Z"
)
_SHORT_KEY = {"cohort": "where"}
_YAML_LINE = re.compile(r"^(?P<indent>[ ]*)(?:- +)?(?P<key>[^\s:#{}\[\]\"'][^:#{}\[\]\"']*?)\s*:(?:\s+(?P<value>.*))?$")


@record
class Cursor:
    """What stands before the cursor.

    kind: of the declaration around it; None at the top.      key: whose value is being written, in English; None where a key is wanted.
    before: the value up to the word that is being written.      start: where that word begins.      given: the table of a test's row.
    section: whether the name of a section of the YAML form is wanted.
    """

    kind: str | None
    key: str | None
    before: str
    start: int
    word: str
    given: str | None = None
    section: bool = False

    @property
    def wants_operand(self) -> bool:
        """Whether a value comes next; else an operator or the next key."""
        return not self.before.strip() or _OPERATOR.search(self.before) is not None


def cursor(text: str, offset: int, *, yaml: bool) -> Cursor | None:
    """What is being written at the offset; None in a comment or in a text in quotation marks."""
    before = normalise(text[:offset])
    match = _WORD.search(before)
    word = match[0] if match else ""
    start = offset - len(word)
    return _in_yaml(before[:start], start, word) if yaml else _in_text(before[:start], start, word)


# ------------------------------------------------------------------------------------------------ the text form


def _in_text(before: str, start: int, word: str) -> Cursor | None:
    opened = next((match for match in _HIDDEN.finditer(before) if match["open"]), None)
    if opened is not None:
        return _in_script(opened["open"], start, word)
    if "#" in (line := before.rpartition("\n")[2]) and "#" in _HIDDEN.sub(_keep_comments, line):
        return None
    shown = _HIDDEN.sub(lambda match: "\0" * len(match[0]) if match[0][0] == "#" else '"' + "\0" * (len(match[0]) - 2) + '"', before)
    braces = _open_braces(shown)
    heads = list(_HEAD.finditer(shown))
    if not heads:
        return Cursor(None, None, "", start, word)
    if not braces:
        return _at_top(shown, heads[-1], start, word)
    head = [each for each in heads if each.start() <= braces[0]][-1:] or heads[:1]
    kind = words.KINDS.get(head[0]["kind"], head[0]["kind"])
    return _in_block(kind, shown, braces, start, word)


def _keep_comments(match: re.Match[str]) -> str:
    return match[0] if match[0][0] == "#" else ""


def _in_script(opened: str, start: int, word: str) -> Cursor | None:
    """Inside an open text only a placeholder holds anything of the language."""
    hole = opened.rpartition("{")[2]
    if "{" not in opened or "}" in hole or ":" in hole:
        return None
    return Cursor("strategy", "script", hole, start, word)


def _at_top(shown: str, head: re.Match[str], start: int, word: str) -> Cursor:
    kind = words.KINDS.get(head["kind"], head["kind"])
    rest = shown[head.end() :]
    fresh = shown.rpartition("\n")[2].strip() == "" and _OPERATOR.search(rest) is None and rest.strip() != ""
    if head["short"] is None or "}" in rest or fresh:
        return Cursor(None, None, "", start, word)
    return Cursor(kind, _SHORT_KEY.get(kind, "value"), rest, start, word)


def _in_block(kind: str, shown: str, braces: list[int], start: int, word: str) -> Cursor:
    body = shown[braces[0] + 1 :]
    given = _GIVEN.search(shown[: braces[-1]])
    if given is not None:
        column, colon, value = shown[braces[-1] + 1 :].rpartition(",")[2].partition(":")
        return Cursor(kind, column.strip(" `\n") if colon else None, value, start, word, given=given["table"].strip("`"))
    key: str | None = None
    value = ""
    for match in _KEY.finditer(body):
        if not _open_brackets(body[: match.start()]):
            key, value = match["key"].strip("`"), body[match.end() :]
    if len(braces) > 1:  # in a map: what stands behind its last colon or comma
        value = re.split(r"[:,{]", shown[braces[-1] :])[-1]
        return Cursor(kind, _english(key), value, start, word)
    new_line = "\n" in value[len(value.rstrip()) :]
    if key is None or (new_line and value.strip() and _OPERATOR.search(value) is None):
        return Cursor(kind, None, value, start, word)
    return Cursor(kind, _english(key), value, start, word)


def _open_braces(text: str) -> list[int]:
    """The places of the braces that are still open, outermost first."""
    stack: list[int] = []
    for match in re.finditer("[{}]", text):
        if match[0] == "{":
            stack.append(match.start())
        elif stack:
            stack.pop()
    return stack


def _open_brackets(text: str) -> bool:
    return sum(text.count(mark) for mark in "([{") > sum(text.count(mark) for mark in ")]}")


def _english(key: str | None) -> str | None:
    return None if key is None else words.KEYS.get(key, key)


# ------------------------------------------------------------------------------------------------ the YAML form


def _in_yaml(before: str, start: int, word: str) -> Cursor | None:
    line = before.rpartition("\n")[2]
    if line.lstrip().startswith("#") or " #" in line:
        return None
    above = before[: len(before) - len(line)].split("\n")[:-1]
    inline = _YAML_LINE.match(line)
    indent = len(line) - len(line.lstrip(" "))
    path = _parents(above, indent)
    if inline is not None:
        return _yaml_value([*path, inline["key"].strip("'\"` ")], inline["value"] or "", start, word)
    if not line.strip(" -"):
        section = words.SECTIONS.get(path[0]) if path else None
        if not path:
            return Cursor(None, None, "", start, word, section=True)
        named = 1 if section == "arbitration" else 2
        return Cursor(section, None, "", start, word) if len(path) == named else None
    return _yaml_value(path, line.strip(), start, word) if path else None  # further lines of a long value


def _parents(above: list[str], indent: int) -> list[str]:
    """The keys that the line at this depth stands below, outermost first."""
    path: list[str] = []
    for line in reversed(above):
        match = _YAML_LINE.match(line)
        if match is not None and len(match["indent"]) < indent:
            path.insert(0, match["key"].strip("'\"` "))
            indent = len(match["indent"])
    return path


def _yaml_value(path: list[str], value: str, start: int, word: str) -> Cursor | None:
    kind = words.SECTIONS.get(path[0])
    if kind is None:
        return None
    if value.lstrip().startswith("{") and _open_brackets(value):
        return _in_flow(kind, path, value, start, word)
    value = value.lstrip("'\">|- ")
    named = 1 if kind == "arbitration" else 2
    if len(path) < named:
        return None
    key = path[named] if len(path) > named else _SHORT_KEY.get(kind, "value")
    return Cursor(kind, _english(key), value, start, word)


def _in_flow(kind: str, path: list[str], value: str, start: int, word: str) -> Cursor:
    """Inside `{key: value, …}`; deeper maps belong to the key that they stand behind."""
    named = 1 if kind == "arbitration" else 2
    brace = _open_braces(value)[-1]
    key, colon, rest = value[brace + 1 :].rpartition(",")[2].partition(":")
    outer = [path[named]] if len(path) > named else [match["key"] for match in _KEY.finditer(value) if match.end() < brace]
    if outer:
        return Cursor(kind, _english(outer[0]), rest if colon else key, start, word)
    return Cursor(kind, _english(key.strip(" '\"`")) if colon else None, rest.lstrip(" '\""), start, word)
