"""The moments between the steps of a transaction, so that tests can cut it off at every one of them."""

from __future__ import annotations

from collections.abc import Callable

watch: Callable[[str], None] | None = None
"""Called with the name of each moment; None outside tests."""


def reached(moment: str) -> None:
    """Say that a step is done and the next has not begun."""
    if watch is not None:
        watch(moment)
