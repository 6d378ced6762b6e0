"""Holds: which strategies a review has paused, until a person lets them go on. A table beside the days; a day rests on those before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import HOLDS, in_order


@diagnostic
class StrategyHeld(Diagnostic):
    """A strategy is paused because it missed a target

    A target that ends in `else pause` stops the strategy when `strategy review` finds it missed: from the next run on it lists no new
    action, nor a further step of a journey, until a person lets it go on.

    Why: a strategy that does harm should not go on doing it until somebody finds time to read a report.

    Example: `kpi: complained <= 0.5% else pause`, and 1.2 % of the customers acted on complained.

    Instead: look at `strategy review`; mend the strategy, then `strategy ledger resume STRATEGY`. Only what is listed after that is judged
    again.
    """

    code = "S0622"
    severity = Severity.WARNING
    strategy: str
    why: str

    @property
    def message(self) -> str:
        return f"`{self.strategy}` is paused and lists nothing, as {self.why}"

    @property
    def help(self) -> str | None:
        return f"once it is mended: `strategy ledger resume {self.strategy}`"


@diagnostic
class NotHeld(Diagnostic):
    """A strategy that is not paused is to go on

    Example: `strategy ledger resume payroll_honeymoon`, which no review has paused.

    Instead: the name of a strategy that `strategy ledger status` calls paused.
    """

    code = "S0623"
    exit_code = 2
    strategy: str
    held: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"no review has paused `{self.strategy}`"

    @property
    def help(self) -> str | None:
        return f"paused: {', '.join(f'`{name}`' for name in self.held)}" if self.held else "nothing is paused"


def held(ledger: Ledger, before: dt.date | None = None) -> dict[str, str]:
    """The strategies that are paused for a run of the date (None: now), and why. What was decided on a day counts from the next one on."""
    rows = _last(ledger, before).filter("held").sort("strategy")
    return dict(rows.select("strategy", "why").iter_rows())


def resumed(ledger: Ledger) -> dict[str, dt.date]:
    """The strategies that were let go on, and on which day."""
    rows = _last(ledger, None).filter(~pl.col("held"))
    return dict(rows.select("strategy", "run_date").iter_rows())


def days(ledger: Ledger) -> list[dt.date]:
    """The days on which anything was decided."""
    return ledger.store.read(HOLDS).select("run_date").unique().collect().to_series().sort().to_list()


def _last(ledger: Ledger, before: dt.date | None) -> pl.DataFrame:
    """The last that was decided on each strategy."""
    rows = ledger.store.read(HOLDS, lambda date: before is None or date < before).collect()
    return rows.sort("run_date", "place").unique("strategy", keep="last", maintain_order=True)


def hold(ledger: Ledger, date: dt.date, strategies: Mapping[str, str]) -> None:
    """Pause strategies from the day after the date on, each for its reason. To be called under the lock."""
    _note(ledger, date, strategies, paused=True)


def resume(ledger: Ledger, date: dt.date, strategy: str) -> None:
    """Let a strategy go on from the day after the date on. To be called under the lock."""
    _note(ledger, date, {strategy: ""}, paused=False)


def _note(ledger: Ledger, date: dt.date, strategies: Mapping[str, str], *, paused: bool) -> None:
    if not strategies:
        return
    there = ledger.store.read(HOLDS, lambda each: each == date).collect()
    rows = [(date, there.height + at, name, paused, why) for at, (name, why) in enumerate(sorted(strategies.items()))]
    ledger.store.put(HOLDS, date, in_order(HOLDS, pl.concat([there, pl.DataFrame(rows, schema=there.schema, orient="row")])))
