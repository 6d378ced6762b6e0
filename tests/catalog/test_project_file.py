"""Every way in which a project file can be wrong is told at its place, and none ends in a traceback.

`projects/` holds one wrong project file each, beside what must be said about it (`.out`); with UPDATE_GOLDEN=1 in the
environment the outputs are written anew.
"""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.catalog.project_file import PROJECT_FILE, ProjectFile, read_project
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.source.file import SourceFile

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TINYBANK = ROOT / ".." / "shared" / "acceptance" / "tinybank"

MINIMAL = """\
project: mybank
data:
  customer:
    kind: snapshot
    path: data/customer.csv
    key: customer_id
    columns: {customer_id: id}
"""


def read(folder: Path, text: str) -> tuple[ProjectFile | None, str]:
    """The project, and a line for each diagnostic."""
    (folder / PROJECT_FILE).write_bytes(text.encode())
    project, diagnostics, file = read_project(folder)
    return project, "".join(line(diagnostic, file) for diagnostic in diagnostics)


def line(diagnostic: Diagnostic, file: SourceFile | None) -> str:
    place = "-"
    if diagnostic.span is not None and file is not None:
        start, end = file.position(diagnostic.span.start), file.position(diagnostic.span.end)
        place = f"{start.line}:{start.column}-{end.column}"
    return f"{diagnostic.code} {place} {diagnostic.message}\n" + (f"    {diagnostic.help}\n" if diagnostic.help else "")


@pytest.mark.parametrize("path", sorted((HERE / "projects").glob("*.yaml")), ids=lambda path: path.stem)
def test_wrong_projects(path: Path, tmp_path: Path) -> None:
    project, said = read(tmp_path, path.read_text(encoding="utf-8"))
    golden = path.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")
    assert project is None


def test_the_least_project(tmp_path: Path) -> None:
    found, said = read(tmp_path, MINIMAL)
    assert said == ""
    assert found is not None
    assert found.folder == tmp_path
    assert found.project.snapshot.name == "customer"
    assert found.node.key("project") is not None
    assert found.file.path == (tmp_path / PROJECT_FILE).as_posix()


def test_tinybank() -> None:
    if not TINYBANK.exists():
        pytest.skip("the worked example is not beside this checkout")
    found, diagnostics, _ = read_project(TINYBANK)
    assert diagnostics == []
    assert found is not None
    assert sorted(found.project.tables) == ["customer", "feedback", "holding", "market", "txn"]


def test_everything_that_may_be_said(tmp_path: Path) -> None:
    found, said = read(tmp_path, (HERE / "full.yaml").read_text(encoding="utf-8"))
    assert said == ""
    assert found is not None
    columns = found.project.snapshot.columns
    assert columns["grade"].values == {"007": "一级", "NO": "否", "1.0": None}
    assert list(columns["flag"].values or ()) == ["1", "true", "~"]
    assert (columns["aum"].min, columns["aum"].minimum) == (Decimal("0.05"), 5)
    assert columns["rate"].optional
    assert found.project.params == {"window": "60 days", "factor": 1.5}


def test_paths_may_leave_the_folder(tmp_path: Path) -> None:
    found, said = read(tmp_path, MINIMAL.replace("data/customer.csv", "/srv/../data/{date}.csv"))
    assert said == ""
    assert found is not None
    assert found.project.snapshot.dated


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_no_project(tmp_path: Path, name: str) -> None:
    project, diagnostics, file = read_project(tmp_path / name)
    assert (project, file) == (None, None)
    folder = (tmp_path / name).as_posix()
    expected = f"there is no folder `{folder}`" if name else f"no `strategy.yaml` in the folder `{folder}`"
    assert [(d.code, d.message) for d in diagnostics] == [("S0001", expected)]


def test_a_project_file_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / PROJECT_FILE).write_bytes("project: 银行\n".encode("gb18030"))
    _, diagnostics, _ = read_project(tmp_path)
    assert [d.code for d in diagnostics] == ["S0102"]


KEYS = ["project", "data", "customer", "columns", "values", "kind", "type", "min", "of", "feedback", "from", "params", "1", "'[key]'"]
SCALARS = ["", "1", "-1.5", ".inf", ".nan", "true", "~", "id", "enum", "date?", "snapshot", "events", "'x'", "2026-11-21", "'2'"]
DOCUMENTS = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(item or '~' for item in items)}]")
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4).map(
            lambda entries: "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"
        )
    ),
    max_leaves=20,
)


@given(key=st.sampled_from(["data", "feedback", "calendar", "on_breach", "include", "timezone", "params", "columns"]), value=DOCUMENTS)
def test_no_document_raises(tmp_path_factory: pytest.TempPathFactory, key: str, value: str) -> None:
    base = MINIMAL if key != "data" else "project: x\n"
    for text in (f"{base}{key}: {value}\n", value, MINIMAL.replace("{customer_id: id}", value or "~")):
        folder = tmp_path_factory.mktemp("project")
        project, said = read(folder, text)
        assert (project is None) == bool(said)
