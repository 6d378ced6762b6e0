"""Channel plans: `rm_call else remote, then sms after 2 days unless opened`."""

from __future__ import annotations

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope
from strategy_engine.semantics.expressions.infer import is_error
from strategy_engine.semantics.expressions.logic import condition
from strategy_engine.semantics.model import Plan, PlanStep
from strategy_engine.semantics.name_errors import UnknownDeclared
from strategy_engine.semantics.shape_errors import WrongShape
from strategy_engine.source.file import Span


def plan(node: ast.Value, scope: Scope, context: Context) -> Plan | None:
    """The plan, or None where a channel of its first step is unknown."""
    if not isinstance(node, ast.Plan):
        context.report(WrongShape(node.span, "channel", "a plan such as `rm_call else sms, then sms after 2 days unless opened`"))
        return None
    steps = [_step(step, place, scope, context) for place, step in enumerate(node.steps)]
    return None if any(step is None for step in steps) else Plan(tuple(step for step in steps if step is not None))


def _step(step: ast.Step, place: int, scope: Scope, context: Context) -> PlanStep | None:
    channels = []
    for name in step.channels:
        found = context.names.find("channel", name.text)
        if found is None:
            context.report(UnknownDeclared(name.span, "channel", name.text, context.names.guess("channel", name.text)))
        else:
            context.mention(name.span, "channel", found.name)
            channels.append(found.name)
    delayed = step.after is not None or step.on_day is not None
    if place == 0 and (delayed or step.unless or step.only_if is not None):
        context.report(WrongShape(step.span, "channel", "a plan whose first step has no delay and no condition"))
    if place > 0 and not delayed:
        context.report(WrongShape(step.span, "channel", "a plan whose later steps say when: `after 2 days` or `on day 7`"))
    if step.unless is not None:
        check_outcome(step.unless, step.span, "unless", context)
    only_if: ir.Expr | None = None
    if step.only_if is not None:
        only_if = condition(step.only_if, scope, context, "what `if` asks")
        only_if = None if is_error(only_if) else only_if
    if len(channels) < len(step.channels):
        return None
    return PlanStep(tuple(channels), step.after, step.on_day, step.unless, only_if)


def check_outcome(word: str, span: Span, key: str, context: Context) -> None:
    """What `unless` and `pause` name is an outcome of the feedback table."""
    feedback = context.project.feedback
    table = context.table(feedback.from_) if feedback is not None else None
    if feedback is None or table is None:
        context.report(WrongShape(span, key, "left out, because the project file declares no `feedback:`"))
        return
    outcomes = table.columns[feedback.outcome].values or {}
    if outcomes and word not in outcomes:
        context.report(UnknownDeclared(span, "outcome", word, suggest(word, outcomes)))
