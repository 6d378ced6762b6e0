"""The columns of action lists: the fixed ones, and what the project and its channels add of the snapshot."""

from __future__ import annotations

from strategy_engine.language.types import Kind
from strategy_engine.record import record
from strategy_engine.semantics.model import Model

FIXED: dict[str, Kind] = {
    "run_date": Kind.DATE,
    "action_id": Kind.ID,
    "customer_id": Kind.ID,
    "strategy": Kind.TEXT,
    "version": Kind.TEXT,
    "arm": Kind.TEXT,
    "trigger": Kind.TEXT,
    "trigger_time": Kind.DATETIME,
    "product": Kind.TEXT,
    "benefit": Kind.TEXT,
    "channel": Kind.TEXT,
    "step": Kind.INT,
    "assignee": Kind.TEXT,
    "owner": Kind.TEXT,
    "script": Kind.TEXT,
    "terms": Kind.TEXT,
    "score": Kind.NUMBER,
    "rank": Kind.INT,
    "valid_until": Kind.DATETIME,
}


@record
class ListColumn:
    """A column of a list: what it holds, and the snapshot's column that it comes from (None for a fixed one)."""

    kind: Kind
    source: str | None = None


def list_columns(model: Model, channel: str | None = None) -> dict[str, ListColumn]:
    """The columns of a channel's list (None: of any) by name, in order."""
    columns = model.project.snapshot.columns
    further = {shown_as(name): ListColumn(columns[name].value_type.kind, name) for name in further_columns(model, channel)}
    return {**{name: ListColumn(kind) for name, kind in FIXED.items()}, **further}


def further_columns(model: Model, channel: str | None = None) -> list[str]:
    """The snapshot columns that a channel's list (any, for None) carries besides the fixed ones."""
    channels = model.channels.values() if channel is None else [model.channels[channel]]
    named = [*model.project.columns, *(name for one in channels for name in one.columns)]
    return [name for name in dict.fromkeys(named) if name != model.project.snapshot.key]


def shown_as(column: str) -> str:
    """The name of a snapshot's column in a list, where a fixed one may have taken it."""
    return f"customer_{column}" if column in FIXED else column
