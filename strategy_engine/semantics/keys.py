"""Which keys each kind of declaration has."""

from __future__ import annotations

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast, words
from strategy_engine.semantics.context import Context
from strategy_engine.semantics.name_errors import MissingKey, RepeatedKey, UnknownKey
from strategy_engine.semantics.shape_errors import NotExecuted, WrongShape
from strategy_engine.semantics.type_errors import NotHere

KEYS: dict[str, tuple[str, ...]] = {
    "param": ("value", "label", "purpose"),
    "attribute": ("value", "label", "purpose"),
    "cohort": ("where", "enter", "leave", "label", "purpose"),
    "table": ("hit", "from", "label", "purpose"),
    "grid": ("rows", "columns", "merge", "owner", "label", "purpose"),
    "trigger": ("on", "within", "when", "enters", "leaves", "label", "purpose"),
    "benefit": ("kind", "value", "cost", "eligible", "limit", "label", "purpose"),
    "product": ("kind", "value", "cost", "risk", "rate", "term", "eligible", "limit", "label", "purpose"),
    "channel": ("require", "cost", "assign", "limit", "columns", "label", "purpose"),
    "kpi": ("measure", "at", "goal", "label", "purpose"),
    "policy": ("for", "limit", "pause", "exclude", "except", "control", "label", "purpose"),
    "arbitration": ("keep", "order", "except", "maximize", "purpose"),
    "strategy": (
        "owner", "valid", "status", "category", "stage", "cohort", "trigger", "product", "benefit", "channel", "script",
        "score", "priority", "limit", "until", "control", "split", "kpi", "migrate", "label", "purpose",
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
ALSO_REPEATABLE = frozenset({("test", "on")})  # the days of a test
# read, but not executed yet
NOT_EXECUTED = frozenset({"migrate"})
# kinds that may be written `kind name = …`
SHORT = frozenset({"param", "attribute", "cohort"})
UNCLEAR = "?"
_MEANT: dict[str, dict[str, str]] = {
    "strategy": {
        **dict.fromkeys(("where", "customers", "segment", "target"), "cohort"),
        **dict.fromkeys(("人群", "目标客户", "客户", "客户群"), "客群"),
        **dict.fromkeys(("text", "message", "content"), "script"),
        **dict.fromkeys(("文案", "内容", "短信内容"), "话术"),
        **dict.fromkeys(("from", "start", "dates"), "valid"),
        **dict.fromkeys(("日期", "时间", "活动时间"), "有效期"),
    },
}
"""Other words for keys, of which none is spelled like the key."""
# offers may carry properties of the bank's own, which scripts and policies can name
OPEN_KINDS = frozenset({"benefit", "product"})


def check_keys(declaration: ast.Declaration, context: Context) -> None:
    """Report unknown, repeated and missing keys of a declaration."""
    kind = declaration.kind
    seen: dict[str, ast.Field] = {}
    meant = set()
    for field in declaration.fields:
        meant.add(_check_key(field, kind, context))
        declaration.broken = declaration.broken or _is_short(field, kind)
        if field.key in seen and field.key not in REPEATABLE and (kind, field.key) not in ALSO_REPEATABLE:
            context.report(RepeatedKey(field.key_span, field.key, seen[field.key].key_span))
        seen.setdefault(field.key, field)
        _check_entries(field.value, context)
    for member, where in ((declaration.rows[:1], "table"), (declaration.givens[:1], "test")):
        if member and kind != where:
            declaration.broken = True
            context.report(NotHere(member[0].span, "a row" if where == "table" else "`given`", f"it belongs into a {where}"))
    for key in () if UNCLEAR in meant else REQUIRED.get(kind, ()):  # a key that nobody knows may be the one that is missing
        if key not in seen and key not in meant and not declaration.broken:
            context.report(MissingKey(declaration.name_span or declaration.span, key, kind, declaration.name))


def _check_key(field: ast.Field, kind: str, context: Context) -> str | None:
    """Report what is wrong with a key; the key that was meant where it is mistyped, UNCLEAR where that cannot be told."""
    known = KEYS[kind]
    if _is_short(field, kind):
        hint = f"write `{kind} name {{ … }}` with its keys in the braces"
        context.report(NotHere(field.key_span, f"`=` behind a {kind}", hint))
    elif field.key == "title":
        context.report(WrongShape(field.value.span, "title", "one text in quotation marks"))
    elif field.key not in known and not _own_property(kind, field):
        candidates = (*known, "title", *(chinese for chinese, english in words.KEYS.items() if english in known))
        meant = _MEANT.get(kind, {}).get(field.key) or suggest(field.key, candidates)
        context.report(UnknownKey(field.key_span, field.key, kind, meant, known))
        return words.KEYS.get(meant, meant) if meant else UNCLEAR
    elif field.key in NOT_EXECUTED:
        context.report(NotExecuted(field.key_span, f"`{field.key}:`"))
    elif field.key == "purpose" and not isinstance(field.value, ast.Text):
        context.report(WrongShape(field.value.span, "purpose", "one text in quotation marks"))
    elif field.key == "label" and not isinstance(field.value, ast.Name | ast.Text):
        context.report(WrongShape(field.value.span, "label", "one word, or a text in quotation marks"))
    return None


def _is_short(field: ast.Field, kind: str) -> bool:
    """Whether it is the short form of a kind that has none."""
    return field.key == "value" and field.key_span == field.value.span and kind not in SHORT


def _check_entries(value: object, context: Context) -> None:
    """Report keys that stand twice inside braces."""
    if isinstance(value, ast.Mapping | ast.By):
        seen: dict[str, ast.Entry] = {}
        for entry in value.entries:
            if entry.key in seen:
                context.report(RepeatedKey(entry.key_span, entry.key, seen[entry.key].key_span))
            seen.setdefault(entry.key, entry)
            _check_entries(entry.value, context)
    elif isinstance(value, ast.Terms):
        _check_entries(value.terms, context)
    elif isinstance(value, ast.Range) and value.ramp is not None:
        _check_entries(value.ramp, context)
    elif isinstance(value, ast.Many):
        for item in value.items:
            _check_entries(item, context)


def _own_property(kind: str, field: ast.Field) -> bool:
    """A benefit or product may have further properties; one that looks like a mistyped key is refused all the same."""
    return kind in OPEN_KINDS and suggest(field.key, KEYS[kind]) is None
