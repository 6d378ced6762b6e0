"""The lowering: typed expressions as Polars expressions, whole columns at a time."""

from strategy_engine.engine.expressions import arithmetic, conditions, dates, functions, texts  # noqa: F401 - they register nodes
from strategy_engine.engine.expressions.dtypes import dtype_of, literal
from strategy_engine.engine.expressions.lowering import FEATURES, Lowering, Naming, UnnamedFeatureError, features, lower
from strategy_engine.engine.expressions.missing import may_be_missing

__all__ = ["FEATURES", "Lowering", "Naming", "UnnamedFeatureError", "dtype_of", "features", "literal", "lower", "may_be_missing"]
