"""When Python looks for garbage: not while a project is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Syntax trees and models are many small objects, none of them garbage: looking for garbage was half the cost of loading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def lasting() -> Iterator[None]:
    """The same of what is made to stay, which is not searched afterwards either; for 5,000 strategies that took a quarter of a second."""
    if not gc.isenabled():
        yield
        return
    gc.collect()  # what is garbage by now would stay, too
    with uncollected():
        yield
        gc.freeze()
