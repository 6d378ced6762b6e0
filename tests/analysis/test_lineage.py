"""Lineage: what it says rests on a column is what breaks without it, and nothing that a run reads is forgotten."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from strategy_engine.analysis.lineage import Node, lineage, named, reachable
from strategy_engine.plan.day import plan_day
from strategy_engine.plan.reads import reads
from strategy_engine.plan.ties import tie_columns
from strategy_engine.semantics.load import Loaded, load_project

STRATEGIES = Path(__file__).parents[2] / "strategies"


def test_what_a_run_reads_is_in_the_lineage() -> None:
    model = load_project(STRATEGIES / "demo").model
    assert model is not None
    plan = plan_day(model, dt.date(2026, 11, 20))
    columns = {use.used.name for use in lineage(model) if use.used.kind == "column"}
    read = reads(model, [*plan.qualifying(), *plan.gating(), *plan.emitting()])
    ties = {name: tie_columns(each) for name, each in model.project.data.items() if each.kind in ("events", "items", "series")}
    implied = {(name, column) for name, each in model.project.data.items() for column in (each.key, each.other, *ties.get(name, ()))}
    wanted = {f"{table}.{name}" for table, names in read.items() for name in names if (table, name) not in implied}
    assert len(wanted) > 20
    assert wanted <= columns


@pytest.mark.parametrize("column", ["customer.aum", "txn.amount", "customer.consent_sms", "customer.risk_expiry", "holding.kind"])
def test_what_uses_a_column_is_what_breaks_without_it(column: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(STRATEGIES / "demo", tmp_path / "demo"))
    model = load_project(folder).model
    assert model is not None
    users = {use.user for use in lineage(model) if use.used == Node("column", column)}
    assert users
    _rename(folder / "strategy.yaml", *column.split("."))
    assert _broken(load_project(folder)) == {(node.kind, node.name) for node in users}


def _rename(file: Path, table: str, column: str) -> None:
    head, body = re.split(rf"(?m)^(?=  {table}:)", file.read_text("utf-8"), maxsplit=1)
    renamed = re.sub(
        rf"(?m)^      {column}:(.*)$", lambda line: "      no_longer:" + line[1].replace("label: ", "label: not "), body, count=1
    )
    assert renamed != body
    file.write_text(head + renamed, "utf-8")


def _broken(loaded: Loaded) -> set[tuple[str, str]]:
    """The declarations with errors."""
    declared = [each for module in loaded.modules for each in module.declarations]
    spans = [found.span for found in loaded.diagnostics if found.span is not None]
    assert spans
    return {
        (each.kind, each.title or each.name if each.kind == "test" else each.name)
        for each in declared
        for span in spans
        if (span.path, each.span.start <= span.start < each.span.end) == (each.span.path, True)
    }


def test_up_and_down() -> None:
    model = load_project(STRATEGIES / "demo").model
    assert model is not None
    uses = lineage(model)
    (found, *_) = named(model, uses, "aum")
    assert found == Node("column", "customer.aum")
    down = reachable(uses, found, up=False)
    for use in down:
        assert use in reachable(uses, use.user, up=True)
        assert any(each.used == found for each in reachable(uses, use.user, up=True))
    assert named(model, uses, "短信") == [Node("channel", "sms")]
    assert named(model, uses, "nothing") == []
