"""Small projects with a fault planted in each, and their sound twins: how the files of `faults/` are read.

    ## what is wrong, in a few words                       (yaml) behind it: the text is YAML
        cohort c = tier == mass and «tier >= gold»          the project's only file; the place that is told stands in «»
    S0301: no customer can satisfy cohort `c`               what is told of it, and nothing else is
    twin: tier >= gold -> stage == new                      what is put in whose place to make the twin; several, line by line

All of them are of the bank in `faults/strategy.yaml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.semantics.load import load_project
from strategy_engine.semantics.model import Model

HERE = Path(__file__).parent / "faults"
PROJECT = (HERE / "strategy.yaml").read_text("utf-8")


@dataclass(frozen=True)
class Fault:
    """A case.      text: with its marks.      told: `CODE: message`.      edits: of the twin, old and new."""

    file: str
    title: str
    text: str
    told: str
    edits: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return f"{self.file}: {self.title}"

    @property
    def code(self) -> str:
        return self.told.partition(":")[0]

    @property
    def faulty(self) -> str:
        """The text as it is checked."""
        return self.text.replace("«", "").replace("»", "")

    @property
    def place(self) -> tuple[int, int]:
        """Where the marks stand in it."""
        return self.text.find("«"), self.text.find("»") - 1

    @property
    def twin(self) -> str:
        """The sound twin."""
        text = self.faulty
        for old, new in self.edits:
            assert text.count(old) == 1, f"{self.name}: `{old}` stands {text.count(old)} times"
            text = text.replace(old, new)
        return text

    def marked(self, found: Diagnostic) -> Fault:
        """The case as it should be written for what is found."""
        assert found.span is not None
        start, end = found.span.start, found.span.end
        text = f"{self.faulty[:start]}«{self.faulty[start:end]}»{self.faulty[end:]}"
        return replace(self, text=text, told=f"{found.code}: {found.message}")

    def written(self) -> str:
        """The case as it stands in its file."""
        body = "".join(f"    {line}".rstrip() + "\n" for line in self.text.splitlines())
        return f"## {self.title}\n{body}{self.told}\n" + "".join(f"twin: {old} -> {new}\n" for old, new in self.edits)

    def model(self, text: str, folder: Path) -> Model:
        """The typed model of a text of this case, which must be sound."""
        (folder / "strategy.yaml").write_text(PROJECT, "utf-8")
        (folder / f"a.{'yaml' if self.title.endswith('(yaml)') else 'strategy'}").write_text(text, "utf-8")
        loaded = load_project(folder)
        assert loaded.sound, [found.message for found in loaded.diagnostics]
        assert loaded.model is not None
        return loaded.model


def read(path: Path) -> list[Fault]:
    """The cases of a file."""
    blocks = path.read_text("utf-8").split("\n## ")[1:]
    return [_case(path.stem, block) for block in blocks]


def head(path: Path) -> str:
    """What stands above the cases."""
    return path.read_text("utf-8").partition("\n## ")[0].rstrip()


def _case(file: str, block: str) -> Fault:
    title, _, rest = block.partition("\n")
    lines = rest.splitlines()
    text = "".join(f"{line[4:]}\n" for line in lines if line.startswith("    ") or not line).rstrip("\n") + "\n"
    told = next(line for line in lines if re.match(r"S\d{4}", line))
    edits = [line.removeprefix("twin: ").partition(" -> ") for line in lines if line.startswith("twin: ")]
    return Fault(file, title, text, told, tuple((old, new) for old, _, new in edits))


FILES = sorted(HERE.glob("*.txt"))
FAULTS = [fault for path in FILES for fault in read(path)]
