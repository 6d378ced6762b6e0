"""Which keys each kind of declaration has."""

from __future__ import annotations

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast, words
from strategy_engine.semantics.context import Context
from strategy_engine.semantics.name_errors import MissingKey, RepeatedKey, UnknownKey

KEYS: dict[str, tuple[str, ...]] = {
    "param": ("value", "label"),
    "attribute": ("value", "label"),
    "cohort": ("where", "enter", "leave", "label"),
    "table": ("hit", "from", "label"),
    "grid": ("rows", "columns", "merge", "owner", "label"),
    "trigger": ("on", "within", "when", "enters", "leaves", "label"),
    "benefit": ("kind", "value", "cost", "eligible", "limit", "label"),
    "product": ("kind", "value", "cost", "risk", "rate", "term", "eligible", "limit", "label"),
    "channel": ("require", "cost", "assign", "limit", "columns", "label"),
    "kpi": ("measure", "at", "goal", "label"),
    "policy": ("for", "limit", "pause", "exclude", "except", "control", "label"),
    "arbitration": ("keep", "order", "except", "maximize"),
    "strategy": (
        "owner", "valid", "status", "category", "stage", "cohort", "trigger", "product", "benefit", "channel", "script",
        "score", "priority", "limit", "until", "control", "split", "kpi", "migrate", "label",
    ),
    "test": ("on", "expect"),
}  # fmt: skip
REQUIRED: dict[str, tuple[str, ...]] = {
    "param": ("value",),
    "attribute": ("value",),
    "grid": ("rows", "columns"),
    "kpi": ("measure",),
    "strategy": ("cohort", "channel"),
}
REPEATABLE = frozenset({"limit", "pause", "exclude", "except", "keep", "expect"})
# offers may carry properties of the bank's own, which scripts and policies can name
OPEN_KINDS = frozenset({"benefit", "product"})


def check_keys(declaration: ast.Declaration, context: Context) -> None:
    """Report unknown, repeated and missing keys of a declaration."""
    kind = declaration.kind
    known = KEYS[kind]
    seen: dict[str, ast.Field] = {}
    for field in declaration.fields:
        if field.key not in known and field.key != "title" and not _own_property(kind, field):
            candidates = (*known, "title", *(chinese for chinese, english in words.KEYS.items() if english in known))
            context.report(UnknownKey(field.key_span, field.key, kind, suggest(field.key, candidates), known))
        if field.key in seen and field.key not in REPEATABLE:
            context.report(RepeatedKey(field.key_span, field.key, seen[field.key].key_span))
        seen.setdefault(field.key, field)
    for key in REQUIRED.get(kind, ()):
        if key not in seen:
            context.report(MissingKey(declaration.name_span or declaration.span, key, kind, declaration.name))


def _own_property(kind: str, field: ast.Field) -> bool:
    """A benefit or product may have further properties; one that looks like a mistyped key is refused all the same."""
    return kind in OPEN_KINDS and suggest(field.key, KEYS[kind]) is None
