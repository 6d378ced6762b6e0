"""A disk that is full: before a day is decided nothing has changed, after that the next start finishes it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nights
import pytest
from nights import day, run

from strategy_engine.ledger import durable, moments
from strategy_engine.ledger.findings import LedgerError
from strategy_engine.ledger.ledger import Ledger

SIZE = 1_200_000  # bytes


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    (place := tmp_path / "disk").mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Fill the disk but for so many bytes."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (filler := disk / "filler").write_bytes(b"x" * max(free - leave, 0))
    return filler


def attempt(disk: Path) -> str | None:
    """Run the second night; why it could not be."""
    try:
        run(disk, day(1))
    except LedgerError as error:
        return error.diagnostic.message
    return None


def test_a_full_disk_at_any_point_loses_nothing(disk: Path, tmp_path: Path) -> None:
    run(disk, day(0))
    ends: list[bool] = []
    for number, leave in enumerate(range(0, 160_000, 4096)):
        filler = fill(disk, leave)
        before = durable.contents(disk / "out")
        if (told := attempt(disk)) is not None:
            assert "no space left on device" in told
            decided = bool(Ledger(disk / "ledger").undone())
            ends.append(decided)
            assert decided or durable.contents(disk / "out") == before
        filler.unlink()
        Ledger(disk / "ledger").settle()
        dates = Ledger(disk / "ledger").dates()
        if len(dates) > 1:  # once it is there, begin again
            shutil.rmtree(disk / "ledger")
            shutil.rmtree(disk / "out")
            run(disk, day(0))
        else:
            assert dates == [day(0)], number
    assert set(ends) == {False, True}
    run(disk, day(1))
    nights.assert_undisturbed(disk, {day(0): "a", day(1): "a"}, tmp_path / "expected")


def test_a_disk_that_fills_at_a_step(disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(disk, day(0))
    for step in ("wrote the lists", "ready", "decided", "wrote actions"):
        filler: list[Path] = []

        def watch(moment: str, step: str = step, filler: list[Path] = filler) -> None:
            if moment == step:
                filler.append(fill(disk, 0))

        monkeypatch.setattr(moments, "watch", watch)
        with pytest.raises(LedgerError) as failed:
            run(disk, day(1))
        monkeypatch.setattr(moments, "watch", None)
        assert failed.value.diagnostic.help is not None
        assert ("the next run finishes it" in failed.value.diagnostic.help) == (step != "wrote the lists")  # a rename takes no room
        filler[0].unlink()
        Ledger(disk / "ledger").settle()
        if step != "wrote the lists":
            assert Ledger(disk / "ledger").dates() == [day(0), day(1)]
            shutil.rmtree(disk / "ledger")
            shutil.rmtree(disk / "out")
            run(disk, day(0))
    run(disk, day(1))
    nights.assert_undisturbed(disk, {day(0): "a", day(1): "a"}, tmp_path / "expected")
