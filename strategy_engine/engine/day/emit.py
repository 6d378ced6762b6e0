"""Emit: accepted candidates as actions, and what each channel is handed.

Personal columns leave the engine only in a channel's list whose script or `columns:` names them. `Emitted.actions`, which holds
everything else, has personal parts of a script, and a personal assignee, masked: the first character and `***`; personal terms are
masked everywhere.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from strategy_engine.engine.day.draws import action_ids
from strategy_engine.engine.day.gate import CUSTOMER, OPTION
from strategy_engine.engine.day.joins import together
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import CONTROL_DRAW, JOURNEY, LATER_STEP, SCORE, TIME, action, branch_of
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
    ranked = chosen.with_columns((pl.int_range(pl.len()) + 1).cast(pl.Int64).alias(PLACE))
    rows = {str(name): part for (name,), part in ranked.partition_by(action("strategy"), as_dict=True, maintain_order=True).items()}
    acting = [one for one in plan.strategies if one.name in rows] or plan.strategies[:1]  # without any action, one tells the columns
    shared = _shared(moment, plan)
    parts = [_actions(moment, plan, one, rows.get(one.name, ranked.clear()), customers, shared) for one in acting]
    full = pl.concat(together(parts)) if parts else _empty(plan)
    full = full.sort(SORTED_BY)
    used = set(full.get_column("channel"))
    lists = {name: _list_of(plan, name, full) for name in plan.model.channels if name in used}
    return Emitted(full.select(*COLUMNS), full.select(*RECORDED), {name: rows for name, rows in lists.items() if rows.height})


def _empty(plan: DayPlan) -> pl.DataFrame:
    further = {FURTHER + name: pl.String for name in plan.further_columns()}
    return pl.DataFrame(schema={**COLUMNS, **RECORDED, **dict.fromkeys(UNMASKED.values(), pl.String), **further})


@record
class _Shared:
    """What is written of all strategies' actions alike: who works them, what lists carry besides, and the versions of later steps."""

    masked: pl.Expr
    assignee: pl.Expr
    further: tuple[pl.Expr, ...]
    followed: Mapping[int, str]


def _shared(moment: Moment, plan: DayPlan) -> _Shared:
    further = tuple(_delivered(moment.low(expr), expr.type).alias(FURTHER + expr.name) for expr in plan.further())
    followed = {number: later.version for number, later in enumerate(plan.later)}
    return _Shared(_assignee(moment, plan, masked=True), _assignee(moment, plan, masked=False), further, followed)


def _actions(
    moment: Moment, plan: DayPlan, one: StrategyPlan, rows: pl.DataFrame, customers: pl.DataFrame, shared: _Shared
) -> pl.LazyFrame:
    """A strategy's actions: the fixed columns, the unmasked script, and what lists may carry."""
    frame = rows.hstack(customers[rows.get_column(CUSTOMER)])
    ids = action_ids(plan.date, one.name, frame.get_column(KEY).to_list(), frame.get_column(action("step")).to_list())
    low = moment.low
    control = pl.col(CONTROL_DRAW)
    written = frame.lazy().select(
        pl.lit(plan.date).alias("run_date"),
        ids,
        pl.col(KEY).alias("customer_id"),
        pl.lit(one.name).alias("strategy"),
        _version(shared.followed, one).alias("version"),
        pl.when(control).then(pl.lit(CONTROL)).otherwise(pl.col(action("arm")).cast(pl.String)).alias("arm"),
        *(pl.col(action(name)).cast(pl.String).alias(name) for name in ("trigger", "product", "benefit", "channel")),
        pl.col(TIME).alias("trigger_time"),
        pl.col(action("step")).alias("step"),
        shared.masked.alias("assignee"),
        shared.assignee.alias(UNMASKED["assignee"]),
        _case(moment, one.owner, lambda owner: pl.lit(owner)).alias("owner"),
        _case(moment, one.script, lambda script: _script(moment, plan, script, masked=True)).alias("script"),
        _case(moment, one.script, lambda script: _script(moment, plan, script, masked=False)).alias(UNMASKED["script"]),
        pl.col(SCORE).alias("score"),
        pl.col(PLACE).alias("rank"),
        (pl.lit(None, dtype=DATETIME) if one.until is None else _end(low(one.until), one.until.type)).alias("valid_until"),
        pl.col(OPTION),
        pl.col(action("category")).cast(pl.String).alias("category"),
        pl.col(JOURNEY).fill_null(plan.date).alias("journey"),
        _terms(moment, one, frame),
        *shared.further,
    )
    typed = (pl.col(name).cast(dtype) for name, dtype in {**COLUMNS, **RECORDED}.items())
    return written.select(*typed, *UNMASKED.values(), *(column.meta.output_name() for column in shared.further))


def _version(followed: Mapping[int, str], one: StrategyPlan) -> pl.Expr:
    """The strategy's version; of a later step that with which the journey began."""
    if not followed:
        return pl.lit(one.strategy.version)
    began = pl.col(LATER_STEP).replace_strict(followed, default=None, return_dtype=pl.String)
    return pl.coalesce(began, pl.lit(one.strategy.version))


# ------------------------------------------------------------------------------------------------ the columns


def _case(moment: Moment, cases: Cases[Any] | None, write: Any) -> pl.Expr:
    """The text of the branch that applies; missing where none does."""
    chosen = pl.lit(None, dtype=pl.String)
    for guard, value in reversed(cases.branches if cases is not None else ()):
        chosen = write(value) if guard is None else pl.when(moment.low(guard)).then(write(value)).otherwise(chosen)
    return chosen


def _script(moment: Moment, plan: DayPlan, script: Template, *, masked: bool) -> pl.Expr:
    """The script with its values, or with the personal ones masked."""
    parts = []
    for part, personal in zip(script.parts, personal_holes(plan.model, script), strict=True):
        text = pl.lit(part) if isinstance(part, str) else moment.low(part)
        parts.append(_masked(text) if masked and personal else text)
    return pl.concat_str(parts) if parts else pl.lit("")


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


def _end(until: pl.Expr, type_: Type) -> pl.Expr:
    """The moment until which an action holds; a date holds to its last second."""
    moment = until.cast(DATETIME)
    return moment + dt.timedelta(days=1, seconds=-1) if type_.kind is Kind.DATE else moment


def _terms(moment: Moment, one: StrategyPlan, frame: pl.DataFrame) -> pl.Series:
    """The customer's own terms of the product as JSON; missing without any."""
    texts: list[str | None] = [None] * frame.height
    if one.product is not None and any(choice is not None and choice.terms for choice in one.product.values):
        branches = frame.lazy().select(CUSTOMER, branch_of(one.product, moment.low).alias("branch")).collect().get_column("branch")
        for number, choice in enumerate(one.product.values):
            if choice is not None and choice.terms:
                rows = (branches == number).arg_true()
                for row, text in zip(rows.to_list(), _as_json(moment, choice.terms, frame[rows]), strict=True):
                    texts[row] = text
    return pl.Series("terms", texts, dtype=pl.String)


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
