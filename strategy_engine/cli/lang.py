"""`--lang`, before or behind every command. `strategy fmt` has one of its own, of the words in files: there it stands before `fmt`."""

from __future__ import annotations

import copy
from typing import Any

from typer.core import TyperGroup

TONGUES = ("en", "zh")
HELP = "Tell everything in `en` or `zh`; as STRATEGY_LANG or the locale says if left out."


class Commands(TyperGroup):
    """Commands that take `--lang`."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, with the option."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and not any("--lang" in each.opts for each in command.params):
            option = copy.copy(next(each for each in self.params if "--lang" in each.opts))
            option.expose_value, option.callback = False, _behind
            command.params.append(option)
        return command


def told_in(tongue: str | None) -> None:
    """What was given before the command."""
    from strategy_engine.diagnostics.tongue import choose

    if tongue is not None and tongue not in TONGUES:
        from strategy_engine.cli.console import fail

        fail(f"no `--lang {tongue}`", help=f"it is one of {', '.join(TONGUES)}")
    choose(tongue)


def _behind(_context: Any, _option: Any, tongue: str | None) -> None:
    if tongue is not None:
        told_in(tongue)
