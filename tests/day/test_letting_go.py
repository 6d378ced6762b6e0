"""What a day holds is let go of at its end, not when Python's collector happens to run."""

from __future__ import annotations

import gc
from typing import Any

from strategy_engine.engine.day.observe import Bank, Moment


def test_no_moment_outlasts_its_day(bank: Any) -> None:
    bank.customers({"id": "a", "aum": 1}, {"id": "b", "aum": 2}).strategies(
        "channel sms {}\nstrategy greet { cohort: aum > 1  channel: sms }"
    )
    gc.collect()
    gc.disable()
    try:
        result = bank.run()
        held = [each for each in gc.get_objects() if isinstance(each, Moment | Bank)]
    finally:
        gc.enable()
    assert result.actions.height == 1
    assert not held
