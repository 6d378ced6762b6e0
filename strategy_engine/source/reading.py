"""Reads a file of text from disk: UTF-8, of sensible size, with a diagnostic for everything else."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path

from strategy_engine.diagnostics.model import Diagnostic, diagnostic
from strategy_engine.source.file import SourceFile, Span

MAX_BYTES = 4 * 1024 * 1024

_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


@diagnostic
class UnreadableFile(Diagnostic):
    """A file cannot be read.

    It does not exist, is a folder, or this user has no permission to read it.

    Why: a strategy in a file that is skipped would silently not run.

    Example: a file of mode `000`, or a link to a file that was removed.

    Instead: correct the name, or give the user who runs the strategies the right to read the file.
    """

    code = "S0101"
    reason: str

    @property
    def message(self) -> str:
        return f"cannot read `{self.span.path}`: {self.reason}" if self.span else f"cannot read the file: {self.reason}"


@diagnostic
class NotUtf8(Diagnostic):
    """A file is not encoded as UTF-8.

    Older editors on Windows save Chinese text as GBK (GB18030) or UTF-16.

    Why: read in the wrong encoding, names of customer tiers and branches turn into other names.

    Example: a file that Notepad saved as "ANSI" or "Unicode".

    Instead: save it as UTF-8, with or without a byte order mark.
    """

    code = "S0102"
    line: int
    column: int
    byte: int
    guess: str | None

    @property
    def message(self) -> str:
        return f"not UTF-8: byte 0x{self.byte:02X} at line {self.line}, column {self.column}"

    @property
    def help(self) -> str:
        return "save it as UTF-8" + (f"; it looks like {self.guess}" if self.guess else "")


@diagnostic
class BinaryFile(Diagnostic):
    """A file holds binary content, not text.

    A zero byte was found, which no text has.

    Why: an archive, a spreadsheet or a picture was given the name of a strategy file.

    Example: an `.xlsx` file renamed to `.yaml`.

    Instead: export it as text in UTF-8, or move it out of the project.
    """

    code = "S0103"
    line: int

    @property
    def message(self) -> str:
        return f"this is no text: a zero byte stands on line {self.line}"


@diagnostic
class FileTooLarge(Diagnostic):
    """A file is larger than 4 MB.

    Why: nobody reads, and reviews, four million characters of strategies; it is nearly always data in the wrong place.

    Example: a list of customers pasted into a strategy file.

    Instead: keep customers in a table of kind `list`, rows of a decision table in a CSV file, and split the rest.
    """

    code = "S0104"
    limit: int

    @property
    def message(self) -> str:
        return f"the file is larger than {self.limit // (1024 * 1024)} MB"

    @property
    def help(self) -> str:
        return "split it, or keep lists and tables in data files"


Read = Callable[[Path, str], tuple[SourceFile | None, list[Diagnostic]]]
"""How a file comes to its text, as `read_source` does it; an editor's text goes before that of the disk."""


def read_source(path: Path, shown_as: str) -> tuple[SourceFile | None, list[Diagnostic]]:
    """The text of a file, without its byte order mark; `shown_as` is its name in diagnostics."""
    nowhere = Span(shown_as, 0, 0)
    try:
        if path.exists() and not path.is_file():
            return None, [UnreadableFile(nowhere, "it is a folder" if path.is_dir() else "it is no ordinary file")]
        with path.open("rb") as handle:
            content = handle.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte in it
        return None, [UnreadableFile(nowhere, _reason(error))]
    if len(content) > MAX_BYTES:
        return None, [FileTooLarge(nowhere, MAX_BYTES)]
    return decode(content, shown_as)


def decode(content: bytes, shown_as: str) -> tuple[SourceFile | None, list[Diagnostic]]:
    """The bytes of a file as text, line breaks kept as they are."""
    content = content.removeprefix(codecs.BOM_UTF8)
    zero = content.find(b"\0")
    try:
        text = content.decode("utf-8")
        if zero < 0:
            return SourceFile(shown_as, text), []
        wrong_at = zero
    except UnicodeDecodeError as error:
        wrong_at = error.start
    guess = guess_encoding(content)
    if zero >= 0 and guess is None:
        return None, [BinaryFile(Span(shown_as, 0, 0), content.count(b"\n", 0, zero) + 1)]
    line_start = content.rfind(b"\n", 0, wrong_at) + 1
    line = content.count(b"\n", 0, wrong_at) + 1
    column = len(content[line_start:wrong_at].decode("utf-8", errors="replace")) + 1
    return None, [NotUtf8(Span(shown_as, 0, 0), line, column, content[wrong_at], guess)]


def guess_encoding(content: bytes) -> str | None:
    """The likely encoding of text that is not UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    head = content[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5 and min(even, odd) == 0:  # the upper halves of Latin letters
        return "UTF-16"
    if b"\0" in content:
        return None
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = [char for char in text if ord(char) > 127]
    return "GB18030" if len(_CHINESE.findall(text)) > 0.9 * len(foreign) else None


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    return (getattr(error, "strerror", None) or str(error)).lower()
