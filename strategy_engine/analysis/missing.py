"""S0411: customers lost because a value of theirs is missing."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.walk import children, expressions


@diagnostic
class SilentlyDropped(Diagnostic):
    """A `not` or `!=` that loses customers whose value is missing

    A comparison with a missing value is unknown, and so is its opposite: the customer is in neither. Under `not` and `!=` that
    surprises, because "not X" sounds like everyone else.

    Example:

        cohort a = rm_id != "r1"

    Instead, say what shall become of those without a value:

        cohort a = rm_id != "r1" or rm_id is missing
    """

    code = "S0411"
    severity = Severity.WARNING
    columns: tuple[str, ...]
    sign: str

    @property
    def message(self) -> str:
        names = " or ".join(f"`{column}`" for column in self.columns)
        return f"`{self.sign}` drops customers whose {names} is missing"

    @property
    def help(self) -> str | None:
        return f"say what shall become of them: `… or {self.columns[0]} is missing`, or `{self.columns[0]} ?? …`"


def silently_dropped(model: Model) -> Iterator[Diagnostic]:
    """One finding for each `not` or `!=` over columns that may be missing, in what selects customers."""
    selecting = [each.expr for each in model.derived.values() if each.kind == "cohort"]
    selecting += [each.cohort for each in model.strategies.values()]
    tables = {ir.Derived(name, type=each.type) for name, each in model.derived.items() if each.kind in ("table", "grid")}
    for condition in selecting:
        # whether a table has gaps is for a proof to say, not for its type
        handled = {node.value for node in expressions(condition) if isinstance(node, ir.IsKnown)} | tables
        yield from _findings(condition, handled)


def missing_columns(condition: ir.Expr, model: Model) -> tuple[str, ...]:
    """The columns of the customer that make a condition unknown where they are missing, and definitions over such; not those that it
    asks about."""
    handled = {node.value for node in expressions(condition) if isinstance(node, ir.IsKnown)}
    found = []
    for node in _open(condition, handled):
        if isinstance(node, ir.Column):
            missing = node.scope == "customer"
        else:
            missing = node.name in model.derived and bool(missing_columns(model.derived[node.name].expr, model))
        found += [_name(node)] if missing else []
    return tuple(dict.fromkeys(found))


def _findings(condition: ir.Expr, handled: set[ir.Expr]) -> Iterator[Diagnostic]:
    if isinstance(condition, ir.And | ir.Or):
        for part in condition.parts:
            yield from _findings(part, handled)
        return
    negated = isinstance(condition, ir.Not)
    unequal = isinstance(condition, ir.Compare) and condition.op == "!="
    if not (negated or unequal) or not condition.type.optional:
        return
    columns = tuple(dict.fromkeys(_name(node) for node in _open(condition, handled)))
    if columns:
        yield SilentlyDropped(condition.span, columns, "not" if negated else "!=")


def _open(condition: ir.Expr, handled: set[ir.Expr]) -> Iterator[ir.Column | ir.Derived]:
    """The columns that make the condition unknown, but for those that the cohort asks about elsewhere."""
    if condition in handled or isinstance(condition, ir.Default | ir.IsKnown | ir.Aggregate):
        return
    if isinstance(condition, ir.Column | ir.Derived):
        if condition.type.optional:
            yield condition
        return
    for child in children(condition):
        yield from _open(child, handled)


def _name(node: ir.Column | ir.Derived) -> str:
    return node.name
