"""What each kind of declaration is for, and what each of its keys says: one line each, for editors."""

from __future__ import annotations

from strategy_engine.language import words

KINDS: dict[str, str] = {
    "param": "A named constant, which the project file may set to another value.",
    "attribute": "A value derived from the customer's data.",
    "cohort": "A named condition on the customer; its name stands for it in any expression.",
    "table": "A decision table: conditions left of `=>`, outputs right of it.",
    "grid": "Two enums crossed; its value is `row/column`.",
    "trigger": "When to act: each hit has a time, and the columns of what happened.",
    "benefit": "What the customer is given: a coupon, a gift.",
    "product": "What the customer is offered.",
    "channel": "The way to the customer, and how much it can carry.",
    "kpi": "What actions are for, and how that is measured.",
    "policy": "Rules of contact for all strategies, or for those that `for` names.",
    "arbitration": "What wins where not everything can go out.",
    "strategy": "Who gets what, when, through which channel, towards which KPI.",
    "test": "What must stay true; run by `strategy test`, without any data.",
}
_KEYS: dict[str, str] = {
    "title": "What people call it.",
    "purpose": "What it is for, in a sentence.",
    "label": "A second name, which expressions may use as well.",
    "limit": "How much at most, such as `3 contacts per rolling 7 days per customer`, `20万 cost per month`; may be a list.",
    "control": "The share of customers held back for comparison, such as `10%`.",
    "except": "Which actions it leaves out; may be a list.",
    "eligible": "Who may have it: a condition on the customer.",
    "cost": "What one costs; budgets count it.",
    "kind": "What sort of thing it is: a word of the bank's own.",
    "value": "What it is worth.",
    "where": "The condition.",
    "enter": "Who enters a fixed cohort.",
    "leave": "Who leaves a fixed cohort; where both hold, leaving wins.",
    "hit": "Which rows count: `unique`, `first`, `any`, or `collect(sum)`, `(min)`, `(max)`, `(count)`.",
    "from": "A CSV file with the rows.",
    "rows": "The enum of the rows.",
    "columns": "The enum of the columns.",
    "merge": "Cells that are one: `{lost/*: lost}`.",
    "within": "The window of the hits, such as `last 3 days` or `next 7 days`.",
    "when": "A state: a hit today while it holds.",
    "enters": "A cohort: a hit where the customer is in today and was not the day before.",
    "leaves": "A cohort: a hit where the customer was in the day before and is not today.",
    "risk": "The product's risk, such as `R3`.",
    "rate": "The product's rate, such as `3.2%`.",
    "term": "The product's term.",
    "require": "What must hold for the customer to be reached, such as `consent_sms`.",
    "assign": "The column that says who works the action.",
    "measure": "What is measured, such as `share of after.has_payroll`.",
    "at": "How long after the action it is measured.",
    "goal": "Whether more is better (`up`) or less (`down`).",
    "for": "Which actions it concerns.",
    "pause": "How long a customer is left alone after an outcome, such as `30 days after complained`; may be a list.",
    "exclude": "What stops an action, where it is true or unknown; may be a list.",
    "keep": "How many actions at most, such as `2 per customer`; may be a list.",
    "order": "What comes first, such as `priority desc, score desc`.",
    "maximize": "The total to maximise, instead of one order: `score`.",
    "owner": "Who is responsible; it stands in the lists.",
    "valid": "First and last day, such as `2026-01-01 .. 2026-12-31`; `ramp {day 1: 1%, day 5: 100%}` lets in a growing share.",
    "status": "Only `active` and `pilot` run; `active` if left out.",
    "category": "A word that policies and the arbitration speak of.",
    "stage": "The stage of the customer's life that it belongs to; for people.",
    "cohort": "Who: a condition; an unknown one does not select.",
    "trigger": "When; without one it is open every day.",
    "product": "The product, or `none`; `loan { rate: price.rate }` sets the customer's own terms.",
    "benefit": "The first of the alternatives that is eligible and in stock: `coupon_100 else coupon_50 else none`.",
    "channel": "Alternatives with `else`; further steps make a journey: `app, then sms after 2 days unless opened`.",
    "script": "What the customer is told; `{name}`, `{aum:,.2}` and `{salary_in.at:%m月%d日}` are filled in.",
    "score": "A number: among equal priorities the larger comes first.",
    "priority": "A number: the larger comes first.",
    "until": "Until when the action holds.",
    "split": "Arms and their shares: `{warm: 40%, plain: 60%}`.",
    "kpi": "Targets, such as `payroll_kept >= 85%, aum_churn <= 5%`.",
    "migrate": "Where customers on a journey go on. Not executed yet.",
    "given": "The rows of the tables, by the tables' names.",
    "expect": "What must come out, such as `s offers coupon_50 on app`, `not s`, `s is blocked by contact`; may be a list.",
}
_OF_KIND: dict[tuple[str, str], str] = {
    ("param", "value"): "The constant, which the project file may set to another value.",
    ("attribute", "value"): "The expression.",
    ("table", "rows"): "The rows: conditions by columns, and the outputs under `=>`.",
    ("grid", "owner"): "Who is responsible for which cell.",
    ("channel", "columns"): "Further snapshot columns in this channel's list, personal ones included.",
    ("trigger", "on"): "Where the hits come from, such as `txn where type == salary`, `holding.maturity`, `anniversary(birth)`.",
    ("test", "on"): "The day; several in order, where it is a list.",
    ("policy", "control"): "The share of customers held back from all strategies that it concerns.",
}


def of_kind(kind: str) -> str:
    """What a kind of declaration is for, with its Chinese word."""
    return f"{_chinese(words.KINDS, kind)}{KINDS[kind]}"


def of_key(kind: str, key: str) -> str:
    """What a key says in declarations of the kind, with its Chinese words."""
    return f"{_chinese(words.KEYS, key)}{_OF_KIND.get((kind, key)) or _KEYS[key]}"


def _chinese(table: dict[str, str], english: str) -> str:
    found = [chinese for chinese, twin in table.items() if twin == english]
    return f"{english} · {' '.join(found)}\n\n" if found else ""
