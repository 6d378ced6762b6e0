"""Who belongs to whose family.

Four neighbouring rows may be a family: a head, a spouse, a grown-up child and a parent of the head. Whether a seat belongs
is drawn from its own row, and its age from the head's, so a row needs to know nothing of other rows but their numbers.
"""

import polars as pl

from strategy_engine.demo.dice import ROW, Dice
from strategy_engine.demo.units import lookup

SEATS = 4
_HEAD, _SPOUSE, _CHILD, _PARENT = range(SEATS)
_MEMBER_SHARE = (1.0, 0.42, 0.30, 0.24)  # by seat, before ages that can't be are ruled out
_YOUNGEST, _OLDEST = 18, 92  # years
_CHILD_AFTER, _PARENT_BEFORE = 24, 23  # years between generations, at least

_RELATIONS = (
    # from seat, to seat, what the second is to the first
    (_HEAD, _SPOUSE, "spouse"),
    (_SPOUSE, _HEAD, "spouse"),
    (_HEAD, _CHILD, "child"),
    (_SPOUSE, _CHILD, "child"),
    (_CHILD, _HEAD, "parent"),
    (_CHILD, _SPOUSE, "parent"),
    (_HEAD, _PARENT, "parent"),
    (_PARENT, _HEAD, "child"),
)


def customer_id(row: pl.Expr, dice: Dice) -> pl.Expr:
    """Ids rise with the row but skip, so that files can be pruned by id and yet look like a bank's."""
    return pl.format("6{}", (row * 7 + dice.below("id gap", 7, row).cast(pl.UInt64)).cast(pl.String).str.zfill(9))


def with_family(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Adds head (a row number), seat, is_member, age (years), male and household."""
    head = ROW - ROW % SEATS
    seat = (ROW % SEATS).cast(pl.Int64)
    return (
        people.with_columns(head=head, seat=seat)
        .with_columns(is_member=_belongs(dice), age=_age(dice), male=_male(dice))
        .with_columns(
            household=pl.format("H{}", pl.when("is_member").then("head").otherwise("row")),
        )
    )


def _head_age(dice: Dice) -> pl.Expr:
    return _own_age(dice, pl.col("head"))


def _own_age(dice: Dice, row: pl.Expr) -> pl.Expr:
    mean_of_two = (dice.uniform("age one", row) + dice.uniform("age two", row)) / 2
    return (_YOUNGEST + 62 * mean_of_two).floor()


def _related_age(dice: Dice) -> pl.Expr:
    """The age that the seat gives: near the head's, a generation younger or a generation older."""
    head, gap = _head_age(dice), dice.below("age gap", 9)
    return (
        pl.when(pl.col("seat") == _SPOUSE)
        .then(head + gap - 4)
        .when(pl.col("seat") == _CHILD)
        .then(head - _CHILD_AFTER - gap)
        .when(pl.col("seat") == _PARENT)
        .then(head + _PARENT_BEFORE + gap)
        .otherwise(head)
    )


def _belongs(dice: Dice) -> pl.Expr:
    wanted = dice.chance("member", lookup(_MEMBER_SHARE, pl.col("seat")))
    return wanted & _related_age(dice).is_between(_YOUNGEST, _OLDEST)


def _age(dice: Dice) -> pl.Expr:
    return pl.when(_belongs(dice)).then(_related_age(dice)).otherwise(_own_age(dice, ROW)).cast(pl.Int64)


def _male(dice: Dice) -> pl.Expr:
    own, head_is_male = dice.chance("male", 0.5), dice.chance("male", 0.5, pl.col("head"))
    return pl.when(_belongs(dice) & (pl.col("seat") == _SPOUSE)).then(~head_is_male).otherwise(own)


def family_links(people: pl.DataFrame) -> pl.DataFrame:
    """Both directions of every tie: `relation` says what the other is to the customer."""
    members = people.filter(pl.col("is_member") & ~pl.col("is_former")).select("head", "seat", "customer_id")
    ties = [_tie(members, *relation) for relation in _RELATIONS]
    return pl.concat(ties).sort("customer_id", "other_id")


def _tie(members: pl.DataFrame, from_seat: int, to_seat: int, relation: str) -> pl.DataFrame:
    ones = members.filter(pl.col("seat") == from_seat)
    others = members.filter(pl.col("seat") == to_seat).select("head", other_id="customer_id")
    tied = ones.join(others, on="head", how="inner")
    return tied.select("customer_id", "other_id", relation=pl.lit(relation))
