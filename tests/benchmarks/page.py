"""`docs/performance.md`, and the figures that it is made of.

Each measure's figures are kept with the machine and the day on which they were taken, so that one measure can be taken anew
without the hour that all of them need.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from figures import Figure
from timing import Spread

HERE = Path(__file__).parent
RESULTS, RECORDED, PAGE = HERE / "results.json", HERE / "recorded.json", HERE.parents[1] / "docs/performance.md"
WORSE = 1.5  # so many times the recorded ratio fails the guard

HEADINGS = {
    "qualify": "Conditions against Polars by hand",
    "windows": "Sums over events against Polars by hand",
    "whole_day": "The whole day against an expert's script",
    "growth": "Ten million customers",
    "duck": "Against DuckDB",
    "rivals": "Against row engines",
    "touched": "Only what is touched",
    "allocation": "`maximize: score`",
    "front_end": "The front end",
}
INTRODUCTION = """# Performance

Written by `make bench`; a figure is the median of its runs, and where least and most are the same, there was but one. Times are of the
machine named below each heading and say little of another; **ratios** are of two programs that took turns on it, and say what the engine
costs. `make bench-small` takes five minutes.

The banks are made up but of a real shape: 107 columns in the snapshot, the snapshot of a month before, three holdings for two customers,
five events a customer over 90 days in a file a day. The strategies are drawn like the library's: a cell of the grid, further conditions
over columns, sums over events and holdings and the month before, a moment for seven of ten, ladders of benefits, channel plans with
capacities. The expert's script (`tests/benchmarks/expert.py`) decides the same actions to the last one, which is checked before any time
is taken.
"""


def keep(measure: str, machine: Mapping[str, Any], figures: Sequence[Figure]) -> None:
    """Take the figures of a measure among those that are kept."""
    kept = results()
    today = dt.date.today().isoformat()  # noqa: DTZ011 - the day on the machine's own calendar
    kept[measure] = {"date": today, "machine": dict(machine), "figures": [figure.as_json() for figure in figures]}
    RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


def results() -> dict[str, Any]:
    """What is kept, by measure."""
    return dict(json.loads(RESULTS.read_text("utf-8"))) if RESULTS.exists() else {}


def write() -> None:
    """The page, from what is kept."""
    kept = results()
    parts = [INTRODUCTION]
    parts += [_section(measure, heading, kept[measure]) for measure, heading in HEADINGS.items() if measure in kept]
    PAGE.write_text("\n".join(parts), "utf-8")


def _section(measure: str, heading: str, kept: Mapping[str, Any]) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in kept["machine"].items())
    lines = [f"## {heading}", "", f"{kept['date']}; {machine}", ""]
    figures = [_figure(each) for each in kept["figures"]]
    for group, members in groupby(figures, key=lambda figure: figure.group):
        lines += [f"**{group}**", "", "| | median | least | most | asked |", "|---|--:|--:|--:|---|"]
        lines += [_row(figure) for figure in members]
        lines.append("")
    reasons = HERE / "reasons" / f"{measure}.md"
    if reasons.exists():
        lines += [reasons.read_text("utf-8").strip(), ""]
    return "\n".join(lines)


def _figure(kept: Mapping[str, Any]) -> Figure:
    spread = Spread(tuple(kept["values"]))
    return Figure(kept["group"], kept["name"], kept["unit"], spread, kept["target"], kept["at_least"])


def _row(figure: Figure) -> str:
    spread = figure.spread
    values = " | ".join(number(value, figure.unit) for value in (spread.median, spread.low, spread.high))
    return f"| {figure.name} | {values} | {figure.asked} |"


def number(value: float, unit: str) -> str:
    """A figure as people read it."""
    return f"{value:,.0f} {unit}" if unit == "MiB" or value >= 1_000 else f"{value:.2f} {unit}"


# ------------------------------------------------------------------------------------------------ the guard


def record(figures: Iterable[Figure]) -> None:
    """Keep the ratios that later runs are held against."""
    ratios = {_name(figure): round(figure.spread.median, 3) for figure in figures if figure.unit == "×"}
    RECORDED.write_text(json.dumps(ratios, ensure_ascii=False, indent=1) + "\n", "utf-8")


def worse(figures: Iterable[Figure]) -> list[tuple[Figure, float]]:
    """The ratios that are more than half as large again as recorded (or as small, where more is better), with what was recorded."""
    recorded: dict[str, float] = json.loads(RECORDED.read_text("utf-8"))
    held = [(figure, recorded[_name(figure)]) for figure in figures if figure.unit == "×" and _name(figure) in recorded]
    return [(figure, before) for figure, before in held if _times_worse(figure, before) > WORSE]


def _times_worse(figure: Figure, before: float) -> float:
    now = figure.spread.median
    return before / now if figure.at_least else now / before


def _name(figure: Figure) -> str:
    return f"{figure.group} | {figure.name}"
