"""What the ledger has to tell: one class each, and the exception that ends a command."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, RefusedError, Severity, diagnostic, listed


class LedgerError(RefusedError):
    """The ledger cannot do what was asked of it, and has changed nothing unless the diagnostic says so."""


def reason(error: Exception) -> str:
    """Why something failed, in the words of the operating system where it was that."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:] + (f" (`{error.filename}`)" if error.filename else "")
    first, *others = str(error).splitlines()
    for line in (first, *others):
        if "(os error " in line:  # how libraries end their own words
            first = line.partition(" (os error ")[0].rpartition(": ")[2].strip(" ↳").rpartition("\x1b[0m ")[2]
    return first[:1].lower() + first[1:]


def written_again(date: str) -> str:
    """How lists come back."""
    again = f"`strategy run --date {date}` writes them again"
    return f"{again}; where strategies or data have changed since (S0602), restore them from a backup"


@diagnostic
class LedgerLocked(Diagnostic):
    """Another run holds the ledger

    Only one process at a time may write to a ledger. The lock of a process that has died on the same machine is taken over without a
    word; that of another machine is not, as nobody here can tell whether its process lives.

    Why: two runs at once would both count the same contacts as free.

    Example: `strategy run` while last night's run is still at work.

    Instead: wait until it is done. Where the lock names a machine that is gone, remove the file that the help names.
    """

    code = "S0601"
    exit_code = 4
    pid: int | None
    host: str | None
    since: str | None
    path: str
    foreign: bool

    @property
    def message(self) -> str:
        if self.pid is None:
            return "the ledger is held by another process"
        return f"the ledger is held by process {self.pid} on {self.host} since {self.since}"

    @property
    def help(self) -> str | None:
        return f"if that process is gone, remove `{self.path}`" if self.foreign else "wait until it is done"


@diagnostic
class DayDiffers(Diagnostic):
    """A date was run before, and would come out differently now

    Running a date again gives the same lists, byte for byte, and changes nothing. Where the strategies have changed since, or the data now
    gives other actions, the run is refused, as people may already work with the lists. Data that has merely grown by later days
    gives the same actions and is no difference.

    Why: what was promised to whom must not change behind the back of those who handed it out.

    Example: `strategy run --date 2026-11-20` after a change of the strategies that were run on that date.

    Instead: `strategy run --date 2026-11-20 --replace`, which replaces the day and names the later dates that rest on it.
    """

    code = "S0602"
    exit_code = 1
    date: str
    difference: str
    forgotten: bool = False

    @property
    def message(self) -> str:
        since = "; customers were forgotten since, and what they had of the others' room may be taken now" if self.forgotten else ""
        return f"{self.date} was run before and would come out differently now: {self.difference}{since}"

    @property
    def help(self) -> str | None:
        return "`--replace` replaces the day"


@diagnostic
class LaterDays(Diagnostic):
    """Later dates rest on a day that was replaced

    They were run on what the ledger said then, and are left as they are.

    Why: their contacts were counted against a past that has changed; whether that matters is for people to say.

    Example: `strategy run --date 2026-11-20 --replace` where 2026-11-21 was run, too.

    Instead: `strategy run --from 2026-11-20 --to 2026-11-21 --replace` runs them again, in order.
    """

    code = "S0603"
    severity = Severity.WARNING
    date: str
    later: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.date} was replaced, and later dates rest on it: {listed(self.later)}"

    @property
    def help(self) -> str | None:
        return f"`--from {self.later[0]} --to {self.later[-1]} --replace` runs them again"


@diagnostic
class Recovered(Diagnostic):
    """A run that was cut off has been brought to an end

    A day that was decided when the run was cut off has been put in place whole; one that was not has left nothing behind.

    Why: the lists on disk and the ledger must agree, whatever happened to the machine.

    Example: the next `strategy run` after a loss of power.

    Instead: nothing need be done; a date that was not decided is run again.
    """

    code = "S0604"
    severity = Severity.NOTE
    date: str
    finished: bool

    @property
    def message(self) -> str:
        if self.finished:
            return f"the run of {self.date} was cut off after it was decided, and has been finished"
        return f"the run of {self.date} was cut off, and has left nothing behind"


@diagnostic
class LedgerDamaged(Diagnostic):
    """The ledger and the lists on disk disagree, or the ledger disagrees with itself

    Told by `strategy ledger verify`, and by a run that cannot read what an earlier one has left.

    Why: someone else has changed files, or a disk has lost them.

    Example: a list under `out/` that was edited by hand.

    Instead: running the date again writes its lists again, where data and strategies still give them. Tables are restored from a backup.
    """

    code = "S0605"
    date: str | None
    problem: str
    lists: bool = False  # whether only lists are concerned

    @property
    def message(self) -> str:
        return f"{self.date}: {self.problem}" if self.date else self.problem

    @property
    def help(self) -> str | None:
        return written_again(self.date) if self.lists and self.date else "restore the ledger from a backup"


@diagnostic
class NotWritten(Diagnostic):
    """A day could not be written

    The disk is full, or the folder cannot be written to. Before the day was decided nothing has changed; after that the next command on the
    ledger finishes it.

    Example: a full disk.

    Instead: make room and run the same command again.
    """

    code = "S0606"
    what: str  # the date, or what else was to be written
    reason: str
    decided: bool

    @property
    def message(self) -> str:
        return f"{self.what} could not be written: {self.reason}"

    @property
    def help(self) -> str | None:
        if self.decided:
            return "the day is decided; once this is mended, the next run finishes it"
        return "nothing has changed; once this is mended, run it again"


@diagnostic
class RemoteLedger(Diagnostic):
    """A ledger that lies in an object store

    The lock and what a run prepares need a local folder, which this version has no other place for.

    Example: `ledger: s3://bank/ledger`

    Instead: `ledger: ledger/`, copied to the object store after each run.
    """

    code = "S0607"
    exit_code = 1
    address: str

    @property
    def message(self) -> str:
        return f"the ledger lies in an object store: `{self.address}`"

    @property
    def help(self) -> str | None:
        return "this version needs a local folder"


@diagnostic
class DayTooLate(Diagnostic):
    """A date that was missed, after later ones were run

    Later dates have not counted its contacts, so limits over several days could be exceeded.

    Example: `strategy run --date 2026-11-20` after 2026-11-21 was run.

    Instead: leave the day out, or run it with `--replace` and then the later ones again.
    """

    code = "S0608"
    exit_code = 1
    date: str
    later: str

    @property
    def message(self) -> str:
        return f"{self.date} was missed, and {self.later} has been run since"

    @property
    def help(self) -> str | None:
        return "`--replace` runs it nevertheless"


@diagnostic
class Unchanged(Diagnostic):
    """A date was run before, and comes out the same

    Nothing has changed. Where a list was missing, damaged or asked for in another format or place, it has been written again. A day's lists
    are there in one format: those in another take the place of the ones before.

    Example: `strategy run --date 2026-11-20`, twice.

    Instead: nothing need be done.
    """

    code = "S0609"
    severity = Severity.NOTE
    date: str
    lists_written: bool
    formats: tuple[str, str] | None = None  # before and now, where they differ

    @property
    def message(self) -> str:
        if self.formats:
            before, now = self.formats
            return f"{self.date} was run before and comes out the same; its lists were written again, as {now} in the place of {before}"
        if self.lists_written:
            return f"{self.date} was run before and comes out the same; its lists were written again"
        return f"{self.date} was run before and comes out the same; nothing changed"


@diagnostic
class ListsLost(Diagnostic):
    """The lists of a day are gone

    The day stands in the ledger, and its folder of lists is not there: archived, or removed while a run that was cut off had
    still to put it in its place.

    Example: clearing the output folder.

    Instead: where they are needed, running the date again writes them again, as long as strategies and data are what they were. Afterwards
    they come from a backup: `--replace` would give the day another outcome.
    """

    code = "S0610"
    severity = Severity.WARNING
    date: str
    path: str

    @property
    def message(self) -> str:
        return f"the lists of {self.date} are gone: `{self.path}`"

    @property
    def help(self) -> str | None:
        return written_again(self.date)


@diagnostic
class Gap(Diagnostic):
    """Dates that were missed

    Between the first and the last run there are dates that have a snapshot and no run.

    Example: a scheduler that was stopped for a day.

    Instead: nothing, usually: lists for a day that is over help nobody, and triggers with a wider window find their hits on the next day.
    """

    code = "S0611"
    severity = Severity.WARNING
    dates: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{'a date was' if len(self.dates) == 1 else 'dates were'} missed: {listed(self.dates)}"
