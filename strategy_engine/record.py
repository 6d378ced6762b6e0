"""Immutable data classes that are cheap to declare.

`@dataclass(frozen=True)` writes and compiles seven methods for every class, 0.3 to 0.7 ms each time. A command declares more than
two hundred of them before it does any work and makes objects of a few, and `strategy check` of a small file must be instant in an
editor. So `@record` shares comparing, hashing and printing between all classes, and compiles a constructor when it is first called.
That nobody assigns to a field is held by the type checker, not at run time.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

C = TypeVar("C")


@overload
def record(cls: type[C], /) -> type[C]: ...
@overload
def record(*, kw_only: bool = False) -> Callable[[type[C]], type[C]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Any] | None = None, /, *, kw_only: bool = False) -> Any:
    """Make a class an immutable data class that compares and hashes by its fields (those with `compare=False` left out)."""
    if cls is None:
        return functools.partial(_record, kw_only=kw_only)
    return _record(cls, kw_only=False)


@dataclass_transform(field_specifiers=(field,))
def node(cls: type[C], /) -> type[C]:
    """Make a class a record that its maker may still fill in: a syntax tree while a reader builds it."""
    return _record(cls, kw_only=False)


def _record(cls: type[Any], *, kw_only: bool) -> type[Any]:
    shared = {"__init__": _first_init, "__eq__": _equal, "__hash__": _hash, "__repr__": _text}
    for name, method in shared.items():
        if cls.__dict__.get(name) is None:  # a class that writes its own `__eq__` has None for `__hash__`
            setattr(cls, name, method)
    return dataclass(init=False, eq=False, repr=False, kw_only=kw_only)(cls)


def _first_init(self: Any, *args: Any, **kwargs: Any) -> None:
    cls = type(self)
    cls.__init__ = _constructor(cls)
    cls.__init__(self, *args, **kwargs)


def _constructor(cls: type[Any]) -> Any:
    """What `@dataclass` would have made, taken from a twin with the same fields."""
    same = [
        (each.name, Any, field(default=each.default, default_factory=each.default_factory, init=each.init, kw_only=bool(each.kw_only)))
        for each in fields(cls)
    ]
    hook = {"__post_init__": cls.__post_init__} if hasattr(cls, "__post_init__") else {}
    return dataclasses.make_dataclass(cls.__name__, same, namespace=hook, eq=False, repr=False).__init__  # type: ignore[misc]  # of a class, on purpose


@functools.cache
def _compared(cls: Any) -> Callable[[Any], Any]:
    names = [each.name for each in fields(cls) if each.compare]
    return attrgetter(*names) if names else lambda _: ()


def _equal(self: Any, other: Any) -> bool:
    if self.__class__ is not other.__class__:
        return NotImplemented  # type: ignore[no-any-return]  # as the data model asks
    values = _compared(self.__class__)
    return bool(values(self) == values(other))


def _hash(self: Any) -> int:
    return hash(_compared(self.__class__)(self))


def _text(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"
