"""Where the demo's project files (strategy.yaml and the strategies) lie."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from strategy_engine.demo.errors import DemoError
from strategy_engine.source.shipped import shipped

PROJECT_FILE = "strategy.yaml"
_MARK = "project: demo_bank"
_OWN = {PROJECT_FILE, "strategies", "data", "ledger", "out"}


def project_files() -> Path:
    """The folder in the installed wheel or, in a checkout, beside the package."""
    folder = shipped("strategies") / "demo"
    if not (folder / PROJECT_FILE).is_file():
        raise DemoError("the demo's project files are missing from this installation")
    return folder


def refuse_foreign(target: Path, as_of: dt.date) -> None:
    """A demo bank as it was made may be replaced; anything that a person keeps, or has done there, must not be touched."""
    if Path.cwd().is_relative_to(target.absolute()):
        raise DemoError(f"`{target}` is where you stand, and cannot be replaced; go to the folder above, or choose another")
    if not target.exists():
        return
    if not target.is_dir():
        raise DemoError(f"`{target}` is a file, not a folder for the demo bank")
    names = {entry.name for entry in target.iterdir()}
    if names and not _is_demo(target):
        raise DemoError(f"`{target}` is not empty and holds no demo bank; choose another folder")
    if strange := sorted(names - _OWN):
        raise DemoError(f"`{target}` holds files that are not the demo bank's: {', '.join(f'`{name}`' for name in strange)}")

    if done := next(_done_since(target, as_of), None):
        raise DemoError(f"`{target}` holds a demo bank in which somebody has worked: {done}; choose another folder, or remove this one")


def _done_since(target: Path, as_of: dt.date) -> Iterator[str]:
    """What a person has changed or run in a demo bank, in words."""
    made = project_files()
    for place in (target, made):
        for path in sorted((place / PROJECT_FILE, *(place / "strategies").rglob("*"))):
            name = path.relative_to(place)
            if path.is_file() and not _same(made / name, target / name):
                yield f"`{name.as_posix()}` is not as it was made"
    for day in sorted((target / "ledger" / "runs").glob("run_date=*")):
        if day.name != f"run_date={as_of}":
            yield f"{day.name.removeprefix('run_date=')} was run"


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def _is_demo(target: Path) -> bool:
    project = target / PROJECT_FILE
    return project.is_file() and _MARK in project.read_text(encoding="utf-8").splitlines()
