"""What all models of the project file have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, model_validator


class Misfit(NamedTuple):
    """Two declarations that don't fit each other, and the path of keys to the one to blame."""

    message: str
    at: tuple[str | int, ...] = ()
    suggestion: str | None = None


class InconsistentError(ValueError):
    """All the misfits of one model; pydantic catches it and keeps it."""

    def __init__(self, misfits: Iterable[Misfit]) -> None:
        self.misfits = tuple(misfits)
        super().__init__("; ".join(misfit.message for misfit in self.misfits))


class Model(BaseModel):
    """Base of all: nothing unknown passes, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,))

    called: ClassVar[str] = ""  # what a message puts before the thing's name

    def misfits(self) -> Iterator[Misfit]:
        """What does not fit, though each field alone is right."""
        yield from ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if found := list(self.misfits()):
            raise InconsistentError(found)
        return self
