"""`--lang` and `--plain`, before or behind every command. `fmt` and `docs` have a `--lang` of their own: there ours stands before them."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from typer.core import TyperGroup

TONGUES = ("en", "zh")
LANG = "Tell everything in `en` or `zh`; as STRATEGY_LANG or the locale says if left out."
PLAINLY = "STRATEGY_PLAIN"
"""The environment variable that asks for plain output; the option sets it."""
PLAIN = "For screen readers: sentences, and nothing drawn or coloured; as STRATEGY_PLAIN=1."


class Commands(TyperGroup):
    """Commands that take the shared options."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, with the options."""
        command = super().get_command(ctx, cmd_name)
        if command is None:
            return None
        for name, tell in _BEHIND.items():
            if not any(name in each.opts for each in command.params):
                option = copy.copy(next(each for each in self.params if name in each.opts))
                option.expose_value, option.callback = False, tell
                command.params.append(option)
        return command


def told_in(tongue: str | None) -> None:
    """The tongue that was given before the command."""
    from strategy_engine.diagnostics.tongue import choose

    if tongue is not None and tongue not in TONGUES:
        from strategy_engine.cli.console import fail

        fail(f"no `--lang {tongue}`", help=f"it is one of {', '.join(TONGUES)}")
    choose(tongue)


def told_plainly(asked: bool) -> None:
    """Whether plain output was asked for before the command."""
    if asked:
        os.environ[PLAINLY] = "1"


def end_in_order() -> None:
    """Have a command that is told to end (SIGTERM, as `timeout` and CI do) take its scratch folders with it, as at Ctrl-C."""
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def _lang_behind(_context: Any, _option: Any, tongue: str | None) -> None:
    if tongue is not None:
        told_in(tongue)


def _plain_behind(_context: Any, _option: Any, asked: bool) -> None:
    told_plainly(asked)


_BEHIND: Mapping[str, Callable[[Any, Any, Any], None]] = {"--lang": _lang_behind, "--plain": _plain_behind}
