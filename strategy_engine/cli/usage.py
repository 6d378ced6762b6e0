"""What is wrong with a command line, told as everything else is: typer finds it out, and says it in a style of its own."""

from __future__ import annotations

import re
import sys
from itertools import takewhile

from typer import TyperException

from strategy_engine.cli.console import USAGE, refuse

_TOLD = (
    (r"No such command '(.*)'\.(?: Did you mean '(?P<guess>.*?)'.*)?", "no command `{}`"),
    (r"No such option: (\S+)(?: \(Possible options: (?P<guess>[^,)]+).*)?", "no option `{}`"),
    (r"Missing argument '(.*?)'\..*", "the argument `{}` is missing"),
    (r"Missing option '(.*?)'\..*", "the option `{}` is missing"),
    (r"Option '(.*?)' requires an argument\.", "the option `{}` needs a value"),
    (r"Option '(.*?)' does not take a value\.", "the option `{}` takes no value"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", "more arguments than it takes: `{}`"),
    (r"Invalid value for '(.*?)': (?:Input )?([^,]*).*", "`{}`: {}"),
)
"""What typer says, and how it is said here."""


def tell(error: TyperException) -> int:
    """Say on standard error what is wrong; the exit code."""
    context = getattr(error, "ctx", None)
    said = error.format_message()
    if "\n" in said:  # a command without anything behind it, whose help is the message
        print(said, file=sys.stderr)
        return USAGE
    for pattern, form in _TOLD:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            guess = found.groupdict().get("guess")
            message = form.format(*found.groups())
            break
    else:
        guess, message = None, said[:1].lower() + said[1:].rstrip(".")
    words = takewhile(lambda each: not each.startswith("-"), sys.argv[1:])
    command = context.command_path if context is not None else " ".join(("strategy", *words))
    refuse(message, f"did you mean `{guess}`?" if guess else f"`{command} --help` tells how it is used")
    return USAGE
