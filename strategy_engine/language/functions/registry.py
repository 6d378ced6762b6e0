"""What a function is, and the registry that parser, checker, both engines, documentation and editor read.

An entry says everything about its function in one place:

    function(
        name="starts_with", zh="开头是", group="text",
        parameters=(Parameter("text", "text"), Parameter("prefix", "text")),
        returns="bool",
        doc="Whether the text begins with the prefix.",
        examples=(Example("starts_with('gold card', 'gold')", True),),
        python=lambda text, prefix: text.startswith(prefix),
        polars=lambda pl, text, prefix: text.str.starts_with(prefix),
    )

`polars` receives the module, so that nothing here imports an engine.
"""

from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
from collections.abc import Callable
from enum import Enum
from typing import Any

from strategy_engine.record import record


class Missing(Enum):
    """What a function does with missing arguments."""

    GIVES_MISSING = "a missing argument gives missing"
    HANDLES = "see the description"
    WHEN_ALL_MISSING = "missing arguments are passed over; missing only where all are"


@record
class Parameter:
    """One parameter.

    accepts: a kind of `types.Kind` (`text` also takes an id, `number` also int and percent), or
             `numeric` (any number or money), `time` (date or datetime), `enum`, `any`,
             or `T`: any type, the same for all parameters marked so (int, number and percent meet as number;
             a literal number fits money), or `N`: the same among `numeric`.
    constant: must be written as a literal or a param; the implementations then receive the bare Python value.
    default: makes the parameter optional; the implementations receive it like a written argument.
    check: for a constant: what is wrong with the value, as the text of a message, or None. The implementations never
           receive a constant that it refuses.
    """

    name: str
    accepts: str
    constant: bool = False
    default: Any = None
    check: Callable[[Any], str | None] | None = None


@record
class Example:
    """An expression and what it must give (money as a Decimal text such as "12.50", missing as None).

    `today` is 2026-11-20, a Friday, and there are no holidays. No literal is an enum by itself, so `tier` stands for a column of the
    ordered enum `mass` 大众, `gold` 金葵花, `platinum` 白金 whose value is gold.
    """

    expression: str
    gives: Any


@record
class Context:
    """What a function may know besides its arguments."""

    today: dt.date
    holidays: frozenset[dt.date] = frozenset()
    extra_workdays: frozenset[dt.date] = frozenset()  # weekend days that are worked to make up for holidays


@record
class Function:
    """One entry of the library.

    Arguments come held as their parameter's kind (an int given to a `number` comes as a float), finite, and an integer or a date
    that a result has no room for (64 bits; the years 1 to 9999) is missing in both engines, like a number beyond 1e300.

    returns: a kind name, `T` or `N` (the type that the parameters settled on), each with `?` where the result can be
             missing though all arguments are known (lack of room, as above, does not count).
    variadic: the last parameter may repeat.
    context: the implementations receive the `Context` (python) or it again (polars: `pl, context, *args`) first.
    typed: the implementations receive the tuple of argument types before the arguments.
    Order of implementation arguments: polars: `pl, [context], [types], *args`; python: `[context], [types], *args`.
    """

    name: str
    zh: str
    group: str
    parameters: tuple[Parameter, ...]
    returns: str
    doc: str
    examples: tuple[Example, ...]
    python: Callable[..., Any]
    polars: Callable[..., Any]
    missing: Missing = Missing.GIVES_MISSING
    variadic: bool = False
    context: bool = False
    typed: bool = False

    @property
    def signature(self) -> str:
        """As people read it: `clamp(value: N, low: N, high: N) -> N`."""
        parts = [f"{p.name}: {p.accepts}" + (f" = {p.default}" if p.default is not None else "") for p in self.parameters]
        return f"{self.name}({', '.join(parts)}{', …' if self.variadic else ''}) -> {self.returns}"


FUNCTIONS: dict[str, Function] = {}
_CHINESE: dict[str, str] = {}


def function(**entry: Any) -> Function:
    """Add an entry. Raises ValueError where a name is taken."""
    new = Function(**entry)
    for name in (new.name, new.zh):
        if name in FUNCTIONS or name in _CHINESE:
            raise ValueError(f"function name `{name}` is taken")
    FUNCTIONS[new.name] = new
    _CHINESE[new.zh] = new.name
    return new


def find(name: str) -> Function | None:
    """The function of that name, in either tongue."""
    load_library()
    return FUNCTIONS.get(_CHINESE.get(name, name))


_loaded = False


def load_library() -> dict[str, Function]:
    """Import every family once and return the registry."""
    global _loaded  # once, on first use, so that start-up stays fast
    if not _loaded:
        _loaded = True
        package = importlib.import_module("strategy_engine.language.functions")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return FUNCTIONS
