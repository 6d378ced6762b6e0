"""Where the demo's project files (strategy.yaml and the strategies) lie."""

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


def refuse_foreign(target: Path) -> None:
    """A demo bank may be replaced; anything else that a person keeps must not be touched."""
    if not target.exists():
        return
    if not target.is_dir():
        raise DemoError(f"`{target}` is a file, not a folder for the demo bank")
    names = {entry.name for entry in target.iterdir()}
    if names and not _is_demo(target):
        raise DemoError(f"`{target}` is not empty and holds no demo bank; choose another folder")
    if strange := sorted(names - _OWN):
        raise DemoError(f"`{target}` holds files that are not the demo bank's: {', '.join(f'`{name}`' for name in strange)}")


def _is_demo(target: Path) -> bool:
    project = target / PROJECT_FILE
    return project.is_file() and _MARK in project.read_text(encoding="utf-8").splitlines()
