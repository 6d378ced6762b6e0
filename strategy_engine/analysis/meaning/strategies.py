"""What a strategy says: whom, when, what, through which channel, within which bounds, towards which KPI."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from strategy_engine.analysis.meaning.missing import who_is_left_out
from strategy_engine.analysis.meaning.rules import limits
from strategy_engine.analysis.meaning.tables import branches
from strategy_engine.analysis.meaning.values import duration, share, value
from strategy_engine.analysis.meaning.voice import Voice
from strategy_engine.language.types import DATE, NUMBER
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Benefit, Cases, Channel, Kpi, Plan, PlanStep, Product, ProductChoice, Strategy, Target, Trigger

T = TypeVar("T")


def strategy(voice: Voice, name: str) -> list[str]:
    """The sentences on a strategy, in the order in which people ask."""
    found = voice.model.strategies.get(name)
    if found is None:
        return []
    return [
        *voice.flowing((voice.telling("strategy.cohort", found.cohort), *who_is_left_out(voice, found.cohort))),
        _when(voice, found),
        *_what(voice, found),
        *limits(voice, found.limits),
        *voice.flowing(_weight(voice, found)),
        *voice.flowing(_trial(voice, found)),
        *voice.flowing(_life(voice, found)),
    ]


def _when(voice: Voice, found: Strategy) -> str:
    if not found.triggers:
        return voice.say("strategy.always")
    names = [_titled(voice, voice.model.triggers, each) for each in found.triggers]
    return voice.say("strategy.trigger", triggers=voice.listed(names, "or"))


def _titled(voice: Voice, declared: object, name: str) -> str:
    """What a name of a kind is called."""
    thing = declared.get(name) if hasattr(declared, "get") else None
    return voice.named(name, thing.title if isinstance(thing, Benefit | Channel | Kpi | Product | Trigger) else None)


# ------------------------------------------------------------------------------------------------ what, through what


def _what(voice: Voice, found: Strategy) -> Iterator[str]:
    if found.product is not None:
        yield _cases(voice, "strategy.product", found.product, lambda each: _product(voice, each))
    if found.benefit is not None:
        yield _cases(voice, "strategy.benefit", found.benefit, lambda each: _ladder(voice, each))
    yield _cases(voice, "strategy.channel", found.plan, lambda each: _plan(voice, each))
    if found.script is not None:
        yield _cases(voice, "strategy.script", found.script, voice.noun)


def _cases(voice: Voice, key: str, cases: Cases[T], shown: Callable[[T], str]) -> str:
    """One value in a sentence, several as a list of who gets which."""
    if len(cases.branches) == 1 and cases.branches[0][0] is None:
        return voice.say(key, a=shown(cases.branches[0][1]))
    lines = []
    for guard, each in cases.branches:
        if guard is None:
            lines.append("- " + voice.say("otherwise", a=shown(each)))
        else:
            lines.append("- " + voice.say("where.branch", c=voice.text(voice.clause(guard)), a=shown(each)))
    return "\n".join([voice.say(f"{key}.by"), *lines])


def _product(voice: Voice, choice: ProductChoice | None) -> str:
    if choice is None:
        return voice.say("none")
    name = _titled(voice, voice.model.products, choice.name)
    if not choice.terms:
        return name
    terms = [voice.say("field", key=voice.key(key), a=voice.noun(each)) for key, each in choice.terms]
    return voice.say("terms", a=name, terms=voice.listed(terms))


def _ladder(voice: Voice, names: tuple[str | None, ...]) -> str:
    shown = [voice.say("no_benefit") if name is None else _titled(voice, voice.model.benefits, name) for name in names]
    return voice.say("else").join(shown)


def _plan(voice: Voice, plan: Plan) -> str:
    return "".join(_step(voice, step, place) for place, step in enumerate(plan.steps))


def _step(voice: Voice, step: PlanStep, place: int) -> str:
    channels = voice.say("else").join(_titled(voice, voice.model.channels, name) for name in step.channels)
    if place == 0:
        return voice.say("plan.first", channels=channels)
    when = voice.say("plan.after", d=duration(voice, step.after)) if step.after is not None else voice.say("plan.on_day", day=step.on_day)
    return voice.say(
        "plan.then",
        channels=channels,
        when=when,
        unless=voice.say("plan.unless", outcome=voice.outcome(step.unless)) if step.unless else "",
        condition=voice.say("plan.if", c=voice.text(voice.clause(step.only_if))) if step.only_if is not None else "",
    )


# ------------------------------------------------------------------------------------------------ how much it counts, how it is tried


def _weight(voice: Voice, found: Strategy) -> Iterator[str]:
    for key, expr in (("priority", found.priority), ("score", found.score)):
        if isinstance(expr, ir.Decision | ir.Choice):
            yield f"{voice.say(f'strategy.{key}', a='').rstrip('. 。')}\n{branches(voice, expr)}"
        elif expr is not None:
            yield voice.say(f"strategy.{key}", a=voice.noun(expr))
    if found.until is not None:
        yield voice.say("strategy.until", a=voice.noun(found.until))


def _trial(voice: Voice, found: Strategy) -> Iterator[str]:
    if found.control is not None:
        yield voice.say("strategy.control", a=voice.noun(found.control))
    if found.split:
        arms = [voice.say("arm", arm=arm, share=share(part)) for arm, part in found.split]
        yield voice.say("strategy.split", arms=voice.listed(arms))
    if found.targets:
        yield voice.say("strategy.targets", targets=voice.say("comma").join(_target(voice, each) for each in found.targets))


def _target(voice: Voice, target: Target) -> str:
    kpi = _titled(voice, voice.model.kpis, target.kpi)
    if target.op is None or target.value is None:
        return voice.say("target", kpi=kpi)
    key = "target.uplift" if target.uplift else "target.value"
    text = voice.say(key, kpi=kpi, op=voice.say(f"op.{target.op}"), value=_measured(voice, target))
    return text + (voice.say("target.pause") if target.pause else "")


def _measured(voice: Voice, target: Target) -> str:
    """A wanted value as its KPI is read: shares and ratios in per cent."""
    kpi = voice.model.kpis.get(target.kpi)
    ratio = kpi is None or kpi.share or (isinstance(kpi.measure, ir.Arithmetic) and kpi.measure.op == "/")
    return share(target.value or 0.0) if ratio else value(voice, target.value, NUMBER)


# ------------------------------------------------------------------------------------------------ its life


def _life(voice: Voice, found: Strategy) -> Iterator[str]:
    low, high = (value(voice, day, DATE) if day is not None else None for day in (found.valid_from, found.valid_to))
    if low or high:
        yield voice.say("strategy.valid" if low and high else "strategy.valid.from" if low else "strategy.valid.to", low=low, high=high)
    if found.ramp:
        yield voice.say("strategy.ramp", days=voice.listed(voice.say("ramp", day=day, share=share(part)) for day, part in found.ramp))
    status = voice.say(f"status.{found.status}")
    yield voice.say("strategy.status" if found.runs else "strategy.idle", status=status)
    for key, word in (("stage", found.stage), ("category", found.category)):
        if word:
            yield voice.say(f"strategy.{key}", a=word)
    if found.owner is not None:
        yield _cases(voice, "strategy.owner", found.owner, str)
