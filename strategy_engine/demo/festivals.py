"""Festivals and days off in China, 2025 to 2027. Lunar festivals move, so they are written out."""

from datetime import date

# The values of `calendar.name` in the project file.
FESTIVALS: dict[str, tuple[date, ...]] = {
    "new_year": (date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)),
    "spring_festival": (date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6)),
    "lantern": (date(2025, 2, 12), date(2026, 3, 3), date(2027, 2, 20)),
    "womens_day": (date(2025, 3, 8), date(2026, 3, 8), date(2027, 3, 8)),
    "qingming": (date(2025, 4, 4), date(2026, 4, 5), date(2027, 4, 5)),
    "labour_day": (date(2025, 5, 1), date(2026, 5, 1), date(2027, 5, 1)),
    "dragon_boat": (date(2025, 5, 31), date(2026, 6, 19), date(2027, 6, 9)),
    "mid_autumn": (date(2025, 10, 6), date(2026, 9, 25), date(2027, 9, 15)),
    "national_day": (date(2025, 10, 1), date(2026, 10, 1), date(2027, 10, 1)),
    "double_ninth": (date(2025, 10, 29), date(2026, 10, 18), date(2027, 10, 8)),
    "start_of_winter": (date(2025, 11, 7), date(2026, 11, 7), date(2027, 11, 7)),
    "minor_snow": (date(2025, 11, 22), date(2026, 11, 22), date(2027, 11, 22)),
    "winter_solstice": (date(2025, 12, 21), date(2026, 12, 22), date(2027, 12, 22)),
}

# Festivals that everyone has off; the rest are observed, not days off.
DAYS_OFF = {"new_year", "spring_festival", "qingming", "labour_day", "dragon_boat", "mid_autumn", "national_day"}

FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2027, 12, 31)
