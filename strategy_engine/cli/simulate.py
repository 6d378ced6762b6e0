"""`strategy simulate`."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from strategy_engine.cli.console import DATA, FINE, USAGE, fail, progress, say, show
from strategy_engine.cli.layout import number, text
from strategy_engine.cli.run import given_date
from strategy_engine.cli.table import print_table
from strategy_engine.record import record
from strategy_engine.session import Project, StrategyError
from strategy_engine.simulation import Settings, Simulated, SimulationError, settings_of, simulate

CUSTOMERS = 10_000
"""Where there is no bank yet whose size could be kept: ninety days of it take some minutes."""
MOST = 15  # rows: the strategies with most actions


@record
class Options:
    """A simulation's size and how it is told; None: as the bank that is there, or the default."""

    days: int
    customers: int | None = None
    seed: int | None = None
    until: str | None = None
    replace: bool = False
    as_json: bool = False
    quiet: bool = False


def run(folder: Path, options: Options) -> int:
    """Let the project's strategies run over a bank that responds to them; the exit code."""
    project = Project.open(folder)
    try:
        settings = _settings(project, options)
        with progress(options.quiet or options.as_json) as step:
            lived = simulate(project, settings, step, replace=options.replace)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    except SimulationError as error:
        fail(str(error), USAGE)
    except OSError as error:
        fail(f"cannot write to `{project.folder}`: {(error.strerror or 'no access').lower()}", DATA)
    if options.as_json:
        print(json.dumps(lived.told(), ensure_ascii=False, indent=2))
    elif not options.quiet:
        _summarise(project, settings, lived)
    return FINE


def _settings(project: Project, options: Options) -> Settings:
    there = settings_of(project)
    until = given_date(options.until) or (there.until if there else Settings().until)
    assert isinstance(until, dt.date)  # noqa: S101 - a date was given or is the default
    return Settings(
        customers=options.customers or (there.customers if there else CUSTOMERS),
        seed=(there.seed if there else Settings().seed) if options.seed is None else options.seed,
        until=until,
        days=options.days,
    )


def _summarise(project: Project, settings: Settings, lived: Simulated) -> None:
    controls = f"{lived.controls:,} of them held back as controls"
    say(f"{settings.days} days, {settings.customers:,} customers, {lived.actions:,} actions, {controls}")
    print()
    heads = [text("strategy"), number("actions"), text("outcome"), number("without"), number("with"), number("effect"), text("planted")]
    rows = [
        (
            project.model.strategies[row.strategy].shown,
            f"{row.actions:,}",
            row.outcome,
            f"{row.without:.2%}",
            f"{row.with_it:.2%}",
            f"{row.effect:+.2%}",
            row.planted,
        )
        for row in sorted(lived.strategies, key=lambda row: -row.actions)[:MOST]
    ]
    print_table("What the actions truly brought about", heads, rows)
    if len(lived.strategies) > MOST:
        say(f"and {len(lived.strategies) - MOST} more")
    print()
    say(f"the truth about every action lies in {project.folder / 'truth'}, which nothing else reads")
