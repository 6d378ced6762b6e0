"""One run at a time: whoever writes to a ledger holds its lock.

The lock is a file that names its holder, and that the holder keeps locked as the operating system does (`flock`), so that the lock
of a process that died is known at once and taken over. On a file system shared by several machines that system lock may not
reach across, so what another machine's process has left is never taken over: a person must see to it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from strategy_engine.ledger.findings import LedgerError, LedgerLocked, NotWritten, reason
from strategy_engine.record import record

LOCK = ".lock"
PATIENCE = 0.1  # seconds that a lock's maker is given to write its name, and whoever only asks for the holder to let go


@record
class Holder:
    """The process that holds a lock."""

    pid: int
    host: str
    since: str

    @classmethod
    def me(cls) -> Holder:
        return cls(os.getpid(), socket.gethostname(), dt.datetime.now().astimezone().isoformat(" ", "minutes")[:16])


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a ledger's folder. Raises LedgerError where another process holds it."""
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = _acquire(path)
    except OSError as error:
        raise LedgerError(NotWritten(None, f"the lock `{path}`", reason(error), decided=False)) from error
    try:
        yield
    finally:
        _release(path, descriptor)


def holder(folder: Path) -> Holder | None:
    """Who holds the lock, as far as can be told without taking it: None where it is free or its holder is dead."""
    path = folder / LOCK
    if not path.exists():
        return None
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return _named(path)
    try:
        found = _named(path)
        dead = _system_lock(descriptor) and (found is None or found.host == socket.gethostname())
        return None if dead else found
    finally:
        os.close(descriptor)


def _acquire(path: Path) -> int:
    """The descriptor of the lock file, locked and with this process's name in it."""
    while True:
        made = True
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            made = False
            try:
                descriptor = os.open(path, os.O_RDWR)
            except FileNotFoundError:  # given back in between
                continue
        try:
            if not _patiently_locked(descriptor):
                raise LedgerError(_locked(path))  # noqa: TRY301 - it ends the command
            if not _still_there(path, descriptor):  # its holder gave it back, and with it the file
                os.close(descriptor)
                continue
            if not made:
                _see_that_it_is_dead(path)
            _write(descriptor, Holder.me())
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor


def _see_that_it_is_dead(path: Path) -> None:
    """Raise LedgerError unless the lock was left by a process of this machine, which then must be dead, as its system lock is free."""
    left = _named(path)
    if left is None:
        time.sleep(PATIENCE)  # another machine may have made the file a moment ago
        left = _named(path)
    if left is not None and left.host != socket.gethostname():
        raise LedgerError(_locked(path))


def _release(path: Path, descriptor: int) -> None:
    # removed while still locked, so that no other process takes a file that is about to go
    if os.name != "nt":
        path.unlink(missing_ok=True)
    os.close(descriptor)
    if os.name == "nt":  # where no open file can be removed
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _system_lock(descriptor: int) -> bool:
    """Try to lock the file until it is closed or the process dies."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # beyond the text, so that others can read it
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _patiently_locked(descriptor: int) -> bool:
    if _system_lock(descriptor):
        return True
    time.sleep(PATIENCE)
    return _system_lock(descriptor)


def _still_there(path: Path, descriptor: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def _write(descriptor: int, who: Holder) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, json.dumps(asdict(who)).encode())
    os.fsync(descriptor)


def _named(path: Path) -> Holder | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        told = json.loads(path.read_text("utf-8"))
        return Holder(**{"since": "an unknown time", **told})
    return None


def _locked(path: Path) -> LedgerLocked:
    who = _named(path)
    if who is None:
        return LedgerLocked(None, None, None, None, str(path), foreign=False)
    return LedgerLocked(None, who.pid, who.host, who.since, str(path), foreign=who.host != socket.gethostname())
