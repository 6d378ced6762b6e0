"""The Lark parser, built once from grammar/strategy.lark and kept in the user's cache between runs."""

from __future__ import annotations

import functools
import sys
import zlib

from lark import Lark

from strategy_engine.language.builder import Builder
from strategy_engine.source.cache import cache_folder
from strategy_engine.source.shipped import shipped

STARTS = (
    "file", "value", "source", "span", "measure", "plan", "quota", "pause", "kpis", "kpi", "hit", "expect", "head", "cell", "expr", "step",
)  # fmt: skip


@functools.cache
def parser() -> tuple[Lark, Builder]:
    """The parser and the builder that it calls back; not to be shared between threads."""
    builder = Builder()
    text = (shipped("grammar") / "strategy.lark").read_text("utf-8")
    lark = Lark(
        text,
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        transformer=builder,
        propagate_positions=False,
        cache=_cache_file(text),
    )
    return lark, builder


def _cache_file(text: str) -> str | bool:
    """Where the built tables of the grammar are kept, apart from those of other versions of the program; the file is a pickle."""
    folder = cache_folder()
    version = f"{sys.version_info.major}{sys.version_info.minor}-{zlib.crc32(text.encode()):08x}"
    return str(folder / f"grammar-{version}.lark") if folder is not None else False
