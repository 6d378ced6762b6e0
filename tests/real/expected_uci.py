"""What a run of the project `uci_bank` must list, worked out from the raw file with plain Polars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from .contest import Action, Candidate, Limit, Way, bucket, hold
from .prepare_uci import AS_OF, RAW_FILE

c = pl.col
CELLULAR, LANDLINE, DESK, LETTER = "cellular_call", "landline_call", "desk", "letter"
PORTFOLIO, LONG, ANY = "portfolio", "long_deposit", "any"


@dataclass(frozen=True)
class Rule:
    """A strategy as Polars sees it.

    ways: the channel ladders as (condition, channels), the first that holds applies; benefits likewise.
    product: portfolio and long_deposit are not for everybody.
    """

    cohort: pl.Expr
    priority: int
    ways: tuple[tuple[pl.Expr, tuple[str, ...]], ...]
    score: pl.Expr | None = None
    product: pl.Expr | None = None
    benefits: tuple[tuple[pl.Expr, tuple[str | None, ...]], ...] = ()
    category: str = "deposit"
    control: float = 0.0
    arms: tuple[tuple[str, float], ...] = ()


def always(*channels: str) -> tuple[tuple[pl.Expr, tuple[str, ...]], ...]:
    return ((pl.lit(value=True), channels),)


def first_row(rows: list[tuple[pl.Expr, str]]) -> pl.Expr:
    """The output of the first row that holds."""
    return pl.coalesce(*(pl.when(condition).then(pl.lit(output)) for condition, output in rows))


def customers(raw: Path) -> pl.DataFrame:
    """The raw file with the derived columns that the strategies speak of."""
    # what the bank calls unknown is not known
    known = pl.read_parquet(raw / RAW_FILE).with_columns(
        pl.when(c(name) != "unknown").then(c(name)).alias(name) for name in ("job", "education", "contact", "poutcome")
    )
    middle, traders = c("balance").is_between(5000, 19999), c("job").is_in(["management", "entrepreneur", "self-employed"])
    small = c("balance").is_between(1000, 4999)
    rows = [
        (c("balance") >= 20000, "portfolio personal"),
        (middle & traders, "portfolio shared"),
        (middle & (c("job") != "student"), "long_term shared"),
        (small & c("job").is_in(["retired", "housemaid"]), "long_term digital"),
        (small, "short_term digital"),
        (c("job") == "student", "short_term digital"),
        (pl.lit(value=True), "nothing digital"),
    ]
    segment = first_row(rows).str.split(" ")
    in_trade = c("job").is_not_null()
    ahead = pl.when(in_trade).then(c("balance").rank("max").over("job") / pl.len().over("job"))
    place = pl.when(in_trade).then(c("balance").rank("min", descending=True).over("job"))
    return known.with_columns(
        key=c("row_id").cast(pl.String), offer=segment.list.get(0), care=segment.list.get(1), ahead=ahead, place=place
    )


def rules() -> dict[str, Rule]:
    """The strategies."""
    housing, loan, asked = c("housing") == "yes", c("loan") == "yes", c("pdays") >= 0
    cellular = c("contact") == "cellular"
    educated = c("education").is_in(["secondary", "tertiary"])
    by_care = ((c("care") == "personal", (DESK,)), (c("care") == "shared", (CELLULAR, LANDLINE)), (pl.lit(value=True), (LETTER,)))
    by_offer = [(c("offer") == "portfolio", PORTFOLIO), (c("offer") == "long_term", LONG), (pl.lit(value=True), ANY)]
    ladder = ("bonus_20", "bonus_10", None)
    bonus = ((c("care") == "digital", ("bonus_10",)), (c("care") == "shared", ladder), (pl.lit(value=True), (None,)))
    return {
        "trade_leaders": Rule(c("place") <= 25, 10, always(DESK), c("balance"), pl.lit(PORTFOLIO), control=0.2),
        "encore": Rule(c("poutcome") == "success", 9, always(CELLULAR, LANDLINE), c("previous"), control=0.1),
        "idle_cash": Rule(
            (c("balance") >= 10000) & ~housing & ~loan,
            8,
            always(DESK, CELLULAR, LANDLINE),
            c("balance"),
            first_row([(c("care") == "personal", PORTFOLIO), (pl.lit(value=True), LONG)]),
        ),
        "top_of_trade": Rule((c("ahead") > 0.95) & (c("marital") != "single"), 7, always(DESK, LETTER), c("ahead"), pl.lit(LONG)),
        "silver": Rule((c("job") == "retired") & (c("age") >= 60), 6, always(LETTER), c("balance"), pl.lit(LONG), control=0.1),
        "mortgage_bundle": Rule(housing & (c("balance") >= 2000) & educated, 4, always(CELLULAR), c("balance"), benefits=bonus),
        "young_saver": Rule(
            (c("age") < 30) & (c("job") != "student") & c("balance").is_between(500, 4999),
            3,
            always(CELLULAR),
            c("balance") / c("age"),
            benefits=((pl.lit(value=True), ("bonus_20", None)),),
        ),
        "students": Rule(c("job") == "student", 5, always(CELLULAR, LETTER), pl.when(asked).then(c("pdays"))),
        "segment_offer": Rule((c("offer") != "nothing") & (c("previous") <= 1), 2, by_care, c("balance"), first_row(by_offer)),
        "welcome": Rule((c("previous") == 0) & ~asked & cellular & (c("campaign") <= 2), 1, always(CELLULAR)),
        "second_try": Rule(
            c("poutcome").is_in(["failure", "other"]) & (c("pdays") >= 180),
            5,
            always(CELLULAR, LANDLINE),
            c("balance"),
            control=0.05,
            arms=(("warm", 0.4), ("plain", 0.6)),
        ),
        "refinance": Rule(
            loan & ~housing & (c("balance") < 0) & c("age").is_between(25, 59),
            6,
            always(CELLULAR, LETTER),
            -c("balance"),
            category="credit",
        ),
    }


def cohorts(people: pl.DataFrame) -> dict[str, int]:
    """How many customers are in each strategy's cohort."""
    return {name: people.filter(rule.cohort).height for name, rule in rules().items()}


def candidates(people: pl.DataFrame) -> Iterator[Candidate]:
    """Who could be contacted, and how."""
    for name, rule in rules().items():
        refused = (c("campaign") > 5) | (c("default") == "yes") | ((c("loan") == "yes") & (rule.category == "deposit"))
        product = rule.product if rule.product is not None else pl.lit(ANY)
        fits = (
            pl.when(product == PORTFOLIO)
            .then(c("education").is_in(["secondary", "tertiary"]).fill_null(value=False))
            .when(product == LONG)
            .then(c("age") < 80)
            .otherwise(pl.lit(value=True))
        )
        chosen = people.filter(rule.cohort, ~refused, fits).select(
            "key",
            "job",
            "contact",
            score=rule.score.cast(pl.Float64) if rule.score is not None else None,
            ladder=_number_of(rule.ways),
            benefit=_number_of(rule.benefits),
        )
        for row in chosen.iter_rows(named=True):
            channels = [channel for channel in rule.ways[row["ladder"]][1] if _reachable(channel, row["contact"])]
            benefits = rule.benefits[row["benefit"]][1] if rule.benefits else (None,)
            ways = tuple(Way(channel, benefit) for benefit in benefits for channel in channels)
            if ways:
                yield Candidate(
                    name, row["key"], rule.priority, row["score"], ways, rule.category, {"job": row["job"]}, rule.control, arms=rule.arms
                )


def _number_of(branches: tuple[tuple[pl.Expr, object], ...]) -> pl.Expr:
    """The number of the first branch that holds."""
    return pl.coalesce(*(pl.when(condition).then(pl.lit(number)) for number, (condition, _) in enumerate(branches)), pl.lit(None))


def _reachable(channel: str, phone: str | None) -> bool:
    return {CELLULAR: phone == "cellular", LANDLINE: phone == "telephone", DESK: phone is not None, LETTER: True}[channel]


def actions(people: pl.DataFrame) -> list[Action]:
    """The actions of the day."""
    # a letter costs 1.20, counted in hundredths
    rooms = [_of_channel(CELLULAR, 4000), _of_channel(LANDLINE, 250), _of_channel(LETTER, 300_000, 120)]
    stocks = [_of_benefit("bonus_20", 150), _of_benefit("bonus_10", 200)]
    caps = [_of_strategy("mortgage_bundle", 300), _of_strategy("segment_offer", 600), _of_strategy("welcome", 400)]
    caps += [_of_strategy("refinance", 100), _of_strategy("second_try", 400)]
    desk = Limit(lambda _: 40, lambda who, _: who.about["job"], lambda _, way: way.channel == DESK)
    keep = Limit(lambda _: 1, lambda who, _: who.customer, lambda *_: True)
    rest = Limit(lambda _: 1, lambda who, _: who.customer, lambda *_: True, controls_count=False)
    limits = [*rooms, *stocks, *caps, desk, keep, rest]
    return hold(candidates(people), limits, AS_OF, lambda who: bucket("holdout:contact", who.customer) < 0.02)


def _of_channel(channel: str, room: int, weight: int = 1) -> Limit:
    return Limit(lambda _: room, lambda *_: "all", lambda _, way: way.channel == channel, weight)


def _of_benefit(benefit: str, room: int) -> Limit:
    return Limit(lambda _: room, lambda *_: "all", lambda _, way: way.benefit == benefit)


def _of_strategy(strategy: str, room: int) -> Limit:
    return Limit(lambda _: room, lambda *_: "all", lambda who, _: who.strategy == strategy, controls_count=False)
