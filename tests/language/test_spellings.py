"""One project that uses every construct, in three spellings: one model."""

from __future__ import annotations

import functools
import shutil
import tempfile
from dataclasses import fields
from pathlib import Path

import pytest

from strategy_engine.semantics.load import Loaded, load_project
from strategy_engine.semantics.model import Model

PROJECT = Path(__file__).parent / "projects" / "full"
PARTS = [field.name for field in fields(Model) if field.name != "project"]


@functools.cache
def loaded(spelling: str) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "full"
        shutil.copytree(PROJECT, root)
        file = root / "strategy.yaml"
        file.write_text(file.read_text("utf-8").replace("text/**", f"{spelling}/**"), "utf-8")
        return load_project(root)


@pytest.mark.parametrize("spelling", ["text", "yaml", "zh"])
def test_every_construct_reads(spelling: str) -> None:
    found = loaded(spelling)
    assert {diagnostic.code for diagnostic in found.diagnostics} == set()
    assert found.model is not None
    assert len(found.model.derived) == 70


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("spelling", ["yaml", "zh"])
def test_spellings_say_the_same(spelling: str, part: str) -> None:
    assert getattr(loaded(spelling).model, part) == getattr(loaded("text").model, part)
