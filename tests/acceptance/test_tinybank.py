"""The worked example: what each day must list, in all three spellings."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import polars as pl
import pytest

from strategy_engine.language.printing.format import Form, form_of, formatted
from strategy_engine.language.printing.tongue import Language
from strategy_engine.session import Project
from strategy_engine.source.file import SourceFile

TINYBANK = Path(__file__).parents[3] / "shared" / "acceptance" / "tinybank"
SPELLINGS = ("strategies", "strategies_yaml", "strategies_zh")
WRITTEN_AS = {
    "strategies": (Form.DSL, Language.EN),
    "strategies_yaml": (Form.YAML, Language.EN),
    "strategies_zh": (Form.DSL, Language.ZH),
}
KEYS = ["customer_id", "strategy", "benefit", "channel", "step"]

pytestmark = pytest.mark.skipif(
    not TINYBANK.exists() and not os.environ.get("CI"), reason="the worked example lies in ../shared/acceptance beside the checkout"
)


def bank(spelling: str, folder: Path) -> Project:
    others = [each for each in SPELLINGS if each != spelling]
    copy = Path(shutil.copytree(TINYBANK, folder / spelling, ignore=lambda _, names: [name for name in names if name in others]))
    project = copy / "strategy.yaml"
    text = project.read_text("utf-8").replace("[strategies/**]", f"[{spelling}/**]")
    project.chmod(0o644)
    project.write_text(text, "utf-8")
    copy.chmod(0o755)
    return Project.open(copy)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_day_one(spelling: str, tmp_path: Path) -> None:
    expected = pl.read_csv(TINYBANK / "expected" / "2026-11-20.csv", infer_schema=False).select(KEYS).fill_null("")
    actions = bank(spelling, tmp_path).run(dt.date(2026, 11, 20)).actions
    assert sorted(actions.select(pl.col(KEYS).cast(pl.String).fill_null("")).rows()) == sorted(expected.rows())


def test_the_three_spellings_give_one_model(tmp_path: Path) -> None:
    models = [bank(spelling, tmp_path).model for spelling in SPELLINGS]
    for part in ("derived", "triggers", "benefits", "channels", "kpis", "policies", "arbitration", "strategies"):
        first, *others = (getattr(model, part) for model in models)
        assert all(other == first for other in others), part


@pytest.mark.parametrize("target", SPELLINGS)
@pytest.mark.parametrize("source", SPELLINGS)
def test_each_spelling_converts_into_each_other(source: str, target: str, tmp_path: Path) -> None:
    """And says the same then: the model is equal in all its parts."""
    form, language = WRITTEN_AS[target]
    project = bank(source, tmp_path)
    before = project.model
    for path in sorted((project.folder / source).rglob("*")):
        if path.suffix not in (".strategy", ".yaml"):
            continue
        text = path.read_text("utf-8")
        converted, problems = formatted(SourceFile(path.name, text), form_of(path.name), form, language)
        assert converted is not None, [each.message for each in problems]
        path.parent.chmod(0o755)
        path.unlink()
        path.with_suffix(form.suffix).write_text(converted, "utf-8")
    after = Project.open(project.folder).model
    for part in ("derived", "grids", "triggers", "benefits", "products", "channels", "kpis", "policies", "arbitration", "strategies"):
        assert getattr(after, part) == getattr(before, part), part
