"""The library as a page: its strategies by stage of the lifecycle, the cohorts with the strategies for them, moments and KPIs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from strategy_engine.semantics import ir
from strategy_engine.semantics.load import load_project
from strategy_engine.semantics.model import Declared, Model, Strategy
from strategy_engine.semantics.walk import expressions
from strategy_engine.source.shipped import shipped

STAGES = {"acquisition": "Acquisition · 获客", "loyalty": "Loyalty · 忠诚", "activity": "Activity · 活跃", "value": "Value · 价值"}
_HEAD = """<!-- Generated: `make docs`. -->
# The library

{strategies} strategies, {cohorts} cohorts and {triggers} moments of retail banking, ready to be made one's own:

- `strategy init --template bank` makes a project of all of it, with data of a made-up bank;
- `import: [library]` in `strategy.yaml` takes it in whole, `import: [library/cohorts.strategy]` one file of it. Names have to be known:
  what a file uses of another must be imported, too.

What a bank sets itself is a `param`, all of them in `params.strategy`; the project file overrides them where the library is imported:
`params: {{dormant_after: 90 days}}`. The tests in `tests/` say for each who is in and who just misses it: `strategy test`.
"""


def catalogue() -> str:
    """The page, in Markdown, of the library that is shipped."""
    model = load_project(shipped("strategies") / "library").model
    if model is None:
        raise LookupError("the library is missing from this installation")
    counts = {"strategies": len(model.strategies), "cohorts": len(_cohorts(model)), "triggers": len(model.triggers)}
    return "\n".join([_HEAD.format(**counts), *_strategies(model), *_for_cohorts(model), *_moments(model), *_kpis(model)]) + "\n"


def _strategies(model: Model) -> Iterator[str]:
    yield "## Strategies by stage\n"
    for stage in dict.fromkeys([*STAGES, *(each.stage or "" for each in model.strategies.values())]):
        found = [each for each in model.strategies.values() if (each.stage or "") == stage]
        if found:
            yield f"### {STAGES.get(stage, stage or 'Any')}\n"
            yield from _table(("strategy", "what it is for", "for", "when", "aims at"), (_row(each, model) for each in found))


def _row(strategy: Strategy, model: Model) -> tuple[str, ...]:
    cohorts = [model.derived[name].shown for name in _named(strategy.cohort, model)]
    moments = [model.triggers[name].shown for name in strategy.triggers]
    aims = [model.kpis[target.kpi].shown for target in strategy.targets]
    return (_entry(strategy), strategy.purpose or "", "、".join(cohorts), "、".join(moments), "、".join(aims))


def _for_cohorts(model: Model) -> Iterator[str]:
    yield "## Cohorts\n"
    users: dict[str, list[str]] = {}
    for strategy in model.strategies.values():
        for name in _named(strategy.cohort, model):
            users.setdefault(name, []).append(strategy.shown)
    rows = ((_entry(each), each.purpose or "", "、".join(users.get(each.name, ()))) for each in _cohorts(model))
    yield from _table(("cohort", "what it is for", "strategies"), rows)


def _moments(model: Model) -> Iterator[str]:
    yield "## Moments\n"
    users: dict[str, list[str]] = {}
    for strategy in model.strategies.values():
        for name in strategy.triggers:
            users.setdefault(name, []).append(strategy.shown)
    rows = ((_entry(each), each.purpose or "", "、".join(users.get(each.name, ()))) for each in model.triggers.values())
    yield from _table(("moment", "what it is for", "strategies"), rows)


def _kpis(model: Model) -> Iterator[str]:
    yield "## KPIs\n"
    yield from _table(("kpi", "what it is for"), ((_entry(each), each.purpose or "") for each in model.kpis.values()))


def _cohorts(model: Model) -> list[Declared]:
    return [each for each in model.derived.values() if each.kind == "cohort"]


def _named(condition: Any, model: Model) -> list[str]:
    """The cohorts that a condition names."""
    names = dict.fromkeys(each.name for each in expressions(condition) if isinstance(each, ir.Derived))
    return [name for name in names if name in model.derived and model.derived[name].kind == "cohort"]


def _entry(declared: Declared) -> str:
    return f"{declared.shown} `{declared.name}`"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
