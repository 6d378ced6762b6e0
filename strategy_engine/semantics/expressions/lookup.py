"""What a name means."""

from __future__ import annotations

from collections.abc import Iterable

from strategy_engine.catalog.models import Table
from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast, words
from strategy_engine.language.foreign import name_hint
from strategy_engine.language.types import BOOL, DATE, INT, TEXT, EnumType, Kind, Type
from strategy_engine.language.walk import walk
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, RowScope, Scope, failed
from strategy_engine.semantics.expressions.infer import rule
from strategy_engine.semantics.expressions.mentions import note
from strategy_engine.semantics.name_errors import AmbiguousName, UnknownEnumValue, UnknownName
from strategy_engine.semantics.names import Names
from strategy_engine.semantics.type_errors import NotHere

# the fields of declarations that scripts and policies may name, with their types where not declared otherwise
_ACTION_NAMES = ("channel", "product", "benefit", "step", "category", "strategy", "arm")
_LONGEST = 8  # parts of a name that leads from reference to reference
_TEXT_FIELDS = ("name", "title")


@rule(ast.Name)
def name(node: ast.Name, scope: Scope, context: Context) -> ir.Expr:
    found = lookup(node, scope, context)
    return found if found is not None else _unknown(node, scope, context)


def lookup(node: ast.Name, scope: Scope, context: Context) -> ir.Expr | None:
    """What the name means at this place, nearest first: the row at hand, the action, the customer, the project. None: nothing."""
    found = _in_row(node, scope) or _in_strategy(node, scope, context) or _of_customer(node, context)
    if found is None and 1 < len(node.parts) <= _LONGEST:
        found = _through_reference(node, scope, context)
    if found is not None:
        note(node, found, scope, context)
    return found


def enum_word(node: ast.Expr, wanted: Type, scope: Scope, context: Context) -> ir.Expr | None:
    """A bare word as a value of the enum that the other side is; None where it is no bare word, or names something else.

    A word that is neither a value nor a name is reported as a mistyped value.
    """
    if wanted.kind is not Kind.ENUM or wanted.enum is None or not isinstance(node, ast.Name) or len(node.parts) != 1:
        return None
    value = wanted.enum.value_of(node.parts[0])
    if value is not None:
        context.mention(node.span, "value", value)
        return ir.Constant(value, type=wanted.known(), span=node.span)
    if lookup(node, scope, context) is not None:
        return None
    suggestion = suggest(node.parts[0], (*wanted.enum.values, *(label for label in wanted.enum.labels if label)))
    return context.report(UnknownEnumValue(node.span, node.text, "", wanted.enum.values, suggestion))


# ------------------------------------------------------------------------------------------------ rows


def _in_row(node: ast.Name, scope: Scope) -> ir.Expr | None:
    first, *rest = node.parts
    if scope.row is not None:
        row = scope.row
        if not rest and (column := _row_column(row, first)) is not None:
            return ir.Column("row", column, type=row.columns[column], span=node.span)
        if first in (row.table, row.label) and rest and (column := _row_column(row, ".".join(rest))) is not None:
            return ir.Column("row", column, type=row.columns[column], span=node.span)
    if first in scope.steps and rest:
        step = scope.steps[first]
        column = _row_column(step, ".".join(rest))
        if column is not None:
            return ir.Column(f"step.{first}", column, type=step.columns[column].or_missing(), span=node.span)
    return None


def _row_column(row: RowScope, word: str) -> str | None:
    return word if word in row.columns else row.labels.get(word)


def _other(node: ast.Name, context: Context) -> ir.Expr | None:
    """`other.tier`: the linked customer's column; missing where that customer is not in the snapshot."""
    column = _column_of(context.names.snapshot, node.parts[1]) if len(node.parts) == 2 else None
    if column is None:
        return None
    type_ = context.names.snapshot.columns[column].value_type
    return ir.Column("other", column, type=type_.or_missing(), span=node.span)


def _column_of(table: Table, word: str) -> str | None:
    if word in table.columns:
        return word
    return next((name for name, column in table.columns.items() if column.label == word), None)


# ------------------------------------------------------------------------------------------------ the action


def _in_strategy(node: ast.Name, scope: Scope, context: Context) -> ir.Expr | None:
    first, *rest = node.parts
    if scope.row is not None and scope.row.links and first == "other":
        return _other(node, context)
    if scope.action and first not in context.names.snapshot.columns:
        first = words.SUBJECTS.get(first, first)
    if scope.action and not rest and first in _ACTION_NAMES:
        return ir.Column("action", first, type=action_type(first, scope, context), span=node.span)
    if scope.action and len(rest) == 1 and first in ("benefit", "product", "channel", "strategy"):
        type_ = field_type(first, rest[0], context)
        if type_ is not None:
            return ir.Column(first, rest[0], type=type_, span=node.span)
    if scope.triggers and rest:
        declared = context.names.find("trigger", first)
        trigger = context.triggers.get(declared.name) if declared is not None and declared.name in scope.triggers else None
        member = ".".join(rest)
        if trigger is not None and member in trigger.columns:
            optional = len(scope.triggers) > 1
            return ir.Column(f"hit.{trigger.name}", member, type=trigger.columns[member].or_missing(optional), span=node.span)
    if scope.kpi and len(rest) == 1 and first in ("before", "after"):
        column = _column_of(context.names.snapshot, rest[0])
        if column is not None:
            type_ = context.names.snapshot.columns[column].value_type
            return ir.Column(first, column, type=type_.or_missing(first == "after"), span=node.span)
    return None


def action_type(word: str, scope: Scope, context: Context) -> Type:
    """The type of `channel`, `category` … of the action at hand."""
    names = context.names
    match word:
        case "step":
            return INT
        case "arm":
            return Type(Kind.ENUM, enum=EnumType(scope.arms or ("treated",)))
        case "category":
            values = tuple(dict.fromkeys((*categories(names), *named_categories(names))))
            return Type(Kind.ENUM, True, EnumType(values or ("",)))
        case "channel" | "strategy":
            return Type(Kind.ENUM, enum=_declared_enum(names, word))
        case _:
            return Type(Kind.ENUM, True, _declared_enum(names, word))


def _declared_enum(names: Names, kind: str) -> EnumType:
    declared = names.of_kind(kind)
    return EnumType(tuple(declared) or ("",), tuple(each.title for each in declared.values()) or (None,))


def categories(names: Names) -> Iterable[str]:
    """The categories that strategies declare."""
    for declaration in names.of_kind("strategy").values():
        found = declaration.first("category")
        value = found.value if found else None
        if isinstance(value, ast.Name):
            yield value.text
        elif isinstance(value, ast.Text):
            yield value.value


def named_categories(names: Names) -> Iterable[str]:
    """The categories that rules compare with: a rule may speak of a category that no strategy has yet."""
    for kind in ("policy", "arbitration"):
        for declaration in names.of_kind(kind).values():
            for field in declaration.fields:
                for node in walk(field.value):
                    yield from _compared_with_category(node)


def _compared_with_category(node: ast.Node) -> Iterable[str]:
    sides: tuple[ast.Expr, ...] = ()
    if isinstance(node, ast.Compared):
        sides = (node.first, *(value for _, value in node.rest))
    elif isinstance(node, ast.Contained) and isinstance(node.container, ast.ListLiteral):
        sides = (node.item, *node.container.items)
    found = [words.SUBJECTS.get(side.text, side.text) for side in sides if isinstance(side, ast.Name)]
    return (word for word in found if word != "category") if "category" in found else ()


def field_type(kind: str, key: str, context: Context) -> Type | None:
    """The type of `benefit.value`, `product.risk` …: that of the declarations which have the field; always possibly missing."""
    if key in _TEXT_FIELDS:
        return TEXT.or_missing(kind in ("benefit", "product"))
    return context.declared.field_types(kind, context).get(key)


# ------------------------------------------------------------------------------------------------ the customer and the project


def _of_customer(node: ast.Name, context: Context) -> ir.Expr | None:
    first, *rest = node.parts
    names = context.names
    if first == "customer" and len(rest) == 1:
        column = _column_of(names.snapshot, rest[0])
        return None if column is None else customer_column(column, node, context)
    if rest:
        return _dotted(node, context)
    if first in names.snapshot.columns:
        return customer_column(first, node, context)
    if first == "today":
        return ir.Today(type=DATE, span=node.span)
    if first == "contact_date":
        return ir.ContactDate(type=DATE, span=node.span)
    if first == "everyone":
        return ir.Constant(True, type=BOOL, span=node.span)
    if names.in_expressions(first) is not None:
        return _declared(first, node, context)
    table = context.table(first)
    if table is not None and table.kind == "list":
        context.tables_read.add(table.name)
        return ir.InList(table.name, type=BOOL, span=node.span)
    return _by_label(node, context)


def customer_column(column: str, node: ast.Name, context: Context) -> ir.Expr:
    """A column of the snapshot."""
    return ir.Column("customer", column, type=context.names.snapshot.columns[column].value_type, span=node.span)


def _by_label(node: ast.Name, context: Context) -> ir.Expr | None:
    meanings = context.names.meanings(node.parts[0])
    if len(meanings) > 1:
        return context.report(AmbiguousName(node.span, node.parts[0], tuple(meanings)))
    if not meanings:
        return None
    return _of_customer(ast.Name(node.span, (meanings[0],)), context)


def _declared(name: str, node: ast.Name, context: Context) -> ir.Expr:
    declaration = context.names.in_expressions(name)
    if declaration is not None and declaration.kind == "param":
        context.mention(node.span, "param", name)
        value = context.declared.param_value(name, node.span, context)
        return ir.Constant(value.value, type=value.type, span=node.span) if isinstance(value, ir.Constant) else value
    found = context.declared.definition(name, node.span, context)
    if found is None:
        return ir.Constant(None, type=Type(Kind.ERROR), span=node.span)
    return ir.Derived(found.name, type=found.type, span=node.span)


def _dotted(node: ast.Name, context: Context) -> ir.Expr | None:
    """`market.csi300_change_1d`, `wealth_segment.rm_level`."""
    first, *rest = node.parts
    table = context.table(first)
    if table is not None and table.kind == "series" and len(rest) == 1:
        column = _column_of(table, rest[0])
        if column is not None:
            type_ = table.columns[column].value_type
            return ir.SeriesValue(table.name, column, type=type_.or_missing(), span=node.span)
    declaration = context.names.find("table", first)
    if declaration is not None and len(rest) == 1:
        context.declared.definition(declaration.name, node.span, context)
        found = context.definitions.get(f"{declaration.name}.{rest[0]}")
        if found is not None:
            return ir.Derived(found.name, type=found.type, span=node.span)
        if not any(name.startswith(f"{declaration.name}.") for name in context.definitions):
            return failed(node.span)  # the table could not be read, which has been told
    return None


def _through_reference(node: ast.Name, scope: Scope, context: Context) -> ir.Expr | None:
    """`branch.lat`: the id column before the last dot refers to a reference table."""
    *owner, last = node.parts
    via = lookup(ast.Name(node.span, tuple(owner)), scope, context)
    if via is None or via.type.of is None:
        return None
    table = context.table(via.type.of)
    column = _column_of(table, last) if table is not None else None
    if table is None or column is None:
        return None
    type_ = table.columns[column].value_type
    return ir.Reference(via, table.name, column, type=type_.or_missing(), span=node.span)


# ------------------------------------------------------------------------------------------------ telling


def _unknown(node: ast.Name, scope: Scope, context: Context) -> ir.Expr:
    first, *rest = node.parts
    if first in ("other", "before", "after", "hits", "contact") and rest:
        hints = {
            "other": "`other.` is the linked customer inside `exists(links where …)`",
            "hits": "`sum(hits.amount)` adds up the hits of a strategy's trigger",
        }
        return context.report(NotHere(node.span, f"`{first}.`", hints.get(first, f"`{first}.` belongs into a kpi's measure")))
    trigger = context.names.find("trigger", first)
    if rest and trigger is not None and context.declared.trigger(trigger.name, context) is None:
        return failed(node.span)  # the trigger could not be read, which has been told
    table = context.table(first)
    if rest and table is not None and table.kind in ("events", "items", "links") and table.columns.get(".".join(rest)):
        hint = f"ask for rows: `sum({node.text} where …)`, `last({node.text})` and their like"
        return context.report(NotHere(node.span, f"`{node.text}`", hint))
    if rest:
        return context.report(_unknown_member(node, scope, context))
    if table is not None and table.kind not in ("list", "snapshot"):
        hint = f"ask for rows: `count({first} where …)`, `exists({first} where …)`"
        return context.report(NotHere(node.span, f"the table `{first}`", hint))
    parted = words.parted(first)
    if parted is not None and any(lookup(ast.Name(node.span, (word,)), scope, context) for word in parted.split()):
        return context.report(UnknownName(node.span, first, hint=f"words are parted by blanks: `{parted}`"))
    if scope.row is not None:
        row = scope.row
        suggestion = suggest(first, (*row.columns, *row.labels)) or suggest(first, context.names.suggestions())
        return context.report(UnknownName(node.span, first, f"`{row.table}`", suggestion))
    candidates = (*context.names.suggestions(), *context.names.aliases)
    meant = suggest(first, candidates)
    advice = name_hint(first) or (None if meant else _value_hint(first, context) or f"a condition gets a name with `cohort {first} = …`")
    return context.report(UnknownName(node.span, first, "", meant, what="column or cohort", hint=advice))


def _value_hint(word: str, context: Context) -> str | None:
    """Of which column the word is a value: `tier == gold or platinum` asks nothing of `platinum`."""
    columns = context.names.snapshot.columns
    owner = next((name for name, column in columns.items() if (enum := column.value_type.enum) and enum.value_of(word)), None)
    return f"it is a value of `{owner}`: `{owner} == {word}`, or `{owner} in [{word}, …]` for one of several" if owner else None


def _unknown_member(node: ast.Name, scope: Scope, context: Context) -> UnknownName:
    first, *rest = node.parts
    last = node.parts[-1]
    table = context.table(first)
    known: Iterable[str] = ()
    if scope.row is not None and scope.row.table == first:
        known = scope.row.columns
    elif first in scope.steps:
        known = scope.steps[first].columns
    elif first == "other" or first in ("before", "after", "customer"):
        known = context.names.snapshot.columns
    elif table is not None:
        known = table.columns
    elif (trigger := context.triggers.get(first)) is not None:
        known = trigger.columns
    else:
        column = context.names.snapshot.columns.get(first)
        target = context.table(column.of) if column is not None and column.of else None
        if target is not None:
            known = target.columns
    known = tuple(known)
    if known:
        return UnknownName(node.span, ".".join(rest), f"`{first}`", suggest(last, known))
    owners = [*context.names.suggestions(), *context.project.tables, *context.names.of_kind("trigger")]
    return UnknownName(node.span, node.text, "", suggest(first, owners), what="column or table")
