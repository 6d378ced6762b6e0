"""Which conditions have a box, or a customer, in common with others: all pairs at once, a bit for each box or condition."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from strategy_engine.proofs.regions import Box


def meetings(ones: Sequence[Sequence[Box]], others: Sequence[Sequence[Box]]) -> list[int]:
    """For each of `ones` the places, as bits, of those of `others` with which it has cells in common on every line."""
    boxes = [box for each in others for box in each]
    everywhere = (1 << len(boxes)) - 1
    meeting = {line: _Meeting(line, boxes, everywhere) for line in {line for box in boxes for line in box}}
    starts = [0, *accumulate(len(each) for each in others)]
    owners = [(place, ((1 << (end - start)) - 1) << start) for place, (start, end) in enumerate(pairwise(starts))]
    found = []
    for each in ones:
        met = 0
        for box in each:
            left = everywhere & ~met
            for line, cells in box.items():
                if line in meeting:
                    left &= meeting[line].of(cells)
            met |= left
        found.append(sum(1 << place for place, own in owners if met & own))
    return found


def members(ones: Sequence[int | None], others: Sequence[int | None]) -> list[int]:
    """The same of masks over the customers of a sample; of who has none (None) nothing is known."""
    known = [(place, mask) for place, mask in enumerate(others) if mask]
    return [sum(1 << place for place, mask in known if one & mask) if one else 0 for one in ones]


class _Meeting:
    """Boxes, by the cells that they have on one line."""

    def __init__(self, line: int, boxes: Sequence[Box], everywhere: int) -> None:
        self._by_cells: dict[int, int] = {}
        for place, box in enumerate(boxes):
            if line in box:
                self._by_cells[box[line]] = self._by_cells.get(box[line], 0) | 1 << place
        self._elsewhere = everywhere
        for own in self._by_cells.values():
            self._elsewhere &= ~own
        self._known: dict[int, int] = {}

    def of(self, cells: int) -> int:
        """The boxes that have one of the cells, and those that do not name the line."""
        found = self._known.get(cells)
        if found is None:
            found = self._elsewhere
            for other, own in self._by_cells.items():
                if other & cells:
                    found |= own
            self._known[cells] = found
        return found
