"""What can be wrong with a YAML file, whatever it is about."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, Label, diagnostic
from strategy_engine.source.file import Span


def quoted(text: str) -> str:
    """The text as YAML would take it for text: in single quotes."""
    return "'" + text.replace("'", "''") + "'"


@diagnostic
class InvalidYaml(Diagnostic):
    """The file is not valid YAML.

    The line and column are those at which the file stops making sense as YAML; the mistake is there or shortly before.
    Nothing else in the file is looked at until it is mended.

    Why: a guess at what was meant might put customers on a list who do not belong there.

    Example:

        cohort: tier == gold: yes

    Instead:

        cohort: 'tier == gold: yes'
    """

    code = "S0110"
    text: str
    advice: str | None = None
    place: Label | None = None

    @property
    def message(self) -> str:
        return self.text

    @property
    def help(self) -> str | None:
        return self.advice

    @property
    def labels(self) -> tuple[Label, ...]:
        return (self.place,) if self.place else ()


@diagnostic
class DuplicateKey(Diagnostic):
    """A key stands twice in the same mapping.

    Most YAML readers keep the last value and say nothing.

    Why: one of two limits, cohorts or prices would be lost without a word.

    Example:

        limit: 1 contact per day per customer
        limit: 3 contacts per rolling 7 days per customer

    Instead:

        limit:
          - 1 contact per day per customer
          - 3 contacts per rolling 7 days per customer
    """

    code = "S0111"
    key: str
    first: Span

    @property
    def message(self) -> str:
        return f"the key `{self.key}` stands twice"

    @property
    def help(self) -> str:
        return "rename or remove one; several values of one key are a list"

    @property
    def labels(self) -> tuple[Label, ...]:
        return (Label(self.first, "first here"),)


@diagnostic
class UnknownTag(Diagnostic):
    """A value begins with `!`, which makes its first word a tag to YAML.

    A tag tells a YAML reader to make something else of the value, even to run code. Strategies need none: apart from
    `!!str`, which makes text of a number, tags are refused.

    Why: `exclude: != private` without quotes reads as the value `private` with a tag, the opposite of what was meant.

    Example:

        aum: != 0

    Instead:

        aum: '!= 0'
    """

    code = "S0112"
    tag: str
    value: str  # with the tag, as it stands; empty for a list or mapping

    @property
    def message(self) -> str:
        return f"`{self.tag}` is a tag to YAML, because it begins with `!`"

    @property
    def help(self) -> str:
        if 0 < len(self.value) <= 60:
            return f"quote the value: {quoted(self.value)}"
        return "remove it, or put the whole value in quotes if text is meant"


@diagnostic
class AnchorOrAlias(Diagnostic):
    """A value begins with `&` or `*`, which makes an anchor or an alias of it.

    YAML can name a value (`&name`) and repeat it (`*name`). Strategies do without: a named `param`, `cohort` or
    `attribute` says the same and can be checked and explained.

    Why: a few lines of aliases can stand for billions of values, and text that begins with `&` or `*` would be lost.

    Example:

        script: *hello

    Instead:

        script: '*hello'
    """

    code = "S0113"
    mark: str

    @property
    def message(self) -> str:
        what = "an alias" if self.mark.startswith("*") else "an anchor"
        return f"`{self.mark}` is {what} to YAML, and those are not allowed"

    @property
    def help(self) -> str:
        return f"write the value out where it is used, or quote it if text is meant: {quoted(self.mark)}"


@diagnostic
class KeyIsNoText(Diagnostic):
    """A key is empty, a list or a mapping.

    YAML allows any value as a key; in strategies a key is a name. Numbers and words such as `true` are taken as the text
    they are written as.

    Why: such keys nearly always come from a missing quote or a stray `?`, `[` or `{`.

    Example:

        {name}: 客户

    Instead:

        '{name}': 客户
    """

    code = "S0114"

    @property
    def message(self) -> str:
        return "a key must be text"

    @property
    def help(self) -> str:
        return "write a name before the `:`, in quotes if it begins with `[` or `{`"


@diagnostic
class NestedTooDeep(Diagnostic):
    """Lists or mappings are nested too deep.

    Why: no strategy needs it, so the file is broken or made to exhaust the reader.

    Example:

        values: [[[[[[[[[[[[[[[[…

    Instead:

        values: [mass, gold, private]
    """

    code = "S0115"
    limit: int

    @property
    def message(self) -> str:
        return f"lists and mappings are nested more than {self.limit} levels deep"


@diagnostic
class SecondDocument(Diagnostic):
    """A second YAML document begins with `---`.

    Why: only the first would be read, and what stands in the second would be ignored.

    Example:

        cohorts: {new: "open_days < 30"}
        ---
        cohorts: {old: "open_days >= 30"}

    Instead:

        cohorts:
          new: "open_days < 30"
          old: "open_days >= 30"
    """

    code = "S0116"

    @property
    def message(self) -> str:
        return "a second document begins here, and a file may hold only one"

    @property
    def help(self) -> str:
        return "remove the `---`, or move what follows to a file of its own"
