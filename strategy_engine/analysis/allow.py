"""Comments that allow a finding at one place: `# allow S0412: who is listed daily is called by hand`.

Such a comment stands behind what it is about, or on a line of its own before it, in the text form and in YAML alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from strategy_engine.diagnostics.model import REGISTRY, Diagnostic, Fix, Severity, diagnostic, has_errors
from strategy_engine.language.printing.page import comments_of
from strategy_engine.language.printing.remarks import Comment
from strategy_engine.language.printing.yaml_page import yaml_comments
from strategy_engine.record import record
from strategy_engine.source.discovery import is_text_form
from strategy_engine.source.file import SourceFile, Span

_HINT = re.compile(r"#[ \t]*(?:allow|允许)[ \t]+S\d")
_ALLOW = re.compile(r"#[ \t]*(?:allow|允许)[ \t]+(?P<codes>S\d{4}(?:[ \t]*[,,、][ \t]*S\d{4})*)[ \t]*(?:[::][ \t]*(?P<reason>.*))?$")
_CODE = re.compile(r"S\d{4}")


@diagnostic
class AllowWithoutReason(Diagnostic):
    """An `allow` without a reason

    A comment `# allow S0412: reason` silences that finding for the line that it stands on or before. Without a reason it does not count.

    Why: in a year nobody knows any more whether the finding was looked into, or only in the way.

    Example: `# allow S0412`

    Instead: `# allow S0412: the branch calls these three customers every morning, as agreed with them`
    """

    code = "S0401"
    severity = Severity.WARNING
    codes: str

    @property
    def message(self) -> str:
        return f"`allow {self.codes}` gives no reason, so it does not count"

    @property
    def help(self) -> str | None:
        return f"say why: `# allow {self.codes}: …`"


@diagnostic
class AllowsNothing(Diagnostic):
    """An `allow` that silences nothing

    The comment names a code that is not found at its line (or the next, where it stands alone), or one that cannot be silenced: errors stay
    errors.

    Why: what was mended should not leave a licence behind to break it again.

    Example:

        # allow S0412: legacy
        strategy s { cohort: rich  channel: sms  limit: 1 contact per rolling 30 days per customer }

    Instead: the strategy without the comment.
    """

    code = "S0402"
    severity = Severity.WARNING
    allowed: str
    error: bool = False
    comment: Span | None = None  # all of it, where it names nothing else

    @property
    def message(self) -> str:
        return f"`{self.allowed}` is an error, which cannot be allowed" if self.error else f"`allow {self.allowed}` silences nothing"

    @property
    def help(self) -> str | None:
        return "mend the error, and remove the comment" if self.error else "remove it"

    @property
    def fix(self) -> Fix | None:
        return None if self.comment is None else Fix(self.comment, "")


@record
class Allowance:
    """One code that a comment allows at a line of its file.      span: of the code in the comment.

    comment: what goes with the comment when it goes, where it names no other code.
    """

    code: str
    line: int
    span: Span
    comment: Span | None


def without_allowed(found: list[Diagnostic], sources: Mapping[str, SourceFile], unasked: tuple[str, ...] = ()) -> list[Diagnostic]:
    """The findings that no comment allows, and what is wrong with the comments; those that allow what is `unasked` (by how its code begins)
    may be right."""
    problems: list[Diagnostic] = []
    allowances = [each for source in sources.values() if _HINT.search(source.text) for each in _allowances(source, problems)]
    if not allowances:
        return [*found, *problems]
    at = {(each.span.path, each.line, each.code) for each in allowances}
    places = [_place(each, sources) for each in found]
    kept = [each for each, place in zip(found, places, strict=True) if place not in at or _is_error(each.code)]
    problems += _idle([each for each in allowances if _is_error(each.code)], set())
    if not has_errors(found):  # with errors not everything has been looked at
        silenced = {place for each, place in zip(found, places, strict=True) if not _is_error(each.code)}
        problems += _idle([each for each in allowances if not _is_error(each.code) and not each.code.startswith(unasked)], silenced)
    return [*kept, *problems]


def _idle(allowances: Iterable[Allowance], silenced: set[tuple[str, int, str] | None]) -> Iterator[Diagnostic]:
    for each in allowances:
        if (each.span.path, each.line, each.code) not in silenced:
            yield AllowsNothing(each.span, each.code, error=_is_error(each.code), comment=each.comment)


def _is_error(code: str) -> bool:
    """Whether diagnostics of that code are errors by themselves, whatever the project makes of them."""
    return code in REGISTRY and REGISTRY[code].severity is Severity.ERROR


def _place(found: Diagnostic, sources: Mapping[str, SourceFile]) -> tuple[str, int, str] | None:
    if found.span is None or found.span.path not in sources:
        return None
    return found.span.path, sources[found.span.path].position(found.span.start).line, found.code


def _allowances(source: SourceFile, problems: list[Diagnostic]) -> Iterator[Allowance]:
    comments = comments_of(source.text) if is_text_form(source.path) else yaml_comments(source)
    lines = {source.position(each.start).line: each.start for each in comments}
    for comment in comments:
        match = _ALLOW.match(comment.text)
        if match is None:
            continue
        if not match["reason"]:
            problems.append(AllowWithoutReason(Span(source.path, comment.start, comment.end), match["codes"]))
            continue
        line = _meant(source, source.position(comment.start).line, lines)
        whole = _removed(source, comment) if match["codes"] == _CODE.findall(match["codes"])[0] else None
        for code in _CODE.finditer(match["codes"]):
            start = comment.start + match.start("codes") + code.start()
            yield Allowance(code[0], line, Span(source.path, start, start + len(code[0])), whole)


def _removed(source: SourceFile, comment: Comment) -> Span:
    """The comment and the blanks before it; its whole line where nothing else stands there."""
    begin = source.line_starts[source.position(comment.start).line - 1]
    before = source.text[begin : comment.start]
    if before.strip():
        return Span(source.path, begin + len(before.rstrip()), comment.end)
    after = source.text.find("\n", comment.end)
    return Span(source.path, begin, len(source.text) if after < 0 else after + 1)


def _meant(source: SourceFile, line: int, comments: Mapping[int, int]) -> int:
    """The line that a comment is about: its own, or, where nothing else stands there, the next that holds more than a comment."""
    while line < len(source.line_starts):
        begin = source.line_starts[line - 1]
        code = source.text[begin : comments[line]] if line in comments else source.line(line)
        if code.strip():
            break
        line += 1
    return line
