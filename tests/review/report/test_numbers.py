"""Numbers as people read them."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from strategy_engine.review.report import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "12.3%"), (0.034216, "3.42%"), (0.0005, "0.05%"), (0.00001, "< 0.01%"), (0.0, "0%"), (1.0, "100%"),
        (-0.034, "−3.40%"), (-1e-9, "> −0.01%"), (12.5, "1,250.0%"), (None, "–"), (math.nan, "–"), (math.inf, "–"),
    ],
)  # fmt: skip
def test_shares(value: float | None, text: str) -> None:
    assert numbers.share(value) == text


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (3.5, "3.50", "3.50"), (0, "0", "0"), (12.0, "12", "12"), (1234.56, "1,235", "1,235"), (12_345, "12,345", "1.23 万"),
        (1_234_567, "1,234,567", "123.5 万"), (12_345_678, "12.35 million", "1,235 万"), (123_456_789, "123.5 million", "1.23 亿"),
        (1e13, "10.00 trillion", "10.00 万亿"), (-12_345.6, "−12,346", "−1.23 万"), (-0.001, "0.00", "0.00"),
        (1e300, "1.0e+300", "1.0e+300"),
        (None, "–", "–"), (-math.inf, "–", "–"),
    ],
)  # fmt: skip
def test_money(value: float | None, english: str, chinese: str) -> None:
    assert (numbers.money(value, "en"), numbers.money(value, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.2134, "5.21"), (1234.5, "1,234"), (0.31247, "0.312"), (0.031247, "0.0312"), (7, "7"), (1e-7, "< 0.0001"), (-2.5, "−2.50"),
        (None, "–"),
    ],
)  # fmt: skip
def test_numbers(value: float | None, text: str) -> None:
    assert numbers.number(value, "en") == text


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (0.0123, "share", "+1.23 pts", "+1.23 百分点"), (-0.2, "share", "−20.0 pts", "−20.0 百分点"),
        (0.0, "share", "±0 pts", "±0 百分点"),
        (1e-7, "share", "< +0.01 pts", "< +0.01 百分点"),
        (-20_000.0, "money", "−20,000", "−2.00 万"), (0.5, "number", "+0.500", "+0.500"),
        (None, "share", "–", "–"), (math.nan, "money", "–", "–"),
    ],
)  # fmt: skip
def test_differences(value: float | None, unit: str, english: str, chinese: str) -> None:
    assert (numbers.difference(value, unit, "en"), numbers.difference(value, unit, "zh")) == (english, chinese)


def test_p_values_and_intervals() -> None:
    assert [numbers.p_value(p) for p in (0.0, 1e-9, 0.0123, 0.5, 1.0, None)] == ["< 0.001", "< 0.001", "0.012", "0.50", "1.00", "–"]
    assert numbers.between("1%", "2%") == "1% … 2%"
    assert numbers.between("1%", "–") == "–"
    assert [numbers.change(value) for value in (0.5, -0.034, None)] == ["+50.0%", "−3.40%", "–"]
    assert [numbers.count(value) for value in (1234567, 12.6, None, math.nan)] == ["1,234,567", "13", "–", "–"]


def test_ticks_are_short() -> None:
    assert [numbers.tick(value, "share", "en") for value in (0, 0.025, 0.1, 0.30000000000000004)] == ["0%", "2.5%", "10%", "30%"]
    assert [numbers.tick(value, "share", "zh", signed=True) for value in (-0.005, 0, 0.02)] == ["−0.5", "0", "+2"]
    assert [numbers.tick(value, "money", "zh") for value in (5000, 15_000, 2e8)] == ["5,000", "1.5 万", "2 亿"]
    assert [numbers.tick(value, "money", "en", signed=True) for value in (-5000, 2e7)] == ["−5,000", "+20 million"]


def test_days() -> None:
    assert [numbers.day(dt.date(2026, 3, 2), tongue) for tongue in ("en", "zh")] == ["2 Mar 2026", "2026年3月2日"]
    assert [numbers.short_day("2026-03-02", tongue, monthly=False) for tongue in ("en", "zh")] == ["2 Mar", "3月2日"]
    assert [numbers.short_day("2026-03-01", tongue, monthly=True) for tongue in ("en", "zh")] == ["Mar 2026", "2026年3月"]
    assert [numbers.short_day(member, "en", monthly=False) for member in ("Q1", None)] == ["Q1", "–"]
