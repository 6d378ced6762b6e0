"""What must be true for a trigger to have a hit today, as conditions that ranges and the solver read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from strategy_engine.language.types import DATE, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import DateHits, Model, RowHits, SeriesHits, StateHits, Trigger

Hits = Mapping[str, tuple[ir.Expr, ...]]
"""By trigger, what must be true together for a hit today."""


def hits_of(model: Model) -> Hits:
    """Those of all triggers of a model."""
    return {name: tuple(_hit(trigger, model)) for name, trigger in model.triggers.items()}


def _hit(trigger: Trigger, model: Model) -> Iterator[ir.Expr]:
    """What must be true together for a hit today; nothing where that cannot be said of one row."""
    source = trigger.source
    if isinstance(source, StateHits):
        yield source.condition
    elif isinstance(source, DateHits) and not source.yearly:
        yield from _in_days(source.value, trigger)
    elif isinstance(source, RowHits | SeriesHits):
        table, time = (source.rows.table, source.rows.time) if isinstance(source, RowHits) else (source.table, source.time)
        where = source.rows.where if isinstance(source, RowHits) else source.where
        column = model.project.tables[table].columns.get(time or "")
        if column is not None and time is not None:
            yield from _in_days(ir.Column("row", time, type=column.value_type), trigger)
        yield from () if where is None else (where,)


def _in_days(time: ir.Expr, trigger: Trigger) -> Iterator[ir.Expr]:
    """That the time lies in the trigger's days, which are days whatever its window says."""
    window = trigger.window
    if window is not None:
        low, high = (None if end is None else day_of(end) for end in (window.low, window.high))
        yield ir.InWindow(day_of(time), ir.Window(low, high, window.low_closed, window.high_closed, type=DATE))


def day_of(time: ir.Expr) -> ir.Expr:
    """The day in which a time lies."""
    return ir.Convert(time, type=DATE.or_missing(time.type.optional)) if time.type.kind is Kind.DATETIME else time
