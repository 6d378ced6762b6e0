"""Rewriting typed expressions, the insides of `Rows` included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from strategy_engine.semantics.ir import Expr, Rows

Change = Callable[[Expr | Rows], Expr | Rows | None]
"""A node's replacement, None to look into the node itself."""


def rewrite(expr: Expr, change: Change) -> Expr:
    """The expression with every node that `change` knows better replaced; a replacement is not looked into."""
    changed = _rewrite(expr, change)
    assert isinstance(changed, Expr)  # noqa: S101 - an expression's replacement is one
    return changed


def _rewrite(part: Any, change: Change) -> Any:
    if type(part) is tuple:
        return tuple(_rewrite(item, change) for item in part)
    if not isinstance(part, Expr | Rows):
        return part
    replacement = change(part)
    if replacement is not None:
        return replacement
    old = {field.name: getattr(part, field.name) for field in fields(part)}
    new = {name: _rewrite(value, change) for name, value in old.items()}
    changed = {name: value for name, value in new.items() if value is not old[name] and value != old[name]}
    return replace(part, **changed) if changed else part
