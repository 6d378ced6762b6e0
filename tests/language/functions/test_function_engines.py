"""Both meanings of every function agree exactly: on edges, wild values and missing ones, on columns and on literals."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import polars as pl
import pytest

from strategy_engine.language.functions import Function, Missing, load_library
from strategy_engine.language.types import Kind, Type
from tests.language.functions.function_values import DTYPES, HELD, Case, cases

FUNCTIONS = sorted(load_library().values(), key=lambda function: function.name)
ENGINES = ("in-memory", "streaming")


def row_wise(function: Function, case: Case) -> list[Any]:
    """The Python meaning, guarded as the row interpreter guards it."""
    first = (*((case.context,) if function.context else ()), *((case.types,) if function.typed else ()))
    return [None if function.missing is Missing.GIVES_MISSING and None in row else function.python(*first, *row) for row in case.rows]


def expression(function: Function, case: Case, arguments: list[Any]) -> pl.Expr:
    """The Polars meaning over these arguments."""
    first = (*((case.context,) if function.context else ()), *((case.types,) if function.typed else ()))
    return function.polars(pl, *first, *arguments).alias("result")


def literal(value: Any, type_: Type) -> pl.Expr:
    """A constant as the engine writes it."""
    return pl.lit(value, dtype=DTYPES[type_.kind])


def frame(case: Case) -> pl.DataFrame:
    """The rows as columns."""
    return pl.DataFrame(
        {
            f"a{place}": pl.Series([row[place] for row in case.rows], dtype=DTYPES[type_.kind], strict=True)
            for place, type_ in enumerate(case.types)
        }
    )


def result_kind(function: Function, case: Case) -> Kind:
    """What the function returns for these argument types."""
    name = function.returns.rstrip("?")
    if name in ("T", "N"):
        return next(type_.kind for type_, parameter in zip(case.types, function.parameters, strict=False) if parameter.accepts == name)
    return Kind(name)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_engines_agree_on_columns(function: Function) -> None:
    count = 0
    for case in cases(function):
        expected = row_wise(function, case)
        kind = result_kind(function, case)
        wrong_type = [(row, got) for row, got in zip(case.rows, expected, strict=True) if got is not None and type(got) is not HELD[kind]]
        assert not wrong_type, f"python gives another type than {kind}: {wrong_type[:3]}"
        arguments = [case.constants.get(place, pl.col(f"a{place}")) for place in range(len(case.types))]
        lazy = frame(case).lazy().select(expression(function, case, arguments))
        for engine in ENGINES:
            result = lazy.collect(engine=engine)["result"]
            assert result.dtype == DTYPES[kind], f"polars gives {result.dtype} for {kind}"
            wrong = [
                (row, f"python {want!r}", f"polars {got!r}")
                for row, want, got in zip(case.rows, expected, result.to_list(), strict=True)
                if want != got
            ]
            assert not wrong, (
                f"{len(wrong)} of {len(case.rows)} with {[str(t) for t in case.types]}, constants {case.constants}: {wrong[:5]}"
            )
        count += len(case.rows)
    assert count >= 200


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_engines_agree_on_literals(function: Function) -> None:
    """A call may have literals at any place: one of them, all but one, all."""
    for case in cases(function, rows=12):
        free = [place for place in range(len(case.types)) if place not in case.constants]
        mixtures = {frozenset(free), *(frozenset({place}) for place in free), *(frozenset(free) - {place} for place in free)}
        for literals, fixed in product(mixtures, case.rows[:2]):
            rows = [tuple(fixed[place] if place in literals else held for place, held in enumerate(row)) for row in case.rows]
            arguments = [
                fixed[place] if place in case.constants else literal(fixed[place], type_) if place in literals else pl.col(f"a{place}")
                for place, type_ in enumerate(case.types)
            ]
            mixed = replace(case, rows=rows)
            got = frame(mixed).with_columns(expression(function, case, arguments))["result"].to_list()
            assert got == row_wise(function, mixed), f"literals at {set(literals)}: {rows}"


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_missing_results_are_declared(function: Function) -> None:
    """Without `?`, known usual arguments give a known result; no result is ever infinite or NaN."""
    for case in cases(function):
        for row, got in zip(case.rows, row_wise(function, case), strict=True):
            if isinstance(got, float):
                assert abs(got) <= 1e308, row
            if got is None and not case.wild and None not in row:
                assert function.returns.endswith("?"), f"{row} gives missing, but the signature is {function.signature}"


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f.missing is Missing.WHEN_ALL_MISSING], ids=lambda function: function.name)
def test_missing_only_where_all_are(function: Function) -> None:
    for case in cases(function):
        for row, got in zip(case.rows, row_wise(function, case), strict=True):
            assert (got is None) == all(argument is None for argument in row)
