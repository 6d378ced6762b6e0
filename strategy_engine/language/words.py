"""The words of the language in both tongues.

English is canonical: the readers turn every Chinese word into its English twin, so that nothing behind them knows two tongues.
"""

from __future__ import annotations

import re


def _pairs(table: str) -> dict[str, str]:
    """`a 甲 · b 乙` as {a: 甲, b: 乙}; several words may stand for one: `limit 频控 产能`."""
    pairs: dict[str, str] = {}
    for entry in table.split("·"):
        english, *chinese = entry.split()
        pairs.update(dict.fromkeys(chinese, english))
    return pairs


# Chinese -> English
KINDS = _pairs(
    "param 参数 · attribute 标签 · cohort 客群 · table 决策表 · grid 宫格 · trigger 触发事件 · benefit 权益 · product 产品 ·"
    "channel 渠道 · kpi 指标 · policy 触达规则 · arbitration 择优 · strategy 策略 · test 用例"
)
KEYS = _pairs(
    "owner 归口部门 · valid 有效期 · status 状态 · category 类别 · stage 阶段 · cohort 客群 · trigger 触发 · product 产品 ·"
    "benefit 权益 · channel 渠道 · script 话术 · score 评分 · priority 优先级 · limit 频控 产能 · until 截止 · control 对照组 ·"
    "split 分组 · kpi 指标 · title 名称 · where 条件 · enter 入群 · leave 出群 · hit 命中 · on 来源 日期 · within 窗口 · when 当 ·"
    "enters 进入 · leaves 离开 · kind 类型 · value 面值 · cost 成本 · eligible 准入 · require 可触达条件 · assign 派单 ·"
    "measure 口径 · at 观察期 · goal 方向 · pause 静默 · exclude 剔除 · except 豁免 · keep 每日上限 · order 排序 · expect 预期 ·"
    "given 给定 · for 适用 · rows 行 · columns 列 · merge 合并 · from 文件 · risk 风险 · rate 利率 · maximize 最优化 ·"
    "migrate 迁移 · label 别名 · purpose 用途 · step 步骤 · arm 组别 · else 否则"
)
# words that stand where a name could: names of their English twin, in every expression
NAMES = _pairs("today 今天 · everyone 全量 · before 期初 · after 期末 · contact_date 触达日")
# what a call may be named besides the function library
CALLS = _pairs(
    "sum 合计 · count 计数 · exists 存在 · min 最小 · max 最大 · avg 平均 · first 最早 · last 最近 · distinct 去重计数 ·"
    "ago 前值 · change 变动 · growth 增幅 · anniversary 周年 · percentile 百分位 · rank 名次 · sequence 序列 · monthly 每月"
)
# what policies, limits and `by` call the action, its parts and the groups that are limited
SUBJECTS = _pairs(
    "customer 客户 · household 家庭 · strategy 策略 · category 类别 · priority 优先级 · score 评分 · channel 渠道 · product 产品 ·"
    "benefit 权益 · step 步骤 · arm 组别"
)
COUNTED = _pairs("contacts 次 contact · pieces 份 piece · cost 成本")
HITS = _pairs("unique 唯一 · first 首条 · any 任一 · collect 汇总 · sum 合计 · count 计数 · min 最小 · max 最大")
GOALS = _pairs("up 越高越好 · down 越低越好")
MARKS = _pairs("last 近 · next 未来 · desc 降序 · asc 升序 · missing 为空 · known 非空 · none 无 · pause 暂停")
UNITS = _pairs(
    "day d days 天 日 · week w weeks 周 · month months 个月 月 · year y years 年 · hour h hours 小时 · minute minutes 分钟 ·"
    "workday workdays 工作日 个工作日"
)
MULTIPLIERS = {"": 0, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12, "%": -2, "bp": -4}  # powers of ten

RESERVED = frozenset(
    {"and", "or", "not", "in", "is", "if", "then", "else", "where", "within", "by", "true", "false"}
    | {"且", "或", "非", "属于", "不属于", "为空", "非空", "如果", "若", "则", "再", "否则", "其中", "按", "真", "假"}
)

# the sections of the YAML form
SECTIONS = {
    "params": "param",
    "attributes": "attribute",
    "cohorts": "cohort",
    "tables": "table",
    "grids": "grid",
    "triggers": "trigger",
    "benefits": "benefit",
    "products": "product",
    "channels": "channel",
    "kpis": "kpi",
    "policies": "policy",
    "arbitration": "arbitration",
    "strategies": "strategy",
    "tests": "test",
}


def bare(name: str) -> str:
    """A name without its backticks."""
    return name[1:-1] if name.startswith("`") else name


def canonical_key(text: str) -> str:
    """The key's English word; `第3天` becomes `day 3`, blanks around a slash go."""
    text = bare(text)
    if text in KEYS:
        return KEYS[text]
    day = re.fullmatch(r"(?:day|第)\s*(\d+)\s*天?", text)
    if day:
        return f"day {int(day[1])}"
    return re.sub(r"\s*/\s*", "/", text)


_GLUED = re.compile("不属于|属于|为空|非空|如果|否则|其中|[且或非若则再按是]")


def parted(word: str) -> str | None:
    """The word with blanks around the Chinese words of the language in it, where there are any: `有代发且存款` as `有代发 且 存款`."""
    spaced = " ".join(_GLUED.sub(lambda match: f" {match[0]} ", word).split())
    return spaced if spaced != word else None


def unit(word: str) -> str:
    """The canonical unit of a duration."""
    return UNITS.get(word, word)
