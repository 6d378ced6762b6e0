"""Observations: the actions whose consequences are measured, one row each.

A journey is one observation, made by its first step: who gets the later ones depends on what the first brought about. What is compared
with a control group is a customer's first observation of a strategy in the period: a control is listed again and again while the treated
are held back by limits, so later observations of the two are no longer alike. Customers in a bank-wide holdout are compared with nobody's
control group, because no strategy touches them; a strategy without a control group of its own is compared with them.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from strategy_engine.engine.day.draws import buckets
from strategy_engine.engine.day.names import KEY
from strategy_engine.plan.draws import holdout_salt
from strategy_engine.record import record
from strategy_engine.review.placing import CONTACT, LISTED, NUMBER
from strategy_engine.semantics.model import Model

HELD_OUT, FIRST = "held_out", "first"
ACTION_COLUMNS = ("run_date", "action_id", "customer_id", "strategy", "arm", "product", "benefit", "channel", "step", "assignee")


@record
class Period:
    """The listings under review, both days within, and the last day of which anything is known."""

    first: dt.date
    last: dt.date
    as_of: dt.date


def observations_of(actions: pl.LazyFrame, model: Model, period: Period) -> pl.DataFrame:
    """The observations of the period in the order of days, customers and strategies.

    actions: the columns of `ACTION_COLUMNS` of all that was listed.      The result has them, the customer as `#key` and the day as
    `#listed`, and `#number`, `#contact`, `held_out` (in a bank-wide holdout) and `first` (the customer's first of the strategy).
    """
    offset = dt.timedelta(days=model.project.contact_offset)
    within = pl.col("run_date").is_between(period.first, period.last)
    begun = actions.select(*ACTION_COLUMNS).filter(within, pl.col("step") == 1)
    rows = begun.sort("run_date", "customer_id", "strategy", "action_id").collect()
    held_out = _held_out(model, rows.get_column("customer_id").unique())
    return rows.rename({"customer_id": KEY, "run_date": LISTED}).with_columns(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias(NUMBER),
        (pl.col(LISTED) + offset).alias(CONTACT),
        pl.col(KEY).is_in(held_out.implode()).alias(HELD_OUT),
        pl.struct(KEY, "strategy").is_first_distinct().alias(FIRST),
    )


def _held_out(model: Model, customers: pl.Series) -> pl.Series:
    """Those of the customers who are in a bank-wide holdout."""
    shares = {policy.name: policy.control for policy in model.policies.values() if policy.control}
    inside = [customers.filter(buckets(holdout_salt(name), customers.to_list()) < share) for name, share in shares.items()]
    return pl.concat([customers.clear(), *inside]).unique()
