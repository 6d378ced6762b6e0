"""Times of day, and the time between two."""

from __future__ import annotations

import datetime as dt
from typing import Any

from strategy_engine.language.functions.registry import Example, Parameter, function

_AT = (Parameter("at", "datetime"),)
_FROM_TO = (Parameter("start", "datetime"), Parameter("end", "datetime"))

for _name, _zh, _doc, _gives in (
    ("hour", "几点", "The hour, 0 to 23.", 8),
    ("minute", "几分", "The minute within the hour, 0 to 59.", 30),
):
    function(
        name=_name,
        zh=_zh,
        group="dates",
        parameters=_AT,
        returns="int",
        doc=_doc,
        examples=(Example(f"{_name}(2026-11-21T08:30)", _gives), Example(f"{_name}(to_datetime('x'))", None)),
        python=lambda at, part=_name: int(getattr(at, part)),
        polars=lambda pl, at, part=_name: getattr(at.dt, part)().cast(pl.Int64),
    )

function(
    name="date_of",
    zh="所在日期",
    group="dates",
    parameters=_AT,
    returns="date",
    doc="The calendar day of a datetime.",
    examples=(Example("date_of(2026-11-21T23:59)", dt.date(2026, 11, 21)), Example("date_of(to_datetime('x'))", None)),
    python=lambda at: at.date(),
    polars=lambda pl, at: at.cast(pl.Date),
)

_MICROSECOND = dt.timedelta(microseconds=1)


def _full_units(start: dt.datetime, end: dt.datetime, micros: int) -> int:
    """Full units between two times, counted alike in both directions."""
    between = (end - start) // _MICROSECOND
    return between // micros if between >= 0 else -(-between // micros)


def _full_units_expr(pl: Any, start: Any, end: Any, micros: int) -> Any:
    between = end.to_physical() - start.to_physical()
    return pl.when(between >= 0).then(between // micros).otherwise(-((-between) // micros))


for _name, _zh, _what, _seconds, _gives in (
    ("hours_between", "相隔小时数", "hours", 3600, 1),
    ("minutes_between", "相隔分钟数", "minutes", 60, 105),
):
    function(
        name=_name,
        zh=_zh,
        group="dates",
        parameters=_FROM_TO,
        returns="int",
        doc=f"The full {_what} from `start` to `end`, negative where `end` lies before.",
        examples=(
            Example(f"{_name}(2026-11-21T08:30, 2026-11-21T10:15)", _gives),
            Example(f"{_name}(2026-11-21T10:15, 2026-11-21T08:30)", -_gives),
            Example(f"{_name}(to_datetime('x'), 2026-11-21T10:15)", None),
        ),
        python=lambda start, end, micros=_seconds * 1_000_000: _full_units(start, end, micros),
        polars=lambda pl, start, end, micros=_seconds * 1_000_000: _full_units_expr(pl, start, end, micros),
    )
