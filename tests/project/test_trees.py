"""The trees that are kept from one load to the next: what comes of them is what would be parsed, and whatever is wrong with them, the
files are parsed instead."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from strategy_engine.language.grammar import parser
from strategy_engine.semantics.load import Loaded, load_project
from strategy_engine.session import compiled, trees
from strategy_engine.session.trees import loaded
from strategy_engine.source.file import SourceFile

from .test_compiled import BREAKS, THINGS

STRATEGIES = Path(__file__).parents[2] / "strategies"
MORE = "cohort more = aum > 1\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    parser()  # the grammar lies in the cache, too
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(trees, "LEAST", 0)
    return tmp_path / "cache/strategy-engine"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were parsed."""
    names: list[str] = []

    def noted(source: SourceFile) -> Any:
        names.append(Path(source.path).name)
        return real(source)

    real = trees.parsed
    monkeypatch.setattr(trees, "parsed", noted)
    return names


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A small project, its trees kept."""
    folder = shutil.copytree(STRATEGIES / "minimal", tmp_path / "bank")
    (folder / "strategies/more.strategy").write_text(MORE, "utf-8")
    assert loaded(folder).sound
    assert loaded(folder).sound
    return folder


def kept(cache: Path) -> Path:
    (file,) = cache.glob("trees-*")
    return file


def told(found: Loaded) -> list[object]:
    return [(each.code, each.message, each.span) for each in found.diagnostics]


@pytest.mark.parametrize("name", ["minimal", "library", "demo"])
def test_what_is_kept_is_what_would_be_parsed(name: str, parsed: list[str]) -> None:
    folder = STRATEGIES / name
    first, second = loaded(folder), loaded(folder)
    assert len(parsed) == 2 * len(first.modules)  # a project that comes once pays nothing, so that the first load keeps none
    parsed.clear()
    again, anew = loaded(folder), load_project(folder)
    assert [name for name in parsed if name.endswith(".strategy")] == []
    for each in (first, second, again):
        assert each.modules == anew.modules
        assert each.model == anew.model
        assert told(each) == told(anew)
    assert [[part.span for part in module.declarations] for module in again.modules] == [
        [part.span for part in module.declarations] for module in anew.modules
    ]


def test_an_edit_is_parsed_and_nothing_else(bank: Path, parsed: list[str]) -> None:
    for text in (MORE + "cohort yet_more = aum > 2\n", MORE):
        (bank / "strategies/more.strategy").write_text(text, "utf-8")
        assert loaded(bank).model == load_project(bank).model
        assert parsed == ["more.strategy"]
        parsed.clear()
    assert loaded(bank).sound
    assert parsed == []


def test_what_has_errors_is_parsed_each_time(bank: Path, parsed: list[str]) -> None:
    (bank / "strategies/more.strategy").write_text("cohort more = aum >\n", "utf-8")
    first, again = loaded(bank), loaded(bank)
    assert told(first) == told(again) == told(load_project(bank)) != []
    assert parsed == ["more.strategy"] * 2


def test_a_file_by_another_name_stands_elsewhere(bank: Path, parsed: list[str]) -> None:
    (bank / "strategies/more.strategy").rename(bank / "strategies/other.strategy")
    assert loaded(bank).model.derived["more"].span == load_project(bank).model.derived["more"].span  # type: ignore[union-attr]  # sound
    assert parsed == ["other.strategy"]


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_a_broken_file_is_nothing_and_made_anew(bank: Path, cache: Path, broken: Callable[[bytes], bytes], parsed: list[str]) -> None:
    kept(cache).write_bytes(broken(kept(cache).read_bytes()))
    assert loaded(bank).sound
    assert parsed
    assert loaded(bank).sound
    parsed.clear()
    assert loaded(bank).sound
    assert parsed == []


def test_another_program_keeps_its_own(bank: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "program", lambda: "another")
    assert loaded(bank).sound
    assert parsed


@pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)
def test_nothing_but_a_tree_is_made(bank: Path, cache: Path, thing: object, parsed: list[str]) -> None:
    head, _, _ = kept(cache).read_bytes().partition(b"\n")
    document, body = trees.json.loads(head), pickle.dumps(thing)
    document |= {"sizes": dict.fromkeys(document["sizes"], 0), "digest": trees.hashlib.sha256(body).hexdigest()}
    document["sizes"][next(iter(document["sizes"]))] = len(body)
    kept(cache).write_bytes(trees.json.dumps(document).encode() + b"\n" + body)
    assert loaded(bank).sound
    assert parsed


def test_what_others_can_write_is_not_believed(bank: Path, cache: Path, parsed: list[str]) -> None:
    assert kept(cache).stat().st_mode & 0o777 == 0o600
    kept(cache).chmod(0o666)
    assert loaded(bank).sound
    assert parsed


def test_of_a_small_project_and_of_what_shall_not_last_nothing_is_kept(bank: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(cache).unlink()
    for _ in range(2):
        loaded(bank, last=False)
    monkeypatch.setattr(trees, "LEAST", 100_000)
    for _ in range(2):
        loaded(bank)
    assert not list(cache.glob("trees-*"))
