"""The text form: a *.strategy file to a syntax tree."""

from __future__ import annotations

import functools

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language import ast
from strategy_engine.language.fragments import parse_fragment
from strategy_engine.source.file import SourceFile, Span


def read_text(file: SourceFile) -> tuple[ast.Module, list[Diagnostic]]:
    """The file's tree, as far as it could be read, and all its syntax errors."""
    declarations, diagnostics = parse_fragment(file.text, "file", functools.partial(Span, file.path))
    return ast.Module(file.whole, declarations or ()), diagnostics
