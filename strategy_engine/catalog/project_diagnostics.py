"""What can be wrong with the project file."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, Fix, diagnostic, did_you_mean, guessed


def listed(words: tuple[str, ...]) -> str:
    """The words in backticks, parted by commas."""
    return ", ".join(f"`{word}`" for word in words)


@diagnostic
class NoProjectFile(Diagnostic):
    """The folder holds no project file.

    A project is a folder with a `strategy.yaml`, which names the data, the ledger and the defaults.

    Why: without it nobody knows which customers the strategies are for.

    Example:

        strategy check elsewhere/

    Instead:

        strategy check mybank/
    """

    code = "S0001"
    folder: str
    exists: bool

    @property
    def message(self) -> str:
        return f"no `strategy.yaml` in the folder `{self.folder}`" if self.exists else f"there is no folder `{self.folder}`"

    @property
    def help(self) -> str:
        return "name the folder of a project, or make one with `strategy init`"


@diagnostic
class UnknownKey(Diagnostic):
    """A key of the project file that means nothing at its place.

    Why: a mistyped key would otherwise be ignored, and its default would hold.

    Example:

        customer: {kind: snapshot, path: data/customer.csv, key: customer_id, colums: {customer_id: id}}

    Instead:

        customer: {kind: snapshot, path: data/customer.csv, key: customer_id, columns: {customer_id: id}}
    """

    code = "S0002"
    key: str
    where: str
    suggestion: str | None
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"unknown key `{self.key}` in {self.where}"

    @property
    def help(self) -> str:
        return did_you_mean(self.suggestion) or f"the keys here are {listed(self.known)}"

    @property
    def fix(self) -> Fix | None:
        return guessed(self.span, self.key, self.suggestion)


@diagnostic
class MissingKey(Diagnostic):
    """A key of the project file that must be there is not.

    Why: there is no default that could stand in for it.

    Example:

        customer: {kind: snapshot, key: customer_id, columns: {customer_id: id}}

    Instead:

        customer: {kind: snapshot, path: data/customer.csv, key: customer_id, columns: {customer_id: id}}
    """

    code = "S0003"
    key: str
    where: str
    choices: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        return f"the key `{self.key}` is missing in {self.where}"

    @property
    def help(self) -> str | None:
        return f"its value is one of {listed(self.choices)}" if self.choices else None


@diagnostic
class WrongValue(Diagnostic):
    """A value of the project file is of the wrong kind, or none of those allowed.

    Why: guessing what was meant would make another project of it.

    Example:

        kind: snapshoot

    Instead:

        kind: snapshot
    """

    code = "S0004"
    what: str
    must_be: str
    found: str
    advice: str | None = None

    @property
    def message(self) -> str:
        return f"{self.what} must be {self.must_be}; found {self.found}"

    @property
    def help(self) -> str | None:
        return self.advice


@diagnostic
class InconsistentProject(Diagnostic):
    """Two things in the project file don't fit each other.

    Each is right alone: a table's `key` that is none of its columns, an enum without `values`, two snapshots.

    Why: the strategies would be checked against tables that cannot exist.

    Example:

        txn: {kind: events, path: data/txn.csv, key: customer_id, time: at, columns: {customer_id: id}}

    Instead:

        txn: {kind: events, path: data/txn.csv, key: customer_id, time: at, columns: {customer_id: id, at: datetime}}
    """

    code = "S0005"
    text: str
    suggestion: str | None = None

    @property
    def message(self) -> str:
        return self.text

    @property
    def help(self) -> str | None:
        return did_you_mean(self.suggestion)
