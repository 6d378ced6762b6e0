"""The price of asking many questions: p-values of a family of tests, corrected together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal


def corrected(p_values: Sequence[float | None], method: Literal["holm", "fdr_bh"] = "holm") -> list[float | None]:
    """Each p-value as it stands among the others; a missing one stays missing and counts as no question.

    `holm` (1979) bounds the chance of a single wrong "effective" among all, whatever the tests have in common. `fdr_bh` (Benjamini
    and Hochberg 1995) bounds the share of wrong ones among those called effective, which finds more and promises less.
    """
    from statsmodels.stats.multitest import multipletests  # here, as it takes a second to load

    known = [p for p in p_values if p is not None]
    if not known:
        return list(p_values)
    after = iter(multipletests(known, method=method)[1])
    return [None if p is None else float(next(after)) for p in p_values]
