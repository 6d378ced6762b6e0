"""How seriously a project takes what is found: `diagnostics: {S0412: error, S0410: off}` in its project file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from strategy_engine.catalog.models import Level
from strategy_engine.catalog.project_diagnostics import InconsistentProject
from strategy_engine.catalog.project_file import ProjectFile
from strategy_engine.diagnostics.model import REGISTRY, Diagnostic, Severity

_TOLD = re.compile("S0[0-4]")
"""The codes that a check can tell; the others are about data and runs."""


def levelled(found: Iterable[Diagnostic], file: ProjectFile) -> list[Diagnostic]:
    """The findings as the project wants them, and what is wrong with its wishes: an error stays one."""
    levels = file.project.diagnostics
    problems = list(_misfits(file)) if levels else []
    return [*(judged for each in found if (judged := _judged(each, levels.get(each.code))) is not None), *problems]


def _judged(found: Diagnostic, level: Level | None) -> Diagnostic | None:
    if level is None or type(found).severity is Severity.ERROR:
        return found
    return None if level is Level.OFF else found.judged(Severity(level.value))


def _misfits(file: ProjectFile) -> Iterator[Diagnostic]:
    known = {code: cls.severity for code, cls in REGISTRY.items() if _TOLD.match(code)}
    for code, level in file.project.diagnostics.items():
        span = file.span("diagnostics", code)
        if code not in known:
            yield InconsistentProject(span, f"a check tells no `{code}`")
        elif known[code] is Severity.ERROR and level is not Level.ERROR:
            yield InconsistentProject(span, f"`{code}` is an error, and stays one; only warnings and notes can be changed")
