"""What people are told in Chinese: all of it, with nothing of the user's words changed. `UPDATE_GOLDEN=1` writes the texts anew."""

from __future__ import annotations

import ast
import datetime as dt
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from string import Formatter

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from strategy_engine.catalog.models import Tolerance
from strategy_engine.catalog.project_file import read_project
from strategy_engine.cli.everything import import_all
from strategy_engine.cli.main import app
from strategy_engine.diagnostics import human, tongue
from strategy_engine.diagnostics.model import REGISTRY, Diagnostic
from strategy_engine.diagnostics.pages import title
from strategy_engine.diagnostics.wrapping import break_points
from strategy_engine.engine.data.breaches import (
    FORMS,
    BelowMinimum,
    DuplicateKey,
    EmptySnapshot,
    FutureEvents,
    MissingColumn,
    MissingFile,
    MissingKey,
    MissingValue,
    UnknownCustomers,
    UnknownEnumValue,
    WrongType,
)

from ..analysis import test_lints as lints
from ..catalog.test_project_file import HERE as CATALOG
from ..proofs import test_cases as proofs
from ..semantics import test_messages as messages
from ..semantics.checked import PLAIN_PROJECT
from ..wrong.cases import CASES as WRONG
from ..wrong.cases import printed

PACKAGE = Path(tongue.__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "chinese"

DAY = dt.date(2026, 11, 20)

LATER = {"S0605", "S0606", "S0621", "S0630", "S0650"}
"""What a run or a test tells in parts that are not translated yet; this list only shrinks."""


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    tongue.choose(None)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Diagnostic]:
    """Fills with every finding that is rendered."""
    found: list[Diagnostic] = []
    monkeypatch.setattr(human, "translated", lambda each: found.append(each) or each)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return found


def english_left(found: list[Diagnostic]) -> list[str]:
    """The texts that stay English, and those of which a word of the user was lost."""
    left = []
    for each in found:
        for text in (each.message, each.help, *(label.text for label in each.labels)):
            chinese = tongue.in_chinese(text, each.code) if text else ""
            if chinese is None:
                left.append(f"{each.code}: {text}")
            elif text and "`" in text and set(re.findall(r"`([^`]*)`", text)) - set(re.findall(r"`([^`]*)`", chinese)) - STATED:
                left.append(f"{each.code}: {text} -> {chinese}")
    return left


STATED = {"project: NAME", "key: value", "valid: FROM .. TO", "trigger name { … }", "name: …"}
"""Examples with words that stand for something, which are translated."""


# ------------------------------------------------------------------------------------------------ nothing stays English


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_wrong_inputs(case: object, told: list[Diagnostic], tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    os.chdir(tmp_path / "bank")
    printed(case, tmp_path / "bank")  # type: ignore[arg-type]
    assert told
    assert english_left(told) == []


@pytest.mark.parametrize(
    ("module", "case"),
    [(module, case) for module in (messages, lints, proofs) for case in module.CASES],
    ids=lambda part: part.name if isinstance(part, Path) else "",
)
def test_errors_and_lints(module: object, case: Path, told: list[Diagnostic], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module.told(case, tmp_path, monkeypatch)  # type: ignore[attr-defined]
    assert told
    assert english_left(told) == []


@pytest.mark.parametrize("path", sorted((CATALOG / "projects").glob("*.yaml")), ids=lambda path: path.stem)
def test_project_files(path: Path, tmp_path: Path) -> None:
    (tmp_path / "strategy.yaml").write_bytes(path.read_bytes())
    _, found, _ = read_project(tmp_path)
    assert english_left(found) == []


ROWS = {"table": "customer", "column": "aum", "count": 2, "key": "7", "value": "-1"}
BREACHES = [
    MissingFile(None, "txn", "t.csv", date=DAY, nearest=(DAY,)),
    MissingFile(None, "txn", "t.csv", tolerated=Tolerance.MISSING),
    MissingColumn(None, "customer", "aum", "AUM", "c.csv", "aum_"),
    *(WrongType(None, **ROWS, expected=kind) for kind in FORMS),
    WrongType(None, **ROWS, expected="money", found="list(float64)", tolerated=Tolerance.MISSING),
    UnknownEnumValue(None, **ROWS, declared=("gold", "mass"), tolerated=Tolerance.DROP),
    MissingKey(None, "customer", "id", 1),
    DuplicateKey(None, "customer", "id", 1, value="3"),
    BelowMinimum(None, **ROWS, minimum="0"),
    MissingValue(None, "customer", "aum", 1, key="7", tolerated=Tolerance.DROP),
    EmptySnapshot(None, "customer", "c.csv", tolerated=Tolerance.MISSING),
    FutureEvents(None, "txn", "at", 3, date=DAY),
    UnknownCustomers(None, "txn", "customer_id", 1, value="9"),
]


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: type(breach).__name__)
def test_breaches_of_the_data_contract(breach: Diagnostic) -> None:
    assert english_left([breach]) == []


def test_every_page_has_a_title_and_every_code_its_messages() -> None:
    import_all()
    known = tongue.catalogue()
    ours = {code: cls for code, cls in REGISTRY.items() if cls.__module__.startswith("strategy_engine.")}
    assert [code for code, cls in ours.items() if tongue.in_chinese(title(cls), code) is None] == []
    bare = {code for code in ours if len(known[code]) < 2}  # nothing but a title
    assert bare <= LATER
    assert all(code >= "S05" for code in LATER)


def test_every_text_has_one_chinese() -> None:
    twice = [
        (section, pair.english)
        for section, pairs in tongue.catalogue().items()
        for number, pair in enumerate(pairs)
        if pair.english in {each.english for each in pairs[:number]}
    ]
    assert twice == []


def test_no_entry_is_stale() -> None:
    """What the templates have between their holes is still said somewhere in the program."""
    texts = "\n".join(_texts())
    stale = []
    for section, pairs in tongue.catalogue().items():
        for pair in pairs:
            parts = [text.strip(" `") for text, *_ in Formatter().parse(pair.english)]
            if section in (tongue.COMMANDS, tongue.PHRASES, tongue.SUMMARY):  # put together of words
                parts = [word for part in parts for word in re.findall("[a-z]+", part) if word != "null"]
            stale += [f"{section}: {pair.english}" for part in parts if re.search("[a-z]{3}", part) and part not in texts]
    assert stale == [], "\n".join(stale)


def test_both_sides_of_an_entry_have_the_same_holes() -> None:
    for pairs in tongue.catalogue().values():
        for pair in pairs:
            english, chinese = ({name for _, name, _, _ in Formatter().parse(side) if name} for side in (pair.english, pair.chinese))
            assert chinese == english, pair


def _texts() -> Iterator[str]:
    """All texts of the program, with nothing where something is filled in."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp):
                yield from _said(node)


def _said(node: ast.AST) -> list[str]:
    """What an expression of texts may come out as."""
    match node:
        case ast.Constant(str(text)):
            return [text]
        case ast.JoinedStr(parts):
            return _all([_said(part) for part in parts])
        case ast.BinOp(left, ast.Add(), right):
            return _all([_said(left), _said(right)])
        case ast.IfExp(_, one, other):
            return [*_said(one), *_said(other)]
        case ast.FormattedValue(value):
            return _said(value)
    return [""]


def _all(parts: list[list[str]]) -> list[str]:
    return ["".join(each) for each in itertools.islice(itertools.product(*parts), 100)]


# ------------------------------------------------------------------------------------------------ as it is printed

NAMES = (
    "newcomer/07_yuan",
    "newcomer/11_text_without_quotes",
    "chinese/label_misspelt",
    "chinese/limit",
    "yaml/full_width_colon",
    "project/gbk",
    "project/misspelt_type",
    "project/wrong_suffix",
    "project/path_placeholder",
)
SHOWN = {case.name.replace("/", "-"): case for case in WRONG if case.name in NAMES}


@pytest.mark.parametrize("name", [*SHOWN, "planted.strategy", "types.strategy", "shares.strategy", "uses.strategy"])
def test_golden(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATEGY_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "bank"
    folder.mkdir()
    monkeypatch.chdir(folder)
    if name in SHOWN:
        printed(SHOWN[name], folder)  # puts the files there
    else:
        (folder / "strategy.yaml").write_text(PLAIN_PROJECT, "utf-8")
        shutil.copy(next(path for path in (*messages.CASES, *lints.CASES) if path.name == name), folder)
    text = CliRunner().invoke(app, ["check", "--notes"]).stdout
    golden = GOLDEN / f"{name}.out"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
    assert all(cell_len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("没有字段 `aum`，也没有客群。", ["没有字段 ", "`aum`，也没", "有客群。"]),
        ("一二三四五六，七", ["一二三四五", "六，七"]),
        ("一二三四（五六）", ["一二三四", "（五六）"]),
        ("`abcdefghijklmno`", ["`abcdefghi", "jklmno`"]),
        ("", [""]),
    ],
)
def test_lines_of_chinese(text: str, lines: list[str]) -> None:
    points = [0, *break_points(text, 11 if "aum" in text else 10), len(text)]
    assert [text[start:end] for start, end in pairwise(points)] == lines


# ------------------------------------------------------------------------------------------------ which tongue


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "zh_CN.UTF-8", "STRATEGY_LANG": "en"}, "en"),
        ({"LANG": "C", "STRATEGY_LANG": "zh"}, "zh"),
    ],
)
def test_the_environment_chooses(environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STRATEGY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert tongue.chosen() == expected
    assert tongue.chosen(asked=True) == "en"


def invoke(*arguments: str) -> str:
    return CliRunner().invoke(app, list(arguments)).output


def test_the_option_stands_before_or_behind_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (("--lang", "zh", "check"), ("check", "--lang", "zh"), ("ledger", "status", "--lang", "zh")):
        assert "错误[S0001]" in invoke(*arguments), arguments
        assert "error[S0001]" in invoke("check")  # and is forgotten behind it
    assert "it is one of en, zh" in invoke("check", "--lang", "fr")
    assert invoke("--lang", "zh", "explain", "S0203").startswith("## S0203 · 没有这个函数")


def test_machines_read_english_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRATEGY_LANG", "zh")
    for form in ("json", "sarif", "github", "junit"):
        assert "no `strategy.yaml`" in invoke("check", "--format", form).replace("\\u0060", "`")
        assert "no `strategy.yaml`" not in invoke("--lang", "zh", "check", "--format", form)


def test_what_is_recalled_is_translated_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "strategy.yaml").write_text(PLAIN_PROJECT, "utf-8")
    shutil.copy(lints.HERE / "shares.strategy", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    english, first, again = (
        invoke("check", "--notes"),
        invoke("--lang", "zh", "check", "--notes"),
        invoke("check", "--lang", "zh", "--notes"),
    )
    assert "never binds" in english
    assert "永远不会起作用" in first
    assert "never binds" not in first
    assert first == again


def test_english_never_loads_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tongue.catalogue.cache_clear()
    invoke("check")
    assert tongue.catalogue.cache_info().currsize == 0
