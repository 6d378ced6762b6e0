"""Stateless random numbers: every draw is a pure function of (seed, stream, row).

A generator with a state would tie the data to the order in which rows are made. Here each stream (a name such as
"age") is a key, and a draw mixes the key with the row number by splitmix64, so that chunks and threads don't matter.
"""

from collections.abc import Sequence
from hashlib import blake2b
from math import pi
from typing import Any

import polars as pl

from strategy_engine.demo.units import lookup

ROW = pl.col("row")

_GOLDEN = 0x9E3779B97F4A7C15
_ROUNDS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_LAST_SHIFT = 31
_CELLS = 1000  # resolution of weighted picks


def _word(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def _shifted(bits: pl.Expr, places: int) -> pl.Expr:
    return bits // _word(1 << places)  # polars has no shift of bits; dividing by a power of two is one


class Dice:
    """Draws of one seed. Streams with different names are independent of each other."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def bits(self, stream: str, row: pl.Expr = ROW) -> pl.Expr:
        """64 random bits a row."""
        key = blake2b(f"{self._seed}/{stream}".encode(), digest_size=8).digest()
        mixed = row * _word(_GOLDEN) + _word(int.from_bytes(key, "little"))
        for shift, factor in _ROUNDS:
            mixed = (mixed ^ _shifted(mixed, shift)) * _word(factor)
        return mixed ^ _shifted(mixed, _LAST_SHIFT)

    def uniform(self, stream: str, row: pl.Expr = ROW) -> pl.Expr:
        """A number in [0, 1)."""
        return _shifted(self.bits(stream, row), 11).cast(pl.Float64) / 2.0**53

    def normal(self, stream: str, row: pl.Expr = ROW) -> pl.Expr:
        """A standard normal number, by Box and Muller from the two halves of one draw."""
        bits = self.bits(stream, row)
        radius_share = (_shifted(bits, 32).cast(pl.Float64) + 1) / 2.0**32
        angle_share = (bits & _word(2**32 - 1)).cast(pl.Float64) / 2.0**32
        return (radius_share.log() * -2).sqrt() * (angle_share * (2 * pi)).cos()

    def chance(self, stream: str, share: float | pl.Expr, row: pl.Expr = ROW) -> pl.Expr:
        """True for this share of the rows."""
        return self.uniform(stream, row) < share

    def below(self, stream: str, limit: int | pl.Expr, row: pl.Expr = ROW) -> pl.Expr:
        """A whole number in [0, limit)."""
        return (self.uniform(stream, row) * limit).floor().cast(pl.Int64)

    def pick(self, stream: str, weighted: dict[Any, int] | Sequence[Any], row: pl.Expr = ROW) -> pl.Expr:
        """One of the values, evenly or by weight."""
        cells = _cells(weighted) if isinstance(weighted, dict) else list(weighted)
        return lookup(cells, self.below(stream, len(cells), row))


def _cells(weighted: dict[Any, int]) -> list[Any]:
    total = sum(weighted.values())
    bounds = [0]
    for weight in weighted.values():
        bounds.append(bounds[-1] + weight)
    edges = [round(bound * _CELLS / total) for bound in bounds]
    return [value for value, low, high in zip(weighted, edges, edges[1:], strict=False) for _ in range(high - low)]
