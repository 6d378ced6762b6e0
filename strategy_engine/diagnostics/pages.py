"""The documentation of diagnostics, from their docstrings.

The first line of a docstring is the page's title. A paragraph that begins with `Why:`, `Example:` or `Instead:` becomes
a section; the rest is Markdown already.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

from strategy_engine.diagnostics.model import REGISTRY, Diagnostic

_SECTION = re.compile(r"^(Why|Example|Instead):(?: +(\S))?\n*", re.MULTILINE)


def title(cls: type[Diagnostic]) -> str:
    """What a diagnostic is about, in a few words without a final period."""
    return inspect.cleandoc(cls.__doc__ or cls.__name__).partition("\n")[0].rstrip(".")


def page(cls: type[Diagnostic], said: Callable[[str, str], str] = lambda text, _: text) -> str:
    """The page of one diagnostic, in Markdown; `said` gives a text of a code in another tongue, which the title is told in."""
    _, _, body = inspect.cleandoc(cls.__doc__ or cls.__name__).partition("\n")
    sections = _SECTION.sub(lambda found: f"### {found[1]}\n\n{(found[2] or '').upper()}", body.strip())
    return f"## {cls.code} · {said(title(cls), cls.code)}\n\nSeverity: {cls.severity.value}\n\n{sections}".rstrip() + "\n"


def pages() -> str:
    """The pages of all diagnostics that have been imported, by code."""
    return "# Diagnostics\n\n" + "\n".join(page(REGISTRY[code]) for code in sorted(REGISTRY))
