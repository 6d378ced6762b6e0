"""The YAML form of strategy files as a JSON Schema, for editors: which keys each kind has, in both tongues, and how a value may be shaped.

It accepts all that `check` accepts. What stands in a value (expressions, names) is left to `check`.
"""

from __future__ import annotations

from strategy_engine.catalog.schema import DRAFT, Schema, written
from strategy_engine.language import words
from strategy_engine.language.yaml_reader import ITEM_RULES, PLAIN_TEXT
from strategy_engine.semantics import meanings
from strategy_engine.semantics.keys import ALSO_REPEATABLE, KEYS, OPEN_KINDS, REPEATABLE, REQUIRED, SHORT
from strategy_engine.semantics.strategies import STATUSES

_ONE: Schema = {"type": ["string", "number", "boolean"]}
# a choice of values or a `by`, which may nest
_MAPPING: Schema = {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/value"}}
_MAY_DEPEND = frozenset({"strategy", "channel", "param", "attribute"}) | OPEN_KINDS
_MAY_BE_MAPPING = frozenset({"merge", "owner", "split", "limit", "keep"})
_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("strategy", "status"): STATUSES,
    ("kpi", "goal"): tuple(dict.fromkeys([*words.GOALS.values(), *words.GOALS])),
}


def strategies_schema() -> str:
    """The schema of a file of the YAML form."""
    parts: dict[str, Schema] = {"value": {"anyOf": [_ONE, _MAPPING, {"type": "array", "items": _ONE}]}}
    parts |= {kind: _declaration(kind) for kind in KEYS}
    sections: dict[str, Schema] = {}
    chinese = {kind: word for word, kind in words.KINDS.items()}
    for section, kind in words.SECTIONS.items():
        part: Schema = {"$ref": f"#/$defs/{kind}"}
        if kind != "arbitration":
            part = {"type": ["object", "null"], "additionalProperties": part}
        sections |= {name: {"description": meanings.of_kind(kind), **part} for name in (section, chinese[kind])}
    return written(
        {
            "$schema": DRAFT,
            "title": "strategies in YAML",
            "description": "Declarations of strategies in their YAML form.",
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": sections,
            "$defs": parts,
        }
    )


def _declaration(kind: str) -> Schema:
    """A declaration's body."""
    keys = [
        *KEYS[kind],
        *({"table": ["rows"], "test": ["given"]}.get(kind, [])),
        *(["title"] if kind not in ("test", "arbitration") else []),
    ]
    properties: dict[str, Schema] = {}
    for key in keys:
        value = {"description": meanings.of_key(kind, key), **_value(kind, key)}
        properties |= dict.fromkeys(_names(key), value)
    body: Schema = {
        "type": "object" if kind in REQUIRED else ["object", "null"],
        "properties": properties,
        "additionalProperties": {"$ref": "#/$defs/value"} if kind in OPEN_KINDS else False,
    }
    if kind in REQUIRED:
        body["allOf"] = [{"anyOf": [{"required": [name]} for name in _names(key)]} for key in REQUIRED[kind]]
    return {"anyOf": [_ONE, body]} if kind in SHORT else body


def _names(key: str) -> list[str]:
    return [key, *(chinese for chinese, english in words.KEYS.items() if english == key)]


def _value(kind: str, key: str) -> Schema:
    """The shapes that a key's value may have."""
    if (kind, key) in _CHOICES:
        return {"enum": [*_CHOICES[kind, key]]}
    if (kind, key) == ("table", "rows"):
        outputs: Schema = {"type": "object", "minProperties": 1, "additionalProperties": _ONE}
        row = {"type": "object", "required": ["=>"], "properties": {"=>": outputs}, "additionalProperties": _ONE}
        return {"type": "array", "items": row}
    if (kind, key) == ("test", "given"):
        return {"type": "object", "additionalProperties": {"anyOf": [_MAPPING, {"type": "array", "items": _MAPPING}]}}
    shapes: list[Schema] = [_ONE]
    if (kind in _MAY_DEPEND and key not in ("title", "label", "purpose")) or key in _MAY_BE_MAPPING:
        shapes.append(_MAPPING)
    if key in REPEATABLE or (kind, key) in ALSO_REPEATABLE or key in ITEM_RULES:
        shapes.append({"type": "array", "items": _ONE if key in ITEM_RULES else {"anyOf": [_ONE, _MAPPING]}})
    if len(shapes) > 1:
        return {"anyOf": shapes}
    return {"type": "string"} if key in PLAIN_TEXT and kind != "grid" else _ONE
