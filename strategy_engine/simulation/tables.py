"""Which tables and columns a simulation makes, and whether a project asks for others."""

from __future__ import annotations

from strategy_engine.catalog.models import Project
from strategy_engine.simulation.errors import SimulationError

TABLES = {
    "customer": "data/customer/date={date}/*.parquet",
    "holding": "data/holding/date={date}/*.parquet",
    "coupon": "data/coupon/date={date}/*.parquet",
    "txn": "data/txn/*.parquet",
    "service": "data/service/*.parquet",
    "survey": "data/survey/*.parquet",
    "referral": "data/referral/*.parquet",
    "feedback": "data/feedback/*.parquet",
    "family": "data/family/*.parquet",
    "market": "data/market.parquet",
    "calendar": "data/calendar.parquet",
    "branches": "data/branches.csv",
    "managers": "data/managers.csv",
    "vip_list": "data/vip_list.csv",
}
"""Where each lies. Columns that it does not make are found by the data contract of the first run."""


def refuse_other_tables(project: Project) -> None:
    """Raise SimulationError where the project reads a table that no simulation makes."""
    for name, table in project.data.items():
        path = getattr(table, "path", None)
        if TABLES.get(name) != path:
            known = ", ".join(TABLES)
            raise SimulationError(
                f"a simulation makes no table `{name}` at `{path}`; it makes {known}, as `strategy init --template bank` declares them"
            )
