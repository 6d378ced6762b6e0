"""What two versions of a project have in common: their tables and columns, so that one customer can be seen by both.

A customer of the comparison is one whom either project file permits: a column may be missing, or below a `min`, where one of them says so,
and an enum has the words of both. A column whose type has become another, or an enum whose order has been turned round, is two columns:
that of before is called `NAME (before)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from strategy_engine.catalog.models import Column, Project, Table
from strategy_engine.language.types import EnumType, Kind, Type
from strategy_engine.record import record

SNAPSHOT = "snapshot"
"""What the table of customers is called here, whatever the project files call it."""

BEFORE = " (before)"


@record
class Shared:
    """A column of both versions, or of one: its type, missing where either says so, and its smallest value in the engines' units."""

    type: Type
    minimum: float | int | None = None


@record
class Reading:
    """How one version's words are read: the enums that are widened, columns that are called otherwise, and those that may be missing."""

    enums: Mapping[EnumType, EnumType] = field(default_factory=dict)
    renamed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    def type(self, of: Type) -> Type:
        """The type without what does not change the meaning of an expression."""
        if of.enum is None:
            return Type(of.kind)
        bare = _bare(of.enum)
        return Type(of.kind, enum=self.enums.get(bare, bare))

    def column(self, table: str, name: str) -> str:
        """What the comparison calls a column."""
        return self.renamed.get((table, name), name)


@record
class Ground:
    """What both versions stand on.

    columns: by table and name.      kinds, times: of the tables.      project: what proofs need of it.
    """

    before: Reading
    after: Reading
    columns: Mapping[tuple[str, str], Shared]
    kinds: Mapping[str, str]
    times: Mapping[str, str]
    project: Project

    def of(self, table: str) -> dict[str, Shared]:
        """The columns of a table."""
        return {name: column for (place, name), column in self.columns.items() if place == table}


def ground(before: Project, after: Project) -> Ground:
    """What two versions of a project stand on together."""
    old, new = _columns(before), _columns(after)
    both = [key for key in new if key in old]
    pairs = [(_bare(one.enum), _bare(other.enum)) for key in both if (one := old[key].type).enum and (other := new[key].type).enum]
    enums, torn = _merged(pairs)
    apart = {key for key in both if old[key].type.kind is not new[key].type.kind or _torn(old[key].type, torn)}
    renamed = {(table, name): name + BEFORE for table, name in apart}
    columns: dict[tuple[str, str], Shared] = {}
    for key, column in old.items():
        columns[key[0], renamed.get(key, key[1])] = column
    for key, column in new.items():
        columns[key] = column if key in apart or key not in old else _either(old[key], column)
    widened = {key: Shared(_widened(column.type, enums), column.minimum) for key, column in columns.items()}
    tables = {**_tables(before), **_tables(after)}
    optional = frozenset(name for (table, name), column in widened.items() if table == SNAPSHOT and column.type.optional)
    return Ground(
        Reading(enums, renamed, optional),
        Reading(enums, optional=optional),
        widened,
        {name: table.kind for name, table in tables.items()},
        {name: table.time for name, table in tables.items() if table.time is not None},
        _project(before, after, {name: column for (table, name), column in widened.items() if table == SNAPSHOT}),
    )


def _bare(enum: EnumType) -> EnumType:
    """Labels are for readers."""
    return EnumType(enum.values, (), enum.ordered)


def _tables(project: Project) -> dict[str, Table]:
    return {SNAPSHOT if table.kind == "snapshot" else name: table for name, table in project.tables.items()}


def _columns(project: Project) -> dict[tuple[str, str], Shared]:
    def shared(column: Column) -> Shared:
        return Shared(column.value_type, column.minimum)

    return {(table, name): shared(column) for table, found in _tables(project).items() for name, column in found.columns.items()}


def _either(one: Shared, other: Shared) -> Shared:
    lowest = None if one.minimum is None or other.minimum is None else min(one.minimum, other.minimum)
    return Shared(other.type.or_missing(one.type.optional), lowest)


def _widened(of: Type, enums: Mapping[EnumType, EnumType]) -> Type:
    return Type(of.kind, of.optional, None if of.enum is None else enums.get(_bare(of.enum), _bare(of.enum)))


# ------------------------------------------------------------------------------------------------ enums


def _merged(pairs: Iterable[tuple[EnumType, EnumType]]) -> tuple[dict[EnumType, EnumType], set[EnumType]]:
    """For each enum that is another in the other version one with the words of both; and those whose order is not kept."""
    groups: list[list[EnumType]] = []
    for one, other in pairs:
        touched = [group for group in groups if one in group or other in group]
        groups = [group for group in groups if group not in touched]
        groups.append(list(dict.fromkeys([each for group in touched for each in group] + [other, one])))
    enums: dict[EnumType, EnumType] = {}
    torn: set[EnumType] = set()
    for group in groups:
        if len(group) < 2:
            continue
        values = _in_order([each.values for each in group], [each.values for each in group if each.ordered])
        if values is None:
            torn.update(group)
        else:
            enums.update(dict.fromkeys(group, EnumType(values, (), any(each.ordered for each in group))))
    return enums, torn


def _torn(of: Type, torn: set[EnumType]) -> bool:
    return of.enum is not None and _bare(of.enum) in torn


def _in_order(every: list[tuple[str, ...]], ordered: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    """All values, in an order that keeps each of those given; None where there is none."""
    left = list(dict.fromkeys(value for values in every for value in values))
    found: list[str] = []
    while left:
        free = next((value for value in left if not any(_precedes(left, value, values) for values in ordered)), None)
        if free is None:
            return None
        left.remove(free)
        found.append(free)
    return tuple(found)


def _precedes(left: list[str], value: str, order: tuple[str, ...]) -> bool:
    """Whether one that is left must come before the value."""
    return value in order and any(other in left for other in order[: order.index(value)])


# ------------------------------------------------------------------------------------------------ what proofs need


def _project(before: Project, after: Project, columns: Mapping[str, Shared]) -> Project:
    """A project whose customers are those of both."""
    breaches = {**before.on_breach, **after.on_breach}
    return Project.model_validate(
        {
            "project": after.project,
            "contact_offset": after.contact_offset,
            "calendar": after.calendar.model_dump(),
            "on_breach": {breach.value: tolerance.value for breach, tolerance in breaches.items()},
            "data": {"customer": {"kind": "snapshot", "path": "-", "key": _key(columns), "columns": dict(_declared(columns))}},
        }
    )


def _key(columns: Mapping[str, Shared]) -> str:
    return next((name for name, column in columns.items() if column.type.kind is Kind.ID), next(iter(columns)))


def _declared(columns: Mapping[str, Shared]) -> Iterator[tuple[str, dict[str, object]]]:
    for name, column in columns.items():
        least = column.minimum
        if least is not None and column.type.kind is Kind.MONEY:
            least = least / 100
        enum = column.type.enum
        values = {} if enum is None else {"values": list(enum.values), "ordered": enum.ordered}
        yield (
            name,
            {"type": column.type.kind.value, "optional": column.type.optional, **({} if least is None else {"min": least}), **values},
        )
