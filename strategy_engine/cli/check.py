"""`strategy check`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from strategy_engine.cli.console import FINE, STRATEGIES, console, fail, show
from strategy_engine.diagnostics.model import has_errors
from strategy_engine.session import Project
from strategy_engine.source.file import Span

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
    concerns = _concerns(path, project)
    found = [each for each in project.check() if each.span is None or concerns(each.span)]
    worst = [each for each in project.worst_cases() if each.limit.span is None or concerns(each.limit.span)]
    if form == "json":
        from strategy_engine.diagnostics.machine import to_json

        print(to_json([*found, *(note for each in worst if (note := each.note) is not None)], project.sources))
        return STRATEGIES if has_errors(found) else FINE
    if found:
        show(found, project.sources, error=False)
    else:
        model = project.loaded.model
        count = len(model.strategies) if model else 0
        print(f"{count} {'strategy' if count == 1 else 'strategies'} checked, nothing to say")
    if worst:
        from strategy_engine.cli.limits import at_worst

        print()
        console().print(at_worst(worst))
    return STRATEGIES if has_errors(found) else FINE


def _concerns(path: Path, project: Project) -> Callable[[Span], bool]:
    """Whether a place is in what was asked for: what another file breaks is its own matter."""
    if not path.is_file():
        return lambda _: True
    own = {path.as_posix(), (project.folder / path.name).as_posix(), path.absolute().as_posix()}
    return lambda span: span.path in own or Path(span.path).absolute() == path.absolute()
