"""The second process: checks whole projects and counts customers, which may take seconds, while the first answers every keystroke.

What goes in and out is plain data. The worker keeps the trees of files that have not changed.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from strategy_engine.analysis.findings import findings
from strategy_engine.diagnostics.kept import as_data
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.diagnostics.order import ordered
from strategy_engine.proofs import prove as _prove  # noqa: F401 - declares what a project may name beside its `diagnostics:`
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.load import Loaded, load_project
from strategy_engine.semantics.model import Model
from strategy_engine.source.file import SourceFile
from strategy_engine.source.reading import decode, read_source

SAMPLE = 10_000
"""Customers that are looked at; of more, every n-th."""


@record
class Counted:
    """What a condition selects of the latest snapshot.      exact: whether every customer was looked at."""

    customers: int
    share: float
    exact: bool
    date: str


def check(folder: Path, texts: dict[str, str]) -> list[list[Any]]:
    """Everything that is wrong or doubtful in the project, with the editor's texts, as `kept.as_data` has it."""
    loaded = _load(folder, texts)
    return [as_data(each) for each in ordered(findings(loaded))]


def count(folder: Path, texts: dict[str, str], wanted: list[tuple[str, str]]) -> dict[tuple[str, str], Counted]:
    """How many customers of the latest snapshot the cohorts and strategies select; without those that cannot be told."""
    from strategy_engine.engine.data.locate import dates
    from strategy_engine.engine.data.scan import DataError
    from strategy_engine.engine.day.sizes import sizes

    loaded = _load(folder, texts)
    if loaded.model is None:
        return {}
    snapshot = loaded.model.project.snapshot
    days = dates(snapshot, folder) if snapshot.dated else [dt.datetime.now().astimezone().date()]
    conditions = {f"{kind} {name}": found for kind, name in wanted if (found := _condition(loaded.model, kind, name)) is not None}
    if not days or not conditions:
        return {}
    try:
        looked = sizes(loaded.model, folder, days[-1], conditions, SAMPLE)
    except DataError:  # `strategy run` says what is wrong with the data
        return {}
    counted = {}
    for kind, name in wanted:
        selected = looked.selected.get(f"{kind} {name}")
        if selected is not None and looked.sampled:
            share, exact = selected / looked.sampled, looked.sampled == looked.customers
            counted[kind, name] = Counted(round(share * looked.customers), share, exact, days[-1].isoformat())
    return counted


def _condition(model: Model, kind: str, name: str) -> ir.Expr | None:
    if kind == "cohort":
        cohort = model.derived.get(name)
        return None if cohort is None or cohort.remembered is not None else cohort.expr
    strategy = model.strategies.get(name)
    return None if strategy is None else strategy.cohort


def _load(folder: Path, texts: dict[str, str]) -> Loaded:
    def read(path: Path, shown_as: str) -> tuple[SourceFile | None, list[Diagnostic]]:
        text = texts.get(path.as_posix())
        return read_source(path, shown_as) if text is None else decode(text.encode("utf-8", "replace"), shown_as)

    return load_project(folder, read)
