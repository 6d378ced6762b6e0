"""Declarations that have another name and say the same: found among those that only one version has."""

from __future__ import annotations

from collections.abc import Mapping

from strategy_engine.diff.normal import Normal
from strategy_engine.diff.parts import of_kind, parts
from strategy_engine.diff.shared import Ground
from strategy_engine.semantics.model import Declared, Definition, Model, Strategy
from strategy_engine.semantics.versions import written

Names = dict[tuple[str, str], str]

UNLIKE = 2
"""So many parts of a strategy may have changed with its name."""

FORMED = ("attribute", "cohort", "table", "grid", "trigger", "benefit", "product", "channel", "kpi", "policy")
"""Kinds whose names others use, those that are used first."""


def renamed(before: Model, after: Model, ground: Ground) -> Names:
    """What declarations of before are called in after, by kind and name, where it is another name."""
    names: Names = {}
    for kind in (*FORMED, "strategy"):
        old, new = _alone(of_kind(before)[kind], of_kind(after)[kind])
        reading = Normal(before, ground.before, names), Normal(after, ground.after)
        likeness = _alike if kind != "strategy" else _nearly_alike
        for name, declared in old.items():
            found = next((each for each in new if likeness(kind, declared, new[each], reading)), None)
            if found is not None:
                names[kind, name] = found
                del new[found]
    return names


def _alone(old: Mapping[str, Declared], new: Mapping[str, Declared]) -> tuple[dict[str, Declared], dict[str, Declared]]:
    """What only one side has."""
    one = {name: each for name, each in old.items() if name not in new}
    return one, {name: each for name, each in new.items() if name not in old}


def _alike(kind: str, old: Declared, new: Declared, normals: tuple[Normal, Normal]) -> bool:
    """Whether they say the same. What a fixed cohort calls itself does not count; a constant says too little."""
    if isinstance(old, Definition) and isinstance(new, Definition):
        own = Normal(normals[0].model, normals[0].reading, {**normals[0].names, ("cohort", old.name): new.name})
        return written(own.of(old.expr)) == written(normals[1].of(new.expr))
    one, other = parts(old, normals[0]), parts(new, normals[1])
    return {**one, "title": None} == {**other, "title": None} and (len(one) > 1 or kind == "trigger")


def _nearly_alike(_kind: str, old: Declared, new: Declared, normals: tuple[Normal, Normal]) -> bool:
    """Whether they have the same customers, and all but a few parts are the same."""
    if not (isinstance(old, Strategy) and isinstance(new, Strategy)):
        return False
    if normals[0].of(old.cohort) != normals[1].of(new.cohort):
        return False
    one, other = parts(old, normals[0]), parts(new, normals[1])
    return sum(one.get(key) != other.get(key) for key in (one.keys() | other.keys()) - {"title"}) <= UNLIKE
