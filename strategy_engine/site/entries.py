"""All that is declared in a project, as the site shows it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from strategy_engine.analysis.meaning import meaning
from strategy_engine.language import ast
from strategy_engine.record import record
from strategy_engine.semantics.load import Loaded
from strategy_engine.semantics.model import Model, Strategy
from strategy_engine.site.highlight import pieces
from strategy_engine.site.links import Key, Links
from strategy_engine.source.file import SourceFile, Span
from strategy_engine.source.shipped import shipped

KINDS = (
    *("strategy", "cohort", "trigger", "benefit", "product", "channel", "kpi", "policy", "arbitration"),
    *("attribute", "table", "grid", "param", "data", "test"),
)
"""In the order of the site: what people ask for, then what it rests on."""

_OPENING, _CLOSING = re.compile("[{｛]"), re.compile("[}｝]")
_PLAIN = re.compile(r"[a-z0-9_]{1,60}")
_TAKEN = frozenset({"index", "con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))})


@record
class ColumnShown:
    """A column of a declared table: its name, type, label, values, and whether it is personal data."""

    name: str
    type: str
    label: str
    values: tuple[str, ...]
    personal: bool


@record(kw_only=True)
class Entry:
    """One declaration.

    title: what people read; "" where it is the name.      url: of its page, from the site's folder.
    says: its meaning in paragraphs.      place: file and line.      facts: short words beside their keys (`status`, `owner`).
    """

    key: Key
    title: str
    url: str
    says: tuple[str, ...] = ()
    source: str = ""
    place: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[ColumnShown, ...] = ()
    uses: tuple[Key, ...] = ()
    users: tuple[Key, ...] = ()
    tests: tuple[Key, ...] = ()

    @property
    def shown(self) -> str:
        return self.title or self.key.name or self.key.kind


Entries = dict[Key, Entry]


def entries(loaded: Loaded, model: Model, lang: str) -> Entries:
    """Every declaration of a sound project by its key, in the order of kinds and names."""
    urls = _Urls()
    made = [*_tables(model, loaded, urls), *_declared(model, loaded, lang, urls)]
    made.sort(key=lambda each: (KINDS.index(each.key.kind), each.key.name))
    return _linked({each.key: each for each in made})


class _Urls:
    """Gives each key a file name that every system can hold, and none twice."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def of(self, key: Key) -> str:
        plain = _PLAIN.fullmatch(key.name) and key.name not in _TAKEN
        slug = key.name if plain else "x" + hashlib.sha256(key.name.encode()).hexdigest()[:12]
        url, number = f"{key.kind}/{slug}.html", 1
        while url in self.given:
            number += 1
            url = f"{key.kind}/{slug}-{number}.html"
        self.given.add(url)
        return url


# ------------------------------------------------------------------------------------------------ declarations


def _declared(model: Model, loaded: Loaded, lang: str, urls: _Urls) -> Iterator[Entry]:
    numbers: dict[str, int] = {}
    links = Links(model)
    for declaration in (each for module in loaded.modules for each in module.declarations):
        key = Key(declaration.kind, declaration.name)
        if key.kind == "test":  # several may have the same title
            title = declaration.title or declaration.name
            numbers[title] = numbers.get(title, 0) + 1
            key = Key("test", title if numbers[title] == 1 else f"{title} ({numbers[title]})")
        yield _entry(model, loaded, declaration, key, lang, urls, links)


def _entry(model: Model, loaded: Loaded, declaration: ast.Declaration, key: Key, lang: str, urls: _Urls, links: Links) -> Entry:
    file = loaded.sources[declaration.span.path]
    return Entry(
        key=key,
        title=declaration.title or "" if key.kind != "test" else "",
        url=urls.of(key),
        says=tuple(meaning(model, key.kind, key.name, lang)),
        source=_source(file, declaration.span),
        place=f"{_relative(file.path, loaded)}:{file.position(declaration.span.start).line}",
        facts=_facts(model, declaration),
        uses=links.used_by(declaration),
    )


def _source(file: SourceFile, span: Span) -> str:
    """The declaration's text, whole lines of it, with the indentation that they share taken away.

    A span ends before the braces that close it; other declarations on its lines are shown with it.
    """
    last = span.end
    code = "".join(text for kind, text in pieces(file.text[span.start : span.end]) if kind not in ("text", "comment"))
    for _ in range(len(_OPENING.findall(code)) - len(_CLOSING.findall(code))):
        closing = _CLOSING.search(file.text, last)
        last = closing.end() if closing is not None else last
    start = file.text.rfind("\n", 0, span.start) + 1
    end = file.text.find("\n", last)
    lines = file.text[start : len(file.text) if end < 0 else end].splitlines()
    shared = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[shared:].rstrip() for line in lines)


def _relative(path: str, loaded: Loaded) -> str:
    """The file as people of the project call it, wherever the project lies: from its folder, or from the shipped library's."""
    file = Path(path).absolute()
    for folder in (loaded.folder.absolute(), shipped("strategies")):
        if file.is_relative_to(folder):
            return file.relative_to(folder).as_posix()
    return file.name


def _facts(model: Model, declaration: ast.Declaration) -> dict[str, str]:
    facts = {}
    strategy = model.strategies.get(declaration.name) if declaration.kind == "strategy" else None
    if strategy is not None:
        facts = {"status": strategy.status, "category": strategy.category or "", "stage": strategy.stage or "", "owner": _owners(strategy)}
    if declaration.kind == "grid" and declaration.name in model.grids:
        facts = {"owner": " · ".join(dict.fromkeys(model.grids[declaration.name].owners.values()))}
    if declaration.kind == "kpi" and declaration.name in model.kpis:
        facts = {"goal": model.kpis[declaration.name].goal}
    return {key: value for key, value in facts.items() if value}


def _owners(strategy: Strategy) -> str:
    return " · ".join(dict.fromkeys(strategy.owner.values)) if strategy.owner is not None else ""


# ------------------------------------------------------------------------------------------------ tables of the project file


def _tables(model: Model, loaded: Loaded, urls: _Urls) -> Iterator[Entry]:
    for name, table in model.project.tables.items():
        key = Key("data", name)
        place = loaded.file.place(name) if loaded.file is not None else None
        file = loaded.sources.get(place.path) if place is not None else None
        yield Entry(
            key=key,
            title=table.label or "",
            url=urls.of(key),
            place=f"{_relative(file.path, loaded)}:{file.position(place.start).line}" if file is not None and place is not None else "",
            facts={"kind": table.kind},
            columns=tuple(
                ColumnShown(
                    column,
                    f"{each.type}{'?' if each.optional else ''}",
                    each.label or "",
                    tuple(f"{value} {label}" if label else value for value, label in (each.values or {}).items()),
                    each.pii or each.sensitive,
                )
                for column, each in table.columns.items()
            ),
        )


# ------------------------------------------------------------------------------------------------ both directions


def _linked(made: Entries) -> Entries:
    """The entries, each knowing what uses it and which tests name it; arrows that lead nowhere are dropped."""
    users: dict[Key, list[Key]] = {}
    for entry in made.values():
        for used in entry.uses:
            users.setdefault(used, []).append(entry.key)
    return {key: _with_links(entry, made, users.get(key, [])) for key, entry in made.items()}


def _with_links(entry: Entry, made: Entries, users: Iterable[Key]) -> Entry:
    values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    values["uses"] = tuple(sorted((key for key in entry.uses if key in made), key=_order))
    values["users"] = tuple(sorted((key for key in users if key.kind != "test"), key=_order))
    values["tests"] = tuple(sorted((key for key in users if key.kind == "test"), key=_order))
    return Entry(**values)


def _order(key: Key) -> tuple[int, str]:
    return KINDS.index(key.kind), key.name
