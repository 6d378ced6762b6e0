"""Rows that belong to customers: events, items, links and hits beside their customers' features, and the aggregates over them.

A frame of rows follows the naming of `expressions.aggregates`: the table's own columns by their names, `other.X`, what a row
refers to as `names.py` says, and `customer.X` for what the frame of customers holds as X.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import polars as pl

from strategy_engine.engine.day.dependencies import of_customer, of_rows, references_of_rows
from strategy_engine.engine.day.names import KEY, ROW
from strategy_engine.engine.expressions import Lowering, aggregate, attach, dtype_of, features, gathered, row_names
from strategy_engine.engine.expressions.windows import hull_of
from strategy_engine.plan.reads import PAST_ACTIONS
from strategy_engine.semantics import ir

if TYPE_CHECKING:
    from strategy_engine.engine.day.observe import Moment

ROW_SCOPES = ("row", "hits")
CUSTOMER, OTHER = "customer.", "other."
VIA = "#via"


def with_aggregates(moment: Moment, frame: pl.DataFrame, nodes: Collection[ir.Aggregate]) -> pl.DataFrame:
    """The frame, in its order, with the aggregates; all over one table in one pass."""
    by_table: dict[str, list[ir.Aggregate]] = defaultdict(list)
    for node in nodes:
        by_table[node.rows.table].append(node)
    for table, together in by_table.items():
        parts = [part for node in together for part in (*of_rows(node.rows), node.value) if part is not None]
        named = {node: str(moment.bank.names(node)) for node in together}
        hull = hull_of((node.rows for node in together), moment.low)
        numbered = is_numbered(moment, frame, table)
        # of all customers of a batch, those with rows are found after they are grouped: fewer are looked for than before
        by = ROW if numbered and (_beside(moment, parts) or not moment.spread.holds(frame)) else KEY
        found = aggregate(rows_of(moment, frame, table, parts, hull, by=by), named, by, moment.low).collect(engine="streaming")
        if numbered:
            where = moment.spread.where(found).gather(frame.get_column(ROW))
            frame = frame.hstack(gathered(where, found.drop(by), named))
        else:
            frame = frame.hstack(attach(frame.lazy().select(KEY), found.lazy(), named, KEY).drop(KEY).collect())
    return frame


def of_table(exprs: Iterable[ir.Expr]) -> bool:
    """Whether expressions over rows read nothing but the table's own columns."""
    return all(isinstance(node, ir.Column) and node.scope in ROW_SCOPES for expr in exprs for node in features(expr))


def is_numbered(moment: Moment, frame: pl.DataFrame, table: str) -> bool:
    """Whether the rows of the frame's customers are known by their row in the batch."""
    return ROW in frame.columns and table in moment.bank.model.project.data


def rows_of(
    moment: Moment,
    frame: pl.DataFrame,
    table: str,
    exprs: Collection[ir.Expr],
    conditions: Collection[pl.Expr] = (),
    *,
    by: str | None = None,
) -> pl.LazyFrame:
    """The rows of the frame's customers in a table, with all that the expressions over them read. `conditions`, over the table's own
    columns, hold for all that are wanted. Rows whose customers are numbered have at least what they are grouped `by`: `#row` or, where
    they may be anybody's, `#key`; both, and the key under its own name, where that is not said."""
    names = moment.bank.names
    beside = _beside(moment, exprs)
    numbered = is_numbered(moment, frame, table)
    rows = _numbered(moment, table, conditions, by) if numbered else _source(moment, frame, table, exprs).filter(pl.lit(True), *conditions)
    if numbered:
        if by is None or (by == ROW and (beside or not moment.spread.holds(frame))):
            rows = rows.join(frame.lazy().select(ROW, KEY, pl.col(beside).name.prefix(CUSTOMER)), on=ROW)
            rows = rows.with_columns(pl.col(KEY).alias(moment.bank.model.project.data[table].key or ""))
    elif beside:
        rows = rows.join(frame.lazy().select(KEY, pl.col(beside).name.prefix(CUSTOMER)), on=KEY)
    elif frame.height < moment.count:
        rows = rows.join(frame.lazy().select(KEY), on=KEY, how="semi")
    rows = _with_others(moment, rows, table, exprs)
    low = moment.low.named(row_names(moment.low.names))
    for node in references_of_rows(exprs):
        rows = with_reference(moment, rows, node, low, str(names(node)))
    return rows


def _beside(moment: Moment, exprs: Iterable[ir.Expr]) -> list[str]:
    """The customers' features that expressions over rows read."""
    return sorted({name for node in of_customer(exprs) if (name := moment.bank.names(node)) is not None})


def _numbered(moment: Moment, table: str, conditions: Collection[pl.Expr], by: str | None) -> pl.LazyFrame:
    """The rows of the batch's customers."""
    asked = (moment.date, table, *(condition.meta.serialize() for condition in conditions))
    source = moment.table(table)
    key = moment.bank.model.project.data[table].key or ""
    return moment.spread.rows(asked, source, key, conditions, source.collect_schema().names(), by=by or ROW)


def _source(moment: Moment, frame: pl.DataFrame, table: str, exprs: Iterable[ir.Expr]) -> pl.LazyFrame:
    """The rows themselves, with the customer's key under the name that all frames have for it."""
    model = moment.bank.model
    if table in model.project.data:
        return moment.table(table).with_columns(pl.col(model.project.data[table].key or "").alias(KEY))
    triggers = moment.bank.dependencies.triggers_of(table)
    if triggers:
        # what an action spends lies in the triggers' windows; a trigger that is named as a table has the aggregate's window
        windowed = table not in model.triggers
        owner = moment.bank.dependencies.owner_of(table)
        together = pl.concat([moment.hits(frame, trigger, windowed=windowed, owner=owner) for trigger in triggers], how="diagonal_relaxed")
        return _with_absent(together, exprs)
    past = moment.bank.memory.actions
    if table == PAST_ACTIONS and past is not None:
        return _with_absent(_held(past.filter(pl.col("run_date") < moment.date), exprs), exprs)
    return _with_absent(pl.LazyFrame(schema={KEY: pl.String, "at": pl.Datetime("us")}), exprs)


def _held(rows: pl.LazyFrame, exprs: Iterable[ir.Expr]) -> pl.LazyFrame:
    """The rows with their columns held as they are read; a name that is declared no more is missing."""
    columns = {node.name: node for expr in exprs for node in features(expr) if isinstance(node, ir.Column) and node.scope in ROW_SCOPES}
    there = rows.collect_schema().names()
    return rows.with_columns(pl.col(name).cast(dtype_of(node.type), strict=False) for name, node in columns.items() if name in there)


def _with_absent(rows: pl.LazyFrame, exprs: Iterable[ir.Expr]) -> pl.LazyFrame:
    """The rows with every column of theirs that is read; one that none of them carries is missing."""
    columns = (node for expr in exprs for node in features(expr) if isinstance(node, ir.Column) and node.scope in ROW_SCOPES)
    there = rows.collect_schema().names()
    absent = {node.name: dtype_of(node.type) for node in columns if node.name not in there}
    return rows.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in absent.items())


def _with_others(moment: Moment, rows: pl.LazyFrame, table: str, exprs: Iterable[ir.Expr]) -> pl.LazyFrame:
    """The linked customers' snapshot rows beside the links."""
    columns = sorted({node.name for expr in exprs for node in features(expr) if isinstance(node, ir.Column) and node.scope == "other"})
    if not columns:
        return rows
    declared = moment.bank.model.project.data[table]
    key = moment.bank.model.project.snapshot.key
    others = moment.customers.select(KEY, *(pl.col(KEY if name == key else name).alias(OTHER + name) for name in columns))
    return rows.join(others, left_on=declared.other, right_on=KEY, how="left")


def with_reference(moment: Moment, frame: pl.LazyFrame, node: ir.Reference, low: Lowering, name: str) -> pl.LazyFrame:
    """The frame, in its order, with the column of a reference table."""
    key = moment.bank.model.project.data[node.table].key or ""
    table = moment.table(node.table).select(pl.col(key).cast(pl.String).alias(VIA), pl.col(node.column).alias(name))
    via = low(node.via).cast(pl.String).alias(VIA)
    return frame.with_columns(via).join(table, on=VIA, how="left", maintain_order="left").drop(VIA)
