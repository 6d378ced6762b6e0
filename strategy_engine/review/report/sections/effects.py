"""Effects: forest plots by unit, and all their figures as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from markupsafe import Markup

from strategy_engine.review.figures import EffectFigure, Figures
from strategy_engine.review.report import numbers
from strategy_engine.review.report.charts import forest
from strategy_engine.review.report.charts.rows import axis
from strategy_engine.review.report.charts.scale import clipped
from strategy_engine.review.report.parts import Cell, Chart, Fold, Row, Section, Table, folded
from strategy_engine.review.report.reader import Reader

SHOWN = 40
VERDICTS = ("worse", "better", "unproven", "early", "blocked")
"""The order of the rows: what asks for a decision first."""
_SHARES = ""


def section(figures: Figures, reader: Reader) -> Section:
    whole = [effect for effect in figures.effects if effect.arm is None]
    table = Table(
        tuple(
            reader.words[key]
            for key in ("strategy", "verdict", "sizes", "values", "difference", "adjusted", "lift", "p_corrected", "detectable")
        ),
        tuple(_cells(effect, reader) for effect in _by_strategy(figures.effects)),
        texts=2,
    )
    charts = tuple(_chart(kpi, effects, reader) for kpi, effects in _grouped(whole, reader))
    return Section("effects", charts, folds=(Fold(reader.words["effects.table"], (table,)),) if figures.effects else ())


def chosen(effect: EffectFigure) -> tuple[float | None, float | None, float | None]:
    """The effect and its interval that the verdict is told from."""
    if effect.adjusted is not None:
        return effect.adjusted, effect.adjusted_low, effect.adjusted_high
    return effect.difference, effect.low, effect.high


# ------------------------------------------------------------------------------------------------ charts


def _grouped(effects: Iterable[EffectFigure], reader: Reader) -> Iterator[tuple[str, list[EffectFigure]]]:
    """Shares together, as points are points; money and other numbers by kpi, as an account's balance and a fee share no scale."""
    found: dict[str, list[EffectFigure]] = {}
    for effect in effects:
        found.setdefault(_SHARES if reader.unit(effect.kpi) == "share" else effect.kpi, []).append(effect)
    for kpi in sorted(found, key=lambda kpi: (kpi != _SHARES, reader.unit(kpi), kpi)):
        yield kpi, sorted(found[kpi], key=_order)


def _order(effect: EffectFigure) -> tuple[int, float, str, str]:
    value = chosen(effect)[0]
    rank = VERDICTS.index(effect.verdict) if effect.verdict in VERDICTS else len(VERDICTS)
    return rank, -abs(value) if numbers.known(value) and value is not None else inf, effect.strategy, effect.kpi


def _chart(kpi: str, effects: Sequence[EffectFigure], reader: Reader) -> Chart:
    drawn = [_drawn(effect, reader) for effect in effects]
    ends = [end for each in drawn for end in (each.low, each.high, each.anytime_low, each.anytime_high)]
    scale = clipped([value for each in drawn for value in (each.value, each.plain)], ends)
    heading = reader.say("effects.of", kpi=reader.title(kpi)) if kpi else reader.words["effects.share"]
    unit = reader.unit(kpi) if kpi else "share"
    rows = [_row(effect, forest.row(each, scale), reader, of_one=bool(kpi)) for effect, each in zip(effects, drawn, strict=True)]
    shown, rest = folded(rows, SHOWN)
    return Chart(
        heading,
        reader.goal(kpi) if kpi else "",
        shown,
        rest,
        axis(scale, lambda tick: numbers.tick(tick, unit, reader.tongue, signed=True), heading),
    )


def _drawn(effect: EffectFigure, reader: Reader) -> forest.Effect:
    value, low, high = chosen(effect)
    limits = reader.differences(effect.kpi, effect.anytime_low, effect.anytime_high)
    text = (
        f"{reader.title(effect.strategy)}, {reader.title(effect.kpi)}: {reader.difference(effect.kpi, value)} "
        f"({reader.differences(effect.kpi, low, high)}), {reader.word(effect.verdict)}; {reader.say('anytime', limits=limits)}"
    )
    plain = effect.difference if effect.adjusted is not None and numbers.known(effect.difference) else None
    return forest.Effect(value, low, high, effect.anytime_low, effect.anytime_high, plain, effect.verdict, text)


def _row(effect: EffectFigure, plot: Markup, reader: Reader, *, of_one: bool) -> Row:
    value, low, high = chosen(effect)
    sub = [] if of_one else [reader.title(effect.kpi)]
    if not of_one and reader.lower_is_better(effect.kpi):
        sub.append(reader.words["lower_better"])
    if effect.against == "holdout":
        sub.append(reader.words["against.holdout"])
    told = reader.differences(effect.kpi, low, high)
    return Row(
        reader.title(effect.strategy),
        " · ".join(sub),
        plot,
        reader.difference(effect.kpi, value),
        "" if told == numbers.NONE else told,
        effect.strategy,
        effect.verdict,
    )


# ------------------------------------------------------------------------------------------------ table


def _by_strategy(effects: Iterable[EffectFigure]) -> list[EffectFigure]:
    """Strategies in the order in which they are told of, arms below their whole."""
    effects = list(effects)
    place = {key: at for at, key in reversed(list(enumerate((effect.strategy, effect.kpi) for effect in effects)))}
    return sorted(effects, key=lambda effect: (place[effect.strategy, effect.kpi], effect.arm is not None))


def _cells(effect: EffectFigure, reader: Reader) -> tuple[Cell, ...]:
    kpi = effect.kpi
    sub = reader.title(kpi) if effect.arm is None else f"{reader.title(kpi)} · {reader.say('arm.of', arm=reader.member(effect.arm))}"
    adjusted = [_known(reader.differences(kpi, effect.adjusted_low, effect.adjusted_high))]
    if effect.removed is not None:
        adjusted.append(reader.say("removed", share=numbers.share(effect.removed)))
    return (
        Cell(reader.title(effect.strategy), sub, strategy=effect.strategy),
        Cell(reader.word(effect.verdict), reader.words["against.holdout"] if effect.against == "holdout" else "", mark=effect.verdict),
        Cell(f"{numbers.count(effect.treated)} / {numbers.count(effect.control)}"),
        Cell(f"{reader.value(kpi, effect.treated_value)} / {reader.value(kpi, effect.control_value)}"),
        Cell(reader.difference(kpi, effect.difference), _known(reader.differences(kpi, effect.low, effect.high))),
        Cell(reader.difference(kpi, effect.adjusted), "\n".join(filter(None, adjusted))),
        Cell(numbers.change(effect.lift), _known(numbers.between(numbers.change(effect.lift_low), numbers.change(effect.lift_high)))),
        Cell(numbers.p_value(effect.p_corrected)),
        Cell(reader.difference(kpi, effect.detectable).lstrip("+")),
    )


def _known(text: str) -> str:
    return "" if text == numbers.NONE else text
