"""`strategy plan --days`: days to come, one a row, and what runs out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_engine.cli.changes import amount
from strategy_engine.cli.console import FINE, progress, say, show, tell
from strategy_engine.cli.layout import number, text
from strategy_engine.cli.run import opened
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.tongue import said
from strategy_engine.semantics.model import Model
from strategy_engine.session import StrategyError

if TYPE_CHECKING:
    from strategy_engine.engine.day.report import Use
    from strategy_engine.session.forecasting import DayAhead, Forecast, LimitAhead


def run(folder: Path, date: str | None, days: int, as_json: bool, quiet: bool) -> int:
    """Roll the days forward and tell of them; the exit code."""
    project, first = opened(folder, date)
    try:
        with progress(quiet or as_json) as step:
            found = project.forecast(days, first, progress=step)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    tell(found.diagnostics, project.sources, quiet=quiet)
    if as_json:
        print(json.dumps(_as_dict(found), ensure_ascii=False, indent=2, sort_keys=True))
    elif not quiet:
        _print(found, project.model)
    return FINE


# ------------------------------------------------------------------------------------------------ for people


def _print(found: Forecast, model: Model) -> None:
    total = sum(day.actions for day in found.days)
    span = " … ".join(dict.fromkeys(str(day.date) for day in (*found.days[:1], *found.days[-1:])))
    days = "1 day" if len(found.days) == 1 else f"{len(found.days)} days"
    say(f"{found.project} · {span}   " + said(f"{total:,} actions would be listed in {days}"))
    _print_days(found, model)
    _print_running_out(found)
    _print_caps(found)


def _print_days(found: Forecast, model: Model) -> None:
    """A row a day: actions, by channel and, of a channel that has a capacity, how much of it is used."""
    channels = [name for name in model.channels if any(name in day.by_channel for day in found.days)]
    heads = [
        text("day"),
        number("actions"),
        *(number(model.channels[name].shown) for name in channels),
        *map(number, ("refused", "at their cap")),
    ]
    rows = [
        (
            day.date.isoformat(),
            f"{day.actions:,}",
            *(f"{day.by_channel.get(name, 0):,}{_filled(day, name)}" for name in channels),
            f"{day.refused:,}",
            f"{day.capped:,}",
        )
        for day in found.days
    ]
    print()
    print_table("Day by day", heads, rows)


def _filled(day: DayAhead, channel: str) -> str:
    """How much of the channel's room is taken, of the limit that is fullest."""
    shares = [use.used / use.available for use in day.uses if use.capacity and use.source == f"channel {channel}" and use.available]
    return f" ({max(shares):.0%})" if shares else ""


def _print_running_out(found: Forecast) -> None:
    """Channels, stocks and budgets, in the order in which they run out."""
    heads = [text("limit"), text("runs out on", 0), *map(number, ("days", "refused", "used", "of", "left"))]
    rows = [
        (
            each.last.limit,
            said("never") if each.out is None else each.out.isoformat(),
            f"{each.days:,}",
            f"{each.refused:,}",
            amount(each.last.used, each.last),
            amount(each.last.available, each.last),
            amount(_left(each.last), each.last),
        )
        for each in _capacities(found)
    ]
    if rows:
        print()
        print_table("Capacity, stock and budget: when there is no room for somebody (used, of and left: on the last day)", heads, rows)


def _print_caps(found: Forecast) -> None:
    """Limits on contacts that held somebody back."""
    heads = [text("limit"), text("first day", 0), *map(number, ("days", "refused", "at their cap, most"))]
    rows = [
        (each.last.limit, each.out.isoformat(), f"{each.days:,}", f"{each.refused:,}", f"{each.full:,}")
        for each in found.limits
        if each.out is not None and not each.last.capacity
    ]
    if rows:
        print()
        print_table("Limits on contacts that hold somebody back", heads, rows)


def _capacities(found: Forecast) -> Sequence[LimitAhead]:
    return [each for each in found.limits if each.last.capacity]


def _left(use: Use) -> int:
    return max(0, use.available - use.used)


# ------------------------------------------------------------------------------------------------ for machines


def _as_dict(found: Forecast) -> dict[str, Any]:
    """Every day, and every limit over all days."""
    return {"project": found.project, "days": [_day(day) for day in found.days], "limits": [*_limits(found)]}


def _day(day: DayAhead) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "actions": day.actions,
        "controls": day.controls,
        "by_channel": day.by_channel,
        "refused": day.refused,
        "at_cap": day.capped,
        "limits": [
            {name: getattr(use, name) for name in ("limit", "counted", "groups", "full", "used", "available", "refused")}
            for use in day.uses
        ],
    }


def _limits(found: Forecast) -> Iterator[dict[str, Any]]:
    for each in found.limits:
        yield {
            "limit": each.last.limit,
            "counted": each.last.counted,
            "runs_out": each.out and each.out.isoformat(),
            "days": each.days,
            "refused": each.refused,
            "full": each.full,
            "left": _left(each.last) if each.last.capacity else None,
        }
