"""What two versions of a project say differently, for people and for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from strategy_engine.cli.console import FINE, STRATEGIES, fail, say, show, tell
from strategy_engine.cli.table import Branch, print_tree
from strategy_engine.diagnostics.tongue import PHRASES, said
from strategy_engine.diff.differences import Change, Difference, Differences
from strategy_engine.diff.sides import Compared, Direction, Found, Verdict
from strategy_engine.session import StrategyError
from strategy_engine.session.differing import BrokenError, Differing, differ

_STYLES = {
    Verdict.WIDER.value: "bold green",
    Verdict.NARROWER.value: "bold red",
    Verdict.MOVED.value: "bold yellow",
    "added": "bold green",
    "removed": "bold red",
    "renamed": "bold cyan",
}


def run(versions: tuple[str, ...], project: Path, *, exit_code: bool, as_json: bool) -> int:
    """Print what two versions say differently; the exit code."""
    if len(versions) > 2:
        fail(f"`strategy diff` compares two versions, and {len(versions)} were named")
    if not project.exists():
        fail(f"nothing at `{project}`")
    try:
        found = differ(versions, project)
    except BrokenError as error:
        show(error.diagnostics, error.sources)
        return error.exit_code
    except StrategyError as error:
        show(error.diagnostics, {})
        return error.exit_code
    if as_json:
        print(json.dumps(_as_dict(found), ensure_ascii=False, indent=2))
    else:
        _show(found.found, f"{found.before} -> {found.after}")
    tell(found.notes, {})
    return STRATEGIES if exit_code and found.found.changed else FINE


# ------------------------------------------------------------------------------------------------ for people


def _show(found: Differences, versions: str) -> None:
    changed = [each for each in found.declarations if each.changed]
    strategies = [each for each in found.declarations if each.kind == "strategy"]
    touched = [each for each in changed if each.kind == "strategy"]
    say(f"{versions}: " + said(f"{len(touched)} of {len(strategies)} strategies changed"))
    for each in changed:
        print()
        print_tree(_title(each), _difference(each))
    if found.project:
        print()
        print_tree([(said("project file"), "bold")], (Branch(None, _changed(change)) for change in found.project))


def _title(each: Difference) -> list[tuple[str, str]]:
    kind = [] if each.kind == "strategy" else [(f"{said(each.kind, PHRASES)} ", "")]
    was = [(said(f", was {each.was}"), "cyan")] if each.was is not None else []
    title = f" {each.title}" if each.title else ""
    return [*kind, (each.name, "bold"), (title, ""), (" — ", ""), (said(each.verdict), _STYLES.get(each.verdict, "bold")), *was]


def _difference(each: Difference) -> Iterator[Branch]:
    valued = each.kind in ("attribute", "table", "grid") and each.audience.verdict in (Verdict.DIFFERENT, Verdict.OPEN)
    yield from _directions(each.audience, valued=valued)
    for change in each.changes:
        below = () if change.compared is None else tuple(_directions(change.compared, valued=False))
        yield Branch(None, _changed(change), below=below)
    for kind, name in each.rests_on:
        yield Branch(None, f"{said('uses')} {said(kind, PHRASES)} {name}, {said('which has changed')}", style="cyan")


def _directions(audience: Compared, *, valued: bool) -> Iterator[Branch]:
    """Whom a condition gains and loses, or for whom a value is another; nothing where there is no direction to tell."""
    if audience.verdict is Verdict.DIFFERENT and not valued:
        return
    words = (("for", "+"),) if valued else (("gained", "+"), ("lost", "-"))
    for (word, sign), direction in zip(words, (audience.gained, audience.lost), strict=False):
        line = _direction(word, direction)
        if line is not None:
            style = {"+": "green", "-": "red"}[sign] if direction.so else "yellow"
            yield Branch(None, line, style=style)


def _direction(word: str, direction: Direction) -> str | None:
    everybody = direction.customer or said("any customer")
    if direction.found is Found.SHOWN:
        return f"{said(word)}: {everybody}"
    if direction.found is Found.POSSIBLE:
        return f"{said('possibly ' + word)}: {everybody}"
    return None if direction.found is Found.NONE else said(f"{word}: not decided")


def _changed(change: Change) -> str:
    """`benefit: coupon_20 -> coupon_50`."""
    if change.before is None:
        return f"{change.part}: {said('added')}: {change.after}"
    if change.after is None:
        return f"{change.part}: {said('removed')}: {change.before}"
    if change.before == change.after:
        return f"{change.part}: {said('what it names has changed')}"
    return f"{change.part}: {change.before} -> {change.after}"


# ------------------------------------------------------------------------------------------------ for machines


def _as_dict(found: Differing) -> dict[str, Any]:
    every = found.found.declarations
    unchanged = Counter(each.kind for each in every if not each.changed and each.kind != "arbitration")
    return {
        "before": found.before,
        "after": found.after,
        "changed": found.found.changed,
        "proved": found.found.proved,
        "strategies": [_of(each) for each in every if each.changed and each.kind == "strategy"],
        "declarations": [_of(each) for each in every if each.changed and each.kind != "strategy"],
        "project": [_change(each) for each in found.found.project],
        "unchanged": dict(unchanged),
    }


def _of(each: Difference) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "name": each.name,
        "was": each.was,
        "title": each.title,
        "verdict": str(each.verdict),
        "audience": _audience(each.audience),
        "changes": [_change(change) for change in each.changes],
        "rests_on": [{"kind": kind, "name": name} for kind, name in each.rests_on],
    }


def _audience(compared: Compared) -> dict[str, Any]:
    sides = {
        name: {"found": str(way.found), "customer": way.customer} for name, way in (("gained", compared.gained), ("lost", compared.lost))
    }
    return {"verdict": str(compared.verdict), **sides}


def _change(change: Change) -> dict[str, Any]:
    more = {} if change.compared is None else {"audience": _audience(change.compared)}
    return {"part": change.part, "before": change.before, "after": change.after, **more}
