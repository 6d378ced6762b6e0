"""The colours of an editor: TextMate grammars of the text form, and of the YAML form inside YAML files.

They are made of the terminals of grammar/strategy.lark and of `words`, so that what is a word here is a word there. A TextMate grammar
knows no context: a soft word such as `on` is coloured where a name could stand, too. The language server's semantic tokens mend that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from strategy_engine.language import words
from strategy_engine.language.functions.registry import load_library
from strategy_engine.language.grammar import parser
from strategy_engine.language.yaml_reader import PLAIN_TEXT

Rule = dict[str, Any]

# which scope a terminal of the grammar has; None: a rule of its own below. At one place the terminal of higher priority wins.
SCOPES: dict[str, str | None] = {
    "COMMENT": "comment.line.number-sign",
    "DATETIME": "constant.other.date",
    "DATE": "constant.other.date",
    "DURATION": "constant.numeric.duration",
    "NUMBER": "constant.numeric",
    "TRUE": "constant.language.boolean",
    "FALSE": "constant.language.boolean",
    **dict.fromkeys(("_AND", "_OR", "NOT", "_IN", "_NOT_IN", "PRESENCE", "IS_ZH"), "keyword.operator.logical"),
    **dict.fromkeys(("_IF", "_THEN", "THEN_NO", "_ELSE", "_WHERE", "_WITHIN", "_BY", "_UNLESS"), "keyword.control"),
    **dict.fromkeys(("PERIOD", "ORDER", "UNIT", "ROLLING", "CALENDAR", "UPLIFT", "ON_DAY", "_PER", "_VIA", "_AFTER"), "keyword.other"),
    **dict.fromkeys(("_LATER", "_UPON", "_INSIDE", "_CONTACTED", "_RAMP", "_OFFERS", "_BLOCKED", "_GIVEN", "_SHARE_OF"), "keyword.other"),
    **dict.fromkeys(("KIND", "NEW", "NAME", "STRING", "PAIR", "KEY"), None),
    **dict.fromkeys(("KEY_SOURCE", "KEY_SPAN", "KEY_MEASURE", "KEY_PLAN", "KEY_QUOTA"), None),
    **dict.fromkeys(("KEY_PAUSE", "KEY_KPI", "KEY_HIT", "KEY_EXPECT"), None),
    **dict.fromkeys(("COMPARE", "PLUS", "MINUS", "STAR", "SLASH", "LPAR", "RPAR", "LSQB", "RSQB"), None),
}
_NAME = r"(?:[^\W\d]\w*|`[^`\n]+`)"
_COLON = "[:：]"
_ALONE = r"(?!\w)(?!\.(?!\.))"  # a whole word, and no name's first part: `calendar.date`


def text_grammar() -> str:
    """The TextMate grammar of `.strategy` files."""
    return _written(
        {
            "name": "Strategy",
            "scopeName": "source.strategy",
            "fileTypes": ["strategy"],
            "patterns": [_include(each) for each in ("declarations", "keys", "expression")],
            "repository": {
                "declarations": {"patterns": _declarations()},
                "keys": {"patterns": _keys()},
                "strings": {"patterns": _strings()},
                "placeholders": {"patterns": _placeholders()},
                "expression": {"patterns": [_include("strings"), *_calls(), *_terminals(), *_names(), *_signs()]},
            },
        }
    )


def yaml_grammar() -> str:
    """The grammar that is injected into YAML: below a section of the YAML form, values are coloured as in the text form."""
    sections = _any([*words.SECTIONS, *words.KINDS])
    key = r"(?:[^\W\d][^\s:#,{}\[\]]*|=>|\"[^\"\n]*\"|'[^'\n]*')"
    return _written(
        {
            "scopeName": "injection.strategy.yaml",
            "injectionSelector": "L:source.yaml -string -comment",
            "patterns": [_include("section")],
            "repository": {
                "section": {
                    "begin": rf"^({sections})(:)(?=\s*(?:#.*)?$)",
                    "beginCaptures": {"1": _named("entity.name.tag.yaml"), "2": _named("punctuation.separator.key-value.mapping.yaml")},
                    # a section holds names with what they stand for; a list below such a key is another program's file
                    "while": r"^(?= {1,3}[^\s-]| {4}|\s*(?:#.*)?$)",
                    "name": "meta.section.strategy",
                    "patterns": [_include(each) for each in ("texts", "keys", "values")],
                },
                "texts": {"patterns": [*_yaml_texts()]},
                "keys": {"patterns": [{"match": rf"{key}(?=\s*:(?:\s|$))", "name": "entity.name.tag.yaml"}]},
                "values": {"patterns": _yaml_values()},
            },
        }
    )


def _written(grammar: Rule) -> str:
    return json.dumps({"information_for_contributors": "made by `make docs`", **grammar}, ensure_ascii=False, indent=1) + "\n"


def _include(name: str) -> Rule:
    return {"include": f"#{name}"}


def _named(scope: str) -> Rule:
    return {"name": scope if scope.endswith(".yaml") else f"{scope}.strategy"}


def _match(pattern: str, scope: str) -> Rule:
    return {"match": pattern, **_named(scope)}


def _any(listed: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(each) for each in sorted(set(listed), key=lambda each: (-len(each), each)))


# ---------------------------------------------------------------- declarations and keys


def _declarations() -> list[Rule]:
    kinds = _any([*words.KINDS, *words.KINDS.values()])
    reserved = _any(words.RESERVED)
    captures = {"1": _named("storage.type.declaration"), "2": _named("entity.name.type")}
    title = r'(?:"[^"\n]*"|“[^”\n]*”)'
    return [
        {"match": rf"\b({kinds})[ \t]+({_NAME})(?=\s*{title}?\s*(?:[{{｛]|[=＝](?![=＝>])))", "captures": captures},
        {"match": rf'^\s*({kinds})[ \t]+(?!(?:{reserved})(?!\w))({_NAME})(?=\s*(?:["“#]|$))', "captures": captures},
        _match(rf'\b(?:{kinds})(?=\s*["“][^"”\n]*["”]\s*[{{｛]|\s*[{{｛])', "storage.type.declaration"),
    ]


def _keys() -> list[Rule]:
    known = _any([*words.KEYS, *words.KEYS.values()])
    pair = next(each.pattern.to_regexp() for each in parser()[0].terminals if each.name == "PAIR")
    datetime = r"(?!\d{4}-\d\d-\d\dT)"
    return [
        _match(rf"\b(?:{known})(?=\s*{_COLON})", "support.type.property-name"),
        _match(rf"\b{_NAME}(?=\s*{_COLON})|`[^`\n]+`(?=\s*{_COLON})", "entity.other.attribute-name"),
        _match(datetime + pair.replace(r"\s*:", rf"\s*{_COLON}"), "entity.other.attribute-name"),
    ]


# ---------------------------------------------------------------- texts


def _strings() -> list[Rule]:
    return [
        _text('"', '"', "string.quoted.double"),
        _text("“", "”", "string.quoted.double"),
        {**_text("'", "'", "string.quoted.single"), "patterns": [_ESCAPE]},
    ]


_ESCAPE = _match(r"\\.", "constant.character.escape")


def _text(begin: str, end: str, scope: str) -> Rule:
    marks = {"0": _named("punctuation.definition.string")}
    patterns = [_ESCAPE, _include("placeholders")]
    return {"begin": begin, "end": f"{end}|$", "beginCaptures": marks, "endCaptures": marks, **_named(scope), "patterns": patterns}


def _placeholders() -> list[Rule]:
    """`{name ?? "客户"}` and `{aum:,.2}` in a script; `{{` is a brace."""
    marks = {"0": _named("punctuation.section.embedded")}
    inside = [_match(r":[^{}\n]*(?=\})", "constant.other.placeholder"), {"include": "source.strategy#expression"}]
    return [
        _match(r"\{\{|\}\}", "constant.character.escape"),
        {"begin": r"\{", "end": r"\}|$", "beginCaptures": marks, "endCaptures": marks, **_named("meta.embedded"), "patterns": inside},
    ]


# ---------------------------------------------------------------- expressions


def _calls() -> list[Rule]:
    library = [name for function in load_library().values() for name in (function.name, function.zh)]
    called = _any([*words.CALLS, *words.CALLS.values(), *library])
    return [_match(rf"\b(?:{called})(?=\s*[(（])", "support.function")]


def _terminals() -> list[Rule]:
    """The terminals that are words or literals, in the order of the lexer."""
    found = []
    for terminal in sorted(parser()[0].terminals, key=lambda each: (-each.priority, each.name)):
        scope = SCOPES.get(terminal.name)
        if scope is not None:
            pattern = terminal.pattern.to_regexp().replace(r"\{", "[{｛]").replace(r"(?!\w)", _ALONE)
            pattern = pattern.replace(r"\s*%", r"\s*[%％]").replace("|每", r"|每(?=\s|\d|(?:天|日|周|个?月|年)(?!\w))")
            found.append(_match(pattern, scope))
    counted = _any([*words.COUNTED, *words.COUNTED.values()])
    found.append(_match(rf"\b(?:{counted})(?=\s*(?:per|每))", "keyword.other"))
    return found


def _names() -> list[Rule]:
    own = _any([*words.NAMES, *words.NAMES.values()])
    return [
        _match(rf"(?<=[\w`])\.{_NAME}", "variable.other.member"),
        _match(rf"\b(?:{own})(?!\w)", "variable.language"),
        _match(_NAME, "variable.other.readwrite"),
    ]


def _signs() -> list[Rule]:
    return [
        _match("[=＝][>＞]", "keyword.operator.outputs"),
        _match(r"\.\.", "keyword.operator.range"),
        _match(r"\?\?", "keyword.operator.default"),
        _match("[=!<>＝！＜＞《》]+", "keyword.operator.comparison"),
        _match(r"[-+*/－＋＊／]", "keyword.operator.arithmetic"),
        _match(r"[|｜]", "punctuation.separator.cell"),
        _match(_COLON, "punctuation.separator.key-value"),
        _match(r"[,，、;；]", "punctuation.separator"),
        _match(r"[(（\[【{｛]", "punctuation.section.begin"),
        _match(r"[)）\]】}｝]", "punctuation.section.end"),
    ]


# ---------------------------------------------------------------- the YAML form

_QUOTED = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"


def _yaml_texts() -> list[Rule]:
    """Keys whose value is a text for people; that of `script` has placeholders."""
    plain = _any([name for name, key in (*words.KEYS.items(), *((each, each) for each in PLAIN_TEXT)) if key in PLAIN_TEXT])
    key, value = {"1": _named("entity.name.tag.yaml")}, {"include": "source.strategy#placeholders"}
    texts = {**_named("string.unquoted"), "patterns": [value]}
    head = rf"({plain})(?=\s*:)\s*:\s+"
    return [
        {"match": rf"{head}({_QUOTED})", "captures": key | {"2": texts}},
        {"match": rf"^\s*{head}([^\s\"'{{\[|>&*#](?:[^#\n]|(?<!\s)#)*)", "captures": key | {"2": texts}},
        {"match": rf"{head}([^\s\"'{{\[|>&*#][^,}}\n]*)", "captures": key | {"2": texts}},
    ]


def _yaml_values() -> list[Rule]:
    marks = {"0": _named("punctuation.definition.string")}
    expression = {"include": "source.strategy#expression"}
    single = {**_text("'", "'", "string.quoted.single"), "patterns": []}
    double = {**_text('"', '"', "string.quoted.double"), "patterns": []}
    between = {"beginCaptures": marks, "endCaptures": marks, **_named("meta.embedded")}
    return [
        _match(r"(?<=:)\s+[|>][-+\d]*(?=\s*$)", "keyword.control.flow"),
        _match(r"^\s*-(?=\s)", "punctuation.definition.block.sequence.item.yaml"),
        _match(r":(?=\s|$)", "punctuation.separator.key-value.mapping.yaml"),
        {"begin": r'(?<=: |- )"', "end": '"', **between, "patterns": [single, expression]},
        {"begin": r"(?<=: |- )'", "end": "'(?!')", **between, "patterns": [_match("''", "constant.character.escape"), double, expression]},
        expression,
    ]
