"""Whom the ledger has forgotten, without saying who it was: a keyed hash of each id, so that no run takes the customer up again.

`LEDGER/forgotten.json` holds a random key and the hashes. It tells nobody whom they are about unless an id is put to it; see the decision
record `docs/decisions/forgotten.md` for what that is worth.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from strategy_engine.ledger import durable
from strategy_engine.ledger.findings import LedgerDamaged, LedgerError
from strategy_engine.record import record

FILE = "forgotten.json"
BYTES = 32  # of the key; of a hash half of it, so that none of a billion customers is ever taken for another


@record
class Tombstones:
    """The key, and the hashes of the ids that are forgotten, both as hexadecimal digits."""

    key: str
    hashes: frozenset[str] = frozenset()

    def hash(self, customer: str) -> str:
        """What is kept of an id."""
        return _hash(bytes.fromhex(self.key), customer)

    def among(self, customers: Iterable[str]) -> list[str]:
        """Which of the ids are forgotten; about a microsecond each."""
        key, hashes = bytes.fromhex(self.key), self.hashes
        return [customer for customer in customers if _hash(key, customer) in hashes]


def _hash(key: bytes, customer: str) -> str:
    return hashlib.blake2b(customer.encode("utf-8", "surrogatepass"), key=key, digest_size=BYTES // 2).hexdigest()


def read(ledger: Path) -> Tombstones | None:
    """Those of a ledger; None where nobody was ever forgotten. Raises LedgerError for a file that is not what was written."""
    path = ledger / FILE
    try:
        kept = json.loads(path.read_text("utf-8"))
        return Tombstones(kept["key"], frozenset(kept["hashes"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:  # to go on would take everybody up again
        raise LedgerError(LedgerDamaged(None, None, f"`{path}` cannot be read: whom to leave out is not known")) from error


def bury(ledger: Path, customer: str) -> None:
    """Remember that a customer is forgotten. To be called under the lock."""
    stones = read(ledger) or Tombstones(secrets.token_hex(BYTES))
    _write(ledger, Tombstones(stones.key, stones.hashes | {stones.hash(customer)}))


def readmit(ledger: Path, customer: str) -> bool:
    """Let runs take up a customer again; whether the customer was forgotten. To be called under the lock."""
    stones = read(ledger)
    if stones is None or stones.hash(customer) not in stones.hashes:
        return False
    _write(ledger, Tombstones(stones.key, stones.hashes - {stones.hash(customer)}))
    return True


def _write(ledger: Path, stones: Tombstones) -> None:
    """Whole or not at all, in an order that does not tell who came when."""
    fresh = ledger / f".{FILE}.new"
    durable.write_text(fresh, json.dumps({"key": stones.key, "hashes": sorted(stones.hashes)}, indent=1) + "\n")
    os.replace(fresh, ledger / FILE)  # noqa: PTH105 - one step on Windows as well
    durable.sync(ledger)
