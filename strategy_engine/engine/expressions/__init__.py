"""The lowering: typed expressions as Polars expressions, whole columns at a time."""

from strategy_engine.engine.expressions import arithmetic, conditions, dates, functions, texts  # noqa: F401 - they register nodes
from strategy_engine.engine.expressions.aggregates import SEEN, aggregate, attach, defaults, gathered, of_rows, row_features, row_names
from strategy_engine.engine.expressions.dtypes import dtype_of, literal
from strategy_engine.engine.expressions.lowering import FEATURES, Lowering, Naming, UnnamedFeatureError, features, lower
from strategy_engine.engine.expressions.missing import may_be_missing
from strategy_engine.engine.expressions.population import population, standing
from strategy_engine.engine.expressions.windows import Stretch, hull_of, stretch_of

__all__ = [
    "FEATURES",
    "SEEN",
    "Lowering",
    "Naming",
    "Stretch",
    "UnnamedFeatureError",
    "aggregate",
    "attach",
    "defaults",
    "dtype_of",
    "features",
    "gathered",
    "hull_of",
    "literal",
    "lower",
    "may_be_missing",
    "of_rows",
    "population",
    "row_features",
    "row_names",
    "standing",
    "stretch_of",
]
