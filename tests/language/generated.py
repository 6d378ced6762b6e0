"""Strategy files drawn at random: every construct of the language, in odd layouts, with comments and blank lines anywhere."""

from __future__ import annotations

import random

NAMES = ["aum", "tier", "txn", "branch.lat", "`end of day`", "客户层级", "salary_in.at", "p_fund", "last_login", "today", "hits"]
WORDS = ["gold", "app", "sms", "rm_call", "coupon_50", "none", "new", "opened", "白金"]
NUMBERS = ["0", "1", "5万", "1.2亿", "85%", "25bp", "1_000", "0.05", "3千"]
TEXTS = ['"gold"', "'it is'", '"a\\"b\\\\c\\n"', "“引号”", '"{name}"', '"{{ }}"', '"a#b"', "'say \"x\"'", '""']
DURATIONS = ["7 days", "1 day", "90d", "3 months", "2年", "3个工作日", "24 hours", "1w"]


class Drawn:
    """A source of random files."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a test's draws

    def one(self, *choices: str) -> str:
        return self.dice.choice(choices)

    def gap(self) -> str:
        """What may stand between any two words."""
        return self.one(" ", " ", " ", "  ", "\n    ", "  # 备注: why not\n  ", "\n\n  # a line\n\n ")

    # -------------------------------------------------------------------------------------------- expressions

    def expr(self, depth: int = 3) -> str:
        if depth == 0 or self.dice.random() < 0.15:
            return self.atom()
        inner = [self.expr(depth - 1) for _ in range(3)]
        bracketed = [f"({part})" for part in inner]
        op = self.one("+", "-", "*", "/", "and", "or", "且", "或", "==", "!=", "<=", ">", "??", "=")
        return self.one(
            f"{bracketed[0]} {op} {bracketed[1]}",
            f"{self.atom()} {self.one('+', '-', '*', '/')} {self.atom()} {self.one('*', '-')} {bracketed[0]}",
            f"{self.atom()} > {self.atom()} and {self.atom()} <= {self.atom()} or {bracketed[0]}",
            f"{self.atom()} <= {self.atom()} < {self.atom()}",
            f"{self.one('not', '非')} {bracketed[0]}",
            f"- {bracketed[0]}",
            f"{self.one('if', '如果')} {inner[0]} {self.one('then', '则')} {bracketed[1]} {self.one('else', '否则')} {inner[2]}",
            f"{bracketed[0]} {self.one('is missing', 'is known', '为空', '非空')}",
            f"{self.atom()} {self.one('in', 'not in', '属于')} {self.container(inner)}",
            f"{self.one('count', '合计', 'max', 'distance_km', 'unknown_function')}({self.source(inner)}, {inner[1]})",
            f"{self.one('exists', '存在', 'last')}({self.source(inner)})",
            f"sequence(pay: {self.source(inner)}, then out: {self.source(inner)}, then no txn within 7 days)",
            bracketed[0],
        )

    def atom(self) -> str:
        literal = self.one("2026-11-21", "2026-11-21T08:30", "true", "假", "[]", "[1..5)", self.one(*DURATIONS))
        return self.one(self.one(*NAMES), self.one(*NAMES), self.one(*WORDS), self.one(*NUMBERS), self.one(*TEXTS), literal)

    def container(self, inner: list[str]) -> str:
        return self.one(f"[{inner[0]}, {inner[1]}]", self.interval(inner), "last 7 days")

    def interval(self, inner: list[str]) -> str:
        return f"{self.one('[', '(')}{inner[0]} .. {inner[1]}{self.one(']', ')')}"

    def source(self, inner: list[str]) -> str:
        where = self.one("", f" where {inner[0]}", f" 其中 {inner[1]}")
        within = self.one(
            "", " within last 7 days", " 近3天", " 3天内", " within 14 days after contact", " within [1 .. 2)", " 触达后14天内"
        )
        return f"{self.one('txn', 'txn.amount', 'aum')}{where}{within}{self.one('', '', ' by branch', ' 按 tier')}"

    # -------------------------------------------------------------------------------------------- fields and declarations

    def by(self, *values: str) -> str:
        chosen = [
            f"{key}: {value}" for key, value in zip(self.dice.sample(["gold", "白金", "`a b`", "3"], len(values)), values, strict=True)
        ]
        chosen.append(f"{self.one('else', '否则')}: {values[0]}")
        return f"{self.one('by', '按')} tier {{{', '.join(chosen)}}}"

    def field(self, key: str) -> str:
        values = {
            "valid": ["2026-01-01 .. 2026-12-31", "2026-01-01 .. 2026-12-31 ramp {day 1: 1%, 第3天: 10%}"],
            "benefit": ["a else b else none", "by tier {gold: a, else: b}", "a"],
            "product": ["loan { rate: price.rate  term: 12 }", "fund"],
            "channel": [
                "app, then sms after 2 days unless opened, then rm else remote on day 30 if aum >= 3万 or tier == gold",
                "app 否则 sms, 再 rm 2天后 若未 opened, 再 remote 第7天", "by tier { gold: app, else: sms else app }",
            ],
            "limit": [
                "3 contacts per rolling 7 days per customer", "1 次 每 滚动 30天 每 客户 每 策略", "10 pieces",
                "1 contact per day per household on sms, app",
                "branch.budget cost per month per branch", "2 declined per calendar week",
                "by lifecycle {new: 3 per day, else: 5 per day}",
            ],
            "pause": ["30 days after complained", "180 days per strategy after 2 declined within 90 days",
                      "30天 于 complained 后"],
            "kpi": ["kept >= 85%, conv uplift >= 0.5%, churn <= 5% else pause", "kept", "by tier {gold: kept >= 1%, else: kept}"],
            "script": ['"尊敬的{name ?? "客户"},您{a.at:%m月}好"', "by arm {warm: \"a {b}\", else: 'c \"d\"'}", '"line\\nbreak"'],
            "split": ["{warm: 40%, plain: 60%}"], "order": ["priority desc, score 升序"], "hit": ["collect(sum)", "unique", "首条"],
            "on": [self.source([self.expr(2), self.expr(1)])], "within": ["last 3 days", "未来7天", "3天内", "14 days after contact"],
            "measure": ["share of after.has_payroll", f"占比 {self.source([self.expr(1), self.expr(1)])}"], "label": ["短名", '"短 名"'],
            "keep": ["2 per customer"], "title": ['"标题"'],
            "expect": [
                "a offers b on c", "not a", 'd == "x"', "a on c on 2026-11-22", "not a 于 2026-11-22", "a is blocked by c",
                "a 受阻于 c 于 2026-11-22",
            ],
        }  # fmt: skip
        return f"{self.one(key, key, CHINESE.get(key, key))}:{self.gap()}{self.one(*values.get(key, [self.expr()]))}"

    def declaration(self, number: int) -> str:
        kind = self.one(*(kind for kind in KEYS if kind != "arbitration" or not number))  # a file has one
        title = self.one("", ' "标题"', ' "a \\" b"')
        head = "arbitration" if kind == "arbitration" else f"{self.one(kind, *CHINESE_KINDS.get(kind, [kind]))} n{number}{title}"
        if kind in ("attribute", "cohort", "param") and self.dice.random() < 0.6:
            return f"{head} = {self.one(self.expr(), self.expr(), self.by(self.expr(1), self.expr(1)))}"
        keys = [key for key in self.dice.sample(KEYS[kind], self.dice.randint(0, len(KEYS[kind]))) if key != "title" or not title]
        keys += [key for key in keys if key in REPEATABLE and self.dice.random() < 0.5]
        fields = [self.field(key) for key in keys]
        members = [f"{member}{self.one('', '', '', ',')}" for member in fields]
        if kind == "table":
            members.insert(self.dice.randint(0, len(members)), self.rows())
        if kind == "test":
            head = f'test "case {number}"'
            day = self.one("", "", " on 2026-01-02", " 通过 2026-01-03", " 于 2026-01-02")
            members.append(f"given customer{day} {{ a: 1, `b c`: gold, at: 2026-01-01T08:00{self.one('', ', d: 真')} }}")
        inside = "".join(f"{self.gap()}{member}" for member in members)
        return f"{head} {{{inside}{self.gap()}}}"

    def rows(self) -> str:
        lines = [f"| aum | (tier > {self.atom()}) | => a | b |"]
        for _ in range(self.dice.randint(1, 4)):
            cell = self.one("-", ">= 5万", "[1..5万)", "gold, 白金", "not gold, new", "is missing", "非空", "< aum ?? 3")
            lines.append(f"| {cell} | {self.one('-', 'true')} | => {self.atom()} | {self.expr(1)} |{self.one('', '  # 说明')}")
        return "\n  ".join(lines) + "\n"

    def file(self) -> str:
        parts = [self.declaration(number) for number in range(self.dice.randint(1, 4))]
        comment = self.one("", "# 文件头\n", "# 首\n\n# 次\n")
        return comment + self.one("\n", "\n\n", "\n\n\n", "  # 后\n", "\n# 前\n").join(parts) + self.one("", "\n", "\n# 尾")


COMMENTS = ("# 备注: why not", "# a line", "# 说明", "# 文件头", "# 首", "# 次", "# 后", "# 前", "# 尾")
KEYS = {
    "param": ["label"], "attribute": ["value", "label"], "cohort": ["enter", "leave", "label", "where"], "table": ["hit", "label"],
    "grid": ["rows", "columns", "split"], "trigger": ["on", "within", "when"], "benefit": ["value", "limit", "eligible"],
    "product": ["risk", "rate"], "channel": ["require", "limit", "cost"], "kpi": ["measure", "at", "goal"],
    "policy": ["limit", "pause", "exclude", "control"], "arbitration": ["keep", "order"],
    "strategy": ["valid", "cohort", "benefit", "product", "channel", "script", "split", "limit", "kpi", "score", "title"],
    "test": ["on", "expect"],
}  # fmt: skip
REPEATABLE = ("limit", "pause", "exclude", "keep", "expect")
CHINESE = {
    "limit": "频控",
    "channel": "渠道",
    "on": "来源",
    "within": "窗口",
    "script": "话术",
    "kpi": "指标",
    "cohort": "客群",
    "where": "条件",
}
CHINESE_KINDS = {"cohort": ["客群"], "strategy": ["策略"], "attribute": ["标签"], "channel": ["渠道"], "table": ["决策表"]}
