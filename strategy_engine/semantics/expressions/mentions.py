"""What a name in an expression was found to mean, for whoever wants to know where something is used."""

from __future__ import annotations

from strategy_engine.language import ast
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope

OF_CUSTOMERS = frozenset({"customer", "other", "before", "after"})


def note(node: ast.Name, found: ir.Expr, scope: Scope, context: Context) -> None:
    """Note what each part of the name means; nothing of what the language itself calls so."""
    last = len(node.parts) - 1
    match found:
        case ir.Column(scope=owner, name=column) if owner in OF_CUSTOMERS:
            context.mention(node.span, "column", f"{context.names.snapshot.name}.{column}", last)
        case ir.Column(scope="row", name=column) if scope.row is not None:
            _of_row(node, scope.row.table, column, context)
        case ir.Column(scope=owner) if owner.startswith("hit."):
            context.mention(node.span, "trigger", owner.removeprefix("hit."), 0)
        case ir.Column(scope=owner) if owner.startswith("step."):
            _strategy(node, context)
        case ir.Derived(name=name):
            declared = context.names.in_expressions(name) or context.names.find("table", name.partition(".")[0])
            if declared is not None:
                context.mention(node.span, declared.kind, declared.name, 0)
        case ir.InList(table=table):
            context.mention(node.span, "table", table, 0)
        case ir.SeriesValue(table=table, column=column):
            context.mention(node.span, "table", table, 0)
            context.mention(node.span, "column", f"{table}.{column}", last)
        case ir.Reference(table=table, column=column):
            context.mention(node.span, "column", f"{table}.{column}", last)


def rows(node: ast.Name, name: str, context: Context) -> None:
    """Note that the name's first part is a table, or a trigger whose hits are meant."""
    if name in context.project.tables:
        context.mention(node.span, "table", name, 0)
    elif context.names.find("trigger", name) is not None:
        context.mention(node.span, "trigger", name, 0)


def _of_row(node: ast.Name, table: str, column: str, context: Context) -> None:
    if table == "strategy":
        context.mention(node.span, "strategy", column, 0)
        return
    if len(node.parts) > 1:
        rows(node, table, context)
    if table in context.project.tables:
        context.mention(node.span, "column", f"{table}.{column}", len(node.parts) - 1)


def _strategy(node: ast.Name, context: Context) -> None:
    """`welcome.channel` in what a test expects; in a sequence the first part is the step's own name."""
    declared = context.names.find("strategy", node.parts[0])
    if declared is not None:
        context.mention(node.span, "strategy", declared.name, 0)
