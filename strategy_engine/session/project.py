"""A project: what can be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from dataclasses import replace as replaced
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Severity, has_errors
from strategy_engine.record import record
from strategy_engine.refusals import StrategyError, refusals_told
from strategy_engine.source.discovery import project_folder
from strategy_engine.source.file import SourceFile, Span

if TYPE_CHECKING:
    import polars as pl

    from strategy_engine.analysis.verdict import Verdict
    from strategy_engine.analysis.windows import WorstCase
    from strategy_engine.delivery.deliver import Outcome
    from strategy_engine.engine.data.remembered import Checked
    from strategy_engine.engine.day.run import DayResult, Listed
    from strategy_engine.engine.explain import Explanation
    from strategy_engine.engine.explain.everyone import WhyNot
    from strategy_engine.engine.explain.reach import Reach
    from strategy_engine.engine.trial import Coverage, Tested
    from strategy_engine.ledger.forget import Forgetting
    from strategy_engine.ledger.ledger import Ledger
    from strategy_engine.proofs.remembered import Remembered
    from strategy_engine.semantics.load import Loaded
    from strategy_engine.semantics.model import Model
    from strategy_engine.semantics.trials import Trial
    from strategy_engine.session.comparing import Compared
    from strategy_engine.session.compiled import Compiled
    from strategy_engine.session.forecasting import Forecast
    from strategy_engine.session.reviewing import Review, Taken

Progress = Callable[[str, int, int], None]
"""Called with the stage at work, how many customers it has done, and how many there are."""


@record
class Project:
    """A project on disk, read and checked.

    kept: as it was loaded before, and has not changed since.      lasting: whether it is kept for the next time.
    """

    folder: Path
    kept: Compiled | None = field(default=None, repr=False)
    lasting: bool = True

    @classmethod
    def open(cls, folder: str | Path = ".", *, lasting: bool = True) -> Project:
        """Read the project in the folder (or that of the file). What is wrong with it is told by `check`."""
        from strategy_engine.session.compiled import recall

        root = project_folder(Path(folder))
        return cls(root, recall(root), lasting)

    @cached_property
    def loaded(self) -> Loaded:
        """All that was read: files, trees, model."""
        from strategy_engine.session.trees import loaded

        return loaded(self.folder, last=self.lasting)

    @property
    def sources(self) -> Mapping[str, SourceFile]:
        """The files read, by the path that spans name."""
        return self.loaded.sources if self.kept is None else self.kept.sources

    @cached_property
    def _doubts(self) -> list[Diagnostic]:
        from strategy_engine.analysis.findings import doubts

        return doubts(self.loaded)

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong or doubtful, as `check` has it, but for what takes a proof."""
        if self.kept is not None:
            return self.kept.diagnostics
        from strategy_engine.session.judging import without_proofs

        return without_proofs(self.loaded, self._doubts)

    def check(self, remembered: Remembered | None = None) -> list[Diagnostic]:
        """Everything that is wrong or doubtful, by file and place: as seriously as the project takes it, without what comments allow.
        What is `remembered` is not proved again; what is proved is added to it."""
        from strategy_engine.session.judging import with_proofs

        return with_proofs(self.loaded, self._doubts, remembered)

    def worst_cases(self) -> list[WorstCase]:
        """What each limit with a window permits at worst; none where the strategies have errors."""
        from strategy_engine.analysis.windows import worst_cases

        return [] if self.loaded.model is None or has_errors(self.diagnostics) else worst_cases(self.loaded.model)

    def verdict(self, remembered: Remembered | None = None) -> Verdict:
        """All that a check has to tell."""
        from strategy_engine.analysis.verdict import verdict

        return verdict(self.loaded, self.check(remembered), self.worst_cases())

    @cached_property
    def model(self) -> Model:
        """The typed model, with the versions of strategies. Raises StrategyError where the strategies have errors."""
        if self.kept is not None:
            return self.kept.model
        if self.loaded.model is None or has_errors(self.diagnostics):
            raise StrategyError([each for each in self.diagnostics if each.severity is Severity.ERROR], 1)
        from strategy_engine.semantics.versions import versioned
        from strategy_engine.session.compiled import keep

        return keep(self.loaded, versioned(self.loaded.model), self.diagnostics, last=self.lasting)

    # -------------------------------------------------------------------------------------------- running

    def latest_date(self) -> dt.date:
        """The latest date that has a snapshot. Raises StrategyError where there is none."""
        from strategy_engine.session.dates import latest

        return latest(self)

    def _date(self, date: str | dt.date | None) -> dt.date:
        if date is None:
            return self.latest_date()
        return date if isinstance(date, dt.date) else dt.date.fromisoformat(date)

    def compute(self, date: str | dt.date | None = None, *, progress: Progress | None = None, batch_size: int | None = None) -> DayResult:
        """The day's actions, written nowhere. Raises StrategyError: strategies with errors (1), data that breaks its contract (3)."""
        day = self._date(date)
        with refusals_told():
            notes = self.ledger.settle()
            return _with_notes(self._compute(day, progress, batch_size), notes)

    def compare(self, version: str, date: str | dt.date | None = None, *, progress: Progress | None = None) -> Compared:
        """What the project does to whom that another version (a folder, or a revision) does not; written nowhere. Raises StrategyError
        as `compute` does, and where there is no such version (2) or it cannot be run."""
        from strategy_engine.session.comparing import compare_with

        with refusals_told():
            self.ledger.settle()
            return compare_with(self, version, self._date(date), self._checked, progress=progress)

    def forecast(self, days: int, date: str | dt.date | None = None, *, progress: Progress | None = None) -> Forecast:
        """What so many days in a row would list, each with what those before it listed; written nowhere. Without a date they go on from
        the last that was run. Raises StrategyError as `compute` does."""
        from strategy_engine.session.forecasting import first_day, forecast

        with refusals_told():
            self.ledger.settle()
            return forecast(self, days, first_day(self) if date is None else self._date(date), self._checked, progress=progress)

    def run(
        self,
        date: str | dt.date | None = None,
        *,
        out: str | Path | None = None,
        format: str = "parquet",  # noqa: A002 - the name of the command's option
        replace: bool = False,
        progress: Progress | None = None,
        batch_size: int | None = None,
        deliver: bool = True,
        served: Callable[[Outcome], None] | None = None,
        listed: Listed | None = None,
    ) -> DayResult:
        """The day's actions, written to the ledger and to the output folder (the project's, or `out`): to both or to neither.

        A date that was run before comes out the same, or is refused unless `replace`. Unless `deliver` is false, sinks that do not hold the
        lists yet are served, of which `served` is told; `listed` is told the actions before they are recorded. What the ledger has to tell,
        and sinks that failed, are among the diagnostics. Raises StrategyError as `compute` does, and where the ledger refuses (1), cannot
        be written (3) or is held by another run (4).
        """
        from strategy_engine.session.running import recorded

        day = self._date(date)
        with refusals_told(), self.ledger.lock():
            notes = self.ledger.recover()
            result = self._compute(day, progress, batch_size, listed)
            result, told = recorded(self, day, result, self.lists(day, out), format, replace=replace)
            notes += told
            if deliver and self.model.project.sinks:
                outcome = self._deliver(day, out, (), progress, again=False)
                notes += outcome.diagnostics
                if served is not None:
                    served(outcome)
        return _with_notes(result, notes)

    def deliver(
        self,
        date: str | dt.date | None = None,
        *sinks: str,
        out: str | Path | None = None,
        progress: Progress | None = None,
    ) -> Outcome:
        """Deliver the lists of a date that was run (without one, of the latest) to the sinks, or to all. Doing it again changes nothing.

        Sinks that failed are among the outcome's diagnostics. Raises StrategyError, having delivered nothing, where there is no such
        sink or the date was not run (2), its lists are not those that the run has written (3), or another run holds the ledger (4).
        """
        with refusals_told(), self.ledger.lock():
            notes = self.ledger.recover()
            outcome = self._deliver(None if date is None else self._date(date), out, sinks, progress, again=True)
        return replaced(outcome, diagnostics=(*notes, *outcome.diagnostics))

    def _deliver(
        self, day: dt.date | None, out: str | Path | None, names: tuple[str, ...], progress: Progress | None, *, again: bool
    ) -> Outcome:
        from strategy_engine.delivery.deliver import deliver, latest, wanted

        sinks = wanted(self.model, names)
        day = day or latest(self.ledger)
        return deliver(self.model, self.folder, self.ledger, day, self.lists(day, out), sinks, again=again, progress=progress)

    def undelivered(self) -> dict[str, list[dt.date]]:
        """The dates that were run and that a sink does not hold as they are now, by sink."""
        from strategy_engine.delivery.deliver import undelivered

        return undelivered(self.model, self.ledger)

    def days(self, first: str | dt.date, last: str | dt.date) -> list[dt.date]:
        """The dates to run from the first to the last: those that have a snapshot, or all where snapshots are not dated."""
        from strategy_engine.session.dates import between

        return between(self, self._date(first), self._date(last))

    def _compute(self, day: dt.date, progress: Progress | None, batch_size: int | None, listed: Listed | None = None) -> DayResult:
        from strategy_engine.session.running import computed

        return computed(self, day, self._checked, progress=progress, batch_size=batch_size, listed=listed)

    @cached_property
    def _checked(self) -> Checked:
        """What one day's run has checked of the tables, for those that follow."""
        from strategy_engine.engine.data.remembered import Checked

        return Checked()

    def model_on(self, day: dt.date) -> Model:
        """The model with the strategies that a review has paused by the day."""
        from strategy_engine.ledger.holds import held

        return replaced(self.model, held=held(self.ledger, day))

    # ----------------------------------------------------------------------------------------- the ledger

    @cached_property
    def ledger(self) -> Ledger:
        """What was promised to whom. Raises StrategyError where it lies in an object store."""
        from strategy_engine.ledger.findings import RemoteLedger
        from strategy_engine.ledger.ledger import Ledger

        address = self.model.project.ledger
        if "://" in address:
            raise StrategyError([RemoteLedger(None, address)], RemoteLedger.exit_code)
        return Ledger(self.folder / address)

    def verify(self, out: str | Path | None = None) -> list[Diagnostic]:
        """Whether the ledger agrees with itself and with the lists on disk."""
        from strategy_engine.ledger.verify import verify
        from strategy_engine.session.dates import snapshots

        with refusals_told():
            notes = self.ledger.settle()
            return notes + verify(self.ledger, lambda day: self.lists(day, out), snapshots(self))

    def review(
        self,
        first: str | dt.date | None = None,
        last: str | dt.date | None = None,
        *,
        as_of: str | dt.date | None = None,
        pause: bool = True,
        progress: Progress | None = None,
    ) -> Review:
        """What the listings of a period brought (without dates, of all time), by what is known up to `as_of` (the latest day known).

        Unless `pause` is false or the period has an end, strategies that missed a target with `else pause` are paused. Raises StrategyError
        where nothing was listed (2), a table cannot be read (3) or the statistics' packages are absent (3).
        """
        from strategy_engine.session.reviewing import review

        with refusals_told():
            return review(self, *(None if day is None else self._date(day) for day in (first, last, as_of)), pause=pause, progress=progress)

    def paused(self) -> dict[str, str]:
        """The strategies that a review has paused, and why."""
        from strategy_engine.ledger.holds import held

        return held(self.ledger)

    def resume(self, strategy: str) -> dt.date:
        """Let a strategy go on that a review has paused, from the day after the one given back. Raises StrategyError where it is not."""
        from strategy_engine.session.reviewing import resume

        with refusals_told():
            return resume(self, strategy)

    def take_in(self, file: str | Path, source: str | None = None) -> Taken:
        """Take in what another system has listed, in the place of what the source (the file's name) gave before, so that it is reviewed.
        Raises StrategyError, having changed nothing, for a file that cannot be read or does not tell it (3)."""
        from strategy_engine.session.reviewing import take_in

        with refusals_told():
            return take_in(self, Path(file), source)

    def settle(self) -> list[Diagnostic]:
        """Finish what a run that was cut off has decided, as whatever reads the ledger does; what was told of it."""
        with refusals_told():
            return self.ledger.settle()

    def history(self, customer: str) -> pl.DataFrame:
        """What was listed to a customer, controls and imports included, personal parts masked; a row an action, in the order of time."""
        self.settle()
        return self.ledger.history(customer)

    def missed(self) -> list[dt.date]:
        """The dates between the first and the last run that could have been run and were not: those with a snapshot, or all of the
        calendar where snapshots are not dated."""
        from strategy_engine.ledger.verify import gaps

        run = self.ledger.dates()
        return gaps(run, self.days(run[0], run[-1])) if run else []

    def compact(self) -> list[Diagnostic]:
        """Merge the ledger's small files, shorten its logs, and remove what has not been needed for a week."""
        with refusals_told(), self.ledger.lock():
            notes = self.ledger.recover()
            self.ledger.tidy()
            return notes

    def forget(self, customer: str, out: str | Path | None = None) -> Forgetting:
        """Remove a customer from the ledger and from the lists on disk, for good, and leave the customer out of all further runs."""
        from strategy_engine.delivery.forgetting import copy_without
        from strategy_engine.ledger.forget import Forgetting, forget

        with refusals_told(), self.ledger.lock():
            notes = self.ledger.recover()
            return Forgetting(forget(self.ledger, customer, lambda day: self.lists(day, out), copy_without), notes)

    def readmit(self, customer: str) -> bool:
        """Let runs take up a customer again who was forgotten; nothing that was removed comes back. Whether the customer was forgotten."""
        from strategy_engine.ledger.tombstones import readmit

        with refusals_told(), self.ledger.lock():
            return readmit(self.ledger.folder, customer)

    def lists(self, date: dt.date, out: str | Path | None = None) -> Path:
        """The folder of a date's lists."""
        return self.output(out) / date.isoformat()

    def output(self, out: str | Path | None = None) -> Path:
        """The folder under which each date has its own."""
        return Path(out) if out is not None else self.folder / self.model.project.output

    def explain(self, customer: str, *, strategy: str | None = None, date: str | dt.date | None = None) -> Explanation:
        """Why the customer gets what, and why not. Raises StrategyError for an unknown customer or strategy."""
        from strategy_engine.session.explaining import explain

        return explain(self, customer, strategy, self._date(date))

    def why_not(self, strategy: str, date: str | dt.date | None = None, *, progress: Progress | None = None) -> WhyNot:
        """Where a strategy loses its customers: clause by clause over the whole snapshot. Raises StrategyError for an unknown strategy or
        one that does not run on the date (2)."""
        from strategy_engine.session.explaining import why_not

        with refusals_told():
            self.ledger.settle()
            return why_not(self, strategy, self._date(date), progress)

    def reach(self, date: str | dt.date | None = None, *, days: int = 30, progress: Progress | None = None) -> Reach:
        """Whom the strategies reach on the date and the days of the ledger before it, cell by cell of the grids, and what keeps the others
        away. Raises StrategyError as `compute` does."""
        from strategy_engine.session.reaching import reached

        with refusals_told():
            self.ledger.settle()
            return reached(self, self._date(date), days, progress)

    def test(
        self, concerns: Callable[[Trial], bool] = lambda _: True, coverage: Coverage | None = None, processes: int | None = 1
    ) -> Iterator[Tested]:
        """Run the test blocks that are asked for, by file and place; `coverage` gathers what they try.

        More `processes` than one (None: as many as it is worth) import the program's main module anew, which must do nothing then.
        Raises StrategyError where the strategies have errors.
        """
        from strategy_engine.engine.trial import run_in_processes, run_trials, worth

        trials = tuple(sorted(filter(concerns, self.model.tests), key=lambda trial: (trial.span.path, trial.span.start)))
        count = min(processes or worth(len(trials)), len(trials))
        if count > 1:
            return run_in_processes(self.model, trials, self.sources, coverage, count)
        return run_trials(self.model, trials, self.sources, coverage)

    def coverage(self) -> Coverage:
        """All clauses and rows, as yet untried: for `test`. Raises StrategyError where the strategies have errors."""
        from strategy_engine.engine.trial import Coverage

        return Coverage.of(self.model, self.sources)

    def locate(self, table: str, column: str | None = None) -> Span | None:
        """Where the project file declares a table or column."""
        from strategy_engine.catalog.project_file import read_project

        file = read_project(self.folder)[0]
        return None if file is None else file.place(table, column)


def _with_notes(result: DayResult, notes: list[Diagnostic]) -> DayResult:
    return replaced(result, diagnostics=(*result.diagnostics, *notes))
