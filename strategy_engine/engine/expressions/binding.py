"""Naming a value once: what `let` is in other languages.

A formula that uses its input several times would copy the whole input expression each time, and nested formulas would
grow exponentially. A struct of the inputs, whose fields the formula reads, costs nothing: no data is copied.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def bind(formula: Callable[..., pl.Expr], *values: pl.Expr) -> pl.Expr:
    """`formula(*values)`, each value computed once. The formula must not read other columns of the frame."""
    if all(value.meta.is_column() or value.meta.is_literal() for value in values):
        return formula(*values)
    names = [f"value {number}" for number in range(len(values))]
    inputs = pl.struct(value.alias(name) for name, value in zip(names, values, strict=True))
    result = formula(*(pl.field(name) for name in names)).alias("result")
    bound = inputs.struct.with_fields(result).struct.field("result")
    constant = not any(value.meta.root_names() for value in values)
    return bound.first() if constant else bound  # `first` tells Polars that the one row stands for all
