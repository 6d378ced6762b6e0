"""`strategy deliver`."""

from __future__ import annotations

import json
from pathlib import Path

from strategy_engine.cli.console import DATA, FINE, progress, show, tell
from strategy_engine.cli.run import opened
from strategy_engine.cli.summary import print_delivered
from strategy_engine.diagnostics.model import has_errors
from strategy_engine.session import StrategyError


def run(folder: Path, date: str | None, sinks: list[str], out: Path | None, as_json: bool, quiet: bool) -> int:
    """Deliver a date's lists; the exit code."""
    project, day = opened(folder, date)
    try:
        with progress(quiet or as_json) as step:
            outcome = project.deliver(day, *sinks, out=out, progress=step)
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    tell(outcome.diagnostics, project.sources, quiet=quiet)
    if as_json:
        served = [{"sink": each.sink, "to": each.to, "actions": each.actions} for each in outcome.delivered]
        document = {"date": outcome.date.isoformat(), "delivered": served, "failed": list(outcome.failed)}
        print(json.dumps(document, ensure_ascii=False, indent=2))
    elif outcome.delivered and not quiet:
        print_delivered(outcome)
    return DATA if has_errors(outcome.diagnostics) else FINE
