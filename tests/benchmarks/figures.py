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
    at_least: bool = False  # whether the target is the least that is asked for, not the most

    @property
    def met(self) -> bool | None:
        """Whether the median keeps to the target; None without one."""
        if self.target is None:
            return None
        return self.spread.median >= self.target if self.at_least else self.spread.median <= self.target

    @property
    def asked(self) -> str:
        """The target as it is told, and whether it is met; nothing without one."""
        sign = "≥" if self.at_least else "≤"
        return "" if self.target is None else f"{sign} {self.target:g} {self.unit} {'✓' if self.met else '✗'}"

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
