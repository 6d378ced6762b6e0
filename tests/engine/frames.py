"""The bank as Polars frames: a small runner that computes features on demand, as the engine's runner does at scale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import polars as pl

from strategy_engine.engine import expressions as lowering
from strategy_engine.language.functions import Context
from strategy_engine.language.types import Type
from strategy_engine.semantics import ir

from .bank import BRANCH, CONTEXT, CUSTOMER, EARLIER, HIT, TABLES, Bank, contact_date

KEY = "customer id"


def typed_frame(rows: Iterable[Mapping[str, Any]], of: Mapping[str, Type], **more: Any) -> pl.DataFrame:
    """Rows as a frame with the declared columns."""
    schema = {name: lowering.dtype_of(type_) for name, type_ in of.items()} | more
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")


class Frames:
    """The customers of one day, one column a feature."""

    def __init__(self, bank: Bank, day: dt.date, derived: Mapping[str, ir.Expr]) -> None:
        self.bank, self.day, self.derived = bank, day, derived
        self.ids = list(bank.days[day])
        customers = typed_frame(({KEY: one} | row for one, row in bank.days[day].items()), CUSTOMER, **{KEY: pl.String})
        hits = typed_frame((bank.hits[one] for one in self.ids), HIT).select(pl.all().name.prefix("hit."))
        lists = pl.DataFrame({"in vip": [one in bank.vips for one in self.ids]}, schema={"in vip": pl.Boolean})
        self.frame = pl.concat([customers, hits, lists], how="horizontal")
        self.computed: dict[ir.Expr, str] = {}
        self.numbers = count()
        context = Context(day, CONTEXT.holidays, CONTEXT.extra_workdays)
        self.low = lowering.Lowering(self.names, context, contact_date(day))

    def names(self, node: ir.Expr) -> pl.Expr | None:
        """The column of a feature."""
        if isinstance(node, ir.Column):
            return pl.col(node.name if node.scope == "customer" else f"hit.{node.name}")
        if isinstance(node, ir.SeriesValue):
            row = self.bank.market[self.day] or {}
            return lowering.literal(row.get(node.column), node.type)
        if isinstance(node, ir.InList):
            return pl.col("in vip")
        return pl.col(self.computed[node]) if node in self.computed else None

    def values(self, expr: ir.Expr) -> list[Any]:
        """The expression's value for each customer, in order; checks that the column is of the declared type."""
        self.need(expr)
        column = self.frame.lazy().with_columns(self.low(expr).alias("value")).collect()["value"]
        assert column.dtype == lowering.dtype_of(expr.type), f"held as {column.dtype}"
        return column.to_list()

    def need(self, expr: ir.Expr) -> None:
        """Compute the features that the expression reads."""
        for feature in lowering.features(expr):
            if feature not in self.computed and type(feature) in _COMPUTE:
                name = f"feature {next(self.numbers)}"
                _COMPUTE[type(feature)](self, feature, name)
                self.computed[feature] = name

    def definition(self, node: ir.Derived, name: str) -> None:
        """The definition's column."""
        definition = self.derived[node.name]
        self.need(definition)
        self.frame = self.frame.with_columns(self.low(definition).alias(name))

    def reference(self, node: ir.Reference, name: str) -> None:
        """A left join of the reference table."""
        self.need(node.via)
        table = self.branches(node.column, name)
        self.frame = _joined(self.frame, self.low(node.via), table)

    def branches(self, column: str, name: str) -> pl.DataFrame:
        """One column of the reference table by its key."""
        rows = [{"via": key, **row} for key, row in self.bank.branches.items()]
        return typed_frame(rows, BRANCH, via=pl.String).select("via", pl.col(column).alias(name))

    def aggregate(self, node: ir.Aggregate, name: str) -> None:
        """One group_by of the table's rows."""
        needed = lowering.row_features([node])
        for feature in needed:
            if not lowering.of_rows(feature):
                self.need(feature)
        beside = self.frame.select(pl.all().name.prefix("customer."))
        rows = self.rows(node.rows.table).join(beside, left_on="customer", right_on=f"customer.{KEY}", how="left", maintain_order="left")
        for feature in sorted(needed, key=lambda feature: len(repr(feature))):  # what a reference goes by comes before it
            if isinstance(feature, ir.Reference) and lowering.of_rows(feature):
                rows = self.row_reference(feature, rows)
        found = lowering.aggregate(rows.rename({"customer": KEY}).lazy(), {node: name}, KEY, self.low)
        self.frame = lowering.attach(self.frame.lazy(), found, {node: name}, KEY).collect()

    def row_reference(self, node: ir.Reference, rows: pl.DataFrame) -> pl.DataFrame:
        """A left join of the reference table to the rows."""
        self.computed[node] = name = f"feature {next(self.numbers)}"
        via = self.low.named(lowering.row_names(self.names))(node.via)
        return _joined(rows, via, self.branches(node.column, name))

    def rows(self, table: str) -> pl.DataFrame:
        """The table's rows, with the linked customer's columns beside a link."""
        columns = TABLES[table][0]
        extra = {"customer": pl.String, "other_id": pl.String}
        rows = typed_frame(({**row, "customer": one} for one in self.ids for row in self.bank.rows[table][one]), columns, **extra).sample(
            fraction=1, shuffle=True, seed=3
        )
        if table != "family":
            return rows
        others = self.frame.select(KEY, *CUSTOMER).select(pl.all().name.prefix("other."))
        return rows.join(others, left_on="other_id", right_on=f"other.{KEY}", how="left")

    def population(self, node: ir.Population, name: str) -> None:
        """A window over all customers."""
        self.need(node.value)
        if node.by is not None:
            self.need(node.by)
        self.frame = self.frame.with_columns(lowering.population(node, self.low).alias(name))

    def ago(self, node: ir.Ago, name: str) -> None:
        """A left join of the earlier day."""
        then = Frames(self.bank, EARLIER[node.back], self.derived)
        values = pl.DataFrame({KEY: then.ids, name: pl.Series(then.values(node.value), dtype=lowering.dtype_of(node.type))})
        self.frame = self.frame.join(values, on=KEY, how="left", maintain_order="left")


def _joined(frame: pl.DataFrame, via: pl.Expr, table: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(via.alias("via")).join(table, on="via", how="left", maintain_order="left").drop("via")


_COMPUTE: dict[type[ir.Expr], Any] = {
    ir.Derived: Frames.definition,
    ir.Reference: Frames.reference,
    ir.Aggregate: Frames.aggregate,
    ir.Population: Frames.population,
    ir.Ago: Frames.ago,
}
