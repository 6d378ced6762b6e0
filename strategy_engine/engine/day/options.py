"""The ways in which candidates could go out, in the order arm, step, product, benefit, channel.

A frame of options has one row for each benefit alternative and channel alternative of a candidate, best first:

    #position   the candidate's row among the batch's customers
    action.*    arm trigger step product benefit channel strategy category, as the `Vocabulary` types them
    at, score, priority, control, scripted    of the candidate, or of this option
    #later, #journey    of a journey's later step: its number in the plan, and the day on which the journey began; else missing
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl

from strategy_engine.engine.day.draws import buckets_of
from strategy_engine.engine.day.hits import AT, ORDER
from strategy_engine.engine.day.joins import holding
from strategy_engine.engine.day.journeys import BRANCH as BRANCH_OF_PLAN
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.variants import OWNER, Variant, computed, drawn, told
from strategy_engine.engine.expressions import Lowering, dtype_of, features
from strategy_engine.engine.expressions.arithmetic import quotient
from strategy_engine.language.types import CENTS, Kind
from strategy_engine.plan.bounds import FIRST_STEP
from strategy_engine.plan.day import DayPlan, StrategyPlan
from strategy_engine.plan.draws import control_salt, split_salt
from strategy_engine.plan.journeys import LaterStep
from strategy_engine.plan.vocabulary import ACTION, CONTROL, TREATED, Vocabulary
from strategy_engine.semantics.ir import Expr, Template
from strategy_engine.semantics.model import Cases

POSITION = "#position"
CONTROL_DRAW, SCRIPTED = "#control", "#scripted"
SCORE, PRIORITY, TIME = "#score", "#priority", "#time"
BRANCH, BUCKET = "#branch", "#bucket"
DATETIME = pl.Datetime("us")
LATER_STEP, JOURNEY = "#later", "#journey"


def action(name: str) -> str:
    """The frame's column for a column of the action."""
    return f"{ACTION}.{name}"


def options_of(
    moment: Moment, plan: DayPlan, strategies: Sequence[StrategyPlan], customers: pl.DataFrame, positions: Mapping[str, pl.Series]
) -> pl.DataFrame:
    """The options of the candidates of strategies (`positions`, by their names), best first; candidates strategy by strategy, in the
    order of their positions."""
    rows = _rows(strategies, positions)
    exprs = [expr for one in strategies if len(positions[one.name]) for expr in one.gated()]
    frame = rows.hstack(_read(moment, strategies, exprs, customers, rows.get_column(POSITION)))
    frame = frame.with_columns(
        *_fixed(frame, strategies, FIRST_STEP, plan.vocabulary),
        *_hit(moment, frame, strategies, plan.vocabulary),
        pl.lit(None, dtype=pl.Int32).alias(LATER_STEP),
        pl.lit(None, dtype=pl.Date).alias(JOURNEY),
        _arm(frame, strategies, plan.vocabulary),
        _drawn(moment, frame, strategies),
    )
    return _with_ways(moment, plan, strategies, frame)


def later_options_of(moment: Moment, plan: DayPlan, number: int, customers: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """The options of the journeys for which a later step of the plan is due; arm, hit and benefit are the journey's."""
    later, vocabulary = plan.later[number], plan.vocabulary
    one, positions = [later.plan], due.get_column(POSITION)
    rows = pl.DataFrame({POSITION: positions, OWNER: pl.repeat(0, len(positions), dtype=pl.UInt32, eager=True)})
    frame = rows.hstack(_read(moment, one, [*later.plan.gated(), *later.gated()], customers, positions))
    frame = frame.with_columns(due.drop(POSITION, KEY).get_columns())
    frame = frame.with_columns(*_fixed(frame, one, later.step, vocabulary), *_journey(number, vocabulary))
    frame = frame.with_columns(_arm_of_journey(frame, later.plan, vocabulary))
    on_branch = (branch_of(later.steps, moment.low) == pl.col(BRANCH_OF_PLAN)) & _condition(later, moment.low)
    frame = frame.filter(holding(on_branch))
    if later.keeps_benefit:
        frame = frame.with_columns(pl.col("benefit").cast(dtype_of(vocabulary.types["benefit"]), strict=False).alias(action("benefit")))
    return _with_ways(moment, plan, one, frame, with_benefit=later.keeps_benefit)


def _rows(strategies: Sequence[StrategyPlan], positions: Mapping[str, pl.Series]) -> pl.DataFrame:
    """A row a candidate: its customer's row, and the number of its strategy."""
    lengths = [len(positions[one.name]) for one in strategies]
    owners = pl.select(pl.int_range(len(strategies), dtype=pl.UInt32).repeat_by(pl.lit(pl.Series(lengths, dtype=pl.UInt32)))).to_series()
    joined = pl.concat([pl.Series(dtype=pl.UInt32), *(positions[one.name].cast(pl.UInt32) for one in strategies)])
    return pl.DataFrame({POSITION: joined, OWNER: owners.explode(empty_as_null=False)})


def _with_ways(
    moment: Moment, plan: DayPlan, strategies: Sequence[StrategyPlan], frame: pl.DataFrame, *, with_benefit: bool = False
) -> pl.DataFrame:
    """The candidates (some with their benefit) with the alternatives of their product, benefit and channel, and what is computed of
    them."""
    low, vocabulary = moment.low, plan.vocabulary
    frame = frame.with_columns(_product(frame, strategies, low, vocabulary))
    if not with_benefit:
        frame = _alternatives(frame, [one.benefit for one in strategies], "benefit", low, vocabulary)
    frame = _alternatives(frame, [one.channels for one in strategies], "channel", low, vocabulary)
    scored = (computed(frame, [_number(one.score, low) for one in strategies], pl.Float64).alias(SCORE),)
    ranked = (computed(frame, [_number(one.priority, low) for one in strategies], pl.Float64).alias(PRIORITY),)
    scripted = computed(frame, [_scripted(one, low) for one in strategies], pl.Boolean).alias(SCRIPTED)
    frame = frame.with_columns(*scored, *ranked, scripted)
    return frame.select(
        POSITION,
        *(pl.col(action(name)) for name in vocabulary.types),
        *(TIME, SCORE, PRIORITY, CONTROL_DRAW, SCRIPTED, LATER_STEP, JOURNEY),
    )


def no_options(vocabulary: Vocabulary) -> pl.DataFrame:
    """A frame of options without any."""
    actions = {action(name): dtype_of(type_) for name, type_ in vocabulary.types.items()}
    numbers = dict.fromkeys((SCORE, PRIORITY), pl.Float64())
    flags = dict.fromkeys((CONTROL_DRAW, SCRIPTED), pl.Boolean())
    journey = {LATER_STEP: pl.Int32(), JOURNEY: pl.Date()}
    return pl.DataFrame(schema={POSITION: pl.UInt32(), **actions, TIME: pl.Datetime("us"), **numbers, **flags, **journey})


def _read(
    moment: Moment, strategies: Sequence[StrategyPlan], exprs: Iterable[Expr], customers: pl.DataFrame, positions: pl.Series
) -> pl.DataFrame:
    """What the strategies' keys read of the customers in these rows, and the hits that made them candidates."""
    names = moment.bank.names
    hits = [names.hit(one.name, trigger, name) for one in strategies for trigger in one.strategy.triggers for name in (AT, ORDER)]
    return customers.select(list(dict.fromkeys([KEY, *hits, *read_of(moment, exprs, customers)])))[positions]


def read_of(moment: Moment, exprs: Iterable[Expr], customers: pl.DataFrame) -> list[str]:
    """The features of customers, besides their key, that the expressions read."""
    names, known = moment.bank.names, set(customers.columns)
    read = {name for expr in exprs for node in features(expr) if (name := names(node)) in known}
    return sorted(name for name in read if name is not None and name != KEY)


def _fixed(frame: pl.DataFrame, strategies: Sequence[StrategyPlan], step: int, vocabulary: Vocabulary) -> list[pl.Series]:
    """What is the same for all of a strategy's actions, and the product until it is resolved."""
    values: dict[str, list[Any]] = {
        "strategy": [one.name for one in strategies],
        "category": [one.strategy.category for one in strategies],
        "step": [step for _ in strategies],
        "product": [None for _ in strategies],
    }
    return [told(frame, said, dtype_of(vocabulary.types[name])).alias(action(name)) for name, said in values.items()]


def _hit(moment: Moment, frame: pl.DataFrame, strategies: Sequence[StrategyPlan], vocabulary: Vocabulary) -> list[pl.Series]:
    """The trigger whose hit makes the action, and its time: of several the latest past or nearest to come; ties in the order as named."""
    dtype, names = dtype_of(vocabulary.types["trigger"]), moment.bank.names
    triggers, times = [], []
    for one in strategies:
        columns = tuple((name, names.hit(one.name, name, ORDER), names.hit(one.name, name, AT)) for name in one.strategy.triggers)
        triggers.append((columns, partial(_of_first, columns, lambda name, _: pl.lit(name, dtype=dtype), dtype)))
        times.append((columns, partial(_of_first, columns, lambda _, at: pl.col(at), DATETIME)))
    return [computed(frame, triggers, dtype).alias(action("trigger")), computed(frame, times, DATETIME).alias(TIME)]


def _of_first(columns: Sequence[tuple[str, str, str]], value: Callable[[str, str], pl.Expr], dtype: pl.DataType) -> pl.Expr:
    """Of triggers (name, columns of order and time), what is told of the one whose hit comes first."""
    orders = [pl.col(order) for _, order, _ in columns]
    chosen = pl.lit(None, dtype=dtype)
    for (name, _, at), order in reversed(list(zip(columns, orders, strict=True))):
        chosen = pl.when(order == pl.min_horizontal(orders)).then(value(name, at)).otherwise(chosen)
    return chosen


def _journey(number: int, vocabulary: Vocabulary) -> list[pl.Expr]:
    """What a later step has of its journey."""
    return [
        pl.lit(number, dtype=pl.Int32).alias(LATER_STEP),
        pl.col("journey").alias(JOURNEY),
        pl.col("trigger").cast(dtype_of(vocabulary.types["trigger"]), strict=False).alias(action("trigger")),
        pl.col("trigger_time").alias(TIME),
        (pl.col("arm") == CONTROL).alias(CONTROL_DRAW),
    ]


def _arm_of_journey(frame: pl.DataFrame, one: StrategyPlan, vocabulary: Vocabulary) -> pl.Expr:
    """The arm with which the journey began; a control's is drawn again, as stable as the customer, for what it would have had."""
    journey = pl.col("arm").cast(dtype_of(vocabulary.types["arm"]), strict=False)
    return pl.when(pl.col("arm") == CONTROL).then(pl.lit(_arm(frame, [one], vocabulary))).otherwise(journey).alias(action("arm"))


def _condition(later: LaterStep, low: Lowering) -> pl.Expr:
    """Whether the step's `if` holds, on the branch that applies."""
    held = pl.lit(False)
    for guard, condition in reversed(later.only_if.branches):
        held = low(condition) if guard is None else pl.when(low(guard)).then(low(condition)).otherwise(held)
    return held


def _arm(frame: pl.DataFrame, strategies: Sequence[StrategyPlan], vocabulary: Vocabulary) -> pl.Series:
    """`treated`, or the split's arm by the customer's bucket; none for the rest that the shares leave."""
    dtype = dtype_of(vocabulary.types["arm"])
    salts = [split_salt(one.name) if one.strategy.split else None for one in strategies]
    frame = frame.with_columns(drawn(frame, salts, KEY, buckets_of).alias(BUCKET))
    variants = [(one.strategy.split, partial(_arm_of_split, one.strategy.split, dtype)) for one in strategies]
    return computed(frame, variants, dtype).alias(action("arm"))


def _arm_of_split(split: Sequence[tuple[str, float]], dtype: pl.DataType) -> pl.Expr:
    if not split:
        return pl.lit(TREATED, dtype=dtype)
    arms = pl.lit(None, dtype=dtype)
    upto = round(sum(share for _, share in split), 12)
    for arm, share in reversed(split):
        arms = pl.when(pl.col(BUCKET) < upto).then(pl.lit(arm, dtype=dtype)).otherwise(arms)
        upto = round(upto - share, 12)
    return arms


def _product(frame: pl.DataFrame, strategies: Sequence[StrategyPlan], low: Lowering, vocabulary: Vocabulary) -> pl.Series:
    dtype = dtype_of(vocabulary.types["product"])
    variants: list[Variant] = []
    for one in strategies:
        branches = one.product.branches if one.product is not None else ()
        named = Cases(tuple((guard, choice.name if choice is not None else None) for guard, choice in branches))
        variants.append((named, partial(_by_branch, named, named.values, low, dtype)))
    return computed(frame, variants, dtype).alias(action("product"))


def branch_of(cases: Cases[Any], low: Lowering) -> pl.Expr:
    """The number of the first branch whose guard is true; missing where none is."""
    return _by_branch(cases, list(range(len(cases.branches))), low, pl.Int32())


def _by_branch(cases: Cases[Any], values: Sequence[Any], low: Lowering, dtype: pl.DataType) -> pl.Expr:
    chosen = pl.lit(None, dtype=dtype)
    for (guard, _), value in reversed(list(zip(cases.branches, values, strict=True))):
        constant = pl.lit(value, dtype=dtype)
        chosen = constant if guard is None else pl.when(low(guard)).then(constant).otherwise(chosen)
    return chosen


def _alternatives(
    frame: pl.DataFrame, cases: Sequence[Cases[tuple[Any, ...]] | None], name: str, low: Lowering, vocabulary: Vocabulary
) -> pl.DataFrame:
    """A row for each alternative of the branch that applies, in order; one without a name where none applies. `cases`: of each
    strategy."""
    dtype = dtype_of(vocabulary.types[name])
    ladders: dict[Cases[Any], int] = {}
    rows: list[tuple[int, Any]] = []
    for one in cases:
        if one is not None and one not in ladders:
            first = ladders[one] = rows[-1][0] + 1 if rows else 0
            rows += [(first + number, alternative) for number, names in enumerate(one.values) for alternative in names or (None,)]
    if not rows:
        return frame.with_columns(pl.lit(None, dtype=dtype).alias(action(name)))
    variants = [(one, partial(_ladder, one, ladders[one] if one is not None else 0, low)) for one in cases]
    branched = frame.with_columns(computed(frame, variants, pl.Int32).alias(BRANCH)).lazy()
    ladder = pl.LazyFrame(rows, schema={BRANCH: pl.Int32, action(name): dtype}, orient="row")
    return branched.join(ladder, on=BRANCH, how="left", maintain_order="left_right").drop(BRANCH).collect()


def _ladder(cases: Cases[Any] | None, first: int, low: Lowering) -> pl.Expr:
    """The number of the branch that applies, among those of all strategies."""
    if cases is None:
        return pl.lit(None, dtype=pl.Int32)
    return _by_branch(cases, range(first, first + len(cases.branches)), low, pl.Int32())


def _number(value: Expr | None, low: Lowering) -> Variant:
    """A score or priority in doubles; money in whole units of the currency."""

    def made() -> pl.Expr:
        if value is None:
            return pl.lit(None, dtype=pl.Float64)
        number = low(value).cast(pl.Float64)
        return quotient(number, float(CENTS)) if value.type.kind is Kind.MONEY else number

    return value, made


def _drawn(moment: Moment, frame: pl.DataFrame, strategies: Sequence[StrategyPlan]) -> pl.Series:
    """Whether the strategy's own control group holds the candidate. A missing share draws nobody."""
    salts = [control_salt(one.name) if one.control is not None else None for one in strategies]
    frame = frame.with_columns(drawn(frame, salts, KEY, buckets_of).alias(BUCKET))

    def made(share: Expr | None) -> pl.Expr:
        return pl.lit(False) if share is None else (pl.col(BUCKET) < moment.low(share)).fill_null(False)

    return computed(frame, [(one.control, partial(made, one.control)) for one in strategies], pl.Boolean).alias(CONTROL_DRAW)


def _scripted(one: StrategyPlan, low: Lowering) -> Variant:
    """Whether the script has all its values. A strategy, or a branch, without a script needs none."""
    asked = tuple((guard, tuple(part for part in template.parts if not isinstance(part, str))) for guard, template in _scripts(one))

    def made() -> pl.Expr:
        scripted = pl.lit(True)
        for guard, holes in reversed(asked):
            known = pl.all_horizontal([low(part).is_not_null() for part in holes] or [pl.lit(True)])
            scripted = known if guard is None else pl.when(low(guard)).then(known).otherwise(scripted)
        return scripted

    return asked, made


def _scripts(one: StrategyPlan) -> Iterable[tuple[Expr | None, Template]]:
    return one.script.branches if one.script is not None else ()
