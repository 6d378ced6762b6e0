"""Files: the same lists give the same bytes, harmless in a spreadsheet."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.delivery.files import file_name, write_lists
from strategy_engine.delivery.spreadsheets import PackageAbsentError

DAY = dt.date(2026, 11, 20)
ACTIONS = pl.DataFrame({"customer_id": ["1", "2"], "score": [1.5, -2.0]})
LISTS = {"sms": ACTIONS.with_columns(script=pl.Series(["=1+1", "你好"]))}


def write(out: Path, lists: dict[str, pl.DataFrame] = LISTS, form: str = "parquet") -> Path:
    folder = out / "2026-11-20"
    folder.mkdir(parents=True)
    write_lists(folder, DAY, ACTIONS, lists, {"date": "2026-11-20", "b": 1, "a": "客"}, form=form)
    return folder


def test_a_day_is_a_folder(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()) == [
        "actions.parquet", "channels/sms.parquet", "manifest.json",
    ]  # fmt: skip
    assert pl.read_parquet(folder / "channels" / "sms.parquet").equals(LISTS["sms"])
    assert list(json.loads((folder / "manifest.json").read_text("utf-8"))) == ["a", "b", "date"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\n=2", "＝1+1"])
def test_a_formula_is_disarmed_in_csv(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, {"sms": pl.DataFrame({"script": [text, "plain"], "score": [-1.5, 2.0]})}, "csv") / "channels" / "sms.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    read = pl.read_csv(path, infer_schema=False)
    assert read["script"].to_list() == ["'" + text, "plain"]
    assert read["score"].to_list() == ["-1.5", "2.0"]


def test_json_lines(tmp_path: Path) -> None:
    rows = pl.DataFrame({"sum": pl.Series(["12.50"]).cast(pl.Decimal(38, 2)), "at": [dt.datetime(2026, 11, 20, 9)]})
    path = write(tmp_path, {"sms": rows}, "jsonl") / "channels" / "sms.jsonl"
    assert json.loads(path.read_text("utf-8"))["sum"] == "12.50"


def test_a_workbook_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    first = (write(tmp_path / "a", form="xlsx") / "channels" / "sms.xlsx").read_bytes()
    assert first == (write(tmp_path / "b", form="xlsx") / "channels" / "sms.xlsx").read_bytes()


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(PackageAbsentError, match=r"xlsxwriter.*strategy-engine\[excel\]"):
        write(tmp_path, form="xlsx")


@pytest.mark.parametrize(("channel", "name"), [("短信", "短信"), ("a/b", "a%2Fb"), ("../x", "%2E.%2Fx"), ("a%2Fb", "a%252Fb")])
def test_no_channel_leads_out_of_its_folder(channel: str, name: str) -> None:
    assert file_name(channel) == name
