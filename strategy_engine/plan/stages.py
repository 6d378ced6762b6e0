"""What the funnel counts, and why a candidate did not become an action."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a day, in order."""

    OBSERVE = "observe"  # what is known of each customer
    QUALIFY = "qualify"  # who is in the cohort, with a hit, within the ramp
    GATE = "gate"  # with what and through what it could go out
    ARBITRATE = "arbitrate"  # what wins, while there is room
    EMIT = "emit"  # the lists


class Count(StrEnum):
    """The levels of a strategy's funnel, in order; each is a part of the one before (control and treated of accepted)."""

    CUSTOMERS = "customers"
    IN_COHORT = "in_cohort"
    TRIGGERED = "triggered"
    IN_RAMP = "in_ramp"
    FREE = "free"  # of contact limits that earlier days have used up
    IN_ARM = "in_arm"
    ELIGIBLE = "eligible"  # product and benefit
    REACHABLE = "reachable"  # some alternative passes require, policies and script
    ACCEPTED = "accepted"
    CONTROL = "control"
    TREATED = "treated"


class Outcome(StrEnum):
    """What became of a candidate."""

    TREATED = "treated"
    CONTROL = "control"
    DROPPED = "dropped"


# Reasons that no declaration names; those of policies and limits are told in the words of their declaration
OUTSIDE_RAMP = "outside the ramp"
NO_ARM = "in no arm of the split"
NOT_DUE = "no channel plan applies"
SCRIPT_MISSING = "script value missing"
WORTHLESS = "score below 0"  # under `maximize:`, where it would make the total less


def product_refused(product: str) -> str:
    """Why a candidate was dropped whose product is not for the customer."""
    return f"product {product}: not eligible"


def channel_refused(channel: str) -> str:
    """Why an alternative fell through whose channel cannot reach the customer."""
    return f"channel {channel}: require"
