"""`strategy test`."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_engine.cli.console import FINE, STRATEGIES, fail, say, show
from strategy_engine.cli.coverage import Report
from strategy_engine.cli.coverage import wanted as share
from strategy_engine.diagnostics.model import Diagnostic, diagnostic
from strategy_engine.diagnostics.tongue import said
from strategy_engine.record import record
from strategy_engine.session import Project, StrategyError

if TYPE_CHECKING:
    from strategy_engine.engine.trial import Failure, Tested

FORMATS = ("human", "json", "junit")
VERSION = 1


@diagnostic
class NotAsExpected(Diagnostic):
    """A test whose expectation did not come about

    The message has what was expected beside what came about, the help why: the clause that made the difference, with its values.

    Example:

        test "a gold customer hears of the salary" {
          on: 2026-11-20
          given customer { customer_id: 1, tier: mass }
          expect: salary_thanks
        }

    Instead: give what the strategy asks for, or mend the strategy.
    """

    code = "S0630"
    title: str
    date: str
    expected: str
    actual: str
    reasons: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"on {self.date} expected `{self.expected}`, but {self.actual}"

    @property
    def help(self) -> str | None:
        return "; ".join(self.reasons) or None


@record
class Options:
    """form: human, json or junit.      wanted: only tests whose title has this in it.      least: how much they must cover.
    jobs: how many processes; as many as it is worth where it does not say.
    """

    form: str = "human"
    wanted: str | None = None
    quiet: bool = False
    coverage: bool = False
    least: str | None = None
    jobs: int | None = None


def run(path: Path, options: Options) -> int:
    """Run the tests and print what became of them; the exit code. Too small a coverage ends the command, once all is printed."""
    form, wanted, least = options.form, options.wanted, share(options.least)
    if form not in FORMATS:
        fail(f"no format `{form}`", help=f"formats are {', '.join(FORMATS)}")
    if not path.exists():
        fail(f"nothing at `{path}`")
    project = Project.open(path)
    asked = path.absolute() if path.is_file() else None
    try:
        coverage = project.coverage() if options.coverage or least is not None else None
        concerns = lambda trial: (wanted or "") in trial.title and asked in (None, Path(trial.span.path).absolute())  # noqa: E731
        tested = list(project.test(concerns, coverage, options.jobs))
    except StrategyError as error:
        _refused(error, form, project)
        return error.exit_code
    if wanted is not None and not tested:
        fail(f"no test has `{wanted}` in its title")
    report = Report(coverage, project) if coverage is not None else None
    passed = all(each.passed for each in tested)
    if form == "json":
        covered = {"coverage": report.as_dict()} if report is not None else {}
        print(json.dumps(as_dict(tested, project) | covered, ensure_ascii=False, indent=2))
    elif form == "junit":
        print(junit(tested, project), end="")
    else:
        _show(tested, project, options.quiet)
    if report is not None:
        if form != "json" and not options.quiet:
            with redirect_stdout(sys.stderr if form == "junit" else sys.stdout):  # a document has the standard output for itself
                report.show()
        report.hold(least)
    return FINE if passed else STRATEGIES


# ------------------------------------------------------------------------------------------------ for people


def _refused(error: StrategyError, form: str, project: Project) -> None:
    """Why no test was run: for people on standard error, for machines as `check` tells them."""
    if form == "human":
        show(error.diagnostics, project.sources)
        return
    from strategy_engine.diagnostics import junit, machine

    print((junit.to_junit if form == "junit" else machine.to_json)(error.diagnostics, project.sources))


def _show(tested: list[Tested], project: Project, quiet: bool) -> None:
    failed = [each for each in tested if not each.passed]
    for each in failed:
        say(f"{said('failed:')} {each.trial.title}")
        show([_diagnostic(each, failure) for failure in each.failures], project.sources, error=False)
    passed = len(tested) - len(failed)
    if failed:
        print(said(f"{len(failed)} of {_tests(len(tested))} failed"))
    elif not quiet:
        print(said(f"{_tests(passed)} passed" if tested else "no tests"))


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"


def _diagnostic(tested: Tested, failure: Failure) -> NotAsExpected:
    expected = failure.expectation
    return NotAsExpected(expected.span, tested.trial.title, expected.date.isoformat(), expected.text, failure.actual, failure.reasons)


# ------------------------------------------------------------------------------------------------ for machines


def as_dict(tested: list[Tested], project: Project) -> dict[str, Any]:
    """The JSON document: lines and columns from 1, files as they were found."""
    return {"version": VERSION, "tests": [_test(each, project) for each in tested]}


def _test(tested: Tested, project: Project) -> dict[str, Any]:
    trial = tested.trial
    place = project.sources[trial.span.path].position(trial.span.start)
    return {
        "title": trial.title,
        "file": trial.span.path,
        "line": place.line,
        "passed": tested.passed,
        "failures": [_failure(each, project) for each in tested.failures],
    }


def _failure(failure: Failure, project: Project) -> dict[str, Any]:
    expected = failure.expectation
    line, column = project.sources[expected.span.path].position(expected.span.start)
    return {
        "date": expected.date.isoformat(),
        "line": line,
        "column": column,
        "expected": expected.text,
        "actual": failure.actual,
        "reasons": list(failure.reasons),
    }


def junit(tested: list[Tested], project: Project) -> str:
    """The report that CI systems read: a suite for each file; no times, so that equal runs give equal reports."""
    from xml.etree import ElementTree as ET

    root = ET.Element("testsuites", _counts(tested))
    for path in dict.fromkeys(each.trial.span.path for each in tested):
        mine = [each for each in tested if each.trial.span.path == path]
        suite = ET.SubElement(root, "testsuite", {"name": _xml(path), **_counts(mine)})
        for each in mine:
            place = project.sources[path].position(each.trial.span.start)
            named = {"classname": _xml(path), "name": _xml(each.trial.title), "file": _xml(path), "line": str(place.line), "time": "0"}
            case = ET.SubElement(suite, "testcase", named)
            if not each.passed:
                told = [f"expected {one.expectation.text}, but {one.actual}" for one in each.failures]
                failure = ET.SubElement(case, "failure", {"type": "expectation", "message": _xml(told[0])})
                failure.text = _xml("\n".join(_lines(each, project)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _lines(tested: Tested, project: Project) -> list[str]:
    lines = []
    for failure in tested.failures:
        expected = failure.expectation
        line, column = project.sources[expected.span.path].position(expected.span.start)
        lines.append(f"{expected.span.path}:{line}:{column}: on {expected.date} expected {expected.text}, but {failure.actual}")
        lines += failure.reasons
    return lines


def _counts(tested: list[Tested]) -> dict[str, str]:
    failed = sum(not each.passed for each in tested)
    return {"tests": str(len(tested)), "failures": str(failed), "errors": "0", "skipped": "0", "time": "0"}


def _xml(text: str) -> str:
    """A text without what XML 1.0 has no way to hold: controls and lone surrogates."""
    allowed = (
        char if char in "\t\n" or (char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff") else "�"
        for char in text
    )
    return "".join(allowed)
