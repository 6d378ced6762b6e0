"""What a run brought, for a branch manager: actions by strategy and channel, the funnel, capacities, and where the files are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_engine.analysis.power import RATE
from strategy_engine.cli.console import bold, say
from strategy_engine.cli.layout import number, text
from strategy_engine.cli.table import print_pairs, print_table
from strategy_engine.diagnostics.tongue import said
from strategy_engine.plan.power import detectable_share
from strategy_engine.semantics.model import Model

if TYPE_CHECKING:
    from strategy_engine.delivery.deliver import Outcome


def summary(model: Model, manifest: dict[str, Any], folder: Path | None = None, form: str = "parquet") -> None:
    """Print the summary of a manifest; without a folder nothing was written."""
    total, controls = manifest["actions"]["total"], manifest["actions"]["by_arm"].get("control", 0)
    verb = "would be listed" if folder is None else "listed"
    held = said(f", {controls:,} held back as control group") if controls else ""
    say(f"{manifest['project']} · {manifest['date']}   " + said(f"{total - controls:,} actions {verb}") + held)
    _print_strategies(model, manifest)
    _print_channels(model, manifest)
    _print_obstacles(model, manifest)
    _print_limits(manifest)
    _print_total(manifest)
    if folder is None:
        _print_power(manifest)
    else:
        _print_files(folder, form)


def _print_power(manifest: dict[str, Any]) -> None:
    """What the control groups of the day could show of a share."""
    rows = []
    for name, levels in sorted(manifest["funnel"].items(), key=lambda item: (-item[1]["control"], item[0])):
        smallest = detectable_share(levels["treated"], levels["control"], RATE)
        if smallest is not None:
            rows.append((name, f"{levels['treated']:,}", f"{levels['control']:,}", f"{smallest:.2%}"))
    if rows:
        heads = [text("strategy"), *map(number, ("listed", "control", "smallest uplift"))]
        print()
        print_table("What the control groups of this day could show, of a rate of 10 %", heads, rows)


def _print_strategies(model: Model, manifest: dict[str, Any]) -> None:
    """From the cohort to the list, a row a strategy, most actions first."""
    heads = [text("strategy"), *map(number, ("cohort", "moment", "free", "reachable", "accepted", "control", "listed"))]
    rows = []
    for name, levels in sorted(manifest["funnel"].items(), key=lambda item: (-item[1]["treated"], item[0])):
        counts = (levels[key] for key in ("in_cohort", "triggered", "free", "reachable", "accepted", "control", "treated"))
        rows.append((model.strategies[name].shown, *(f"{count:,}" for count in counts)))
    print()
    print_table("From cohort to list (customers)", heads, rows)


def _print_channels(model: Model, manifest: dict[str, Any]) -> None:
    controls = "control" in manifest["actions"]["by_arm"]
    heads = [text("channel"), number("actions, controls included" if controls else "actions")]
    counts = sorted(manifest["actions"]["by_channel"].items(), key=lambda item: -item[1])
    print()
    print_table("By channel", heads, [(model.channels[name].shown, f"{count:,}") for name, count in counts])


def _print_obstacles(model: Model, manifest: dict[str, Any], most: int = 6) -> None:
    """What stood in the way of most customers."""
    found = [(count, name, reason) for name, levels in manifest["funnel"].items() for reason, count in levels["dropped"].items()]
    worst = sorted(found, key=lambda item: (-item[0], item[1], item[2]))[:most]
    if worst:
        heads = [text("what"), text("of strategy"), number("customers")]
        print()
        print_table("Most often in the way", heads, [(reason, model.strategies[name].shown, f"{count:,}") for count, name, reason in worst])


def _print_limits(manifest: dict[str, Any]) -> None:
    """Capacities, stocks and budgets, the fullest first."""
    rows = []
    for limit in sorted(manifest["limits"], key=_share, reverse=True):
        unit = 100 if limit["counted"] == "cost" else 1
        groups = f"{limit['full']:,} of {limit['groups']:,}" if limit["groups"] > 1 else said("yes" if limit["full"] else "no")
        used, available = (f"{limit[key] / unit:,.0f}" for key in ("used", "available"))
        rows.append((limit["limit"], used, available, f"{_share(limit):.0%}", groups))
    if rows:
        print()
        print_table("Capacity, stock and budget", [text("limit"), *map(number, ("used", "available", "share", "full"))], rows)


def _print_total(manifest: dict[str, Any]) -> None:
    """Under `maximize:`, the total, how near the best it is, and what one more of what ran out would bring."""
    best = manifest.get("maximize")
    if best is None:
        return
    near = said("the best there is") if best["exact"] else said(f"at most {best['gap']:.2%} below the best")
    print()
    say(said(f"Total of {best['of']}: {best['value']:,.2f}") + f" ({near})")
    rows = []
    for limit in best["prices"]:
        dearest = limit["dearest"][0]["group"] if limit["dearest"] else ""
        rows.append((limit["limit"], f"{limit['groups']:,}", f"{limit['median']:,.2f}", f"{limit['highest']:,.2f}", dearest))
    if rows:
        heads = [text("limit"), *map(number, ("groups that ran out", "in the middle", "at most")), text("where")]
        print()
        print_table(f"What one more would add to the total of {best['of']}", heads, rows)


def _share(limit: dict[str, Any]) -> float:
    return limit["used"] / limit["available"] if limit["available"] else 1.0


def _print_files(folder: Path, form: str) -> None:
    files = (
        ("all actions", folder / "actions.parquet"),
        ("each channel's list", folder / "channels" / f"*.{form}"),
        ("counts and fingerprints", folder / "manifest.json"),
    )
    print()
    print(bold(said("Files")))
    print_pairs(((said(what), str(path)) for what, path in files), 24, "  ")


def print_delivered(outcome: Outcome) -> None:
    """The sinks that were served, and where they lie."""
    rows = [(each.sink, each.to, f"{each.actions:,}") for each in outcome.delivered]
    print_table("Delivered", [text("sink"), text("to"), number("actions")], rows)
