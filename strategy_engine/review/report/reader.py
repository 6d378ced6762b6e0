"""For whom the report is written: words, titles and numbers in one tongue."""

from __future__ import annotations

from urllib.parse import quote

from strategy_engine.review.figures import Figures
from strategy_engine.review.report import numbers, words


class Reader:
    """Says the figures' names and numbers in a tongue."""

    def __init__(self, figures: Figures, tongue: str) -> None:
        self.tongue, self.words = tongue, words.TONGUES[tongue]
        self._titles, self._units, self._goals = figures.titles, figures.units, figures.goals

    def say(self, key: str, **values: object) -> str:
        return self.words[key].format(**values)

    def word(self, name: str, kind: str = "") -> str:
        """A fixed name's word; the name itself, where it is none of ours."""
        return self.words.get(f"{kind}{name}", name)

    def title(self, name: str) -> str:
        return self._titles.get(name) or name

    def member(self, name: str | None) -> str:
        """A part of a dimension: an arm, a channel, whatever it may be called."""
        if name in ("control", "treated"):
            return self.words[name]
        return numbers.NONE if name is None else self.title(name)

    def unit(self, kpi: str) -> str:
        return self._units.get(kpi, "number")

    def goal(self, kpi: str) -> str:
        """Which way is better, in words; nothing where that is not known."""
        return {"up": self.words["higher_better"], "down": self.words["lower_better"]}.get(self._goals.get(kpi, ""), "")

    def lower_is_better(self, kpi: str) -> bool:
        return self._goals.get(kpi) == "down"

    def value(self, kpi: str, value: float | None) -> str:
        return numbers.of_unit(value, self.unit(kpi), self.tongue)

    def values(self, kpi: str, low: float | None, high: float | None) -> str:
        return numbers.between(self.value(kpi, low), self.value(kpi, high))

    def difference(self, kpi: str, value: float | None) -> str:
        return numbers.difference(value, self.unit(kpi), self.tongue)

    def differences(self, kpi: str, low: float | None, high: float | None) -> str:
        """An interval of differences; that these are points the difference beside it says."""
        points = numbers.difference(0.0, "share", self.tongue).removeprefix("±0") if self.unit(kpi) == "share" else ""
        ends = [self.difference(kpi, value).removesuffix(points) for value in (low, high)]
        return numbers.between(ends[0], ends[1])

    def money(self, value: float | None) -> str:
        return numbers.money(value, self.tongue)

    def number(self, value: float | None) -> str:
        return numbers.number(value, self.tongue)


def anchor(strategy: str) -> str:
    """Where on the page a strategy is told of. Quoted, as an anchor holds no blanks."""
    return f"strategy-{quote(strategy, safe='')}"
