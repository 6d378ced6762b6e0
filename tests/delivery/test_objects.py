"""Object stores: folders of objects, and the marker that says when they may be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import obstore
import polars as pl
import pytest

from strategy_engine.delivery.sinks.objects import MARKER, replace_objects
from strategy_engine.ledger import moments
from strategy_engine.session import Project

from .bank import DAY, copied, make, promote


@pytest.fixture(autouse=True)
def _environment(store: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in store.items():
        monkeypatch.setenv(name, value)


def objects(address: str) -> dict[str, bytes]:
    there: Any = obstore.store.from_url(address)
    paths = [each["path"] for batch in obstore.list(there) for each in batch]
    return {path: obstore.get(there, path).bytes().to_bytes() for path in sorted(paths)}


def test_a_folder_of_objects(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", bucket='{kind: parquet, path: "s3://bank/a/{date}/"}')
    Project.open(bank).run(DAY)
    found = objects(f"s3://bank/a/{DAY}")
    assert list(found) == [MARKER, "rm_call.parquet", "sms.parquet"]
    assert sorted(json.loads(found[MARKER])) == ["rm_call.parquet", "sms.parquet"]
    assert pl.read_parquet(found["sms.parquet"])["customer_id"].to_list() == ["5", "3"]
    Project.open(bank).deliver(DAY)
    assert objects(f"s3://bank/a/{DAY}") == found


def test_stale_objects_go_and_other_dates_stay(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", bucket='{kind: xlsx, path: "s3://bank/b/{date}/", by: customer_id}')
    Project.open(bank).run(DAY)
    other: Any = obstore.store.from_url("s3://bank/b")
    obstore.put(other, "2026-11-2/x", b"")
    obstore.put(other, "2026-11-201", b"")
    assert "3.xlsx" in objects(f"s3://bank/b/{DAY}")
    promote(bank)
    Project.open(bank).run(DAY, replace=True)
    assert "3.xlsx" not in objects(f"s3://bank/b/{DAY}")
    assert {"2026-11-2/x", "2026-11-201"} <= objects("s3://bank/b").keys()


@pytest.mark.parametrize("name", ["西湖%2F支行 (2).csv", "a b+c&d=?#.csv", "%2E.csv", "~x^[y]{z}.csv"])
def test_names_come_back_as_they_were(name: str) -> None:
    def fill(folder: Path) -> None:
        (folder / name).write_text("1")

    for _ in range(2):
        replace_objects("s3://bank/names/x", fill)
    assert len(objects("s3://bank/names/x")) == 2
    replace_objects("s3://bank/names/x", lambda _: None)
    assert list(objects("s3://bank/names/x")) == [MARKER]


@pytest.mark.parametrize("moment", ["removed the marker", "uploaded rm_call.jsonl", "removed stale objects"])
def test_without_the_marker_until_all_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    place = f"s3://bank/c{len(moment)}"
    bank = make(tmp_path / "bank", bucket=f'{{kind: jsonl, path: "{place}/{{date}}"}}')
    Project.open(bank).run(DAY)
    promote(bank)
    Project.open(bank).run(DAY, replace=True, deliver=False)
    calm = copied(bank, tmp_path / "calm")
    (calm / "strategy.yaml").write_text((bank / "strategy.yaml").read_text("utf-8").replace(place, f"{place}/calm"), "utf-8")
    Project.open(calm).deliver(DAY)

    def watch(name: str) -> None:
        if name == moment:
            raise OSError(5, "Connection reset")

    monkeypatch.setattr(moments, "watch", watch)
    assert [each.code for each in Project.open(bank).deliver(DAY).diagnostics] == ["S0650"]
    monkeypatch.setattr(moments, "watch", None)
    assert MARKER not in objects(f"{place}/{DAY}")
    assert not Project.open(bank).deliver(DAY).diagnostics
    assert objects(f"{place}/{DAY}") == objects(f"{place}/calm/{DAY}")


def test_a_bucket_that_is_not_there(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "lists", bucket='{kind: csv, path: "s3://no-such-bucket/{date}"}')
    (problem,) = Project.open(bank).run(DAY).diagnostics
    assert problem.code == "S0650"
    assert "NoSuchBucket" in problem.message or "not found" in problem.message
    assert (bank / "delivered/parquet" / DAY).is_dir()
