"""`strategy check`."""

from __future__ import annotations

from pathlib import Path

from strategy_engine.cli.console import FINE, STRATEGIES, fail, show
from strategy_engine.diagnostics.model import has_errors
from strategy_engine.session import Project

FORMATS = ("human", "json")


def run(path: Path, form: str) -> int:
    """Print what is wrong; the exit code."""
    if form not in FORMATS:
        later = form in ("sarif", "github", "junit")
        problem = f"the format `{form}` is not part of this version" if later else f"no format `{form}`"
        fail(problem, help=f"formats are {', '.join(FORMATS)}")
    if not path.exists():
        fail(f"nothing at `{path}`")
    project = Project.open(path)
    found = project.check()
    if path.is_file():
        # what another file breaks is its own matter, but the project file concerns every file
        own = {path.as_posix(), (project.folder / path.name).as_posix(), path.absolute().as_posix()}
        found = [each for each in found if each.span is None or each.span.path in own or Path(each.span.path).absolute() == path.absolute()]
    if form == "json":
        from strategy_engine.diagnostics.machine import to_json

        print(to_json(found, project.sources))
    elif found:
        show(found, project.sources, error=False)
    else:
        model = project.loaded.model
        count = len(model.strategies) if model else 0
        print(f"{count} {'strategy' if count == 1 else 'strategies'} checked, nothing to say")
    return STRATEGIES if has_errors(found) else FINE
