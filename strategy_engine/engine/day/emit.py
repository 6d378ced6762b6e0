"""Emit: accepted candidates as actions, and what each channel is handed.

Personal columns leave the engine only in a channel's list whose script or `columns:` names them. `Emitted.actions`, which holds
everything else, has personal parts of a script, and a personal assignee, masked: the first character and `***`; personal terms are
masked everywhere.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from strategy_engine.engine.day.draws import action_ids
from strategy_engine.engine.day.gate import CUSTOMER, OPTION
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import CONTROL_DRAW, JOURNEY, LATER_STEP, SCORE, TIME, action, branch_of
from strategy_engine.engine.day.variants import OWNER, Variant, computed, told
from strategy_engine.engine.expressions import features
from strategy_engine.language.types import CENTS, Kind, Type
from strategy_engine.plan.day import DayPlan, StrategyPlan
from strategy_engine.plan.privacy import is_personal, personal_holes
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.record import record
from strategy_engine.semantics.ir import Expr, Template
from strategy_engine.semantics.lists import shown_as
from strategy_engine.semantics.model import Cases

DATETIME = pl.Datetime("us")
COLUMNS: dict[str, Any] = {
    "run_date": pl.Date,
    "action_id": pl.String,
    "customer_id": pl.String,
    "strategy": pl.String,
    "version": pl.String,
    "arm": pl.String,
    "trigger": pl.String,
    "trigger_time": DATETIME,
    "product": pl.String,
    "benefit": pl.String,
    "channel": pl.String,
    "step": pl.Int64,
    "assignee": pl.String,
    "owner": pl.String,
    "script": pl.String,
    "terms": pl.String,
    "score": pl.Float64,
    "rank": pl.Int64,
    "valid_until": DATETIME,
}
"""The fixed columns of an action list."""
RECORDED: dict[str, Any] = {OPTION: pl.UInt32, "category": pl.String, "journey": pl.Date}
"""What the ledger knows of an action besides."""

UNMASKED = {"script": "#script", "assignee": "#assignee"}
"""Columns that may hold what is personal, and where they stand unmasked until the lists are made."""
MASK, PLACE, FURTHER = "***", "#rank", "further."
SORTED_BY = ("customer_id", "strategy", "step")


@record
class Emitted:
    """actions: all, controls included, masked; sorted by customer, strategy, step.      lists: by channel, without controls, in
    the order of work: by assignee, then rank; with the further columns that the channel or the project names.      recorded: what the
    ledger knows of each action besides, in their order: its `#option`, `category`, and the day on which its `journey` began."""

    actions: pl.DataFrame
    recorded: pl.DataFrame
    lists: dict[str, pl.DataFrame]


def kept_columns(moment: Moment, plan: DayPlan) -> list[str]:
    """The columns of the customers' frame that emitting reads."""
    names = moment.bank.names
    read = {name for expr in plan.emitting() for node in features(expr) if (name := names(node)) is not None}
    further = {names(expr) or KEY for expr in plan.further()}
    return sorted(name for name in read | further if not name.startswith(action("")))


def emit(moment: Moment, plan: DayPlan, chosen: pl.DataFrame, customers: pl.DataFrame) -> Emitted:
    """The actions of the chosen options (in their global order); `customers` hold what emitting reads, by `#customer`."""
    full = _actions(moment, plan, _rows(plan, chosen, customers)).sort(SORTED_BY)
    used = set(full.get_column("channel"))
    lists = {name: _list_of(plan, name, full) for name in plan.model.channels if name in used}
    return Emitted(full.select(*COLUMNS), full.select(*RECORDED), {name: rows for name, rows in lists.items() if rows.height})


def _rows(plan: DayPlan, chosen: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """The chosen with their rank, the number of their strategy, and what is read of their customers."""
    names = pl.Series([one.name for one in plan.strategies], dtype=chosen.schema[action("strategy")])
    owners = pl.DataFrame({action("strategy"): names, OWNER: pl.int_range(len(names), dtype=pl.UInt32, eager=True)})
    owner = chosen.select(action("strategy")).join(owners, on=action("strategy"), how="left", maintain_order="left").get_column(OWNER)
    ranked = chosen.with_columns((pl.int_range(pl.len()) + 1).cast(pl.Int64).alias(PLACE), owner)
    return ranked.hstack(customers[ranked.get_column(CUSTOMER)])


def _actions(moment: Moment, plan: DayPlan, rows: pl.DataFrame) -> pl.DataFrame:
    """The actions in full: the fixed columns, the unmasked script, and what lists may carry."""
    strategies = plan.strategies
    names = told(rows, [one.name for one in strategies], pl.String)
    ids = action_ids(plan.date, names, rows.get_column(KEY), rows.get_column(action("step")))
    further = [_delivered(moment.low(expr), expr.type).alias(FURTHER + expr.name) for expr in plan.further()]

    def said(variants: Iterable[Variant], dtype: Any) -> pl.Series:
        return computed(rows, list(variants), dtype)

    written = rows.lazy().select(
        pl.lit(plan.date).alias("run_date"),
        ids,
        pl.col(KEY).alias("customer_id"),
        names.alias("strategy"),
        _versions(plan, rows).alias("version"),
        pl.when(CONTROL_DRAW).then(pl.lit(CONTROL)).otherwise(pl.col(action("arm")).cast(pl.String)).alias("arm"),
        *(pl.col(action(name)).cast(pl.String).alias(name) for name in ("trigger", "product", "benefit", "channel")),
        pl.col(TIME).alias("trigger_time"),
        pl.col(action("step")).alias("step"),
        _assignee(moment, plan, masked=True).alias("assignee"),
        _assignee(moment, plan, masked=False).alias(UNMASKED["assignee"]),
        said((_owner(moment, one) for one in strategies), pl.String).alias("owner"),
        said((_script(moment, plan, one, masked=True) for one in strategies), pl.String).alias("script"),
        said((_script(moment, plan, one, masked=False) for one in strategies), pl.String).alias(UNMASKED["script"]),
        pl.col(SCORE).alias("score"),
        pl.col(PLACE).alias("rank"),
        said((_end(moment, one) for one in strategies), DATETIME).alias("valid_until"),
        pl.col(OPTION),
        pl.col(action("category")).cast(pl.String).alias("category"),
        pl.col(JOURNEY).fill_null(plan.date).alias("journey"),
        _terms(moment, plan, rows),
        *further,
    )
    typed = (pl.col(name).cast(dtype) for name, dtype in {**COLUMNS, **RECORDED}.items())
    return written.select(*typed, *UNMASKED.values(), *(column.meta.output_name() for column in further)).collect()


def _versions(plan: DayPlan, rows: pl.DataFrame) -> pl.Series:
    """The strategy's version; of a later step that with which the journey began."""
    now = told(rows, [one.strategy.version for one in plan.strategies], pl.String)
    followed = pl.Series([later.version for later in plan.later], dtype=pl.String)
    return followed.gather(rows.get_column(LATER_STEP)).zip_with(rows.get_column(LATER_STEP).is_not_null(), now) if plan.later else now


# ------------------------------------------------------------------------------------------------ the columns


def _case(moment: Moment, cases: Cases[Any] | None, write: Callable[[Any], pl.Expr]) -> pl.Expr:
    """The text of the branch that applies; missing where none does."""
    chosen = pl.lit(None, dtype=pl.String)
    for guard, value in reversed(cases.branches if cases is not None else ()):
        chosen = write(value) if guard is None else pl.when(moment.low(guard)).then(write(value)).otherwise(chosen)
    return chosen


def _owner(moment: Moment, one: StrategyPlan) -> Variant:
    return one.owner, lambda: _case(moment, one.owner, pl.lit)


def _script(moment: Moment, plan: DayPlan, one: StrategyPlan, *, masked: bool) -> Variant:
    """The script with its values, or with the personal ones masked."""

    def written(script: Template) -> pl.Expr:
        parts = []
        for part, personal in zip(script.parts, personal_holes(plan.model, script), strict=True):
            text = pl.lit(part) if isinstance(part, str) else moment.low(part)
            parts.append(_masked(text) if masked and personal else text)
        return pl.concat_str(parts) if parts else pl.lit("")

    return one.script, lambda: _case(moment, one.script, written)


def _masked(text: pl.Expr) -> pl.Expr:
    return text.str.slice(0, 1) + MASK


def _assignee(moment: Moment, plan: DayPlan, *, masked: bool) -> pl.Expr:
    """Who works the action, by its channel."""
    chosen = pl.lit(None, dtype=pl.String)
    for channel, assign in plan.assign.items():
        name = moment.low(assign).cast(pl.String)
        shown = _masked(name) if masked and is_personal(plan.model, assign) else name
        chosen = pl.when(pl.col(action("channel")) == channel).then(shown).otherwise(chosen)
    return chosen


def _end(moment: Moment, one: StrategyPlan) -> Variant:
    """The moment until which an action holds; a date holds to its last second."""

    def made() -> pl.Expr:
        if one.until is None:
            return pl.lit(None, dtype=DATETIME)
        until = moment.low(one.until).cast(DATETIME)
        return until + dt.timedelta(days=1, seconds=-1) if one.until.type.kind is Kind.DATE else until

    return one.until, made


def _terms(moment: Moment, plan: DayPlan, rows: pl.DataFrame) -> pl.Series:
    """The customers' own terms of the products as JSON; missing without any."""
    texts: list[str | None] = [None] * rows.height
    for owner, one in enumerate(plan.strategies):
        if one.product is not None and any(choice is not None and choice.terms for choice in one.product.values):
            mine = (rows.get_column(OWNER) == owner).arg_true()
            for row, text in zip(mine.to_list(), _terms_of(moment, one.product, rows[mine]), strict=True):
                texts[row] = text
    return pl.Series("terms", texts, dtype=pl.String)


def _terms_of(moment: Moment, product: Cases[Any], rows: pl.DataFrame) -> list[str | None]:
    """Of a strategy's actions."""
    texts: list[str | None] = [None] * rows.height
    branches = rows.lazy().select(CUSTOMER, branch_of(product, moment.low).alias("branch")).collect().get_column("branch")
    for number, choice in enumerate(product.values):
        if choice is not None and choice.terms:
            mine = (branches == number).arg_true()
            for row, text in zip(mine.to_list(), _as_json(moment, choice.terms, rows[mine]), strict=True):
                texts[row] = text
    return texts


def _as_json(moment: Moment, terms: Sequence[tuple[str, Expr]], frame: pl.DataFrame) -> Iterator[str]:
    personal = [name for name, expr in terms if is_personal(moment.bank.model, expr)]
    columns = {name: pl.lit(MASK) if name in personal else _delivered(moment.low(expr), expr.type) for name, expr in terms}
    values = frame.lazy().select(CUSTOMER, **columns).drop(CUSTOMER).collect()
    for row in values.iter_rows(named=True):
        yield json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    """What JSON has no form for as text: money as a decimal, dates in ISO form."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _delivered(value: pl.Expr, type_: Type) -> pl.Expr:
    """A value as other systems take it: money in units of the currency, enums as text."""
    if type_.kind is Kind.MONEY:
        return value.cast(pl.Decimal(38, 2)) / CENTS
    return value.cast(pl.String) if type_.kind is Kind.ENUM else value


# ------------------------------------------------------------------------------------------------ the lists


def _list_of(plan: DayPlan, channel: str, actions: pl.DataFrame) -> pl.DataFrame:
    """What the channel is handed."""
    mine = actions.filter((pl.col("channel") == channel) & (pl.col("arm") != CONTROL)).sort("assignee", "rank", nulls_last=True)
    fixed: Iterable[pl.Expr] = (pl.col(UNMASKED.get(name, name)).alias(name) for name in COLUMNS)
    further = ((name, shown_as(name)) for name in plan.further_columns(channel))
    return mine.select(*fixed, *(pl.col(FURTHER + name).alias(shown) for name, shown in further))
