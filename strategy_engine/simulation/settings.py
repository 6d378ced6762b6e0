"""What a simulated bank follows from, and where it is noted in the folder of its data."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from strategy_engine.session import Project
from strategy_engine.simulation.errors import SimulationError

UNTIL = dt.date(2026, 11, 20)
MOST_CUSTOMERS, MOST_DAYS = 1_000_000, 400
_MARK = "bank.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """A bank's size, its last day, how many days the strategies run, and the seed from which everything follows."""

    customers: int = 100_000
    seed: int = 7
    until: dt.date = UNTIL
    days: int = 90

    def __post_init__(self) -> None:
        if not 1 <= self.customers <= MOST_CUSTOMERS:
            raise SimulationError(f"a simulated bank has 1 to {MOST_CUSTOMERS:,} customers, not {self.customers:,}")
        if not 1 <= self.days <= MOST_DAYS:
            raise SimulationError(f"a simulation runs 1 to {MOST_DAYS} days, not {self.days:,}")

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "until": self.until.isoformat()}


def note(settings: Settings, data: Path) -> None:
    """Mark the folder as one whose data were made here, with every file and its size."""
    noted = {**settings.told(), "files": _sizes(data)}
    (data / _MARK).write_text(json.dumps(noted, indent=0) + "\n", encoding="utf-8")


def changed(data: Path) -> Path | None:
    """A file of a marked folder that is not as it was made; None where all are."""
    made, there = json.loads((data / _MARK).read_text(encoding="utf-8")).get("files", {}), _sizes(data)
    return next((data / name for name in sorted({**made, **there}) if made.get(name) != there.get(name)), None)


def _sizes(data: Path) -> dict[str, int]:
    files = sorted(path for path in data.rglob("*") if path.is_file() and path.name != _MARK)
    return {path.relative_to(data).as_posix(): path.stat().st_size for path in files}


def is_made(data: Path) -> bool:
    """Whether the data in the folder were made here."""
    return (data / _MARK).is_file()


def settings_of(project: Project) -> Settings | None:
    """Of the bank that was made in the project's folder; None where there is none."""
    if not is_made(project.folder / "data"):
        return None
    try:
        noted = json.loads((project.folder / "data" / _MARK).read_text(encoding="utf-8"))
        return Settings(noted["customers"], noted["seed"], dt.date.fromisoformat(noted["until"]), noted["days"])
    except (ValueError, KeyError, TypeError):
        return None
