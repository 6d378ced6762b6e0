"""`strategy fmt`: a file in the canonical layout of its own spelling and tongue, or of another."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from strategy_engine.diagnostics.model import Diagnostic, diagnostic
from strategy_engine.language import ast
from strategy_engine.language.printing.page import Page, text_page
from strategy_engine.language.printing.text_form import text_form
from strategy_engine.language.printing.tongue import Language, Tongue
from strategy_engine.language.printing.yaml_form import yaml_form
from strategy_engine.language.printing.yaml_page import yaml_page
from strategy_engine.language.text_reader import read_text
from strategy_engine.language.yaml_reader import read_yaml_form
from strategy_engine.source.file import SourceFile


class Form(StrEnum):
    """The spelling of a file."""

    DSL = "dsl"
    YAML = "yaml"

    @property
    def suffix(self) -> str:
        return ".strategy" if self is Form.DSL else ".yaml"


@diagnostic
class NotTheSame(Diagnostic):
    """Formatting would have changed what a file says

    The formatter reads what it has written and compares. Where the two differ the fault is its own, and the file is left as it is.

    Example: none is known.

    Instead: report the file, or the part that is named, as a fault of the program.
    """

    code = "S0901"

    @property
    def message(self) -> str:
        return "this file cannot be formatted without changing what it says, so it was left as it is"

    @property
    def help(self) -> str | None:
        return "this is a fault of the program; please report it with the file"


def form_of(path: str) -> Form:
    """The spelling of a file of that name."""
    return Form.YAML if path.lower().endswith((".yaml", ".yml")) else Form.DSL


def formatted(
    file: SourceFile, form: Form, to: Form | None = None, language: Language | None = None
) -> tuple[str | None, list[Diagnostic]]:
    """The file in its canonical layout, in the form and tongue asked for (its own where left out), with its own line ends.

    None, and the errors, where it cannot be read.
    """
    plain = SourceFile(file.path, file.text.replace("\r\n", "\n"))
    module, problems = _read(plain, form)
    if problems:
        return None, _read(file, form)[1]
    page = text_page(module, plain.text) if form is Form.DSL else yaml_page(module, plain)
    own = _language(page, module)
    write = text_form if (to or form) is Form.DSL else yaml_form
    same = (to or form) is form and (language or own) is own
    text = write(page, Tongue(language or own), verbatim=same)
    again, problems = _read(SourceFile(file.path, text), to or form)
    if problems or _meaning(again) != _meaning(module):
        return None, [NotTheSame(file.whole)]
    return text.replace("\n", "\r\n") if "\r\n" in file.text else text, []


def _read(file: SourceFile, form: Form) -> tuple[ast.Module, list[Diagnostic]]:
    return read_text(file) if form is Form.DSL else read_yaml_form(file)


def _meaning(module: ast.Module) -> list[ast.Declaration]:
    """The declarations; the YAML form has together what is of one kind, of one key, or of one table and day."""
    together = (
        dataclasses.replace(
            each,
            fields=tuple(sorted(each.fields, key=lambda field: field.key)),
            givens=tuple(sorted(each.givens, key=_given_under)),
        )
        for each in module.declarations
    )
    return sorted(together, key=lambda each: each.kind)


def _given_under(given: ast.Given) -> tuple[tuple[str, ...], dt.date]:
    return given.table.parts, given.day.value if given.day is not None else dt.date.min


def _language(page: Page, module: ast.Module) -> Language:
    """The tongue in which most of the file's keys are written."""
    places = list(_places(module))
    chinese = sum(not page.text[place : place + 1].isascii() for place in places)
    return Language.ZH if 2 * chinese > len(places) else Language.EN


def _places(module: ast.Module) -> Iterator[int]:
    """Where the words of the language stand in the file: kinds and keys."""
    for declaration in module.declarations:
        yield declaration.span.start
        yield from (field.key_span.start for field in declaration.fields if field.key_span != field.value.span)
