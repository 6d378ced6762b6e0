"""Small cases solved for good, by HiGHS: the extra `optimise`. Without it, prices alone are told, with the gap that they leave."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

from strategy_engine.engine.maximise.prices import demand_of
from strategy_engine.engine.maximise.problem import Ints, total
from strategy_engine.engine.maximise.reduce import Core
from strategy_engine.record import record

NODES = 5_000  # a limit that does not depend on the machine's speed
CLOSE = 1e-9  # of the total: what is nearer to the bound is the best


@record
class Solution:
    """The options taken; a bound for any choice's total; and whether none is better."""

    taken: Ints
    bound: float
    proved: bool


def available() -> bool:
    """Whether the solver is installed."""
    return importlib.util.find_spec("highspy") is not None


def solve(core: Core, start: Ints) -> Solution | None:
    """The best choice, given one to begin with; None without the solver, or where what it finds breaks a room by rounding."""
    if not available():
        return None
    import highspy

    solver = highspy.Highs()
    solver.silent()
    for name, value in (("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.0), ("mip_max_nodes", NODES)):
        solver.setOptionValue(name, value)
    scale = 1000.0 / float(core.value.max())  # its tolerances are absolute
    solver.passModel(_model(core, scale))
    first = highspy.HighsSolution()
    first.col_value = np.isin(np.arange(len(core.option)), start).astype(np.float64).tolist()
    solver.setSolution(first)
    solver.run()
    info = solver.getInfo()
    proved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    taken: Ints = np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5)
    if not _keeps_to(core, taken) or total(core.value[taken]) < total(core.value[start]):
        taken, proved = start, False
    return Solution(taken, -info.mip_dual_bound / scale * (1 + CLOSE), proved)


def _model(core: Core, scale: float) -> Any:
    """A column an option; a row a candidate, a part, and a group."""
    import highspy

    options = len(core.option)
    candidates = np.unique(core.candidate, return_inverse=True)[1]
    parts = candidates.max() + 1 + core.part
    groups = parts.max() + 1
    rows, columns, values = [candidates, parts], [np.arange(options)] * 2, [np.ones(options)] * 2
    for claim in core.claims:
        bound = np.flatnonzero(claim.group < len(core.room) - 1)
        rows.append(groups + claim.group[bound])
        columns.append(bound)
        values.append(np.ones(len(bound)) if claim.weight is None else claim.weight[bound].astype(np.float64))
    row, column, value = np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
    order = np.lexsort((row, column))
    room = np.concatenate([np.ones(candidates.max() + 1), core.takes, core.room[:-1]]).astype(np.float64)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = options, len(room)
    model.col_cost_, model.col_lower_, model.col_upper_ = -core.value * scale, np.zeros(options), np.ones(options)
    model.row_lower_, model.row_upper_ = np.full(len(room), -np.inf), room
    model.integrality_ = [highspy.HighsVarType.kInteger] * options
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=options))]).astype(np.int32)
    model.a_matrix_.index_, model.a_matrix_.value_ = row[order].astype(np.int32), value[order]
    return model


def _keeps_to(core: Core, taken: Ints) -> bool:
    """Whether the choice breaks no room, in whole numbers."""
    once = len(np.unique(core.candidate[taken])) == len(taken)
    parts = np.bincount(core.part[taken], minlength=len(core.takes)) <= core.takes
    return bool(once and parts.all() and (demand_of(core, taken) <= core.room).all())
