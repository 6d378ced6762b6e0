"""Single expressions over the telemarketing customers: how many each selects, against DuckDB over the raw file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from strategy_engine.engine.day.run import qualify
from strategy_engine.semantics.load import load_project

from .prepare_uci import AS_OF, RAW_FILE, prepare
from .raw_data import project_copy, raw

# Declarations that some of the expressions name.
EXTRA = """
table generation "age" { hit: unique
  | age       | => generation |
  | < 30      | => young      |
  | [30..60)  | => middle     |
  | >= 60     | => old        |
}
table wealth "wealth" { hit: unique
  | balance       | => wealth |
  | < 1000        | => poor   |
  | >= 1000       | => rich   |
}
grid lifecycle { rows: generation  columns: wealth  merge: {old/*: senior} }
table points { hit: collect(sum)
  | balance | housing | job        | => points |
  | >= 5000 | -       | -          | => 5      |
  | -       | false   | -          | => 3      |
  | -       | -       | management | => 2      |
}
"""

# An expression of the language, and a condition in SQL; what the bank calls unknown is NULL there.
MEASURES = {
    "balance >= 1000": "balance >= 1000",
    "balance == 0": "balance = 0",
    "-100 <= balance < 100": "balance >= -100 and balance < 100",
    "balance in (0..100]": "balance > 0 and balance <= 100",
    "balance not in [0..1万)": "not (balance >= 0 and balance < 10000)",
    "abs(balance) <= 50": "abs(balance) <= 50",
    "balance * 1.1 >= 1_100": "balance * 11 >= 11000",
    "balance / 3 >= 33.33": "round(balance * 100 / 3.0) >= 3333",
    "balance / age >= 10": "round(balance * 100.0 / age) >= 1000",
    "balance * 10% < balance - 900": "round(balance * 100 * 0.1) < (balance - 900) * 100",
    "max(balance, 0) <= 10": "greatest(balance, 0) <= 10",
    # quotients of whole numbers at their very border, where the last bit of a double decides
    "age / 100 <= 57%": "age <= 57",
    "age / 100 == 0.57": "age = 57",
    "campaign / 10 <= 0.3": "campaign <= 3",
    "previous / 100 >= 7%": "previous >= 7",
    "age / campaign > 20": "age > 20 * campaign",
    "previous / campaign == 1": "previous = campaign",
    "campaign / previous >= 1": "previous > 0 and campaign >= previous",
    "age - 18 > campaign * 3 + previous": "age - 18 > campaign * 3 + previous",
    "job == retired": "job = 'retired'",
    "job != retired": "job <> 'retired'",
    "not (job == retired)": "job <> 'retired'",
    "job not in [retired, student]": "job not in ('retired', 'student')",
    "job in [`admin.`, `blue-collar`]": "job in ('admin.', 'blue-collar')",
    "job is missing": "job is null",
    "job is missing or education is missing": "job is null or education is null",
    "not (job == student and age < 25)": "not coalesce(job = 'student' and age < 25, case when age >= 25 then false end)",
    "education > primary": "education in ('secondary', 'tertiary')",
    "education <= secondary": "education in ('primary', 'secondary')",
    "not (education == tertiary) and housing": "education <> 'tertiary' and housing = 'yes'",
    "(education ?? primary) == primary": "education is null or education = 'primary'",
    "(education ?? tertiary) >= secondary or loan": "education is null or education <> 'primary' or loan = 'yes'",
    "phone == cellular and not loan": "contact = 'cellular' and loan = 'no'",
    "phone != cellular or balance > 50_000": "contact <> 'cellular' or balance > 50000",
    "if outcome == success then balance > 0 else age > 60":
        "case when poutcome is null then null when poutcome = 'success' then balance > 0 else age > 60 end",
    "last_contact >= today - 90 days": "pdays between 0 and 90",
    "last_contact in last 91 days": "pdays between 0 and 90",
    "days_between(last_contact, today) > 200": "pdays > 200",
    "last_contact is missing and previous > 0": "pdays = -1 and previous > 0",
    "percentile(balance) > 99%": "share > 0.99",
    "percentile(balance by job) <= 5%": "job is not null and job_share <= 0.05",
    "percentile(age by marital) == 100%": "age = oldest",
    "rank(balance) <= 100": "place <= 100",
    "rank(balance by education) <= 10": "education is not null and education_place <= 10",
    "place_in_trade + 0 == rank(balance by job)": "job is not null",
    "segment.offer == long_term": """not coalesce(balance >= 20000, false)
        and not coalesce(balance between 5000 and 19999 and job in ('management', 'entrepreneur', 'self-employed'), false)
        and (coalesce(balance between 5000 and 19999 and job <> 'student', false)
             or coalesce(balance between 1000 and 4999 and job in ('retired', 'housemaid'), false))""",
    "lifecycle == `young/poor`": "age < 30 and balance < 1000",
    "lifecycle == senior": "age >= 60",
    "points >= 5": "5 * (balance >= 5000)::int + 3 * (housing = 'no')::int + 2 * coalesce(job = 'management', false)::int >= 5",
}  # fmt: skip

KNOWN = """
    create table known as
        select *, cume_dist() over (order by balance) share, cume_dist() over (partition by job order by balance) job_share,
            max(age) over (partition by marital) oldest, rank() over (order by balance desc) place,
            rank() over (partition by education order by balance desc) education_place
        from (select * replace (nullif(job, 'unknown') as job, nullif(education, 'unknown') as education,
            nullif(contact, 'unknown') as contact, nullif(poutcome, 'unknown') as poutcome) from raw);
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], duckdb.DuckDBPyConnection]:
    """What the engine counts, by expression, and the table to count in."""
    source: Path = raw("uci_bank")
    folder = project_copy("uci_bank", tmp_path_factory.mktemp("measures"))
    prepare(source, folder)
    strategies = [f"strategy m{number} {{ cohort: {text}  channel: letter }}" for number, text in enumerate(MEASURES)]
    (folder / "strategies" / "measures.strategy").write_text(EXTRA + "\n".join(strategies), encoding="utf-8")
    loaded = load_project(folder)
    assert loaded.sound, [found.message for found in loaded.diagnostics]
    assert loaded.model is not None
    counts = dict(qualify(loaded.model, folder, AS_OF).select("strategy", "in_cohort").iter_rows())
    bank = duckdb.connect()
    bank.execute(f"create view raw as from read_parquet('{source / RAW_FILE}')")
    bank.execute(KNOWN)
    return {text: counts[f"m{number}"] for number, text in enumerate(MEASURES)}, bank


@pytest.mark.parametrize("text", MEASURES)
def test_an_expression_selects_as_many_as_sql(both: tuple[dict[str, int], duckdb.DuckDBPyConnection], text: str) -> None:
    counts, bank = both
    expected = bank.execute(f"select count(*) from known where {MEASURES[text]}").fetchall()
    assert counts[text] == expected[0][0]
