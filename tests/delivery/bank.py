"""A bank of a few customers in two branches, whose lists go to sinks of every kind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

DAY, NEXT = "2026-11-20", "2026-11-21"
PROJECT = """
project: corner_bank
columns: [branch, aum]
data:
  customer:
    kind: snapshot
    path: data/customer_{date}.csv
    key: id
    columns:
      id: {type: id, label: 编号}
      name: {type: text, pii: true, label: 姓名}
      branch: {type: text?, label: 支行}
      rm: {type: text?, label: 客户经理}
      aum: {type: money, label: 资产管理规模}
      gold: {type: bool, label: 金葵花}
sinks:
"""
SINKS = {
    "lists": '{kind: parquet, path: "delivered/parquet/{date}/"}',
    "sheets": '{kind: csv, path: "delivered/csv/{date}"}',
    "feed": '{kind: jsonl, path: "delivered/jsonl/{date}", channels: [sms], columns: [action_id, customer_id, script]}',
    "branches": '{kind: xlsx, path: "delivered/handout/{date}/", by: branch}',
    "bucket": '{kind: jsonl, path: "s3://bank/feed/{date}/"}',
    "crm": "{kind: postgresql, url_env: CRM_URL, table: crm_actions}",
}
STRATEGIES = """
channel rm_call "客户经理外呼" { assign: rm  columns: gold }
channel sms "短信" {}
strategy care "关怀" { cohort: gold  channel: rm_call  script: "{name},您好"  score: aum }
strategy news "资讯" { cohort: not gold  channel: sms  script: "{name}:今日资讯"  score: aum }
"""
CUSTOMERS = """id,name,branch,rm,aum,gold
1,赵一,东门支行,rm7,1000.50,true
2,钱二,东门支行,rm2,900000,true
3,孙三,东门支行,,5000,false
4,=cmd|'/c calc'!A1,西湖/支行,rm2,700000,true
5,周五,西湖/支行,,12000,false
6,吴六,,rm2,800000,true
"""


def make(folder: Path, *sinks: str, **changed: str) -> Path:
    """The bank with some of the sinks, or with sinks of its own."""
    (folder / "data").mkdir(parents=True)
    chosen = {**{name: SINKS[name] for name in sinks}, **changed}
    lines = "".join(f"  {name}: {sink}\n" for name, sink in chosen.items())
    text = PROJECT + lines if chosen else PROJECT.removesuffix("sinks:\n")
    (folder / "strategy.yaml").write_text(text, "utf-8")
    (folder / "bank.strategy").write_text(STRATEGIES, "utf-8")
    for day in (DAY, NEXT):
        (folder / "data" / f"customer_{day}.csv").write_text(CUSTOMERS, "utf-8")
    return folder


def promote(folder: Path) -> None:
    """Customers change: 3 is no longer there, 5 gets a call instead of a message, 1 has more."""
    text = CUSTOMERS.replace("3,孙三,东门支行,,5000,false\n", "").replace("12000,false", "12000,true").replace("1000.50", "2000000")
    (folder / "data" / f"customer_{DAY}.csv").write_text(text, "utf-8")


def copied(folder: Path, to: Path) -> Path:
    """A copy of the bank with all that was run and delivered."""
    return Path(shutil.copytree(folder, to))


def strategy(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The program as a process."""
    command = [sys.executable, "-m", "strategy_engine.cli.main", *map(str, arguments)]
    environment: dict[str, Any] = {**os.environ, "COLUMNS": "400", "PYTHONUTF8": "1", **env}
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
