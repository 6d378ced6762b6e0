"""`make bench`: what the engine costs against Polars written by hand, and how long its commands take.

    python tests/benchmarks/bench.py                     everything, in some minutes; the data is kept for the next time
    python tests/benchmarks/bench.py --small             the same on small sizes, in less than a minute
    python tests/benchmarks/bench.py qualify windows     only these
    python tests/benchmarks/bench.py --json > now.json   for comparing

    python tests/benchmarks/bench.py --page              what `make bench` does: docs/performance.md as well
    python tests/benchmarks/bench.py --guard             what CI does: 1 if a ratio is far worse than recorded

Times of a busy machine say little; the ratios of pairs that took turns say more. But for --guard the program tells, it does not
judge: its exit code is 0 whether targets are met or not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from itertools import groupby

import allocation
import changes
import day
import duck
import editor
import front_end
import growth
import nights
import page
import polars as pl
import proving
import qualify
import rivals
import touched
import trials
import whole_day
import windows
from figures import Figure
from rich import box
from rich.console import Console
from rich.table import Table

MEASURES: dict[str, Callable[[argparse.Namespace], list[Figure]]] = {
    "qualify": lambda sizes: [
        figure
        for customers in dict.fromkeys((sizes.customers, sizes.most_customers))
        for figure in qualify.measure(customers, sizes.strategies, sizes.rounds)
    ],
    "windows": lambda sizes: windows.measure(sizes.customers, sizes.events, sizes.rounds),
    "whole_day": lambda sizes: whole_day.measure(sizes.customers, sizes.campaigns, sizes.rounds),
    "growth": lambda sizes: growth.measure(sizes.grown_customers, sizes.grown_campaigns, max(1, sizes.rounds // 4)),
    "duck": lambda sizes: duck.measure(sizes.customers, sizes.strategies, sizes.events, sizes.rounds),
    "touched": lambda sizes: touched.measure(sizes.customers, sizes.events, sizes.rounds),
    "rivals": lambda sizes: rivals.measure(sizes.decided_customers, sizes.rival_seconds, max(1, sizes.rounds // 3)),
    "front_end": lambda sizes: front_end.measure(sizes.files_of, sizes.rounds),
    "editor": lambda sizes: editor.measure(sizes.files_of, 10 * sizes.rounds),
    "day": lambda sizes: day.measure(sizes.day_customers, max(1, sizes.rounds // 3)),
    "changes": lambda sizes: changes.measure(sizes.changed_customers, sizes.changed_strategies, max(1, sizes.rounds // 3)),
    "nights": lambda sizes: nights.measure(sizes.night_customers, sizes.rounds),
    "proofs": lambda sizes: proving.measure(sizes.cohorts, sizes.cohorts // 5, max(1, sizes.rounds // 3)),
    "allocation": lambda sizes: allocation.measure(sizes.choosing_customers, max(1, sizes.rounds // 3)),
    "trials": lambda sizes: trials.measure(sizes.tests, max(1, sizes.rounds // 3)),
}
GUARDED = ("qualify", "windows", "whole_day")
FULL = {
    "customers": 1_000_000,
    "most_customers": 10_000_000,
    "strategies": 100,
    "campaigns": 1_000,
    "grown_customers": [1_000_000, 10_000_000],
    "grown_campaigns": [10, 100, 1_000, 5_000],
    "events": 5_000_000,
    "files_of": 5_000,
    "day_customers": [100_000, 1_000_000],
    "changed_customers": 1_000_000,
    "changed_strategies": 200,
    "night_customers": 20_000,
    "choosing_customers": 1_000_000,
    "tests": 200,
    "cohorts": 1_000,
    "decided_customers": 2_000_000,
    "rival_seconds": 2.0,
    "rounds": 9,
}
SMALL = {
    "customers": 100_000,
    "most_customers": 100_000,
    "strategies": 100,
    "campaigns": 100,
    "grown_customers": [20_000, 200_000],
    "grown_campaigns": [10, 100],
    "events": 500_000,
    "files_of": 100,
    "day_customers": [10_000],
    "changed_customers": 20_000,
    "changed_strategies": 60,
    "night_customers": 2_000,
    "choosing_customers": 50_000,
    "tests": 100,
    "cohorts": 200,
    "decided_customers": 1_000_000,  # with fewer, what a query costs before it begins is a good part of its time
    "rival_seconds": 0.2,
    "rounds": 3,
}


def options() -> argparse.Namespace:
    """The command line; what is not given comes from the full sizes, or the small ones."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"which to take: {', '.join(MEASURES)}; all if left out")
    parser.add_argument("--small", action="store_true", help="small sizes and few rounds")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--guard", action="store_true", help="small, only ratios of the engine; 1 if one is far worse than recorded")
    parser.add_argument("--record", action="store_true", help="small, and what --guard compares with from now on")
    parser.add_argument("--page", action="store_true", help="write docs/performance.md")
    parser.add_argument("--customers", type=int, metavar="N", help="of qualify and windows")
    parser.add_argument("--most-customers", type=int, metavar="N", help="of qualify, a second time")
    parser.add_argument("--strategies", type=int, metavar="N", help="of qualify")
    parser.add_argument("--events", type=int, metavar="N", help="of windows")
    parser.add_argument("--campaigns", type=int, metavar="N", help="strategies of whole_day")
    parser.add_argument("--grown-customers", type=int, nargs="+", metavar="N", help="of growth, each with a thousand strategies")
    parser.add_argument("--grown-campaigns", type=int, nargs="+", metavar="N", help="strategies of growth, each with the fewest customers")
    parser.add_argument("--files-of", type=int, metavar="N", help="strategies of the project that is checked")
    parser.add_argument("--day-customers", type=int, nargs="+", metavar="N", help="sizes of the demo bank")
    parser.add_argument("--changed-customers", type=int, metavar="N", help="of the bank whose strategies change")
    parser.add_argument("--changed-strategies", type=int, metavar="N", help="of them")
    parser.add_argument("--night-customers", type=int, metavar="N", help="of the bank whose ledger grows")
    parser.add_argument("--choosing-customers", type=int, metavar="N", help="of the bank with the best total")
    parser.add_argument("--tests", type=int, metavar="N", help="test blocks of trials")
    parser.add_argument("--cohorts", type=int, metavar="N", help="of proofs with a sample; a fifth of them without")
    parser.add_argument("--decided-customers", type=int, metavar="N", help="of the cohort and decision table of rivals")
    parser.add_argument("--rival-seconds", type=float, metavar="S", help="that each row engine has for its share of them")
    parser.add_argument("--rounds", type=int, metavar="N", help="pairs or runs of each")
    given = parser.parse_args()
    unknown = set(given.measures) - set(MEASURES)
    if unknown:
        parser.error(f"no measure {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    guarding = given.guard or given.record
    if guarding and not given.measures:
        given.measures = list(GUARDED)
    for name, value in (SMALL if given.small or guarding else FULL).items():
        if getattr(given, name) is None:
            setattr(given, name, value)
    return given


def main() -> int:
    """Take the measures, and show them when all are there."""
    given = options()
    told = Console(stderr=True)
    figures: list[Figure] = []
    for name in given.measures or MEASURES:
        told.print(f"measuring {name} …", highlight=False)
        taken = MEASURES[name](given)
        figures += taken
        if given.page:
            page.keep(name, machine(), taken)
            page.write()
    if given.record:
        page.record(figures)
    if given.json:
        print(json.dumps({"machine": machine(), "figures": [figure.as_json() for figure in figures]}, ensure_ascii=False, indent=2))
    else:
        show(figures)
    return guarded(given, figures, told) if given.guard else 0


def guarded(given: argparse.Namespace, figures: list[Figure], told: Console) -> int:
    """1 if a ratio is far worse than recorded, and so again in a second try: a machine that others use has its moments."""
    if not page.worse(figures):
        return 0
    told.print("a ratio is far worse than recorded; once more, with twice the rounds …", highlight=False)
    given.rounds *= 2
    again = [figure for name in given.measures for figure in MEASURES[name](given)]
    show(again)
    found = page.worse(again)
    for figure, before in found:
        told.print(f"{figure.group}: {figure.name} is {figure.spread.median:.2f}, {before:.2f} was recorded", highlight=False)
    return 1 if found else 0


def show(figures: list[Figure]) -> None:
    """Every figure, a table a group."""
    screen = Console(highlight=False)
    screen.print(", ".join(f"{key} {value}" for key, value in machine().items()))
    for group, members in groupby(figures, key=lambda figure: figure.group):
        screen.print()
        screen.print(table(group, members))


def machine() -> dict[str, str | int]:
    """What the figures depend on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return {
        "machine": f"{platform.machine()} with {memory} GiB",
        "threads": pl.thread_pool_size(),
        "python": platform.python_version(),
        "polars": pl.__version__,
    }


def table(group: str, figures: Iterable[Figure]) -> Table:
    """A row a figure."""
    shown = Table("", title=group, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("median", "least", "most", "target"):
        shown.add_column(name, justify="right")
    for figure in figures:
        spread = figure.spread
        shown.add_row(figure.name, *(page.number(value, figure.unit) for value in (spread.median, spread.low, spread.high)), figure.asked)
    return shown


if __name__ == "__main__":
    sys.exit(main())
