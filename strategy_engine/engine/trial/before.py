"""The past that a test gives: its `actions` as the ledger would hold them, and feedback beside the actions that it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from strategy_engine.engine.day.claims import OPTION, all_bounds, claims_of, number_groups
from strategy_engine.engine.day.emit import COLUMNS, RECORDED
from strategy_engine.engine.day.memory import Memory, Record
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import action
from strategy_engine.engine.day.record import claims_rows
from strategy_engine.engine.expressions import dtype_of
from strategy_engine.plan.bounds import FIRST_STEP, Bound
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.serial import to_json
from strategy_engine.plan.vocabulary import TREATED
from strategy_engine.semantics.ir import Expr
from strategy_engine.semantics.model import Model
from strategy_engine.semantics.test_blocks import ACTIONS
from strategy_engine.semantics.trials import Trial

SCHEMA = {**COLUMNS, **{name: dtype for name, dtype in RECORDED.items() if not name.startswith("#")}}
PLANS = {"run_date": pl.Date, "strategy": pl.String, "version": pl.String, "plan": pl.String}
NUMBER = "#number"


def record_of_givens(moment: Moment, plan: DayPlan, trial: Trial) -> Record:
    """What the given past actions have left, limits included."""
    actions = pl.DataFrame(list(_actions(plan.model, trial)), schema=SCHEMA, orient="row")
    dates = actions.select("run_date", "strategy", "version").unique().sort("run_date", "strategy")
    plans = [(*row, to_json(plan.model, plan.model.strategies[row[1]].plan)) for row in dates.iter_rows()]
    return {
        "actions": actions,
        "claims": _claims(moment, plan, actions),
        "plans": pl.DataFrame(plans, schema=PLANS, orient="row"),
    }


def _actions(model: Model, trial: Trial) -> Iterator[dict[str, Any]]:
    key = model.project.snapshot.key or ""
    for number, given in enumerate((each for each in trial.givens if each.table == ACTIONS), 1):
        values, strategy = given.values, model.strategies[given.values["strategy"]]
        day: dt.date = values["at"].date()
        known = {
            "run_date": day,
            "action_id": f"given {number}",
            "customer_id": values[key],
            "version": strategy.version,
            "arm": TREATED,
            "step": FIRST_STEP,
            "rank": number,
            "category": strategy.category,
            "journey": day,
        }
        yield {**dict.fromkeys(SCHEMA), **known, **{name: value for name, value in values.items() if name in SCHEMA}}


def _claims(moment: Moment, plan: DayPlan, actions: pl.DataFrame) -> pl.DataFrame:
    """What the actions took of the limits of the day, as if it had been decided on it."""
    bounds = all_bounds(plan)
    exprs = [expr for bound in bounds for expr in _parts(bound)]
    keys = actions.select(pl.col("customer_id").alias(KEY)).unique()
    customers = moment.extend(moment.among(keys, exprs), exprs)
    types = plan.vocabulary.types
    typed = [pl.col(name).cast(dtype_of(type_), strict=False).alias(action(name)) for name, type_ in types.items()]
    numbered = actions.with_row_index(NUMBER)
    options = numbered.select(pl.col("customer_id").alias(KEY), NUMBER, *typed).join(customers, on=KEY, maintain_order="left")
    claims = number_groups(bounds, [claims_of(moment, plan, options, NUMBER)], Memory())
    taken = claims_rows(numbered.select(pl.col(NUMBER).alias(OPTION), "action_id", "arm"), claims, bounds)
    return taken.join(actions.select("action_id", "run_date"), on="action_id").select("run_date", pl.exclude("run_date"))


def _parts(bound: Bound) -> Iterable[Expr]:
    return (part for part in (bound.where, bound.amount, bound.weight, *bound.groups) if part is not None)


# ------------------------------------------------------------------------------------------------ feedback


def answered(feedback: pl.LazyFrame, model: Model, records: list[Record]) -> pl.LazyFrame:
    """The feedback with the id of its action, where it does not say: of the customer's latest that agrees with it."""
    told = model.project.feedback
    table = model.project.tables[told.from_] if told is not None else None
    if told is None or table is None or "action_id" not in told.match or not records:
        return feedback
    past = pl.concat([one["actions"] for one in records]).sort("run_date", "rank", descending=True).to_dicts()
    rows = feedback.collect()
    others = [name for name in rows.columns if name in SCHEMA and name != "action_id"]

    def own(row: dict[str, Any]) -> str | None:
        fits = (
            each
            for each in past
            if each["customer_id"] == row[table.key or ""]
            and each["run_date"] <= row[table.time or ""].date()
            and all(row[name] in (None, each[name]) for name in others if name != table.key)
        )
        return next((each["action_id"] for each in fits), None)

    ids = [row["action_id"] or own(row) for row in rows.iter_rows(named=True)]
    return rows.with_columns(pl.Series("action_id", ids, dtype=pl.String)).lazy()
