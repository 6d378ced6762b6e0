"""The site in a real browser, from a folder and without any network: links, search, keyboard, phone, dark mode, no error told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from strategy_engine.semantics.load import load_project
from strategy_engine.site.pages import pages
from strategy_engine.site.publish import publish
from tests.site.browser import Page, tab

DEMO = Path(__file__).parents[2] / "strategies/demo"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOUND = "[...document.querySelectorAll('#found a strong')].map((each) => each.textContent)"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with tab(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module", params=["en", "zh"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the demo bank's site, in a folder whose name must be escaped."""
    loaded = load_project(DEMO)
    assert loaded.model is not None
    folder = tmp_path_factory.mktemp("site") / "a b 策略#"
    publish(pages(loaded, loaded.model, request.param), folder)
    return folder.as_uri()


@pytest.fixture(autouse=True)
def no_errors(page: Page) -> Iterator[None]:
    page.told.clear()
    page.size(1280, 900)
    yield
    assert not page.told


def test_links_lead_on(page: Page, site: str) -> None:
    page.open(f"{site}/index.html")
    assert page.run("document.querySelectorAll('.counts a').length") == 15
    page.run("document.querySelector('.counts a[href=\"cohort/index.html\"]').click()")
    page.wait("location.pathname.endsWith('/cohort/index.html') && document.readyState === 'complete'")
    page.run("[...document.querySelectorAll('article a')].find((each) => each.textContent.includes('dormant_rich')).click()")
    page.wait("location.pathname.endsWith('/cohort/dormant_rich.html') && document.readyState === 'complete'")
    assert page.run("document.querySelector('h1').textContent").startswith("沉睡富裕客户")
    assert page.run("document.querySelector('.meaning p').textContent.includes('沉睡客户')")
    # a box of the drawing is a link, too
    page.run("document.querySelector('svg .kind-strategy').closest('a').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.wait("location.pathname.endsWith('/strategy/dormant_wakeup.html') && document.readyState === 'complete'")


def test_search_finds_by_name_title_and_meaning(page: Page, site: str) -> None:
    page.open(f"{site}/strategy/tier_up.html")
    page.press("/", 191)
    assert page.run("document.activeElement.id") == "q"
    page.type("payroll_honey")
    page.wait("document.querySelectorAll('#found a').length === 1")
    assert page.run(FOUND) == ["代发客户蜜月期提升"]
    page.press("Escape", 27)
    page.type("沉睡")
    page.wait("document.querySelectorAll('#found a').length > 3")
    assert page.run(FOUND)[0].startswith("沉睡")
    page.press("ArrowDown", 40)
    assert page.run("document.activeElement === document.querySelector('#found a')")
    target = page.run("document.activeElement.href")
    page.press("Enter", 13)
    page.wait(f"location.href === {target!r} && document.readyState === 'complete'")
    page.press("/", 191)
    page.type("no such thing")
    page.wait("!document.querySelector('#found').hidden && document.querySelectorAll('#found a').length === 0")
    assert page.run("document.querySelector('#found').textContent") in ("Nothing found", "没有找到")


@pytest.mark.parametrize("path", ["index.html", "strategy/index.html", "strategy/payroll_honeymoon.html", "data/customer.html"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_screen(page: Page, site: str, path: str, width: int) -> None:
    page.size(width, 800, phone=width < 500)
    page.open(f"{site}/{path}")
    assert page.run(OVERFLOW) <= 0


def test_dark_mode(page: Page, site: str) -> None:
    page.open(f"{site}/index.html")
    colours = []
    for scheme in ("light", "dark"):
        page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        colours.append(page.run("getComputedStyle(document.body).backgroundColor"))
    page.ask("Emulation.setEmulatedMedia", features=[])
    assert colours == ["rgb(255, 255, 255)", "rgb(18, 22, 28)"]


def test_for_screen_readers(page: Page, site: str) -> None:
    page.open(f"{site}/strategy/payroll_honeymoon.html")
    assert page.run("document.querySelectorAll('h1').length") == 1
    assert page.run("document.documentElement.lang") in ("en", "zh-CN")
    assert page.run("[...document.querySelectorAll('svg')].every((each) => each.getAttribute('aria-label'))")
    assert page.run("[...document.querySelectorAll('input')].every((each) => each.labels.length)")
    levels = page.run("[...document.querySelectorAll('h1, h2, h3')].map((each) => Number(each.tagName[1]))")
    assert all(after <= before + 1 for before, after in pairwise(levels))
