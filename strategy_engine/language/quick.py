"""The parser's loop for texts without errors: its tables, scanners and callbacks are lark's, and all errors are.

Most steps of lark's own loop pass an atom up through the levels of an expression, where nothing is made of it, and it counts lines at each
token, for which only errors ask. Without that a file is read in little more than half the time. At whatever is unexpected the loop gives
up, and lark begins anew.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, TypeVar

from lark import Lark, Token
from lark.parsers.lalr_analysis import Shift

from strategy_engine.record import record

GAVE_UP = object()
"""What comes of a text in which something is wrong; a tree may be anything else."""

_BLANK = re.compile(r"(?:\s+|#[^\n]*)*")

Scan = Callable[[str, int], Any]
Row = dict[str, Any]
"""What a symbol does in a state: a state to go to; the name of a rule, if a single value is passed up as it is; or how many values become a
rule's, and how."""

V = TypeVar("V")


class _Lazily(dict[int, V]):
    """What is made of a state when the parser first comes to it; most files see a fraction of them."""

    def __init__(self, make: Callable[[int], V]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, state: int) -> V:
        found = self[state] = self.make(state)
        return found


@record
class Tables:
    """What the loop goes by.

    rows, scanners: by state.      made: what a terminal's text becomes.      starts: of each start rule the first state and the last.
    dropped: terminals of which rules see no more than that they were there.
    """

    rows: dict[int, Row]
    scanners: dict[int, Scan]
    made: dict[str, Callable[[Token], Any]]
    starts: dict[str, tuple[int, int]]
    dropped: frozenset[str]


def parse(lark: Lark, text: str, start: str) -> Any:
    """The tree of a text, as `lark.parse` makes it; `GAVE_UP` where that would find something wrong."""
    tables = _tables(lark)
    rows, scanners, made, dropped = tables.rows, tables.scanners, tables.made, tables.dropped
    state, last = tables.starts[start]
    states: list[int] = [state]
    values: list[Any] = []
    blank: Scan = _BLANK.match  # it matches nothing, too
    place, end = blank(text, 0).end(), len(text)
    while place < end:
        match = scanners[state](text, place)
        if match is None:
            return GAVE_UP
        kind = match.lastgroup
        state = _reduced(rows, states, values, kind)
        entry = rows[state].get(kind)
        if entry is None:
            return GAVE_UP
        states.append(entry)
        state, before, after = entry, place, match.end()
        if kind in dropped:
            values.append(None)
        else:
            token = Token(kind, match[0], before, end_pos=after)
            values.append(made[kind](token) if kind in made else token)
        place = blank(text, after).end()
    return values[-1] if _reduced(rows, states, values, "$END", last) == last else GAVE_UP


def _reduced(rows: dict[int, Row], states: list[int], values: list[Any], kind: str, last: int = -1) -> int:
    """Make of the last values what can be made of them before a terminal; the state after that, in which it is shifted or wrong."""
    state = states[-1]
    while state != last:
        entry = rows[state].get(kind)
        if entry.__class__ is str:
            states[-1] = state = rows[states[-2]][entry]
        elif entry.__class__ is tuple:
            size, name, make = entry
            taken = values[-size:] if size else []
            if size:
                del states[-size:], values[-size:]
            values.append(make(taken))
            state = rows[states[-1]][name]
            states.append(state)
        else:
            break
    return state


@functools.cache
def _tables(lark: Lark) -> Tables:
    front: Any = lark.parser
    table, callbacks, lexers = front.parser.parser.parse_table, front.parser.parser.callbacks, front.lexer.lexers
    terminals = {each.name for each in lark.terminals}
    seen = {each.name for rule in lark.rules for each in rule.expansion if not _left_out(each, rule)}
    return Tables(
        rows=_Lazily(lambda state: {str(symbol): _entry(action, arg, callbacks) for symbol, (action, arg) in table.states[state].items()}),
        scanners=_Lazily(lambda state: _scan([each.match for each in lexers[state].scanner._mres])),  # noqa: SLF001 - the only way to them
        made={name: callbacks[name] for name in terminals if name in callbacks},
        starts={start: (state, table.end_states[start]) for start, state in table.start_states.items()},
        dropped=frozenset(terminals - seen),
    )


def _entry(action: Any, arg: Any, callbacks: Any) -> int | str | tuple[int, str, Callable[[list[Any]], Any]]:
    if action is Shift:
        return int(arg)
    symbols, name = arg.expansion, str(arg.origin.name)
    passed_up = len(symbols) == 1 and arg.options.expand1 and arg.alias is None and not _left_out(symbols[0], arg)
    inlined = not symbols or (not symbols[0].is_term and symbols[0].name.startswith("_"))
    return name if passed_up and not inlined else (len(symbols), name, callbacks[arg])


def _left_out(symbol: Any, rule: Any) -> bool:
    """Whether a rule makes nothing of one of its symbols."""
    return symbol.is_term and symbol.filter_out and not rule.options.keep_all_tokens


def _scan(scans: list[Scan]) -> Scan:
    """One scanner of those of a state; there are several where a pattern would have more groups than Python allows."""
    if len(scans) == 1:
        return scans[0]
    return lambda text, place: next((match for scan in scans if (match := scan(text, place)) is not None), None)
