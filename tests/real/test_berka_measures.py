"""Single expressions over the Czech bank's tables: how many customers each selects, against DuckDB."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from strategy_engine.engine.day.run import qualify
from strategy_engine.semantics.load import load_project

from . import expected_berka
from .prepare_berka import prepare
from .raw_data import project_copy, raw

DAYS = [dt.date(1998, 1, 15), dt.date(1997, 3, 31)]

# An expression of the language, and a condition on `person p` in SQL; $moves stands for the customer's transactions up to the day.
MEASURES = {
    "count(txn where type == credit within last 30 days) >= 3":
        "(select count(*) from $moves type = 'credit' and date > as_of() - 30) >= 3",
    "count(txn within last 1 day) > 0": "(select count(*) from $moves date = as_of()) > 0",
    "count(txn within last 2 weeks) > 4": "(select count(*) from $moves date > as_of() - 14) > 4",
    "count(txn within last 1 month) > 6": "(select count(*) from $moves date > as_of() - interval 1 month) > 6",
    "count(txn within last 1 year) > 80": "(select count(*) from $moves date > as_of() - interval 1 year) > 80",
    "count(txn within [1997-02-01..1997-02-28]) > 3": "(select count(*) from $moves date between '1997-02-01' and '1997-02-28') > 3",
    "count(txn within [today - 3 months..today - 2 months)) > 5":
        "(select count(*) from $moves date >= as_of() - interval 3 months and date < as_of() - interval 2 months) > 5",
    "count(txn within next 7 days) > 0":
        "(select count(*) from move m where m.customer = p.customer and date between as_of() and as_of() + 6) > 0",
    "exists(txn where purpose is missing and type == credit within last 10 days)":
        "exists (select 1 from $moves (k_symbol is null or trim(k_symbol) = '') and type = 'credit' and date > as_of() - 10)",
    "exists(txn where purpose != interest within last 10 days)":
        "exists (select 1 from $moves trim(k_symbol) <> 'interest credited' and trim(k_symbol) <> '' and date > as_of() - 10)",
    "exists(txn where not (purpose == interest) within last 10 days)":
        "exists (select 1 from $moves trim(k_symbol) <> 'interest credited' and trim(k_symbol) <> '' and date > as_of() - 10)",
    "sum(txn.amount where type != credit within last 30 days) > sum(txn.amount where type == credit within last 30 days)":
        """coalesce((select sum(amount) from $moves type <> 'credit' and date > as_of() - 30), 0)
            > coalesce((select sum(amount) from $moves type = 'credit' and date > as_of() - 30), 0)""",
    "max(txn.amount where operation == cash_out) >= 30_000":
        "(select max(amount) from $moves operation = 'withdrawal in cash') >= 30000",
    "min(txn.amount where operation == transfer_in) < 12_000":
        "(select min(amount) from $moves operation = 'collection from another bank') < 12000",
    "avg(txn.amount where type == credit within last 90 days) > 20_000":
        "(select avg(amount) from $moves type = 'credit' and date > as_of() - 90) > 20000",
    "first(txn.at) < today - 365 days": "(select min(date) from $moves true) < as_of() - 365",
    "last(txn.at where operation == card) >= today - 1 year":
        "(select max(date) from $moves operation = 'credit card withdrawal') >= as_of() - interval 1 year",
    "days_between(first(txn.at), last(txn.at)) > 300": "(select max(date) - min(date) from $moves true) > 300",
    "distinct(txn.operation within last 30 days) == 4": "(select count(distinct operation) from $moves date > as_of() - 30) = 4",
    "distinct(txn.at within last 30 days) >= 8": "(select count(distinct date) from $moves date > as_of() - 30) >= 8",
    "distinct(month(txn.at) within last 6 months) == 6":
        "(select count(distinct month(date)) from $moves date > as_of() - interval 6 months) = 6",
    "sum(txn.amount * 2 where type == credit within last 30 days) >= 100_000.02":
        "2 * (select sum(amount) from $moves type = 'credit' and date > as_of() - 30) >= 100000.02",
    "count(txn where amount > balance / 2 within last 30 days) > 0":
        "(select count(*) from $moves amount > p.balance / 2 and date > as_of() - 30) > 0",
    "count(txn where amount >= home.avg_salary * 3 within last 90 days) >= 2":
        "(select count(*) from $moves amount >= p.avg_salary * 3 and date > as_of() - 90) >= 2",
    "ago(count(txn within last 30 days), 30 days) > count(txn within last 30 days)":
        """p.there and (select count(*) from $moves date > as_of() - 60 and date <= as_of() - 30)
            > (select count(*) from $moves date > as_of() - 30)""",
    "ago(balance, 30 days) < 0": "p.was_balance < 0",
    "change(balance, 30 days) >= 5_000": "p.balance - p.was_balance >= 5000",
    "growth(balance, 30 days) > 0": "(p.balance - p.was_balance) / nullif(p.was_balance, 0) > 0",
    "not (balance >= 30_000)": "not (p.balance >= 30000)",
    "(balance ?? 0) < 10_000": "coalesce(p.balance, 0) < 10000",
    "balance is missing and role == owner": "p.balance is null and p.role = 'OWNER'",
    "balance in [10_000..30_000)": "p.balance >= 10000 and p.balance < 30000",
    "if balance > 0 then gender == female else gender == male":
        "case when p.balance > 0 then p.gender = 'F' when p.balance <= 0 then p.gender = 'M' end",
    "balance > 50_000 or years > 75": "p.balance > 50000 or p.age > 75",
    "percentile(balance) >= 90%": "p.balance is not null and p.balance_share >= 0.9",
    "percentile(years by home) > 90%": "p.age_share > 0.9",
    "rank(birth by home) == 1": "p.youngest = 1",
    "rank(fixed_costs) <= 100": "p.cost_place <= 100",
    "percentile(balance by gender) == 100%": "p.balance = (select max(o.balance) from known o where o.gender = p.gender)",
    "home.unemployment_before is missing": "p.unemp_95 is null",
    "not (home.unemployment > home.unemployment_before)": "not (p.unemp_96 > p.unemp_95)",
    "home.region == \"Prague\" or home.avg_salary > 12_541 * 80%": "p.region = 'Prague' or p.avg_salary / 12541 > 0.8",
    "exists(shared where other.gender != gender and other.home == home)":
        """exists (from known o where o.account = p.account and o.customer <> p.customer and o.gender <> p.gender and o.home = p.home)""",
    "exists(shared where relation == owner and other.birth <= birth - 20 years)":
        """exists (from person o where o.account = p.account and o.customer <> p.customer and o.role = 'OWNER'
            and o.birth <= p.birth - interval 20 years)""",
    "max(card.type) >= classic": "p.classic or p.gold",
    "count(card.issued within last 1 year) > 0": "p.new_card",
    "sum(standing_order.amount where purpose in [household, leasing]) > 5_000":
        "(select sum(amount) from paid o where o.customer = p.customer and k_symbol in ('SIPO', 'LEASING')) > 5000",
    "count(standing_order where purpose not in [household, leasing]) > 0":
        "(select count(*) from paid o where o.customer = p.customer and k_symbol in ('UVER', 'POJISTNE')) > 0",
    "distinct(standing_order.bank) >= 3": "(select count(distinct bank_to) from paid o where o.customer = p.customer) >= 3",
    "month(birth) == month(today) and day(birth) > day(today)": "month(p.birth) = month(as_of()) and day(p.birth) > day(as_of())",
    "anniversary(birth) in next 7 days": "p.birthday between as_of() and as_of() + 6",
    "weekday(birth) == 7": "isodow(p.birth) = 7",
    "opened + 2 years <= today and opened + 30 months > today":
        "p.opened + interval 2 years <= as_of() and p.opened + interval 30 months > as_of()",
    "months_between(opened, today) >= 12": "date_sub('month', p.opened, as_of()) >= 12",
    "statement != monthly": "p.frequency <> 'POPLATEK MESICNE'",
    "count(salary within last 60 days) >= 2":
        "(select count(*) from $moves operation = 'collection from another bank' and amount >= 10000 and date > as_of() - 60) >= 2",
    "max(salary.amount within last 90 days) >= 40_000":
        "(select max(amount) from $moves operation = 'collection from another bank' and amount >= 10000 and date > as_of() - 90) >= 40000",
    "exists(in_and_out)": "exists (from pairs o where o.customer = p.customer)",
    "exists(in_and_out where in_and_out.pay.amount >= 40_000)": "exists (from pairs o where o.customer = p.customer and paid >= 40000)",
    "exists(in_and_out within last 10 days)":
        "exists (select min(date) from pairs o where o.customer = p.customer group by trans_id having min(date) > as_of() - 10)",
}  # fmt: skip

VIEWS = """
    create view pairs as
        select customer, i.trans_id, i.amount paid, o.date from move i join move o using (customer)
        where i.type = 'credit' and i.amount >= 10000 and o.type = 'withdrawal' and o.amount >= i.amount * 0.6
            and o.date > i.date and o.date <= least(i.date + 5, as_of());
    create view paid as select d.client_id::varchar customer, o.* from "order" o join disp d using (account_id) where d.type = 'OWNER';
    create table known as
        select p.*, c.gender, a.date opened, i.unemp_95, i.unemp_96, i.region, a.date <= month_before() there,
            cume_dist() over (partition by p.balance is null order by p.balance) balance_share,
            cume_dist() over (partition by home order by age) age_share,
            rank() over (partition by home order by p.birth desc) youngest, rank() over (order by fixed_costs desc) cost_place,
            p.birth + to_years(year(as_of()) - year(p.birth)) birthday,
            exists (from card k join disp d using (disp_id) where d.client_id = c.client_id and k.issued <= as_of()
                and k.issued > as_of() - interval 1 year) new_card
        from person p join client c on c.client_id::varchar = p.customer join account a on a.account_id = p.account
            join district i on i.district_id = p.home;
"""


def strategies() -> str:
    """A strategy for each expression."""
    return "\n".join(f"strategy m{number} {{ cohort: {text}  channel: letter }}" for number, text in enumerate(MEASURES))


@pytest.fixture(scope="module", params=DAYS, ids=str)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], duckdb.DuckDBPyConnection]:
    """What the engine counts, by expression, and the tables to count them in."""
    source = raw("berka")
    folder = project_copy("berka", tmp_path_factory.mktemp("measures"))
    prepare(source, folder, request.param)
    (folder / "strategies" / "measures.strategy").write_text(strategies(), encoding="utf-8")
    loaded = load_project(folder)
    assert loaded.sound, [found.message for found in loaded.diagnostics]
    assert loaded.model is not None
    counts = dict(qualify(loaded.model, folder, request.param).select("strategy", "in_cohort").iter_rows())
    bank = expected_berka.bank(source, request.param)
    bank.execute(VIEWS)
    return {text: counts[f"m{number}"] for number, text in enumerate(MEASURES)}, bank


@pytest.mark.parametrize("text", MEASURES)
def test_an_expression_selects_as_many_as_sql(both: tuple[dict[str, int], duckdb.DuckDBPyConnection], text: str) -> None:
    counts, bank = both
    condition = MEASURES[text].replace("$moves", "move m where m.customer = p.customer and date <= as_of() and")
    expected = bank.execute(f"select count(*) from known p where {condition}").fetchall()
    assert counts[text] == expected[0][0]
