"""Hits: when triggers fire. A frame of hits holds the customer's key, `at` (a datetime) and what the hit carries.

Each kind of source has one function that gives its hits around a stretch of days. `hits` bounds them by the trigger's own window;
`own_hits` are a strategy's: without those that it has spent, and with those that customers follow on a journey. `with_hits` puts the one
hit of each customer that counts beside the customer, as columns `SCOPE.X`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from strategy_engine.engine.day import related, schedules, sequences
from strategy_engine.engine.day.dependencies import of_customer, of_rows
from strategy_engine.engine.day.joins import holding, together
from strategy_engine.engine.day.memory import HIT_TEXT, Memory
from strategy_engine.engine.day.names import KEY, ROW
from strategy_engine.engine.expressions import dtype_of, row_names
from strategy_engine.engine.expressions.windows import condition_of
from strategy_engine.engine.rows import World, evaluate
from strategy_engine.engine.rows.schedules import monthly
from strategy_engine.plan.reads import hit_id
from strategy_engine.plan.settle import HIT, own_hit, trigger_of
from strategy_engine.plan.ties import hit_ties
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import DateHits, HitSource, Model, RowHits, ScheduleHits, SequenceHits, SeriesHits, StateHits, Trigger

if TYPE_CHECKING:
    from strategy_engine.engine.day.observe import Moment

AT, ORDER, MADE = "at", "#order", "#made"
DATETIME = pl.Datetime("us")
DAY = dt.timedelta(days=1)
FUTURE = 2**60  # microseconds, more than any past: coming hits come after all that were
PLACE = "#place"
"""The row of a hit's customer in the frame of customers."""
REACH = 400 * DAY  # how far sources without end (anniversaries, schedules, series) are looked at where no window says


@record
class Days:
    """A stretch of days, both ends within; None is open."""

    first: dt.date | None
    last: dt.date | None

    def bounded(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """The stretch with its open ends within reach of today."""
        return self.first or today - REACH, self.last or today + REACH

    def holds(self, time: pl.Expr) -> pl.Expr:
        """Whether the time, a date or datetime, lies within. Plain comparisons, so that files are read only where it does."""
        held = time.is_not_null()
        if self.first is not None:
            held &= time >= pl.lit(self.first)
        if self.last is not None and self.last < dt.date.max:
            held &= time < pl.lit(self.last + DAY)
        return held


ANY_DAY = Days(None, None)


def days_of(window: ir.Window | None, moment: Moment) -> Days:
    """The days of a trigger's window; up to today where it has none."""
    if window is None:
        return Days(None, moment.date)
    world = World(moment.context, moment.contact_date)
    first, last = (None if end is None else _day(evaluate(end, world)) for end in (window.low, window.high))
    if first is not None and not window.low_closed and window.low is not None:
        first += DAY
    if last is not None and not window.high_closed:
        last -= DAY
    return Days(first, last)


def _day(value: dt.date | None) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else value


# ------------------------------------------------------------------------------------------------ the hits of a trigger


def hits(moment: Moment, frame: pl.DataFrame, trigger: Trigger) -> pl.LazyFrame:
    """The hits of the frame's customers within the trigger's window."""
    if isinstance(trigger.source, StateHits):
        return _hits(trigger.source, moment, frame, ANY_DAY)
    days = days_of(trigger.window, moment)
    return _hits(trigger.source, moment, frame, days).filter(days.holds(pl.col(AT)))


def unbounded_hits(moment: Moment, frame: pl.DataFrame, trigger: Trigger) -> pl.LazyFrame:
    """All hits of the frame's customers, whatever the trigger's window; for aggregates with windows of their own."""
    return _hits(trigger.source, moment, frame, ANY_DAY)


def own_hits(
    moment: Moment,
    frame: pl.DataFrame,
    trigger: Trigger,
    strategy: str,
    found: pl.LazyFrame | None = None,
    *,
    only_time: bool = False,
) -> pl.LazyFrame:
    """The hits that count for a strategy; `found` are those of `hits`, where they are known, with their `hit_text`
    where any was spent. `only_time`: nothing else is read of the hits that journeys follow."""
    memory = moment.bank.memory
    if moment.date != moment.bank.today:
        return hits(moment, frame, trigger) if found is None else found
    rows = hits(moment, frame, trigger).with_columns(hit_text(moment, trigger)) if found is None else found
    spent = memory.spent.get((strategy, trigger.name))
    if spent is not None:
        rows = rows.join(spent.lazy(), on=[KEY, HIT_TEXT], how="anti", maintain_order="left")
    if strategy not in memory.running:
        return rows
    waiting = rows.join(memory.running[strategy].lazy(), on=KEY, how="anti", maintain_order="left")
    followed = memory.followed.get((strategy, trigger.name))
    if followed is None or followed.join(frame, on=KEY, how="semi").is_empty():
        return waiting
    if only_time:  # that is remembered
        again = followed.select(KEY, HIT_TEXT, pl.col("time").alias(AT), pl.col("time").alias(MADE)).join(frame, on=KEY, how="semi")
    else:
        again = _followed(moment, frame, trigger, followed).collect()  # few, but of a table with all its days
    return pl.concat([waiting, again.lazy()], how="diagonal_relaxed")


def hit_text(moment: Moment, trigger: Trigger) -> pl.Expr:
    """What a hit is told from others by: the id of its row, else its time."""
    id_ = hit_id(moment.bank.model, trigger)
    time = pl.col(AT).dt.strftime("%Y-%m-%dT%H:%M:%S.%6f")
    return (time if id_ is None else pl.coalesce(pl.col(id_).cast(pl.String), time)).alias(HIT_TEXT)


def _followed(moment: Moment, frame: pl.DataFrame, trigger: Trigger, followed: pl.DataFrame) -> pl.LazyFrame:
    """The hits of journeys, wherever their trigger's window stands now; `#made` is the time of the one that counts."""
    made = followed.rename({"time": MADE})
    if isinstance(trigger.source, StateHits):
        held = made.lazy().join(frame.lazy().select(KEY), on=KEY, how="semi")
        return held.select(KEY, pl.col(MADE).alias(AT), MADE)
    theirs = frame.join(made, on=KEY, how="semi")
    return unbounded_hits(moment, theirs, trigger).with_columns(hit_text(moment, trigger)).join(made.lazy(), on=[KEY, HIT_TEXT])


def _hits(source: HitSource, moment: Moment, frame: pl.DataFrame, days: Days) -> pl.LazyFrame:
    """The source's hits, at least those of the days."""
    return _of_kind(source, moment, frame, days).with_columns(pl.col(AT).cast(DATETIME))


def _of_kind(source: HitSource, moment: Moment, frame: pl.DataFrame, days: Days) -> pl.LazyFrame:
    match source:
        case RowHits():
            return _row_hits(source, moment, frame, days)
        case DateHits():
            return _date_hits(source, moment, frame, days)
        case SeriesHits():
            return _series_hits(source, moment, frame, days)
        case ScheduleHits():
            return _schedule_hits(source, moment, frame, days)
        case SequenceHits():
            return sequences.sequence_hits(moment, frame, source, days.first)
        case StateHits():
            return _state_hits(source, moment, frame)


def _row_hits(source: RowHits, moment: Moment, frame: pl.DataFrame, days: Days) -> pl.LazyFrame:
    """A hit a row whose condition is true; which of them are seen is for the window to say."""
    rows = replace(source.rows, future=True)
    low = moment.low.named(row_names(moment.low.names))
    condition, parts = condition_of(rows, low), list(of_rows(rows))
    time = pl.col(rows.time) if rows.time is not None else pl.lit(moment.date)
    early = [days.holds(time)] if rows.time is not None else []  # what the table's own columns tell goes before everything
    if condition is not None and related.of_table(parts):
        early.append(condition)
    found = related.rows_of(moment, frame, rows.table, parts, early)
    kept = found if condition is None else found.filter(holding(condition))
    return kept.with_columns(time.alias(AT))


def _date_hits(source: DateHits, moment: Moment, frame: pl.DataFrame, days: Days) -> pl.LazyFrame:
    date = moment.low(source.value)
    if not source.yearly:
        return frame.lazy().select(*_who(frame), date.alias(AT)).filter(pl.col(AT).is_not_null())
    first, last = days.bounded(moment.date)
    years = range(first.year, last.year + 1)
    dates = frame.lazy().select(*_who(frame), date.cast(pl.Date).alias(AT)).filter(pl.col(AT).is_not_null())
    return pl.concat(dates.with_columns(schedules.anniversary(pl.col(AT), year)) for year in years)


def _series_hits(source: SeriesHits, moment: Moment, frame: pl.DataFrame, days: Days) -> pl.LazyFrame:
    """A hit a day of the series, for every customer."""
    rows = moment.table(source.table).with_columns(pl.col(source.time).alias(AT)).filter(days.holds(pl.col(AT)))
    condition = [] if source.where is None else [moment.low.named(row_names(moment.low.names))(source.where)]
    beside = sorted({str(moment.bank.names(node)) for node in of_customer([source.where] if source.where is not None else [])})
    if not beside:  # most often: few days are left before the customers come in
        return frame.lazy().select(*_who(frame)).join(rows.filter(*condition), how="cross")
    customers = frame.lazy().select(KEY, pl.col(beside).name.prefix(related.CUSTOMER))
    return customers.join(rows, how="cross").filter(*condition)


def _schedule_hits(source: ScheduleHits, moment: Moment, frame: pl.DataFrame, days: Days) -> pl.LazyFrame:
    first, last = days.bounded(moment.date)
    dates = pl.LazyFrame({AT: monthly(source, first, last, moment.context)}, schema={AT: pl.Date})
    return frame.lazy().select(*_who(frame)).join(dates, how="cross")


def _who(frame: pl.DataFrame) -> list[str]:
    """The columns that tell customers: their key and, in a batch, their row."""
    return [name for name in (KEY, ROW) if name in frame.columns]


def _state_hits(source: StateHits, moment: Moment, frame: pl.DataFrame) -> pl.LazyFrame:
    """While the state holds there is a hit today."""
    today = pl.lit(dt.datetime.combine(moment.date, dt.time()), dtype=DATETIME)
    return frame.lazy().filter(holding(moment.low(source.condition))).select(*_who(frame), today.alias(AT))


# ------------------------------------------------------------------------------------------------ the hit that counts


def shared_scopes(model: Model, memory: Memory) -> dict[str, str]:
    """The strategies' own scopes that are just the trigger's: of triggers of which they have spent no hit, and follow none."""
    return {
        own_hit(trigger, name): HIT + trigger
        for name, strategy in model.strategies.items()
        if name not in memory.running
        for trigger in strategy.triggers
        if (name, trigger) not in memory.spent
    }


Wanted = Mapping[str, Mapping[str, ir.Column]]
"""By scope (a trigger's own, or that of a strategy) and name, the columns of hits that are read."""


def with_hits(moment: Moment, frame: pl.DataFrame, nodes: Iterable[ir.Column]) -> pl.DataFrame:
    """The frame, in its order, with columns of the one hit of each trigger that counts, and its place in the order of hits.

    Many strategies share few triggers: a trigger's hits are found and brought in order once, and its customers known by their rows.
    """
    wanted = _wanted(moment, nodes)
    if not wanted:
        return frame
    places = frame.select(KEY, pl.int_range(pl.len(), dtype=pl.UInt32).alias(PLACE)).lazy()
    triggers = [moment.bank.model.triggers[name] for name in wanted]
    whole = ROW in frame.columns and moment.spread.holds(frame)
    found = [_placed(_in_order(moment, frame, trigger, wanted[trigger.name]), places, whole=whole) for trigger in triggers]
    chosen: list[pl.LazyFrame] = []
    for trigger, known in zip(triggers, pl.collect_all(found), strict=True):
        scopes = wanted[trigger.name]
        if not known.height and not moment.bank.memory.followed:
            chosen.append(frame.lazy().select(_nothing(scopes)))
            continue
        single = bool(known.get_column(PLACE).is_unique().all())
        simple = {scope: columns for scope, columns in scopes.items() if single and not _on_journeys(moment, scope)}
        if simple:
            chosen.append(_only_hits(moment, trigger, known, simple, places))
        for scope, columns in scopes.items():
            if scope not in simple:
                chosen.append(_first_hits(moment, frame, trigger, known, scope, columns, places))
    return _beside(frame, together(chosen))


def _placed(found: pl.LazyFrame, places: pl.LazyFrame, *, whole: bool) -> pl.LazyFrame:
    """The hits, in their order, with the rows of their customers in a frame; in that of a whole batch they have them already."""
    if ROW not in found.collect_schema():
        return found.join(places, on=KEY, maintain_order="left")
    return found.rename({ROW: PLACE}) if whole else found.drop(ROW).join(places, on=KEY, maintain_order="left")


def _on_journeys(moment: Moment, scope: str) -> bool:
    """Whether customers are on journeys of the strategy, if it is one's scope."""
    _, strategy = trigger_of(moment.bank.model, scope)
    return strategy in moment.bank.memory.running


def _only_hits(moment: Moment, trigger: Trigger, known: pl.DataFrame, scopes: Wanted, places: pl.LazyFrame) -> pl.LazyFrame:
    """The columns of a trigger that nobody has two hits of: a strategy's are missing where it has spent the hit."""
    beside = places.select(PLACE).join(known.lazy().drop(KEY), on=PLACE, how="left", maintain_order="left")
    spent = _spent_places(moment, trigger, known)
    columns: list[pl.Expr] = []
    for scope, carried in scopes.items():
        _, strategy = trigger_of(moment.bank.model, scope)
        values = {ORDER: pl.col(ORDER), **_carried(known.columns, carried), AT: pl.col(AT)}
        if strategy is not None and strategy in spent:
            counts = ~pl.col(PLACE).is_in(spent[strategy].implode())
            values = {name: pl.when(counts).then(value) for name, value in values.items()}
        columns += [value.alias(f"{scope}.{name}") for name, value in values.items()]
    return beside.select(columns)


def _spent_places(moment: Moment, trigger: Trigger, known: pl.DataFrame) -> dict[str, pl.Series]:
    """By strategy, the rows of the customers whose hit it has spent."""
    memory = moment.bank.memory
    if moment.date != moment.bank.today:
        return {}
    parts = [
        part.select(KEY, HIT_TEXT, pl.lit(owner).alias("owner")) for (owner, name), part in memory.spent.items() if name == trigger.name
    ]
    if not parts:
        return {}
    both = pl.concat(parts).lazy().join(known.lazy().select(KEY, HIT_TEXT, PLACE), on=[KEY, HIT_TEXT]).select("owner", PLACE).collect()
    return {str(owner): part.get_column(PLACE) for (owner,), part in both.partition_by("owner", as_dict=True).items()}


def _first_hits(
    moment: Moment,
    frame: pl.DataFrame,
    trigger: Trigger,
    known: pl.DataFrame,
    scope: str,
    columns: Mapping[str, ir.Column],
    places: pl.LazyFrame,
) -> pl.LazyFrame:
    """The columns of one scope, of each customer's first hit that counts."""
    _, strategy = trigger_of(moment.bank.model, scope)
    rows = known.lazy()
    if strategy is not None:
        rows = own_hits(moment, frame, trigger, strategy, rows, only_time=not columns.keys() - {AT, ORDER})
    rows = _journeys_first(moment, rows, places, trigger)
    carried = _carried(rows.collect_schema().names(), columns)
    first = rows.select(PLACE, ORDER, **carried, **{AT: pl.col(AT)}).unique(PLACE, keep="first", maintain_order=True)
    named = first.rename({name: f"{scope}.{name}" for name in (AT, ORDER, *columns)})
    return places.select(PLACE).join(named, on=PLACE, how="left", maintain_order="left").drop(PLACE)


def _beside(frame: pl.DataFrame, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The frame with the columns of others in its order; of all that a trigger carries, time and order come with any first column."""
    known = set(frame.columns)
    return frame.hstack([column for part in parts for column in part.get_columns() if column.name not in known])


def _wanted(moment: Moment, nodes: Iterable[ir.Column]) -> dict[str, Wanted]:
    """By trigger, the columns of its hits among the nodes."""
    wanted: dict[str, dict[str, dict[str, ir.Column]]] = defaultdict(lambda: defaultdict(dict))
    for node in nodes:
        trigger, _ = trigger_of(moment.bank.model, node.scope) if node.scope.startswith(HIT) else (None, None)
        if trigger is not None:
            wanted[trigger.name][moment.bank.names.scope(node.scope)][node.name] = node
    return dict(wanted)


def _nothing(scopes: Wanted) -> list[pl.Expr]:
    """The columns of hits that nobody has."""
    dtypes = {
        f"{scope}.{name}": dtype
        for scope, columns in scopes.items()
        for name, dtype in {**{node.name: dtype_of(node.type) for node in columns.values()}, AT: DATETIME, ORDER: pl.Int64()}.items()
    }
    return [pl.repeat(None, pl.len(), dtype=dtype).alias(name) for name, dtype in dtypes.items()]


def _in_order(moment: Moment, frame: pl.DataFrame, trigger: Trigger, scopes: Wanted) -> pl.LazyFrame:
    """The trigger's hits as far as anybody reads them, those that count first: the latest past one (of days up to today), else the
    nearest to come; ties as `plan/ties.py` says."""
    model, found = moment.bank.model, hits(moment, frame, trigger)
    ties = hit_ties(trigger.source, model)
    read = {KEY, ROW, AT, *ties, *(name for columns in scopes.values() for name in columns)}
    needed = [name for name in found.collect_schema().names() if name in read]
    spent = any(name == trigger.name for _, name in moment.bank.memory.spent)
    told = [hit_text(moment, trigger)] if spent else []
    shown = found.select(*needed, *told, order_of(pl.col(AT), moment.date).alias(ORDER))
    return shown.sort(ORDER, *ties, nulls_last=True)


def _journeys_first(moment: Moment, rows: pl.LazyFrame, places: pl.LazyFrame, trigger: Trigger) -> pl.LazyFrame:
    """A strategy's hits in order, before others those that made the journeys that its customers are on."""
    if MADE not in rows.collect_schema():
        return rows
    made = pl.when(pl.col(AT) == pl.col(MADE)).then(-1).otherwise(order_of(pl.col(AT), moment.date)).alias(ORDER)
    placed = rows.drop(PLACE).join(places, on=KEY).with_columns(made)
    return placed.sort(ORDER, *hit_ties(trigger.source, moment.bank.model), nulls_last=True)


def _carried(there: Collection[str], columns: Mapping[str, ir.Column]) -> dict[str, pl.Expr]:
    """What hits carry besides their time; a column that they do not have is missing."""
    return {
        name: pl.col(name) if name in there else pl.lit(None, dtype=dtype_of(node.type))
        for name, node in sorted(columns.items())
        if name != AT
    }


def order_of(at: pl.Expr, today: dt.date) -> pl.Expr:
    """The place of a hit's time in the order of choice, as microseconds: the latest past first, then the nearest to come."""
    end_of_today = dt.datetime.combine(today + DAY, dt.time())
    distance = (at.cast(DATETIME) - pl.lit(end_of_today, dtype=DATETIME)).dt.total_microseconds()
    return pl.when(distance < 0).then(-distance).otherwise(distance + FUTURE)
