"""Calls: of the library's functions, and of what looks like a function but reads rows, the population or the past."""

from __future__ import annotations

from dataclasses import dataclass, field

from strategy_engine.diagnostics.model import suggest
from strategy_engine.language import ast
from strategy_engine.language.functions import Function, Missing, Parameter, find, load_library
from strategy_engine.language.habits import function_hint
from strategy_engine.language.types import NUMBER, PLAIN_NUMBERS, TEXTS, TIMES, Kind, Type
from strategy_engine.semantics import ir
from strategy_engine.semantics.context import Context, Scope, failed
from strategy_engine.semantics.expressions.fit import common, convert, fit
from strategy_engine.semantics.expressions.infer import describe, infer, is_error, kind_words, rule
from strategy_engine.semantics.expressions.lookup import enum_word
from strategy_engine.semantics.expressions.related import AGGREGATES, aggregate, over_time, population, takes_rows
from strategy_engine.semantics.name_errors import UnknownFunction
from strategy_engine.semantics.type_errors import BadConstant, NotConstant, NotHere, WrongArgument, WrongArgumentCount

_ONLY_IN_TRIGGERS = frozenset({"sequence", "monthly"})
_SPECIAL = {"percentile": population, "rank": population, "ago": over_time, "change": over_time, "growth": over_time}


@rule(ast.Call)
def call(node: ast.Call, scope: Scope, context: Context) -> ir.Expr:
    name = node.function
    if not no_labels(node, context):
        return failed(node.span)
    if takes_rows(node, scope, context):
        return aggregate(node, scope, context)
    if name in AGGREGATES and scope.kpi and len(node.arguments) == 1:
        return _over_customers(node, scope, context)
    if name in _SPECIAL:
        return _SPECIAL[name](node, scope, context)
    if name in _ONLY_IN_TRIGGERS:
        return context.report(NotHere(node.name_span, f"`{name}`", "it belongs into the `on:` of a trigger"))
    entry = find(name)
    if entry is None:
        if name in AGGREGATES:
            return aggregate(node, scope, context) if len(node.arguments) == 1 else _wrong_count(node, f"{name}(rows where …)", context)
        known = [*load_library(), *AGGREGATES, *_SPECIAL]
        return context.report(UnknownFunction(node.name_span, name, suggest(name, known), function_hint(name)))
    return library_call(node, entry, scope, context)


def no_labels(node: ast.Call, context: Context) -> bool:
    """Whether no argument has a name or says `then no`, which only the steps of a sequence do; tells."""
    odd = next((argument for argument in node.arguments if argument.label or argument.absent), None)
    if odd is None or node.function == "sequence":
        return True
    context.report(NotHere(odd.span, "`then no`" if odd.absent else f"`{odd.label}:`", "only the steps of a `sequence` have names"))
    return False


def _over_customers(node: ast.Call, scope: Scope, context: Context) -> ir.Expr:
    """In a kpi's measure an aggregate without rows is over the customers acted on."""
    value = infer(node.arguments[0].value, scope, context)
    if is_error(value):
        return value
    type_ = NUMBER if node.function == "avg" and value.type.kind is not Kind.MONEY else value.type.known()
    return ir.Aggregate(node.function, ir.Rows("customers"), value, type=type_, span=node.span)


def _wrong_count(node: ast.Call, signature: str, context: Context) -> ir.Expr:
    return context.report(WrongArgumentCount(node.span, node.function, signature, len(node.arguments)))


# ------------------------------------------------------------------------------------------------ the library


@dataclass
class _Types:
    """What the type variables of a signature have settled on."""

    shared: Type | None = None
    places: list[int] = field(default_factory=list)


def library_call(node: ast.Call, entry: Function, scope: Scope, context: Context) -> ir.Expr:
    """A function of the library with its arguments checked and held as it wants them."""
    parameters = _parameters(entry, len(node.arguments))
    if parameters is None:
        return _wrong_count(node, entry.signature, context)
    arguments: list[ir.Expr] = []
    types = _Types()
    for place, (parameter, argument) in enumerate(zip(parameters, node.arguments, strict=False)):
        checked = _argument(argument.value, parameter, entry, types, scope, context)
        if parameter.accepts in ("T", "N"):
            types.places.append(place)
        arguments.append(checked)
    if is_error(*arguments):
        return ir.Constant(None, type=Type(Kind.ERROR), span=node.span)
    if not _settle(arguments, types):
        first, *others = (arguments[place] for place in types.places)
        odd = next((other for other in others if common(first, other) is None), others[0])
        wanted = f"like the first, {describe(first)}"
        return context.report(WrongArgument(odd.span or node.span, entry.name, "every argument", wanted, describe(odd), entry.signature))
    for parameter, held, given in zip(parameters, arguments, node.arguments, strict=False):
        problem = parameter.check(held.value) if parameter.check and isinstance(held, ir.Constant) else None
        if problem is not None:
            return context.report(BadConstant(given.span, entry.name, parameter.name, problem))
    arguments += [_default(parameter) for parameter in parameters[len(arguments) :]]
    return ir.Call(entry.name, tuple(arguments), type=_result(entry, arguments, types), span=node.span)


def _parameters(entry: Function, given: int) -> list[Parameter] | None:
    """The parameters for that many arguments, a variadic one repeated; None where the count does not fit."""
    parameters = list(entry.parameters)
    required = sum(parameter.default is None for parameter in parameters)
    if entry.variadic and given > len(parameters):
        parameters += [parameters[-1]] * (given - len(parameters))
    return parameters if required <= given <= len(parameters) else None


def _argument(node: ast.Expr, parameter: Parameter, entry: Function, types: _Types, scope: Scope, context: Context) -> ir.Expr:
    word = enum_word(node, types.shared, scope, context) if types.shared is not None and parameter.accepts == "T" else None
    value = word if word is not None else infer(node, scope, context)
    if is_error(value):
        return value
    if parameter.constant and not isinstance(value, ir.Constant):
        return context.report(NotConstant(node.span, f"`{parameter.name}` of `{entry.name}`"))
    held = _accepted(value, parameter.accepts)
    if held is None:
        wanted = _wanted_words(parameter.accepts)
        return context.report(WrongArgument(node.span, entry.name, parameter.name, wanted, describe(value), entry.signature))
    if parameter.accepts in ("T", "N") and (types.shared is None or isinstance(types.shared, Type)):
        types.shared = types.shared or held.type
    return held


def _accepted(value: ir.Expr, accepts: str) -> ir.Expr | None:
    """The value held as the parameter wants it, or None where it does not fit."""
    kind = value.type.kind
    match accepts:
        case "any" | "T":
            return value if kind is not Kind.DURATION else None
        case "N" | "numeric":
            return value if value.type.numeric else None
        case "number":
            return convert(value, NUMBER) if kind in PLAIN_NUMBERS else None
        case "time":
            return value if kind in TIMES else None
        case "enum":
            return value if kind is Kind.ENUM else None
        case "text":
            return convert(value, Type(Kind.TEXT)) if kind in TEXTS else None
        case "date":
            return convert(value, Type(Kind.DATE)) if kind in TIMES else None
        case _:
            return fit(value, Type(Kind(accepts)))


def _wanted_words(accepts: str) -> str:
    special = {"numeric": "a number or money", "N": "a number or money", "time": "a date", "any": "a value", "T": "a value"}
    return special.get(accepts) or kind_words(Kind(accepts))


def _settle(arguments: list[ir.Expr], types: _Types) -> bool:
    """Hold all arguments of a type variable alike; False where they cannot be."""
    if not types.places:
        return True
    shared = arguments[types.places[0]]
    for place in types.places[1:]:
        pair = common(shared, arguments[place])
        if pair is None:
            return False
        shared = pair[0]
    for place in types.places:
        arguments[place] = fit(arguments[place], shared.type) or convert(arguments[place], shared.type)
    types.shared = shared.type
    return True


def _default(parameter: Parameter) -> ir.Constant:
    kind = {int: Kind.INT, float: Kind.NUMBER, str: Kind.TEXT, bool: Kind.BOOL}.get(type(parameter.default), Kind.NUMBER)
    if parameter.accepts == "number":
        return ir.Constant(float(parameter.default), type=NUMBER)
    return ir.Constant(parameter.default, type=Type(kind))


def _result(entry: Function, arguments: list[ir.Expr], types: _Types) -> Type:
    name = entry.returns.removesuffix("?")
    base = types.shared.known() if name in ("T", "N") and types.shared is not None else Type(Kind(name))
    unknown = [argument.type.optional for argument in arguments]
    if entry.returns.endswith("?"):
        return base.or_missing()
    if entry.missing is Missing.GIVES_MISSING:
        return base.or_missing(any(unknown))
    return base.or_missing(all(unknown) and entry.missing is Missing.WHEN_ALL_MISSING)
