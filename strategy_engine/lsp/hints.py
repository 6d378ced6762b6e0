"""Inlay hints: what a number is that was written with a unit."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types as lsp

from strategy_engine.language import ast
from strategy_engine.language.walk import walk
from strategy_engine.lsp.bank import Look
from strategy_engine.lsp.positions import Positions


def hints(look: Look, positions: Positions, wanted: lsp.Range) -> list[lsp.InlayHint]:
    """`= 500,000` behind `50万`, and `= 0.25%` behind `25bp`, within the range."""
    low, high = positions.offset(wanted.start), positions.offset(wanted.end)
    return [
        lsp.InlayHint(position=positions.at(node.span.end), label=f"= {plain}", padding_left=True)
        for node in _numbers(look)
        if low <= node.span.end <= high and (plain := in_full(node)) is not None
    ]


def in_full(node: ast.Number) -> str | None:
    """The number without its unit; None where it has none that needs one."""
    unit = node.raw.lstrip("0123456789._, ")
    if not unit or unit == "%":
        return None
    value = (node.value * 100 if node.percent else node.value).normalize()
    return f"{value:,f}{'%' if node.percent else ''}"


def _numbers(look: Look) -> Iterator[ast.Number]:
    for declaration in look.module.declarations if look.module is not None else ():
        for node in walk((declaration.fields, declaration.rows, declaration.givens)):
            if isinstance(node, ast.Number):
                yield node
