"""`strategy plan --against` beside `strategy run`, as whole processes: the demo bank with many strategies, some of which have changed."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from banks import kept
from figures import Figure
from timing import Spread, process

from strategy_engine.demo import generate

STEPS = (
    0,
    2_000,
    5_000,
    10_000,
    20_000,
    30_000,
    50_000,
    80_000,
    120_000,
    180_000,
    250_000,
    400_000,
    600_000,
    900_000,
    1_500_000,
    3_000_000,
)
"""Between which assets the copies of a strategy lie: each from one step to the fourth after it."""
_STRATEGY = re.compile(r"^strategy .*?^}\n", re.MULTILINE | re.DOTALL)


def measure(customers: int, strategies: int, rounds: int) -> list[Figure]:
    """A run and a comparison by turns; the ledger is empty before each."""
    folder = kept(f"changes-{customers}-{strategies}", lambda folder: _prepare(folder, customers, strategies))
    bank, old = folder / "bank", folder / "old"
    program = [sys.executable, "-m", "strategy_engine.cli.main"]
    runs, plans = [], []
    for _ in range(rounds):
        shutil.rmtree(bank / "ledger", ignore_errors=True)
        runs.append(process([*program, "run", "--project", str(bank), "--quiet"]))
        shutil.rmtree(bank / "ledger")
        plans.append(process([*program, "plan", "--project", str(bank), "--against", str(old), "--json"]))
    group = "a change of strategies, whole processes"
    name = f"{customers:,} customers, {strategies} strategies: plan --against"
    pairs = list(zip(plans, runs, strict=True))
    return [
        Figure(group, name, "s", Spread(tuple(one.wall for one in plans))),
        Figure(group, f"{name} / run", "×", Spread(tuple(plan.wall / run.wall for plan, run in pairs)), 2.5),
        Figure(group, f"{name} / run: processor time", "×", Spread(tuple(plan.cpu / run.cpu for plan, run in pairs)), 2.5),
        Figure(group, f"{name} / run: most memory", "×", Spread(tuple(plan.memory / run.memory for plan, run in pairs))),
    ]


def _prepare(folder: Path, customers: int, strategies: int) -> None:
    """The bank, and beside it its strategies as they were before the thresholds of two steps lost four digits."""
    bank, old = folder / "bank", folder / "old"
    generate(bank, customers=customers)
    lifecycle = sorted((bank / "strategies" / "lifecycle").glob("*.strategy"))
    shipped = [text for file in lifecycle for text in _STRATEGY.findall(file.read_text("utf-8")) if "cohort:" in text]
    copies = [_copy(shipped[number % len(shipped)], number, number // len(shipped)) for number in range(strategies)]
    (bank / "strategies" / "many.strategy").write_text("\n".join(copies), "utf-8")
    shutil.copytree(bank, old, ignore=shutil.ignore_patterns("data"))
    changed = "\n".join(copies).replace("aum >= 10000 ", "aum >= 1 ").replace("aum >= 180000 ", "aum >= 18 ")
    (bank / "strategies" / "many.strategy").write_text(changed, "utf-8")


def _copy(text: str, number: int, step: int) -> str:
    """A strategy of another name, for customers between two steps, with a limit of its own."""
    low, high = STEPS[step % len(STEPS)], ([*STEPS, 10**9, 10**10, 10**11, 10**12])[step % len(STEPS) + 4]
    text = re.sub(r'^strategy (\w+) "(.*?)"', rf'strategy \g<1>_{number} "\g<2>{number}"', text)
    text = re.sub(r"cohort:( +)(.*)", rf"cohort:\g<1>(\g<2>) and aum >= {low} and aum < {high}", text, count=1)
    text = re.sub(r"priority: (\d+)", lambda found: f"priority: {int(found[1]) + number % 3}", text)
    return re.sub(r"  limit:.*\n", "", text).rstrip()[:-1] + "  limit: 2000 contacts per day\n}\n"
