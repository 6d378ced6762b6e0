"""What each node says as a condition, and as its opposite. `not` never stays in front of a group: it is carried to its clauses, which
means the same in three-valued logic."""

from __future__ import annotations

from strategy_engine.analysis.meaning.values import duration
from strategy_engine.analysis.meaning.voice import Said, Voice, clause
from strategy_engine.analysis.meaning.windows import bounds, is_period, of_rows
from strategy_engine.language.types import PERCENT, TIMES, Duration, Kind
from strategy_engine.semantics import ir

_OPS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@clause(ir.Constant)
def _constant(voice: Voice, node: ir.Constant, negated: bool) -> Said:
    return voice.leaf("always" if bool(node.value) != negated else "never")


@clause(ir.Derived)
def _derived(voice: Voice, node: ir.Derived, negated: bool) -> Said:
    found = voice.model.derived.get(node.name)
    if found is None or found.kind != "cohort":
        return voice.leaf("false" if negated else "true", a=voice.noun(node), owner=node)
    return voice.leaf("not_cohort" if negated else "cohort", a=voice.named(node.name, found.title))


@clause(ir.Column)
def _column(voice: Voice, node: ir.Column, negated: bool) -> Said:
    if node.scope == "member":
        title = voice.model.derived[node.name].title if node.name in voice.model.derived else None
        return voice.leaf("not_member" if negated else "member", a=voice.named(node.name, title))
    return voice.leaf("false" if negated else "true", a=voice.noun(node), owner=node)


@clause(ir.Ago)
def _ago(voice: Voice, node: ir.Ago, negated: bool) -> Said:
    said = voice.clause(node.value)
    return voice.leaf("not_then" if negated else "then", c=voice.text(said), d=duration(voice, node.back))


@clause(ir.InList)
def _in_list(voice: Voice, node: ir.InList, negated: bool) -> Said:
    table = voice.model.project.tables.get(node.table)
    return voice.leaf("not_list" if negated else "list", a=voice.named(node.table, table.label if table else None))


# ------------------------------------------------------------------------------------------------ comparisons


@clause(ir.Compare)
def _compare(voice: Voice, node: ir.Compare, negated: bool) -> Said:
    op, left, right = node.op, node.left, node.right
    if isinstance(left, ir.Constant) and not isinstance(right, ir.Constant):
        op, left, right = _TURNED[op], right, left
    if isinstance(right, ir.Constant) and right.type.kind is Kind.BOOL and op in ("==", "!="):
        return voice.clause(left, negated != (right.value is (op == "!=")))
    op = _OPPOSITE[op] if negated else op
    moment = _moment(right)
    if moment is not None and op not in ("==", "!="):
        return voice.leaf(f"past.{_OPS[op]}", owner=left, a=_subject(voice, left), b=duration(voice, moment))
    return voice.leaf(_key(op, left), owner=left, a=_subject(voice, left), b=voice.noun(_alike(voice, right, left)))


def _alike(voice: Voice, node: ir.Expr, other: ir.Expr) -> ir.Expr:
    """A number that a ratio is compared with, in per cent."""
    while isinstance(other, ir.Derived) and other.name in voice.model.derived:
        other = voice.model.derived[other.name].expr
    ratio = isinstance(other, ir.Arithmetic) and other.op == "/" and other.type.kind is Kind.NUMBER
    return ir.Constant(node.value, type=PERCENT) if ratio and isinstance(node, ir.Constant) and abs(node.value or 1) < 1 else node


def _subject(voice: Voice, node: ir.Expr) -> str:
    """The left side; a comma ends what is said of its rows."""
    while isinstance(node, ir.Convert):  # the day of a time is what it is compared by
        node = node.value
    text = voice.noun(node)
    rows = isinstance(node, ir.Aggregate) and node.rows.where is not None and voice.lang == "en"
    return f"{text}," if rows else text


def _key(op: str, left: ir.Expr) -> str:
    key = _OPS[op]
    if op in ("==", "!="):
        return key
    if left.type.kind in TIMES:
        return f"time.{key}"
    return f"rank.{key}" if left.type.kind is Kind.ENUM else key


def _moment(node: ir.Expr) -> Duration | None:
    """How long ago it is, where the node is so much before today."""
    back = node.value if isinstance(node, ir.Convert) else node
    return back.by if isinstance(back, ir.Shift) and back.sign < 0 and isinstance(back.value, ir.Today) else None


@clause(ir.InSet)
def _in_set(voice: Voice, node: ir.InSet, negated: bool) -> Said:
    subject, options = _subject(voice, node.value), [voice.noun(option) for option in node.options]
    if not negated or len(options) == 1:
        return voice.leaf("ne" if negated else "eq", owner=node.value, a=subject, b=voice.listed(options, "or"))
    few = len(options) == 2
    return voice.leaf("not_in" if few else "not_in.many", owner=node.value, a=subject, b=voice.listed(options, "nor" if few else "or"))


@clause(ir.InWindow)
def _in_window(voice: Voice, node: ir.InWindow, negated: bool) -> Said:
    within = bounds(voice, node.window)
    both = node.window.low is not None and node.window.high is not None and not is_period(node.window)
    key = "inside" if not negated else "outside.both" if both else "outside"
    return voice.leaf(key, owner=node.value, a=_subject(voice, node.value), b=within)


@clause(ir.IsKnown)
def _is_known(voice: Voice, node: ir.IsKnown, negated: bool) -> Said:
    return voice.leaf("missing" if negated else "known", owner=node.value, a=_subject(voice, node.value))


@clause(ir.Aggregate)
def _aggregate(voice: Voice, node: ir.Aggregate, negated: bool) -> Said:
    if node.function != "exists":
        return voice.leaf("false" if negated else "true", owner=node, a=_subject(voice, node))
    return voice.leaf("not_exists" if negated else "exists", rows=of_rows(voice, node.rows))


# ------------------------------------------------------------------------------------------------ connectives


@clause(ir.And)
def _and(voice: Voice, node: ir.And, negated: bool) -> Said:
    change = _change(node)
    if change is not None and not negated:
        key, condition = change
        return voice.leaf(key, c=voice.text(voice.clause(condition)))
    return _group(voice, node.parts, "or" if negated else "and", negated)


@clause(ir.Or)
def _or(voice: Voice, node: ir.Or, negated: bool) -> Said:
    return _group(voice, node.parts, "and" if negated else "or", negated)


def _group(voice: Voice, nodes: tuple[ir.Expr, ...], join: str, negated: bool) -> Said:
    parts: list[Said] = []
    for node in _merged(nodes, join, negated):
        said = voice.clause(node, negated)
        parts += said.parts if said.join == join else (said,)
    return Said(join=join, parts=tuple(parts)) if len(parts) > 1 else parts[0]


def _merged(nodes: tuple[ir.Expr, ...], join: str, negated: bool) -> list[ir.Expr]:
    """The parts of a group, with what says nothing left out, and neighbours that ask the same value made one."""
    kept = [node for node in nodes if not (isinstance(node, ir.Constant) and (node.value is not negated) == (join == "and"))]
    merged: list[ir.Expr] = []
    for node in kept or list(nodes[:1]):
        both: ir.Expr | None = None
        if merged:
            both = _one_of(merged[-1], node) if (join == "or") != negated else _between(merged[-1], node)
        merged[-1:] = [both] if both is not None else [*merged[-1:], node]
    return merged


def _one_of(first: ir.Expr, second: ir.Expr) -> ir.InSet | None:
    """`a == x or a == y` as `a in [x, y]`."""
    sides = []
    for node in (first, second):
        if isinstance(node, ir.InSet):
            sides.append((node.value, node.options))
        elif isinstance(node, ir.Compare) and node.op == "==" and isinstance(node.right, ir.Constant):
            sides.append((node.left, (node.right,)))
    if len(sides) < len((first, second)) or sides[0][0] != sides[1][0] or sides[0][0].type.kind is Kind.BOOL:
        return None
    return ir.InSet(sides[0][0], tuple(dict.fromkeys((*sides[0][1], *sides[1][1]))))


def _between(first: ir.Expr, second: ir.Expr) -> ir.InWindow | None:
    """`low <= a and a < high` as a window."""
    ends = [_end(first), _end(second)]
    low, high = ends[0], ends[1]
    if low is None or high is None or low[0] != high[0] or low[1] not in (">", ">=") or high[1] not in ("<", "<="):
        return None
    window = ir.Window(low[2], high[2], low[1] == ">=", high[1] == "<=", type=low[0].type)
    return ir.InWindow(low[0], window)


def _end(node: ir.Expr) -> tuple[ir.Expr, str, ir.Constant] | None:
    if not isinstance(node, ir.Compare):
        return None
    op, left, right = node.op, node.left, node.right
    if isinstance(left, ir.Constant):
        op, left, right = _TURNED[op], right, left
    return (left, op, right) if isinstance(right, ir.Constant) and left.type.kind is not Kind.ENUM else None


@clause(ir.Not)
def _not(voice: Voice, node: ir.Not, negated: bool) -> Said:
    return voice.clause(node.value, not negated)


@clause(ir.Default)
def _default(voice: Voice, node: ir.Default, negated: bool) -> Said:
    """`condition ?? false`: what is unknown does not hold, so its opposite does."""
    first, *rest = node.options
    if len(rest) == 1 and isinstance(rest[0], ir.Constant) and rest[0].value is False:
        said = voice.clause(first, negated)
        return voice.leaf("default.false", c=voice.text(said)) if negated and first.type.optional else said
    return voice.leaf("false" if negated else "true", a=voice.noun(node))


def _change(node: ir.And) -> tuple[str, ir.Expr] | None:
    """A condition that holds today and did not yesterday, or the other way round, as `enters:` and `leaves:` make it."""
    if len(node.parts) != 2 or not isinstance(node.parts[1], ir.Not):
        return None
    now, then = (part.options[0] if isinstance(part, ir.Default) else None for part in (node.parts[0], node.parts[1].value))
    if isinstance(then, ir.Ago) and then.back == (1, "day") and then.value == now:
        return "comes", then.value
    if isinstance(now, ir.Ago) and now.back == (1, "day") and now.value == then:
        return "goes", now.value
    return None
