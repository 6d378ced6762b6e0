"""The library's strategies over a simulated bank: the ledger keeps every limit, capacity, stock and budget that was declared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from strategy_engine.session import Project
from tests.simulation.bank import lived
from tests.simulation.recount import actions, exceeded, limits

DAYS = int(os.environ.get("STRATEGY_SOAK_DAYS", "20"))
CUSTOMERS = 1_000


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived") / "bank"
    lived(folder, CUSTOMERS, DAYS)
    return folder


@pytest.mark.long
def test_every_limit_is_kept(bank: Path) -> None:
    acts = actions(bank)
    counted = list(limits(Project.open(bank).model))
    assert acts.get_column("run_date").n_unique() == DAYS
    assert len(counted) > 50
    broken = {limit.name: rows.rows()[:3] for limit in counted if (rows := exceeded(limit, acts)).height}
    assert broken == {}
    assert sum(acts.filter(limit.of).height > 0 for limit in counted) > 40, "few of the limits were about anything"
