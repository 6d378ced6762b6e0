"""Functions of the library in the solver's terms: a few exactly, all others as anything of their type."""

from __future__ import annotations

from collections.abc import Callable

from strategy_engine.language.functions import Missing, find
from strategy_engine.language.types import DATE, TIMES, Kind
from strategy_engine.proofs.logic import Meaning, Pair, Value, both, chosen, decided, implied, known, picked, z3
from strategy_engine.proofs.scene import Scene
from strategy_engine.proofs.values import DAY
from strategy_engine.semantics import ir


def encoded(expr: ir.Call, scene: Scene) -> Meaning:
    """What a call gives."""
    exact = _EXACT.get(expr.function)
    arguments = [scene.of(argument) for argument in expr.arguments]
    if exact is not None:
        made = exact(expr, arguments, scene)
        if made is not None:
            return made
    return _anything(expr, arguments, scene)


def _anything(expr: ir.Call, arguments: list[Meaning], scene: Scene) -> Meaning:
    function = find(expr.function)
    strict = function is not None and function.missing is Missing.GIVES_MISSING
    there = both(*map(known, arguments)) if strict else scene.maybe()
    if function is None or function.returns.endswith("?") or expr.type.kind in TIMES:  # the calendar ends somewhere
        there = both(there, scene.maybe())
    seen = (ir.Today(type=DATE),) if function is not None and function.context else ()
    return scene.approximated(expr, (*expr.arguments, *seen), scene.anything(expr.type, there))


Exact = Callable[[ir.Call, list[Meaning], Scene], Meaning | None]


def _days(expr: ir.Call, arguments: list[Meaning]) -> list[Value] | None:
    """Dates and datetimes as days."""
    found = []
    for argument, meaning in zip(expr.arguments, arguments, strict=True):
        if not isinstance(meaning, Value) or argument.type.kind not in (Kind.DATE, Kind.DATETIME):
            return None
        found.append(meaning if argument.type.kind is Kind.DATE else Value(meaning.known, meaning.term / DAY))
    return found


def _days_since(sign: int) -> Exact:
    def made(expr: ir.Call, arguments: list[Meaning], scene: Scene) -> Meaning | None:
        days = _days(expr, arguments)
        return None if days is None else Value(days[0].known, (scene.today - days[0].term) * sign)

    return made


def _days_between(expr: ir.Call, arguments: list[Meaning], _scene: Scene) -> Meaning | None:
    days = _days(expr, arguments)
    return None if days is None or len(days) != 2 else Value(both(days[0].known, days[1].known), days[1].term - days[0].term)


def _age(expr: ir.Call, arguments: list[Meaning], scene: Scene) -> Meaning | None:
    """So many years are their average number of days, but for three."""
    days = _days(expr, arguments)
    if days is None:
        return None
    birth = days[0]
    lived = scene.today - birth.term
    made = scene.anything(expr.type, both(birth.known, lived >= 0))
    if isinstance(made, Value):
        least, most = made.term * 3_652_425, (made.term + 1) * 3_652_425
        scene.facts.hold(implied(made.known, both(made.term >= 0, lived * 10_000 >= least - 30_000, lived * 10_000 <= most + 30_000)))
    return scene.approximated(expr, (*expr.arguments, ir.Today(type=DATE)), made)


def _coalesce(_expr: ir.Call, arguments: list[Meaning], _scene: Scene) -> Meaning | None:
    return picked([(known(argument), argument) for argument in arguments])


def _extreme(smallest: bool) -> Exact:
    def made(_expr: ir.Call, arguments: list[Meaning], _scene: Scene) -> Meaning | None:
        values = [each for each in arguments if isinstance(each, Value)]
        if len(values) < len(arguments) or len({z3.is_int(each.term) for each in values}) > 1:
            return None
        term = values[0].term
        for each in values[1:]:
            term = chosen(each.term < term if smallest else each.term > term, each.term, term)
        return Value(both(*(each.known for each in values)), term)

    return made


def _abs(_expr: ir.Call, arguments: list[Meaning], _scene: Scene) -> Meaning | None:
    value = arguments[0]
    return Value(value.known, chosen(value.term < 0, -value.term, value.term)) if isinstance(value, Value) else None


def _between(_expr: ir.Call, arguments: list[Meaning], _scene: Scene) -> Meaning | None:
    values = [each for each in arguments if isinstance(each, Value)]
    if len(values) != 3 or len({z3.is_int(each.term) for each in values}) > 1:
        return None
    value, low, high = values
    return decided(both(value.known, low.known, high.known), both(value.term >= low.term, value.term <= high.term))


def _is_true(_expr: ir.Call, arguments: list[Meaning], _scene: Scene) -> Meaning | None:
    value = arguments[0]
    return decided(True, value.true) if isinstance(value, Pair) else None


_EXACT: dict[str, Exact] = {
    "days_since": _days_since(1),
    "days_until": _days_since(-1),
    "days_between": _days_between,
    "age": _age,
    "coalesce": _coalesce,
    "if_missing": _coalesce,
    "min": _extreme(smallest=True),
    "max": _extreme(smallest=False),
    "abs": _abs,
    "between": _between,
    "is_true": _is_true,
}
