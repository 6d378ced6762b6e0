"""The ledger over nights: what it holds, what it refuses, what it tells."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import nights
import polars as pl
import pytest
from nights import day, run

from strategy_engine.ledger import durable
from strategy_engine.ledger.findings import LedgerDamaged, LedgerError, ListsLost
from strategy_engine.ledger.ledger import Ledger
from strategy_engine.ledger.tables import TABLES, whole
from strategy_engine.ledger.transaction import decide, prepare
from strategy_engine.ledger.verify import gaps, verify


@pytest.fixture
def three(tmp_path: Path) -> Path:
    for number in range(3):
        assert run(tmp_path, day(number)) == []
    return tmp_path


def codes(base: Path) -> list[str]:
    return [each.code for each in verify(Ledger(base / "ledger"), lambda date: base / "out" / str(date))]


def bytes_of(base: Path) -> dict[str, tuple[int, str]]:
    """Every file but the lock's."""
    return durable.contents(base)


def test_an_empty_ledger_has_no_past_and_loads_no_library(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "nowhere")
    past = ledger.past(day(0))
    assert {name: dict(rows.collect_schema()) for name, rows in past.items()} == TABLES
    assert ledger.dates() == []
    assert ledger.record(day(0)) is None
    assert not ledger.folder.exists()


def test_the_past_is_what_was_before(three: Path) -> None:
    ledger = Ledger(three / "ledger")
    assert ledger.dates() == [day(0), day(1), day(2)]
    for name, rows in ledger.past(day(2)).items():
        found = rows.collect()
        assert dict(found.schema) == TABLES[name]
        assert set(found["run_date"]) <= {day(0), day(1)}
    assert ledger.past(day(2))["actions"].collect().height == nights.actions_on(day(0)) + nights.actions_on(day(1))
    nights.assert_undisturbed(three, {day(number): "a" for number in range(3)}, three / "expected")


def test_the_same_again_changes_no_byte(three: Path) -> None:
    before = bytes_of(three)
    assert run(three, day(1)) == ["S0609"]
    assert bytes_of(three) == before


def test_data_that_has_only_grown_is_no_difference(three: Path) -> None:
    ledger = Ledger(three / "ledger")
    record = nights.record_of(day(2), "a", nights.before(ledger, day(2)))
    record["runs"] = record["runs"].with_columns(pl.col("record").str.replace('"customer": ', '"customer": 1'))
    before = bytes_of(three)
    with ledger.lock():
        told = ledger.commit(day(2), record, three / "out" / str(day(2)), nights.write)
    assert [each.code for each in told] == ["S0609"]
    assert bytes_of(three) == before


@pytest.mark.parametrize("lost", ["channels/sms.csv", "."])
def test_lists_that_are_lost_are_written_again(three: Path, lost: str) -> None:
    place = three / "out" / str(day(1))
    before = durable.contents(place)
    (place / lost).unlink() if lost != "." else shutil.rmtree(place)
    assert run(three, day(1)) == ["S0609"]
    assert durable.contents(place) == before
    assert codes(three) == []


def test_another_outcome_is_refused_unless_it_replaces(three: Path) -> None:
    before = bytes_of(three)
    with pytest.raises(LedgerError, match="strategies have changed: `s`") as refused:
        run(three, day(0), "b")
    assert (refused.value.diagnostic.code, refused.value.exit_code) == ("S0602", 1)
    assert bytes_of(three) == before
    assert run(three, day(0), "b", replace=True) == ["S0603"]
    ledger = Ledger(three / "ledger")
    with ledger.lock():
        rows = nights.record_of(day(0), "b", 0)
        told = ledger.commit(day(0), {**rows, "spent": rows["spent"].clear()}, three / "out" / str(day(0)), nights.write, replace=True)
    assert told[0].message == "2026-01-01 was replaced, and later dates rest on it: 2026-01-02, 2026-01-03"
    record = ledger.record(day(0))
    assert record is not None
    assert record["spent"].is_empty()
    assert record["actions"].height == nights.actions_on(day(0), "b")
    assert codes(three) == []


def test_the_past_that_changed_makes_a_difference(three: Path) -> None:
    run(three, day(0), "b", replace=True)
    with pytest.raises(LedgerError, match="the same strategies and data give other"):
        run(three, day(1))
    for number in (1, 2):
        run(three, day(number), replace=True)
    nights.assert_undisturbed(three, {day(0): "b", day(1): "a", day(2): "a"}, three / "expected")


def test_a_day_that_was_missed_is_refused_after_later_ones(three: Path) -> None:
    run(three, day(5))
    with pytest.raises(LedgerError, match="2026-01-05 was missed, and 2026-01-06 has been run since") as refused:
        run(three, day(4))
    assert refused.value.exit_code == 1
    assert run(three, day(4), replace=True) == ["S0603"]
    assert gaps(Ledger(three / "ledger").dates(), [day(number) for number in range(9)]) == [day(3)]


def test_tidying_changes_no_row(three: Path) -> None:
    for number in range(3, 12):
        run(three, day(number))
    run(three, day(11), "b", replace=True)
    ledger = Ledger(three / "ledger")
    wanted = {day(number): "b" if number == 11 else "a" for number in range(12)}
    with ledger.lock():
        ledger.tidy()
        assert len(list((ledger.folder / "actions").rglob("*.parquet"))) > 12  # what was replaced is kept for those who read it
        ledger.tidy(keep_hours=0)
    data = [path for path in (ledger.folder / "actions").rglob("*.parquet") if "_delta_log" not in path.parts]
    assert len(data) == 12
    nights.assert_undisturbed(three, wanted, three / "expected")
    run(three, day(12))


def test_what_others_write_is_seen_by_who_has_read_before(three: Path) -> None:
    first = Ledger(three / "ledger")
    assert len(first.dates()) == 3
    assert run(three, day(3)) == []  # by another ledger, as another process would
    assert len(first.dates()) == 4
    first.tidy(keep_hours=0)
    assert run(three, day(4)) == []
    assert first.record(day(4)) is not None
    assert run(three, day(1), "b", replace=True) != []
    found = first.record(day(1))
    other = Ledger(three / "ledger").record(day(1))
    assert found is not None
    assert other is not None
    assert all(found[name].equals(other[name]) for name in TABLES)


def test_a_ledger_in_the_place_of_another_is_seen(three: Path, tmp_path: Path) -> None:
    ledger = Ledger(three / "ledger")
    assert ledger.dates() == [day(0), day(1), day(2)]
    for number in (5, 6, 7):
        run(tmp_path / "other", day(number))
    shutil.rmtree(three / "ledger")
    assert ledger.dates() == []
    shutil.copytree(tmp_path / "other" / "ledger", three / "ledger")  # as many commits, of other days
    assert ledger.dates() == [day(5), day(6), day(7)]
    assert set(ledger.past(day(7))["actions"].collect()["run_date"]) == {day(5), day(6)}


def test_another_program_reads_the_tables(three: Path) -> None:
    found = pl.scan_delta(three / "ledger" / "actions").collect()
    assert found.height == sum(nights.actions_on(day(number)) for number in range(3))


# --------------------------------------------------------------------------------------------- cut off


def decided(base: Path, date: dt.date) -> None:
    """A day that was decided, and cut off right after."""
    ledger = Ledger(base / "ledger")
    record = whole(nights.record_of(date, "a", nights.before(ledger, date)))
    with ledger.lock():
        decide(prepare(ledger.folder, date, base / "out" / str(date), lambda folder: nights.write(folder, record)), record)


def test_what_was_prepared_is_removed_and_what_was_decided_is_done(three: Path) -> None:
    ledger = Ledger(three / "ledger")
    decided(three, day(3))
    assert ledger.undone() == [day(3)]
    assert ledger.dates() == [day(0), day(1), day(2)]
    record = whole(nights.record_of(day(4), "a", 0))
    prepare(ledger.folder, day(4), three / "out" / str(day(4)), lambda folder: nights.write(folder, record))
    assert sorted(each.message for each in ledger.settle()) == [
        "the run of 2026-01-04 was cut off after it was decided, and has been finished",
        "the run of 2026-01-05 was cut off, and has left nothing behind",
    ]
    nights.assert_undisturbed(three, {day(number): "a" for number in range(4)}, three / "expected")
    assert ledger.settle() == []


def test_ledger_and_lists_may_move_together_while_a_day_is_under_way(three: Path, tmp_path: Path) -> None:
    decided(three, day(3))
    (moved := tmp_path / "elsewhere").mkdir()
    for name in ("ledger", "out"):
        (three / name).rename(moved / name)
    assert [each.code for each in Ledger(moved / "ledger").settle()] == ["S0604"]
    nights.assert_undisturbed(moved, {day(number): "a" for number in range(4)}, tmp_path / "expected")


def test_lists_that_vanish_before_they_are_in_place_are_told_and_written_again(three: Path) -> None:
    decided(three, day(3))
    shutil.rmtree(three / "out" / f".{day(3)}.new")
    told = Ledger(three / "ledger").settle()
    assert isinstance(told[0], ListsLost)
    assert run(three, day(3)) == ["S0609"]
    assert codes(three) == []


def test_rows_that_someone_changed_before_they_are_in_place_are_refused(three: Path) -> None:
    decided(three, day(3))
    (three / "ledger" / ".decided" / str(day(3)) / "actions.parquet").write_bytes(b"nonsense")
    with pytest.raises(LedgerError, match="was changed") as refused:
        Ledger(three / "ledger").settle()
    assert isinstance(refused.value.diagnostic, LedgerDamaged)


def test_a_write_that_fails_leaves_nothing(three: Path) -> None:
    before = bytes_of(three)
    ledger = Ledger(three / "ledger")

    def fails(folder: Path, _record: object) -> None:
        (folder / "half").write_text("a")
        raise OSError(28, "No space left on device")

    with ledger.lock(), pytest.raises(LedgerError, match="2026-01-04 could not be written: no space left on device") as failed:
        ledger.commit(day(3), nights.record_of(day(3), "a", 0), three / "out" / str(day(3)), fails)
    assert failed.value.exit_code == 3
    assert bytes_of(three) == before


# -------------------------------------------------------------------------------------------- verifying


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        (lambda lists: (lists / "channels/sms.csv").write_text("other"), "sms.csv` was changed after the run"),
        (lambda lists: (lists / "channels/sms.csv").unlink(), "sms.csv` is missing"),
        (lambda lists: (lists / "channels/more.csv").write_text("a"), "more.csv` was not written by the run"),
        (shutil.rmtree, "the lists of 2026-01-02 are gone"),
    ],
)
def test_lists_that_were_tampered_with_are_found(three: Path, tamper: object, problem: str) -> None:
    tamper(three / "out" / str(day(1)))  # type: ignore[operator]
    (found,) = verify(Ledger(three / "ledger"), lambda date: three / "out" / str(date))
    assert problem in found.message


def test_tables_that_were_tampered_with_are_found(three: Path) -> None:
    store = Ledger(three / "ledger").store
    record = store.day(day(1))
    assert record is not None
    twice = record["actions"].with_columns(action_id=pl.lit(f"{day(0)}/0"))
    store.write(day(1), {**record, "actions": twice})
    messages = "\n".join(each.message for each in verify(Ledger(three / "ledger"), lambda date: three / "out" / str(date)))
    assert f"{day(0)}: the action `{day(0)}/0` is there twice" in messages
    assert "claims of" in messages
    assert "the actions in the ledger are not those of" in messages
    spent = store.open("spent")
    assert spent is not None
    Path(spent.file_uris()[0]).write_bytes(b"nonsense")
    (broken,) = verify(Ledger(three / "ledger"), lambda date: three / "out" / str(date))
    assert "the table `spent` cannot be read" in broken.message
