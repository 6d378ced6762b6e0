"""The documentation's examples are run, and print what the pages say. With UPDATE_GOLDEN=1 the outputs in the pages are written anew."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from strategy_engine.diagnostics.model import Diagnostic, Severity
from strategy_engine.session import Project

from .pages import LANGUAGES, PAGES, ROOT, Block, Command, blocks, commands, matches, renewed

BANK = Path(__file__).parent / "bank"
TODAY = "2026-11-20"
FINE = {"S0412"}
"""What declarations on a page may be told: that no limit holds back a strategy yet."""

DECIDED = {"S0301", "S0302", "S0321"}
"""What expressions may be told as well: an example such as `unknown or true` is always the same, and all are told to one customer."""

_VERSION = re.compile(r"\b[0-9a-f]{8}\b")
"""A strategy's version in a list or manifest: it changes with every idea that the engine has of it, so it is not compared."""

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "UPDATE_GOLDEN")},
    "COLUMNS": "90",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
    "LC_ALL": "C.UTF-8",
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples(page: Path, tmp_path: Path) -> None:
    text = page.read_text("utf-8")
    reading = _Reading(text.splitlines(), tmp_path / "here")
    for block in blocks(text):
        assert block.language in LANGUAGES, f"line {block.line}: a block of `{block.language}`"
        reading.read(block)
    reading.finish()
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text("\n".join(reading.lines) + "\n", "utf-8")
    assert not reading.problems, "\n\n".join(reading.problems)


@dataclass
class _Reading:
    """A page as a reader follows it, in an empty folder."""

    lines: list[str]
    folder: Path
    problems: list[str] = field(default_factory=list)
    declared: list[Block] = field(default_factory=list)
    expressions: list[tuple[int, str, str | None]] = field(default_factory=list)
    moved: int = 0  # lines that the page has grown by

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.top = self.folder

    def read(self, block: Block) -> None:
        """Do what the block says."""
        file = block.mark("file")
        if file is not None:
            (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / file).write_text(block.text, "utf-8")
        elif block.language == "console" and block.mark("unrun") is None:
            for command in commands(block):
                self._run(command)
        elif block.mark("twin") is not None:
            self._same(block)
        elif block.language == "strategy":
            self._declare(block)
        elif block.language == "expr":
            self._express(block)
        elif block.language == "python":
            self._python(block)
        elif block.language == "yaml":
            yaml.safe_load(block.text)
        elif block.language == "json":
            json.loads(block.text)

    def finish(self) -> None:
        """What is known only at the end: all declarations together, and what the expressions give."""
        if self.declared:
            self._expect(FINE, self._told([*self.declared]), "the declarations of the page", subset=True)
        if self.expressions:
            self._values()

    # -------------------------------------------------------------------------------------------- commands

    def _run(self, command: Command) -> None:
        if command.text.startswith("cd "):
            self.folder = (self.folder / command.text.removeprefix("cd ")).resolve()
            return
        shell = ["bash", "-c", _made(command.text)]
        done = subprocess.run(
            shell, cwd=self.folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
        )
        printed = [line.rstrip() for line in done.stdout.replace("\ufeff", "").splitlines()]  # the mark by which spreadsheets know UTF-8
        assert str(self.top) not in done.stdout, f"`{command.text}` names a folder of this machine"
        if matches(*(tuple(_VERSION.sub("VERSION", line) for line in lines) for lines in (command.output, printed))):
            return
        fresh = renewed(command.output, printed)
        if os.environ.get("UPDATE_GOLDEN") and fresh is not None:
            place = command.line + self.moved
            self.lines[place : place + len(command.output)] = fresh
            self.moved += len(fresh) - len(command.output)
        else:
            self.problems.append(f"line {command.line}: `{command.text}` prints\n" + "\n".join(printed))

    def _python(self, block: Block) -> None:
        if block.mark("unrun") is not None:
            compile(block.text, f"line {block.line}", "exec")
            return
        done = subprocess.run(
            [sys.executable, "-c", block.text], cwd=self.folder, env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode:
            self.problems.append(f"line {block.line}: {done.stderr}")

    # -------------------------------------------------------------------------------------------- declarations

    def _declare(self, block: Block) -> None:
        wanted = block.mark("gives")
        told = self._told([*self.declared, block])
        if wanted is None:
            self.declared.append(block)
            self._expect(FINE, told, f"line {block.line}", subset=True)
        else:
            self._expect({*wanted.split(",")}, {code: said for code, said in told.items() if code not in FINE}, f"line {block.line}")

    def _same(self, block: Block) -> None:
        """The block in place of the one above gives the same model."""
        one, other = (self._project(each).loaded for each in ([*self.declared], [*self.declared[:-1], block]))
        self._expect(FINE, {each.code: each.message for each in other.diagnostics}, f"line {block.line}", subset=True)
        for part in ("derived", "triggers", "benefits", "products", "channels", "kpis", "policies", "arbitration", "strategies"):
            if getattr(one.model, part) != getattr(other.model, part):
                self.problems.append(f"line {block.line}: {part} differ from those of the block above")

    def _told(self, declared: list[Block]) -> dict[str, str]:
        return {each.code: each.message for each in _doubts(self._project(declared))}

    def _project(self, declared: list[Block]) -> Project:
        folder = self.top.parent / "bank"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(BANK, folder)
        for number, block in enumerate(declared):
            suffix = "yaml" if block.language == "yaml" else "strategy"
            (folder / f"{number:03}.{suffix}").write_text(block.text, "utf-8")
        return Project.open(folder)

    def _expect(self, wanted: set[str], told: dict[str, str], where: str, *, subset: bool = False) -> None:
        if not (told.keys() <= wanted if subset else told.keys() == wanted):
            self.problems.append(f"{where}: wanted {sorted(wanted)}, was told {told}")

    # -------------------------------------------------------------------------------------------- expressions

    def _express(self, block: Block) -> None:
        for number, line in enumerate(block.lines, start=block.line):
            text, _, comment = line.partition("  #")
            value = comment.strip().removeprefix("→ ").partition(";")[0].strip() if "→" in comment else None
            if text.strip() and not text.startswith("#"):
                self.expressions.append((number, text.strip(), value))

    def _values(self) -> None:
        """Each expression is an attribute, its value what a script writes of it for customer 1; where it is missing nothing is listed."""
        declarations = ["channel page {}"]
        for number, text, _ in self.expressions:
            declarations.append(f"attribute at_{number} = {text}")
            declarations.append(f'strategy line_{number} {{ cohort: customer_id == "1"  channel: page  script: "{{at_{number}}}" }}')
        block = Block("strategy", (), tuple(declarations), 0)
        project = self._project([block])
        wrong = [f"{each.message}: {_blamed(project, each)}" for each in _doubts(project) if each.code not in FINE | DECIDED]
        if wrong:
            self.problems.append("the expressions of the page: " + "\n".join(wrong))
            return
        listed = project.compute(TODAY).lists.get("page")
        scripts = dict(listed.select("strategy", "script").rows()) if listed is not None else {}
        for number, text, wanted in self.expressions:
            found = scripts.get(f"line_{number}", "missing")
            found = {"是": "true", "否": "false"}.get(found, found)
            if wanted is not None and found != wanted:
                self.problems.append(f"line {number + 1}: `{text}` gives {found}, not {wanted}")


def _doubts(project: Project) -> list[Diagnostic]:
    """What is told of a project, but for notes: a page shows parts of one."""
    return [each for each in project.check() if each.severity is not Severity.NOTE]


def _blamed(project: Project, found: Diagnostic) -> str:
    """The text that a diagnostic is about."""
    return "" if found.span is None else project.sources[found.span.path].text[found.span.start : found.span.end]


def _made(command: str) -> str:
    """The command; of `make TARGET` what the Makefile runs for it, without the set-up."""
    target = command.removeprefix("make ")
    if target == command:
        return command
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe is not None, f"the Makefile has no `{target}`"
    return "\n".join(line.strip().lstrip("@").replace("$(BIN)/", "") for line in recipe[1].splitlines())
