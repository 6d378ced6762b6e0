"""Two versions of a project, declaration by declaration: what became of each, for whom, and what else it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from strategy_engine.catalog.models import Project
from strategy_engine.diff.parts import Part, Parts, of_kind, parts, rests_on, texts
from strategy_engine.diff.renames import Names, renamed
from strategy_engine.diff.shared import ground
from strategy_engine.diff.sides import SAME, Compared, Comparison, Verdict, comparison
from strategy_engine.language.types import BOOL, DATE, Kind
from strategy_engine.proofs.values import written as as_condition
from strategy_engine.record import record
from strategy_engine.semantics import ir
from strategy_engine.semantics.load import Loaded
from strategy_engine.semantics.model import Declared, Definition, RowHits, StateHits, Strategy, Trigger

ADDED, REMOVED, RENAMED = "added", "removed", "renamed"

NAMES = ("cohort", "attribute", "table", "grid", "trigger", "benefit", "product", "kpi")
"""Kinds that do nothing until something names them."""

Texts = Mapping[tuple[str, str], Mapping[str, str]]


@record
class Change:
    """A part that says something else.

    before, after: what was written, on one line; None where the part is absent. Where both are the same, what they name has changed.
    compared: of a condition, whom it lets in.
    """

    part: str
    before: str | None
    after: str | None
    compared: Compared | None = None


@record
class Difference:
    """What became of a declaration.

    was: its name before, if another.      verdict: of its customers, or of the rest where they are the same.      audience: whom it
    selects, of what selects.      rests_on: what it uses that has changed, by kind and name.
    """

    kind: str
    name: str
    title: str | None
    verdict: str
    was: str | None = None
    audience: Compared = SAME
    changes: tuple[Change, ...] = ()
    rests_on: tuple[tuple[str, str], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is anything to tell."""
        return self.verdict != Verdict.SAME

    @property
    def matters(self) -> bool:
        """Whether customers may get anything else for it: not for a name that comes, goes or is another, since what uses it tells that."""
        return self.changed and not (self.kind == "param" or (self.kind in NAMES and self.verdict in (ADDED, REMOVED, RENAMED)))


@record
class Differences:
    """All that two versions say differently.

    declarations: all, those that are the same as well, strategies first.      project: keys of the project file, as changes.
    proved: whether there was a solver.
    """

    declarations: tuple[Difference, ...]
    project: tuple[Change, ...]
    proved: bool

    @property
    def changed(self) -> bool:
        """Whether customers may get anything else."""
        return bool(self.project) or any(each.matters for each in self.declarations)


def differences(before: Loaded, after: Loaded) -> Differences:
    """What two sound versions of a project say differently."""
    assert before.model is not None  # noqa: S101 - sound
    assert after.model is not None  # noqa: S101 - sound
    names = renamed(before.model, after.model, ground(before.model.project, after.model.project))
    both = comparison(before.model, after.model, names)
    found = _Found(both, names, texts(before.modules), texts(after.modules))
    rest = [each for kind in KINDS[1:] for each in found.of(kind)]
    rest += found.arbitration()
    strategies = [*found.of("strategy", {(each.kind, each.name) for each in rest if each.changed and each.verdict != RENAMED})]
    project = tuple(_project(before.model.project, after.model.project))
    return Differences((*strategies, *rest), project, both.solver is not None)


KINDS = ("strategy", "cohort", "attribute", "table", "grid", "trigger", "benefit", "product", "channel", "policy", "kpi", "param")


@record
class _Found:
    """Declarations of both sides, paired by name."""

    both: Comparison
    names: Names
    old_texts: Texts
    new_texts: Texts

    def of(self, kind: str, changed: set[tuple[str, str]] | None = None) -> Iterator[Difference]:
        """What became of each declaration of a kind, in the order of after, those that are gone last."""
        old, new = of_kind(self.both.before.model)[kind], of_kind(self.both.after.model)[kind]
        back = {self.names.get((kind, name), name): name for name in old}
        for name, declared in new.items():
            was = back.get(name)
            if was is None:
                yield Difference(kind, name, declared.title, ADDED)
            else:
                yield self._pair(kind, old[was], declared, changed or set())
        gone = set(back) - set(new)
        yield from (Difference(kind, old[back[name]].name, old[back[name]].title, REMOVED) for name in back if name in gone)

    def _pair(self, kind: str, old: Declared, new: Declared, changed: set[tuple[str, str]]) -> Difference:
        audience, covered = self._audience(old, new)
        sides = parts(old, self.both.before.normal), parts(new, self.both.after.normal)
        written = self.old_texts.get((kind, _declared_as(old)), {}), self.new_texts.get((kind, _declared_as(new)), {})
        changes = [*self._changes(*sides, *written, covered), *_laid_out(self.both, old, new), *_remembered(old, new)]
        below = tuple(each for each in rests_on(new) if each in changed)
        was = old.name if old.name != new.name else None
        verdict: str = audience.verdict
        if verdict == Verdict.SAME and (changes or below):
            verdict = Verdict.DIFFERENT
        elif verdict == Verdict.SAME and was is not None:
            verdict = RENAMED
        return Difference(kind, new.name, new.title, verdict, was, audience, tuple(changes), below)

    def _audience(self, old: Declared, new: Declared) -> tuple[Compared, set[str]]:
        """Whom both select, and the keys of the parts that say it."""
        if isinstance(old, Strategy) and isinstance(new, Strategy):
            return self.both.condition(old.cohort, new.cohort), {"cohort"}
        if isinstance(old, Definition) and isinstance(new, Definition):
            conditions = old.type.kind is Kind.BOOL and new.type.kind is Kind.BOOL
            return (self.both.condition if conditions else self.both.value)(old.expr, new.expr), set()
        if isinstance(old, Trigger) and isinstance(new, Trigger):
            return self._hits(old, new)
        return SAME, set()

    def _hits(self, old: Trigger, new: Trigger) -> tuple[Compared, set[str]]:
        """Which rows, or states, are hits."""
        one, other = old.source, new.source
        if isinstance(one, StateHits) and isinstance(other, StateHits) and self._same_window(old, new):
            return self.both.condition(one.condition, other.condition), {"on"}
        if isinstance(one, RowHits) and isinstance(other, RowHits) and _of_one_kind(old, one) == _of_one_kind(new, other):
            return self.both.condition(_row(old, one), _row(new, other), one.rows.table), {"on", "within"}
        return SAME, set()

    def _same_window(self, old: Trigger, new: Trigger) -> bool:
        return bool(self.both.before.normal.thing(old.window) == self.both.after.normal.thing(new.window))

    def _changes(
        self, old: Parts, new: Parts, old_texts: Mapping[str, str], new_texts: Mapping[str, str], covered: set[str]
    ) -> Iterator[Change]:
        """The parts that say something else, in the order of the language."""
        for key in [*new, *(key for key in old if key not in new)]:
            one, other = old.get(key), new.get(key)
            if key in covered or one == other or (one is not None and other is not None and one.plain == other.plain):
                continue
            compared = self._part(one, other)
            if compared is None or compared.verdict is not Verdict.SAME:
                directed = (
                    compared is not None and other is not None and other.condition is not None and compared.verdict is not Verdict.DIFFERENT
                )
                shown = compared if directed else None
                yield Change(key, _text(key, one, old_texts), _text(key, other, new_texts), shown)

    def _part(self, old: Part | None, new: Part | None) -> Compared | None:
        """Two versions of a part by the solver, where it is an expression; None where nothing but the form tells."""
        if old is None or new is None:
            return None
        if old.condition is not None and new.condition is not None:
            return self.both.condition(old.condition, new.condition)
        if old.value is not None and new.value is not None:
            bool_values = old.value.type.kind is Kind.BOOL and new.value.type.kind is Kind.BOOL
            return (self.both.condition if bool_values else self.both.value)(old.value, new.value)
        return None

    def arbitration(self) -> list[Difference]:
        """What wins."""
        old, new = self.both.before.model.arbitration, self.both.after.model.arbitration
        sides = parts(old, self.both.before.normal), parts(new, self.both.after.normal)
        written = self.old_texts.get(("arbitration", ""), {}), self.new_texts.get(("arbitration", ""), {})
        changes = tuple(self._changes(*sides, *written, set()))
        return [Difference("arbitration", "", None, Verdict.DIFFERENT if changes else Verdict.SAME, changes=changes)]


def _of_one_kind(trigger: Trigger, source: RowHits) -> tuple[object, ...]:
    """What must be the same for hits to be compared row by row."""
    rows = source.rows
    return rows.table, rows.time, rows.future, None if rows.time is None else trigger.columns[rows.time].kind


def _row(trigger: Trigger, source: RowHits) -> ir.Expr:
    """Whether the row at hand is a hit: its own condition, in the trigger's days."""
    rows, parts = source.rows, []
    if rows.where is not None:
        parts.append(rows.where)
    for window in (rows.window, trigger.window):
        if window is not None and rows.time is not None:
            of = trigger.columns[rows.time]
            time: ir.Expr = ir.Column("row", rows.time, type=of)
            end = window.low or window.high
            by_day = of.kind is Kind.DATETIME and (end is None or end.type.kind is Kind.DATE)
            parts.append(ir.InWindow(ir.Convert(time, type=DATE) if by_day else time, window))
    return ir.And((ir.Constant(True, type=BOOL), *parts))


def _declared_as(declared: Declared) -> str:
    """The name in the file: outputs of one table are declared together."""
    of_table = isinstance(declared, Definition) and declared.kind == "table"
    return declared.name.partition(".")[0] if of_table else declared.name


def _text(key: str, part: Part | None, written: Mapping[str, str]) -> str | None:
    if part is None:
        return None
    value = part.plain
    if isinstance(value, ir.Constant):
        return as_condition("", value.value, value.type).removeprefix(" == ")
    return written.get(key, str(value) if isinstance(value, str | int | float) else "")


def _laid_out(both: Comparison, old: Declared, new: Declared) -> Iterator[Change]:
    """How a grid's cells are laid out and owned, beside its value."""
    if isinstance(old, Definition) and old.kind == "grid":
        grids = both.before.model.grids.get(old.name), both.after.model.grids.get(new.name)
        if all(grids):
            for key in ("cells", "owners"):
                one, other = (getattr(each, key) for each in grids)
                if one != other:
                    yield Change(key, _listed(one), _listed(other))


def _remembered(old: Declared, new: Declared) -> Iterator[Change]:
    """A fixed cohort remembers its members by its name: under another it has none."""
    if isinstance(old, Definition) and isinstance(new, Definition) and old.remembered and new.remembered and old.name != new.name:
        yield Change("members", old.name, new.name)


def _listed(values: Any) -> str:
    return ", ".join(f"{key}: {value}" for key, value in values.items()) if isinstance(values, Mapping) else ", ".join(values)


# ------------------------------------------------------------------------------------------------ the project file


_ASIDE = {"diagnostics", "params", "include", "import_", "import"}
"""Keys that say how a project is checked and read; params are told where they are declared."""


def _project(before: Project, after: Project) -> Iterator[Change]:
    """Keys of the project file whose values are others."""
    old, new = dict(_flat(before.model_dump(mode="json", by_alias=True))), dict(_flat(after.model_dump(mode="json", by_alias=True)))
    for key in [*new, *(key for key in old if key not in new)]:
        if old.get(key) != new.get(key) and key.split(".")[0] not in _ASIDE:
            yield Change(key, old.get(key), new.get(key))


def _flat(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value and not any(value.values()):
        yield at, ", ".join(map(str, value))  # words without labels
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list) and value:
        yield at, ", ".join(map(str, value))
    elif value not in (None, [], False):
        yield at, str(value)
