"""The model that is kept between runs: it is the one that would be loaded, and whatever is wrong with it, the project is loaded instead."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from strategy_engine.language.grammar import parser
from strategy_engine.plan.day import plan_day
from strategy_engine.semantics.versions import versioned
from strategy_engine.session import Project, StrategyError, compiled

STRATEGIES = Path(__file__).parents[2] / "strategies"
DAY = dt.date(2026, 11, 20)
TABLE = """
table segment { from: "segment.csv" }
cohort of_table = segment == "big"
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    parser()  # the grammar lies in the cache, too
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(compiled, "LEAST", 0)
    return tmp_path / "cache/strategy-engine"


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A small project, kept, with a table whose rows are a file."""
    folder = shutil.copytree(STRATEGIES / "minimal", tmp_path / "bank")
    (folder / "strategies/table.strategy").write_text(TABLE, "utf-8")
    (folder / "segment.csv").write_text('aum,=>,x\n< 5万,=>,"""small"""\n>= 5万,=>,"""big"""\n', "utf-8")
    assert Project.open(folder).model.strategies
    return folder


def kept(cache: Path) -> Path:
    (file,) = cache.glob("model-*")
    return file


@pytest.mark.parametrize("name", ["minimal", "library", "demo"])
def test_what_is_recalled_is_what_would_be_loaded(name: str) -> None:
    folder = STRATEGIES / name
    first = Project.open(folder)
    assert first.kept is None
    assert first.model == versioned(first.loaded.model)  # type: ignore[arg-type]  # it is sound
    again = Project.open(folder)
    assert again.kept is not None
    assert again.model == first.model
    assert {each.name: each.span for each in again.model.strategies.values()} == {
        each.name: each.span for each in first.model.strategies.values()
    }
    assert [(each.code, each.severity, each.message, each.help, each.span) for each in again.diagnostics] == [
        (each.code, each.severity, each.message, each.help, each.span) for each in first.diagnostics
    ]
    assert dict(again.sources) == dict(first.sources)
    one, other = (plan_day(each.model, DAY, each.sources) for each in (first, again))
    assert (one.strategies, one.later, one.bounds, one.policy_gates) == (other.strategies, other.later, other.bounds, other.policy_gates)
    assert "loaded" not in vars(again)  # nothing was parsed for all that


CHANGES: dict[str, Callable[[Path], object]] = {
    "a strategy file": lambda bank: (bank / "strategies/table.strategy").write_text(TABLE + "cohort more = aum > 1\n", "utf-8"),
    "another strategy file": lambda bank: (bank / "strategies/more.strategy").write_text("cohort more = aum > 1\n", "utf-8"),
    "the project file": lambda bank: (bank / "strategy.yaml").write_text((bank / "strategy.yaml").read_text("utf-8") + "\n# \n", "utf-8"),
    "a table's file": lambda bank: (bank / "segment.csv").write_text('aum,=>,x\n< 6万,=>,"""small"""\n>= 6万,=>,"""big"""\n', "utf-8"),
    "the length of a file alone, its time kept": lambda bank: _touched_up(bank / "strategies/table.strategy"),
}


def _touched_up(file: Path) -> None:
    before = file.stat()
    file.write_text(TABLE + "\n", "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_is_loaded(bank: Path, change: Callable[[Path], object]) -> None:
    assert Project.open(bank).kept is not None
    change(bank)
    assert Project.open(bank).kept is None
    assert Project.open(bank).model is not None
    assert Project.open(bank).kept is not None


def test_errors_are_told_and_not_kept(bank: Path, cache: Path) -> None:
    before = kept(cache).read_bytes()
    (bank / "segment.csv").unlink()
    with pytest.raises(StrategyError):
        _ = Project.open(bank).model
    assert kept(cache).read_bytes() == before


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "half of it": lambda content: content[: len(content) // 2],
    "without a head": lambda content: content.partition(b"\n")[2],
    "no mapping": lambda _: b"[]\n",
    "another body": lambda content: content.partition(b"\n")[0] + b"\n" + pickle.dumps("a model"),
    "a bit turned": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_a_broken_file_is_nothing_and_made_anew(bank: Path, cache: Path, broken: Callable[[bytes], bytes]) -> None:
    content = kept(cache).read_bytes()
    kept(cache).write_bytes(broken(content))
    project = Project.open(bank)
    assert project.kept is None
    assert project.model.strategies
    assert Project.open(bank).kept is not None


@pytest.mark.parametrize("changed", ["program", "version"])
def test_another_program_or_python_keeps_its_own(bank: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    if changed == "program":
        monkeypatch.setattr(compiled, "program", lambda: "another")
    else:
        monkeypatch.setattr(sys, "version", "4.0")
    assert Project.open(bank).kept is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="where nobody can tell whose a file is nothing is kept")
@pytest.mark.parametrize("whose", ["the file", "the folder", "another user"])
def test_what_others_can_write_is_not_believed(bank: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, whose: str) -> None:
    assert kept(cache).stat().st_mode & 0o777 == 0o600
    if whose == "another user":
        monkeypatch.setattr(os, "geteuid", lambda: 123_456)
    else:
        (kept(cache) if whose == "the file" else cache).chmod(0o777)
    assert Project.open(bank).kept is None


class Harmful:
    """What would run something when it is read."""

    def __reduce__(self) -> tuple[Callable[..., int], tuple[str]]:
        return os.system, ("exit 1",)


THINGS = {
    "a call": Harmful(),
    "a function of the program": versioned,
    "one of another floor": plan_day,
    "a class of Python": subprocess.Popen,
    "an object of another": Path("x"),
}


@pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)
def test_nothing_but_a_model_is_made(bank: Path, cache: Path, thing: object) -> None:
    head, _, _ = kept(cache).read_bytes().partition(b"\n")
    body = pickle.dumps(thing)
    right = compiled.hashlib.sha256(body).hexdigest().encode()
    wrong = compiled.json.loads(head)["digest"].encode()
    kept(cache).write_bytes(head.replace(wrong, right) + b"\n" + body)
    assert Project.open(bank).kept is None


def test_nothing_is_kept_where_nothing_can_be(bank: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(cache)
    cache.write_text("no folder", "utf-8")
    assert Project.open(bank).model.strategies
    cache.unlink()
    monkeypatch.setattr(os, "access", lambda *_: False)  # as it is for who is not root
    assert Project.open(bank).model.strategies
    assert not list(cache.glob("model-*"))


def test_a_small_project_is_not_kept(bank: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(cache).unlink()
    monkeypatch.setattr(compiled, "LEAST", 100_000)
    assert Project.open(bank).model.strategies
    assert not list(cache.glob("model-*"))


def test_the_oldest_give_way(bank: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST", 1)
    os.utime(kept(cache), (0, 0))
    other = shutil.copytree(bank, bank.with_name("other"))
    assert Project.open(other).model.strategies
    assert kept(cache).stat().st_mtime > 0
    assert Project.open(other).kept is not None
    assert Project.open(bank).kept is None
