"""A bank of 1,000 strategies loads in a moment."""

from __future__ import annotations

import re
import time
from pathlib import Path

from strategy_engine.semantics.load import load_project

PROJECT = Path(__file__).parents[1] / "language" / "projects" / "full" / "strategy.yaml"

BASE = """
trigger salary_in "工资" { on: txn where type == salary and amount >= 5000  within: last 3 days }
benefit coupon_20 { kind: coupon  value: 20  cost: 18 }
benefit coupon_50 { kind: coupon  value: 50  cost: 45 }
channel app_popup { cost: 0 }
channel sms { require: consent_sms  cost: 0.05 }
kpi kept { measure: share of after.has_payroll  at: 90 days }
policy c { limit: 1 contact per day per customer  except: category == service }
table worth { hit: unique | aum | => worth | | < 5万 | => low | | >= 5万 | => high | }
"""
FILE = """
attribute a{n} = sum(txn.amount where direction == inflow within last {days} days)
cohort c{n} "客群{n}" = aum >= {n}万 and (tier >= gold or a{n} > {n}) and city in ["北京", "上海"]
"""
STRATEGY = """
strategy s{n}_{i} "策略{n}" {{
  owner:    "零售部/{n}"
  valid:    2026-01-01 .. 2026-12-31
  cohort:   c{n} and aum < {n}.{i}万 and worth == high and not do_not_contact
  trigger:  salary_in
  benefit:  by tier {{ gold: coupon_50, platinum: coupon_50, else: coupon_20 }}
  channel:  app_popup, then sms after 2 days unless opened
  script:   "尊敬的{{name ?? '客户'}},您{{salary_in.at:%m月%d日}}的工资已到账,{{benefit.title}}已为您备好。"
  score:    p_buy_fund * {n}
  priority: {i}
  control:  10%
  kpi:      kept >= 85%
}}
"""


def test_a_thousand_strategies(tmp_path: Path) -> None:
    project = re.sub(r"^(include|import|params):.*\n", "", PROJECT.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "strategy.yaml").write_text(project, "utf-8")
    (tmp_path / "base.strategy").write_text(BASE, "utf-8")
    for n in range(200):
        text = FILE.format(n=n, days=n % 30 + 1) + "".join(STRATEGY.format(n=n, i=i) for i in range(5))
        (tmp_path / f"f{n}.strategy").write_text(text, "utf-8")
    began = time.process_time()
    loaded = load_project(tmp_path)
    took = time.process_time() - began
    assert loaded.sound
    assert loaded.model is not None
    assert len(loaded.model.strategies) == 1000
    assert took < 4, f"{took:.1f} s"  # about 1.5 s on one core; the room is for busy machines
    print(f"{took:.2f} s")
