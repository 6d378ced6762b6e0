"""The ways in which one strategy's candidates could go out, in the order arm, step, product, benefit, channel.

A frame of options has one row for each benefit alternative and channel alternative of a candidate, best first:

    #position   the candidate's row among the batch's customers
    action.*    arm trigger step product benefit channel strategy category, as the `Vocabulary` types them
    at, score, priority, control, scripted    of the candidate, or of this option
    #later, #journey    of a journey's later step: its number in the plan, and the day on which the journey began; else missing
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import polars as pl

from strategy_engine.engine.day.draws import buckets
from strategy_engine.engine.day.hits import AT, ORDER
from strategy_engine.engine.day.joins import holding
from strategy_engine.engine.day.journeys import BRANCH as BRANCH_OF_PLAN
from strategy_engine.engine.day.names import KEY, Names
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.expressions import Lowering, dtype_of, features
from strategy_engine.engine.expressions.arithmetic import quotient
from strategy_engine.language.types import CENTS, Kind
from strategy_engine.plan.bounds import FIRST_STEP
from strategy_engine.plan.day import DayPlan, StrategyPlan
from strategy_engine.plan.draws import control_salt, split_salt
from strategy_engine.plan.journeys import LaterStep
from strategy_engine.plan.vocabulary import ACTION, CONTROL, TREATED, Vocabulary
from strategy_engine.semantics.ir import Expr
from strategy_engine.semantics.model import Cases, Strategy

T = TypeVar("T")

POSITION = "#position"
CONTROL_DRAW, SCRIPTED = "#control", "#scripted"
SCORE, PRIORITY, TIME = "#score", "#priority", "#time"
BRANCH, RANK = "#branch", "#rank"
LATER_STEP, JOURNEY = "#later", "#journey"


def action(name: str) -> str:
    """The frame's column for a column of the action."""
    return f"{ACTION}.{name}"


def options_of(moment: Moment, plan: DayPlan, one: StrategyPlan, customers: pl.DataFrame, positions: pl.Series) -> pl.LazyFrame:
    """The options of the strategy's candidates, best first; candidates in the order of their positions."""
    keys = customers.get_column(KEY).gather(positions)
    frame = _candidates(moment, one, one.gated(), customers, positions)
    fixed = (*_fixed(one.strategy, FIRST_STEP, plan.vocabulary), *_hit(one.strategy, plan.vocabulary, moment.bank.names))
    began = (pl.lit(None, dtype=pl.Int32).alias(LATER_STEP), pl.lit(None, dtype=pl.Date).alias(JOURNEY))
    frame = frame.with_columns(*fixed, *began, _arm(one, keys, plan.vocabulary))
    frame = frame.with_columns(_drawn(one, moment.low, keys).alias(CONTROL_DRAW))
    return _with_ways(moment, plan, one, frame)


def later_options_of(moment: Moment, plan: DayPlan, number: int, customers: pl.DataFrame, due: pl.DataFrame) -> pl.LazyFrame:
    """The options of the journeys for which a later step of the plan is due; arm, hit and benefit are the journey's."""
    later, vocabulary = plan.later[number], plan.vocabulary
    one, positions = later.plan, due.get_column(POSITION)
    frame = _candidates(moment, one, (*one.gated(), *later.gated()), customers, positions)
    frame = frame.with_columns(due.drop(POSITION, KEY).get_columns())
    frame = frame.with_columns(*_fixed(one.strategy, later.step, vocabulary), *_journey(number, vocabulary))
    frame = frame.with_columns(_arm_of_journey(one, customers.get_column(KEY).gather(positions), vocabulary))
    on_branch = (branch_of(later.steps, moment.low) == pl.col(BRANCH_OF_PLAN)) & _condition(later, moment.low)
    frame = frame.filter(holding(on_branch))
    if later.keeps_benefit:
        frame = frame.with_columns(pl.col("benefit").cast(dtype_of(vocabulary.types["benefit"]), strict=False).alias(action("benefit")))
    return _with_ways(moment, plan, one, frame, with_benefit=later.keeps_benefit)


def _with_ways(moment: Moment, plan: DayPlan, one: StrategyPlan, frame: pl.LazyFrame, *, with_benefit: bool = False) -> pl.LazyFrame:
    """The candidates (some with their benefit) with the alternatives of their product, benefit and channel, and what is computed of
    them."""
    low, vocabulary = moment.low, plan.vocabulary
    if one.product is not None:
        frame = frame.with_columns(_product(one, low, vocabulary))
    if not with_benefit:
        frame = _alternatives(frame, one.benefit, "benefit", low, vocabulary)
    frame = _alternatives(frame, one.channels, "channel", low, vocabulary)
    return frame.select(
        POSITION,
        *(pl.col(action(name)) for name in vocabulary.types),
        pl.col(TIME),
        _number(one.score, low).alias(SCORE),
        _number(one.priority, low).alias(PRIORITY),
        CONTROL_DRAW,
        _scripted(one, low).alias(SCRIPTED),
        LATER_STEP,
        JOURNEY,
    )


def no_options(vocabulary: Vocabulary) -> pl.DataFrame:
    """A frame of options without any."""
    actions = {action(name): dtype_of(type_) for name, type_ in vocabulary.types.items()}
    numbers = dict.fromkeys((SCORE, PRIORITY), pl.Float64())
    flags = dict.fromkeys((CONTROL_DRAW, SCRIPTED), pl.Boolean())
    journey = {LATER_STEP: pl.Int32(), JOURNEY: pl.Date()}
    return pl.DataFrame(schema={POSITION: pl.UInt32(), **actions, TIME: pl.Datetime("us"), **numbers, **flags, **journey})


def _candidates(moment: Moment, one: StrategyPlan, exprs: Iterable[Expr], customers: pl.DataFrame, positions: pl.Series) -> pl.LazyFrame:
    """The candidates with the columns that the strategy's keys read."""
    hits = [moment.bank.names.hit(one.name, trigger, name) for trigger in one.strategy.triggers for name in (AT, ORDER)]
    columns = list(dict.fromkeys([KEY, *hits, *read_of(moment, exprs, customers)]))
    return customers.lazy().select(pl.col(columns).gather(positions)).with_columns(positions.alias(POSITION))


def read_of(moment: Moment, exprs: Iterable[Expr], customers: pl.DataFrame) -> list[str]:
    """The features of customers, besides their key, that the expressions read."""
    names, known = moment.bank.names, set(customers.columns)
    read = {name for expr in exprs for node in features(expr) if (name := names(node)) in known}
    return sorted(name for name in read if name is not None and name != KEY)


def _fixed(strategy: Strategy, step: int, vocabulary: Vocabulary) -> list[pl.Expr]:
    """What is the same for all of the strategy's actions, and the product until it is resolved."""
    values: dict[str, Any] = {"strategy": strategy.name, "category": strategy.category, "step": step, "product": None}
    return [pl.lit(value, dtype=dtype_of(vocabulary.types[name])).alias(action(name)) for name, value in values.items()]


def _hit(strategy: Strategy, vocabulary: Vocabulary, names: Names) -> list[pl.Expr]:
    """The trigger whose hit makes the action, and its time: of several the latest past or nearest to come; ties in the order as named."""
    dtype, moment = dtype_of(vocabulary.types["trigger"]), pl.Datetime("us")
    trigger, time = pl.lit(None, dtype=dtype), pl.lit(None, dtype=moment)
    orders = [pl.col(names.hit(strategy.name, name, ORDER)) for name in strategy.triggers]
    for name, order in reversed(list(zip(strategy.triggers, orders, strict=True))):
        first = order == pl.min_horizontal(orders)
        trigger = pl.when(first).then(pl.lit(name, dtype=dtype)).otherwise(trigger)
        time = pl.when(first).then(pl.col(names.hit(strategy.name, name, AT))).otherwise(time)
    return [trigger.alias(action("trigger")), time.alias(TIME)]


def _journey(number: int, vocabulary: Vocabulary) -> list[pl.Expr]:
    """What a later step has of its journey."""
    return [
        pl.lit(number, dtype=pl.Int32).alias(LATER_STEP),
        pl.col("journey").alias(JOURNEY),
        pl.col("trigger").cast(dtype_of(vocabulary.types["trigger"]), strict=False).alias(action("trigger")),
        pl.col("trigger_time").alias(TIME),
        (pl.col("arm") == CONTROL).alias(CONTROL_DRAW),
    ]


def _arm_of_journey(one: StrategyPlan, keys: pl.Series, vocabulary: Vocabulary) -> pl.Expr:
    """The arm with which the journey began; a control's is drawn again, as stable as the customer, for what it would have had."""
    journey = pl.col("arm").cast(dtype_of(vocabulary.types["arm"]), strict=False)
    return pl.when(pl.col("arm") == CONTROL).then(_arm(one, keys, vocabulary)).otherwise(journey).alias(action("arm"))


def _condition(later: LaterStep, low: Lowering) -> pl.Expr:
    """Whether the step's `if` holds, on the branch that applies."""
    held = pl.lit(False)
    for guard, condition in reversed(later.only_if.branches):
        held = low(condition) if guard is None else pl.when(low(guard)).then(low(condition)).otherwise(held)
    return held


def _arm(one: StrategyPlan, keys: pl.Series, vocabulary: Vocabulary) -> pl.Expr:
    """`treated`, or the split's arm by the customer's bucket; none for the rest that the shares leave."""
    dtype = dtype_of(vocabulary.types["arm"])
    if not one.strategy.split:
        return pl.lit(TREATED, dtype=dtype).alias(action("arm"))
    bucket = pl.lit(buckets(split_salt(one.name), keys.to_list()))
    arms = pl.lit(None, dtype=dtype)
    upto = round(sum(share for _, share in one.strategy.split), 12)
    for arm, share in reversed(one.strategy.split):
        arms = pl.when(bucket < upto).then(pl.lit(arm, dtype=dtype)).otherwise(arms)
        upto = round(upto - share, 12)
    return arms.alias(action("arm"))


def _product(one: StrategyPlan, low: Lowering, vocabulary: Vocabulary) -> pl.Expr:
    assert one.product is not None  # noqa: S101 - the caller has looked
    names = [choice.name if choice is not None else None for choice in one.product.values]
    return _by_branch(one.product, names, low, dtype_of(vocabulary.types["product"])).alias(action("product"))


def branch_of(cases: Cases[Any], low: Lowering) -> pl.Expr:
    """The number of the first branch whose guard is true; missing where none is."""
    return _by_branch(cases, list(range(len(cases.branches))), low, pl.Int32())


def _by_branch(cases: Cases[Any], values: Sequence[Any], low: Lowering, dtype: pl.DataType) -> pl.Expr:
    chosen = pl.lit(None, dtype=dtype)
    for (guard, _), value in reversed(list(zip(cases.branches, values, strict=True))):
        constant = pl.lit(value, dtype=dtype)
        chosen = constant if guard is None else pl.when(low(guard)).then(constant).otherwise(chosen)
    return chosen


def _alternatives(frame: pl.LazyFrame, cases: Cases[Any] | None, name: str, low: Lowering, vocabulary: Vocabulary) -> pl.LazyFrame:
    """A row for each alternative of the branch that applies, in order; one without a name where none applies."""
    dtype = dtype_of(vocabulary.types[name])
    if cases is None:
        return frame.with_columns(pl.lit(None, dtype=dtype).alias(action(name)))
    rows = [(number, alternative) for number, names in enumerate(cases.values) for alternative in names]
    ladder = pl.LazyFrame(rows, schema={BRANCH: pl.Int32, action(name): dtype}, orient="row")
    branched = frame.with_columns(branch_of(cases, low).alias(BRANCH))
    return branched.join(ladder, on=BRANCH, how="left", maintain_order="left_right").drop(BRANCH)


def _number(value: Expr | None, low: Lowering) -> pl.Expr:
    """A score or priority in doubles; money in whole units of the currency."""
    if value is None:
        return pl.lit(None, dtype=pl.Float64)
    number = low(value).cast(pl.Float64)
    return quotient(number, float(CENTS)) if value.type.kind is Kind.MONEY else number


def _drawn(one: StrategyPlan, low: Lowering, keys: pl.Series) -> pl.Expr:
    """Whether the strategy's own control group holds the candidate. A missing share draws nobody."""
    if one.control is None:
        return pl.lit(False)
    drawn = buckets(control_salt(one.name), keys.to_list())
    return (pl.lit(drawn) < low(one.control)).fill_null(False)


def _scripted(one: StrategyPlan, low: Lowering) -> pl.Expr:
    """Whether the script has all its values. A strategy, or a branch, without a script needs none."""
    if one.script is None:
        return pl.lit(True)
    scripted = pl.lit(True)
    for guard, template in reversed(one.script.branches):
        known = pl.all_horizontal([low(part).is_not_null() for part in template.parts if not isinstance(part, str)] or [pl.lit(True)])
        scripted = known if guard is None else pl.when(low(guard)).then(known).otherwise(scripted)
    return scripted
