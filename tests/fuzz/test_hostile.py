"""Files made to exhaust or confuse the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.harness import FULL, survives

N = 10_000
LETTERS = "a" * 100_000

EXPRESSIONS = {
    "parentheses": "(" * N + "aum" + ")" * N,
    "open parentheses": "(" * N,
    "closing parentheses": ")" * N,
    "brackets": "aum in " + "[" * N,
    "half-open intervals": "aum in " + "[(" * N,
    "braces": "{" * N,
    "not not not": "not " * N + "has_payroll",
    "非 非 非": "非 " * N + "has_payroll",
    "minus": "-" * N + "1 > 0",
    "blanks and minus": "- " * N + "1 > 0",
    "if chain": "if has_payroll then 1 else " * 3_000 + "1 > 0",
    "if in conditions": "if " * 3_000 + "has_payroll" + " then 1 else 0" * 3_000,
    "long sum": " + ".join(["aum"] * 3_000) + " > 0",
    "long product": " * ".join(["children"] * 3_000) + " > 0",
    "long and": " and ".join(f"children > {i}" for i in range(3_000)),
    "long or of and": " or ".join("has_payroll and not consent_sms" for _ in range(3_000)),
    "long chain": " < ".join(["children"] * 3_000),
    "long default": " ?? ".join(["p_loan"] * 3_000) + " > 0",
    "long list": "city in [" + ", ".join(f'"c{i}"' for i in range(3_000)) + "]",
    "nested calls": "max(" * 3_000 + "1, 2" + ")" * 3_000 + " > 0",
    "nested aggregates": "count(txn where " * 200 + "amount > 0" + ")" * 200 + " > 0",
    "many wheres": "exists(txn " + "where amount > 0 " * 3_000 + ")",
    "dots": "a" + ".a" * N + " > 0",
    "huge number": "aum > " + "9" * N,
    "many decimals": "aum > 0." + "1" * N,
    "huge duration": "birth < today - " + "9" * N + " days",
    "huge date": "birth < 9999-99-99",
    "year zero": "birth < 0000-01-01",
    "date overflow": "birth < 9999-12-31 + 100 years",
    "date underflow": "birth < 0001-01-01 - 100 years",
    "moment overflow": "birth < 9999-12-31T23:59 + 87600 hours",
    "constant overflow": "children > 999999999999999 * 999999999999999 * 999999999999999 * 99999999999999",
    "money overflow": "aum > 999999999999999 * 999999999999999",
    "division by zero": "aum > 1 / 0",
    "long name": f"{LETTERS} > 0",
    "long text": f'city == "{LETTERS}"',
    "open text": f'city == "{LETTERS}',
    "placeholder braces": 'city == "' + "{" * N + '"',
    "escapes": 'city == "' + "\\" * 9_999 + '"',
    "emoji": "👨‍👩‍👧‍👦 == 💥",
    "combining": "a" + "\u0301" * N + " > 0",
    "right to left": "\u202eaum\u202c > 0",
    "odd blanks": "aum\u00a0>\u2003\u30005万",
    "lone surrogate": 'city == "\\ud800"',
    "not a digit": "aum > ٣٤ and children > ²",
}


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_hostile_expression(tmp_path: Path, expression: str) -> None:
    survives(tmp_path / "p", "a.strategy", f"cohort a = {expression}\ncohort b = nothing_of_the_kind > 0\n".encode())
    quoted = expression.replace("'", "''")
    loaded = survives(tmp_path / "p", "a.yaml", f"cohorts:\n  a: '{quoted}'\n  b: nothing_of_the_kind > 0\n".encode())
    assert any("nothing_of_the_kind" in found.message for found in loaded.diagnostics)


FILES = {
    "empty": b"",
    "only comments": "# 一\n# 二".encode(),
    "only blanks": b" \t\r\n\f\v ",
    "NUL": b"cohort a = \x00 aum > 0",
    "binary": bytes(range(256)) * 100,
    "BOM": b"\xef\xbb\xbfcohort a = aum > 0",
    "two BOMs": b"\xef\xbb\xbf\xef\xbb\xbfcohort a = aum > 0",
    "CR": b"cohort a = aum > 0\rcohort b = x\r",
    "CRLF": b"cohort a = aum > 0\r\ncohort b = x\r\n",
    "GB18030": "客群 a “富裕” = 客户层级 >= 金葵花".encode("gb18030"),
    "UTF-16": "客群 a “富裕” = 客户层级 >= 金葵花".encode("utf-16"),
    "UTF-16 without BOM": "cohort a = aum > 0".encode("utf-16-le"),
    "latin-1": "cohort é = aum > 0 # ÿÿ".encode("latin-1"),
    "surrogate bytes": b'cohort a = city == "\xed\xa0\x80"',
    "overlong bytes": b'cohort a = city == "\xc0\xaf"',
    "one very long line": b"cohort a = aum > 0 " * 1_000,
    "ten thousand lines": b"cohort a = aum >\n" * 10_000,
    "no declarations": "今天天气不错。".encode() * 5_000,
    "open block": b"strategy s {",
    "open blocks": b"strategy s { cohort: { a: { b: {" * 500,
    "closing braces": b"}" * 10_000,
    "table bars": b"table t { " + b"|" * 20_000 + b" }",
    "table rows": b"table t { | aum | => x | " + b"| > 0 | => 1 | " * 3_000 + b"}",
    "alike names": b"".join(b"cohort c%d = c%d or aum > 0\n" % (i, i + 1) for i in range(3_000)),
    "a circle of thousands": b"".join(b"cohort c%d = c%d\n" % (i, (i + 1) % 3_000) for i in range(3_000)),
    "a text": b'"',
    "nested by": b"attribute a = " + b"by tier { gold: " * 200 + b"1" + b" }" * 200,
    "many steps": b"channel c {}\nstrategy s { cohort: everyone channel: c" + b", then c after 1 day" * 2_000 + b" }",
    "many fields": b"strategy s { cohort: everyone " + b"limit: 1 per day " * 3_000 + b"}",
}


@pytest.mark.parametrize("suffix", [".strategy", ".yaml"])
@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_hostile_file(tmp_path: Path, content: bytes, suffix: str) -> None:
    survives(tmp_path / "p", f"a{suffix}", content)


YAML = {
    "aliases": "a: &a [x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)),
    "deep lists": "cohorts: " + "[" * N,
    "deep maps": "cohorts: " + "{a: " * N,
    "deep blocks": "\n".join(" " * i + "a:" for i in range(2_000)),
    "deep dashes": "cohorts:\n" + "- " * N,
    "huge scalar": f"cohorts: {{a: {LETTERS * 10}}}",
    "huge folded scalar": "cohorts:\n  a: >\n" + "    aum > 0 and\n" * 5_000 + "    aum > 0",
    "huge quoted scalar": 'cohorts: {a: "' + "aum \\x3e 0 \\u0061nd " * 5_000 + 'aum > 0"}',
    "many keys": "cohorts:\n" + "".join(f"  c{i}: aum > {i}\n" for i in range(3_000)),
    "many errors": "cohorts:\n" + "".join(f"  c{i}: aum >\n" for i in range(3_000)),
    "tags": "cohorts: {a: !!python/object/apply:os.system ['true']}",
    "unhashable key": "? [a, b]\n: c",
    "empty key": "cohorts: {'': aum > 0, ~: x, true: y, 1.5: z}",
    "nulls": "cohorts:\nstrategies: ~\ntables: {t: }\ntriggers: {t: {on: }}\narbitration:\ntests: {x: }",
    "lists": "cohorts: []\nstrategies: [a]\nparams: [1]\ntables: {t: {rows: [[]]}}\narbitration: []",
    "odd shapes": "strategies: {s: {channel: {a: b}, limit: {by: [x]}, kpi: [[a]], split: {a: {b: c}}, product: {by: tier}}}",
    "odd rows": """tables: {t: {rows: [{"=>": x}, {"=>": {}}, {aum: "> 0", "=>": {a: [b]}}]},
      u: {rows: [{"(": ">", "=>": {a: 1}}, {a: {}, "=>": {"+": 1}}]}}""",
    "odd givens": "tests: {t: {given: {1: {a: b}, 'x y': [1, {a: {b: [c]}}]}, expect: {a: b}, on: [1]}}",
    "odd tests": "tests: {t: {expect: [[a]], given: x}}",
    "multi-documents": "cohorts: {a: aum > 0}\n---\ncohorts: {b: aum > 0}",
    "directive": "%YAML 9.9\n---\ncohorts: {a: aum > 0}",
    "tabs": "cohorts:\n\ta: aum > 0",
    "surrogate escape": 'cohorts: {a: "city == \\"\\ud800\\""}',
    "control escape": 'cohorts: {a: "aum \\0 > \\a 0"}',
    "surrogate pair in a name": '"\\ud83d\\udca5": {}',
    "same key in both tongues": "strategies: {s: {cohort: everyone, 客群: everyone, channel: sms}}",
}


@pytest.mark.parametrize("name", ["a.yaml", "strategy.yaml"])
@pytest.mark.parametrize("text", YAML.values(), ids=YAML)
def test_hostile_yaml(tmp_path: Path, text: str, name: str) -> None:
    survives(tmp_path / "p", name, text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_hostile_project_file(tmp_path: Path, content: bytes) -> None:
    survives(tmp_path / "p", "strategy.yaml", content)
    survives(tmp_path / "p", "strategy.yaml", (FULL / "strategy.yaml").read_bytes() + b"\n" + content)


def test_hostile_table_file(tmp_path: Path) -> None:
    for content in ("", "=>", "aum,=>,x", 'aum,=>,x\n>,=>,1\n,,\n"a', "\x00", "aum,=>,x\n" + "(" * N + ",=>,1", "aum;x\n1;2"):
        folder = tmp_path / "p"
        survives(folder, "a.strategy", b"")
        (folder / "t.csv").write_text(content, "utf-8")
        survives(folder, "a.strategy", b'table t { from: "t.csv" }')
