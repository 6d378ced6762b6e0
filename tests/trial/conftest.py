"""A small bank of strategies, and its test blocks run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from strategy_engine.engine.trial import Tested
from strategy_engine.session import Project

PROJECT = """
project: corner_bank
feedback: {from: feedback, match: [action_id], outcome: outcome}
data:
  customer:
    kind: snapshot
    path: data/customer_{date}.csv
    key: id
    columns:
      id: id
      name: text
      tier: {type: enum, values: {mass: 大众, gold: 金葵花}, ordered: true, label: 客户层级}
      aum: money
      allowed: bool
  txn: {kind: events, path: data/txn.csv, key: id, time: at, columns: {id: id, at: datetime, amount: money}}
  feedback:
    kind: events
    path: data/feedback.csv
    key: id
    time: at
    columns: {id: id, action_id: id, at: datetime, outcome: {type: enum, values: [opened, failed, complained]}}
"""
BANK = """
trigger wage { on: txn where amount >= 5000  within: last 3 days }
benefit small { cost: 1 }
benefit big { cost: 9 }
channel app { cost: 0 }
channel sms { require: allowed }
policy contact { limit: 1 contact per rolling 7 days per customer per strategy  exclude: aum < 0  pause: 30 days after complained }
strategy thanks "工资礼" {
  label:   谢礼
  cohort:  tier >= gold
  trigger: wage
  benefit: by aum_class { rich: big, else: small }
  channel: sms else app
  script:  "尊敬的{name},工资{wage.amount}元已到账。"
}
table aum_class { hit: first  | aum | => class |  | >= 10万 | => rich |  | - | => other | }
strategy tour { cohort: everyone  channel: app, then sms after 2 days unless opened }
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    (tmp_path / "strategy.yaml").write_text(PROJECT, "utf-8")
    (tmp_path / "bank.strategy").write_text(BANK, "utf-8")
    return tmp_path


Run = Callable[..., list[Tested]]


@pytest.fixture
def run(bank: Path) -> Run:
    """Runs tests of the bank: each text is the inside of a test block; or YAML, as a whole file."""

    def tests(*bodies: str, yaml: str | None = None) -> list[Tested]:
        text = "".join(f'test "{number}" {{ {body} }}\n' for number, body in enumerate(bodies))
        (bank / "cases.strategy").write_text(text, "utf-8")
        if yaml is not None:
            (bank / "cases.yaml").write_text(yaml, "utf-8")
        project = Project.open(bank)
        assert not [each.message for each in project.check() if each.severity == "error"]
        return list(project.test())

    return tests
