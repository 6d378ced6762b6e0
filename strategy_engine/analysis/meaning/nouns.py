"""What each node says as a value."""

from __future__ import annotations

from strategy_engine.analysis.meaning.values import duration, value
from strategy_engine.analysis.meaning.voice import CUSTOMER, ROW, Voice, noun
from strategy_engine.analysis.meaning.windows import bounds, of_rows
from strategy_engine.language.functions.registry import find
from strategy_engine.language.types import NUMERIC, TIMES, Kind
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import RowHits, SequenceHits, SeriesHits
from strategy_engine.semantics.trials import ACTION_OF

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_TIGHT = frozenset("*/")

# ------------------------------------------------------------------------------------------------ leaves


@noun(ir.Constant)
def _constant(voice: Voice, node: ir.Constant) -> str:
    return value(voice, node.value, node.type)


@noun(ir.Column)
def _column(voice: Voice, node: ir.Column) -> str:
    scope, rest = node.scope, ""
    if "." in scope:
        scope, rest = scope.split(".", 1)
    if scope == "step" and rest in voice.model.strategies:  # of a test's expectation
        return voice.say("of_listed", a=_action_word(voice, node.name), strategy=strategy_name(voice, rest))
    if scope == "step":
        return voice.say("of_step", a=_row_label(voice, node.name), step=rest)
    if scope == "hit":
        trigger = voice.named(rest, voice.model.triggers[rest].title)
        if node.name == "at":
            return voice.say("time_of_hit", trigger=trigger)
        return voice.say("of_hit", a=_row_label(voice, node.name, rest), trigger=trigger)
    if scope == "action":
        return voice.say("of_action", a=_action_word(voice, node.name))
    if scope in ("benefit", "product", "channel", "strategy"):
        return voice.say(f"of_{scope}", a=voice.key(node.name))
    if scope == "member":
        return voice.text(voice.clause(node))
    if scope in ("row", "hits") and node.name in voice.model.strategies:
        return voice.say("listed", a=strategy_name(voice, node.name))
    label = _row_label(voice, node.name) if scope in ("row", "hits") else customer_label(voice, node.name)
    if scope in ("before", "after", "other"):
        return voice.say(f"of_{scope}", a=label)
    mine = ROW if scope in ("row", "hits") else CUSTOMER
    return label if voice.subject == mine else voice.say(f"of_{mine}", a=label)


def customer_label(voice: Voice, name: str) -> str:
    """A column of the snapshot."""
    column = voice.model.project.snapshot.columns.get(name)
    return voice.named(name, column.label if column else None)


def _row_label(voice: Voice, name: str, table: str = "") -> str:
    """A column of rows: by the label of its table, else by the one that all tables which have it agree on."""
    tables, last = voice.model.project.tables, name.rsplit(".", 1)[-1]
    table = table or voice.table
    table = _table_of(voice, table) if table in voice.model.triggers else table
    columns = [tables[table].columns.get(last)] if table in tables else [each.columns.get(last) for each in tables.values()]
    labels = {column.label for column in columns if column is not None and column.label}
    return voice.named(name, labels.pop() if len(labels) == 1 else None)


def _table_of(voice: Voice, trigger: str) -> str:
    """The table whose columns a hit carries."""
    source = voice.model.triggers[trigger].source
    if isinstance(source, SequenceHits):
        return [step.rows.table for step in source.steps if not step.absent][-1]
    return source.rows.table if isinstance(source, RowHits) else source.table if isinstance(source, SeriesHits) else ""


def _action_word(voice: Voice, name: str) -> str:
    return voice.say(f"group.{name}") if voice.has(f"group.{name}") else name


def strategy_name(voice: Voice, name: str) -> str:
    """A strategy by its title."""
    found = voice.model.strategies.get(name.removeprefix(ACTION_OF))
    return voice.named(name, found.title if found else None)


@noun(ir.Derived)
def _derived(voice: Voice, node: ir.Derived) -> str:
    name = derived_name(voice, node.name)
    return name if voice.subject == CUSTOMER else voice.say("of_customer", a=name)


def derived_name(voice: Voice, name: str) -> str:
    """An attribute, cohort, table's output or grid by its title."""
    found = voice.model.derived.get(name)
    title = found.title if found else None
    if title and "." in name:
        return voice.named(name, f"{title}·{name.split('.', 1)[1]}" if voice.lang == "zh" else title)
    return voice.named(name, title)


@noun(ir.Reference)
def _reference(voice: Voice, node: ir.Reference) -> str:
    column = voice.model.project.tables[node.table].columns[node.column]
    return voice.say("of_reference", a=voice.named(node.column, column.label), via=voice.noun(node.via).removeprefix("the "))


@noun(ir.SeriesValue)
def _series(voice: Voice, node: ir.SeriesValue) -> str:
    column = voice.model.project.tables[node.table].columns[node.column]
    return voice.named(f"{node.table}.{node.column}", column.label)


@noun(ir.Today)
def _today(voice: Voice, _node: ir.Today) -> str:
    return voice.say("today")


@noun(ir.ContactDate)
def _contact_date(voice: Voice, _node: ir.ContactDate) -> str:
    return voice.say("contact_date")


# ------------------------------------------------------------------------------------------------ values of values


@noun(ir.Convert)
def _convert(voice: Voice, node: ir.Convert) -> str:
    inner = voice.noun(node.value)
    to_day = node.type.kind is Kind.DATE and node.value.type.kind is Kind.DATETIME
    return voice.say("day_of", a=inner) if to_day and not isinstance(node.value, ir.Column) else inner


@noun(ir.Call)
def _call(voice: Voice, node: ir.Call) -> str:
    entry = find(node.function)
    name = entry.zh if entry is not None and voice.lang == "zh" else node.function
    return f"{name}({', '.join(voice.noun(argument) for argument in node.arguments)})"


@noun(ir.Arithmetic)
def _arithmetic(voice: Voice, node: ir.Arithmetic) -> str:
    if node.op == "-" and isinstance(node.right, ir.Ago) and node.right.value == node.left:
        return voice.say("change", a=voice.noun(node.left), d=duration(voice, node.right.back))
    if node.op == "/" and isinstance(node.right, ir.Ago) and _is_change(node.left, node.right):
        return voice.say("growth", a=voice.noun(node.right.value), d=duration(voice, node.right.back))
    left, right = _operand(voice, node.left, node.op), _operand(voice, node.right, node.op, right=True)
    return f"{left} {_SIGNS[node.op]} {right}"


def _is_change(node: ir.Expr, before: ir.Ago) -> bool:
    return isinstance(node, ir.Arithmetic) and node.op == "-" and node.right == before and node.left == before.value


def _operand(voice: Voice, node: ir.Expr, op: str, *, right: bool = False) -> str:
    """A side of arithmetic, in parentheses where it would be read otherwise."""
    while isinstance(node, ir.Convert):
        node = node.value
    text = voice.noun(node)
    loose = isinstance(node, ir.Arithmetic) and ((node.op not in _TIGHT and op in _TIGHT) or (right and op in "-/"))
    wordy = isinstance(node, ir.Choice | ir.Aggregate | ir.Default | ir.Decision | ir.Shift)
    return voice.say("group", c=text) if loose or wordy else text


@noun(ir.Shift)
def _shift(voice: Voice, node: ir.Shift) -> str:
    back, length = node.sign < 0, duration(voice, node.by)
    if isinstance(node.value, ir.Today):
        return voice.say("ago" if back else "ahead", d=length)
    return voice.say("before" if back else "after", d=length, a=voice.noun(node.value))


@noun(ir.Negate)
def _negate(voice: Voice, node: ir.Negate) -> str:
    return f"−{_operand(voice, node.value, '*')}"


@noun(ir.Default)
def _default(voice: Voice, node: ir.Default) -> str:
    *options, last = node.options
    text = voice.noun(last)
    for option in reversed(options):
        text = voice.say("default", a=voice.noun(option), b=text)
    return text


@noun(ir.Choice)
def _choice(voice: Voice, node: ir.Choice) -> str:
    condition = voice.text(voice.clause(node.condition))
    return voice.say("choice", a=voice.noun(node.then), c=condition, b=voice.noun(node.otherwise))


# ------------------------------------------------------------------------------------------------ rows, population, time


@noun(ir.Aggregate)
def _aggregate(voice: Voice, node: ir.Aggregate) -> str:
    if node.function == "exists":
        return voice.say("whether", c=voice.text(voice.clause(node)))
    rows = of_rows(voice, node.rows, many=node.function not in ("first", "last"))
    if node.function == "count" or node.value is None:
        return voice.say("count", rows=rows)
    measured = voice.about(CUSTOMER) if node.rows.table == "customers" else voice.about(ROW, node.rows.table)
    key = {"last": "last_of"}.get(node.function, node.function)
    if node.value.type.kind in TIMES and voice.has(f"time.{key}"):
        key = f"time.{key}"
    timed = isinstance(node.value, ir.Column) and node.value == ir.Column("row", node.rows.time or "", type=node.value.type)
    text = voice.say("time_of") if timed else measured.noun(node.value)
    computed = isinstance(node.value, ir.Arithmetic) and node.value.type.kind in NUMERIC
    return voice.say(key, rows=rows, a=voice.say("group", c=text) if computed else text)


@noun(ir.Population)
def _population(voice: Voice, node: ir.Population) -> str:
    if node.by is None:
        return voice.say(node.function, a=voice.noun(node.value))
    return voice.say(f"{node.function}.by", a=voice.noun(node.value), by=voice.noun(node.by))


@noun(ir.Ago)
def _ago(voice: Voice, node: ir.Ago) -> str:
    return voice.say("was", a=voice.noun(node.value), d=duration(voice, node.back))


# ------------------------------------------------------------------------------------------------ tables and texts


@noun(ir.Decision)
def _decision(voice: Voice, node: ir.Decision) -> str:
    return voice.say("decision", count=len(node.rows))


@noun(ir.Hole)
def _hole(voice: Voice, node: ir.Hole) -> str:
    return f"‹{voice.noun(node.value)}›"


@noun(ir.Template)
def _template(voice: Voice, node: ir.Template) -> str:
    return voice.say("quoted", a="".join(part if isinstance(part, str) else voice.noun(part) for part in node.parts))


@noun(ir.Window)
def _window(voice: Voice, node: ir.Window) -> str:
    return bounds(voice, node)
