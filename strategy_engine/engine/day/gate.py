"""Gate: every way in which a batch's candidates could go out, the first thing that stands against each, and what it would take of limits.

The frame of options of `options.py`, all strategies together, gains

    #customer, #candidate, #option   numbers over the whole run, from 0 (UInt32)
    #reason     what stands against the option, an enum of texts; missing where nothing does
    #exempt     whether the arbitration takes it first, outside keep and control
    #control    whether a draw would put it in the control group
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from strategy_engine.engine.day.claims import Claims, claims_of
from strategy_engine.engine.day.draws import buckets
from strategy_engine.engine.day.journeys import LATER
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.options import (
    CONTROL_DRAW,
    LATER_STEP,
    POSITION,
    SCRIPTED,
    action,
    later_options_of,
    no_options,
    options_of,
    read_of,
)
from strategy_engine.engine.day.packed import Packed, packed
from strategy_engine.engine.day.pauses import column as pause_column
from strategy_engine.engine.day.pauses import with_pauses
from strategy_engine.engine.day.qualify import Counts, Qualified
from strategy_engine.engine.expressions import dtype_of
from strategy_engine.plan.day import DayPlan, Gate, PauseGate
from strategy_engine.plan.draws import holdout_salt
from strategy_engine.plan.stages import NO_ARM, NOT_DUE, SCRIPT_MISSING, Count
from strategy_engine.plan.vocabulary import Vocabulary
from strategy_engine.record import record
from strategy_engine.semantics.ir import Expr

CUSTOMER, CANDIDATE, OPTION = "#customer", "#candidate", "#option"
REASON, EXEMPT, FIRST = "#reason", "#exempt", "#first"
NOBODY = 2**32 - 1  # the number of no candidate


@record
class Gated:
    """A batch after the gate.

    passed: the options that nothing stands against, candidates in the order of their numbers, options best first.
    claims: what they would take.
    candidates: a row for each in the order of their numbers: `#customer`, its `#first` option, `action.strategy`, `#exempt`, and the first
    `#reason` against any of its options.
    options: all of them with all of the action, for whoever asks how they fell through.      counts: the levels of the funnel.
    customers: the candidates' customers, with the features that emitting reads; row `#customer`.
    changes: of fixed cohorts.
    """

    passed: pl.DataFrame
    claims: Claims
    candidates: pl.DataFrame
    options: Packed
    counts: Counts
    customers: pl.DataFrame
    changes: pl.DataFrame


@dataclass
class Numbers:
    """The numbers given out so far, over all batches."""

    customers: int = 0
    candidates: int = 0
    options: int = 0


def gate(moment: Moment, plan: DayPlan, batch: Qualified, numbers: Numbers, kept_columns: Iterable[str]) -> Gated:
    """Take a batch's candidates to their options."""
    customers = moment.extend(batch.customers, [*plan.gating(), *plan.emitting()])
    due = batch.due.partition_by(LATER, as_dict=True, maintain_order=True)
    begun = [one for one in plan.strategies if len(batch.positions[one.name])]
    parts = [options_of(moment, plan, begun, customers, batch.positions)] if begun else []
    parts += [later_options_of(moment, plan, number, customers, due[(number,)]) for number, _ in enumerate(plan.later) if (number,) in due]
    options = _numbered(pl.concat([no_options(plan.vocabulary), *parts]), numbers)
    beside = features_of_options(moment, plan, customers)
    frame = with_pauses(moment, plan, options.hstack(beside[options.get_column(POSITION)].drop(POSITION, strict=False)))
    held_out = _held_out(moment, plan, customers, options)
    frame = frame.lazy().with_columns(reason_of(moment, plan), exempt_of(moment, plan), held_out).collect()
    passed = frame.filter(pl.col(REASON).is_null())
    claims = claims_of(moment, plan, passed, OPTION)
    kept = customers.select(list(dict.fromkeys([KEY, *kept_columns])))
    numbers.customers += customers.height
    lasting = [name for name in options.columns if name not in (POSITION, SCRIPTED)]
    told = packed(frame.select(*lasting, REASON))
    return Gated(passed.select(*lasting, EXEMPT), claims, _heads(frame), told, _counts(plan, frame), kept, batch.changes)


def _heads(options: pl.DataFrame) -> pl.DataFrame:
    """A row for each candidate of a batch, as in `Gated.candidates`."""
    new = pl.col(CANDIDATE) != pl.col(CANDIDATE).shift(fill_value=NOBODY)
    firsts = options.lazy().filter(new).select(CANDIDATE, CUSTOMER, pl.col(OPTION).alias(FIRST), action("strategy"), EXEMPT)
    against = options.lazy().filter(pl.col(REASON).is_not_null()).unique(CANDIDATE, keep="first").select(CANDIDATE, REASON)
    return firsts.join(against, on=CANDIDATE, how="left", maintain_order="left").drop(CANDIDATE).collect()


def _counts(plan: DayPlan, options: pl.DataFrame) -> Counts:
    """By strategy, how many candidates had any option that came how far."""
    of_offers = [gate.reason for gates in (plan.product_gates, plan.benefit_gates) for gate in gates.values()]
    stopped = {Count.IN_ARM: [NO_ARM], Count.ELIGIBLE: [NO_ARM, *of_offers], Count.REACHABLE: reasons(plan)}
    dtype = options.schema[REASON]
    levels = {
        level.value: ~pl.col(REASON).is_in(pl.Series(whys, dtype=dtype).implode()).fill_null(False) for level, whys in stopped.items()
    }
    came = options.lazy().select(CANDIDATE, action("strategy"), **levels).group_by(CANDIDATE, action("strategy")).agg(pl.all().any())
    sums = came.group_by(pl.col(action("strategy")).cast(pl.String)).agg(pl.col(list(levels)).sum()).collect()
    found = {strategy: counts for strategy, *counts in sums.iter_rows()}
    return {one.name: dict(zip(stopped, found.get(one.name, [0] * len(stopped)), strict=True)) for one in plan.strategies}


def _numbered(options: pl.DataFrame, numbers: Numbers) -> pl.DataFrame:
    """The options with their numbers and those of their candidates and customers."""
    strategy = pl.col(action("strategy")).to_physical()
    new = (pl.col(POSITION) != pl.col(POSITION).shift()) | (strategy != strategy.shift())
    numbered = options.with_columns(
        (pl.col(POSITION) + numbers.customers).cast(pl.UInt32).alias(CUSTOMER),
        (new.fill_null(True).cum_sum() - 1 + numbers.candidates).cast(pl.UInt32).alias(CANDIDATE),
        (pl.int_range(pl.len()) + numbers.options).cast(pl.UInt32).alias(OPTION),
    )
    if numbered.height:
        numbers.candidates = int(numbered.get_column(CANDIDATE)[-1]) + 1
        numbers.options += numbered.height
    return numbered


def features_of_options(moment: Moment, plan: DayPlan, customers: pl.DataFrame) -> pl.DataFrame:
    """The features that gates and limits read of options, whatever their strategy."""
    return customers.select(KEY, *read_of(moment, plan.gating(), customers))


# ------------------------------------------------------------------------------------------------ what stands against an option


def reasons(plan: DayPlan) -> list[str]:
    """Every reason that the gate can give."""
    by_name = (plan.product_gates, plan.benefit_gates, plan.channel_gates)
    declared = [gate.reason for gates in by_name for gate in gates.values()]
    of_policies = [*(gate.reason for gate in plan.policy_gates), *(pause.reason for pause in plan.pauses)]
    return list(dict.fromkeys([NO_ARM, NOT_DUE, *declared, *of_policies, SCRIPT_MISSING]))


def reason_of(moment: Moment, plan: DayPlan) -> pl.Expr:
    """The first thing that stands against the option, in the order in which an action is resolved."""
    dtype = pl.Enum(reasons(plan))
    return pl.coalesce(pl.when(held).then(pl.lit(reason, dtype=dtype)) for reason, held in obstacles(moment, plan)).alias(REASON)


def obstacles(moment: Moment, plan: DayPlan) -> Iterator[tuple[str, pl.Expr]]:
    """Every reason of the gate and when it stands against an option, in that order; the same reason may come again."""

    def blocked(gate: Gate) -> pl.Expr:
        return moment.low(gate.blocks).fill_null(True)

    def named(column: str, gates: Mapping[str, Gate]) -> Iterator[tuple[str, pl.Expr]]:
        for name, one in gates.items():
            yield one.reason, (pl.col(action(column)) == _name(plan.vocabulary, column, name)) & blocked(one)

    yield NO_ARM, pl.col(action("arm")).is_null()
    yield from named("product", plan.product_gates)
    yield from named("benefit", plan.benefit_gates)
    yield NOT_DUE, pl.col(action("channel")).is_null()
    yield from named("channel", plan.channel_gates)
    yield from ((one.reason, blocked(one)) for one in plan.policy_gates)
    yield from ((one.reason, _paused(moment, number, one)) for number, one in enumerate(plan.pauses))
    yield SCRIPT_MISSING, ~pl.col(SCRIPTED)


def _paused(moment: Moment, number: int, gate: PauseGate) -> pl.Expr:
    """Whether the pause holds for the option."""
    return pl.col(pause_column(number)) & _surely(moment, gate.concerns, where_none=True)


def _name(vocabulary: Vocabulary, column: str, name: str) -> pl.Expr:
    return pl.lit(name, dtype=dtype_of(vocabulary.types[column]))


# ------------------------------------------------------------------------------------------------ draws


def exempt_of(moment: Moment, plan: DayPlan) -> pl.Expr:
    """Whether the arbitration takes the option first."""
    return _surely(moment, plan.exempt, where_none=False).alias(EXEMPT)


def _held_out(moment: Moment, plan: DayPlan, customers: pl.DataFrame, options: pl.DataFrame) -> pl.Expr:
    """Whether the strategy's draw or a policy's holdout makes the option a control; what the arbitration excepts never is one.

    A later step keeps the arm of its journey.
    """
    drawn = pl.col(CONTROL_DRAW)
    for holdout in plan.holdouts:
        bucket = buckets(holdout_salt(holdout.policy), customers.get_column(KEY).to_list())
        held = (bucket < holdout.share).gather(options.get_column(POSITION))
        drawn = drawn | (pl.lit(held) & _surely(moment, holdout.where, where_none=True))
    drawn = drawn & ~_surely(moment, plan.exempt, where_none=False)
    return pl.when(pl.col(LATER_STEP).is_null()).then(drawn).otherwise(pl.col(CONTROL_DRAW)).alias(CONTROL_DRAW)


def _surely(moment: Moment, condition: Expr | None, *, where_none: bool) -> pl.Expr:
    return pl.lit(where_none) if condition is None else moment.low(condition).fill_null(False)
