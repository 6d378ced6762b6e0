"""`strategy fmt`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from pathlib import Path

from strategy_engine.cli.console import FINE, STRATEGIES, console, fail, show
from strategy_engine.cli.put import put
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.diagnostics.tongue import said
from strategy_engine.language.printing.format import Form, form_of, formatted
from strategy_engine.language.printing.tongue import Language
from strategy_engine.record import record
from strategy_engine.semantics.load import strategy_files
from strategy_engine.source.discovery import PROJECT_FILE, SUFFIXES
from strategy_engine.source.file import SourceFile
from strategy_engine.source.reading import read_source

STANDARD_INPUT = "-"


@record
class Options:
    """What is asked of the formatter."""

    check: bool = False
    diff: bool = False
    quiet: bool = False
    to: Form | None = None
    language: Language | None = None
    name: str = "stdin.strategy"


def options(to: str | None, lang: str | None, *, check: bool, diff: bool, quiet: bool, name: str) -> Options:
    """The options as given on the command line; ends the command where one is wrong."""
    for option, given, known in (("--to", to, Form), ("--lang", lang, Language)):
        if given is not None and given not in list(known):
            fail(f"no `{option} {given}`", help=f"it is one of {', '.join(known)}")
    return Options(check, diff, quiet, Form(to) if to else None, Language(lang) if lang else None, name)


def run(paths: list[Path], options: Options) -> int:
    """Format files, folders and projects in their places, or standard input to standard output; the exit code."""
    if [str(path) for path in paths] == [STANDARD_INPUT]:
        return _standard_input(options)
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    if not files:
        fail(f"no strategy files in {', '.join(f'`{path}`' for path in paths)}")
    outcomes = [_format(file, options) for file in files]
    code = max(outcome.code for outcome in outcomes)
    _tell(outcomes, options)
    return code if code != FINE else STRATEGIES if options.check and any(each.changed for each in outcomes) else FINE


@record
class Outcome:
    """What became of a file."""

    changed: bool
    code: int = FINE


def _files(path: Path) -> list[Path]:
    if not path.exists():
        fail(f"nothing at `{path}`")
    if path.is_file():
        if path.suffix.lower() not in SUFFIXES:
            fail(f"`{path}` is no strategy file", help=f"strategy files end with {', '.join(SUFFIXES)}")
        if path.name == PROJECT_FILE:
            fail(f"`{path}` is the project file, which is not formatted", help="name a strategy file, or the project's folder")
        return [path]
    return strategy_files(path)


def _format(path: Path, options: Options) -> Outcome:
    source, problems = read_source(path, path.as_posix())
    if source is None:
        return _refused(problems, {}, STRATEGIES)
    form = form_of(path.name)
    text, problems = formatted(source, form, options.to, options.language)
    if text is None:
        return _refused(problems, {source.path: source}, STRATEGIES)
    target = path if options.to in (None, form) else path.with_suffix(options.to.suffix)
    changed = text != source.text or target != path
    if options.diff and changed:
        _print_diff(source.text, text, path, target)
    if changed and not (options.check or options.diff):
        return Outcome(changed, _write(path, target, text))
    return Outcome(changed)


def _refused(problems: Iterable[Diagnostic], sources: dict[str, SourceFile], code: int) -> Outcome:
    show(list(problems), sources)
    return Outcome(changed=False, code=code)


def _write(path: Path, target: Path, text: str) -> int:
    """Put the text in the place of the file, whole or not at all."""
    if target != path and target.exists():
        fail(f"`{target}` is there already, so `{path}` was not converted")
    put(text, path, target)
    return FINE


def _print_diff(before: str, after: str, path: Path, target: Path) -> None:
    lines = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), path.as_posix(), target.as_posix())
    screen, styles = console(), {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        screen.print(line.rstrip("\r\n"), style=styles.get(line[0], ""), markup=False, soft_wrap=True)


def _tell(outcomes: list[Outcome], options: Options) -> None:
    if options.quiet:
        return
    changed, count = sum(each.changed for each in outcomes), len(outcomes)
    failed = sum(each.code != FINE for each in outcomes)
    did = "would change" if options.check or options.diff else "formatted"
    told = f"{changed} of {count} {'file' if count == 1 else 'files'} {did}" if changed else f"{count - failed} of {count} in order already"
    print(said(told + (f", {failed} could not be read" if failed else "")), file=sys.stderr)


def _standard_input(options: Options) -> int:
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        fail("standard input is not UTF-8", STRATEGIES)
    source = SourceFile(options.name, text)
    done, problems = formatted(source, form_of(options.name), options.to, options.language)
    if done is None:
        show(problems, {source.path: source})
        return STRATEGIES
    if options.diff:
        _print_diff(text, done, Path(options.name), Path(options.name))
    elif not options.check:
        sys.stdout.buffer.write(done.encode("utf-8"))
    return STRATEGIES if options.check and done != text else FINE
