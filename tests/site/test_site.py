"""The site as files: complete, linked, escaped, the same again; and how it gets into its folder."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest

from strategy_engine.semantics.load import load_project
from strategy_engine.site.entries import KINDS, entries
from strategy_engine.site.graph import Waypoint, layered
from strategy_engine.site.highlight import pieces
from strategy_engine.site.pages import outlined, pages
from strategy_engine.site.publish import MARK, NotOursError, publish
from tests.cli.conftest import Program, project, strategy  # noqa: F401 - fixtures
from tests.semantics.test_speed import BASE, FILE, STRATEGY
from tests.semantics.test_speed import PROJECT as FULL

ROOT = Path(__file__).parents[2]
DEMO, EVERYTHING = ROOT / "strategies/demo", FULL.parent


def site(folder: Path, lang: str = "en") -> dict[str, bytes]:
    loaded = load_project(folder)
    assert loaded.model is not None
    return pages(loaded, loaded.model, lang)


class Reader(HTMLParser):
    """The links, ids and unclosed tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for key, value in attrs if key in ("href", "src")]
        if tag not in ("meta", "link", "input", "br", "path", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag, attrs

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("folder", [DEMO, EVERYTHING], ids=["demo", "full"])
def test_every_declaration_has_a_page_and_every_link_leads_somewhere(folder: Path, lang: str) -> None:
    files = site(folder, lang)
    loaded = load_project(folder)
    declared = sum(len(module.declarations) for module in loaded.modules)
    assert loaded.model is not None
    tables = len(loaded.model.project.tables)
    assert sum(path.endswith(".html") and not path.endswith("index.html") for path in files) == declared + tables
    for path, content in files.items():
        if not path.endswith(".html"):
            continue
        read = Reader(content.decode())
        assert not read.wrong, (path, read.wrong)
        assert not read.open, (path, read.open)
        for link in read.links:
            if not link.startswith(("#", "data:")):
                target = PurePosixPath(path).parent / link.split("#")[0]
                assert _plain(target) in files, (path, link)


def _plain(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_a_strategy_says_all_of_itself() -> None:
    page = site(DEMO)["strategy/payroll_honeymoon.html"].decode()
    text = re.sub(r"<[^>]+>", "", page)
    for part in (
        "For customers who are in the cohort 新代发客户 (new_payroll)",
        "strategies/lifecycle/acquire.strategy:18",
        "零售部/代发组",
        "a gold payroll customer hears of the salary in the app",
        "代发留存率",
        "cohort:   new_payroll and aum &lt; 50万",
    ):
        assert part in text, part
    assert 'href="../test/' in page
    assert 'href="../kpi/payroll_kept.html"' in page


@pytest.mark.parametrize("folder", [DEMO, EVERYTHING], ids=["demo", "full"])
def test_sources_are_whole(folder: Path) -> None:
    loaded = load_project(folder)
    assert loaded.model is not None
    for entry in entries(loaded, loaded.model, "en").values():
        if ".strategy:" in entry.place:
            bare = re.sub(r'"[^"\n]*"|#[^\n]*', "", entry.source)
            assert bare.count("{") == bare.count("}"), entry.source


def test_what_it_uses_and_what_uses_it() -> None:
    files = {path: content.decode() for path, content in site(DEMO).items()}
    dormant = files["cohort/dormant.html"]
    assert 'href="../param/dormant_after.html"' in dormant
    assert 'href="../cohort/dormant_rich.html"' in dormant
    assert "数字金融部" in dormant  # the owner of a strategy two steps on
    assert 'href="../trigger/tier_rises.html"' in files["strategy/tier_up.html"]
    assert 'href="../channel/rm_call.html"' in files["policy/contact.html"]
    assert 'href="../data/branches.html"' in files["benefit/coupon_50.html"]


@pytest.mark.parametrize("folder", [DEMO, EVERYTHING], ids=["demo", "full"])
def test_the_same_project_gives_the_same_bytes_wherever_it_lies(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "elsewhere"))
    assert site(folder) == site(copy)


def test_everything_is_escaped(tmp_path: Path) -> None:
    evil = "</script><img src=x onerror=alert(1)>{{ 7 * 7 }}\u2028"
    shutil.copytree(ROOT / "strategies/minimal", tmp_path, dirs_exist_ok=True)
    text = f'cohort evil "{evil}" = name == "{evil}"\n'
    text += f'strategy s "{evil}" {{ owner: "{evil}"  cohort: evil  channel: sms  script: "<b>{{name}}</b>" }}\n'
    (tmp_path / "strategies/evil.strategy").write_text(text, "utf-8")
    files = site(tmp_path)
    for path, content in files.items():
        if path.endswith(".html"):
            assert "x" not in Reader(content.decode()).links
            assert b"<img" not in content
            assert b"<b>" not in content
    assert "{{ 7 * 7 }}" in files["strategy/s.html"].decode()
    index = files["assets/search.js"].decode()
    assert "<" not in index
    assert "\u2028" not in index
    found = json.loads(index.removeprefix("window.SEARCH = ").rstrip(";\n"))
    assert evil in {entry["title"] for entry in found}


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "strategies/minimal", tmp_path, dirs_exist_ok=True)
    names = ["index", "con", "Rich", "rich", "客群一", "`a b/c`", "x" * 100]
    (tmp_path / "strategies/names.strategy").write_text("".join(f"cohort {name} = aum > 1\n" for name in names), "utf-8")
    paths = [path for path in site(tmp_path) if path.startswith("cohort/")]
    assert len({path.lower() for path in paths}) == len(paths) == len(names) + 2
    assert all(re.fullmatch(r"cohort/[a-z0-9_-]{1,64}\.html", path) for path in paths)


def test_a_thousand_strategies_are_drawn_kind_by_kind(tmp_path: Path) -> None:
    plain = re.sub(r"^(include|import|params):.*\n", "", FULL.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "strategy.yaml").write_text(plain, "utf-8")
    (tmp_path / "base.strategy").write_text(BASE, "utf-8")
    for n in range(200):
        text = FILE.format(n=n, days=n % 30 + 1) + "".join(STRATEGY.format(n=n, i=i) for i in range(5))
        (tmp_path / f"f{n}.strategy").write_text(text, "utf-8")
    files = site(tmp_path)
    assert len(files) > 1400
    assert "Strategies 1,000" in files["index.html"].decode()
    assert len(files["index.html"]) < 500_000
    assert max(len(content) for path, content in files.items() if path.startswith("channel/")) < 500_000


# ------------------------------------------------------------------------------------------------ its parts


def test_layers_go_from_left_to_right() -> None:
    arrows = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c"), ("c", "e"), ("e", "b")]  # the last would close a circle
    plan = layered("abcde", arrows)
    level = {node: place for place, layer in enumerate(plan.layers) for node in layer if not isinstance(node, Waypoint)}
    assert sorted(map(str, level)) == list("abcde")
    assert all(level[way[0]] < level[way[-1]] and len(way) == level[way[-1]] - level[way[0]] + 1 for way in plan.arrows)
    assert layered("", []).layers == ()


def test_colours_leave_the_text_as_it_is() -> None:
    for path in (ROOT / "tests/language/projects/full").rglob("*.*"):
        if path.suffix in (".strategy", ".yaml"):
            text = path.read_text("utf-8")
            assert "".join(piece for _, piece in pieces(text)) == text
    coloured = {piece: kind for kind, piece in pieces('策略 s { 客群: a 且 b # why\n  owner: "x" limit: 50万 }')}
    assert {coloured[word] for word in ("策略", "且")} == {"word"}
    assert (coloured["客群"], coloured["# why"], coloured['"x"'], coloured["50万"]) == ("key", "comment", "text", "number")


def test_lists_in_lists() -> None:
    found = outlined("all of this:\n- a\n- any of these:\n  - b\n  - c\n- d")
    shown = [(item.text, [each.text for each in item.items]) for item in found.items]
    assert shown == [("a", []), ("any of these:", ["b", "c"]), ("d", [])]


# ------------------------------------------------------------------------------------------------ into its folder


def test_a_site_replaces_its_former_self_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    publish({"index.html": b"one", "old/page.html": b"1"}, folder)
    publish({"index.html": b"two"}, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MARK} == {"index.html": b"two"}
    assert not [path for path in tmp_path.iterdir() if path != folder]
    (folder / "CNAME").write_text("docs.bank")
    with pytest.raises(NotOursError, match="CNAME"):
        publish({"index.html": b"three"}, folder)
    assert (folder / "index.html").read_bytes() == b"two"


def test_what_cannot_be_written_leaves_the_former_site(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    publish({"index.html": b"one"}, folder)
    with pytest.raises(OSError, match="name too long"):
        publish({"index.html": b"two", "x" * 300: b""}, folder)
    assert (folder / "index.html").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_command(strategy: Program, project: Path) -> None:  # noqa: F811 - fixtures
    done = strategy("docs", project)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("wrote the site of 2 strategies: ")
    assert (project / "site/index.html").is_file()
    assert {path.name for path in (project / "site").iterdir() if path.is_dir()} <= {*KINDS, "assets"}
    assert strategy("docs", project, "--lang", "zh", "--quiet").stdout == ""
    assert "策略" in (project / "site/index.html").read_text("utf-8")
    assert strategy("check", project).returncode == 0


def test_the_command_refuses_and_writes_nothing(strategy: Program, project: Path, tmp_path: Path) -> None:  # noqa: F811 - fixtures
    assert strategy("docs", project, "--lang", "de").returncode == 2
    assert strategy("docs", "nowhere").returncode == 2
    taken = strategy("docs", project, "--out", project / "data")
    assert taken.returncode == 2
    assert "what `strategy docs` did not write" in " ".join(taken.stderr.split())
    (tmp_path / "file").touch()
    assert strategy("docs", project, "--out", "file").returncode == 2
    assert strategy("docs", project, "--out", "file/below").returncode in (2, 3)
    (project / "strategies/other.strategy").write_text("cohort x = nothing > 1\n", "utf-8")
    wrong = strategy("docs", project)
    assert wrong.returncode == 1
    assert "S0201" in wrong.stderr
    assert not (project / "site").exists()


def test_the_fixed_names_still_print_their_pages(strategy: Program) -> None:  # noqa: F811 - a fixture
    assert strategy("docs", "functions").stdout == (ROOT / "docs/functions.md").read_text("utf-8")
    assert strategy("docs", "diagnostics").stdout == (ROOT / "docs/diagnostics.md").read_text("utf-8")
