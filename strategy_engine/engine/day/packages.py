"""Packages that a day may need and a plain installation lacks."""

from __future__ import annotations

import importlib.util

from strategy_engine.diagnostics.model import Diagnostic, diagnostic
from strategy_engine.semantics.model import Model


@diagnostic
class NoOptimiser(Diagnostic):
    """The package for `maximize:` is not installed

    The best total is looked for with numpy, which nothing else of a run needs.

    Example: `strategy run` after a plain installation, where the arbitration has `maximize: score`.

    Instead: `pip install 'strategy-engine[optimise]'`, which also brings HiGHS: small choices are then proved to be the best.
    """

    code = "S0527"
    exit_code = 3

    @property
    def message(self) -> str:
        return "`maximize:` needs numpy"

    @property
    def help(self) -> str | None:
        return "install it: `pip install 'strategy-engine[optimise]'`"


def missing(model: Model) -> list[Diagnostic]:
    """What a run of the model lacks."""
    absent = model.arbitration.maximize is not None and importlib.util.find_spec("numpy") is None
    return [NoOptimiser(None)] if absent else []
