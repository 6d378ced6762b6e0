"""The extension for VS Code: what its manifest names is there, its snippets are of the language, and it can be packaged."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from strategy_engine.language import ast
from strategy_engine.language.text_reader import read_text
from strategy_engine.language.words import KINDS
from strategy_engine.semantics.keys import KEYS, REQUIRED
from strategy_engine.source.file import SourceFile

from .node import EXTENSION, ROOT, require_packages, run

MANIFEST: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
SNIPPETS: dict[str, Any] = json.loads((EXTENSION / "snippets" / "strategy.json").read_text("utf-8"))

_CHOICE = re.compile(r"\$\{\d+\|([^,|]*)[^|]*\|\}")
_DEFAULT = re.compile(r"\$\{\d+:((?:[^{}\\]|\\.|\{[^{}]*\\\})*)\}")


def expanded(body: list[str]) -> str:
    """A snippet as it stands where its reader changes nothing: the first of each choice, the default of each placeholder."""
    text = _DEFAULT.sub(lambda match: match[1], _CHOICE.sub(lambda match: match[1], "\n".join(body)))
    return re.sub(r"\$\d", "", text).replace("\\}", "}") + "\n"


def declarations(name: str) -> tuple[ast.Declaration, ...]:
    """What the snippet says; one that is a field stands in a strategy."""
    text = expanded(SNIPPETS[name]["body"])
    if re.match(r"[^\s{]+:", text):
        text = f"strategy s {{\n{text}}}\n"
    module, diagnostics = read_text(SourceFile(f"{name}.strategy", text))
    assert diagnostics == [], text
    return module.declarations


def named(value: object) -> list[str]:
    """All paths of the extension's own files in a manifest."""
    match value:
        case dict():
            return [path for each in value.values() for path in named(each)]
        case list():
            return [path for each in value for path in named(each)]
        case str() if value.startswith("./"):
            return [value.removeprefix("./")]
    return []


def test_what_the_manifest_names_is_there() -> None:
    paths = [path for path in named(MANIFEST) if not path.startswith("build/")]
    assert paths
    assert [path for path in paths if not (EXTENSION / path).is_file()] == []
    for path in paths:
        json.loads((EXTENSION / path).read_text("utf-8"))


def test_brackets_of_both_widths_close() -> None:
    closing = json.loads((EXTENSION / "language-configuration.json").read_text("utf-8"))["autoClosingPairs"]
    assert {"{}", "[]", "()", "（）", "【】", "「」", "“”"} <= {each["open"] + each["close"] for each in closing}


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text("utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert lock["packages"][""]["devDependencies"] == MANIFEST["devDependencies"]


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippets_are_of_the_language(name: str) -> None:
    for declaration in declarations(name):
        if "${" in expanded(SNIPPETS[name]["body"]):
            pytest.fail("a placeholder is left")
        used = {field.key for field in declaration.fields}
        known = {*KEYS[declaration.kind], *({"term"} if declaration.kind == "product" else ())}
        assert used <= known
        assert declaration.name == "s" or set(REQUIRED.get(declaration.kind, ())) <= used


def test_every_kind_has_a_snippet_in_both_tongues() -> None:
    prefixes = {
        prefix for each in SNIPPETS.values() for prefix in ([each["prefix"]] if isinstance(each["prefix"], str) else each["prefix"])
    }
    assert {*KINDS, *KINDS.values()} <= prefixes


# ------------------------------------------------------------------------------------------------ with Node


def asked(program: str) -> str | None:
    """What the client says before it starts a server."""
    call = f"require('./client/program').missing({json.dumps(program)}).then((said) => console.log(JSON.stringify(said)))"
    return json.loads(run("node", "-e", call))


def test_an_absent_program_is_told() -> None:
    require_packages()
    said = asked("no-such-program")
    assert said is not None
    assert "`no-such-program` is not there" in said
    assert "strategy-engine[editor]" in said
    assert "strategy.path" in said
    assert asked("node") is None


def test_a_path_counts_from_the_opened_folder() -> None:
    require_packages()
    call = (
        "const { located } = require('./client/program'); console.log(located('.venv/bin/strategy', '/bank'), located('strategy', '/bank'))"
    )
    assert run("node", "-e", call).split() == ["/bank/.venv/bin/strategy", "strategy"]


def test_it_is_packaged_and_starts(tmp_path: Path) -> None:
    require_packages()
    grammar = tmp_path / "grammar"
    shutil.copytree(ROOT / "grammar", grammar, ignore=shutil.ignore_patterns("node_modules", "build"))
    shutil.copy(ROOT / "LICENSE", tmp_path)
    (grammar / "vscode" / "node_modules").symlink_to(EXTENSION / "node_modules")
    run("npm", "run", "--silent", "package", "--", "--out", tmp_path / "strategy.vsix", folder=grammar / "vscode")
    names = set(zipfile.ZipFile(tmp_path / "strategy.vsix").namelist())
    assert {f"extension/{path}" for path in named(MANIFEST)} <= names
    assert {"extension/package.json", "extension/build/LICENSE"} <= {*names}
    assert not [name for name in names if "node_modules" in name or "client/" in name]
    assert (tmp_path / "strategy.vsix").stat().st_size < 500_000
    with zipfile.ZipFile(tmp_path / "strategy.vsix") as package:
        package.extractall(tmp_path / "installed")
    bundle = tmp_path / "installed" / "extension" / "build" / "extension.js"
    (told,) = json.loads(run("node", Path(__file__).with_name("activate.mjs"), bundle, "no-such-program"))
    assert "`no-such-program` is not there" in told
