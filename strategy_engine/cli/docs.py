"""`strategy docs`."""

from __future__ import annotations

from strategy_engine.cli.console import FINE


def functions() -> int:
    """Print the page of functions."""
    from strategy_engine.language.functions.pages import pages

    print(pages(), end="")
    return FINE


def diagnostics() -> int:
    """Print the page of diagnostics."""
    from strategy_engine.cli.everything import import_all
    from strategy_engine.diagnostics.pages import pages

    import_all()
    print(pages(), end="")
    return FINE
