"""The syntax trees of a large project's files, kept from one load to the next: after an edit no more is parsed than what was edited.

Nothing is kept of a project that is loaded for the first time: whoever comes once, as a pipeline does, would pay for it. See
docs/decisions/kept-trees.md.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from contextlib import suppress
from dataclasses import field
from pathlib import Path

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.garbage import lasting
from strategy_engine.language import ast
from strategy_engine.record import record
from strategy_engine.semantics.load import Loaded, load_project, parsed
from strategy_engine.session.compiled import LEAST, MOST, basis
from strategy_engine.session.pickled import read, unpickled, write
from strategy_engine.source.cache import forget_the_oldest, name_of, private_folder
from strategy_engine.source.file import SourceFile


@record
class Trees:
    """The trees of files without errors, as pickles.      known: those that were kept, by what they are of.      used: those of this load.
    again: whether the project was loaded before, so that they are worth keeping."""

    known: dict[str, memoryview] = field(default_factory=dict)
    used: dict[str, bytes | memoryview] = field(default_factory=dict)
    again: bool = False

    def parse(self, source: SourceFile) -> tuple[ast.Module, list[Diagnostic]]:
        """The tree of a file: the one that was kept, if its text and path are the same."""
        name = hashlib.sha256(f"{source.path}\n{source.text}".encode("utf-8", "surrogatepass")).hexdigest()
        kept = self.known.get(name)
        with suppress(Exception):  # of whatever make it is, the file is parsed instead
            tree = None if kept is None else unpickled(kept)
            if kept is not None and isinstance(tree, ast.Module):
                self.used[name] = kept
                return tree, []
        tree, problems = parsed(source)
        if self.again and not problems:
            with suppress(Exception):  # what no pickle holds is parsed each time
                self.used[name] = pickle.dumps(tree, pickle.HIGHEST_PROTOCOL)
        return tree, problems


def loaded(folder: Path, *, last: bool = True) -> Loaded:
    """The project in the folder, its trees kept for the next load where they shall `last`."""
    with lasting():
        file = _file(folder) if last else None
        if file is None:
            return load_project(folder)
        trees = _recall(file)
        found = load_project(folder, parse=trees.parse)
        if trees.used.keys() != trees.known.keys() or not trees.again:
            _keep(file, trees, found)
        return found


def _file(folder: Path) -> Path | None:
    cache = private_folder()
    return None if cache is None else cache / f"trees-{name_of(folder)}.pickle"


def _recall(file: Path) -> Trees:
    """What was kept; nothing where it is of another program, or broken."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        head, body = read(file)
        if head["basis"] == basis() and head["digest"] == hashlib.sha256(body).hexdigest():
            known, place, whole = {}, 0, memoryview(body)
            for name, size in head["sizes"].items():
                known[name] = whole[place : place + size]
                place += size
            return Trees(known, again=True)
    return Trees()


def _keep(file: Path, trees: Trees, found: Loaded) -> None:
    if sum(len(source.text) for source in found.sources.values()) < LEAST:
        return
    with suppress(OSError):  # a full disk, say: the next load takes as long as this one
        body = b"".join(trees.used.values())
        head = {
            "basis": basis(),
            "digest": hashlib.sha256(body).hexdigest(),
            "sizes": {name: len(tree) for name, tree in trees.used.items()},
        }
        write(file, json.dumps(head).encode() + b"\n" + body)
        forget_the_oldest(file.parent, "trees-*.pickle", MOST)
