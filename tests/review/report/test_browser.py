"""The report in a real browser: drawn, no wider than its screen, dark where wanted, whole on paper, no error told."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from strategy_engine.review.report.page import page as report
from tests.review.report import made
from tests.site.browser import Page, tab

SHAPES = {"eight": made.figures(8), "eighty": made.figures(80, 3), "hostile": made.figures(4, hostile=True), "nothing": made.NOTHING}
SHAPES |= {"bare": made.without_values(SHAPES["eight"]), "wild": made.with_extremes(SHAPES["eight"])}
DRAWN = """[...document.querySelectorAll('svg:not(.mark):not(.middle)')].filter((each) => !each.closest('details:not([open])'))
    .map((each) => each.getBoundingClientRect())"""
ON_PAPER = 718  # pixels between the margins of A4


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with tab(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The reports by shape and tongue."""
    folder, found = tmp_path_factory.mktemp("reports"), {}
    for shape, figures in SHAPES.items():
        for tongue in ("en", "zh"):
            path: Path = folder / f"{shape}-{tongue}.html"
            path.write_text(report(figures, tongue), "utf-8")
            found[f"{shape}-{tongue}"] = path.as_uri()
    return found


@pytest.fixture(autouse=True)
def no_errors(page: Page) -> Iterator[None]:
    page.told.clear()
    page.size(1280, 900)
    yield
    page.ask("Emulation.setEmulatedMedia", media="", features=[])
    assert not page.told


def unfold(page: Page) -> None:
    page.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize("tongue", ["en", "zh"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_report_is_wider_than_its_screen(page: Page, addresses: dict[str, str], shape: str, tongue: str, width: int) -> None:
    page.size(width, 800, phone=width < 500)
    page.open(addresses[f"{shape}-{tongue}"])
    for step in (lambda _: None, unfold):
        step(page)
        assert page.run("document.scrollingElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", [360, 1280])
def test_charts_are_drawn(page: Page, addresses: dict[str, str], width: int) -> None:
    page.size(width, 800, phone=width < 500)
    page.open(addresses["eight-en"])
    assert page.run(f"{DRAWN}.length") > 100
    assert page.run(f"{DRAWN}.every((each) => each.width > 0 && each.height > 0)")
    assert (
        page.run("Math.max(...[...document.querySelectorAll('.row .plot > svg')].map((each) => each.getBoundingClientRect().height))") < 150
    )
    assert page.run("[...document.querySelectorAll('svg[role=img]')].every((each) => each.getAttribute('aria-label'))")


def test_a_mark_stands_where_its_number_is(page: Page, addresses: dict[str, str]) -> None:
    """The best effect is right of nought by as much as the axis says."""
    page.open(addresses["eight-en"])
    effect = next(one for one in SHAPES["eight"].effects if one.strategy == "strategy_1" and one.kpi == "fund_bought")
    assert effect.difference is not None
    found = page.run(
        """(() => {
            const rows = document.querySelector('#effects .rows');
            const row = [...rows.querySelectorAll('.row')].find((each) => /唤醒[^]*购买/.test(each.textContent));
            const ticks = [...rows.querySelectorAll('.axis text')].map((each) => {
                const box = each.getBoundingClientRect();
                return [Number(each.textContent.replace('−', '-')), box.left + box.width / 2];
            });
            const mark = row.querySelector('.mark circle').getBoundingClientRect();
            const [[one, left], [two, right]] = [ticks[0], ticks.at(-1)];
            return one + (mark.left + mark.width / 2 - left) / (right - left) * (two - one);
        })()"""
    )
    assert found == pytest.approx(100 * effect.difference, abs=0.1)


def test_links_lead_to_strategies(page: Page, addresses: dict[str, str]) -> None:
    page.open(addresses["eight-zh"])
    page.run("document.querySelector('.problems a').click()")
    page.wait("location.hash === '#strategy-strategy_1'")
    assert page.run("document.querySelector(':target th').textContent").startswith("沉睡富裕客户唤醒")


def test_dark_mode(page: Page, addresses: dict[str, str]) -> None:
    page.open(addresses["eight-en"])
    colours = []
    for scheme in ("light", "dark"):
        page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        colours.append(page.run("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(18, 22, 28)"]


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_nothing_is_cut_off_on_paper(page: Page, addresses: dict[str, str], tongue: str) -> None:
    page.size(ON_PAPER, 900)
    page.open(addresses[f"eight-{tongue}"])
    page.run("document.querySelectorAll('#effects details, #funnel details').forEach((each) => { each.open = true; })")
    page.ask("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.run("document.scrollingElement.scrollWidth") <= ON_PAPER
    paper = base64.b64decode(page.ask("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert paper.startswith(b"%PDF")


def test_for_screen_readers(page: Page, addresses: dict[str, str]) -> None:
    page.open(addresses["eight-zh"])
    assert page.run("document.querySelectorAll('h1').length") == 1
    assert page.run("document.documentElement.lang") == "zh-CN"
    levels = page.run("[...document.querySelectorAll('h1, h2, h3')].map((each) => Number(each.tagName[1]))")
    assert all(after <= before + 1 for before, after in pairwise(levels))
