"""Whether a value can be written in a format."""

from __future__ import annotations

from strategy_engine.engine.rows.formats import FormatError, check_format
from strategy_engine.language.types import Type


def bad_format(of: Type, pattern: str) -> str | None:
    """What is wrong with the format, or None."""
    try:
        check_format(of, pattern)
    except FormatError as error:
        return str(error)
    return None
