"""Expressions as text that a person can read, for failing tests."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass

from strategy_engine.language.types import Duration, Type
from strategy_engine.semantics import ir


def show(node: object, indent: str = "") -> str:
    """The node and its parts, one a line where there are several; types and spans left out where they say nothing new."""
    if isinstance(node, ir.Constant):
        return f"{node.value!r}:{node.type}"
    if isinstance(node, ir.Column):
        return f"{node.scope}.{node.name}"
    if isinstance(node, Duration | Type | str | bool | int) or node is None:
        return str(node)
    if isinstance(node, tuple):
        return "".join(f"\n{indent}  - {show(item, indent + '    ')}" for item in node) or "nothing"
    if not is_dataclass(node):
        return repr(node)
    parts = [(part.name, getattr(node, part.name)) for part in fields(node) if part.name not in ("type", "span")]
    head = type(node).__name__ + (f":{node.type}" if isinstance(node, ir.Expr) else "")
    return head + "".join(f"\n{indent}  {name}: {show(value, indent + '  ')}" for name, value in parts)


@dataclass(frozen=True)
class Readable:
    """An expression that a failing test prints as text."""

    expr: ir.Expr

    def __repr__(self) -> str:
        return "\n" + show(self.expr)
