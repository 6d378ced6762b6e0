"""The project file's models as a JSON Schema, for editors: completion, hover, and a first check while one types.

It accepts all that `check` accepts. What one value alone cannot tell (`misfits`) is left to `check`, but for what each kind of table needs.
"""

from __future__ import annotations

import ast
import inspect
import json
from typing import Any

from pydantic import BaseModel

from strategy_engine.catalog.models import COLUMN_KINDS, NEEDS, TOLERABLE, Calendar, Column, Feedback, Project, Table
from strategy_engine.catalog.sinks import FileSink, TableSink, WorkbookSink

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MODELS: tuple[type[BaseModel], ...] = (Project, Table, Column, Feedback, Calendar, FileSink, WorkbookSink, TableSink)
Schema = dict[str, Any]


def project_schema() -> str:
    """The schema of `strategy.yaml`."""
    schema = Project.model_json_schema()
    parts: dict[str, Schema] = schema.pop("$defs")
    for model in MODELS:
        part = schema if model is Project else parts[model.__name__]
        _describe(part, model)
    _shorten(parts)
    _tables(parts["Table"])
    for part in (schema, *parts.values()):
        _tidy(part)
    on_breach = schema["properties"]["on_breach"]
    on_breach |= {"properties": {str(breach): {"enum": [*map(str, able)]} for breach, able in TOLERABLE.items()}}
    schema["properties"]["diagnostics"]["propertyNames"] = {"pattern": "^S[0-9]{4}$"}
    return written({"$schema": DRAFT, "title": "strategy.yaml", **schema, "$defs": parts})


def written(schema: Schema) -> str:
    """As it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def described(model: type[BaseModel]) -> dict[str, str]:
    """What stands below the fields of a model and of the models that it extends, by the fields' names."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            body = ast.parse(inspect.getsource(each)).body[0]
            assert isinstance(body, ast.ClassDef)  # noqa: S101 - the source of a class
            for field, text in zip(body.body, body.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
                    found[field.target.id] = inspect.cleandoc(ast.literal_eval(text.value))
    return found


def _describe(schema: Schema, model: type[BaseModel]) -> None:
    texts = described(model)
    for name, field in model.model_fields.items():
        if name in texts:
            schema["properties"][field.alias or name]["description"] = texts[name]


def _shorten(parts: dict[str, Schema]) -> None:
    """What `Column` reads besides its full form: `date?`, and values as a list or as words that YAML takes for numbers."""
    column = parts["Column"]
    kinds = [*COLUMN_KINDS, *(f"{kind}?" for kind in COLUMN_KINDS)]
    column["properties"]["type"]["enum"] = kinds
    word: Schema = {"type": ["string", "number", "boolean", "null"]}
    values = column["properties"]["values"]
    values["anyOf"] = [{"type": "object", "additionalProperties": word}, {"type": "array", "items": word}, {"type": "null"}]
    column["if"] = {"required": ["type"], "properties": {"type": {"enum": ["enum", "enum?"]}}}
    column["then"] = {"required": ["values"]}
    short = [kind for kind in kinds if not kind.startswith("enum")]
    parts["Column"] = {"description": column.pop("description"), "anyOf": [{"enum": short}, column]}


def _tables(table: Schema) -> None:
    """What a table of each kind cannot do without."""
    del table["properties"]["name"]  # filled in from its key
    table["description"] = "A table of the bank's data."
    table["allOf"] = [
        {"if": {"required": ["kind"], "properties": {"kind": {"const": kind}}}, "then": {"required": [*needs]}}
        for kind, needs in NEEDS.items()
    ]


def _tidy(schema: Any) -> None:
    """Without titles that only repeat the key, and defaults that say nothing."""
    if isinstance(schema, list):
        for each in schema:
            _tidy(each)
    elif isinstance(schema, dict):
        if isinstance(schema.get("title"), str):
            del schema["title"]
        if "default" in schema and schema["default"] is None:
            del schema["default"]
        schema.pop("discriminator", None)  # not of JSON Schema
        for each in schema.values():
            _tidy(each)
