"""What a measurement says: named figures with their spread and, where there is one, the target."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from timing import Pairs, Spread


@dataclass(frozen=True)
class Figure:
    """One line of the report: the median of several measurements, between the least and the most."""

    group: str
    name: str
    unit: str
    spread: Spread
    target: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the median keeps to the target; None without one."""
        return None if self.target is None else self.spread.median <= self.target

    def as_json(self) -> dict[str, Any]:
        plain = {name: value for name, value in asdict(self).items() if name != "spread"}
        return {**plain, "median": self.spread.median, "min": self.spread.low, "max": self.spread.high, "values": list(self.spread.values)}


def of_pairs(group: str, name: str, taken: Pairs, target: float | None = None) -> list[Figure]:
    """The times of both programs, and the ratio of each pair by the clock and by the processor's time."""
    return [
        Figure(group, name, "s", taken.ours),
        Figure(group, "by hand", "s", taken.theirs),
        Figure(group, f"{name} / by hand", "×", taken.ratios, target),
        Figure(group, f"{name} / by hand, processor time", "×", taken.cpu_ratios),
    ]
