"""What a run brought, for a branch manager: actions by strategy and channel, the funnel, capacities, and where the files are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from strategy_engine.semantics.model import Model

if TYPE_CHECKING:
    from strategy_engine.delivery.deliver import Outcome


def summary(screen: Console, model: Model, manifest: dict[str, Any], folder: Path | None = None, form: str = "parquet") -> None:
    """Print the summary of a manifest; without a folder nothing was written."""
    total, controls = manifest["actions"]["total"], manifest["actions"]["by_arm"].get("control", 0)
    verb = "would be listed" if folder is None else "listed"
    head = Text.assemble((f"{manifest['project']} · {manifest['date']}", "bold"), f"   {total - controls:,} actions {verb}")
    if controls:
        head.append(f", {controls:,} held back as control group")
    screen.print(head)
    screen.print()
    screen.print(_strategies(model, manifest))
    screen.print()
    screen.print(_channels(model, manifest))
    obstacles = _obstacles(model, manifest)
    if obstacles.row_count:
        screen.print()
        screen.print(obstacles)
    if manifest["limits"]:
        screen.print()
        screen.print(_limits(manifest))
    if folder is not None:
        screen.print()
        screen.print(_files(folder, form))


def _table(title: str, *columns: tuple[str, str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name, justify in columns:
        table.add_column(name, justify=justify, overflow="fold" if justify == "left" else "ellipsis")  # type: ignore[arg-type]
    return table


def _strategies(model: Model, manifest: dict[str, Any]) -> Table:
    """From the cohort to the list, a row a strategy, most actions first."""
    right = [(name, "right") for name in ("cohort", "moment", "reachable", "accepted", "control", "listed")]
    table = _table("From cohort to list (customers)", ("strategy", "left"), *right)
    funnel = sorted(manifest["funnel"].items(), key=lambda item: (-item[1]["treated"], item[0]))
    for name, levels in funnel:
        counts = (levels[key] for key in ("in_cohort", "triggered", "reachable", "accepted", "control", "treated"))
        table.add_row(model.strategies[name].shown, *(f"{count:,}" for count in counts))
    return table


def _obstacles(model: Model, manifest: dict[str, Any], most: int = 6) -> Table:
    """What stood in the way of most customers."""
    found = [(count, name, reason) for name, levels in manifest["funnel"].items() for reason, count in levels["dropped"].items()]
    table = _table("Most often in the way", ("what", "left"), ("of strategy", "left"), ("customers", "right"))
    for count, name, reason in sorted(found, key=lambda item: (-item[0], item[1], item[2]))[:most]:
        table.add_row(reason, model.strategies[name].shown, f"{count:,}")
    return table


def _channels(model: Model, manifest: dict[str, Any]) -> Table:
    controls = "control" in manifest["actions"]["by_arm"]
    actions = "actions, controls included" if controls else "actions"
    table = _table("By channel", ("channel", "left"), (actions, "right"))
    for name, count in sorted(manifest["actions"]["by_channel"].items(), key=lambda item: -item[1]):
        table.add_row(model.channels[name].shown, f"{count:,}")
    return table


def _limits(manifest: dict[str, Any]) -> Table:
    """Capacities, stocks and budgets, the fullest first."""
    right = [(name, "right") for name in ("used", "available", "share", "full")]
    table = _table("Capacity, stock and budget", ("limit", "left"), *right)
    for limit in sorted(manifest["limits"], key=_share, reverse=True):
        unit = 100 if limit["counted"] == "cost" else 1
        groups = f"{limit['full']:,} of {limit['groups']:,}" if limit["groups"] > 1 else ("yes" if limit["full"] else "no")
        used, available = (f"{limit[key] / unit:,.0f}" for key in ("used", "available"))
        table.add_row(limit["limit"], used, available, f"{_share(limit):.0%}", groups)
    return table


def delivered(outcome: Outcome) -> Table:
    """The sinks that were served, and where they lie."""
    table = _table("Delivered", ("sink", "left"), ("to", "left"), ("actions", "right"))
    for each in outcome.delivered:
        table.add_row(each.sink, each.to, f"{each.actions:,}")
    return table


def _share(limit: dict[str, Any]) -> float:
    return limit["used"] / limit["available"] if limit["available"] else 1.0


def _files(folder: Path, form: str) -> Text:
    lines = [
        ("all actions", folder / "actions.parquet"),
        ("each channel's list", folder / "channels" / f"*.{form}"),
        ("counts and fingerprints", folder / "manifest.json"),
    ]
    text = Text("Files\n", style="bold")
    for what, path in lines:
        text.append(f"  {what:<24}{path}\n", style="not bold")
    text.rstrip()
    return text
