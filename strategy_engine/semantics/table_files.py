"""Rows of a decision table from a CSV file: the heading names columns, and after a column `=>` the outputs."""

from __future__ import annotations

import csv
import io
from typing import Any

from strategy_engine.diagnostics.model import Diagnostic, diagnostic
from strategy_engine.language import ast
from strategy_engine.language.fragments import parse_fragment
from strategy_engine.semantics.context import Context
from strategy_engine.semantics.shape_errors import BadTableRow, WrongShape
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.reading import read_source


@diagnostic
class InTableFile(Diagnostic):
    """A cell of a table's CSV file that cannot be read

    The cells of a CSV file are written as in the text form; a column named `=>` parts the conditions from the outputs.

    Example: a cell `>> 5万`

    Instead: `> 5万`
    """

    code = "S0235"
    line: int
    column: str
    problem: str

    @property
    def message(self) -> str:
        return f"line {self.line}, column `{self.column}`: {self.problem}"


def rows_from_file(field: ast.Field, context: Context) -> list[ast.Row]:
    """The heading and rows of the file that `from:` names, relative to the project's folder; empty where it cannot be read."""
    if not isinstance(field.value, ast.Text) or context.folder is None:
        context.report(WrongShape(field.value.span, "from", 'the path of a CSV file in quotation marks, such as "tables/segment.csv"'))
        return []
    path = context.folder / field.value.value
    file, problems = read_source(path, path.as_posix())
    for problem in problems:
        context.report(BadTableRow(field.value.span, f"`{field.value.value}`: {problem.message}"))
    if file is None:
        return []
    context.sources[file.path] = file
    table = list(csv.reader(io.StringIO(file.text)))
    if len(table) < 2 or "=>" not in table[0]:
        wanted = "a heading with a column `=>` between conditions and outputs"
        context.report(BadTableRow(field.value.span, f"`{field.value.value}` needs {wanted}"))
        return []
    return _Rows(field.value.span, file, context).read(table)


class _Rows:
    def __init__(self, span: Span, file: SourceFile, context: Context) -> None:
        self.span, self.file, self.context = span, file, context

    def read(self, table: list[list[str]]) -> list[ast.Row]:
        heading = table[0]
        split = heading.index("=>")
        rows = []
        for number, cells in enumerate(table, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heading):
                self.context.report(InTableFile(self.span, number, heading[0], f"{len(cells)} cells; the heading has {len(heading)}"))
                continue
            conditions = [self._parse(text, "cell", number, name) for text, name in zip(cells[:split], heading, strict=False)]
            outputs = [self._parse(text, "expr", number, name) for text, name in zip(cells[split + 1 :], heading[split + 1 :], strict=True)]
            if None not in conditions and None not in outputs:
                rows.append(ast.Row(self.span, tuple(conditions), tuple(outputs)))
        return rows

    def _parse(self, text: str, rule: str, number: int, column: str) -> Any:
        if rule == "cell" and text.strip() in ("", "-"):
            return ast.Cell(self.span, "any")
        tree, diagnostics = parse_fragment(text.strip(), rule, lambda _start, _end: self.span)
        for problem in diagnostics:
            self.context.report(InTableFile(self.span, number, column, problem.message))
        return tree
