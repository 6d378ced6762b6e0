"""One whole process: a project made ready for a day, or work that never changes and that such processes are measured against.

python tests/benchmarks/loading.py checked FOLDER      parse, check, prove what can be proved, plan the day
python tests/benchmarks/loading.py planned FOLDER      what a run needs before it reads data: the model, and the plan of the day
python tests/benchmarks/loading.py yardstick
"""

from __future__ import annotations

import pickle
import sys

ROUNDS = 40


def main() -> None:
    """Do what is asked for."""
    work, *folder = sys.argv[1:]
    if work == "yardstick":
        yardstick()
    else:
        ready(folder[0], checked=work == "checked")


def ready(folder: str, *, checked: bool) -> None:
    """Load a project, check it where asked to, and plan the day."""
    from conditions import TODAY

    import strategy_engine.cli  # noqa: F401 - how often garbage is looked for, as in a command
    from strategy_engine.plan.day import plan_day
    from strategy_engine.session import Project

    project = Project.open(folder)
    if checked:
        project.check()
    plan = plan_day(project.model, TODAY, project.sources)
    if not plan.strategies:
        raise RuntimeError("nothing was planned")


def yardstick() -> None:
    """A second or so of small objects in plain Python: its own pickle, written in Python, of the same tree again and again."""
    tree = [{"name": f"s_{number}", "span": (number, number + 7), "parts": [number, number / 3, None, True]} for number in range(1_000)]
    for _ in range(ROUNDS):
        if pickle._loads(pickle._dumps(tree)) != tree:  # type: ignore[attr-defined]  # noqa: SLF001 - those in C are no measure
            raise RuntimeError("a pickle has changed what it held")


if __name__ == "__main__":
    main()
