"""`strategy init`."""

from __future__ import annotations

import shutil
from pathlib import Path

from strategy_engine.cli.console import DATA, FINE, console, fail
from strategy_engine.source.shipped import shipped

TEMPLATES = ("minimal",)


def run(directory: Path, template: str) -> int:
    """Copy a template into a new or empty folder."""
    if template not in TEMPLATES:
        later = template == "bank"
        problem = f"the template `{template}` is not part of this version" if later else f"no template `{template}`"
        fail(problem, help=f"templates are {', '.join(TEMPLATES)}")
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        fail(f"`{directory}` is not empty", help="give the name of a new folder")
    try:
        shutil.copytree(shipped("strategies") / template, directory, dirs_exist_ok=True)
    except OSError as error:
        fail(f"cannot write to `{directory}`: {(error.strerror or 'no access').lower()}", DATA)
    screen = console()
    screen.print(f"made a project in {directory}. Next:")
    for command in ("check", "run --project"):
        screen.print(f"  strategy {command} {directory}")
    return FINE
