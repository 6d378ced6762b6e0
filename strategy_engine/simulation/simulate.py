"""Makes a bank in a project's folder and lets it live: day by day the data appear, the strategies run, and customers respond."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from strategy_engine.demo.kinship import family_links
from strategy_engine.demo.network import branches, managers
from strategy_engine.demo.people import EPOCH
from strategy_engine.session import Project
from strategy_engine.simulation import days
from strategy_engine.simulation.clearing import clear_away
from strategy_engine.simulation.course import Course
from strategy_engine.simulation.responses import Bearings, respond
from strategy_engine.simulation.settings import Settings, note
from strategy_engine.simulation.surroundings import calendar, market
from strategy_engine.simulation.tables import refuse_other_tables
from strategy_engine.simulation.truth import FOLDER as TRUTH
from strategy_engine.simulation.truth import Measured, measured, write_truth
from strategy_engine.simulation.world import World

Progress = Callable[[str, int, int], None]

_SNAPSHOTS_BEFORE = (1, 2, 7, 30)  # days before the first day
_EVENTS_BEFORE = 60
_COMPACTED = 15  # days, as an operator would


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a simulation came to: all its actions, how many of them were controls, and the measured truth by strategy."""

    actions: int
    controls: int
    strategies: Sequence[Measured]

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def make(folder: Path, settings: Settings, progress: Progress | None = None) -> None:
    """The data of a bank up to its first day, without any run: what a new project begins with."""
    life = _Life(folder, settings)
    with life.noted():
        life.begin(progress or _silent)


def simulate(project: Project, settings: Settings, progress: Progress | None = None, *, replace: bool = False) -> Simulated:
    """Let the project's strategies run for `settings.days` days over a bank that responds to them.

    Writes `data/`, the ledger, the lists and `truth/`. A bank that was made here before and in which nothing was run is replaced; anything
    else only with `replace`. Raises SimulationError: data that are not a simulation's, tables that it does not make; StrategyError: what
    a run would raise.
    """
    refuse_other_tables(project.model.project)
    clear_away(project, replace=replace)
    tell, life = progress or _silent, _Life(project.folder, settings)
    bearings = Bearings.of(life.world, project.model, settings.seed)
    with life.noted(), pl.Config(engine_affinity="in-memory"):  # a quarter quicker than streaming for thousands of small queries
        life.begin(tell)
        every = pl.concat(_days(project, life, bearings, tell))
    write_truth(project.folder / TRUTH, every, bearings.effects, settings.told())
    controls = every.filter(pl.col("arm") == "control").height
    return Simulated(every.height, controls, measured(every, bearings.effects))


def _days(project: Project, life: _Life, bearings: Bearings, tell: Progress) -> Iterator[pl.DataFrame]:
    """Day after day: it passes, the strategies run, customers respond. Gives what became of each day's actions."""
    every = range(life.world.first, life.world.last + 1)
    with ThreadPoolExecutor(1) as beside:
        written: Future[None] = beside.submit(lambda: None)
        for number, day in enumerate(every):
            date = EPOCH + dt.timedelta(days=day)
            tell("days", number, len(every))
            life.write()
            rows = _run(project, life, bearings, day, beside)
            written.result()  # of the day before; nobody reads it meanwhile
            written = beside.submit(days.write, rows, project.folder / TRUTH / f"date={date}" / "actions.parquet")
            if (number + 1) % _COMPACTED == 0:
                project.compact()
            yield rows
        written.result()
    tell("days", len(every), len(every))


def _run(project: Project, life: _Life, bearings: Bearings, day: int, beside: Executor) -> pl.DataFrame:
    """What becomes of a day's actions. While the run records them, customers respond and the next day passes; its tables are written when
    the run is over, as it reads those that they replace."""
    waiting: list[Future[pl.DataFrame]] = []

    def goes_on(actions: pl.DataFrame) -> pl.DataFrame:
        rows = respond(actions, bearings, life.course, day)
        if day < life.world.last:
            life.live(day + 1)
        return rows

    project.run(EPOCH + dt.timedelta(days=day), deliver=False, listed=lambda actions: waiting.append(beside.submit(goes_on, actions)))
    return waiting.pop().result()


def _silent(_title: str, _done: int, _total: int) -> None:
    pass


class _Life:
    """The world, what has become of its customers, and the folder where it is written down."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.data = folder / "data"
        self.settings = settings
        self.world = World.of(settings.customers, settings.seed, settings.until, settings.days)
        people = self.world.everyone()
        self.course = Course(people, _first_logins(self.world))
        self.ids = people.select("row", "customer_id")
        # what was made and is not written yet, by the file where it belongs
        self.happened: dict[Path, list[pl.DataFrame]] = defaultdict(list)
        self.standing: dict[Path, pl.DataFrame] = {}

    @contextmanager
    def noted(self) -> Iterator[None]:
        """What is written meanwhile is noted as made here, also where it is cut short."""
        self.data.mkdir(parents=True)
        try:
            yield
        finally:
            note(self.settings, self.data)

    def begin(self, progress: Progress) -> None:
        """What lies before the first day, and that day."""
        self._surroundings()
        first = self.world.first
        before = range(first - _EVENTS_BEFORE, first + 1)
        for number, day in enumerate(before):
            progress("the time before", number, len(before))
            self.live(day, snapshot=day == first or first - day in _SNAPSHOTS_BEFORE)
            # nobody reads these days before they are over, so that a month's file is written once and not thirty times
            if day == first or (EPOCH + dt.timedelta(days=day + 1)).day == 1:
                self.write()

    def live(self, day: int, *, snapshot: bool = True) -> None:
        """A day passes: what was promised for it happens, and its tables are made."""
        world, course, date = self.world, self.course, EPOCH + dt.timedelta(days=day)
        course.begin(day)
        events = days.happened(world, course, day)
        course.logged_in(events.filter(pl.col("type") == "login").get_column("row"), day)
        happened = {
            "txn": days.transactions(events, world, self.ids, day),
            "service": days.served(world, course, self.ids, day),
            "survey": days.surveyed(world, course, self.ids, day),
            "referral": days.referred(world, course, self.ids, day),
            "feedback": days.fed_back(world, course, day),
        }
        for name, rows in happened.items():
            self.happened[self.data / name / f"{date:%Y-%m}.parquet"].append(rows)
        if snapshot:
            standing = days.standing(world, course, day)
            snapshots = {
                "customer": days.published(standing, world, day),
                "holding": days.held(standing, world, day),
                "coupon": days.coupons(world, course, self.ids, day),
            }
            self.standing |= {self.data / name / f"date={date}" / "part-00000.parquet": rows for name, rows in snapshots.items()}

    def write(self) -> None:
        """Write down what was made since the last time."""
        for path, happened in self.happened.items():
            days.append(happened, path)
        for path, rows in self.standing.items():
            days.write(rows, path)
        self.happened.clear()
        self.standing.clear()

    def _surroundings(self) -> None:
        world = self.world
        branches(world.bank.network, world.dice).write_csv(self.data / "branches.csv")
        managers(world.bank.network, world.dice).write_csv(self.data / "managers.csv")
        days.write(market(world), self.data / "market.parquet")
        days.write(calendar(), self.data / "calendar.parquet")
        days.write(family_links(self.course.people), self.data / "family" / "part-00000.parquet")
        invited = self.course.people.filter((pl.col("wealth") > 15.0) & ~pl.col("is_former") & world.dice.chance("invited", 0.4))
        invited.select("customer_id").write_csv(self.data / "vip_list.csv")


def _first_logins(world: World) -> pl.Expr:
    """When each customer logged in last before the history begins; missing for those without the app."""
    awake = 1 + world.dice.below("idle before", 30)
    asleep = pl.col("idle_days") - (world.last - world.first)
    since = pl.when("is_dormant").then(asleep.clip(1)).otherwise(awake)
    return pl.when("has_app").then(world.first - _EVENTS_BEFORE - 1 - since)
