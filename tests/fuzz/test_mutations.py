"""Valid files, damaged at random places with fixed seeds."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.harness import FULL, survives

FILES = {
    **{f"{path.parent.name}/{path.name}": path for path in sorted(FULL.glob("*/*")) if path.suffix in (".strategy", ".yaml")},
    "strategy.yaml": FULL / "strategy.yaml",
}
_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)
_INSERTED = [*"{}()[|\"'`:,。“\x00💥-#", "and", "not", "if", "by", "cohort", "策略", "&&", ".."]

Mutation = Callable[[bytes, random.Random], bytes]


def truncated(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def flipped(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def without_tokens(content: bytes, chance: random.Random) -> bytes:
    tokens = _tokens(content)
    for _ in range(chance.randint(1, 6)):
        del tokens[chance.randrange(len(tokens))]
    return "".join(tokens).encode()


def with_twins(content: bytes, chance: random.Random) -> bytes:
    tokens = _tokens(content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(tokens))
        tokens[place:place] = tokens[place : place + chance.randint(1, 30)]
    return "".join(tokens).encode()


def with_strangers(content: bytes, chance: random.Random) -> bytes:
    tokens = _tokens(content)
    for _ in range(chance.randint(1, 6)):
        tokens.insert(chance.randrange(len(tokens)), chance.choice(_INSERTED))
    return "".join(tokens).encode()


def shuffled(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def _tokens(content: bytes) -> list[str]:
    return _TOKEN.findall(content.decode())


MUTATIONS: tuple[Mutation, ...] = (truncated, flipped, without_tokens, with_twins, with_strangers, shuffled)
ROUNDS = 4


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_damaged_file_gives_diagnostics(tmp_path: Path, name: str, mutation: Mutation) -> None:
    content = FILES[name].read_bytes()
    for seed in range(ROUNDS):
        damaged = mutation(content, random.Random(f"{name} {mutation.__name__} {seed}"))  # noqa: S311 - repeatable on purpose
        survives(tmp_path / "project", "strategy.yaml" if name == "strategy.yaml" else f"a{FILES[name].suffix}", damaged)
