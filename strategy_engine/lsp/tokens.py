"""Semantic tokens: what names mean, which no colouring by patterns can know. Key words are left to the editor's grammar."""

from __future__ import annotations

from lsprotocol import types as lsp

from strategy_engine.lsp.bank import Look
from strategy_engine.lsp.positions import Positions

TYPES = {
    "column": "property",
    "table": "struct",
    "value": "enumMember",
    "function": "function",
    "param": "parameter",
    "attribute": "variable",
    "cohort": "type",
    "grid": "variable",
    "trigger": "event",
    "benefit": "class",
    "product": "class",
    "channel": "interface",
    "kpi": "macro",
    "policy": "namespace",
    "strategy": "class",
}
LEGEND = lsp.SemanticTokensLegend(token_types=list(dict.fromkeys(TYPES.values())), token_modifiers=["declaration"])


def tokens(look: Look, positions: Positions) -> lsp.SemanticTokens:
    """All places of the file that name something, each relative to the one before, as the protocol asks."""
    data: list[int] = []
    before = lsp.Position(0, 0)
    for place in look.places:
        found, length = positions.range(place.span), 0
        if found.start.line != found.end.line or place.kind not in TYPES:
            continue
        length = found.end.character - found.start.character
        line = found.start.line - before.line
        column = found.start.character - (before.character if line == 0 else 0)
        data += [line, column, length, LEGEND.token_types.index(TYPES[place.kind]), int(place.declares)]
        before = found.start
    return lsp.SemanticTokens(data=data)
