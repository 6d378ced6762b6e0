"""The row engines that a team would otherwise pick, each driven at its best on the cohort and the table of `decision.py`.

Rules are compiled once, and rows made in the shape that the engine takes quickest before any clock starts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from decision import COHORT, ROWS, Row, Test

Rows = Sequence[dict[str, Any]]
Found = Mapping[str, int]
"""How many are in the cohort (`cohort`), and for how many each action is decided."""


@dataclass(frozen=True)
class Driven:
    """A row engine with its rules compiled.

    shape: rows as it takes them quickest.      cohort: how many of them are in it.      actions: what is decided, a row each.
    """

    cohort: Callable[[Any], int]
    actions: Callable[[Any], Iterable[str]]
    shape: Callable[[Rows], Any] = list

    def found(self, shaped: Any) -> Found:
        """Both for all rows."""
        decided = Counter(self.actions(shaped))
        return {"cohort": self.cohort(shaped), **{row.action: decided[row.action] for row in ROWS}}


@dataclass(frozen=True)
class Rival:
    """A package; the target is how many times its rows a second are asked of the engine."""

    name: str
    package: str
    module: str
    driven: Callable[[], Driven]
    target: float | None = None


def _true(values: Iterable[Any]) -> int:
    return sum(1 for value in values if value)


def _by_number(numbers: Iterable[Any]) -> Iterable[str]:
    """The actions of the table's rows."""
    return (ROWS[int(number)].action for number in numbers)


def _words(test: Test, number: Callable[[int], str] = str) -> str:
    """A test as most languages of expressions write it: `tier in ["gold"]`, `aum >= 1`, `opted_out == false`."""
    match test.op:
        case "in":
            return f"{test.column} in {json.dumps(test.value)}" if len(test.value) > 1 else f'{test.column} == "{test.value[0]}"'
        case "is":
            return f"{test.column} == {str(test.value).lower()}"
    return f"{test.column} {test.op} {number(test.value) if test.column == 'aum' else test.value}"


def _choice(word: str, number: Callable[[int], str] = str) -> str:
    """The table as one expression, `c ? 0 : c ? 1 : …`, whose value is the number of the first row that holds."""
    chosen = str(len(ROWS) - 1)
    for place in range(len(ROWS) - 2, -1, -1):
        condition = word.join(_words(test, number) for test in ROWS[place].tests())
        chosen = f"({condition} ? {place} : {chosen})"
    return chosen


# ------------------------------------------------------------------------------------------------ zen-engine


def _zen() -> Driven:
    """The cohort as a compiled expression, the table as a decision of its own format; both take JSON quicker than dicts."""
    import zen

    cohort = zen.compile_expression(" and ".join(map(_words, COHORT)))
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"table": _zen_decision()}}})
    return Driven(
        cohort=lambda rows: _true(map(cohort.evaluate, rows)),
        actions=lambda rows: (engine.evaluate("table", row)["result"]["action"] for row in rows),
        shape=lambda rows: [json.dumps(row) for row in rows],
    )


def _zen_decision() -> dict[str, Any]:
    inputs = ("tier", "aum", "age", "days_since_login")
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in inputs],
        "outputs": [{"id": f"out_{name}", "name": name, "field": name} for name in ("action", "priority")],
        "rules": [_zen_row(place, row, inputs) for place, row in enumerate(ROWS)],
    }
    nodes: list[dict[str, Any]] = [{"id": kind, "type": f"{kind}Node", "name": kind} for kind in ("input", "decisionTable", "output")]
    nodes[1]["content"] = content
    edges = [{"id": f"to {b['id']}", "sourceId": a["id"], "targetId": b["id"], "type": "edge"} for a, b in pairwise(nodes)]
    return {"nodes": nodes, "edges": edges}


def _zen_row(place: int, row: Row, inputs: Sequence[str]) -> dict[str, str]:
    cells = {name: _zen_cell([test for test in row.tests() if test.column == name]) for name in inputs}
    return {"_id": str(place), **cells, "out_action": f'"{row.action}"', "out_priority": str(row.priority)}


def _zen_cell(tests: list[Test]) -> str:
    match tests:
        case []:
            return ""
        case [Test(op="in", value=values)]:
            return ", ".join(f'"{value}"' for value in values)
        case [test]:
            return f"{test.op} {test.value}"
    return f"[{tests[0].value}..{tests[1].value})"


# ------------------------------------------------------------------------------------------------ datalogic


def _datalogic() -> Driven:
    """JSONLogic, compiled; rows as handles that it has parsed, in batches."""
    import datalogic_py as datalogic

    engine = datalogic.Engine()
    cohort, table = engine.compile(_all_of(COHORT)), engine.compile(_json_table())
    session = engine.session()

    def results(rule: Any, rows: Sequence[Any]) -> Iterable[str]:
        for start in range(0, len(rows), 1000):
            yield from session.evaluate_batch(rule, rows[start : start + 1000])
            session.reset()

    return Driven(
        cohort=lambda rows: sum(1 for value in results(cohort, rows) if value == "true"),
        actions=lambda rows: _by_number(results(table, rows)),
        shape=lambda rows: [datalogic.DataHandle(row) for row in rows],
    )


def _all_of(tests: Iterable[Test]) -> dict[str, Any]:
    several = [_json_test(test) for test in tests]
    return {"and": several} if len(several) > 1 else several[0]


def _json_test(test: Test) -> dict[str, Any]:
    value = {"var": test.column}
    match test.op:
        case "in" if len(test.value) == 1:
            return {"==": [value, test.value[0]]}
        case "in":
            return {"in": [value, list(test.value)]}
        case "is":
            return value if test.value else {"!": [value]}
    return {test.op: [value, test.value]}


def _json_table() -> dict[str, Any]:
    branches: list[Any] = []
    for place, row in enumerate(ROWS[:-1]):
        branches += [_all_of(row.tests()), place]
    return {"if": [*branches, len(ROWS) - 1]}


# ------------------------------------------------------------------------------------------------ the others


def _cel() -> Driven:
    """Google's language; both as compiled expressions."""
    import cel

    as_double = "{}.0".format
    cohort = cel.compile(" && ".join(_words(test, as_double) for test in COHORT))
    table = cel.compile(_choice(" && ", as_double))
    return Driven(lambda rows: _true(map(cohort.execute, rows)), lambda rows: _by_number(map(table.execute, rows)))


def _rule_engine() -> Driven:
    """Both as rules of declared types."""
    import rule_engine

    types = {"tier": "STRING", "has_payroll": "BOOLEAN", "opted_out": "BOOLEAN"}
    types |= dict.fromkeys(("aum", "age", "days_since_login"), "FLOAT")
    resolver = rule_engine.type_resolver_from_dict({name: getattr(rule_engine.DataType, kind) for name, kind in types.items()})
    rule = partial(rule_engine.Rule, context=rule_engine.Context(type_resolver=resolver))
    cohort, table = rule(" and ".join(map(_words, COHORT))), rule(_choice(" and "))
    return Driven(lambda rows: _true(map(cohort.matches, rows)), lambda rows: _by_number(map(table.evaluate, rows)))


def _business_rules() -> Driven:
    """Rules with actions, which are told when one holds; the table stops at the first."""
    from business_rules import actions, fields, run_all, variables

    class Customer(variables.BaseVariables):  # type: ignore[misc]  # the package has no types
        def __init__(self, row: dict[str, Any]) -> None:
            self.row = row

    kinds = {"tier": variables.string_rule_variable}
    kinds |= dict.fromkeys(("aum", "age", "days_since_login"), variables.numeric_rule_variable)
    kinds |= dict.fromkeys(("has_payroll", "opted_out"), variables.boolean_rule_variable)
    for name, kind in kinds.items():
        setattr(Customer, name, kind()(lambda self, name=name: self.row[name]))

    class Decided(actions.BaseActions):  # type: ignore[misc]
        def __init__(self) -> None:
            self.numbers: list[int] = []

        @actions.rule_action(params={"number": fields.FIELD_NUMERIC})  # type: ignore[untyped-decorator]
        def decide(self, number: int) -> None:
            self.numbers.append(number)

    def numbers(rules: list[dict[str, Any]], rows: Rows) -> list[int]:
        decided = Decided()
        for row in rows:
            run_all(rules, Customer(row), decided, stop_on_first_trigger=True)
        return decided.numbers

    cohort = [_business_rule(COHORT, 0)]
    table = [_business_rule([*row.tests()], place) for place, row in enumerate(ROWS)]
    return Driven(lambda rows: len(numbers(cohort, rows)), lambda rows: _by_number(numbers(table, rows)))


BUSINESS_WORDS = {">=": "greater_than_or_equal_to", "<=": "less_than_or_equal_to", "<": "less_than", ">": "greater_than"}


def _business_rule(tests: Iterable[Test], number: int) -> dict[str, Any]:
    conditions = [_business_test(test) for test in tests]
    always = [_business_test(Test("age", ">=", 0))]
    return {"conditions": {"all": conditions or always}, "actions": [{"name": "decide", "params": {"number": number}}]}


def _business_test(test: Test) -> dict[str, Any]:
    match test.op:
        case "in":
            return {"any": [{"name": test.column, "operator": "equal_to", "value": value} for value in test.value]}
        case "is":
            return {"name": test.column, "operator": f"is_{str(test.value).lower()}", "value": True}
    return {"name": test.column, "operator": BUSINESS_WORDS[test.op], "value": test.value}


RIVALS = (
    Rival("zen-engine", "zen-engine", "zen", _zen, target=300),
    Rival("datalogic", "datalogic-py", "datalogic_py", _datalogic, target=30),
    Rival("common-expression-language", "common-expression-language", "cel", _cel),
    Rival("rule-engine", "rule-engine", "rule_engine", _rule_engine),
    Rival("business-rules", "business-rules", "business_rules", _business_rules),
)
