"""One wrong input and what `strategy check` prints for it, in one text file to be read from top to bottom.

    An optional line: what the author had in mind.
    -- bank.strategy --
    cohort rich = tier >= golden
    -- told --
    error[S0202]: `golden` is none of the values mass, gold, platinum
    …

Several files may be given, each with its own head, `-- FILE (ENCODING) --` where it is not UTF-8. Where no `strategy.yaml` is among
them, it is the full project's without its own strategies.
"""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from strategy_engine.cli.check import Options, run

from ..semantics.checked import PLAIN_PROJECT

HERE = Path(__file__).parent
TOLD = "-- told --\n"

_HEAD = re.compile(r"^-- (?P<name>\S+)(?: \((?P<encoding>\S+)\))? --\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """`meant` is the line before the first file; `files` are the contents by name; `told` is what was printed."""

    path: Path
    meant: str
    files: dict[str, bytes]
    told: str

    @property
    def name(self) -> str:
        return self.path.relative_to(HERE).with_suffix("").as_posix()

    @property
    def input(self) -> str:
        """The files as they stand in the case."""
        return self.path.read_text("utf-8").removeprefix(self.meant).partition(TOLD)[0]


def read(path: Path) -> Case:
    """The case in a file."""
    given, _, told = path.read_text("utf-8").partition(TOLD)
    heads = [*_HEAD.finditer(given)]
    ends = [*(head.start() for head in heads[1:]), len(given)]
    files = {head["name"]: given[head.end() : end].encode(head["encoding"] or "utf-8") for head, end in zip(heads, ends, strict=True)}
    return Case(path, given[: heads[0].start()], files, told)


def printed(case: Case, folder: Path) -> str:
    """What `strategy check` prints in an empty folder, the current one, which then holds the case's files."""
    for name, content in {"strategy.yaml": PLAIN_PROJECT.encode(), **case.files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    out = io.StringIO()
    with redirect_stdout(out):
        run(Path(), Options())
    return out.getvalue()


CASES = [read(path) for path in sorted(HERE.glob("*/*.txt"))]
