"""What earlier days have to do with a customer's day: the contacts that block one, and until when; journeys; pauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from strategy_engine.engine.day.claims import all_bounds
from strategy_engine.engine.day.hits import AT, hit_text, hits
from strategy_engine.engine.day.journeys import DUE, LATER
from strategy_engine.engine.day.memory import Past
from strategy_engine.engine.day.names import KEY
from strategy_engine.engine.day.observe import Moment
from strategy_engine.engine.day.pauses import UNTIL
from strategy_engine.engine.day.windows import DAY, first_day
from strategy_engine.plan.bounds import FIRST_STEP, Bound
from strategy_engine.plan.day import DayPlan, hit_time
from strategy_engine.plan.journeys import TRIED
from strategy_engine.plan.vocabulary import CONTROL
from strategy_engine.record import record
from strategy_engine.semantics.model import Trigger

SHOWN = 3
"""So many of the earlier actions are named."""
LOOK_AHEAD = 400


@record
class Remembering:
    """The past of one customer, as the run of the day counted with it."""

    plan: DayPlan
    moment: Moment
    past: Past
    customer: str

    # -------------------------------------------------------------------------------------------- limits

    def blocked(self, decision: Mapping[str, Any]) -> Iterator[str]:
        """Which earlier actions took the room that the candidate lacked, and when there is room again."""
        bound = next((one for one in all_bounds(self.plan) if one.text == decision["limit"]), None)
        if bound is None or decision["limit_group"] is None or "claims" not in self.past:
            return
        taken = self._taken(bound, decision["limit_group"])
        if not taken.height:
            return
        rows = taken.sort("run_date", "action_id", descending=[True, False])
        named = [f"{one['strategy']} on {one['channel']} of {one['run_date']}" for one in rows.head(SHOWN).iter_rows(named=True)]
        more = f" and {rows.height - SHOWN} more" if rows.height > SHOWN else ""
        yield f"earlier contacts that count: {', '.join(named)}{more}"
        free = self._free(bound, taken, decision)
        if free is not None:
            yield f"there is room again on {free}"

    def _taken(self, bound: Bound, group: str) -> pl.DataFrame:
        """The actions within the window that took of the group's room."""
        since = first_day(bound.limit.window, self.moment.context)
        mine = (pl.col("limit") == bound.key) & (pl.col("group") == group) & (pl.col("run_date") >= since)
        known = self.past["actions"].select("action_id", "strategy", "channel")
        claims = self.past["claims"].filter(mine).select("run_date", "action_id", "weight").join(known, on="action_id")
        failed = self.moment.bank.memory.failed
        return (claims if failed is None else claims.join(failed, on="action_id", how="anti")).collect()

    def _free(self, bound: Bound, taken: pl.DataFrame, decision: Mapping[str, Any]) -> dt.date | None:
        """The first day on which one more contact or piece would fit, if nothing else came; None where that cannot be told."""
        if bound.limit.window is None or bound.limit.counted == "cost" or bound.outcome:
            return None
        by_day = {self.plan.date: (decision["used"] or 0) - int(taken["weight"].sum())}
        for day, weight in taken.select("run_date", "weight").iter_rows():
            by_day[day] = by_day.get(day, 0) + weight
        for ahead in range(1, LOOK_AHEAD):
            day = self.plan.date + ahead * DAY
            first = first_day(bound.limit.window, replace(self.moment.context, today=day))
            if sum(weight for when, weight in by_day.items() if when >= first) < (decision["room"] or 0):
                return day
        return None

    # -------------------------------------------------------------------------------------------- hits

    def spent(self, strategy: str, trigger: Trigger) -> str | None:
        """By which action the latest hit within the trigger's window was spent, in words; None where none was."""
        known = self.moment.bank.memory.spent.get((strategy, trigger.name))
        if known is None or "spent" not in self.past or not known.filter(pl.col(KEY) == self.customer).height:
            return None
        inputs = self.moment.bank.dependencies.direct(hit_time(trigger.name, strategy))
        alone = self.moment.among(pl.DataFrame({KEY: [self.customer]}), inputs)
        seen = hits(self.moment, self.moment.extend(alone, inputs), trigger).with_columns(hit_text(self.moment, trigger).alias("hit"))
        mine = pl.col("customer_id") == self.customer
        whose = (pl.col("strategy") == strategy) & mine
        fired = self.past["spent"].filter(whose, pl.col("trigger") == trigger.name).join(seen.select("hit", AT), on="hit")
        began = self.past["actions"].filter(whose, pl.col("step") == FIRST_STEP).select("run_date", "channel", "arm")
        rows = fired.join(began, on="run_date").sort(AT).last().collect().to_dicts()
        if not rows:
            return None
        (row,) = rows
        by = f"the control group, for {row['channel']}," if row["arm"] == CONTROL else f"the action on {row['channel']}"
        return f"its hit of {row[AT]:%Y-%m-%d %H:%M} was spent by {by} of {row['run_date']}"

    # -------------------------------------------------------------------------------------------- journeys and pauses

    def journey(self, strategy: str) -> str | None:
        """The journey on which the customer is, in a sentence."""
        running = self.moment.bank.memory.running.get(strategy)
        rows = running.filter(pl.col(KEY) == self.customer).sort(DUE).to_dicts() if running is not None else []
        if not rows:
            return None
        first = rows[0]
        step, until = self.plan.later[first[LATER]].step, first[DUE] + (TRIED - 1) * DAY
        return f"on the journey that began on {first['journey']}: step {step} is due on {first[DUE]} and tried until {until}"

    def pauses(self, strategy: str) -> Iterator[str]:
        """The pauses that hold for the customer, in the strategy or at all."""
        for number, held in sorted(self.moment.bank.memory.paused.items()):
            gate = self.plan.pauses[number]
            per = [group.kind for group in gate.pause.per]
            for row in held.filter(pl.col(KEY) == self.customer).iter_rows(named=True):
                if "strategy" not in per or row["strategy"] == strategy:
                    kinds = ", ".join(str(row[name]) for name in per if name != "strategy")
                    yield f"{gate.reason}{f' ({kinds})' if kinds else ''}: until {row[UNTIL]}"
