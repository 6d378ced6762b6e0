"""The stable draws of a day, all in one place.

A bucket is the xxhash64 (seed 0) of the UTF-8 text `SALT/KEY` as a share of 2^64, in [0, 1); KEY is the customer's id. Salts differ
by use, so that who is in one strategy's control group says nothing about any other draw:

    control:STRATEGY    the strategy's control group: bucket < share
    split:STRATEGY      its arms: cumulative shares in declared order
    ramp:STRATEGY       its ramp: bucket < share of the day; who was in stays in as the share grows
    holdout:POLICY      a policy's bank-wide holdout: bucket < share

Ties of the global order are broken by the xxhash64 of `DATE/STRATEGY/CUSTOMER`, ascending.
"""

from __future__ import annotations

import datetime as dt


def control_salt(strategy: str) -> str:
    return f"control:{strategy}"


def split_salt(strategy: str) -> str:
    return f"split:{strategy}"


def ramp_salt(strategy: str) -> str:
    return f"ramp:{strategy}"


def holdout_salt(policy: str) -> str:
    return f"holdout:{policy}"


def bucket_text(salt: str, key: str) -> str:
    """The text whose hash is the customer's bucket."""
    return f"{salt}/{key}"


def tie_text(date: dt.date, strategy: str, customer: str) -> str:
    """The text whose hash breaks ties."""
    return f"{date.isoformat()}/{strategy}/{customer}"


def action_text(date: dt.date, strategy: str, customer: str, step: int) -> str:
    """The text whose hash (xxhash128, hexadecimal) is the action's id."""
    return f"{tie_text(date, strategy, customer)}/{step}"
