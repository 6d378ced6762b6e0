"""How the session says no: the exception that ends a command, and what was asked for that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from strategy_engine.diagnostics.model import Diagnostic, RefusedError, diagnostic


class StrategyError(Exception):
    """What ends a command: its diagnostics, and whether the strategies (1) or the data (3) are to blame."""

    def __init__(self, diagnostics: list[Diagnostic], exit_code: int) -> None:
        super().__init__("; ".join(f"{each.code} {each.message}" for each in diagnostics[:3]))
        self.diagnostics = diagnostics
        self.exit_code = exit_code


@diagnostic
class NoDate(Diagnostic):
    """A run without a date, where the data has none either

    A run is for one as-of date. Without `--date` it is the latest date for which there is a snapshot.

    Example: `strategy run` where no file of the snapshot exists.

    Instead: `strategy run --date 2026-11-20`
    """

    code = "S0520"
    path: str

    @property
    def message(self) -> str:
        if "{date}" not in self.path:
            return f"the path of the snapshot, `{self.path}`, has no `{{date}}`, so there is no latest date to run"
        return f"no snapshot found at `{self.path}`, so there is no latest date to run"

    @property
    def help(self) -> str | None:
        return "give the date: `--date 2026-11-20`"


@diagnostic
class NoCustomer(Diagnostic):
    """A customer that the snapshot does not have

    Example: `strategy explain 999999`

    Instead: an id of the snapshot's key column.
    """

    code = "S0521"
    customer: str
    date: str

    @property
    def message(self) -> str:
        return f"customer `{self.customer}` is not in the snapshot of {self.date}"


@diagnostic
class NoStrategy(Diagnostic):
    """A strategy that the project does not have

    Example: `strategy explain 1 --strategy payrol`

    Instead: `strategy explain 1 --strategy payroll`
    """

    code = "S0522"
    name: str
    suggestion: str | None = None

    @property
    def message(self) -> str:
        return f"no strategy `{self.name}`"

    @property
    def help(self) -> str | None:
        return f"did you mean `{self.suggestion}`?" if self.suggestion else None


@diagnostic
class DoesNotRun(Diagnostic):
    """A strategy that does not run on the date

    Its status, its validity or a review keeps it from running, so no customer stands before it on that day.

    Example: `strategy explain --strategy autumn` in spring

    Instead: `strategy explain --strategy autumn --date 2026-10-01`
    """

    code = "S0370"
    name: str
    why: str
    date: str

    @property
    def message(self) -> str:
        return f"`{self.name}` does not run on {self.date}: {self.why}"

    @property
    def help(self) -> str | None:
        return "give a date on which it runs: `--date 2026-11-20`"


@contextmanager
def refusals_told() -> Iterator[None]:
    """What ledger and delivery refuse, as everything else that ends a command."""
    try:
        yield
    except RefusedError as error:
        raise StrategyError([error.diagnostic], error.exit_code) from error
