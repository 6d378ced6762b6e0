"""Recall: the past as far as the day counts with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise

import polars as pl

from strategy_engine.engine.day.claims import TEXT, all_bounds
from strategy_engine.engine.day.hits import days_of
from strategy_engine.engine.day.joins import together
from strategy_engine.engine.day.journeys import DUE, endings, running
from strategy_engine.engine.day.memory import HIT_TEXT, Memory, OwnHits, Past
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.outcomes import FAILED, OUTCOME, TOLD_AT, outcomes, told_of_customers
from strategy_engine.engine.day.pauses import paused
from strategy_engine.engine.day.windows import DAY, first_day
from strategy_engine.plan.bounds import Bound
from strategy_engine.plan.day import DayPlan
from strategy_engine.plan.journeys import Plans, horizon
from strategy_engine.plan.serial import from_json
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.record import record
from strategy_engine.semantics.model import Model, StateHits, Trigger

MARGIN = 31 * DAY
"""Further days for which spent hits are looked up, so that a window that was edited still finds what its older form spent."""


def journey_plans(model: Model, past: Past) -> Plans:
    """The plans of earlier versions of the strategies, as the ledger holds them."""
    if "plans" not in past:
        return {}
    rows = past["plans"].select("strategy", "version", "plan").unique(["strategy", "version"]).sort("strategy", "version").collect()
    return {(strategy, version): from_json(plan) for strategy, version, plan in rows.iter_rows() if strategy in model.strategies}


def first_run(past: Past) -> dt.date | None:
    """The first day that left anything; None where none did."""
    known = [past[name].select(pl.col("run_date").min()).collect().item() for name in ("runs", "plans", "members") if name in past]
    return min((day for day in known if day is not None), default=None)


def recall(moment: Moment, plan: DayPlan, past: Past, feedback: pl.LazyFrame | None) -> Memory:
    """What the run of the day counts with. `feedback` is the project's table of it, where that is read."""
    recalling = _Recall(moment, plan, past, feedback)
    return recalling.memory() if "actions" in past else Memory(paused=recalling.paused())


@record
class _Recall:
    moment: Moment
    plan: DayPlan
    past: Past
    feedback: pl.LazyFrame | None

    def memory(self) -> Memory:
        failed = self._failed()
        with ThreadPoolExecutor(1) as beside:  # what limits count lies in another table than what journeys are made of
            used = beside.submit(self._used, failed)
            journeys = self._journeys()
            due = journeys.filter(pl.col(DUE) <= self.plan.date)
            return Memory(
                spent=self._spent(),
                failed=failed,
                running={str(name): rows for (name,), rows in journeys.partition_by("strategy", as_dict=True).items()},
                due=due,
                followed=self._followed(due),
                paused=self.paused(),
                actions=self._actions(),
                members=self.past.get("members"),
                since=first_run(self.past),
                used=used.result(),
            )

    def _table(self, name: str, since: dt.date = dt.date.min) -> pl.LazyFrame:
        rows = self.past[name]
        return rows if since == dt.date.min else rows.filter(pl.col("run_date") >= since)

    def _within(self, name: str, column: str, since: Mapping[str, dt.date]) -> pl.LazyFrame:
        """The rows of a table of each text's own days, the texts being those of a column.

        Piece by piece, of the days on which the same texts count: a text is looked up quicker than its first day, and days that none
        counts are not read.
        """
        parts = []
        for first, end in pairwise([*sorted(set(since.values())), None]):
            rows = self._table(name, first or dt.date.min)
            counted = sorted(text for text, day in since.items() if first is not None and day <= first)
            parts.append((rows if end is None else rows.filter(pl.col("run_date") < end)).filter(pl.col(column).is_in(counted)))
        return pl.concat(parts)

    def _outcomes(self, among: Iterable[str] | None = None, actions: pl.LazyFrame | None = None) -> pl.LazyFrame | None:
        """The outcomes (those of some words) of actions; None where no feedback is read."""
        if self.feedback is None:
            return None
        actions = self._table("actions") if actions is None else actions
        found = outcomes(self.plan.model.project, actions, self.feedback, self.plan.date)
        return found if among is None else found.filter(pl.col(OUTCOME).is_in(sorted(among)))

    @cached_property
    def _told(self) -> pl.DataFrame | None:
        """Those outcomes that a rule of the day asks for, read once. What ends journeys is asked of theirs alone: conversions are many."""
        pauses = [gate.pause for gate in self.plan.pauses]
        counted = {bound.limit.counted for bound in all_bounds(self.plan) if bound.outcome}
        everywhere = {FAILED, *counted, *(pause.outcome for pause in pauses)}
        ending = set(endings(self.plan.later)) - everywhere
        if not self._apart:
            everywhere |= ending
        told = [self._outcomes(everywhere)]
        if self._apart and ending:
            told.append(self._outcomes(ending, self._of_journeys()))
        kinds = {group.kind: None for pause in pauses for group in pause.per}
        columns = dict.fromkeys(("action_id", "customer_id", "strategy", "journey", OUTCOME, TOLD_AT, *kinds))
        parts = [part.select(*columns) for part in told if part is not None]
        return pl.concat(parts).collect() if parts else None

    @property
    def _apart(self) -> bool:
        """Whether feedback is about an action of one strategy, whatever others list to the customer."""
        declared = self.plan.model.project.feedback
        return declared is not None and bool({"action_id", "strategy"} & set(declared.match))

    # -------------------------------------------------------------------------------------------- limits

    def _used(self, failed: pl.LazyFrame | None) -> dict[Bound, pl.DataFrame]:
        """What earlier days took of each limit within its window, actions that failed left out."""
        context = self.moment.context
        windows = {bound: first_day(bound.limit.window, context) for bound in all_bounds(self.plan) if not bound.keep}
        if "claims" not in self.past:
            return {}
        told = {bound: self._told_of(bound, day) for bound, day in windows.items() if bound.outcome and self.feedback is not None}
        since = {bound: day for bound, day in windows.items() if day < self.plan.date and not bound.outcome}
        return told | self._taken(since, failed) if since else told

    def _taken(self, since: dict[Bound, dt.date], failed: pl.LazyFrame | None) -> dict[Bound, pl.DataFrame]:
        """The weights of the claims; of each limit those of its window, as years hold many more than weeks."""
        first: dict[str, dt.date] = {}
        for bound, day in since.items():
            first[bound.key] = min(day, first.get(bound.key, day))
        claims = self._within("claims", "limit", first)
        if failed is not None:
            claims = claims.join(failed, on="action_id", how="anti")
        rows = claims.select("run_date", "limit", pl.col("group").alias(TEXT), "weight").collect()
        # to sum a limit's groups by their texts alone is several times as quick as those of all limits together
        by_limit = rows.partition_by("limit", as_dict=True, include_key=False)
        windows = dict.fromkeys((bound.key, day) for bound, day in since.items() if (bound.key,) in by_limit)
        sums = together(_sums(by_limit[(key,)].lazy().filter(pl.col("run_date") >= day)) for key, day in windows)
        used = dict(zip(windows, sums, strict=True))
        return {bound: used[bound.key, day] for bound, day in since.items() if (bound.key, day) in used}

    def _failed(self) -> pl.LazyFrame | None:
        """The actions by which nobody was reached."""
        return None if self._told is None else self._told.lazy().filter(pl.col(OUTCOME) == FAILED).select("action_id").unique()

    def _told_of(self, bound: Bound, since: dt.date) -> pl.DataFrame:
        """How often the outcome was told, within the window, of actions that the limit counts."""
        assert self._told is not None  # noqa: S101 - the caller has looked
        mine = self._told.lazy().filter(pl.col(OUTCOME) == bound.limit.counted, pl.col(TOLD_AT).cast(pl.Date) >= since)
        claims = self._table("claims").filter(pl.col("limit") == bound.key).select("action_id", "group")
        counted = mine.select("action_id", TOLD_AT).unique().join(claims, on="action_id")
        return counted.group_by(pl.col("group").alias(TEXT)).agg(pl.len().cast(pl.Int64).alias("used")).collect()

    # -------------------------------------------------------------------------------------------- what was told

    def paused(self) -> dict[int, pl.DataFrame]:
        """Whom each pause of the plan holds."""
        found = {}
        project, today = self.plan.model.project, self.plan.date
        for number, gate in enumerate(self.plan.pauses):
            told = None
            if gate.pause.per:
                told = self._told.lazy() if "actions" in self.past and self._told is not None else None
            elif self.feedback is not None:
                told = told_of_customers(project, self.feedback, today)
            if told is not None:
                found[number] = paused(gate.pause, told, self.moment.context)
        return found

    def _actions(self) -> pl.LazyFrame:
        """What was listed to customers, as rows of `actions` in the language."""
        listed = self._table("actions").filter(pl.col("arm") != CONTROL)
        at = pl.col("run_date").cast(pl.Datetime("us")).alias("at")
        rows = listed.with_columns(pl.col("customer_id").alias(KEY), at)
        told, words = self._outcomes(), self._outcome_words()
        if told is None:
            return rows.with_columns(pl.lit(False).alias(word) for word in words)
        became = told.group_by("action_id").agg((pl.col(OUTCOME) == word).any().alias(word) for word in words)
        return rows.join(became, on="action_id", how="left").with_columns(pl.col(words).fill_null(False))

    def _outcome_words(self) -> list[str]:
        feedback = self.plan.model.project.feedback
        if feedback is None:
            return []
        words = self.plan.model.project.data[feedback.from_].columns[feedback.outcome].values or {}
        taken = self.past["actions"].collect_schema().names()
        return [word for word in words if word not in taken]

    # -------------------------------------------------------------------------------------------- journeys

    def _journeys(self) -> pl.DataFrame:
        return running(self.plan.later, self._of_journeys(), self._told if self.plan.later else None, self.moment.context)

    def _of_journeys(self) -> pl.LazyFrame:
        """The actions of strategies with later steps, as far back as a journey can go."""
        names = sorted({later.plan.name for later in self.plan.later})
        plans = journey_plans(self.plan.model, self.past).values()
        longest = max([0, *map(horizon, plans), *(horizon(each.strategy.plan) for each in self.plan.strategies)])
        return self._table("actions", self.plan.date - longest * DAY).filter(pl.col("strategy").is_in(names))

    # -------------------------------------------------------------------------------------------- hits

    def _spent(self) -> OwnHits:
        """The hits that cannot fire again; those of windows long past cannot come again anyway."""
        if "spent" not in self.past:
            return {}
        since = {trigger.name: self._spent_since(trigger) for trigger in self._triggers()}
        if not since:
            return {}
        running = {one.name for one in self.plan.strategies}
        found = _by_owner(self._within("spent", "trigger", since))
        return {(strategy, trigger): rows for (strategy, trigger), rows in found.items() if strategy in running}

    def _triggers(self) -> Iterable[Trigger]:
        names = dict.fromkeys(name for one in self.plan.strategies for name in one.strategy.triggers)
        found = (self.plan.model.triggers[name] for name in names)
        return (trigger for trigger in found if not isinstance(trigger.source, StateHits))

    def _spent_since(self, trigger: Trigger) -> dt.date:
        """The first day on which a hit of the window may have been spent."""
        days = days_of(trigger.window, self.moment)
        if days.first is None or days.last is None:
            return dt.date.min
        ahead = max(days.last - self.plan.date, 0 * DAY)
        return min(days.first, self.plan.date) - ahead - MARGIN

    def _followed(self, due: pl.DataFrame) -> OwnHits:
        """The hits that made the journeys that are due; a state's is the day on which it held."""
        whose = (pl.col(KEY).alias("customer_id"), "strategy", "trigger", "journey")
        made = due.lazy().select(*whose, pl.col("trigger_time").alias("time")).unique()
        states = [name for name, trigger in self.plan.model.triggers.items() if isinstance(trigger.source, StateHits)]
        of_states = made.filter(pl.col("trigger").is_in(states)).with_columns(pl.lit(None, dtype=pl.String).alias("hit"))
        parts = [of_states.select("customer_id", "strategy", "trigger", "hit", "time")]
        if due.height and "spent" in self.past:
            days = due.get_column("journey").unique().sort()
            spent = self._table("spent", days[0]).filter(pl.col("run_date").is_in(days.implode()))
            began = made.drop("trigger").rename({"journey": "run_date"})
            hits = spent.join(began, on=["customer_id", "strategy", "run_date"])
            parts.append(hits.select("customer_id", "strategy", "trigger", "hit", "time"))
        return _by_owner(pl.concat(parts))


def _sums(claims: pl.LazyFrame) -> pl.LazyFrame:
    """What each group has taken."""
    return claims.group_by(TEXT).agg(pl.col("weight").sum().alias("used"))


def _by_owner(hits: pl.LazyFrame) -> dict[tuple[str, str], pl.DataFrame]:
    """Hits by strategy and trigger."""
    named = hits.select(pl.exclude("run_date")).rename({"customer_id": KEY, "hit": HIT_TEXT})
    rows = named.collect()
    kept = [name for name in (KEY, HIT_TEXT, "time") if name in rows.columns]
    parts = rows.partition_by("strategy", "trigger", as_dict=True)
    return {(str(strategy), str(trigger)): part.select(kept) for (strategy, trigger), part in parts.items()}
