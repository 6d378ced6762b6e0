"""What tests should see both ways: the clauses of conditions, and the rows of which one decides.

A clause is a condition that no `and`, `or` or `not` makes of others; what counts and sums ask of each row is part of it. A row is one of a
decision table, a cell of a grid, a branch of `by`, or an alternative of `a else b`. The conditions are settled, for the row interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from strategy_engine.language.types import Kind
from strategy_engine.plan.settle import Settler, skips_without
from strategy_engine.plan.vocabulary import TRUE, Vocabulary
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import (
    Cases,
    Declared,
    Definition,
    Limit,
    Model,
    Policy,
    RowHits,
    SequenceHits,
    SeriesHits,
    StateHits,
    Strategy,
    Trigger,
)
from strategy_engine.semantics.walk import children
from strategy_engine.source.file import SourceFile, Span

LADDERS = ("benefit", "channel")


@record
class Point:
    """Something that is true of some and false of others.

    of: the declaration that it stands in, as `cohort rich`.      text: as it was written, on one line.
    """

    of: str
    text: str
    span: Span
    is_row: bool = False


@record
class Fork:
    """Rows of which one decides (`first`), or each by itself. Rows that share a point are one cell."""

    hit: str
    rows: tuple[tuple[ir.Expr, Point], ...]


@record
class Asked:
    """What is asked at one place."""

    clauses: tuple[tuple[ir.Expr, Point], ...] = ()
    forks: tuple[Fork, ...] = ()

    def settled(self, settle: Callable[[ir.Expr], ir.Expr]) -> Asked:
        """The same in terms of what is known when it is asked."""
        forks = (Fork(fork.hit, tuple((settle(guard), point) for guard, point in fork.rows)) for fork in self.forks)
        return Asked(tuple((settle(condition), point) for condition, point in self.clauses), tuple(forks))

    @property
    def points(self) -> Iterator[Point]:
        yield from (point for _, point in self.clauses)
        yield from (point for fork in self.forks for _, point in fork.rows)


@record
class Points:
    """All that there is to see, by when it is asked.

    customers: of every customer.                       cohorts: of every customer on whose day the strategy runs.
    hits: of the rows of a trigger's source; of a sequence for each step.
    ways: of each way in which a candidate of the strategy could go out.
    later: of each journey for which the step of the strategy is due: its `if`.
    declared: of each way with the (channel, name), (benefit, name) or (product, name).
    everywhere: of every way.      excludes: of the ways of which the conditions before it are true.
    ladders: the alternatives of a strategy by step, column and name; those of benefits under step 0.
    """

    customers: Asked
    cohorts: Mapping[str, Asked]
    hits: Mapping[str, tuple[Asked, ...]]
    ways: Mapping[str, Asked]
    later: Mapping[tuple[str, int], Asked]
    declared: Mapping[tuple[str, str], Asked]
    everywhere: Asked
    excludes: tuple[tuple[tuple[ir.Expr, ...], Asked], ...]
    ladders: Mapping[str, Mapping[tuple[int, str, str | None], Point]]

    def all(self) -> list[Point]:
        """Each once, by file and place."""
        by_name = (self.cohorts, self.ways, self.later, self.declared)
        asked = [self.customers, self.everywhere, *(each for named in by_name for each in named.values())]
        asked += [*chain.from_iterable(self.hits.values()), *(each for _, each in self.excludes)]
        found = [*chain.from_iterable(each.points for each in asked), *chain.from_iterable(each.values() for each in self.ladders.values())]
        return sorted(dict.fromkeys(found), key=lambda point: (point.span.path, point.span.start))


def points_of(model: Model, sources: Mapping[str, SourceFile]) -> Points:
    """The points of the strategies that run and of all that they may use; `sources`, by path, have their words."""
    read, vocabulary = _Reader(sources), Vocabulary(model)
    settle, policies, states = Settler(vocabulary), model.policies.values(), model.triggers.values()
    running = [(one, Settler(vocabulary, one)) for one in model.strategies.values() if one.runs]
    of_policies = (read(f"policy {one.name}", one.applies, one.excepts, *_applying(one.limits)) for one in policies)
    return Points(
        customers=_joined([*read.definitions(model), *(read(f"trigger {one.name}", _state(one)) for one in states)]),
        cohorts={one.name: read(f"strategy {one.name}", one.cohort).settled(own.cohort) for one, own in running},
        hits={one.name: tuple(read(f"trigger {one.name}", where) for where in _of_rows(one)) for one in states},
        ways={one.name: read.ways(one).settled(own) for one, own in running},
        later={
            (one.name, step): read(f"strategy {one.name}", *exprs).settled(own)
            for one, own in running
            for step, exprs in _only_if(one).items()
        },
        declared={(kind, one.name): read(f"{kind} {one.name}", *exprs).settled(settle) for kind, one, exprs in _declared(model)},
        everywhere=_joined([*of_policies, read("arbitration", model.arbitration.excepts)]).settled(settle),
        excludes=tuple(
            (tuple(_concerns(one, clause, settle)), read(f"policy {one.name}", clause).settled(settle))
            for one in policies
            for clause in one.excludes
        ),
        ladders={one.name: dict(_ladders(one)) for one, _ in running},
    )


def _declared(model: Model) -> Iterator[tuple[str, Declared, list[ir.Expr | None]]]:
    """What stands against a channel, benefit or product, and what it costs."""
    for channel in model.channels.values():
        yield "channel", channel, [channel.require, channel.cost, channel.assign, *_applying(channel.limits)]
    for benefit in model.benefits.values():
        yield "benefit", benefit, [benefit.eligible, *benefit.fields.values(), *_applying(benefit.limits)]
    for product in model.products.values():
        yield "product", product, [product.eligible, *product.fields.values(), *_applying(product.limits)]


def _concerns(policy: Policy, clause: ir.Expr, settle: Settler) -> Iterator[ir.Expr]:
    """What must be true for an exclude to be asked."""
    concerns = (settle.maybe(policy.applies), skips_without(settle.vocabulary, clause))
    return (each for each in concerns if each is not None)


def _joined(parts: Iterable[Asked]) -> Asked:
    every = list(parts)
    return Asked(tuple(chain.from_iterable(each.clauses for each in every)), tuple(chain.from_iterable(each.forks for each in every)))


def _applying(limits: tuple[Limit, ...]) -> Iterator[ir.Expr | None]:
    return (limit.applies for limit in limits)


def _state(trigger: Trigger) -> ir.Expr | None:
    return trigger.source.condition if isinstance(trigger.source, StateHits) else None


def _of_rows(trigger: Trigger) -> tuple[ir.Expr | None, ...]:
    """The conditions on rows, one a step."""
    match trigger.source:
        case RowHits(rows=rows):
            return (rows.where,)
        case SeriesHits(where=where):
            return (where,)
        case SequenceHits(steps=steps):
            return tuple(step.rows.where for step in steps)
    return ()


def _only_if(strategy: Strategy) -> dict[int, list[ir.Expr | None]]:
    """By step after the first, what its `if` asks, on whichever branch."""
    found: dict[int, list[ir.Expr | None]] = {}
    for plan in strategy.plan.values:
        for number, step in enumerate(plan.steps[1:], 2):
            found.setdefault(number, []).append(step.only_if)
    return found


def _ladders(strategy: Strategy) -> Iterator[tuple[tuple[int, str, str | None], Point]]:
    """The alternatives where there are several. They stand at the strategy's name."""
    span = strategy.span
    if span is None:
        return
    benefits = strategy.benefit.values if strategy.benefit is not None else ()
    ladders = [(0, "benefit", names) for names in benefits]
    ladders += [(number, "channel", step.channels) for plan in strategy.plan.values for number, step in enumerate(plan.steps, 1)]
    for step, column, names in ladders:
        for name in names if len(names) > 1 else ():
            at_step = f"step {step}: " if step > 1 else ""
            yield (step, column, name), Point(f"strategy {strategy.name}", f"{at_step}{column} {name or 'none'}", span, True)


# ------------------------------------------------------------------------------------------------ reading expressions


@record
class _Reader:
    """Finds the points of expressions."""

    sources: Mapping[str, SourceFile]

    def __call__(self, of: str, *exprs: ir.Expr | None) -> Asked:
        """The points of expressions of one declaration."""
        clauses: dict[Point, ir.Expr] = {}
        forks: list[Fork] = []
        for expr in filter(None, exprs):
            conditions = [expr] if expr.type.kind is Kind.BOOL else []
            for node in _inside(expr):
                if isinstance(node, ir.Choice):
                    conditions.append(node.condition)
                elif isinstance(node, ir.Decision) and node.span is not None:
                    forks.append(Fork(node.hit, tuple((guard, self._row(of, node, at)) for at, (guard, _) in enumerate(node.rows))))
            for leaf in chain.from_iterable(map(_leaves, conditions)):
                if leaf.span is not None:
                    clauses.setdefault(Point(of, self._condition(leaf), leaf.span), leaf)
        return Asked(tuple((leaf, point) for point, leaf in clauses.items()), tuple(forks))

    def definitions(self, model: Model) -> Iterator[Asked]:
        """Attributes, cohorts, tables and grids. The outputs of one table share its rows."""
        tables: dict[Span | None, list[Definition]] = {}
        for one in model.derived.values():
            if one.kind == "table":
                tables.setdefault(one.span, []).append(one)
            elif one.kind == "grid" and isinstance(one.expr, ir.Decision) and one.span is not None:
                of, place = f"grid {one.name}", one.span
                cells = ((guard, Point(of, str(_value(cell)), place, True)) for guard, cell in one.expr.rows)
                yield Asked(forks=(Fork("each", tuple(cells)),))
            else:
                yield self(f"{one.kind} {one.name}", one.expr)
        for outputs in tables.values():
            yield self._table(outputs)

    def _table(self, outputs: list[Definition]) -> Asked:
        """A table's rows, and their cells where several make a row."""
        of = f"table {outputs[0].name.partition('.')[0]}"
        columns = [one.expr for one in outputs if isinstance(one.expr, ir.Decision)]
        guards = [guard for guard, _ in columns[0].rows]
        results = [[column.rows[at][1] for column in columns] for at in range(len(guards))]
        cells = (guard for guard in guards if isinstance(guard, ir.And) and _is_joined(guard))
        asked = self(of, *cells, *chain.from_iterable(results))
        rows = ((guard, self._table_row(of, guard, results[at], at)) for at, guard in enumerate(guards))
        return _joined([Asked(forks=(Fork(columns[0].hit, tuple(rows)),)), asked])

    def _table_row(self, of: str, guard: ir.Expr, results: list[ir.Expr], at: int) -> Point:
        span = guard.span or results[0].span
        assert span is not None  # noqa: S101 - a row that was written has a place
        if results[0].span == span:  # of a file, whose rows all stand where it is named
            return Point(of, f"row {at + 1} of {self._written(span)}", span, True)
        tests = guard.parts if isinstance(guard, ir.And) and _is_joined(guard) else (guard,)
        cells = ["-" if isinstance(test, ir.Constant) else self._written(test.span) for test in tests]
        return Point(of, f"{' | '.join(cells)} => {' | '.join(self._written(each.span) for each in results)}", span, True)

    def ways(self, strategy: Strategy) -> Asked:
        """What a strategy's keys but its cohort ask of each way."""
        of = f"strategy {strategy.name}"
        every: list[Cases[Any] | None] = [strategy.product, strategy.benefit, strategy.plan, strategy.script, strategy.owner]
        forks = [self._cases(of, cases) for cases in every if cases is not None and len(cases.branches) > 1]
        terms = [term for choice in (strategy.product.values if strategy.product else ()) if choice is not None for _, term in choice.terms]
        scripts = strategy.script.values if strategy.script is not None else ()
        values = (strategy.score, strategy.priority, strategy.until, strategy.control, *_applying(strategy.limits))
        return _joined([Asked(forks=tuple(forks)), self(of, *terms, *scripts, *values)])

    def _cases(self, of: str, cases: Cases[Any]) -> Fork:
        selector = next(guard for guard, _ in cases.branches if guard is not None)
        return Fork("first", tuple((guard or TRUE, self._branch(of, guard, selector)) for guard, _ in cases.branches))

    def _row(self, of: str, decision: ir.Decision, at: int) -> Point:
        guard = decision.rows[at][0]
        return self._branch(of, None if isinstance(guard, ir.Constant) else guard, decision.rows[0][0])

    def _branch(self, of: str, guard: ir.Expr | None, first: ir.Expr) -> Point:
        """A branch of `by`; the last resort stands where the selector does."""
        if guard is not None and guard.span is not None:
            return Point(of, self._condition(guard), guard.span, True)
        selector = first.left.span if isinstance(first, ir.Compare) else first.span
        span = selector or first.span
        assert span is not None  # noqa: S101 - what was written has a place
        return Point(of, f"{self._written(span)}: else", span, True)

    def _condition(self, expr: ir.Expr) -> str:
        """As it was written. Of a cell, and of a branch of `by`, what it is about stands elsewhere, and is put before it."""
        if isinstance(expr, ir.And) and expr.span == expr.parts[-1].span and len(expr.parts) == 2:  # branches within branches
            return " and ".join(map(self._condition, expr.parts))
        text, subject = self._written(expr.span), _subject(expr)
        if subject is None or subject.span is None or expr.span is None or _within(subject.span, expr.span):
            return text
        sign = "== " if isinstance(expr, ir.Compare) and expr.op == "==" and expr.right.span == expr.span else ""
        return f"{self._written(subject.span)} {'in ' if isinstance(expr, ir.InWindow) else sign}{text}"

    def _written(self, span: Span | None) -> str:
        file = self.sources.get(span.path) if span is not None else None
        return " ".join(file.text[span.start : span.end].split()) if file is not None and span is not None else ""


def _subject(expr: ir.Expr) -> ir.Expr | None:
    """What a condition compares."""
    if isinstance(expr, ir.Compare):
        return expr.left
    if isinstance(expr, ir.Not):
        return _subject(expr.value)
    return expr.value if isinstance(expr, ir.InSet | ir.InWindow | ir.IsKnown) else None


def _within(inner: Span, outer: Span) -> bool:
    return inner.path == outer.path and outer.start <= inner.start and inner.end <= outer.end


def _value(cell: ir.Expr) -> Any:
    return cell.value if isinstance(cell, ir.Constant) else None


def _is_joined(node: ir.Expr) -> bool:
    """Whether the author joined or negated conditions here; what the checker makes of one condition stands where that does."""
    return node.span is None or all(part.span != node.span for part in children(node))


def _leaves(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The conditions that the author has joined."""
    if isinstance(expr, ir.And | ir.Or | ir.Not) and _is_joined(expr):
        for part in children(expr):
            yield from _leaves(part)
    elif isinstance(expr, ir.Default) and expr.span is None:  # as good as false where it is unknown
        yield from _leaves(expr.options[0])
    elif isinstance(expr, ir.Decision):
        for _, output in expr.rows:
            yield from _leaves(output)
    elif isinstance(expr, ir.Choice):
        yield from _leaves(expr.then)
        yield from _leaves(expr.otherwise)
    elif not isinstance(expr, ir.Constant):
        yield expr


def _inside(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The expression and its parts, without what is asked of rows, of other customers or of other days."""
    yield expr
    if not isinstance(expr, ir.Aggregate | ir.Ago | ir.Population):
        for part in children(expr):
            yield from _inside(part)
