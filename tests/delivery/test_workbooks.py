"""Workbooks: what somebody who makes the calls opens in the morning."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from strategy_engine.catalog.sinks import WorkbookSink
from strategy_engine.delivery.sinks import workbooks
from strategy_engine.delivery.sinks.handover import Handover
from strategy_engine.delivery.sinks.names import file_names, sheet_names
from strategy_engine.semantics.model import Model
from strategy_engine.session import Project

from .bank import DAY, make

DATE = dt.date.fromisoformat(DAY)


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return Project.open(make(tmp_path / "bank", "branches")).model


def rows(**columns: list[Any]) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    return pl.DataFrame({"action_id": [str(number) for number in range(count)], "rank": list(range(count, 0, -1)), **columns})


def deliver(model: Model, folder: Path, lists: dict[str, pl.DataFrame], **options: Any) -> dict[str, openpyxl.Workbook]:
    """The workbooks that come of lists, as they read back, by file."""
    sink = WorkbookSink(kind="xlsx", path="books/{date}", **options)
    workbooks.to_workbooks(sink, Handover(model, folder, DATE, lists))
    return {path.name: openpyxl.load_workbook(path) for path in sorted((folder / "books" / DAY).iterdir())}


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_branch_opens_its_workbook(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", branches='{kind: xlsx, path: "b/{date}", by: branch, columns: [rank, customer_id, branch, aum, script]}')
    Project.open(bank).run(DAY)
    book = openpyxl.load_workbook(bank / "b" / DAY / "东门支行.xlsx")
    assert book.sheetnames == ["客户经理外呼", "短信"]
    sheet = book["客户经理外呼"]
    assert values(sheet) == [
        ["顺序", "客户号", "支行", "资产管理规模", "话术"],
        [1, "2", "东门支行", 900000, "钱二,您好"],
        [6, "1", "东门支行", 1000.5, "赵一,您好"],
    ]
    assert sheet.freeze_panes == "A2"
    (table,) = sheet.tables.values()
    assert table.autoFilter.ref == "A1:E3"
    assert sheet["D2"].number_format == "#,##0.00"
    assert all(cell.font.bold for cell in sheet[1])
    widths = {name: sheet.column_dimensions[name].width for name in "ACDE"}
    assert widths["C"] > 8  # 东门支行 is eight wide
    assert widths["D"] > 12
    assert widths["E"] > 9
    assert book.properties.created == dt.datetime.combine(DATE, dt.time())


def test_dates_are_dates(tmp_path: Path, model: Model) -> None:
    lists = {"sms": rows(run_date=[DATE], valid_until=[dt.datetime(2026, 11, 21, 9, 30)], gold=[True])}
    sheet = deliver(model, tmp_path, lists)["sms.xlsx"].active
    assert values(sheet)[1] == ["0", 1, dt.datetime(2026, 11, 20), dt.datetime(2026, 11, 21, 9, 30), True]
    assert [sheet["C2"].number_format, sheet["D2"].number_format] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    assert sheet.column_dimensions["D"].width > 16


def test_a_formula_is_a_text_with_an_apostrophe(tmp_path: Path, model: Model) -> None:
    texts = ["=1+1", "+1", "-1", "@sum(A1)", "\tx", "{=1+1}", "https://a.b", "plain"]
    sheet = deliver(model, tmp_path, {"sms": rows(script=texts)})["sms.xlsx"].active
    cells = [row[2] for row in list(sheet.iter_rows())[:0:-1]]
    assert [cell.value for cell in cells] == ["'=1+1", "'+1", "'-1", "'@sum(A1)", "'\tx", "{=1+1}", "https://a.b", "plain"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_rows_stand_in_the_order_to_call(tmp_path: Path, model: Model) -> None:
    sheet = deliver(model, tmp_path, {"sms": rows(script=["c", "b", "a"])})["sms.xlsx"].active
    assert [row[1:] for row in values(sheet)[1:]] == [[1, "a"], [2, "b"], [3, "c"]]


def test_a_workbook_for_each_value(tmp_path: Path, model: Model) -> None:
    lists = {
        "rm_call": rows(assignee=["rm2", None, "Rm2", "a/b", "../x"]),
        "sms": rows(assignee=["rm2", "未分配"]),
        "app": rows(script=["nobody's"]),
    }
    books = deliver(model, tmp_path, lists, by="assignee")
    assert sorted(books) == sorted(["Rm2.xlsx", "a%2Fb.xlsx", "%2E.%2Fx.xlsx", "rm2 (2).xlsx", "未分配.xlsx", "未分配_.xlsx"])
    assert books["rm2 (2).xlsx"].sheetnames == ["客户经理外呼", "短信"]
    assert books["未分配_.xlsx"].sheetnames == ["客户经理外呼", "app"]


def test_more_rows_than_a_sheet_takes_go_on_in_the_next(tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    book = deliver(model, tmp_path, {"sms": rows(script=["e", "d", "c", "b", "a"])})["sms.xlsx"]
    assert book.sheetnames == ["短信", "短信 (2)", "短信 (3)"]
    assert [[row[2] for row in values(book[name])[1:]] for name in book.sheetnames] == [["a", "b"], ["c", "d"], ["e"]]


def test_no_cell_is_lost_for_its_length(tmp_path: Path, model: Model) -> None:
    sheet = deliver(model, tmp_path, {"sms": rows(script=["很" * 40_000])})["sms.xlsx"].active
    assert len(values(sheet)[1][2]) == 32_767


def test_the_same_lists_give_the_same_bytes(tmp_path: Path, model: Model) -> None:
    lists = {"sms": rows(script=["a", "b"], aum=pl.Series(["1.5", None]).cast(pl.Decimal(38, 2)).to_list())}
    for place in ("a", "b"):
        deliver(model, tmp_path / place, lists)
    assert (tmp_path / "a/books" / DAY / "sms.xlsx").read_bytes() == (tmp_path / "b/books" / DAY / "sms.xlsx").read_bytes()


def test_titles_of_the_projects_tongue(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "branches")
    for name in ("strategy.yaml", "bank.strategy"):
        text = (bank / name).read_text("utf-8")
        for chinese, english in (("编号", "Id"), ("姓名", "Name"), ("支行", "Rank"), ("客户经理外呼", "Calls"), ("客户经理", "RM")):
            text = text.replace(chinese, english)
        text = text.replace(", label: 资产管理规模", "").replace(", label: 金葵花", "").replace("短信", "Messages")
        (bank / name).write_text(text, "utf-8")
    sheet = deliver(Project.open(bank).model, tmp_path, {"sms": rows(branch=["x"], aum=[1])})["sms.xlsx"].active
    assert values(sheet)[0] == ["Action", "Rank", "Rank (branch)", "aum"]


def test_names_are_read_as_titles_and_values_as_labels(tmp_path: Path) -> None:
    bank = make(tmp_path / "bank", "branches")
    text = (bank / "strategy.yaml").read_text("utf-8").replace("columns: [branch, aum]", "columns: [branch, aum, tier]")
    tier = "      tier: {type: enum, values: {gold: 金葵花, mass: null}, optional: true}\n"
    (bank / "strategy.yaml").write_text(text.replace("sinks:", f"{tier}sinks:", 1), "utf-8")
    lists = {"sms": rows(channel=["sms"] * 3, strategy=["news", "gone", "news"], tier=["gold", None, "mass"])}
    sheet = deliver(Project.open(bank).model, tmp_path, lists)["sms.xlsx"].active
    assert [row[2:] for row in values(sheet)[1:]] == [["短信", "资讯", "mass"], ["短信", "gone", None], ["短信", "资讯", "金葵花"]]


def test_names_of_files_and_sheets() -> None:
    wide = "很" * 100
    assert file_names(["A", "a", "CON", "x.", "", wide, wide + "!"]) == {
        "A": "A", "a": "a (2)", "CON": "CON_", "x.": "x%2E", "": "_", wide: "很" * 66, wide + "!": "很" * 66 + " (2)",
    }  # fmt: skip
    names = sheet_names(["a/b", "A_B", "History", "x" * 40, "x" * 41, "'q'"], str)
    assert list(names.values()) == ["a_b", "A_B (2)", "History_", "x" * 31, "x" * 27 + " (2)", "q"]
