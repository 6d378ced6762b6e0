"""The report as one HTML document: nothing is loaded, nothing runs, and the same figures give the same bytes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from strategy_engine import __version__
from strategy_engine.review.figures import Figures
from strategy_engine.review.report.charts.svg import badge
from strategy_engine.review.report.parts import Section
from strategy_engine.review.report.reader import Reader, anchor
from strategy_engine.review.report.sections import balance, credit, dimensions, effects, funnel, money, summary, targets, trends
from strategy_engine.site.environment import environment

_HERE = Path(__file__).parent


def page(figures: Figures, tongue: str = "en") -> str:
    """The whole document. tongue: `en` or `zh`."""
    reader = Reader(figures, tongue)
    return (
        _environment()
        .get_template("page.html")
        .render(
            lang="zh-CN" if tongue == "zh" else "en",
            words=reader.words,
            project=figures.project,
            heading=reader.say("of", project=figures.project),
            made=reader.say("made", version=__version__),
            facts=summary.facts(figures, reader),
            tiles=summary.tiles(figures, reader),
            still_open=summary.still_open(figures, reader),
            problems=summary.problems(figures, reader),
            known=set(summary.strategy_names(figures)),
            sections=[section for section in _sections(figures, reader) if not section.empty],
        )
    )


def _sections(figures: Figures, reader: Reader) -> list[Section]:
    makers = (
        summary.strategies,
        effects.section,
        targets.section,
        trends.section,
        funnel.section,
        dimensions.grids,
        dimensions.others,
        money.section,
        credit.section,
        balance.arms,
        balance.budgets,
    )
    return [make(figures, reader) for make in makers]


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    made = environment(_HERE / "templates")
    made.globals |= {"style": Markup((_HERE / "style.css").read_text("utf-8")), "anchor": anchor, "badge": badge}  # noqa: S704  # our own file
    return made
