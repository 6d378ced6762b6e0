"""What people read: names, titles and scripts: S044x."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from strategy_engine.catalog.models import Column
from strategy_engine.diagnostics.model import Diagnostic, Label, Severity, diagnostic
from strategy_engine.semantics import ir
from strategy_engine.semantics.model import Channel, Declared, Model, Strategy
from strategy_engine.source.file import Span

STYLES = {
    "snake_case": re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*"),
    "camelCase": re.compile(r"[a-z][a-z0-9]*([A-Z][a-z0-9]*)*"),
    "PascalCase": re.compile(r"([A-Z][a-z0-9]*)+"),
    "UPPER_CASE": re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*"),
}
CHINESE_ROOM, LATIN_ROOM = 70, 160
"""Characters of one text message, with and without such as are not of the GSM alphabet."""

_SMS = re.compile("sms|短信", re.IGNORECASE)
_GREETING = re.compile("(.*_)?name|.*姓名|.*名字")


@diagnostic
class OddName(Diagnostic):
    """A name written otherwise than the others

    Names are `snake_case`, unless more than half of the project's are written another way. Chinese names are of no such way.

    Why: names are typed from memory.

    Example: `strategy wakeUp { … }` among `salary_thanks` and `birthday_care`

    Instead: `strategy wake_up { … }`
    """

    code = "S0440"
    severity = Severity.NOTE
    name: str
    style: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is not written in {self.style}, as the other names are"

    @property
    def help(self) -> str | None:
        words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", self.name)]
        return f"call it `{'_'.join(words)}`" if self.style == "snake_case" and words else None


@diagnostic
class SameTitle(Diagnostic):
    """Two strategies with one title

    Why: in summaries and on lists nobody can tell them apart.

    Example: `strategy a "回访" { … }` and `strategy b "回访" { … }`

    Instead: `strategy a "新客回访" { … }` and `strategy b "沉睡客户回访" { … }`
    """

    code = "S0441"
    severity = Severity.WARNING
    title: str
    name: str
    other: str
    place: Span | None

    @property
    def message(self) -> str:
        return f"strategies `{self.other}` and `{self.name}` are both called `{self.title}`"

    @property
    def help(self) -> str | None:
        return "give each its own title"

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.place is None else (Label(self.place, "the other one"),)


@diagnostic
class LongMessage(Diagnostic):
    """A script that one text message does not hold

    A text message has 70 characters where any of them is Chinese, else 160. Placeholders are counted as one character each, the least they
    can be. It is told of channels whose name or title speaks of `sms` or 短信.

    Why: what is longer is sent, and paid, as two or more.

    Example: a script of 90 Chinese characters in a strategy with `channel: sms`

    Instead: a shorter one, or `script: by channel { sms: "…", else: "…" }`
    """

    code = "S0442"
    severity = Severity.NOTE
    name: str
    length: int
    room: int
    channel: str

    @property
    def message(self) -> str:
        return f"the script of `{self.name}` has {self.length} characters or more, and one message of `{self.channel}` holds {self.room}"

    @property
    def help(self) -> str | None:
        return "shorten it, or give the channel a script of its own: `by channel { … }`"


@diagnostic
class PersonalScript(Diagnostic):
    """Personal data in a script

    A script is sent over lines that the bank does not own. Columns that the project declares `pii` or `sensitive` should not stand in it as
    they are; the customer's name, by which they are greeted, is taken for harmless, and so is what a function makes of a column (`mask`).

    Example: `script: "您的手机号{phone}…"`

    Instead: `script: "您的手机号{mask_phone(phone)}…"`
    """

    code = "S0443"
    severity = Severity.WARNING
    column: str
    kind: str

    @property
    def message(self) -> str:
        return f"the script sends `{self.column}`, which is {self.kind}"

    @property
    def help(self) -> str | None:
        return "leave it out, or mask it"


def odd_names(model: Model) -> Iterator[Diagnostic]:
    """Names that are not written as the project writes names."""
    kinds = (model.triggers, model.benefits, model.products, model.channels, model.kpis, model.policies, model.strategies)
    derived = (each for each in model.derived.values() if "." not in each.name)
    declared: list[Declared] = [*derived, *(each for kind in kinds for each in kind.values())]
    named = [each for each in declared if each.name.isascii()]
    ways = Counter(way for each in named for way, form in STYLES.items() if form.fullmatch(each.name))
    style = next((way for way, count in ways.most_common(1) if count * 2 > len(named)), "snake_case")
    style = "snake_case" if ways["snake_case"] * 2 > len(named) else style
    for each in named:
        if not STYLES[style].fullmatch(each.name):
            yield OddName(each.span, each.name, style)


def same_titles(model: Model) -> Iterator[Diagnostic]:
    """Strategies that are called alike."""
    first: dict[str, Strategy] = {}
    for each in model.strategies.values():
        if each.title and each.runs and first.setdefault(each.title, each) is not each:
            yield SameTitle(each.span, each.title, each.name, first[each.title].name, first[each.title].span)


def odd_scripts(model: Model) -> Iterator[Diagnostic]:
    """Scripts that are too long for a text message, or tell what is nobody else's business."""
    columns = model.project.snapshot.columns
    short = {name for name, channel in model.channels.items() if _texts(channel)}
    for strategy in model.strategies.values():
        for guard, script in strategy.script.branches if strategy.script else ():
            yield from _personal(script, columns, strategy.span)
            channels = [name for plan in strategy.plan.values for step in plan.steps for name in step.channels if name in short]
            if channels and guard is None:  # a guard may well speak of the channel
                yield from _long(strategy, script, channels[0])


def _texts(channel: Channel) -> bool:
    return any(_SMS.search(text) for text in (channel.name, channel.title or ""))


def _long(strategy: Strategy, script: ir.Template, channel: str) -> Iterator[Diagnostic]:
    text = "".join(part if isinstance(part, str) else "0" for part in script.parts)
    room = LATIN_ROOM if text.isascii() else CHINESE_ROOM
    if len(text) > room:
        yield LongMessage(script.span or strategy.span, strategy.name, len(text), room, channel)


def _personal(script: ir.Template, columns: dict[str, Column], place: Span | None) -> Iterator[Diagnostic]:
    for hole in script.parts:
        value = hole.value if isinstance(hole, ir.Hole) else None
        while isinstance(value, ir.Convert | ir.Default):
            value = value.value if isinstance(value, ir.Convert) else value.options[0]
        if not isinstance(value, ir.Column) or value.scope != "customer" or value.name not in columns:
            continue
        column = columns[value.name]
        if column.sensitive or (column.pii and not _GREETING.fullmatch(value.name)):
            yield PersonalScript(value.span or place, value.name, "sensitive" if column.sensitive else "personal data")
