"""What holds for all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# golden texts are English, whatever the machine's locale
os.environ["STRATEGY_LANG"] = "en"

# a busy machine is no failure; the same examples on every machine
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long goes first, so that no process is left waiting for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
