"""Sinks: a module for each sort, and one entry here for each `kind:`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strategy_engine.delivery.sinks.files import to_files
from strategy_engine.delivery.sinks.handover import Handover
from strategy_engine.delivery.sinks.postgresql import to_table
from strategy_engine.delivery.sinks.workbooks import to_workbooks

Deliver = Callable[[Any, Handover], None]
"""Brings a sink (its model) to hold exactly what is handed over for the date, whatever it held of it before, or raises."""

KINDS: dict[str, Deliver] = {
    "parquet": to_files,
    "csv": to_files,
    "jsonl": to_files,
    "xlsx": to_workbooks,
    "postgresql": to_table,
}
