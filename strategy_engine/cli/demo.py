"""`strategy demo`."""

from __future__ import annotations

import shlex
from pathlib import Path

from strategy_engine.cli.console import DATA, FINE, USAGE, fail, progress, say
from strategy_engine.cli.run import Options
from strategy_engine.cli.run import run as run_day
from strategy_engine.demo import DemoError, generate


def run(directory: Path, customers: int, seed: int, quiet: bool) -> int:
    """Make the demo bank and run its day; the exit code."""
    if not quiet:
        say(f"making a bank of {customers:,} customers in {directory} …")
    try:
        with progress(quiet) as step:
            generate(directory, customers=customers, seed=seed, progress=step)
    except DemoError as error:
        fail(str(error), USAGE)
    except OSError as error:
        fail(f"cannot write to `{directory}`: {(error.strerror or 'no access').lower()}", DATA)
    code = run_day(directory, None, Options(form="csv", quiet=quiet))
    if code == FINE and not quiet:
        print()
        print("Next:")
        folder = shlex.quote(str(directory))
        for command in (f"explain {_someone(directory)} --project {folder}", f"check {folder}"):
            print(f"  strategy {command}")
    return code


def _someone(directory: Path) -> str:
    """A customer whom several strategies have listed: the first of those with most actions."""
    import polars as pl

    latest = max((directory / "out").glob("*/actions.parquet"))
    counted = pl.scan_parquet(latest).group_by("customer_id").len().sort("len", "customer_id", descending=[True, False])
    return str(counted.head(1).collect().get_column("customer_id").item())
