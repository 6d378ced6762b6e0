"""What pydantic found in the project file, in plain words and at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from strategy_engine.catalog.base import InconsistentError, Model
from strategy_engine.catalog.models import Column, Project
from strategy_engine.catalog.project_diagnostics import InconsistentProject, MissingKey, UnknownKey, WrongValue, listed
from strategy_engine.diagnostics.model import Diagnostic, did_you_mean, suggest
from strategy_engine.source.file import Span
from strategy_engine.source.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence, resolve

Path = tuple[str | int, ...]

_MUST_BE = {
    "string": "text",
    "bool": "`true` or `false`",
    "int": "a whole number",
    "decimal": "a number",
    "finite": "a number that is not infinite",
    "date": "a day such as 2026-11-21",
    "list": "a list",
    "dict": "a mapping of keys and values",
    "model": "a mapping of keys and values",
    "sink": "a name of letters, digits and `_`",
    "empty": "at least one name (without the key it is all)",
}
_TYPES = {
    **dict.fromkeys(("string", "str", "varchar", "char"), "text"),
    **dict.fromkeys(("decimal", "float", "double", "numeric"), "number"),
    **dict.fromkeys(("integer", "bigint", "count"), "int"),
    **dict.fromkeys(("timestamp", "time"), "datetime"),
}
"""What databases call the types."""
_HIDDEN_KEYS = {"name"}  # fields of the models that are no keys of the file


class _Place(NamedTuple):
    """How far a path leads into the file: the last key on it, and what it holds."""

    key: YamlScalar | None
    node: YamlNode

    @property
    def key_span(self) -> Span:
        """The key; of the whole file, its first key."""
        if self.key is not None:
            return self.key.span
        return self.node.entries[0][0].span if isinstance(self.node, YamlMapping) and self.node.entries else self.node.span

    @property
    def value_span(self) -> Span:
        """The value, if it is one word or text; else its key, because a frame shows one line."""
        return self.node.span if isinstance(self.node, YamlScalar) and self.node.text else self.key_span


def diagnose(error: ValidationError, root: YamlMapping) -> list[Diagnostic]:
    """A diagnostic for each of pydantic's errors, in the order of the file."""
    found = [diagnostic for details in error.errors() for diagnostic in _diagnostics(details, root)]
    return sorted(found, key=lambda diagnostic: diagnostic.span.start if diagnostic.span else 0)


def _diagnostics(details: ErrorDetails, root: YamlMapping) -> Iterator[Diagnostic]:
    path: Path = details["loc"]
    place = follow(root, _in_file(path))
    match details["type"]:
        case "union_tag_not_found":
            yield MissingKey(place.key_span, "kind", _called(path), _kinds(path))
        case "union_tag_invalid":
            kind, wanted = follow(root, (*path, "kind")), _kinds(path)
            advice = did_you_mean(suggest(str(details["ctx"]["tag"]), wanted))
            yield WrongValue(kind.value_span, "`kind`", f"one of {listed(wanted)}", _found(kind.node), advice)
        case "extra_forbidden":
            known = tuple(_keys(_annotation(path[:-1])))
            key = str(path[-1])
            yield UnknownKey(place.key_span, key, _called(path[:-1]), suggest(key, known), known)
        case "missing":
            choices = tuple(map(str, _choices(_annotation(path))))
            yield MissingKey(place.key_span, str(path[-1]), _called(path[:-1]), choices)
        case "value_error":
            yield from _misfits(details, root, path)
        case _:
            yield _wrong_value(details, path, place)


def _misfits(details: ErrorDetails, root: YamlMapping, path: Path) -> Iterator[Diagnostic]:
    error = details["ctx"]["error"]
    if not isinstance(error, InconsistentError):
        yield InconsistentProject(follow(root, _in_file(path)).value_span, str(error))
        return
    for misfit in error.misfits:
        yield InconsistentProject(follow(root, _in_file(path) + misfit.at).value_span, misfit.message, misfit.suggestion)


def _wrong_value(details: ErrorDetails, path: Path, place: _Place) -> Diagnostic:
    must_be = _must_be(details, path)
    if len(path) > 2 and path[-1] == "[key]" and place.key:  # pydantic's way to blame a key
        word = place.key.text
        return WrongValue(place.key.span, f"a key of `{path[-3]}`", must_be, f"`{word}`", _advice(details, word))
    what = f"`{place.key.text}`" if place.key else "the project file"
    if path and isinstance(path[-1], int):
        what = f"an item of {what}"
    word = place.node.text if isinstance(place.node, YamlScalar) else ""
    return WrongValue(place.value_span, what, must_be, _found(place.node), _advice(details, word))


def _must_be(details: ErrorDetails, path: Path) -> str:
    """What pydantic would have taken, in words."""
    kind = details["type"].partition("_")[0]
    if kind in ("literal", "enum"):
        choices = _expected(details)
        return f"one of {listed(choices)}" if len(choices) > 1 else listed(choices)
    if kind == "model" and _annotation(path) is Column:
        return "a type such as `text` or `date?`, or a mapping of keys and values"
    if kind == "dict" and path[-1] == "values":
        return "a list of values, or a mapping of values to labels"
    if kind == "greater":
        return f"at least {details['ctx']['ge']}"
    return _MUST_BE.get(kind, f"valid ({details['msg'].lower()})")


def _advice(details: ErrorDetails, word: str) -> str | None:
    kind = details["type"].partition("_")[0]
    if kind in ("literal", "enum"):
        plain = word.removesuffix("?").partition("(")[0].lower()
        return did_you_mean(_TYPES.get(plain) or suggest(plain, _expected(details)))
    if kind == "list" and word:
        return f"write `[{word}]`"
    return f"quote it: '{word}'" if kind == "string" and word else None


def _expected(details: ErrorDetails) -> tuple[str, ...]:
    """The words that pydantic would have taken; it lists them in quotes, and a number bare."""
    expected = details["ctx"]["expected"]
    return tuple(re.findall("'([^']*)'", expected)) or (expected,)


def _found(node: YamlNode) -> str:
    """What stands there, in words."""
    match node:
        case YamlMapping():
            return "a mapping"
        case YamlSequence():
            return "a list"
        case YamlScalar(text, is_plain):
            short = text if len(text) <= 60 else text[:59] + "…"
            if node.value is None:
                return "nothing"
            if isinstance(node.value, bool):
                return f"`{short}`"
            if isinstance(node.value, (int, float)):
                return f"the number `{short}`"
            return f"`{short}`" if is_plain or isinstance(resolve(text), str) else f"the text `{short}`"


def _in_file(path: Path) -> Path:
    """A path without the step by which pydantic says which kind of sink it has tried."""
    return path[:2] + path[3:] if path[:1] == ("sinks",) and path[2:3] != ("[key]",) else path


def follow(root: YamlMapping, path: Path) -> _Place:
    """The place that a path leads to, or the last one on the way that is in the file."""
    place = _Place(None, root)
    for step in path:
        match place.node:
            case YamlMapping(entries):
                entry = next(((key, value) for key, value in entries if key.text == str(step)), None)
                if entry is None:
                    return place
                place = _Place(*entry)
            case YamlSequence(items) if isinstance(step, int) and step < len(items):
                place = _Place(place.key, items[step])
            case _:
                return place
    return place


def _annotation(path: Path) -> Any:
    """The type that the models declare at a path."""
    found: Any = Project
    for step in path:
        found = _bare(found)
        if isinstance(found, type) and issubclass(found, Model):
            fields = {field.alias or name: field.annotation for name, field in found.model_fields.items()}
            found = fields.get(str(step))
        elif get_origin(found) in (Union, UnionType):  # of models that `kind` tells apart
            found = next((each for each in get_args(found) if step in _choices(each.model_fields["kind"].annotation)), None)
        else:
            found = next(reversed(get_args(found)), None)  # of a list its items, of a dict its values
    return _bare(found)


def _bare(annotation: Any) -> Any:
    """A type without `Annotated` and `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        options = [option for option in get_args(annotation) if option is not NoneType]
        return _bare(options[0]) if len(options) == 1 else annotation
    return annotation


def _choices(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _kinds(path: Path) -> tuple[str, ...]:
    """The kinds of the models that may stand at a path."""
    return tuple(kind for each in get_args(_annotation(path)) for kind in _choices(each.model_fields["kind"].annotation))


def _keys(annotation: Any) -> Iterator[str]:
    for name, field in annotation.model_fields.items():
        if name not in _HIDDEN_KEYS:
            yield field.alias or name


def _called(path: Path) -> str:
    """What to call the model at a path."""
    if not path:
        return "the project file"
    found = _annotation(path)
    called = "the sink" if get_origin(found) in (Union, UnionType) else found.called
    return f"{called} `{_in_file(path)[-1]}`".lstrip()
