"""Windows of time and numbers, and the rows that they bound."""

from __future__ import annotations

from strategy_engine.analysis.meaning.values import duration
from strategy_engine.analysis.meaning.voice import ROW, Voice
from strategy_engine.language.types import TIMES, Duration
from strategy_engine.semantics import ir


def bounds(voice: Voice, window: ir.Window) -> str:
    """`in the last 30 days`, `at least 50,000 and below 500,000`."""
    length = _from_today(window)
    if length is not None:
        back, by = length
        if by == (1, "day"):
            return voice.say("day")
        return voice.say("last" if back else "next", d=duration(voice, by))
    low, high = window.low, window.high
    if isinstance(low, ir.ContactDate) and isinstance(high, ir.Shift) and high.value == low:
        return voice.say("since_contact", d=duration(voice, high.by))
    time = "time." if window.type.kind in TIMES else ""
    sides = []
    for side, end, closed in (("low", low, window.low_closed), ("high", high, window.high_closed)):
        if end is not None:
            sides.append(voice.say(f"{time}{side}.{'closed' if closed else 'open'}", a=voice.noun(end)))
    return voice.say("from_to", low=sides[0], high=sides[1]) if len(sides) == 2 else "".join(sides)


def is_period(window: ir.Window) -> bool:
    """Whether the window is told in one word: so long before or after today, or after the contact."""
    return _from_today(window) is not None or isinstance(window.low, ir.ContactDate)


def _from_today(window: ir.Window) -> tuple[bool, Duration] | None:
    """Whether the window is `last N …` or `next N …`, as `semantics.expressions.windows` makes them, and how long."""
    low, high = _bare(window.low), _bare(window.high)
    closed = (window.low_closed, window.high_closed)
    if isinstance(low, ir.Today) and isinstance(high, ir.Today) and closed == (True, True):
        return True, Duration(1, "day")
    for back, near, far in ((True, high, low), (False, low, high)):
        if not isinstance(far, ir.Shift) or far.sign != (-1 if back else 1):
            continue
        length = far.by
        if length.minutes is not None:
            if far.value == (window.high if back else window.low) and closed == (True, False):
                return back, length
        elif isinstance(near, ir.Today) and isinstance(far.value, ir.Today):
            if length.months is not None and closed == (not back, back):
                return back, length
            if length.months is None and closed == (True, True):
                return back, Duration(length.count + 1, length.unit)
    return None


def _bare(node: ir.Expr | None) -> ir.Expr | None:
    return node.value if isinstance(node, ir.Convert) else node


def of_rows(voice: Voice, rows: ir.Rows, *, many: bool = False, named: bool = True) -> str:
    """`txn record in the last 30 days whose type is salary`; many: `txn records`."""
    window = ""
    if rows.window is not None:
        within = bounds(voice, rows.window)
        window = voice.say("rows.window", w=within)
        table = voice.model.project.tables.get(rows.table)
        if table is not None and rows.time is not None and rows.time != table.time:
            column = table.columns.get(rows.time)
            window = voice.say("rows.window.by", a=voice.named(rows.time, column.label if column else None), w=within)
    where = ""
    if rows.where is not None:
        inner = voice.about(ROW, rows.table)
        where = voice.say("rows.where", who=inner.who(inner.clause(rows.where)))
    return voice.say("rows.which", rows=_rows_name(voice, rows.table, many) if named else "", window=window, where=where)


def _rows_name(voice: Voice, name: str, many: bool) -> str:
    mark = ".many" if many else ""
    table = voice.model.project.tables.get(name)
    if table is not None:
        key = "rows.links" if table.kind == "links" else "rows"
        return voice.say(f"{key}{mark}", table=voice.named(name, table.label))
    if name in voice.model.triggers:
        return voice.say(f"rows.hits{mark}", table=voice.named(name, voice.model.triggers[name].title))
    key = {"hits": "rows.own_hits", "actions": "rows.actions", "customers": "rows.customers"}.get(name, "rows")
    return voice.say(f"{key}{mark}", table=name)
