"""Sinks are held against the channels: what the project file alone cannot tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy_engine.diagnostics.model import Severity
from strategy_engine.session import Project

PROJECT = """
project: x
data: {customer: {kind: snapshot, path: c.csv, key: id, columns: {id: id, name: text, step: int}}}
columns: [step]
sinks:
  one: SINK
"""
CHANNELS = "channel sms { columns: name }\nchannel call {}\n"


def told(folder: Path, sink: str, channels: str = CHANNELS) -> list[str]:
    (folder / "strategy.yaml").write_text(PROJECT.replace("SINK", sink), "utf-8")
    (folder / "bank.strategy").write_text(channels, "utf-8")
    project = Project.open(folder)
    text = (folder / "strategy.yaml").read_text("utf-8")
    found = (each for each in project.check() if each.severity is not Severity.NOTE)
    places = {each: text[each.span.start : each.span.end] if each.span else "" for each in found}
    return [f"{place}: {each.message}" + (f" ({each.help})" if each.help else "") for each, place in places.items()]


@pytest.mark.parametrize(
    ("sink", "said"),
    [
        ('{kind: csv, path: "a/{date}", channels: [sms, cal]}', ["cal: no channel `cal` (did you mean `call`?)"]),
        (
            '{kind: csv, path: "a/{date}", columns: [rank, customer_step, step, nam]}',
            ["nam: no list of the sink's channels has a column `nam` (did you mean `name`?)"],
        ),
        (
            '{kind: xlsx, path: "a/{date}", by: assigne}',
            ["assigne: no list of the sink's channels has a column `assigne` (did you mean `assignee`?)"],
        ),
        ('{kind: xlsx, path: "a/{date}", by: name, channels: [call]}', ["name: no list of the sink's channels has a column `name`"]),
        ('{kind: xlsx, path: "a/{date}", by: name, channels: [sms], columns: [name]}', []),
        (
            '{kind: csv, path: "a/{date}", columns: [name]}',
            ["columns: the list of `call` has none of these columns, and nothing of it would be delivered"],
        ),
        ("{kind: postgresql, url_env: U, table: t, columns: [name]}", []),
    ],
)
def test_channels_and_columns(tmp_path: Path, sink: str, said: list[str]) -> None:
    assert told(tmp_path, sink) == said


def test_a_channel_with_errors_is_no_unknown_one(tmp_path: Path) -> None:
    found = told(tmp_path, '{kind: csv, path: "a/{date}", channels: [sms], columns: [name]}', "channel sms { columns: nam }")
    assert len(found) == 1
    assert "`nam`" in found[0]
