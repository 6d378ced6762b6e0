"""The bank's outlets and relationship managers; both grow with the number of customers, up to a real bank's size."""

from dataclasses import dataclass

import polars as pl

from strategy_engine.demo.dice import ROW, Dice
from strategy_engine.demo.units import lookup, money
from strategy_engine.demo.words import CITIES, MANAGER_GIVEN, OUTLET_NAMES, SURNAMES

_CUSTOMERS_PER_BRANCH = 1000
_CUSTOMERS_PER_MANAGER = 250  # a quarter of an outlet's customers are in some manager's book, so a book holds 40 to 60
_FEWEST_BRANCHES = len(CITIES)
_MOST_BRANCHES = 2000


@dataclass(frozen=True, slots=True)
class Network:
    """How many outlets and managers there are; the customers' draws and the reference files both follow it."""

    branches: int
    managers_per_branch: int

    @classmethod
    def serving(cls, customers: int) -> "Network":
        branches = max(_FEWEST_BRANCHES, min(_MOST_BRANCHES, customers // _CUSTOMERS_PER_BRANCH))
        return cls(branches, max(2, customers // branches // _CUSTOMERS_PER_MANAGER))

    @property
    def city_of_branch(self) -> list[int]:
        """The index in CITIES of every outlet, in proportion to the cities' shares, at least one each."""
        spare = self.branches - len(CITIES)
        total = sum(city.share for city in CITIES)
        edges = [round(spare * sum(city.share for city in CITIES[:n]) / total) for n in range(len(CITIES) + 1)]
        return [n for n in range(len(CITIES)) for _ in range(1 + edges[n + 1] - edges[n])]


def branch_id(index: pl.Expr) -> pl.Expr:
    return pl.format("B{}", (index + 1).cast(pl.String).str.zfill(4))


def manager_id(index: pl.Expr) -> pl.Expr:
    return pl.format("RM{}", (index + 1).cast(pl.String).str.zfill(6))


def branch_places(network: Network, dice: Dice) -> pl.DataFrame:
    """One row an outlet, in order: the number of its city and where it stands (degrees, about 8 km around the centre)."""
    rows = pl.DataFrame({"row": range(network.branches), "city_index": network.city_of_branch}, schema_overrides={"row": pl.UInt64})
    centre_lat, centre_lon = (lookup([getattr(city, axis) for city in CITIES], pl.col("city_index")) for axis in ("lat", "lon"))
    return rows.with_columns(
        lat=(centre_lat + dice.normal("branch lat") * 0.05).round(6),
        lon=(centre_lon + dice.normal("branch lon") * 0.05).round(6),
    )


def branches(network: Network, dice: Dice) -> pl.DataFrame:
    """The reference table of outlets; `coupon_budget` is yuan a month."""
    city = lookup([city.name for city in CITIES], pl.col("city_index"))
    places = branch_places(network, dice).with_columns(nth=pl.int_range(pl.len()).over("city_index"))
    return places.select(
        branch=branch_id(ROW),
        title=pl.format("{}{}{}支行", city, lookup(OUTLET_NAMES, pl.col("nth") % len(OUTLET_NAMES)), _ordinal(pl.col("nth"))),
        city=city,
        lat="lat",
        lon="lon",
        coupon_budget=money((dice.below("coupon budget", 9) + 2) * 100_000),
    )


def _ordinal(nth: pl.Expr) -> pl.Expr:
    """Tells a city's outlets apart once the names have been used up."""
    lap = nth // len(OUTLET_NAMES) + 1
    return pl.when(lap > 1).then(pl.format("第{}", lap)).otherwise(pl.lit(""))


def managers(network: Network, dice: Dice) -> pl.DataFrame:
    """The reference table of relationship managers; `daily_calls` is how many customers one can ring a day."""
    rows = pl.select(row=pl.int_range(network.branches * network.managers_per_branch, dtype=pl.UInt64))
    return rows.select(
        rm_id=manager_id(ROW),
        name=dice.pick("manager surname", SURNAMES) + dice.pick("manager given", MANAGER_GIVEN),
        branch=branch_id(ROW // network.managers_per_branch),
        daily_calls=dice.below("daily calls", 13) + 8,
    )
