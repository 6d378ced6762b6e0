"""Damage: pieces of a file that cannot be read, where the contract had no need to look at them, and whoever asks for them gives up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import polars as pl

from strategy_engine.engine.data import locate
from strategy_engine.engine.data.breaches import DataBreach
from strategy_engine.engine.data.parts import READING_FAILS, unreadable
from strategy_engine.engine.data.scan import DataError

if TYPE_CHECKING:
    from strategy_engine.engine.day.observe import Moment
    from strategy_engine.engine.day.sources import Sources

P = ParamSpec("P")
R = TypeVar("R")

POLARS_FAILS = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


def telling_damage(work: Callable[Concatenate[Moment, P], R]) -> Callable[Concatenate[Moment, P], R]:
    """The work, which raises DataError where it fails because a file that it reads is damaged."""

    @wraps(work)
    def told(moment: Moment, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(moment, *args, **kwargs)
        except POLARS_FAILS as error:
            damaged = list(_damaged(moment.bank.sources, moment.date))
            if not damaged:
                raise
            raise DataError(damaged) from error

    return told


def _damaged(sources: Sources, date: dt.date) -> Iterator[DataBreach]:
    """The tables of which some cell cannot be read."""
    opened = {(name, date): frame for name, frame in sources.today.items()}
    for (name, day), frame in {**sources.found, **opened}.items():
        try:
            if frame is not None:
                frame.select(pl.all().hash().max()).collect(engine="streaming")
        except READING_FAILS as error:
            table = sources.project.tables[name]
            yield unreadable(table, sources.folder, locate.files(table, sources.folder, day), error)
