"""A day of a project: computed from its data and its ledger, and written to both the ledger and the lists, or to neither."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_engine.delivery.files import write_lists, write_parquet
from strategy_engine.delivery.forgetting import NOTICES
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.engine.data.remembered import Checked
from strategy_engine.engine.data.scan import DataError
from strategy_engine.engine.day.forgotten import ranked_as
from strategy_engine.engine.day.run import BATCH_SIZE, DayResult, Listed, Progress, run_day
from strategy_engine.ledger.tables import Past, Record, runs_of
from strategy_engine.refusals import StrategyError
from strategy_engine.semantics.model import Model
from strategy_engine.session.reviewing import told_of_holds

if TYPE_CHECKING:
    from strategy_engine.session.project import Project


def computed(
    project: Project,
    day: dt.date,
    kept: Checked,
    *,
    progress: Progress | None,
    batch_size: int | None,
    listed: Listed | None = None,
    model: Model | None = None,
    past: Past | None = None,
) -> DayResult:
    """The day's actions, written nowhere; `kept` is what earlier days have checked of the tables. With a `model`, that one and not the
    project's; with a `past`, that one and not the ledger's. Raises StrategyError (3) for data that break their contract."""
    given = inputs_of(project, day, batch_size, model, past)
    with data_told():
        found = run_day(progress=progress, listed=listed, kept=kept, **given)
    return told_of_holds(found, given["model"], day)


def inputs_of(
    project: Project, day: dt.date, batch_size: int | None = None, model: Model | None = None, past: Past | None = None
) -> dict[str, Any]:
    """What a day of the project begins with: the arguments that `run_day` and `open_day` share."""
    stones = project.ledger.tombstones()
    return {
        "model": project.model_on(day) if model is None else model,
        "folder": project.folder,
        "date": day,
        "batch_size": batch_size or BATCH_SIZE,
        "sources": project.sources,
        "past": project.ledger.past(day) if past is None else past,
        "forgotten": stones.among if stones is not None and stones.hashes else None,
    }


@contextmanager
def data_told() -> Iterator[None]:
    """Data that break their contract, as what ends a command (3)."""
    try:
        yield
    except DataError as error:
        raise StrategyError(list(error.diagnostics), 3) from error


def recorded(
    project: Project, day: dt.date, result: DayResult, place: Path, form: str, *, replace: bool
) -> tuple[DayResult, list[Diagnostic]]:
    """The day with the manifest that stands for it, written to the ledger and, in the place, as lists of a form; and what the ledger has
    to tell. Raises LedgerError where the ledger refuses."""
    manifest: dict[str, Any] = result.manifest

    def write(folder: Path, record: Record) -> None:
        nonlocal manifest  # a day that was run before keeps the one it had
        manifest = json.loads(record["runs"].get_column("record").item())
        kept = record["actions"]  # with its ranks, in which a customer who was forgotten since has left a gap
        lists = {name: ranked_as(rows, kept) for name, rows in result.lists.items()}
        typed = bool(project.model.project.sinks)
        write_lists(folder, day, ranked_as(result.actions, kept), lists, manifest, form=form, typed=typed)
        if record["unserved"].height:
            write_parquet(record["unserved"], folder / NOTICES, day)

    record = {**result.record, "runs": runs_of(day, manifest)}
    notes = project.ledger.commit(day, record, place, write, replace=replace)
    return replaced(result, manifest=manifest), notes
