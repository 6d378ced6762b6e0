"""Record: what the day leaves for those to come, as rows of the ledger's tables."""

from __future__ import annotations

import datetime as dt

import polars as pl

from strategy_engine.engine.day.claims import BOUND, CONTROLS, GROUP, TEXT, WEIGHT, NumberedClaims
from strategy_engine.engine.day.claims import OPTION as CLAIMANT
from strategy_engine.engine.day.emit import Emitted
from strategy_engine.engine.day.gate import OPTION
from strategy_engine.engine.day.hits import AT, hit_text, hits, own_hits, shared_scopes
from strategy_engine.engine.day.joins import together
from strategy_engine.engine.day.memory import HIT_TEXT, Record
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.plan.bounds import FIRST_STEP, Bound
from strategy_engine.plan.day import DayPlan, hit_time
from strategy_engine.plan.serial import to_json
from strategy_engine.plan.settle import own_hit
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.semantics.model import StateHits

SPENT = {"customer_id": pl.String, "strategy": pl.String, "trigger": pl.String, "hit": pl.String}


def record_of(
    moment: Moment,
    plan: DayPlan,
    emitted: Emitted,
    claims: NumberedClaims,
    bounds: list[Bound],
    changes: pl.DataFrame,
    unserved: pl.DataFrame,
) -> Record:
    """The day's rows; `changes` are those of fixed cohorts, `unserved` the notices that could not be served."""
    known = emitted.recorded.select("category", "journey")
    rows = {
        "actions": emitted.actions.hstack(known).drop("run_date"),
        "claims": _claims(emitted, claims, bounds),
        "spent": _spent(moment, plan, emitted.actions),
        "members": changes.sort("cohort", "customer_id"),
        "plans": _plans(plan),
        "unserved": unserved,
    }
    return {name: _dated(frame, plan.date) for name, frame in rows.items()}


def _dated(frame: pl.DataFrame, date: dt.date) -> pl.DataFrame:
    return frame.select(pl.lit(date, dtype=pl.Date).alias("run_date"), pl.all())


def _claims(emitted: Emitted, claims: NumberedClaims, bounds: list[Bound]) -> pl.DataFrame:
    owners = emitted.recorded.select(pl.col(OPTION).alias(CLAIMANT)).hstack(emitted.actions.select("action_id", "arm"))
    return claims_rows(owners, claims, bounds)


def claims_rows(owners: pl.DataFrame, claims: NumberedClaims, bounds: list[Bound]) -> pl.DataFrame:
    """What actions (`option`, `action_id`, `arm`) took of which limit; of limits that share a key once. A `keep:` is of the day only."""
    keys = {number: bound.key for number, bound in enumerate(bounds) if not bound.keep}
    taken = claims.claims.lazy().join(owners.lazy(), on=CLAIMANT).join(claims.groups.lazy().select(GROUP, TEXT), on=GROUP)
    limit = pl.col(BOUND).replace_strict(keys, default=None, return_dtype=pl.String).alias("limit")
    counted = taken.filter(pl.col(CONTROLS) | (pl.col("arm") != CONTROL)).with_columns(limit).filter(pl.col("limit").is_not_null())
    by_outcome = {number for number, bound in enumerate(bounds) if bound.outcome}
    weight = pl.when(pl.col(BOUND).is_in(sorted(by_outcome))).then(1).otherwise(pl.col(WEIGHT)).alias("weight")
    rows = counted.select("action_id", "limit", pl.col(TEXT).alias("group"), weight)
    return rows.unique(["action_id", "limit", "group"]).sort("action_id", "limit", "group").collect()


def _plans(plan: DayPlan) -> pl.DataFrame:
    rows = [(one.name, one.strategy.version, to_json(plan.model, one.strategy.plan)) for one in plan.strategies]
    return pl.DataFrame(rows, schema={"strategy": pl.String, "version": pl.String, "plan": pl.String}, orient="row")


def _spent(moment: Moment, plan: DayPlan, actions: pl.DataFrame) -> pl.DataFrame:
    """All hits that the day's first steps, controls' as well, have spent."""
    began = actions.filter(pl.col("step") == FIRST_STEP).select(pl.col("customer_id").alias(KEY), "strategy")
    customers = began.select(KEY).unique().sort(KEY)
    parts = [pl.DataFrame(schema=SPENT)]
    for start in range(0, customers.height, moment.bank.batch):
        parts += _spent_by(moment, plan, began.join(customers.slice(start, moment.bank.batch), on=KEY, how="semi"))
    return pl.concat(parts).unique().sort(*SPENT)


def _spent_by(moment: Moment, plan: DayPlan, began: pl.DataFrame) -> list[pl.DataFrame]:
    """The hits of customers for whom strategies act (`#key`, `strategy`); a state is none, it holds or does not."""
    by_strategy = began.partition_by("strategy", as_dict=True)
    firing = [
        (name, one.name)
        for one in plan.strategies
        for name in one.strategy.triggers
        if (one.name,) in by_strategy and not isinstance(moment.bank.model.triggers[name].source, StateHits)
    ]
    triggers = {name: moment.bank.model.triggers[name] for name, _ in firing}
    inputs = [node for name, strategy in firing for node in moment.bank.dependencies.direct(hit_time(name, strategy))]
    frame = moment.extend(moment.among(began.select(KEY).unique(), inputs), inputs)
    found = [hits(moment, frame, trigger).select(KEY, AT, hit_text(moment, trigger)) for trigger in triggers.values()]
    known = dict(zip(triggers, pl.collect_all(found), strict=True))
    shared = shared_scopes(moment.bank.model, moment.bank.memory)
    alike = {(name, strategy) for name, strategy in firing if own_hit(name, strategy) in shared}
    spent = []
    for name in triggers:  # of all strategies for which the trigger's hits are just its hits, at once
        whose = began.filter(pl.col("strategy").is_in([strategy for each, strategy in alike if each == name]))
        spent.append(_shown(known[name].lazy().join(whose.lazy(), on=KEY), name))
    for name, strategy in firing:
        if (name, strategy) in alike:
            continue
        customers = by_strategy[(strategy,)].select(KEY)
        mine, theirs = (each.join(customers, on=KEY, how="semi") for each in (known[name], frame))
        own = own_hits(moment, theirs, triggers[name], strategy, mine.lazy())
        spent.append(_shown(own.with_columns(pl.lit(strategy).alias("strategy")), name))
    return together(spent)


def _shown(hits_of_trigger: pl.LazyFrame, trigger: str) -> pl.LazyFrame:
    """The hits that strategies have spent, as the ledger knows them."""
    shown = (pl.col(KEY).alias("customer_id"), pl.col("strategy"), pl.lit(trigger).alias("trigger"), pl.col(HIT_TEXT).alias("hit"))
    return hits_of_trigger.select(shown).filter(pl.col("hit").is_not_null())
