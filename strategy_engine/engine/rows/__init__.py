"""The row interpreter: evaluates an expression for one customer, explains it, and is the oracle of the tests."""

from strategy_engine.engine.rows import related as _related  # noqa: F401 - registers the aggregates
from strategy_engine.engine.rows.interpret import evaluate
from strategy_engine.engine.rows.population import standing
from strategy_engine.engine.rows.related import matching
from strategy_engine.engine.rows.trace import Trace, trace, unknown_because
from strategy_engine.engine.rows.tree import children
from strategy_engine.engine.rows.world import OTHER, Row, World
from strategy_engine.language.formats import FormatError, check_format

__all__ = [
    "OTHER",
    "FormatError",
    "Row",
    "Trace",
    "World",
    "check_format",
    "children",
    "evaluate",
    "matching",
    "standing",
    "trace",
    "unknown_because",
]
