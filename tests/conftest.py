"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# a busy machine is no failure; the same examples on every machine
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
