"""Links between the pages lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from .pages import PAGES, ROOT, anchors, links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page: Path) -> None:
    text = page.read_text("utf-8")
    lost = []
    for link in links(text):
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        file = (page.parent / target) if target else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text("utf-8"))):
            lost.append(link)
    assert not lost


def test_every_page_can_be_reached() -> None:
    found, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in found or page.suffix != ".md" or not page.exists():
            continue
        found.add(page)
        targets = (link.partition("#")[0] for link in links(page.read_text("utf-8")) if "://" not in link)
        waiting += [(page.parent / target).resolve() for target in targets if target]
    assert not [page.relative_to(ROOT).as_posix() for page in set(PAGES) - found]
