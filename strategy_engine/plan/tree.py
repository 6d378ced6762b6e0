"""Rewriting typed expressions, the insides of `Rows` included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from strategy_engine.semantics.ir import Expr, Rows

Change = Callable[[Expr | Rows], Expr | Rows | None]
"""A node's replacement, None to look into the node itself."""

_PARTS: dict[type[Expr | Rows], tuple[str, ...]] = {}


def rewrite(expr: Expr, change: Change) -> Expr:
    """The expression with every node that `change` knows better replaced; a replacement is not looked into."""
    changed = _rewrite(expr, change)
    assert isinstance(changed, Expr)  # noqa: S101 - an expression's replacement is one
    return changed


def _rewrite(part: Any, change: Change) -> Any:
    if type(part) is tuple:
        new = tuple(_rewrite(item, change) for item in part)
        return part if all(one is other for one, other in zip(new, part, strict=True)) else new
    if not isinstance(part, Expr | Rows):
        return part
    replacement = change(part)
    if replacement is not None:
        return replacement
    changed = {}
    for name in _parts(type(part)):
        old = getattr(part, name)
        if isinstance(old, Expr | Rows | tuple):
            new = _rewrite(old, change)
            if new is not old:
                changed[name] = new
    return replace(part, **changed) if changed else part


def _parts(kind: type[Expr | Rows]) -> tuple[str, ...]:
    """The fields that may hold expressions."""
    if kind not in _PARTS:
        _PARTS[kind] = tuple(field.name for field in fields(kind) if field.name not in ("type", "span"))
    return _PARTS[kind]
