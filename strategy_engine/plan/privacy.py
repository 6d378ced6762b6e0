"""What of a script is personal: holes that read a column marked `pii`, directly or through definitions and hits."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.plan.reads import reads
from strategy_engine.semantics.ir import Expr, Template
from strategy_engine.semantics.model import Model


def is_personal(model: Model, expr: Expr) -> bool:
    """Whether the expression reads a column marked `pii`."""
    declared = {table: model.project.data[table].columns for table in model.project.data}
    read = ((table, column) for table, columns in reads(model, [expr]).items() for column in columns)
    return any(column in declared[table] and declared[table][column].pii for table, column in read)


def personal_holes(model: Model, template: Template) -> Iterator[bool]:
    """For each part of the script, whether it must be masked outside a channel's list."""
    return (not isinstance(part, str) and is_personal(model, part) for part in template.parts)
