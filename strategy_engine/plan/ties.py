"""Which of two hits of the same time comes first.

The order must not depend on what strategies happen to read, so it goes by columns that the table itself settles: its own ids (a
transaction's number), or, where it declares none, all its columns.
"""

from __future__ import annotations

from strategy_engine.catalog.models import Table
from strategy_engine.semantics.model import HitSource, Model, RowHits, SequenceHits, SeriesHits


def tie_columns(table: Table) -> tuple[str, ...]:
    """The columns by which rows of one customer and time are told apart, in the order in which they count."""
    own = [name for name, column in table.columns.items() if column.type == "id" and name != table.key and column.of is None]
    return tuple(sorted(own or table.columns))


def hit_ties(source: HitSource, model: Model) -> tuple[str, ...]:
    """The columns of a trigger's hits by which those of one customer and time are told apart."""
    tables = model.project.data
    match source:
        case RowHits(rows=rows):
            return tie_columns(tables[rows.table])
        case SeriesHits(table=table):
            return tie_columns(tables[table])
        case SequenceHits(steps=steps):
            present = [step for step in steps if not step.absent]
            return tuple(f"{step.name}.{column}" for step in present for column in tie_columns(tables[step.rows.table]))
    return ()
