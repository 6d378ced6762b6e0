"""The Lark parser, built once from grammar/strategy.lark and kept in the user's cache between runs."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

from lark import Lark

from strategy_engine.language.builder import Builder
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
        cache=_cache_file(),
    )
    return lark, builder


def _cache_file() -> str | bool:
    """Where the built tables are kept: in the user's own cache, never in a folder that others can write to, since the file is a pickle."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118 - the home may be unknown
    folder = Path(home) / "strategy-engine"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    if not os.access(folder, os.W_OK):
        return False
    return str(folder / f"grammar-{sys.version_info.major}{sys.version_info.minor}.lark")
