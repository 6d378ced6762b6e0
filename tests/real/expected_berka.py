"""What a run of the project `berka` must list, worked out from the bank's own tables with DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from .contest import Action, Candidate, Limit, Way, hold
from .prepare_berka import MONTH, TRANSACTIONS

SATURDAY = 5
ADVISER, INSERT, LETTER = "adviser", "insert", "letter"
TABLES = {name: name for name in ("client", "disp", "account", "card", "order", "district")} | {"transactions": TRANSACTIONS}

# Who there is, and what is known of them. The balance is that of the account's last transaction up to a day.
VIEWS = """
    create view move as
        select d.client_id::varchar customer, t.* from transactions t join disp d using (account_id) where d.type = 'OWNER';
    create macro balance_on(day) as table
        select account_id, last(balance order by date, trans_id) balance from transactions where date <= day group by all;
    create view money as
        select customer, max(date) last_move,
            coalesce(sum(amount) filter (type = 'credit' and date > as_of() - 30), 0) inflow_30d,
            coalesce(sum(amount) filter (date > as_of() - 90), 0) turnover_90d,
            sum(amount) filter (operation in ('credit in cash', 'withdrawal in cash') and date > as_of() - interval 3 months)
                / sum(amount) filter (date > as_of() - interval 3 months) cash_share
        from move where date <= as_of() group by all;
    create view orders as
        select d.client_id::varchar customer, count(*) orders, sum(amount) fixed_costs,
            bool_or(k_symbol = 'UVER') loan, bool_or(k_symbol = 'POJISTNE') insured
        from "order" o join disp d using (account_id) where d.type = 'OWNER' group by all;
    create view held as
        select d.client_id::varchar customer, bool_or(c.type = 'classic') classic, bool_or(c.type = 'gold') gold,
            bool_or(c.issued + interval 2 years between as_of() and as_of() + 59) due
        from card c join disp d using (disp_id) where c.issued <= as_of() group by all;
    create table person as
        select c.client_id::varchar customer, c.district_id home, d.account_id account, d.type role, a.frequency,
            date_sub('year', c.birth_date, as_of()) as age, c.birth_date birth, n.balance, w.balance was_balance,
            coalesce(inflow_30d, 0) inflow_30d, coalesce(turnover_90d, 0) turnover_90d, last_move, cash_share,
            coalesce(orders, 0) orders, coalesce(fixed_costs, 0) fixed_costs, coalesce(loan, false) loan, coalesce(insured, false) insured,
            coalesce(classic, false) classic, coalesce(gold, false) gold, coalesce(due, false) due, h.customer is not null has_card,
            i.avg_salary, greatest(i.n_inhabitants // 50000, 1) advisers, i.unemp_96 > 5 and i.unemp_96 > i.unemp_95 hard_pressed,
            exists (from disp o where o.account_id = d.account_id and o.client_id <> c.client_id and o.type = 'DISPONENT') joint
        from client c join disp d using (client_id) join account a using (account_id) join district i on i.district_id = c.district_id
            left join balance_on(as_of()) n using (account_id)
            left join balance_on(month_before()) w on w.account_id = a.account_id and a.date <= month_before()
            left join money m on m.customer = c.client_id::varchar
            left join orders s on s.customer = c.client_id::varchar
            left join held h on h.customer = c.client_id::varchar
        where a.date <= as_of();
    create view salary as
        select customer, date, amount from move
        where operation = 'collection from another bank' and amount >= 10000 and date <= as_of();
    create view in_and_out as
        select distinct customer, p.trans_id from move p join move o using (customer)
        where p.type = 'credit' and p.amount >= 10000 and o.type = 'withdrawal' and o.amount >= p.amount * 0.6
            and o.date > p.date and o.date <= p.date + 5 and o.date > as_of() - 30 and o.date <= as_of()
            -- the hit is the first fitting withdrawal; one before the window would have been it
            and not exists (
                from move e where e.customer = p.customer and e.type = 'withdrawal' and e.amount >= p.amount * 0.6
                    and e.date > p.date and e.date <= as_of() - 30
            );
    create view standing as
        select *, count(*) over upward * 1.0 / count(*) over (partition by home) share, rank() over downward place
        from person window upward as (partition by home order by turnover_90d), downward as (partition by home order by turnover_90d desc);
"""


@dataclass(frozen=True)
class Rule:
    """A strategy as SQL sees it: who is in the cohort and has a hit, and with what score. fits: for whom its product is."""

    query: str
    priority: int
    channels: tuple[str, ...]
    category: str
    fits: str = "true"
    benefits: tuple[str | None, ...] = (None,)
    control: float = 0.0


SAVINGS, DEPOSIT = "savings", "balance >= 20000"
RULES = {
    "salary_home": Rule(
        """select customer, sum(amount) score from salary join person using (customer)
           where date > as_of() - 7 and age < 55 group by all""",
        6,
        (ADVISER, LETTER),
        SAVINGS,
        benefits=("free_year", None),
        control=0.1,
    ),
    "paid_monthly": Rule(
        """select customer, inflow_30d score from person join salary using (customer)
           where date > as_of() - interval 3 months and fixed_costs <= inflow_30d * 0.4
           group by all having count(distinct month(date)) = 3""",
        4,
        (INSERT, LETTER),
        SAVINGS,
    ),
    "big_inflow": Rule(
        "select customer, inflow_30d score from person where inflow_30d >= 60000", 8, (ADVISER, LETTER), SAVINGS, DEPOSIT, control=0.2
    ),
    "stop_the_leak": Rule(
        "select customer, count(*) score from in_and_out join person using (customer) where not joint group by all", 8, (LETTER,), SAVINGS
    ),
    "wake_up": Rule(
        "select customer, as_of() - last_move score from person where last_move < as_of() - 60", 3, (LETTER, INSERT), "service"
    ),
    "new_cushion": Rule(
        "select customer, balance score from person where balance >= 60000 and not coalesce(was_balance >= 60000, false)",
        7,
        (ADVISER, LETTER),
        SAVINGS,
        DEPOSIT,
    ),
    "drain": Rule(
        """select customer, was_balance - balance score from person
           where turnover_90d > 0 and (balance - was_balance) / nullif(was_balance, 0) <= -0.5""",
        9,
        (ADVISER,),
        SAVINGS,
    ),
    "busy_in_district": Rule(
        "select customer, turnover_90d score from standing where round_day() and turnover_90d > 0 and share > 0.98 and place <= 2",
        2,
        (ADVISER,),
        SAVINGS,
        DEPOSIT,
    ),
    "card_upgrade": Rule(
        "select customer, avg_salary score from person where classic and not gold and avg_salary >= 9500",
        5,
        (INSERT, LETTER),
        "cards",
        "age >= 18",
    ),
    "card_renewal": Rule("select customer, null score from person where due", 4, (INSERT,), "service"),
    "disponent_card": Rule(
        """select customer, avg_salary score from person p where role = 'DISPONENT' and not has_card and exists (
               from person o where o.account = p.account and o.role = 'OWNER' and o.balance >= 50000)""",
        6,
        (LETTER,),
        "cards",
        "age >= 18",
    ),
    "own_saver": Rule(
        "select customer, fixed_costs score from person where orders >= 3 and not loan and not insured",
        3,
        (INSERT,),
        "insurance",
        "age < 65",
        control=0.1,
    ),
    "birthday_card": Rule(
        """select customer, age score from person where role = 'OWNER' and exists (
               from range(7) days(ahead) where birth + to_years(year(as_of() + ahead::int) - year(birth)) = as_of() + ahead::int)""",
        2,
        (LETTER, INSERT),
        "service",
    ),
    "senior_care": Rule("select customer, age score from person where age >= 55 and cash_share >= 0.5", 7, (ADVISER, LETTER), "care"),
    "debt_advice": Rule(
        """select distinct customer, null score from person join move using (customer)
           where (coalesce(hard_pressed, false) or loan) and k_symbol = 'sanction interest if negative balance'
               and date > as_of() - 90 and date <= as_of()""",
        10,
        (ADVISER,),
        "mandatory",
    ),
}


def bank(raw: Path, day: dt.date) -> duckdb.DuckDBPyConnection:
    """The raw tables and the views over them, as of a day."""
    connection = duckdb.connect()
    for name, value in (("as_of", day), ("month_before", day - MONTH)):
        connection.execute(f"create macro {name}() as date '{value}'")
    connection.execute(f"create macro round_day() as {round_of(day) == day}")
    for name, file in TABLES.items():
        connection.execute(f"""create view "{name}" as from read_parquet('{raw / file}.parquet')""")
    connection.execute(VIEWS)
    return connection


def round_of(day: dt.date) -> dt.date:
    """The day of the month's round of the advisers: the 15th, or the Monday after."""
    nominal = day.replace(day=15)
    return nominal + dt.timedelta(days=max(0, 7 - nominal.weekday()) if nominal.weekday() >= SATURDAY else 0)


def selected(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many customers each strategy finds: in the cohort, with a hit."""
    return {name: len(connection.execute(rule.query).fetchall()) for name, rule in RULES.items()}


def candidates(connection: duckdb.DuckDBPyConnection) -> Iterator[Candidate]:
    """Who could be contacted, and how."""
    for name, rule in RULES.items():
        rows = connection.execute(
            f"""select customer, score, account, home, advisers, frequency from ({rule.query}) join person using (customer)
                where ({rule.fits}) and (age >= 18 or '{rule.category}' = 'service')"""
        ).fetchall()
        for customer, score, account, home, advisers, frequency in rows:
            channels = [channel for channel in rule.channels if channel != INSERT or frequency == "POPLATEK MESICNE"]
            ways = tuple(Way(channel, benefit) for benefit in rule.benefits for channel in channels)
            about = {"account": account, "home": home, "advisers": advisers}
            exempt = rule.category == "mandatory"
            number = None if score is None else float(score)
            if ways:
                yield Candidate(name, customer, rule.priority, number, ways, rule.category, about, rule.control, exempt)


def actions(connection: duckdb.DuckDBPyConnection, day: dt.date) -> list[Action]:
    """The actions of the day."""
    everybody = "all"
    limits = [
        Limit(lambda who: float(str(who.about["advisers"])), lambda who, _: who.about["home"], lambda _, way: way.channel == ADVISER),
        Limit(lambda _: 200, lambda *_: everybody, lambda _, way: way.channel == INSERT),
        Limit(lambda _: 1800, lambda *_: everybody, lambda _, way: way.channel == LETTER, weight=8),
        Limit(lambda _: 10_000, lambda *_: everybody, lambda _, way: way.benefit == "free_year", weight=175),
        Limit(lambda _: 1, lambda who, _: who.customer, lambda who, _: not who.exempt),
        # a household's peace: of service nobody is spared
        Limit(lambda _: 1, lambda who, _: who.about["account"], lambda who, _: who.category != "service", controls_count=False),
    ]
    return hold(candidates(connection), limits, day)
