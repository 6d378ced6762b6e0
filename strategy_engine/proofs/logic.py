"""Three-valued logic over the solver's terms, with what is plain folded away.

A condition is a pair (is true, is false), never a Boolean: where both are false it is unknown. Any other value is a term and whether it
is known. A side that does not depend on the customer is Python's own True or False.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from strategy_engine.record import record

z3: Any = importlib.import_module("z3") if importlib.util.find_spec("z3") is not None else None

Logic = Any
"""True, False, or a Boolean term of the solver."""
Term = Any
"""A whole or real number of the solver; what stands for which value is said in `values.py`."""


@record
class Pair:
    """A condition; at most one side holds."""

    true: Logic
    false: Logic


@record
class Value:
    """A value that is no condition. Where it is not `known` the term means nothing."""

    known: Logic
    term: Term


Meaning = Pair | Value

UNKNOWN = Pair(False, False)
_CONTEXT = "_main_ctx"

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of `mallopt`
_LARGEST = 32 << 20  # bytes; no other threshold is larger


@contextmanager
def apart() -> Iterator[None]:
    """A context of the solver for what is made inside: whom it finds, and at what cost, hangs on all that its context has seen.

    z3 takes what is made without a context for that of the process; to hand one to every term would be the other way.
    """
    _keep_memory()
    outer = z3.main_ctx()
    setattr(z3.z3, _CONTEXT, None)
    try:
        yield
    finally:
        setattr(z3.z3, _CONTEXT, outer)


@functools.cache
def _keep_memory() -> None:
    """Have the C library keep what it is given back: a context begins with 16 MiB of empty tables, and a check makes hundreds, one after
    another. Fetched from the system each time they took longer than the questions."""
    with suppress(AttributeError, OSError, TypeError):  # a C library without such a thing: then it takes as long as it takes
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGEST)
        mallopt(_TRIM_THRESHOLD, 2 * _LARGEST)


def both(*parts: Logic) -> Logic:
    """All of them."""
    if any(part is False for part in parts):
        return False
    rest = [part for part in parts if part is not True]
    if len(rest) < 2:
        return rest[0] if rest else True
    return _joined(z3.Z3_mk_and, rest)


def either(*parts: Logic) -> Logic:
    """One of them."""
    if any(part is True for part in parts):
        return True
    rest = [part for part in parts if part is not False]
    if len(rest) < 2:
        return rest[0] if rest else False
    return _joined(z3.Z3_mk_or, rest)


def _joined(make: Any, parts: list[Logic]) -> Logic:
    """What z3's own `And` and `Or` make of Boolean terms of one context, without asking of each what it is: half of encoding was that."""
    context = parts[0].ctx
    return z3.BoolRef(make(context.ref(), len(parts), (z3.Ast * len(parts))(*(part.ast for part in parts))), context)


def negated(part: Logic) -> Logic:
    """The opposite."""
    return (not part) if isinstance(part, bool) else z3.BoolRef(z3.Z3_mk_not(part.ctx.ref(), part.ast), part.ctx)


def implied(condition: Logic, then: Logic) -> Logic:
    """`then`, wherever the condition holds."""
    return either(negated(condition), then)


def chosen(condition: Logic, then: Term, otherwise: Term) -> Term:
    """One of two terms."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    return z3.If(condition, then, otherwise)


def lifted(part: Logic) -> Any:
    """What the solver takes."""
    return z3.BoolVal(part) if isinstance(part, bool) else part


# ------------------------------------------------------------------------------------------------ pairs


def decided(known: Logic, truth: Logic) -> Pair:
    """A condition that is `truth` where it is known."""
    return Pair(both(known, truth), both(known, negated(truth)))


def known(meaning: Meaning) -> Logic:
    """Whether there is a value."""
    return meaning.known if isinstance(meaning, Value) else either(meaning.true, meaning.false)


def all_of(parts: list[Pair]) -> Pair:
    """Kleene's and."""
    return Pair(both(*(part.true for part in parts)), either(*(part.false for part in parts)))


def any_of(parts: list[Pair]) -> Pair:
    """Kleene's or."""
    return Pair(either(*(part.true for part in parts)), both(*(part.false for part in parts)))


def opposite(part: Pair) -> Pair:
    """Kleene's not."""
    return Pair(part.false, part.true)


def equal(left: Meaning, right: Meaning) -> Logic:
    """Whether both are known and the same."""
    if isinstance(left, Pair) and isinstance(right, Pair):
        return either(both(left.true, right.true), both(left.false, right.false))
    if isinstance(left, Value) and isinstance(right, Value):
        return both(left.known, right.known, left.term == right.term)
    raise TypeError("a condition is never compared with what is none")


def picked(cases: list[tuple[Logic, Meaning]]) -> Meaning:
    """The meaning of the first case that holds; missing where none does."""
    first = cases[0][1]
    if isinstance(first, Pair):
        true, false, open_ = [], [], True
        for holds, meaning in cases:
            if isinstance(meaning, Pair):
                true.append(both(open_, holds, meaning.true))
                false.append(both(open_, holds, meaning.false))
            open_ = both(open_, negated(holds))
        return Pair(either(*true), either(*false))
    term, there = first.term, False
    for holds, meaning in reversed(cases):
        if isinstance(meaning, Value):
            term = chosen(holds, meaning.term, term)
            there = either(both(holds, meaning.known), both(negated(holds), there))
    return Value(there, term)
