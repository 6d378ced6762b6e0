"""Each diagnostic's docstring is its documentation page."""

from __future__ import annotations

import pytest

from strategy_engine.catalog import project_diagnostics
from strategy_engine.diagnostics.model import REGISTRY, Diagnostic
from strategy_engine.diagnostics.pages import page, pages
from strategy_engine.source import reading, yaml_diagnostics
from strategy_engine.source.yaml_diagnostics import KeyIsNoText

OURS = [cls for cls in REGISTRY.values() if cls.__module__ in {m.__name__ for m in (project_diagnostics, reading, yaml_diagnostics)}]


def test_a_page() -> None:
    assert page(KeyIsNoText) == (
        "## S0114 · A key is empty, a list or a mapping\n\n"
        "Severity: error\n\n"
        "YAML allows any value as a key; in strategies a key is a name. Numbers and words such as `true` are taken as the text\n"
        "they are written as.\n\n"
        "### Why\n\n"
        "Such keys nearly always come from a missing quote or a stray `?`, `[` or `{`.\n\n"
        "### Example\n\n"
        "    {name}: 客户\n\n"
        "### Instead\n\n"
        "    '{name}': 客户\n"
    )


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)
def test_each_page_tells_what_why_and_what_instead(cls: type[Diagnostic]) -> None:
    text = page(cls)
    assert all(f"\n### {section}\n\n" in text for section in ("Why", "Example", "Instead"))
    assert text in pages()


def test_all_pages_are_in_the_order_of_codes() -> None:
    codes = [line.split()[1] for line in pages().splitlines() if line.startswith("## ")]
    assert codes == sorted(REGISTRY)
