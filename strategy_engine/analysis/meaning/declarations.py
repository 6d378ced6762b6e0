"""The meaning of every kind of declaration but strategies: a function a kind, from the model to paragraphs."""

from __future__ import annotations

from collections.abc import Callable

from strategy_engine.analysis.meaning import conditions, nouns  # noqa: F401 - they register what each node says
from strategy_engine.analysis.meaning.missing import attribute_missing, who_is_left_out
from strategy_engine.analysis.meaning.rules import arbitration, limits, policy
from strategy_engine.analysis.meaning.strategies import strategy
from strategy_engine.analysis.meaning.tables import branches, grid, table
from strategy_engine.analysis.meaning.values import duration
from strategy_engine.analysis.meaning.voice import TONGUES, Voice
from strategy_engine.analysis.meaning.windows import bounds, of_rows
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import (
    Benefit,
    DateHits,
    Definition,
    Model,
    Product,
    RowHits,
    ScheduleHits,
    SequenceHits,
    SequenceStep,
    SeriesHits,
    StateHits,
)

Paragraphs = list[str]


def meaning(model: Model, kind: str, name: str, lang: str = "en") -> Paragraphs:
    """What the declaration of that kind and name says, as paragraphs; a list in one is Markdown.

    kind: `param attribute cohort table grid trigger benefit product channel kpi policy arbitration strategy`; the name of an arbitration
    does not matter.      lang: `en` or `zh`. Nothing where there is no such declaration, or it could not be read. What its author says that
    it is for comes first.
    """
    voice = Voice(model, lang if lang in TONGUES else "en")
    paragraphs = [paragraph for paragraph in _KINDS[kind](voice, name) if paragraph] if kind in _KINDS else []
    declared = model.declared(kind, name)
    return [declared.purpose, *paragraphs] if declared is not None and declared.purpose else paragraphs


def condition_in_words(expr: ir.Expr, model: Model, lang: str = "en") -> str:
    """A condition as a clause that stands for itself, or a Markdown list where it is long; a value as a noun phrase."""
    voice = Voice(model, lang if lang in TONGUES else "en")
    if not isinstance(expr, ir.Condition) and expr.type.kind != "bool":
        return voice.noun(expr)
    said = voice.clause(expr)
    if voice.long(said):
        return f"{voice.say(f'how.{said.join}')}{voice.say('colon')}\n{voice.bullets(said)}"
    return voice.text(said)


# ------------------------------------------------------------------------------------------------ who


def _param(voice: Voice, name: str) -> Paragraphs:
    found = voice.model.params.get(name)
    return [] if found is None else [voice.say("param", a=voice.noun(found.value))]


def _attribute(voice: Voice, name: str) -> Paragraphs:
    found = voice.model.derived.get(name)
    if found is None:
        return []
    if isinstance(found.expr, ir.Decision | ir.Choice):
        return [f"{voice.say('attribute.by')}\n{branches(voice, found.expr)}", attribute_missing(voice, found.expr)]
    return voice.flowing((voice.say("attribute", a=voice.noun(found.expr)), attribute_missing(voice, found.expr)))


def _cohort(voice: Voice, name: str) -> Paragraphs:
    found = voice.model.derived.get(name)
    if found is None:
        return []
    if found.remembered is not None:
        return _fixed_cohort(voice, found)
    return voice.flowing((voice.telling("cohort.is", found.expr), *who_is_left_out(voice, found.expr)))


def _fixed_cohort(voice: Voice, found: Definition) -> Paragraphs:
    """`not leave and (was in or enter)`, as the checker makes it."""
    leave, enter = _halves(found.expr)
    return [
        voice.say("cohort.fixed"),
        voice.telling("cohort.enter", enter),
        voice.telling("cohort.leave", leave),
        *who_is_left_out(voice, enter),
    ]


def _halves(inside: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
    leaves, enters = inside.parts if isinstance(inside, ir.And) else (inside, inside)
    leave = leaves.value if isinstance(leaves, ir.Not) else leaves
    enter = enters.parts[1] if isinstance(enters, ir.Or) else enters
    return tuple(part.options[0] if isinstance(part, ir.Default) else part for part in (leave, enter))  # type: ignore[return-value]  # two


# ------------------------------------------------------------------------------------------------ when


def _trigger(voice: Voice, name: str) -> Paragraphs:
    found = voice.model.triggers.get(name)
    if found is None:
        return []
    source = found.source
    paragraphs = [_hits(voice, source)]
    if isinstance(source, StateHits):
        return voice.flowing((*paragraphs, voice.say("trigger.state.note")))
    if found.window is not None:
        paragraphs.append(voice.say("trigger.window", w=bounds(voice, found.window)))
    return voice.flowing((*paragraphs, voice.say("trigger.once")))


def _hits(voice: Voice, source: object) -> str:
    match source:
        case RowHits(rows):
            return voice.say("trigger.rows", rows=of_rows(voice, rows))
        case DateHits(value, yearly):
            return voice.say("trigger.yearly" if yearly else "trigger.date", a=voice.noun(value))
        case SeriesHits(table, _, where):
            return voice.say("trigger.series", rows=of_rows(voice, ir.Rows(table, where)))
        case ScheduleHits(day, shift):
            return voice.say("trigger.schedule", day=day, shift=voice.say(f"shift.{shift}") if shift else "")
        case SequenceHits(steps):
            return "\n".join([voice.say("trigger.sequence"), *(_step(voice, step, place) for place, step in enumerate(steps))])
        case StateHits(condition):
            return voice.telling("trigger.state", condition)
    return ""


def _step(voice: Voice, step: SequenceStep, place: int) -> str:
    within = voice.say("step.within", d=duration(voice, step.within)) if step.within is not None else ""
    key = "step.absent" if step.absent else "step.then" if place else "step.first"
    return voice.say(key, name=step.name, rows=of_rows(voice, step.rows), within=within)


# ------------------------------------------------------------------------------------------------ with what, through what


def _benefit(voice: Voice, name: str) -> Paragraphs:
    return _offer(voice, "benefit", voice.model.benefits.get(name))


def _product(voice: Voice, name: str) -> Paragraphs:
    return _offer(voice, "product", voice.model.products.get(name))


def _offer(voice: Voice, kind: str, found: Benefit | Product | None) -> Paragraphs:
    if found is None:
        return []
    fields = [voice.say("field", key=voice.key(key), a=_field(voice, value)) for key, value in found.fields.items()]
    paragraphs = [voice.say(kind, fields=voice.say("fields", fields=voice.listed(fields)) if fields else "")]
    if found.eligible is not None:
        paragraphs += [voice.telling("only", found.eligible), *who_is_left_out(voice, found.eligible)]
    return [*voice.flowing(paragraphs), *limits(voice, found.limits)]


def _field(voice: Voice, value: ir.Expr) -> str:
    """A word of a property stands without quotes: `kind: coupon`."""
    return value.value if isinstance(value, ir.Constant) and isinstance(value.value, str) and value.type.enum is None else voice.noun(value)


def _channel(voice: Voice, name: str) -> Paragraphs:
    found = voice.model.channels.get(name)
    if found is None:
        return []
    paragraphs = [voice.say("channel")]
    if found.require is not None:
        paragraphs += [voice.telling("channel.require", found.require), *who_is_left_out(voice, found.require)]
    if found.cost is not None:
        paragraphs.append(voice.say("channel.cost", a=voice.noun(found.cost)))
    if found.assign is not None:
        paragraphs.append(voice.say("channel.assign", a=voice.noun(found.assign)))
    if found.columns:
        paragraphs.append(voice.say("channel.columns", names=voice.listed(nouns.customer_label(voice, each) for each in found.columns)))
    return [*voice.flowing(paragraphs), *limits(voice, found.limits)]


def _kpi(voice: Voice, name: str) -> Paragraphs:
    found = voice.model.kpis.get(name)
    if found is None:
        return []
    paragraphs = [voice.telling("kpi.share", found.measure) if found.share else voice.say("kpi.ratio", a=voice.noun(found.measure))]
    if found.at is not None:
        paragraphs.append(voice.say("kpi.at", d=duration(voice, found.at)))
    return voice.flowing((*paragraphs, voice.say(f"kpi.{found.goal}")))


_KINDS: dict[str, Callable[[Voice, str], Paragraphs]] = {
    "param": _param,
    "attribute": _attribute,
    "cohort": _cohort,
    "table": table,
    "grid": grid,
    "trigger": _trigger,
    "benefit": _benefit,
    "product": _product,
    "channel": _channel,
    "kpi": _kpi,
    "policy": policy,
    "arbitration": arbitration,
    "strategy": strategy,
}
