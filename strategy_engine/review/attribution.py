"""Credit for conversions that several touches share: who of the strategies that reached a customer brought the conversion.

A rule gives each touch its credit; over all touches that is what converted after a touch. Conversions without a touch are nobody's.
Every rule says how credit is shared out, none what the touches caused; that only a control group tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from strategy_engine.record import record

HALF_LIFE = 7 * 24.0  # hours in which the credit of a touch halves

Credit = dict[str, float]


@record
class Path:
    """Customers who had the same touches in the same order, from the first to the last before the conversion or the end of the window.

    `conversions` and `others` are how many converted and how many did not. `hours_before` says for each touch how long before the
    conversion it was; None where that is not known, and then all count as equally long ago.
    """

    touches: tuple[str, ...]
    hours_before: tuple[float, ...] | None
    conversions: float
    others: float

    @property
    def customers(self) -> float:
        return self.conversions + self.others


Rule = Callable[[Iterable[Path]], Credit]


def first(path: Path) -> Sequence[float]:
    """All to the first touch."""
    return [1.0, *[0.0] * (len(path.touches) - 1)]


def last(path: Path) -> Sequence[float]:
    """All to the last touch."""
    return [*[0.0] * (len(path.touches) - 1), 1.0]


def linear(path: Path) -> Sequence[float]:
    """As much to every touch; who was there twice gets twice."""
    return [1.0] * len(path.touches)


def time_decay(path: Path) -> Sequence[float]:
    """Half as much for every seven days that the touch lies further back."""
    hours = path.hours_before or (0.0,) * len(path.touches)
    return [0.5 ** ((each - min(hours)) / HALF_LIFE) for each in hours]


def position(path: Path) -> Sequence[float]:
    """40 % to the first, 40 % to the last, 20 % to those in between; half and half where there are none."""
    between = len(path.touches) - 2
    return [0.4, *[0.2 / between] * between, 0.4] if between > 0 else linear(path)


def shapley(path: Path) -> Sequence[float]:
    """The Shapley value of the game in which a set of touches brings the conversions of the paths that need no other touch.

    That game is a sum of unanimity games, one a path: it pays as soon as all touches of the path are there. Each splits evenly among
    its members (Shapley 1953), so the value is exact for any number of touches: a path's conversions go in equal parts to its
    distinct touches. It is `linear` but for touches that come more than once in a path.
    """
    return [1 / path.touches.count(touch) for touch in path.touches]


def markov(paths: Iterable[Path]) -> Credit:
    """Conversions in proportion to the removal effects (Anderl, Becker, von Wangenheim and Schumann 2016, first order)."""
    paths = _walked(paths)
    effects, conversions = removal_effects(paths), sum(path.conversions for path in paths)
    total = sum(effects.values())
    return {touch: conversions * effect / total if total else 0.0 for touch, effect in effects.items()}


def removal_effects(paths: Iterable[Path]) -> Credit:
    """For each touch, the share of conversions that are lost where it leads nowhere, in the Markov chain of the paths.

    The chain goes from the start from touch to touch, to the conversion or to nothing, with the frequencies of these steps over
    all paths. Lost is what passes through the touch: P(touch is reached) P(conversion from it) / P(conversion from the start), all
    from the fundamental matrix N = (I - Q)⁻¹ of the steps Q between start and touches.
    """
    paths = _walked(paths)
    touches = sorted({touch for path in paths for touch in path.touches})
    if not any(path.conversions for path in paths):
        return dict.fromkeys(touches, 0.0)
    steps, converting = _chain(paths, {touch: place for place, touch in enumerate(touches, start=1)})
    fundamental = np.linalg.inv(np.eye(len(steps)) - steps)
    conversion = fundamental @ converting
    reached = fundamental[0] / np.diag(fundamental)
    lost = reached * conversion / conversion[0]
    return {touch: float(effect) for touch, effect in zip(touches, lost[1:], strict=True)}


def _chain(paths: Iterable[Path], places: dict[str, int]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How likely each step between start (place 0) and touches is, and from each of them that to the conversion."""
    size = len(places) + 1
    steps, converting, ending = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    for path in paths:
        stops = [0, *(places[touch] for touch in path.touches)]
        for here, there in pairwise(stops):
            steps[here, there] += path.customers
        converting[stops[-1]] += path.conversions
        ending[stops[-1]] += path.customers
    leaving = steps.sum(axis=1) + ending
    return steps / leaving[:, None], converting / leaving


def _walked(paths: Iterable[Path]) -> list[Path]:
    """The paths with a touch that anybody went."""
    return [path for path in paths if path.touches and path.customers > 0]


def _by_path(weigh: Callable[[Path], Sequence[float]]) -> Rule:
    """The rule that shares out each path's conversions among its touches by weight."""

    def rule(paths: Iterable[Path]) -> Credit:
        credit: defaultdict[str, float] = defaultdict(float)
        for path in _walked(paths):
            weights = weigh(path)
            for touch, weight in zip(path.touches, weights, strict=True):
                credit[touch] += path.conversions * weight / sum(weights)
        return dict(credit)

    return rule


RULES: dict[str, Rule] = {
    "first": _by_path(first),
    "last": _by_path(last),
    "linear": _by_path(linear),
    "time_decay": _by_path(time_decay),
    "position": _by_path(position),
    "markov": markov,
    "shapley": _by_path(shapley),
}
