"""Samples in both tongues and both spellings, tokenised by the engine and grammars of VS Code; `.out` beside them says with which scopes.

With UPDATE_GOLDEN=1 in the environment the outputs are written anew. `node tests/editor/tokenise.mjs --html SCOPE FILE` shows colours.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from strategy_engine.language.grammar import parser
from strategy_engine.language.text_reader import read_text
from strategy_engine.language.textmate import SCOPES
from strategy_engine.source.file import SourceFile

from .node import require_packages, run

HERE = Path(__file__).parent
SAMPLES = sorted(path for path in (HERE / "samples").iterdir() if path.suffix != ".out")


def test_every_terminal_of_the_grammar_has_its_colour() -> None:
    named = {each.name for each in parser()[0].terminals if not each.name.startswith("__")}
    signs = {"COLON", "COMMA", "EQUAL", "LBRACE", "RBRACE", "VBAR"}
    assert named - signs == set(SCOPES)


@pytest.mark.parametrize("path", [path for path in SAMPLES if path.suffix == ".strategy"], ids=lambda path: path.stem)
def test_samples_are_of_the_language(path: Path) -> None:
    assert read_text(SourceFile(path.name, path.read_text("utf-8")))[1] == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_scopes(path: Path) -> None:
    require_packages()
    said = run("node", HERE / "tokenise.mjs", "source.yaml" if path.suffix in (".yaml", ".yml") else "source.strategy", path)
    golden = path.with_name(f"{path.name}.out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")
