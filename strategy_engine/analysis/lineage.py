"""Lineage: which column goes into which attribute, cohort, strategy …, in which of its keys, by the names that the model has resolved."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from strategy_engine.plan.reads import STEP
from strategy_engine.plan.settle import HIT, HITS
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.lists import further_columns
from strategy_engine.semantics.model import (
    Channel,
    Declared,
    Group,
    Limit,
    Model,
    PlanStep,
    ProductChoice,
    RowHits,
    SequenceHits,
    SeriesHits,
    Strategy,
    Target,
    Trigger,
)
from strategy_engine.source.file import Span

_OF_CUSTOMERS = ("customer", "other", "before", "after")
_SAID_ELSEWHERE = frozenset({"name", "title", "purpose", "span", "kind", "type", "version", "text", "columns"})
_KEYS = {
    "expr": "definition", "remembered": "definition", "source": "on", "plan": "channel", "targets": "kpi", "limits": "limit",
    "excludes": "exclude", "pauses": "pause", "applies": "for", "excepts": "except", "keeps": "keep",
}  # fmt: skip
"""The keys of the language whose fields in the model are called otherwise."""


class Node(NamedTuple):
    """A thing by its kind and name: a declaration, a table (`data`), or a `column` (`customer.aum`)."""

    kind: str
    name: str

    @property
    def id(self) -> str:
        """One text for both."""
        return f"{self.kind}:{self.name}"


@record
class Use:
    """That a thing uses another, in which of its keys (`cohort`, `score` …), and where that is written."""

    used: Node
    user: Node
    key: str
    span: Span | None


def lineage(model: Model) -> tuple[Use, ...]:
    """All uses, each once, in the order of the declarations; a column uses its table."""
    found: dict[tuple[Node, Node, str], Use] = {}
    for node, declared in _declared(model):
        for use in _Uses(model, node, declared).all():
            if use.used != node:
                found.setdefault((use.used, use.user, use.key), use)
    for use in _of_tests(model):
        found.setdefault((use.used, use.user, use.key), use)
    columns = dict.fromkeys(use.used for use in found.values() if use.used.kind == "column")
    tables = (Use(Node("data", column.name.split(".")[0]), column, "column", None) for column in columns)
    return (*tables, *found.values())


def _declared(model: Model) -> Iterator[tuple[Node, Any]]:
    for name, each in model.derived.items():
        yield Node(each.kind, name.split(".")[0]), each
    for kind, declared in (
        ("trigger", model.triggers), ("benefit", model.benefits), ("product", model.products), ("channel", model.channels),
        ("kpi", model.kpis), ("policy", model.policies), ("strategy", model.strategies),
    ):  # fmt: skip
        yield from ((Node(kind, name), each) for name, each in declared.items())
    yield Node("arbitration", "arbitration"), model.arbitration


def _of_tests(model: Model) -> Iterator[Use]:
    """The columns that tests set up, and the strategies of which they expect something."""
    for trial in model.tests:
        test = Node("test", trial.title)
        for given in trial.givens:
            if given.table in model.project.data:
                yield from (Use(Node("column", f"{given.table}.{name}"), test, "given", given.span) for name in given.values)
        for each in trial.expectations:
            yield from (Use(Node("strategy", name), test, "expect", each.span) for name in each.strategies)


def declaration_of(model: Model, node: Node) -> Declared | None:
    """What is declared under a node; None of tables, columns and the arbitration."""
    found = model.declared(node.kind, node.name)
    return found or next((each for name, each in model.derived.items() if name.split(".")[0] == node.name and each.kind == node.kind), None)


@record
class _At:
    """Where a walk stands: the key, the place, the table whose rows are at hand, and the tables of a sequence's steps."""

    key: str
    span: Span | None
    table: str | None = None
    steps: Mapping[str, str] = dataclasses.field(default_factory=dict)


@record
class _Uses:
    """The uses of one declaration."""

    model: Model
    node: Node
    declared: Any

    def all(self) -> Iterator[Use]:
        place = getattr(self.declared, "span", None)
        for part in dataclasses.fields(self.declared):
            if part.name not in _SAID_ELSEWHERE:
                yield from self._walk(getattr(self.declared, part.name), _At(_KEYS.get(part.name, part.name), place))
        if isinstance(self.declared, Strategy):
            yield from self._of_strategy(self.declared)
        if isinstance(self.declared, Channel):
            snapshot = self.model.project.snapshot.name
            for name in further_columns(self.model, self.declared.name):
                yield self._use(Node("column", f"{snapshot}.{name}"), _At("columns", place))

    def _use(self, used: Node, at: _At) -> Use:
        return Use(used, self.node, at.key, at.span)

    def _of_strategy(self, one: Strategy) -> Iterator[Use]:
        for name in one.triggers:
            yield self._use(Node("trigger", name), _At("trigger", one.span))
        for names in one.benefit.values if one.benefit is not None else ():
            yield from (self._use(Node("benefit", name), _At("benefit", one.span)) for name in names if name is not None)

    # -------------------------------------------------------------------------------------------- what there is inside

    def _walk(self, thing: Any, at: _At) -> Iterator[Use]:
        at = dataclasses.replace(at, span=getattr(thing, "span", None) or at.span)
        match thing:
            case ir.Column():
                yield from (self._use(node, at) for node in self._columns(thing, at))
            case ir.Derived(name=name):
                yield self._use(Node(self.model.derived[name].kind, name.split(".")[0]), at)
            case ir.Reference(table=table, column=column) | ir.SeriesValue(table=table, column=column):
                yield self._use(Node("column", f"{table}.{column}"), at)
                yield from self._walk(getattr(thing, "via", None), at)
            case ir.InList(table=table):
                yield self._use(Node("data", table), at)
            case ir.Aggregate(rows=rows, value=value):
                yield from self._walk(rows, at)
                yield from self._walk(value, dataclasses.replace(at, table=rows.table))
            case ir.Rows():
                yield from self._rows(thing, at)
            case SequenceHits(steps=steps):
                tables = {step.name: step.rows.table for step in steps}
                yield from self._parts(thing, dataclasses.replace(at, steps=tables))
            case SeriesHits(table=table, time=time, where=where):
                yield self._use(Node("column", f"{table}.{time}"), at)
                yield from self._walk(where, dataclasses.replace(at, table=table))
            case Limit(channels=names) | PlanStep(channels=names):
                yield from (self._use(Node("channel", name), at) for name in names)
                yield from self._parts(thing, at)
            case ProductChoice(name=name) | Target(kpi=name):
                yield self._use(Node("product" if isinstance(thing, ProductChoice) else "kpi", name), at)
                yield from self._parts(thing, at)
            case Group(kind="household") if self.model.project.household is not None:
                yield self._use(Node("column", f"{self.model.project.snapshot.name}.{self.model.project.household}"), at)
            case _:
                yield from self._parts(thing, at)

    def _parts(self, thing: Any, at: _At) -> Iterator[Use]:
        """What a thing is made of."""
        if isinstance(thing, Mapping):
            parts: Iterable[Any] = thing.values()
        elif isinstance(thing, tuple):
            parts = thing
        else:
            named = dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ()
            parts = (getattr(thing, part.name) for part in named if part.name not in _SAID_ELSEWHERE)
        for part in parts:
            if not isinstance(part, str | int | float | None):
                yield from self._walk(part, at)

    def _rows(self, rows: ir.Rows, at: _At) -> Iterator[Use]:
        if rows.table in self.model.project.data:
            yield self._use(Node("data", rows.table), at)
            if rows.time is not None:
                yield self._use(Node("column", f"{rows.table}.{rows.time}"), at)
        elif rows.table in self.model.triggers:
            yield self._use(Node("trigger", rows.table), at)
        yield from self._parts(rows, dataclasses.replace(at, table=rows.table))

    # -------------------------------------------------------------------------------------------- columns

    def _columns(self, column: ir.Column, at: _At) -> Iterator[Node]:
        """What a column stands for: a table's column, or a declaration whose field it is."""
        model, scope, name = self.model, column.scope, column.name
        if scope in _OF_CUSTOMERS:
            yield Node("column", f"{model.project.snapshot.name}.{name}")
        elif scope.startswith(STEP):
            yield from self._of_table(at.steps.get(scope.removeprefix(STEP)), name)
        elif scope.startswith(HIT):
            yield from self._of_hit(model.triggers.get(scope.removeprefix(HIT)), name)
        elif scope == "member":
            yield Node("cohort", name)
        elif scope in ("benefit", "product", "channel"):
            yield from (Node(scope, each.name) for each in getattr(model, f"{scope}s").values() if name in getattr(each, "fields", ()))
        elif scope in ("row", HITS):
            own = self.declared.triggers if isinstance(self.declared, Strategy) and at.table in (None, HITS) else ()
            for trigger in own or (at.table,):
                yield from self._of_hit(model.triggers.get(str(trigger)), name)
            yield from self._of_table(at.table, name)

    def _of_table(self, table: str | None, name: str) -> Iterator[Node]:
        if table in self.model.project.data and name in self.model.project.data[table].columns:
            yield Node("column", f"{table}.{name}")

    def _of_hit(self, trigger: Trigger | None, name: str) -> Iterator[Node]:
        """A column that a hit carries is that of the row that it comes from."""
        if trigger is None:
            return
        yield Node("trigger", trigger.name)
        match trigger.source:
            case RowHits(rows=rows):
                yield from self._of_table(rows.table, name)
            case SeriesHits(table=table):
                yield from self._of_table(table, name)
            case SequenceHits(steps=steps):
                step, _, inner = name.partition(".")
                named = {one.name: one.rows.table for one in steps}
                last = next(one for one in reversed(steps) if not one.absent).rows.table
                yield from self._of_table(named[step], inner) if inner and step in named else self._of_table(last, name)


# ------------------------------------------------------------------------------------------------ up and down


def reachable(uses: Iterable[Use], start: Node, *, up: bool) -> tuple[Use, ...]:
    """The uses on all ways to what the thing rests on (`up`), or to what rests on it; a column, not its table's others."""
    following: dict[Node, list[Use]] = {}
    for use in uses:
        following.setdefault(use.user if up else use.used, []).append(use)
    found: dict[Use, None] = {}
    waiting, seen = [start], {start}
    while waiting:
        for use in following.get(waiting.pop(0), ()):
            found[use] = None
            node = use.used if up else use.user
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return tuple(found)


def named(model: Model, uses: Iterable[Use], name: str) -> list[Node]:
    """The things that a name, a title or a label may stand for, the likeliest first: `txn.amount`, a column of the snapshot, a declaration,
    a table, a column of another table."""
    nodes = dict.fromkeys(node for use in uses for node in (use.used, use.user))
    project = model.project
    snapshot = project.snapshot
    columns = {f"{table}.{column}": each.label for table in project.data for column, each in project.data[table].columns.items()}
    labelled = [Node("column", full) for full, label in columns.items() if label == name]
    exact = [Node("column", full) for full in (name, f"{snapshot.name}.{name}") if full in columns]
    tables = [Node("data", name)] if name in project.data else []
    declared = [node for node, each in _declared(model) if name in (node.name, getattr(each, "title", None))]
    others = [node for node in nodes if node.kind == "column" and node.name.split(".", 1)[1] == name]
    return list(dict.fromkeys([*exact, *declared, *tables, *labelled, *others]))
