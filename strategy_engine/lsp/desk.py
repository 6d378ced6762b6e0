"""Everything that an editor has before it: its projects, what was told of their files, and the second process that knows more later.

At a keystroke a file is looked at alone, and told of at once. When nobody has typed for a moment, the worker checks all of the project;
what only it can tell is kept, and moves along with the text until it has looked again.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from strategy_engine.diagnostics.kept import from_data
from strategy_engine.diagnostics.model import REGISTRY, Diagnostic, Severity
from strategy_engine.lsp import lenses, worker
from strategy_engine.lsp.bank import Bank
from strategy_engine.record import record
from strategy_engine.source.discovery import project_folder
from strategy_engine.source.file import Span

T = TypeVar("T")
Tell = Callable[[Bank, str, list[Diagnostic]], None]
IDLE = 0.4
"""Seconds without a keystroke before the whole project is looked at."""
LATE = ("strategy_engine.analysis.", "strategy_engine.semantics.sinks")
"""Where diagnostics come from that ask all of the project."""


@record
class Whole:
    """What the worker has found in one file.      text: of the file, as the worker saw it."""

    found: tuple[Diagnostic, ...]
    text: str


@dataclass
class Opened:
    """One project on the desk."""

    bank: Bank
    whole: dict[str, Whole] = field(default_factory=dict)
    counts: dict[tuple[str, str], worker.Counted] = field(default_factory=dict)
    waiting: asyncio.Task[None] | None = None


class Desk:
    """All projects that the editor has files of.

    tell: shows what is wrong with a file.      counted: says that there are new counts.      log: for what went wrong in the background.
    """

    def __init__(self, tell: Tell, counted: Callable[[], Awaitable[None]], log: Callable[[str], None]) -> None:
        self.tell, self.counted, self.log = tell, counted, log
        self.projects: dict[Path, Opened] = {}
        self._workers: Executor | None = None

    def close(self) -> None:
        """Let the worker go."""
        for opened in self.projects.values():
            if opened.waiting is not None:
                opened.waiting.cancel()
        if self._workers is not None:
            self._workers.shutdown(wait=False, cancel_futures=True)

    # ------------------------------------------------------------------------------------------------ at a keystroke

    def of(self, path: str) -> Opened:
        """The project of a file, opened now if it was not yet."""
        folder = project_folder(Path(path))
        if folder not in self.projects:
            bank = Bank(folder)
            bank.refresh()
            self.projects[folder] = Opened(bank)
        return self.projects[folder]

    def edit(self, path: str, text: str | None) -> None:
        """Take in a text (None: the file was closed), and tell what is wrong with it."""
        opened = self.of(path)
        opened.bank.edit(path, text)
        if text is None and not Path(path).exists():
            self.tell(opened.bank, path, [])
        else:
            self._tell(opened, path)
        self._later(opened)

    def refresh(self) -> None:
        """Files have changed on disk."""
        for opened in self.projects.values():
            opened.bank.refresh()
            for path in opened.bank.open:
                self._tell(opened, path)
            self._later(opened)

    def _tell(self, opened: Opened, path: str) -> None:
        if opened.bank.concerns(path):
            self.tell(opened.bank, path, self.findings(opened, path))

    def findings(self, opened: Opened, path: str) -> list[Diagnostic]:
        """What is wrong with a file: found in it now, and known of it since the worker looked last."""
        look, whole = opened.bank.look(path), opened.whole.get(path)
        late = [moved(each, whole.text, look.source.text) for each in whole.found if _is_late(each)] if whole is not None else []
        return [*look.found, *(each for each in late if each is not None)]

    # ------------------------------------------------------------------------------------------------ a moment later

    def _later(self, opened: Opened) -> None:
        if opened.waiting is not None:
            opened.waiting.cancel()
        opened.waiting = asyncio.get_running_loop().create_task(self._look_at_all(opened))

    async def _look_at_all(self, opened: Opened) -> None:
        await asyncio.sleep(IDLE)
        bank = opened.bank
        texts = dict(bank.open)
        try:
            found = [from_data(each) for each in await self._ask(worker.check, bank.folder, texts)]
            self._take_in(opened, found, texts)
            wanted = [each for path in texts if bank.concerns(path) for each in lenses.wanted(bank.look(path))]
            if wanted:
                opened.counts.update(await self._ask(worker.count, bank.folder, texts, wanted))
                await self.counted()
        except BrokenProcessPool:
            self._workers = None  # the next keystroke starts another
            self.log("the process that checks whole projects has ended; it starts again with the next change")
        except Exception as error:  # a fault must not end the task unseen, and never the server
            self.log(f"checking {bank.folder} in the background failed: {type(error).__name__}: {error}")

    async def _ask(self, function: Callable[..., T], *arguments: object) -> T:
        if self._workers is None:
            self._workers = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        return await asyncio.get_running_loop().run_in_executor(self._workers, function, *arguments)

    def _take_in(self, opened: Opened, found: list[Diagnostic], texts: dict[str, str]) -> None:
        bank = opened.bank
        by_file: dict[str, list[Diagnostic]] = {}
        for each in found:
            place = each.span.path if each.span is not None else bank.project_path
            by_file.setdefault(place, []).append(each)
        before, opened.whole = opened.whole, {}
        for path, those in by_file.items():
            source = bank.source(path)
            opened.whole[path] = Whole(tuple(those), texts.get(path, "" if source is None else source.text))
        for path in bank.open:
            self._tell(opened, path)
        for path in (before.keys() | by_file.keys()) - bank.open.keys():
            self.tell(bank, path, [each for each in by_file.get(path, ()) if each.severity is not Severity.NOTE])


def _is_late(found: Diagnostic) -> bool:
    """Whether a look at one file alone does not tell it."""
    known = REGISTRY.get(found.code)
    return known is None or known.__module__.startswith(LATE)


def moved(found: Diagnostic, before: str, now: str) -> Diagnostic | None:
    """A finding in a text that has changed since: at its new place; None where the change touches it."""
    if before == now or found.span is None:
        return found
    least = min(len(before), len(now))
    head = next((place for place in range(least) if before[place] != now[place]), least)
    tail = next((place for place in range(least - head) if before[-1 - place] != now[-1 - place]), least - head)

    def move(span: Span) -> Span | None:
        if span.path != found.span.path or span.end <= head:  # type: ignore[union-attr]  # asked above
            return span
        by = len(now) - len(before)
        return Span(span.path, span.start + by, span.end + by) if span.start >= len(before) - tail else None

    place, fix = move(found.span), found.fix
    if place is None:
        return None
    mend = None if fix is None else move(fix.span)
    fix = None if fix is None or mend is None else fix._replace(span=mend)
    return from_data([found.code, found.severity, place, found.message, found.help, (), fix])
