"""Banks small enough to work out by hand, in two versions that share a folder of data."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from strategy_engine.cli.main import app
from strategy_engine.session import Project

TODAY = dt.date(2026, 11, 20)  # a Friday
PROJECT = """
project: corner_bank
data:
  customer:
    kind: snapshot
    path: data/customer_{date}.csv
    key: id
    columns: {id: id, aum: money, sms: bool, rm: {type: id, optional: true}}
  txn: {kind: events, path: data/txn.csv, key: id, time: at, columns: {id: id, at: datetime}}
"""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def strategy(*words: str | Path) -> Said:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = app([*map(str, words)], prog_name="strategy", standalone_mode=False)
        except (typer.Exit, SystemExit) as ended:
            code = getattr(ended, "exit_code", None) or getattr(ended, "code", 0)
    return Said(int(code or 0), out.getvalue(), err.getvalue())


def version(folder: Path, text: str, project: str = PROJECT) -> Path:
    """Write a version of the strategies."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "strategy.yaml").write_text(project, "utf-8")
    (folder / "bank.strategy").write_text(text, "utf-8")
    return folder


def customers(folder: Path, *rows: dict[str, Any], date: dt.date = TODAY) -> None:
    """The snapshot of a date: `id`, and `aum` (10,000 for each number), `sms`, `rm` where they are not as everybody's."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    with (folder / "data" / f"customer_{date}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "aum", "sms", "rm"])
        writer.writeheader()
        writer.writerows({"aum": 10_000 * row["id"], "sms": True, "rm": None} | row for row in rows)
    events = folder / "data" / "txn.csv"
    if not events.exists():
        events.write_text("id,at\n", "utf-8")


def six(folder: Path) -> None:
    customers(folder, *({"id": number} for number in range(1, 7)))


def compared(folder: Path, before: str, after: str) -> Any:
    """The comparison of two versions on the data of the folder."""
    old = version(folder.parent / f"{folder.name}_before", before)
    return Project.open(version(folder, after)).compare(str(old), TODAY).comparison


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder, by its hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }
