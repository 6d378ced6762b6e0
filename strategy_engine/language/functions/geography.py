"""Places: degrees of latitude and longitude (WGS 84 or GCJ-02, the same for both ends)."""

from __future__ import annotations

import math
from typing import Any

from strategy_engine.language.functions import exact
from strategy_engine.language.functions.registry import Example, Parameter, function

EARTH_RADIUS_KM = 6371.0088  # the mean radius R1 of the GRS 80 ellipsoid: Moritz (2000), Geodetic Reference System 1980
_DEGREE = math.pi / 180.0
_ENDS = (Parameter("lat1", "number"), Parameter("lon1", "number"), Parameter("lat2", "number"), Parameter("lon2", "number"))
_MILLIMETRES = 1_000_000.0  # in a kilometre; distances are rounded to one: what the engines' sines may differ by is far below


def _distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float | None:
    if max(abs(lat1), abs(lat2)) > 90 or max(abs(lon1), abs(lon2)) > 180:
        return None
    north1, north2, east = lat1 * _DEGREE, lat2 * _DEGREE, (lon2 - lon1) * _DEGREE
    across = math.cos(north2) * math.sin(east)
    along = math.cos(north1) * math.sin(north2) - math.sin(north1) * math.cos(north2) * math.cos(east)
    inward = math.sin(north1) * math.sin(north2) + math.cos(north1) * math.cos(north2) * math.cos(east)
    angle = math.atan2(math.sqrt(across * across + along * along), inward)
    return float(exact.to_integer(EARTH_RADIUS_KM * angle * _MILLIMETRES) / _MILLIMETRES)


def _distance_expr(pl: Any, lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Any:
    north1, north2, east = lat1 * _DEGREE, lat2 * _DEGREE, (lon2 - lon1) * _DEGREE
    across = north2.cos() * east.sin()
    along = north1.cos() * north2.sin() - north1.sin() * north2.cos() * east.cos()
    inward = north1.sin() * north2.sin() + north1.cos() * north2.cos() * east.cos()
    angle = pl.arctan2((across * across + along * along).sqrt(), inward)
    on_earth = (lat1.abs() <= 90) & (lat2.abs() <= 90) & (lon1.abs() <= 180) & (lon2.abs() <= 180)
    return pl.when(on_earth).then(exact.divide_expr(exact.to_integer(EARTH_RADIUS_KM * angle * _MILLIMETRES), _MILLIMETRES))


def _within(lat1: float, lon1: float, lat2: float, lon2: float, km: float) -> bool | None:
    distance = _distance(lat1, lon1, lat2, lon2)
    return None if distance is None else distance <= km


function(
    name="distance_km",
    zh="距离公里",
    group="geography",
    parameters=_ENDS,
    returns="number?",
    doc="The great-circle distance of two places in kilometres, to the millimetre, on a sphere of the earth's mean radius 6371.0088 km "
    "(Moritz 2000, GRS 80) by Vincenty's formula for the sphere (the haversine's value, and stable for antipodes too). Missing "
    "where a latitude is beyond 90 or a longitude beyond 180 degrees.",
    examples=(
        Example("distance_km(31.2304, 121.4737, 31.2304, 121.4737)", 0.0),
        Example("distance_km(39.9042, 116.4074, 31.2304, 121.4737)", 1067.311645),
        Example("distance_km(91, 0, 0, 0)", None),
    ),
    python=_distance,
    polars=_distance_expr,
)
function(
    name="within_km",
    zh="公里内",
    group="geography",
    parameters=(*_ENDS, Parameter("km", "number")),
    returns="bool?",
    doc="Whether two places lie no more than so many kilometres apart, as `distance_km` measures it.",
    examples=(
        Example("within_km(31.2304, 121.4737, 31.2404, 121.4737, 2)", True),
        Example("within_km(39.9042, 116.4074, 31.2304, 121.4737, 2)", False),
        Example("within_km(91, 0, 0, 0, 2)", None),
    ),
    python=_within,
    polars=lambda pl, lat1, lon1, lat2, lon2, km: _distance_expr(pl, lat1, lon1, lat2, lon2) <= km,
)
