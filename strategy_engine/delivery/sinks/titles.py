"""What people read: the project's labels and titles above columns and in them, and titles of the fixed columns in the project's tongue."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from strategy_engine.semantics.lists import list_columns
from strategy_engine.semantics.model import Model

FIXED_TITLES: dict[str, tuple[str, str]] = {
    "run_date": ("Date", "日期"),
    "action_id": ("Action", "动作编号"),
    "customer_id": ("Customer", "客户号"),
    "strategy": ("Strategy", "策略"),
    "version": ("Version", "策略版本"),
    "arm": ("Group", "组别"),
    "trigger": ("Reason", "触发事件"),
    "trigger_time": ("Time of reason", "触发时间"),
    "product": ("Product", "产品"),
    "benefit": ("Benefit", "权益"),
    "channel": ("Channel", "渠道"),
    "step": ("Step", "步骤"),
    "assignee": ("Assigned to", "负责人"),
    "owner": ("Owner", "责任部门"),
    "script": ("Script", "话术"),
    "terms": ("Terms", "产品条款"),
    "score": ("Score", "评分"),
    "rank": ("Rank", "顺序"),
    "valid_until": ("Valid until", "有效期至"),
}
NOBODY = ("unassigned", "未分配")
"""The workbook of what has no value in the column `by`."""
_CHINESE = re.compile("[\u3400-\u9fff]")


def in_chinese(model: Model) -> bool:
    """Whether most labels and titles of a project are Chinese."""
    columns = (column.label for table in model.project.data.values() for column in table.columns.values())
    labels = [label for label in (*columns, *(channel.title for channel in model.channels.values())) if label]
    return sum(bool(_CHINESE.search(label)) for label in labels) * 2 > len(labels)


def titles(model: Model, names: Iterable[str]) -> dict[str, str]:
    """What stands above each column of a list, no two the same."""
    columns, declared, tongue = list_columns(model), model.project.snapshot.columns, int(in_chinese(model))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        source = columns[name].source if name in columns else None
        title = FIXED_TITLES[name][tongue] if name in FIXED_TITLES else (declared[source].label if source else None) or name
        while title.casefold() in taken:
            title = f"{title} ({name})"
        taken.add(title.casefold())
        found[name] = title
    return found


def in_words(rows: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The rows with titles in the place of names of strategies and offers, and labels in that of an enum's values."""
    named = {
        "strategy": model.strategies,
        "trigger": model.triggers,
        "product": model.products,
        "benefit": model.benefits,
        "channel": model.channels,
    }
    words: dict[str, dict[str, str]] = {
        column: {name: thing.title for name, thing in things.items() if thing.title} for column, things in named.items()
    }
    declared = model.project.snapshot.columns
    for name, column in list_columns(model).items():
        values = declared[column.source].values if column.source else None
        if values and name not in words:
            words[name] = {value: label for value, label in values.items() if label}
    return rows.with_columns(pl.col(name).replace(words[name]) for name in rows.columns if words.get(name))
