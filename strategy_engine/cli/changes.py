"""What a change does to whom, as tables that terminal and Markdown share. No count of customers below a smallest one is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from strategy_engine.cli import small
from strategy_engine.cli.layout import Column, number, text
from strategy_engine.diagnostics.tongue import said
from strategy_engine.record import record

if TYPE_CHECKING:
    from strategy_engine.engine.changes import Comparison, StrategyChange
    from strategy_engine.engine.changes.compare import Reason
    from strategy_engine.engine.day.report import Use
    from strategy_engine.session.comparing import ChangeTooLarge, Compared

MOST = 15
"""Rows of a table; the largest changes come first."""
CENTS = 100
LOST = {
    "absent": "the strategy does not run any more",
    "control": "now held back as control group",
    "displaced": "displaced by another strategy",
    "limited": "held back by a limit",
    "gate": "stopped at the gate",
    "cohort": "no candidate any more",
}
GAINED = {
    "absent": "the strategy did not run before",
    "control": "was held back as control group",
    "limited": "a limit held it back before",
    "gate": "was stopped at the gate before",
    "cohort": "was no candidate before",
}


@record
class Table:
    """A table to show, and what is said of rows that are left out."""

    title: str
    heads: Sequence[Column]
    rows: Sequence[tuple[str, ...]]
    rest: str = ""


@record
class Report:
    """What is told of a comparison; `most` is how much may change, in percent, and `large` what changes more."""

    compared: Compared
    smallest: int
    tables: tuple[Table, ...]
    most: Decimal | None
    large: ChangeTooLarge | None

    @property
    def headline(self) -> str:
        """In one sentence."""
        version, found = self.compared.version, self.compared.comparison
        count = len(moved(found))
        if not count:
            return said(f"nothing is different from `{version}` for any customer")
        return said(f"against `{version}`, {count} of {len(found.strategies)} strategies have other customers or actions")

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        compared, large = self.compared, self.large
        most = None if self.most is None else float(self.most / 100)
        exceeded = [] if large is None else [name for name, _ in large.changes]
        head = {"project": compared.project, "date": compared.date.isoformat(), "against": compared.version}
        return {**head, "max_change": most, "exceeded": exceeded, **as_dict(compared.comparison, self.smallest)}


def tables(found: Comparison, smallest: int, channels: Mapping[str, str]) -> Iterator[Table]:
    """All tables that have a row; `channels` are what people call them."""
    names = {each.name: each.shown for each in found.strategies}
    every = (
        _strategies(found, smallest),
        _reasons("Who loses an action, and why", found.lost, LOST, names, smallest),
        _displaced(found.lost, names, smallest),
        _room(found, names, smallest),
        _reasons("Who gains an action, and why not before", found.gained, GAINED, names, smallest),
        _values(found, smallest),
        _channels(found, smallest, channels),
        _busiest(found, smallest, channels),
        _people(found, smallest, channels),
        _limits(found, smallest),
    )
    yield from (table for table in every if table.rows or table.rest)


def _cut(title: str, heads: Sequence[Column], rows: Sequence[tuple[str, ...]]) -> Table:
    """The table with its first rows."""
    return Table(title, heads, rows[:MOST], said(f"and {len(rows) - MOST} more") if len(rows) > MOST else "")


def _counted(title: str, heads: Sequence[Column], rows: Iterable[tuple[int, int | None, tuple[str, ...]]], smallest: int) -> Table:
    """A table whose rows are of so many customers (as it is, and as it may be told), the largest first. Those of few are only counted."""
    ordered = sorted(rows, key=lambda row: (-row[0], row[2]))
    large = [(*cells, small.text(told, smallest, count)) for count, told, cells in ordered if count >= smallest]
    few = len(ordered) - len(large)
    table = _cut(title, heads, large)
    return replace(table, rest=f"{table.rest} {_few(few, smallest)}".strip()) if few else table


def _few(rows: int, smallest: int) -> str:
    return said(f"(rows of fewer than {smallest} customers: {rows})")


def moved(found: Comparison) -> list[StrategyChange]:
    """The strategies of which anything is different, most customers first."""
    return sorted((each for each in found.strategies if each.moves), key=lambda each: (-each.moved, each.name))


# ------------------------------------------------------------------------------------------------ customers


@record
class Counts:
    """What may be told of a strategy's customers; None: too few. Where one could be worked out from the three others, one of these is
    `rounded`, by its name."""

    before: int | None
    after: int | None
    gained: int | None
    lost: int | None
    channel: int | None
    offer: int | None
    rounded: str | None
    change: float | None


_BESIDE = {"gained": ("after",), "lost": ("after",), "after": ("lost", "gained"), "before": ("gained", "lost")}
"""What is rounded where one of the four is too small: the first that is not nought."""


def counts(change: StrategyChange, smallest: int) -> Counts:
    """What may be told of a strategy."""
    names = ("before", "after", "gained", "lost")
    shown = {name: small.told(getattr(change, name) or 0, smallest) for name in names}
    hidden = [name for name in names if shown[name] is None]
    rounded = next((other for other in _BESIDE[hidden[0]] if shown[other]), None) if len(hidden) == 1 and change.before else None
    if rounded is not None:
        shown[rounded] = small.rounded(shown[rounded] or 0, smallest)
    channel, offer = (small.told(count, smallest) for count in (change.channel, change.offer))
    return Counts(**shown, channel=channel, offer=offer, rounded=rounded, change=change.share if change.countable(smallest) else None)


def _strategies(found: Comparison, smallest: int) -> Table:
    heads = [text("strategy"), *map(number, ("before", "after", "gained", "lost", "other channel", "other offer", "change"))]
    changes = moved(found)
    rows = [_row(each.shown, each, smallest) for each in changes[:MOST]]
    if changes:
        rows.append(_row(said("all together"), found.everyone, smallest))
    rest = said(f"and {len(changes) - MOST} more") if len(changes) > MOST else ""
    return Table("Customers with an action", heads, rows, rest)


def _row(name: str, change: StrategyChange, smallest: int) -> tuple[str, ...]:
    shown = counts(change, smallest)

    def cell(side: str) -> str:
        return ("≈" if side == shown.rounded else "") + small.text(getattr(shown, side), smallest)

    return (
        name,
        "" if change.before is None else cell("before"),
        "" if change.after is None else cell("after"),
        *map(cell, ("gained", "lost", "channel", "offer")),
        "" if shown.change is None else f"{shown.change:.1%}",
    )


def _reasons(title: str, reasons: Iterable[Reason], words: dict[str, str], names: dict[str, str], smallest: int) -> Table:
    """By strategy and reason; who displaced whom has a table of its own."""
    heads = [text("strategy"), text("why"), text("what"), number("customers")]
    rows = [
        (count, told, (names[strategy], said(words[why]), what))
        for strategy, whys in by_strategy(reasons).items()
        for (why, what), (count, told) in _whys(whys, smallest).items()
    ]
    return _counted(title, heads, rows, smallest)


def _whys(reasons: Iterable[Reason], smallest: int) -> dict[tuple[str, str], tuple[int, int | None]]:
    """By what stands against a strategy's action, how many customers, and what may be told of that."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for each in reasons:
        sums[each.why.value, each.what or ""] += each.customers
    return dict(zip(sums, zip(sums.values(), small.told_parts([*sums.values()], smallest), strict=True), strict=True))


def by_strategy(reasons: Iterable[Reason]) -> dict[str, list[Reason]]:
    """The reasons of each strategy."""
    ordered = sorted(reasons, key=lambda each: each.strategy)
    return {name: [*each] for name, each in groupby(ordered, key=lambda each: each.strategy)}


def _displaced(lost: Iterable[Reason], names: dict[str, str], smallest: int) -> Table:
    heads = [text("action of"), text("displaced by that of"), number("customers")]
    rows = []
    for strategy, whys in by_strategy(lost).items():
        sums: defaultdict[str, int] = defaultdict(int)
        for each in whys:
            if each.by is not None:
                sums[names[each.by]] += each.customers
        # of a whole that is not told above, no part is: the rest could be worked out
        wholes = [told for (why, _), (_, told) in _whys(whys, smallest).items() if why == "displaced"]
        parts = small.told_parts([*sums.values()], smallest) if None not in wholes else [None] * len(sums)
        rows += [(count, told, (names[strategy], by)) for (by, count), told in zip(sums.items(), parts, strict=True)]
    return _counted("Displaced elsewhere", heads, rows, smallest)


# ------------------------------------------------------------------------------------------------ volumes


def _room(found: Comparison, names: dict[str, str], smallest: int) -> Table:
    heads = [text("limit"), text("strategy"), number("before"), number("after")]
    uses = {use.limit: use for _, use in found.limits if use is not None}
    rows = [
        (limit, names[name], *(f"<{smallest}" if taken is None else amount(taken, uses[limit]) for taken in sides))
        for limit, name, *sides in room(found, smallest)
    ]
    return _cut("Who takes the room that others lack", heads, rows)


def room(found: Comparison, smallest: int) -> list[tuple[str, str, int | None, int | None]]:
    """What strategies take of limits before and after; None where that is for too few customers."""
    of = {each.name: (each.before or 0, each.after or 0) for each in found.strategies}
    uses = {use.limit: use for _, use in found.limits if use is not None}

    def told(limit: str, customers: int, taken: int) -> int | None:
        few = small.told(min(customers, taken) if uses[limit].counted != "cost" else customers, smallest) is None
        return None if taken and few else taken

    return [(limit, name, told(limit, of[name][0], before), told(limit, of[name][1], after)) for limit, name, before, after in found.room]


def amount(taken: int, use: Use) -> str:
    """So much of a limit, in contacts, pieces or money."""
    return f"{taken / (CENTS if use.counted == 'cost' else 1):,.0f}"


def _values(found: Comparison, smallest: int) -> Table:
    """Sums of scores, where no single customer's can be worked out."""
    heads = [text("strategy"), number("before"), number("after"), number("difference")]
    changes = [(each.shown, each) for each in moved(found)] + [(said("all together"), found.everyone)]
    rows = [
        (name, f"{each.value[0]:,.0f}", f"{each.value[1]:,.0f}", f"{each.value[1] - each.value[0]:+,.0f}")
        for name, each in changes
        if each.value[0] != each.value[1] and each.countable(smallest)
    ]
    return Table("Expected value (the sum of the scores)", heads, rows)


def _channels(found: Comparison, smallest: int, shown: Mapping[str, str]) -> Table:
    heads = [text("channel"), *map(number, ("before", "after", "difference"))]
    rows = [
        (shown.get(name, name), *(small.text(small.told(side, smallest), smallest) for side in (a, b)), _difference(a, b, smallest))
        for name, a, b in found.channels
        if abs(a - b) >= smallest
    ]
    return Table("Actions by channel", heads, rows)


def _difference(before: int, after: int, smallest: int) -> str:
    return f"{after - before:+,}" if None not in (small.told(before, smallest), small.told(after, smallest)) else ""


def _busiest(found: Comparison, smallest: int, shown: Mapping[str, str]) -> Table:
    names = ("people before", "people after", "most for one before", "most for one after")
    rows = [
        (shown.get(channel, channel), f"{a:,}", f"{b:,}", *(small.text(small.told(most, smallest), smallest) for most in (c, d)))
        for channel, a, b, c, d in found.assigned.busiest
        if (a, c) != (b, d)
    ]
    return Table("Work by channel", [text("channel"), *map(number, names)], rows)


def _people(found: Comparison, smallest: int, shown: Mapping[str, str]) -> Table:
    """Whose work changes by enough to be told."""
    heads = [text("channel"), text("assignee"), number("before"), number("after")]
    large = [row for row in found.assigned.people if abs(row[2] - row[3]) >= smallest]
    rows = [
        (shown.get(channel, channel), who, *(small.text(small.told(count, smallest), smallest) for count in sides))
        for channel, who, *sides in large
    ]
    return _cut("Actions by relationship manager", heads, rows)


def _limits(found: Comparison, smallest: int) -> Table:
    heads = [text("limit"), *map(number, ("used before", "of", "used after", "of", "refused before", "refused after"))]
    rows = [_limit(before, after, smallest) for before, after in found.limits if _sizes(before) != _sizes(after)]
    return _cut("Limits, capacity and budget", heads, rows)


def _sizes(use: Use | None) -> tuple[int, ...]:
    return (use.used, use.available, use.refused) if use is not None and use.capacity else (0, 0, 0 if use is None else use.refused)


def _limit(before: Use | None, after: Use | None, smallest: int) -> tuple[str, ...]:
    shown = after or before
    assert shown is not None  # noqa: S101 - one of the two versions has it
    cells = [
        cell
        for use in (before, after)
        for cell in ((_used(use, smallest), amount(use.available, use)) if use is not None and use.capacity else ("", ""))
    ]
    refused = [small.text(small.told(0 if use is None else use.refused, smallest), smallest) for use in (before, after)]
    return (shown.limit, *cells, *refused)


def _used(use: Use, smallest: int) -> str:
    """So much of it; few contacts and pieces are few customers."""
    few = use.counted != "cost" and small.told(use.used, smallest) is None
    return f"<{smallest}" if few else amount(use.used, use)


# ------------------------------------------------------------------------------------------------ for machines


def as_dict(found: Comparison, smallest: int) -> dict[str, Any]:
    """The whole comparison; null is a number of customers that is too small to be told."""
    return {
        "smallest": smallest,
        "customers": _change(found.everyone, smallest),
        "strategies": {each.name: _change(each, smallest) for each in found.strategies},
        "gained": _machine_reasons(found.gained, smallest),
        "lost": _machine_reasons(found.lost, smallest),
        "channels": {
            name: {
                "before": small.told(a, smallest),
                "after": small.told(b, smallest) if small.told(abs(a - b), smallest) is not None else None,
            }
            for name, a, b in found.channels
        },
        "assigned": {
            channel: {"people": {"before": a, "after": b}, "most": {"before": small.told(c, smallest), "after": small.told(d, smallest)}}
            for channel, a, b, c, d in found.assigned.busiest
        },
        "limits": [_machine_limit(before, after, smallest) for before, after in found.limits],
        "room": [
            {"limit": limit, "strategy": name, "before": before, "after": after} for limit, name, before, after in room(found, smallest)
        ],
    }


def _change(change: StrategyChange, smallest: int) -> dict[str, Any]:
    shown = counts(change, smallest)
    value = dict(zip(("before", "after"), change.value, strict=True)) if change.countable(smallest) else None
    return {
        "runs": {"before": change.before is not None, "after": change.after is not None},
        **{name: getattr(shown, name) for name in ("before", "after", "gained", "lost")},
        "rounded": shown.rounded,
        "other_channel": shown.channel,
        "other_offer": shown.offer,
        "change": shown.change,
        "value": value,
    }


def _machine_reasons(reasons: Iterable[Reason], smallest: int) -> list[dict[str, Any]]:
    rows = []
    for strategy, whys in by_strategy(reasons).items():
        shown = small.told_parts([each.customers for each in whys], smallest)
        rows += [
            {"strategy": strategy, "why": each.why.value, "what": each.what, "by": each.by, "customers": count}
            for each, count in zip(whys, shown, strict=True)
        ]
    return rows


def _machine_limit(before: Use | None, after: Use | None, smallest: int) -> dict[str, Any]:
    shown = after or before
    assert shown is not None  # noqa: S101 - one of the two versions has it
    sides = {
        name: None
        if use is None
        else {
            "used": use.used if use.counted == "cost" else small.told(use.used, smallest),
            "available": use.available,
            "refused": small.told(use.refused, smallest),
        }
        if use.capacity
        else {"refused": small.told(use.refused, smallest)}
        for name, use in (("before", before), ("after", after))
    }
    return {"limit": shown.limit, "counted": shown.counted, **sides}
