"""Names of files and sheets, made of whatever people call things."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from strategy_engine.delivery.files import file_name

T = TypeVar("T", bound=Hashable)

LONGEST_FILE = 200  # bytes of UTF-8; file systems take 255, and an ending and a number come on top
LONGEST_SHEET = 31  # characters
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # no files on Windows


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A file's name (without ending) for each name, no two the same where case and ways to write an accent do not count."""
    return _apart({name: _as_file(name) for name in names}, lambda made, end: made + end)


def sheet_names(things: Iterable[T], called: Callable[[T], str]) -> dict[T, str]:
    """A sheet's name for each thing, made of what it is called."""
    return _apart({thing: _as_sheet(called(thing)) for thing in things}, lambda made, end: made[: LONGEST_SHEET - len(end)] + end)


def _apart(names: dict[T, str], with_end: Callable[[str, str], str]) -> dict[T, str]:
    """The names, with a number where one is taken."""
    found: dict[T, str] = {}
    taken: set[str] = set()
    for thing, name in names.items():
        numbered = (with_end(name, f" ({number})") for number in itertools.count(2))
        found[thing] = next(each for each in itertools.chain([name], numbered) if _folded(each) not in taken)
        taken.add(_folded(found[thing]))
    return found


def _as_file(name: str) -> str:
    made = re.sub(r"[. ]+$", lambda end: "".join(f"%{ord(char):02X}" for char in end[0]), file_name(name))
    made = made.encode()[:LONGEST_FILE].decode(errors="ignore")
    return f"{made}_" if not made or _DEVICES.fullmatch(made) else made


def _as_sheet(name: str) -> str:
    made = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", name)[:LONGEST_SHEET].strip("'").strip()
    return f"{made}_" if not made or made.casefold() == "history" else made  # which the program keeps for itself


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
