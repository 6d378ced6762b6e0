"""What a change of the strategies does to whom: the project and another version of it, each run on the same day, data and ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace as replaced
from decimal import Decimal
from typing import TYPE_CHECKING

from strategy_engine.diagnostics.model import Diagnostic, Severity, diagnostic
from strategy_engine.engine.changes import Comparison, Outcome, compare, outcome_of
from strategy_engine.engine.data.remembered import Checked
from strategy_engine.engine.day.run import Progress as Step
from strategy_engine.ledger.holds import held
from strategy_engine.record import record
from strategy_engine.refusals import StrategyError
from strategy_engine.semantics.model import Model
from strategy_engine.session.revisions import folder_of
from strategy_engine.session.running import computed

if TYPE_CHECKING:
    from strategy_engine.session.project import Progress, Project


SHOWN = 5
"""Changes that a message names."""


@diagnostic
class OtherVersionFails(Diagnostic):
    """The version to compare with cannot be run

    Both versions are run on the same data and ledger. One whose strategies have errors cannot be, nor one that declares what the data of
    today do not have.

    Example: `strategy plan --against main`, where somebody has pushed a typing error.

    Instead: name a version that runs, such as the commit before.
    """

    code = "S0350"
    version: str
    reason: str

    @property
    def message(self) -> str:
        return f"the version `{self.version}` cannot be run: {self.reason}"

    @property
    def help(self) -> str | None:
        return "name a version that runs: `--against` takes a folder, a commit, a branch or a tag"


@diagnostic
class ChangeTooLarge(Diagnostic):
    """A change moves more customers than it may

    `strategy plan --against` with `--max-change` ends with 1 where, of the customers who have an action of a strategy in either version,
    a larger share has it in one only. It is asked of each strategy that ran before, and of all actions together, which is where a new
    strategy counts.

    Why: a threshold that lost a digit looks like any other line of a pull request; how many customers it moves does not.

    Example: `aum >= 50` for `aum >= 50万`, under `strategy plan --against main --max-change 5%`

    Instead: mend the strategy; or, where this was meant, say so in the pull request and let it through with a larger `--max-change`.
    """

    code = "S0351"
    exit_code = 1
    most: str
    changes: tuple[tuple[str, str | None], ...]  # the strategy's name ("" of all together), and the share where it may be told

    @property
    def message(self) -> str:
        told = [(f"`{name}`" if name else "all together") + (f" {share}" if share else "") for name, share in self.changes[:SHOWN]]
        more = f" and {len(self.changes) - SHOWN} more" if len(self.changes) > SHOWN else ""
        return f"more than {self.most} of the customers are others than before: {', '.join(told)}{more}"

    @property
    def help(self) -> str | None:
        return "if this was meant, allow more with `--max-change`"


@record
class Compared:
    """A day of two versions: what is different, and what the data had to tell."""

    project: str
    date: dt.date
    version: str
    comparison: Comparison
    diagnostics: tuple[Diagnostic, ...]

    def too_large(self, most: Decimal, smallest: int, model: Model) -> ChangeTooLarge | None:
        """The changes above so many percent, most customers first, of strategies that ran before and of all customers together; None where
        there are none. The share is told where no count that it rests on is smaller than the `smallest` that may be."""
        asked = [self.comparison.everyone, *(change for change in self.comparison.strategies if change.before is not None)]
        large = sorted((one for one in asked if one.moved * 100 > most * one.either), key=lambda one: (-one.moved, one.name))
        told = tuple((one.name, f"{one.share:.1%}" if one.countable(smallest) else None) for one in large)
        spans = [model.strategies[one.name].span for one in large if one.name in model.strategies]
        return ChangeTooLarge(next(iter(spans), None), f"{most.normalize():f}%", told) if large else None


def compare_with(project: Project, version: str, day: dt.date, kept: Checked, *, progress: Progress | None) -> Compared:
    """See `Project.compare`."""
    before = _outcome_of(project, version, day, kept, _titled(progress, "before"))
    after = computed(project, day, kept, progress=_titled(progress, "after"), batch_size=None)
    found = compare(before, outcome_of(after, project.model))
    return Compared(project.model.project.project, day, version, found, after.diagnostics)


def _outcome_of(project: Project, version: str, day: dt.date, kept: Checked, step: Step | None) -> Outcome:
    """What the other version makes of the day; nothing else of it is kept while the second is computed."""
    model = _model_of(project, version, day)
    try:
        result = computed(project, day, kept, progress=step, batch_size=None, model=model)
    except StrategyError as error:
        computed(project, day, kept, progress=None, batch_size=None)  # data on which no version runs are told of as they are
        raise _fails(version, error) from error
    return outcome_of(result, model)


def _model_of(project: Project, version: str, day: dt.date) -> Model:
    """The strategies of the other version, without those that a review has paused by the day."""
    from strategy_engine.session.project import Project as Opened

    with folder_of(version, project.folder) as folder:
        try:
            model = Opened.open(folder, lasting=False).model
        except StrategyError as error:
            raise _fails(version, error) from error
    return replaced(model, held=held(project.ledger, day))


def _fails(version: str, error: StrategyError) -> StrategyError:
    """Its places are in files that are gone: the first error is told in words."""
    first = next(each for each in error.diagnostics if each.severity is Severity.ERROR)
    return StrategyError([OtherVersionFails(None, version, f"{first.message} ({first.code})")], error.exit_code)


def _titled(progress: Progress | None, title: str) -> Step | None:
    """A bar for each of the two."""
    if progress is None:
        return None
    told: Callable[[str, int, int], None] = progress
    return lambda _stage, done, total: told(title, done, total)
