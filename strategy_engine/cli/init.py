"""`strategy init`."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from strategy_engine import __version__
from strategy_engine.cli.console import DATA, FINE, fail
from strategy_engine.source.discovery import PROJECT_FILE
from strategy_engine.source.shipped import shipped

CUSTOMERS = 2_000
"""Of the template `bank`: enough for every strategy to find somebody, and made in a second."""


def _minimal(folder: Path) -> None:
    shutil.copytree(shipped("strategies") / "minimal", folder)


def _bank(folder: Path) -> None:
    """The library, for the bank to make its own, and data of a made-up bank."""
    from strategy_engine.simulation import Settings, make

    library = shipped("strategies") / "library"
    shutil.copytree(library, folder / "strategies", ignore=shutil.ignore_patterns(PROJECT_FILE))
    declared = (library / PROJECT_FILE).read_text("utf-8")
    (folder / PROJECT_FILE).write_bytes(declared.replace("\ndata:\n", "\ninclude: [strategies/**]\n\ndata:\n", 1).encode("utf-8"))
    make(folder, Settings(customers=CUSTOMERS, days=1))


TEMPLATES: dict[str, Callable[[Path], None]] = {"minimal": _minimal, "bank": _bank}
"""What makes a folder with a project's strategies and data."""
STARTER = {
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "pre-commit.yml": ".pre-commit-config.yaml",
    "workflow.yml": ".github/workflows/strategies.yml",
}
"""What every project begins with: the files of `strategies/starter`, by names that no packager leaves out, and what they become."""


def run(directory: Path, template: str, quiet: bool) -> int:
    """Make a project in a new or empty folder, whole or not at all; the exit code."""
    if template not in TEMPLATES:
        fail(f"no template `{template}`", help=f"templates are {', '.join(TEMPLATES)}")
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            fail(f"`{directory}` is not empty", help="give the name of a new folder")
        with _appearing(directory) as fresh:
            TEMPLATES[template](fresh)
            _start(fresh)
    except (OSError, shutil.Error) as error:
        fail(f"cannot write to `{directory}`: {(getattr(error, 'strerror', None) or 'no access').lower()}", DATA)
    if not quiet:
        folder = shlex.quote(str(directory) if not str(directory).startswith("-") else f"./{directory}")
        print(f"made a project in {'this folder' if directory == Path() else directory}. Next:")
        for command in ("check", "test", "run --project"):
            print(f"  strategy {command} {folder}")
    return FINE


def _start(folder: Path) -> None:
    """README, CI and what git should not see."""
    for name, place in STARTER.items():
        text = (shipped("strategies") / "starter" / name).read_text("utf-8").replace("{version}", __version__)
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(text.encode("utf-8"))


@contextmanager
def _appearing(directory: Path) -> Iterator[Path]:
    """The path of a folder to make, whose contents are the directory's afterwards; where that fails, everything is as before.

    A folder that is new takes its place by one rename. One that is there stays the same folder (somebody may stand in it, or a disk be
    mounted there), so it is filled from within, the project file last.
    """
    target = directory.absolute()
    there = target.exists()
    fresh = target / ".making" if there else target.with_name(f".{target.name}.making")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    moved: list[Path] = []
    try:
        yield fresh
        if not there:
            fresh.rename(target)
            return
        for entry in sorted(fresh.iterdir(), key=lambda each: each.name == PROJECT_FILE):
            entry.rename(target / entry.name)
            moved.append(target / entry.name)
        fresh.rmdir()
    except BaseException:
        for entry in (fresh, *moved):
            shutil.rmtree(entry, ignore_errors=True)
            with suppress(OSError):
                entry.unlink(missing_ok=True)
        raise
