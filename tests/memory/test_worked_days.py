"""The worked example over its three days, in its three spellings."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.engine.day.run import run_day
from strategy_engine.ledger.tables import TABLES
from strategy_engine.semantics.load import load_project

EXAMPLE = Path(__file__).parents[3] / "shared" / "acceptance" / "tinybank"
KEYS = ["customer_id", "strategy", "benefit", "channel", "step"]
DAYS = [dt.date(2026, 11, day) for day in (20, 21, 22)]

pytestmark = pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the worked example lies in ../shared/acceptance beside the checkout")


@pytest.mark.parametrize("batch_size", [3, 500_000])
@pytest.mark.parametrize("spelling", ["strategies", "strategies_yaml", "strategies_zh"])
def test_every_day_lists_what_it_must(tmp_path: Path, spelling: str, batch_size: int) -> None:
    bank = tmp_path / "bank"
    shutil.copytree(EXAMPLE, bank, ignore=lambda _, names: [n for n in names if n.startswith("strategies") and n != spelling])
    project = bank / "strategy.yaml"
    project.write_text(project.read_text("utf-8").replace("[strategies/**]", f"[{spelling}/**]"), "utf-8")
    model = load_project(bank).model
    assert model is not None
    records: list[dict[str, pl.DataFrame]] = []
    for day in DAYS:
        past = {name: pl.concat([record[name].lazy() for record in records]) for name in records[0]} if records else None
        result = run_day(model, bank, day, past=past, batch_size=batch_size)
        expected = pl.read_csv(EXAMPLE / "expected" / f"{day}.csv", infer_schema=False).fill_null("")
        assert set(result.actions.select(pl.col(KEYS).cast(pl.String).fill_null("")).rows()) == set(expected.select(KEYS).rows())
        records.append(result.record)
        for name, frame in result.record.items():
            assert dict(frame.schema) == TABLES[name], name
