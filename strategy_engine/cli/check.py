"""`strategy check`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.cli.console import FINE, STRATEGIES, fail, show
from strategy_engine.diagnostics.model import Diagnostic, Severity, has_errors
from strategy_engine.diagnostics.tongue import said
from strategy_engine.record import record
from strategy_engine.session import Project, StrategyError, checked
from strategy_engine.source.discovery import SUFFIXES, project_folder
from strategy_engine.source.file import SourceFile, Span

if TYPE_CHECKING:
    from strategy_engine.analysis.verdict import LimitAtWorst, Verdict

FORMATS = ("human", "json", "sarif", "github", "junit")
IN_TABLE = "S0413"
"""The note that people read in the table of worst cases instead."""


@record
class Options:
    """How to tell what is wrong.

    deny: warnings are errors.      notes: each of them in its place.      fix: mend first what is certain.
    quiet: nothing but errors and warnings.      data: a date, of whose customers to look at some.
    """

    form: str = "human"
    deny: bool = False
    notes: bool = False
    fix: bool = False
    quiet: bool = False
    data: str | None = None


def run(path: Path, options: Options) -> int:
    """Print what is wrong; the exit code."""
    if options.form not in FORMATS:
        fail(f"no format `{options.form}`", help=f"formats are {', '.join(FORMATS)}")
    if not path.exists():
        fail(f"nothing at `{path}`")
    if path.is_file() and path.suffix.lower() not in SUFFIXES:
        fail(f"`{path}` is no strategy file", help=f"strategy files end with {', '.join(SUFFIXES)}")
    concerns = _concerns(path)
    if options.fix:
        from strategy_engine.cli.fix import fix

        fix(Project.open(path), concerns)
    try:
        verdict = checked(path, date=_date(options.data))
    except StrategyError as error:
        show(error.diagnostics, {})
        return error.exit_code
    found = [each for each in verdict.findings if each.span is None or concerns(each.span)]
    if options.deny:
        found = [each.judged(Severity.ERROR) if each.severity is Severity.WARNING else each for each in found]
    if options.form == "human":
        _tell(verdict, found, [each for each in verdict.limits if each.span is None or concerns(each.span)], options)
    else:
        _print(options.form, found, {name: source for name, source in verdict.sources.items() if concerns(source.whole)})
    return STRATEGIES if has_errors(found) else FINE


def _date(text: str | None) -> dt.date | None:
    if text is None:
        return None
    from strategy_engine.cli.run import given_date

    return given_date(text)


def _print(form: str, found: Iterable[Diagnostic], sources: Mapping[str, SourceFile]) -> None:
    """What machines read, on standard output."""
    from strategy_engine.diagnostics import github, junit, machine, sarif

    if form == "sarif":
        # they declare the rules whose pages it quotes; a verdict that was remembered has asked none
        import strategy_engine.analysis.findings
        import strategy_engine.proofs.prove  # noqa: F401

    from strategy_engine.diagnostics.tongue import translated

    found = [translated(each, asked=True) for each in found]
    write = {"json": machine.to_json, "sarif": sarif.to_sarif, "github": github.to_github, "junit": junit.to_junit}[form]
    text = write(found, sources)
    if text:
        print(text)


def _tell(verdict: Verdict, found: list[Diagnostic], worst: list[LimitAtWorst], options: Options) -> None:
    """What people read."""
    if options.quiet:
        show([each for each in found if each.severity is not Severity.NOTE], verdict.sources, error=False)
        return
    told = [each for each in found if each.code != IN_TABLE or each.severity is not Severity.NOTE]
    brief = [] if options.notes else [each for each in told if _brief(each)]
    full = [each for each in told if options.notes or not _brief(each)]
    if full:
        show(full, verdict.sources, error=False)
    else:
        count = verdict.strategies
        fine = f"{count} {'strategy' if count == 1 else 'strategies'} checked, nothing to say" + (" but notes" if brief else "")
        print(said(fine))
    if brief:
        from strategy_engine.cli.notes import print_in_brief

        print()
        print_in_brief(brief, verdict.titles, verdict.sources)
    if worst:
        from strategy_engine.cli.limits import print_at_worst

        print()
        print_at_worst(worst)


def _brief(found: Diagnostic) -> bool:
    """Whether a line a code is enough of it: notes on policy and style, and on what changes nothing, come in numbers."""
    return found.severity is Severity.NOTE and found.span is not None and found.code.startswith(("S03", "S04"))


def _concerns(path: Path) -> Callable[[Span], bool]:
    """Whether a place is in what was asked for: what another file breaks is its own matter."""
    if not path.is_file():
        return lambda _: True
    own = {path.as_posix(), (project_folder(path) / path.name).as_posix(), path.absolute().as_posix()}
    return lambda span: span.path in own or Path(span.path).absolute() == path.absolute()
