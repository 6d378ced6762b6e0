"""What a ledger costs as it grows: a night after 89 others against a night after nine, as whole processes."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from banks import kept
from figures import Figure
from timing import Process, Spread, process

sys.path.insert(0, str(Path(__file__).parents[2]))

from strategy_engine.session import Project
from tests.ledger import quarter

GROUP = "the demo bank's nights, whole processes, the ledger compacted"
EARLY, LATE = 10, quarter.DAYS
LEDGERS = {"early": range(1, EARLY), "late": range(1, LATE), "short": range(LATE - EARLY + 1, LATE)}
"""Nights that a ledger remembers: when the tenth comes, when the last comes, and when the last is the tenth that was run."""


def measure(customers: int, rounds: int) -> list[Figure]:
    """The last night, the tenth, and the last as the tenth, by turns."""
    folder = kept(f"nights-{customers}", lambda folder: _prepare(folder, customers))
    early, late, short = [], [], []
    for _ in range(rounds):
        early.append(_night(folder, "early", EARLY))
        late.append(_night(folder, "late", LATE))
        short.append(_night(folder, "short", LATE))
    name = f"{customers:,} customers: night {LATE}"
    return [
        Figure(GROUP, f"{customers:,} customers: night {EARLY}", "s", Spread(tuple(one.wall for one in early))),
        Figure(GROUP, name, "s", Spread(tuple(one.wall for one in late))),
        Figure(GROUP, f"{name} / night {EARLY}", "×", _ratios(late, early), 1.3),
        Figure(GROUP, f"{name} / the same night with {EARLY - 1} before it", "×", _ratios(late, short), 1.3),
    ]


def _ratios(ours: Iterable[Process], theirs: Iterable[Process]) -> Spread:
    return Spread(tuple(a.wall / b.wall for a, b in zip(ours, theirs, strict=True)))


def _prepare(folder: Path, customers: int) -> None:
    """The bank, and the ledgers as they are on the mornings before the nights that are timed."""
    bank = folder / "bank"
    quarter.make(bank, customers)
    for name, nights in LEDGERS.items():
        shutil.rmtree(bank / "ledger", ignore_errors=True)
        for path in (bank / "data" / "feedback").glob("20*.parquet"):
            path.unlink()
        quarter.nights(bank, nights[0], nights[-1])
        Project.open(bank).compact()
        shutil.move(bank / "ledger", folder / name)
        shutil.copytree(bank / "data" / "feedback", folder / f"{name}-feedback")


def _night(folder: Path, ledger: str, number: int) -> Process:
    bank = folder / "bank"
    for source, target in ((ledger, bank / "ledger"), (f"{ledger}-feedback", bank / "data" / "feedback")):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder / source, target)
    date = quarter.FIRST + (number - 1) * dt.timedelta(days=1)
    return process([sys.executable, "-m", "strategy_engine.cli.main", "run", "--project", str(bank), "--date", str(date), "--quiet"])
