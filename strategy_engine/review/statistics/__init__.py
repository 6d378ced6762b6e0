"""The statistics of the review: functions from counts and means to intervals, effects and doubts, each of a published method.

They know nothing of strategies or frames. Where the numbers do not say anything, a function gives None, never NaN.
"""

from __future__ import annotations

from strategy_engine.review.statistics import balance, corrections, cuped, effects, intervals, mover, samples, sequences
from strategy_engine.review.statistics.balance import Mismatch
from strategy_engine.review.statistics.cuped import Adjusted
from strategy_engine.review.statistics.effects import Effect
from strategy_engine.review.statistics.intervals import Approximate
from strategy_engine.review.statistics.samples import Interval, Sample

__all__ = [
    "Adjusted",
    "Approximate",
    "Effect",
    "Interval",
    "Mismatch",
    "Sample",
    "balance",
    "corrections",
    "cuped",
    "effects",
    "intervals",
    "mover",
    "samples",
    "sequences",
]
