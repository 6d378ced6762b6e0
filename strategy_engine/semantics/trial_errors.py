"""Diagnostics about test blocks: S026x."""

from __future__ import annotations

from strategy_engine.diagnostics.model import Diagnostic, Label, diagnostic
from strategy_engine.source.file import Span


@diagnostic
class GivenWithout(Diagnostic):
    """A given row without a column that says whose, when or what it is

    Columns that a test does not give are missing, and a row that belongs to nobody would never be seen. A row of the snapshot, of
    events, items, links or a list needs its key, one of events or a series also its time. A past action needs the customer, `at` and
    `strategy`.

    Example:

        given txn { type: salary, amount: 8000 }

    Instead:

        given txn { customer_id: 1, at: 2026-11-20T09:00, type: salary, amount: 8000 }
    """

    code = "S0260"
    table: str
    column: str

    @property
    def message(self) -> str:
        return f"a given row of `{self.table}` needs `{self.column}`"


@diagnostic
class GivenTwice(Diagnostic):
    """Two given rows with one key

    The snapshot has one row a customer, and a reference table one row a key: in a test as in the data. What changes later is given with
    its day: `given customer on 2026-11-22 { customer_id: 1, aum: 80万 }`.

    Example:

        given customer { customer_id: 1, tier: gold }
        given customer { customer_id: 1, aum: 30万 }

    Instead:

        given customer { customer_id: 1, tier: gold, aum: 30万 }
    """

    code = "S0261"
    table: str
    key: str
    first: Span | None = None

    @property
    def message(self) -> str:
        return f"`{self.table}` is given the key `{self.key}` twice"

    @property
    def labels(self) -> tuple[Label, ...]:
        return (Label(self.first, "first given here"),) if self.first else ()


@diagnostic
class DayNotRun(Diagnostic):
    """An expectation about a day that the test does not run

    A test runs the days of its `on:`. Without `on DATE` an expectation is about the last of them.

    Example:

        on: 2026-11-20
        expect: salary_thanks on sms on 2026-11-22

    Instead:

        on: 2026-11-20
        on: 2026-11-22
        expect: salary_thanks on sms on 2026-11-22
    """

    code = "S0262"
    date: str

    @property
    def message(self) -> str:
        return f"the test does not run {self.date}"

    @property
    def help(self) -> str | None:
        return f"add `on: {self.date}`"


@diagnostic
class DaysOutOfOrder(Diagnostic):
    """Days of a test that do not go forward

    Each day of a test sees what the earlier ones have listed, so they stand in the order of time, each once.

    Example:

        on: 2026-11-22
        on: 2026-11-20

    Instead:

        on: 2026-11-20
        on: 2026-11-22
    """

    code = "S0263"

    @property
    def message(self) -> str:
        return "the days of a test go forward, each once"


@diagnostic
class NoSuchExpectation(Diagnostic):
    """An expectation that is none of the kinds there are

    What may be expected: `S` and `not S`; `S offers B on CH`, each part by itself, too; a condition on what is listed, such as
    `S.step == 2` or `S.script == "…"`. `offers` and `on` speak of strategies, joined by and, or, not.

    Example:

        expect: aum > 5 offers coupon

    Instead:

        expect: salary_thanks offers coupon
    """

    code = "S0264"
    wanted: str

    @property
    def message(self) -> str:
        return f"this cannot be expected: {self.wanted}"


@diagnostic
class GivenTooLate(Diagnostic):
    """A given row that begins when the test has ended

    `given customer on 2026-11-22 { … }` is so from that day on, and no day of the test would see it.

    Example:

        on: 2026-11-20
        given customer on 2026-11-22 { customer_id: 1, aum: 80万 }

    Instead:

        on: 2026-11-20
        on: 2026-11-22
        given customer on 2026-11-22 { customer_id: 1, aum: 80万 }
    """

    code = "S0265"
    last: str

    @property
    def message(self) -> str:
        return f"the last day of the test is {self.last}"

    @property
    def help(self) -> str | None:
        return "give it an earlier day, or add an `on:`"
