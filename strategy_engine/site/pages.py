"""The files of a site, as bytes by their path in its folder. The same project gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from strategy_engine import __version__
from strategy_engine.analysis.meaning.voice import TONGUES as SAID
from strategy_engine.record import record
from strategy_engine.semantics.load import Loaded
from strategy_engine.semantics.model import Model
from strategy_engine.site import drawing, words
from strategy_engine.site.entries import KINDS, Entry, entries
from strategy_engine.site.environment import environment
from strategy_engine.site.highlight import pieces
from strategy_engine.site.links import Key

_HERE = Path(__file__).parent
_BRIEF = 160
"""Letters of a meaning that a list shows."""


@record
class Item:
    """A line of a paragraph or list, and the list below it."""

    text: str
    items: tuple[Item, ...] = ()


@record
class Group:
    """Entries under a heading."""

    heading: str
    entries: tuple[Entry, ...]


def pages(loaded: Loaded, model: Model, lang: str = "en") -> dict[str, bytes]:
    """All files of the site of a sound project and its model."""
    return dict(_Site(loaded, model, lang).files())


class _Site:
    def __init__(self, loaded: Loaded, model: Model, lang: str) -> None:
        self.lang, self.words = lang, words.TONGUES[lang]
        self.entries = entries(loaded, model, lang)
        self.menu = [
            {"kind": kind, "heading": words.many(kind, lang), "url": f"{kind}/index.html", "count": f"{count:,}"}
            for kind in KINDS
            if (count := sum(key.kind == kind for key in self.entries))
        ]
        self.jinja = environment(_HERE / "templates")
        self.jinja.globals |= {
            "lang": "zh-CN" if lang == "zh" else "en",
            "words": self.words,
            "site": self.words["site"].format(project=model.project.project),
            "menu": self.menu,
            "version": __version__,
            "current": "",
        }

    def files(self) -> Iterator[tuple[str, bytes]]:
        for asset in sorted((_HERE / "assets").iterdir()):
            yield f"assets/{asset.name}", asset.read_bytes()
        yield "assets/search.js", self._search().encode()
        yield "index.html", self._index()
        for each in self.menu:
            yield each["url"], self._kind(each["kind"], each["heading"])
        for entry in self.entries.values():
            yield entry.url, self._entry(entry)

    def _render(self, template: str, **values: Any) -> bytes:
        return self.jinja.get_template(template).render(**values).encode()

    # -------------------------------------------------------------------------------------------- pages

    def _index(self) -> bytes:
        picture, note = drawing.project(self.entries), self.words["graph.project"]
        if picture is None:
            picture, note = drawing.kinds(self.entries, lambda kind: words.many(kind, self.lang)), self.words["graph.kinds"]
        status = {key.removeprefix("status."): text for key, text in SAID[self.lang].items() if key.startswith("status.")}
        return self._render("index.html", root="", picture=picture, note=note, owners=self._owners(), status=status)

    def _owners(self) -> list[Group]:
        """The strategies of each owner; those without one last."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            if entry.key.kind == "strategy":
                found.setdefault(entry.facts.get("owner", ""), []).append(entry)
        ordered = sorted(found, key=lambda owner: (not owner, owner))
        return [Group(owner or self.words["no_owner"], tuple(found[owner])) for owner in ordered]

    def _kind(self, kind: str, heading: str) -> bytes:
        rows = [
            {"entry": entry, "facts": [value for _, value in self._facts(entry)], "says": _brief(entry.says)}
            for entry in self.entries.values()
            if entry.key.kind == kind
        ]
        return self._render("kind.html", root="../", heading=heading, rows=rows, current=kind)

    def _entry(self, entry: Entry) -> bytes:
        return self._render(
            "entry.html",
            root="../",
            entry=entry,
            kind=words.kind(entry.key.kind, self.lang),
            heading=words.many(entry.key.kind, self.lang),
            current=entry.key.kind,
            facts=self._facts(entry),
            through=() if entry.facts.get("owner") else self._through(entry),
            says=[outlined(paragraph) for paragraph in entry.says],
            pieces=list(pieces(entry.source)),
            picture=drawing.neighbourhood(entry, self.entries) if entry.key.kind != "test" else None,
            uses=self._grouped(entry.uses),
            users=self._grouped(entry.users),
            tests=[self.entries[key] for key in entry.tests],
        )

    def _facts(self, entry: Entry) -> list[tuple[str, str]]:
        said = SAID[self.lang]
        shown = {"status": lambda word: said[f"status.{word}"], "goal": lambda word: said[f"kpi.{word}"].rstrip(".。")}
        return [(key, shown[key](value) if key in shown else value) for key, value in entry.facts.items()]

    def _through(self, entry: Entry) -> list[str]:
        """Whom a declaration serves: the owners of the strategies that rest on it, over however many steps."""
        seen: dict[Key, None] = {}
        ahead = [*entry.users]
        while ahead:
            key = ahead.pop()
            if key not in seen:
                seen[key] = None
                ahead += self.entries[key].users
        owners = {self.entries[key].facts.get("owner", "") for key in seen if key.kind == "strategy"}
        return sorted(owners - {""})[:12]

    def _grouped(self, keys: Iterable[Key]) -> list[Group]:
        by_kind: dict[str, list[Entry]] = {}
        for key in keys:
            by_kind.setdefault(key.kind, []).append(self.entries[key])
        return [Group(words.many(kind, self.lang), tuple(found)) for kind, found in by_kind.items()]

    # -------------------------------------------------------------------------------------------- search

    def _search(self) -> str:
        """The index as a script; `<` is written so that nothing in it can end a script's element."""
        rows = [
            {
                "name": entry.key.name,
                "title": entry.title,
                "kind": words.kind(entry.key.kind, self.lang),
                "owner": entry.facts.get("owner", ""),
                "says": _brief(entry.says),
                "url": entry.url,
            }
            for entry in self.entries.values()
        ]
        text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        return f"window.SEARCH = [\n{text}\n];\n".replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def outlined(paragraph: str) -> Item:
    """A paragraph and the Markdown list in it."""
    first, *lines = paragraph.split("\n")
    rows = [(len(line) - len(line.lstrip()), line.lstrip().removeprefix("- ")) for line in lines]
    return Item(first, _nested(rows))


def _nested(rows: list[tuple[int, str]]) -> tuple[Item, ...]:
    items: list[Item] = []
    place = 0
    while place < len(rows):
        depth, text = rows[place]
        end = place + 1
        while end < len(rows) and rows[end][0] > depth:
            end += 1
        items.append(Item(text, _nested(rows[place + 1 : end])))
        place = end
    return tuple(items)


def _brief(says: tuple[str, ...]) -> str:
    """The beginning of a meaning, lists in a line."""
    text = " ".join(" ".join(says[:2]).replace("\n", " ").split())
    return text if len(text) <= _BRIEF else text[: _BRIEF - 1].rstrip() + "…"
