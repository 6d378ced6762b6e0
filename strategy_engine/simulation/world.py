"""The bank as it would be if nobody acted: every draw a pure function of the seed, the day and the customer.

Days are numbers of days since 1970-01-01. What a customer will do on a later day can therefore be looked up at any time, which
is how the outcome without an action is known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from strategy_engine.demo.balances import with_money_habits
from strategy_engine.demo.dice import Dice
from strategy_engine.demo.network import Network
from strategy_engine.demo.people import EPOCH, Bank, people
from strategy_engine.demo.units import cents

FORMER_SHARE = 500  # one former customer for so many
BEFORE = 90  # days of history before the first day
SERVICE_RATES = {"visit": 0.002, "call": 0.0008, "complaint": 0.0002}  # a customer and day
_LIVELY_RATES = {"card": 0.121, "login": 0.065, "transfer_out": 0.026, "transfer_in": 0.021}  # of the most lively
_PAYROLL_STOPS = 0.0012  # a day
_LEAVES = 0.0012  # a day: the share of those with some money who move a large part of it elsewhere


@dataclass(frozen=True, slots=True)
class World:
    """A seeded bank from `first` to `last` (day numbers). Its `bank` is as of the last day, from which balances are led back."""

    bank: Bank
    first: int
    last: int

    @classmethod
    def of(cls, customers: int, seed: int, until: dt.date, days: int) -> World:
        bank = Bank(customers, customers // FORMER_SHARE, until, Dice(seed), Network.serving(customers))
        return cls(bank, bank.today - days + 1, bank.today)

    @property
    def dice(self) -> Dice:
        return self.bank.dice

    def back(self, day: int) -> int:
        """How many days the day lies before the last."""
        return self.last - day

    def everyone(self) -> pl.DataFrame:
        """All customers in the order of their rows, with what is theirs for good and the days on which something happens to them.

        Large flows are spread over the whole time; `stop_day` is when a payroll customer's employer would leave.
        """
        dice, span = self.dice, self.last - self.first + 1 + BEFORE
        frame = people(self.bank, 0, self.bank.customers + self.bank.former).pipe(with_money_habits, self.bank)
        flow = (dice.uniform("flow over time") * span).floor().cast(pl.Int64)
        leaves = dice.chance("money leaves", _LEAVES * span) & (pl.col("wealth") > 10)
        leaving = cents(pl.col("usual_deposit") * (0.3 + 0.6 * dice.uniform("leaving")), step=100)
        return frame.with_columns(
            out_days=pl.when(leaves).then(flow),
            out_cents=pl.when(leaves).then(leaving),
            in_days=pl.when(pl.col("in_days").is_not_null() & ~leaves).then(flow),
            stop_day=self.first + ((1 - dice.uniform("payroll stops")).log() / -_PAYROLL_STOPS).floor().cast(pl.Int64),
            liveliness=pl.when("is_dormant").then(0.06).otherwise(0.3 + 0.7 * dice.uniform("lively")),
            area=dice.pick("area", {"urban": 62, "town": 22, "village": 16}),
            payday=dice.pick("payday", {10: 28, 15: 30, 25: 24, 28: 18}),
        )

    def present(self, day: int) -> pl.Expr:
        """Who is a customer on that day."""
        back = self.back(day)
        return (pl.col("tenure") >= back) & (pl.col("closed").fill_null(-1) < back)

    # ------------------------------------------------------------------------------------------------ what they do by themselves

    def lively(self, kind: str, day: int) -> pl.Expr:
        """Whether the customer does something of a lively kind (card, login, a transfer) on that day."""
        happens = self.dice.uniform(f"{kind} {day}") < pl.col("liveliness") * _LIVELY_RATES[kind]
        return happens & pl.col("has_app") if kind == "login" else happens

    def buys(self, day: int) -> pl.Expr:
        """Whether the customer buys a product on that day; who has been put off does not before `put_off`."""
        rate = 0.0015 + (pl.col("wealth") - 9).clip(0, 6) * 0.0006
        return (self.dice.uniform(f"buys {day}") < rate) & (day > pl.col("put_off"))

    def serves(self, kind: str, day: int) -> pl.Expr:
        """Whether the customer visits, calls or complains on that day."""
        return self.dice.chance(f"{kind} {day}", SERVICE_RATES[kind])

    def first_time(self, what: str, day: int, window: int) -> pl.Expr:
        """In how many days after the day the customer first logs in (`login`) or buys (`purchase`); missing beyond the window."""
        doing = self.buys if what == "purchase" else lambda later: self.lively("login", later)
        return pl.min_horizontal([pl.when(doing(day + ahead)).then(ahead) for ahead in range(1, window + 1)])

    def paid_on(self, day: int) -> pl.Expr:
        """Whether a salary comes on that day: the customer's payday, weekend or not, while the payroll lasts."""
        date = EPOCH + dt.timedelta(days=day)
        return self.on_payroll(day) & (pl.col("payday") == date.day)

    def on_payroll(self, day: int) -> pl.Expr:
        """Whether the salary is paid here on that day."""
        return (pl.col("payroll_days").fill_null(-1) >= self.back(day)) & (pl.col("stop_day") > day)

    def leaves(self, day: int, window: int) -> pl.Expr:
        """Whether a large sum leaves in the `window` days after the day."""
        gone = self.last - pl.col("out_days")
        return gone.is_between(day + 1, day + window).fill_null(value=False)

    def term_left(self, day: int, left: str, term: str) -> pl.Expr:
        """Days from the last day to the maturity of what a customer holds on `day`, which is rolled over at each maturity."""
        back = self.back(day)
        length = pl.col(term).clip(1)
        return (pl.col(left) + back) % length - back
