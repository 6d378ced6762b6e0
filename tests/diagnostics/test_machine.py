"""The JSON form is fixed."""

from __future__ import annotations

import json
import subprocess
import sys

from strategy_engine.diagnostics.machine import to_json
from strategy_engine.diagnostics.order import ordered
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.yaml_diagnostics import InvalidYaml, KeyIsNoText

SOURCE = SourceFile("b.yaml", "😀客户\nab\n")


def test_the_form() -> None:
    text = to_json([InvalidYaml(Span("b.yaml", 1, 3), "wrong `客户`", "mend it")], {"b.yaml": SOURCE})
    assert text == (
        '{"version": 1, "diagnostics": [{"code": "S0110", "severity": "error", "message": "wrong `客户`", "file": "b.yaml", '
        '"line": 1, "column": 2, "end_line": 1, "end_column": 4, "help": "mend it"}]}'
    )


def test_without_a_place() -> None:
    found = json.loads(to_json([InvalidYaml(None, "a"), InvalidYaml(Span("unread", 0, 0), "b")], {}))["diagnostics"]
    assert [(one["file"], one["line"], one["end_column"], one["help"]) for one in found] == [(None,) * 4, ("unread", None, None, None)]


def test_nothing() -> None:
    assert to_json([], {}) == '{"version": 1, "diagnostics": []}'


def test_a_file_name_that_is_no_unicode() -> None:
    text = to_json([InvalidYaml(Span("\udc80.yaml", 0, 0), "a")], {})
    assert json.loads(text.encode())["diagnostics"][0]["file"] == "\udc80.yaml"


def test_order() -> None:
    late, early = InvalidYaml(Span("b", 5, 6), "x"), InvalidYaml(Span("b", 1, 2), "x")
    key, other_file, nowhere = KeyIsNoText(Span("b", 1, 2)), InvalidYaml(Span("a", 9, 9), "x"), InvalidYaml(None, "x")
    again = InvalidYaml(Span("b", 5, 6), "x", "found by another pass")
    assert ordered([late, key, early, other_file, again, nowhere]) == [nowhere, other_file, early, key, again]


def test_machines_need_no_terminal() -> None:
    program = "import sys, strategy_engine.diagnostics.machine, strategy_engine.catalog.project_file; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
