"""`strategy lsp`."""

from __future__ import annotations

from strategy_engine.cli.console import FINE, fail


def run() -> int:
    """Serve an editor until it says good-bye."""
    try:
        from strategy_engine.lsp.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        fail("the language server needs the package `pygls`", help="install it with `pip install 'strategy-engine[editor]'`")
    serve()
    return FINE
