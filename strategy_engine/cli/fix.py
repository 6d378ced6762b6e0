"""`strategy check --fix`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from strategy_engine.analysis.fixes import mended
from strategy_engine.cli.put import put
from strategy_engine.session import Project
from strategy_engine.source.discovery import PROJECT_FILE
from strategy_engine.source.file import Span

ROUNDS = 10
"""What is mended may uncover more; it ends long before."""


def fix(project: Project, concerns: Callable[[Span], bool]) -> None:
    """Mend in its files what can be mended with certainty, until nothing can; tells how much."""
    count, files = 0, set()
    for _ in range(ROUNDS):
        found, before = project.check(), count
        for path, source in project.sources.items():
            own = Path(path).is_relative_to(project.folder) and Path(path).name != PROJECT_FILE  # the library is not the author's
            if not own or not concerns(source.whole):
                continue
            text, fixes = mended(source, found)
            if fixes:
                put(text, Path(path))
                count += fixes
                files.add(path)
        if count == before:
            break
        project = Project.open(project.folder)
    where = f" in {len(files)} {'file' if len(files) == 1 else 'files'}" if files else ""
    print(f"{count} {'finding' if count == 1 else 'findings'} mended{where}", file=sys.stderr)
