"""What the tests have made of each clause and row: `strategy test --coverage`, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from strategy_engine.cli.console import STRATEGIES, fail, say
from strategy_engine.cli.layout import Column, text
from strategy_engine.cli.table import print_table
from strategy_engine.diagnostics.cells import visible
from strategy_engine.diagnostics.tongue import PHRASES, said
from strategy_engine.plan.points import Point
from strategy_engine.record import record
from strategy_engine.session import Project

if TYPE_CHECKING:
    from strategy_engine.engine.trial import Coverage, Seen

HEADS = (Column("place", right=True), Column("missing"), text("in", 12), text("clause or row", 16))
MISSES = ("never tried", "only unknown", "never true", "never false")
"""What a point may lack, worst first."""


def wanted(given: str | None, example: str = "--min-coverage 80%") -> Decimal | None:
    """A share such as `80%` or `80`, in percent; ends the command where it is none."""
    if given is None:
        return None
    try:
        share = Decimal(given.removesuffix("%").strip())
        fits = 0 <= share <= 100
    except InvalidOperation:  # NaN among them, which cannot be compared
        fits = False
    if not fits:
        fail(f"`{given}` is no share", help=f"give one from 0% to 100%, such as {example}")
    return share


@record
class Counted:
    """How many of how many."""

    covered: int
    total: int

    @classmethod
    def of(cls, seen: Sequence[Seen]) -> Counted:
        return cls(sum(each.covered for each in seen), len(seen))

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 is said of all, and of nothing less. Of nothing, all is covered."""
        return 100 * self.covered // self.total if self.total else 100

    def reaches(self, share: Decimal) -> bool:
        """Whether the share itself, and not what is rounded of it, is as large as is asked for."""
        return self.covered * 100 >= share * self.total

    def __str__(self) -> str:
        return f"{self.covered} of {self.total}"


@record
class Report:
    """The coverage of a project."""

    coverage: Coverage
    project: Project

    @property
    def every(self) -> Counted:
        return Counted.of([*self.coverage.seen.values()])

    def _counted(self, *, rows: bool) -> Counted:
        return Counted.of([seen for point, seen in self.coverage.seen.items() if point.is_row is rows])

    @property
    def total(self) -> str:
        """In one line."""
        return f"clauses {self._counted(rows=False)}, rows {self._counted(rows=True)}: {self.every.percent} %"

    def hold(self, share: Decimal | None) -> None:
        """End the command where less is covered than is asked for."""
        if share is not None and not self.every.reaches(share):
            fail(f"the tests cover {self.every.percent} % of clauses and rows, less than {share.normalize():f} %", STRATEGIES)

    # -------------------------------------------------------------------------------------------- for machines

    def as_dict(self) -> dict[str, Any]:
        """All points by file and place, those that are covered as well."""
        counts = {name: self._counted(rows=rows) for name, rows in (("clauses", False), ("rows", True))}
        totals = {name: {"covered": each.covered, "total": each.total} for name, each in counts.items()}
        return {**totals, "percent": self.every.percent, "points": [self._point(*each) for each in self.coverage.seen.items()]}

    def _point(self, point: Point, seen: Seen) -> dict[str, Any]:
        line, column = self._place(point)
        return {
            "file": point.span.path,
            "line": line,
            "column": column,
            "kind": "row" if point.is_row else "clause",
            "of": point.of,
            "text": point.text,
            "true": seen.true,
            "false": seen.false,
            "unknown": seen.unknown,
            "missing": _missing(seen),
        }

    def _place(self, point: Point) -> tuple[int, int]:
        line, column = self.project.sources[point.span.path].position(point.span.start)
        return line, column

    # -------------------------------------------------------------------------------------------- for people

    def show(self) -> None:
        """What is not covered, the file with the smallest share first and in it the worst first; then the total."""
        for path, missed in self._by_file():
            print(f"\n{visible(path)}: {said(str(Counted.of(self._seen(path))))}")
            rows = [(place, said(told), _place_in(point), visible(point.text)) for place, told, point in missed]
            print_table("", HEADS, rows)
        print()
        say(said(self.total))

    def _seen(self, path: str) -> list[Seen]:
        return [seen for point, seen in self.coverage.seen.items() if point.span.path == path]

    def _by_file(self) -> Iterator[tuple[str, list[tuple[str, str, Point]]]]:
        """Place, what is missing, and the point."""
        found: dict[str, list[tuple[int, tuple[int, int], str, Point]]] = {}
        for point, seen in self.coverage.seen.items():
            missing = _missing(seen)
            if missing is not None:
                unknown = f", {seen.unknown} unknown" if seen.unknown and (seen.true or seen.false) else ""
                found.setdefault(point.span.path, []).append((MISSES.index(missing), self._place(point), missing + unknown, point))
        for path in sorted(found, key=lambda path: (_share(self._seen(path)), path)):
            missed = sorted(found[path], key=lambda each: each[:2])
            yield path, [(f"{line}:{column}", told, point) for _, (line, column), told, point in missed]


def _share(seen: list[Seen]) -> float:
    return sum(each.covered for each in seen) / len(seen)


def _missing(seen: Seen) -> str | None:
    """What has not been seen of a point; None where it is covered."""
    if seen.covered:
        return None
    if not seen.true and not seen.false:
        return "only unknown" if seen.unknown else "never tried"
    return "never false" if seen.true else "never true"


def _place_in(point: Point) -> str:
    kind, _, name = point.of.partition(" ")
    return f"{said(kind, PHRASES)} {name}".rstrip()
