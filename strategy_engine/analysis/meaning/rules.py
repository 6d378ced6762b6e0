"""Limits, pauses, contact rules and arbitration."""

from __future__ import annotations

from collections.abc import Iterable

from strategy_engine.analysis.meaning.values import duration, share
from strategy_engine.analysis.meaning.voice import ACTION, Voice
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Group, Limit, LimitWindow, Pause


def limits(voice: Voice, found: Iterable[Limit]) -> list[str]:
    """A sentence a limit."""
    return [limit(voice, each) for each in found]


def limit(voice: Voice, found: Limit) -> str:
    """`At most 3 contacts within any 7 days, for each customer.`"""
    channels = [voice.named(name, _title(voice, name)) for name in found.channels]
    return _capital(
        voice.say(
            "limit",
            amount=_amount(voice, found),
            window=_window(voice, found.window),
            per=voice.say("limit.per", groups=_groups(voice, found.per)) if found.per else "",
            channels=voice.say("limit.on", channels=voice.listed(channels, "or")) if channels else "",
            applies=voice.say("limit.applies", c=voice.text(voice.clause(found.applies))) if found.applies is not None else "",
        )
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _amount(voice: Voice, found: Limit) -> str:
    one = isinstance(found.amount, ir.Constant) and found.amount.value == 1
    key = f"counted.{found.counted}{'' if one else '.many'}"
    counted = voice.say(key) if voice.has(key) else voice.outcome(found.counted)
    amount = voice.noun(found.amount)
    if isinstance(found.amount, ir.Constant):
        return voice.say("limit.amount", a=amount, counted=counted)
    return voice.say("limit.as_many.cost" if found.counted == "cost" else "limit.as_many", a=amount, counted=counted)


def _window(voice: Voice, window: LimitWindow | None) -> str:
    if window is None:
        return voice.say("limit.total")
    if window.unit == "rolling" and window.duration is not None:
        return voice.say("limit.rolling", d=duration(voice, window.duration))
    return voice.say(f"limit.{window.unit}")


def _groups(voice: Voice, groups: tuple[Group, ...]) -> str:
    return voice.listed(voice.noun(each.expr) if each.expr is not None else voice.say(f"group.{each.kind}") for each in groups)


def _title(voice: Voice, channel: str) -> str | None:
    found = voice.model.channels.get(channel)
    return found.title if found is not None else None


def _pause(voice: Voice, pause: Pause) -> str:
    per = voice.say("pause.per", groups=_groups(voice, pause.per)) if pause.per else ""
    outcome, length = voice.outcome(pause.outcome), duration(voice, pause.length)
    if pause.count == 1:
        return voice.say("pause", outcome=outcome, d=length, per=per)
    within = voice.say("pause.within", d=duration(voice, pause.within)) if pause.within is not None else ""
    return voice.say("pause.several", outcome=outcome, count=pause.count, within=within, d=length, per=per)


def policy(voice: Voice, name: str) -> list[str]:
    """A policy: whom it is for, each limit, pause and exclusion, what it spares."""
    found = voice.model.policies.get(name)
    if found is None:
        return []
    about = voice.about(ACTION)
    paragraphs = [voice.say("policy") if found.applies is None else about.telling("policy.for", found.applies)]
    paragraphs += limits(voice, found.limits)
    paragraphs += [_pause(voice, each) for each in found.pauses]
    paragraphs += [about.telling("policy.exclude", each) for each in found.excludes]
    if found.excepts is not None:
        paragraphs.append(about.telling("policy.except", found.excepts))
    if found.control is not None:
        paragraphs.append(voice.say("policy.control", a=share(found.control)))
    return paragraphs


def arbitration(voice: Voice, _name: str) -> list[str]:
    """How candidates of all strategies win."""
    found = voice.model.arbitration
    keeps = [_kept(limit(voice, each)) for each in found.keeps]
    paragraphs = [voice.say("arbitration"), *(voice.say("arbitration.keep", keep=keep) for keep in keeps)]
    if found.maximize is not None:
        paragraphs.append(voice.say("arbitration.maximize", key=_key(voice, found.maximize)))
    else:
        keys = [voice.say("arbitration.desc" if down else "arbitration.asc", key=_key(voice, key)) for key, down in found.order]
        paragraphs.append(voice.say("arbitration.order", keys=voice.say("comma").join(keys)))
    if found.excepts is not None:
        paragraphs.append(voice.about(ACTION).telling("arbitration.except", found.excepts))
    return paragraphs


def _kept(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _key(voice: Voice, key: str) -> str:
    return voice.say(f"key.{key}") if voice.has(f"key.{key}") else key
