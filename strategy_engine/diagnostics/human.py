"""Diagnostics for people: what is wrong, the line it is on with the place underlined, and what to do.

error[S0111]: the key `limit` stands twice
 --> strategy.yaml:3:1
  |
1 | limit: 1
  | ----- first here
  :
3 | limit: 2
  | ^^^^^
  = help: rename or remove one
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from strategy_engine.diagnostics.cells import show, visible
from strategy_engine.diagnostics.model import Diagnostic, Label, Severity
from strategy_engine.diagnostics.order import ordered
from strategy_engine.diagnostics.tongue import ENGLISH, SUMMARY, chosen, said, translated
from strategy_engine.diagnostics.wrapping import break_points
from strategy_engine.source.file import SourceFile, Span

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_GUTTER = "blue"
_LEAST_ROOM = 12  # cells for the text of a line, however narrow the terminal


def render(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile], console: Console) -> None:
    """Print the diagnostics, each with a frame of its source, and a line that counts them; nothing if there are none."""
    found = [translated(each) for each in ordered(diagnostics)]
    styled, width = console.is_terminal, console.width  # each time they are asked, they look at the environment
    for diagnostic in found:
        for line in _Frame(diagnostic, sources, console, width).lines():
            line.rstrip()
            if styled:
                console.print(line, highlight=False, no_wrap=True, overflow="ignore", crop=False)
            else:  # the same without styles, in a fifth of the time: CI jobs print hundreds
                console.file.write(f"{line.plain}\n")
        console.print() if styled else console.file.write("\n")
    if found:
        console.print(Text(summary(found)), highlight=False)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many there are of each severity, and in how many files: `2 errors, 1 warning in 3 files`."""
    found = list(diagnostics)
    counts = {severity.value: sum(diagnostic.severity is severity for diagnostic in found) for severity in Severity}
    files = len({diagnostic.span.path for diagnostic in found if diagnostic.span is not None})
    text = ", ".join(_counted(count, word) for word, count in counts.items() if count) or "no errors"
    return said(f"{text} in {_counted(files, 'file')}" if files else text, SUMMARY)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


class _Mark(NamedTuple):
    """A place to underline: columns from 0 in a line counted from 1."""

    line: int
    start: int
    end: int
    text: str
    char: str
    style: str


class _Frame:
    """Lays out one diagnostic, line by line."""

    def __init__(self, diagnostic: Diagnostic, sources: Mapping[str, SourceFile], console: Console, width: int) -> None:
        self.diagnostic, self.sources, self.console, self.width = diagnostic, sources, console, width
        self.style = _STYLES[diagnostic.severity]
        spans = [span for span in (diagnostic.span, *(label.span for label in diagnostic.labels)) if span and span.path in sources]
        last_line = max((sources[span.path].position(span.start).line for span in spans), default=1)
        self.digits = len(str(last_line))
        self.room = max(width - self.digits - 3, _LEAST_ROOM)

    def lines(self) -> Iterator[Text]:
        head = Text(f"{said(self.diagnostic.severity.value)}[{self.diagnostic.code}]", self.style)
        yield from self._wrapped(Text(), head + Text(f": {visible(self.diagnostic.message)}", "bold"), self.width)
        span = self.diagnostic.span
        if span is not None:
            yield from self._file(span.path, Label(span, ""))
        for path in dict.fromkeys(label.span.path for label in self.diagnostic.labels):
            if span is None or path != span.path:
                yield from self._file(path, None)
        if self.diagnostic.help:
            prefix = Text(f"{' ' * self.digits} = ", _GUTTER) + Text(f"{said('help:')} ", "bold")
            yield from self._wrapped(prefix, Text(visible(self.diagnostic.help)), self.width)

    def _file(self, path: str, primary: Label | None) -> Iterator[Text]:
        """Where it is, and the lines of one file that are to blame or explain."""
        labels = [label for label in self.diagnostic.labels if label.span.path == path]
        source = self.sources.get(path)
        first = primary or labels[0]
        place = visible(path)
        if source is not None:
            position = source.position(first.span.start)
            place += f":{position.line}:{position.column}"
        arrow = "-->" if primary else ":::"
        yield Text(f"{' ' * self.digits}{arrow} ", _GUTTER) + Text(place)
        if source is None:
            return
        marks = [_mark(source, label.span, label.text, "-", "cyan") for label in labels]
        if primary is not None:
            marks.append(_mark(source, primary.span, "", "^", self.style))
        yield self._gutter()
        yield from self._source_lines(source, sorted(marks))

    def _source_lines(self, source: SourceFile, marks: list[_Mark]) -> Iterator[Text]:
        shown = ""
        for before, mark in pairwise([None, *marks]):
            assert mark is not None  # noqa: S101 -- only the first of the pairs has None, on its left
            if before is not None and mark.line > before.line + 1:
                yield self._gutter(bar=":")
            line = show(source.line(mark.line), mark.start, mark.end, self.room)
            if before is None or before.line != mark.line or line.text != shown:  # two places may share what is shown of a line
                yield self._gutter(str(mark.line)) + Text(line.text)
            shown = line.text
            yield from self._underline(mark, line.start, line.end)

    def _underline(self, mark: _Mark, start: int, end: int) -> Iterator[Text]:
        carets = Text(" " * start + mark.char * (end - start), mark.style)
        text = visible(mark.text)
        if not text or end + 1 + cell_len(text) <= self.room:
            yield self._gutter() + carets + Text(f" {text}" if text else "", mark.style)
            return
        yield self._gutter() + carets
        yield from self._wrapped(self._gutter(), Text(text, mark.style), self.width, repeat=True)

    def _gutter(self, number: str = "", bar: str = "|") -> Text:
        return Text(f"{number:>{self.digits}} {bar} ", _GUTTER)

    def _wrapped(self, prefix: Text, text: Text, width: int, repeat: bool = False) -> Iterator[Text]:
        """The text in lines of the console's width; further lines are indented to the prefix, or repeat it."""
        room = max(width - prefix.cell_len, _LEAST_ROOM)
        for index, line in enumerate(self._broken(text, room)):
            line.rstrip()
            yield (prefix if index == 0 or repeat else Text(" " * prefix.cell_len)) + line

    def _broken(self, text: Text, room: int) -> Iterable[Text]:
        if text.cell_len <= room and text.plain.isprintable():  # as nearly all are
            return [text]
        return text.wrap(self.console, room) if chosen() == ENGLISH else text.divide(break_points(text.plain, room))


def _mark(source: SourceFile, span: Span, text: str, char: str, style: str) -> _Mark:
    """The first line of a span; of a span over several lines, up to the end of the first."""
    start, end = source.position(span.start), source.position(span.end)
    length = len(source.line(start.line))
    last = end.column - 1 if end.line == start.line else length
    first = min(start.column - 1, length)
    return _Mark(start.line, first, min(max(last, first), length), text, char, style)
