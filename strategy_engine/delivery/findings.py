"""What a delivery has to tell: one class each, and the exception that ends a command."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, RefusedError, diagnostic, did_you_mean, listed


class DeliveryError(RefusedError):
    """Nothing was delivered, for the reason that the diagnostic gives."""


class SinkError(Exception):
    """A sink did not take the lists: why, and what to do about it besides trying again."""

    def __init__(self, reason: str, advice: str | None = None) -> None:
        super().__init__(reason)
        self.advice = advice


@diagnostic
class SinkFailed(Diagnostic):
    """A sink did not take a day's lists

    The day stands in the ledger, its lists are in their place, and the other sinks have been served. The sink holds what it held before
    or (an object store that has no `_SUCCESS`) a part of the new; delivering again brings it in order.

    Why: the lists are decided once a day, and that a server is away must not take them back.

    Example: `strategy run` while the server that `kind: postgresql` names is down.

    Instead: `strategy deliver --date 2026-11-20 --sink crm`, once it is up.
    """

    code = "S0650"
    sink: str
    date: str
    to: str
    reason: str
    advice: str | None = None

    @property
    def message(self) -> str:
        return f"the sink `{self.sink}` ({self.to}) did not take the lists of {self.date}: {self.reason}"

    @property
    def help(self) -> str | None:
        again = f"`strategy deliver --date {self.date} --sink {self.sink}` delivers them once this is mended"
        return f"{self.advice}; {again}" if self.advice else again


@diagnostic
class DayNotRun(Diagnostic):
    """A delivery of a date that was not run

    `strategy deliver` hands over what a run has listed; it computes nothing.

    Example: `strategy deliver --date 2026-11-20` where the ledger has no such day.

    Instead: `strategy run --date 2026-11-20`, which delivers, too.
    """

    code = "S0651"
    exit_code = 2
    date: str | None

    @property
    def message(self) -> str:
        return f"{self.date} was not run" if self.date else "no day was run yet"

    @property
    def help(self) -> str | None:
        return f"`strategy run{f' --date {self.date}' if self.date else ''}` runs it, and delivers its lists"


@diagnostic
class ListsChanged(Diagnostic):
    """The lists of a date are not those that the run has written

    They are held against the ledger before anything is delivered.

    Why: what a channel is handed is what was decided and counted, and nothing that was edited or lost since.

    Example: `strategy deliver --date 2026-11-20` where a list below `out/2026-11-20/` was edited.

    Instead: `strategy run --date 2026-11-20` writes them again.
    """

    code = "S0652"
    date: str
    path: str
    gone: bool

    @property
    def message(self) -> str:
        return f"`{self.path}` {'is missing' if self.gone else 'was changed after the run'}, so nothing of {self.date} was delivered"

    @property
    def help(self) -> str | None:
        return f"`strategy run --date {self.date}` writes the lists again"


@diagnostic
class ListsUntyped(Diagnostic):
    """The lists of a date were kept in a format that cannot be delivered from

    CSV, workbooks and JSON lines do not say which columns are money, dates or texts. A run of a project with sinks keeps the lists as
    Parquet as well, under `typed/`; this date was run before it had any.

    Example: `strategy run --format csv`, then a first sink in the project file, then `strategy deliver`.

    Instead: `strategy run --date 2026-11-20` writes the lists again, and what is missing with them.
    """

    code = "S0653"
    date: str

    @property
    def message(self) -> str:
        return f"the lists of {self.date} were kept in a format without types, so nothing was delivered"

    @property
    def help(self) -> str | None:
        return f"`strategy run --date {self.date}` writes them again, with typed copies"


@diagnostic
class NoSink(Diagnostic):
    """A sink that the project file does not declare

    Example: `strategy deliver --sink crn`

    Instead: `strategy deliver --sink crm`, one of the names under `sinks:`.
    """

    code = "S0654"
    exit_code = 2
    name: str | None
    suggestion: str | None = None
    known: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        return f"no sink `{self.name}`" if self.name else "the project file declares no sinks"

    @property
    def help(self) -> str | None:
        if not self.name:
            return "declare them under `sinks:`"
        return did_you_mean(self.suggestion) or f"the project's sinks are {listed(f'`{name}`' for name in self.known)}"
