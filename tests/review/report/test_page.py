"""The report as text: sound HTML, everything escaped, nothing from elsewhere, numbers as people read them."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from strategy_engine.review.figures import Figures
from strategy_engine.review.report import words
from strategy_engine.review.report.page import page
from tests.review.report import made

VOID = {"meta", "link", "br", "hr", "input", "img"}
SHAPES = {
    "eight": made.figures(8),
    "eighty": made.figures(80, weeks=3),
    "one": made.figures(1, weeks=1),
    "nothing": made.NOTHING,
    "hostile": made.figures(6, hostile=True),
    "bare": made.without_values(made.figures(6)),
    "wild": made.with_extremes(made.figures(6)),
}


class Sound(HTMLParser):
    """Holds that every element ends where it must, that ids are there once, and that links lead to one."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        told = dict(attrs)
        assert len(told) == len(attrs), (tag, attrs)
        assert not [name for name in told if name.startswith("on") or name == "style"], attrs
        self.ids += [told["id"] or ""] if "id" in told else []
        if tag == "a":
            assert (told["href"] or "").startswith("#"), attrs
            self.links.add((told["href"] or "")[1:])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def read(html: str) -> Sound:
    sound = Sound()
    sound.feed(html)
    sound.close()
    return sound


@pytest.mark.parametrize("tongue", ["en", "zh"])
@pytest.mark.parametrize("figures", SHAPES.values(), ids=SHAPES)
def test_documents_are_sound(figures: Figures, tongue: str) -> None:
    html = page(figures, tongue)
    sound = read(html)
    assert not sound.open
    assert len(sound.ids) == len(set(sound.ids))
    assert sound.links <= set(sound.ids)
    assert not sound.seen & {"script", "img", "iframe", "object", "form"}
    assert not re.search(r"https?:|//[a-z]|url\(|@import", html.replace("data:,", ""))
    text = " ".join(sound.text)
    assert not re.search(r"\b(None|nan|inf)\b", text)
    assert not re.search(r"\d\.\d{5,}", text), "a long number"
    assert not re.search(r'="[^"]*(nan|inf)[%"]', html), "no place on the page"
    assert html == page(figures, tongue)


def test_hostile_texts_are_only_shown() -> None:
    html = page(SHAPES["hostile"])
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert made.HOSTILE in "".join(read(html).text)


def test_a_name_that_is_no_anchor_is_one_all_the_same() -> None:
    name = "a b\"'<c>#%d 策略"
    figures = made.figures(1)
    rows = {
        field: tuple(replace(row, strategy=name) for row in getattr(figures, field)) for field in ("kpis", "effects", "money", "findings")
    }
    sound = read(page(replace(figures, **rows)))  # type: ignore[arg-type]  # of all sorts
    assert sound.links <= set(sound.ids)
    assert any(link.startswith("strategy-a%20b") for link in sound.links)


def test_both_tongues_say_the_same() -> None:
    assert list(words.ENGLISH) == list(words.CHINESE)
    for key, english in words.ENGLISH.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", words.CHINESE[key])), key


def test_every_word_is_in_its_tongue() -> None:
    """The page in Chinese has no word of the English one, of those that nobody gave it."""
    titles = dict.fromkeys(made.figures(4).titles, "名")
    names = replace(made.figures(4), titles=titles, findings=(), budgets=())
    text = " ".join(read(page(names, "zh")).text)
    left = set(re.findall(r"[A-Za-z]{3,}", text))
    assert left <= {"strategy", "tier", "gold", "silver", "branch", "warm", "cool", "holdout"}, left


def shown(figures: Figures, tongue: str = "en") -> str:
    return re.sub(r"\s+", " ", " ".join(read(page(figures, tongue)).text))


def only(**tables: Any) -> Figures:
    return replace(made.NOTHING, units={"bought": "share", "aum": "money"}, goals={"bought": "up", "aum": "up"}, **tables)


def test_an_effect_in_figures() -> None:
    effect = made.EffectFigure(
        "wake", "bought", None, "control", 12_345, 1_234, 0.0512, 0.0391, 0.0121, 0.0034, 0.0208, 0.309, 0.1, 0.6,
        anytime_low=-0.001, anytime_high=0.025, p=1e-5, p_corrected=1e-5, detectable=0.0123, verdict="better",
    )  # fmt: skip
    text = shown(only(effects=(effect,)))
    for part in ("12,345 / 1,234", "5.12% / 3.91%", "+1.21 pts +0.34 … +2.08", "+30.9% +10.0% … +60.0%", "< 0.001", "1.23 pts", "better"):
        assert part in text, part
    assert "limits for daily looks −0.10 … +2.50" in text
    chinese = shown(only(effects=(effect,)), "zh")
    assert "+1.21 百分点" in chinese
    assert "更好" in chinese


def test_a_target_in_figures() -> None:
    target = made.TargetFigure("wake", "bought", "< 0.05", False, "<", 0.05, 0.061, 0.055, 0.067, 900, 1_200, "missed", True)
    text = shown(only(targets=(target,)))
    assert "wanted < 5.00% · 1,200 not over yet · pauses the strategy" in text
    assert "6.10% 5.50% … 6.70%" in text


def test_money_in_figures() -> None:
    row = made.MoneyFigure("wake", 1000, 400.0, 30_000.0, 30_400.0, "aum", True, 45_678.9, 20_000.0, 71_000.0, None, 1.5026)
    assert "+45,679 +20,000 … +71,000" in shown(only(money=(row,)))
    assert "1.50 for 1 spent" in shown(only(money=(row,)))
    assert "成本 3.04 万" in shown(only(money=(row,)), "zh")


def test_steps_that_nobody_tells_of_are_left_out() -> None:
    row = made.FunnelFigure("wake", "sms", 1000, 900, None, None, 45, None, 100, 0, 0)
    text = shown(only(funnel=(row,)))
    assert re.search(r"Delivered: 900 \(90\.0%\)", text)
    assert re.search(r"Converted: 45 \(5\.00%\)", text), "of the last step that is known"
    assert "Opened: " not in text
    assert "Completed without having seen it: " not in text


def test_what_is_not_over_counts_journeys_once() -> None:
    kpis = [made.KpiFigure("wake", kpi, dimension, None, 1, 1, pending, 0, 0.1, 0.0, 0.2) for kpi, dimension, pending in
            (("bought", "all", 70), ("aum", "all", 90), ("aum", "period", 90))]  # fmt: skip
    assert "90 journeys of 1 strategies" in shown(only(kpis=tuple(kpis)))


def test_much_is_folded_and_long_tables_are_cut() -> None:
    html = page(SHAPES["eighty"])
    assert html.count('class="trend-chart"') == 24
    assert len(html) < 3_000_000
    text = shown(SHAPES["eighty"])
    assert "which the tables of the review hold" in text
    table = re.search(r"By branch</summary>.*?</table>", html, re.DOTALL)
    assert table is not None
    assert table[0].count("<tr") == 31


@pytest.mark.parametrize(("tongue", "heading", "note"), [("en", "By cohort", "Cohorts overlap: "), ("zh", "按客群", "客群相互重叠：")])
def test_cohorts_are_told_to_overlap(tongue: str, heading: str, note: str) -> None:
    cells = [made.KpiFigure("wake", "bought", "cohort", name, 9, 9, 0, 0, 0.1, None, None) for name in ("rich", "young")]
    html = page(replace(only(kpis=tuple(cells)), titles={"rich": "富裕客户"}), tongue)
    fold = re.search(rf"<summary>{heading}</summary>(.*?)</details>", html, re.DOTALL)
    assert fold is not None
    assert note in fold[1]
    assert re.findall(r"<td class=\"\">([^<]*)</td>", fold[1]) == ["富裕客户", "young"]
    assert html.count(note) == 1


def test_a_grid_of_two_dimensions_is_a_table_of_two() -> None:
    cells = [made.KpiFigure("wake", "bought", "grid value", f"{row} / {column}", 9, 9, 0, 0, value, None, None)
             for row, column, value in (("A", "young", 0.1), ("A", "old", 0.2), ("B", "young", None))]  # fmt: skip
    html = page(only(kpis=tuple(cells)))
    table = re.search(r'<article class="card heat">.*?</article>', html, re.DOTALL)
    assert table is not None
    assert re.findall(r'<th scope="(?:col|row)"[^>]*>([^<]*)</th>', table[0]) == ["", "young", "old", "A", "B"]
    assert re.findall(r'<td class="n (\w*)">([^<\s]+)', table[0]) == [("heat0", "10.0%"), ("heat6", "20.0%"), ("", "–"), ("", "–")]
