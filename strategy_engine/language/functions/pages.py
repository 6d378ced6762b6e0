"""The function library as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from strategy_engine.language.functions.registry import Function, Missing, load_library

_MISSING = {
    Missing.GIVES_MISSING: "A missing argument gives missing.",
    Missing.WHEN_ALL_MISSING: "Missing only where all arguments are.",
    Missing.HANDLES: "",
}


def pages() -> str:
    """All functions by group, each with signature, description and examples."""
    functions = load_library().values()
    groups = sorted({function.group for function in functions})
    parts = [f"# Functions\n\n{len(functions)} functions, each with an English and a Chinese name.\n"]
    for group in groups:
        parts.append(f"\n## {group.capitalize()}\n")
        parts += [section(function) for function in sorted(functions, key=lambda each: each.name) if function.group == group]
    return "".join(parts)


def section(function: Function) -> str:
    """What is told of one function."""
    return "".join(_lines(function))


def _lines(function: Function) -> Iterator[str]:
    yield f"\n### {function.name} · {function.zh}\n\n`{function.signature}`\n\n{function.doc}"
    missing = _MISSING[function.missing]
    yield f" {missing}\n\n" if missing else "\n\n"
    for example in function.examples:
        gives = "missing" if example.gives is None else repr(example.gives) if isinstance(example.gives, str) else str(example.gives)
        gives = gives.lower() if isinstance(example.gives, bool) else gives
        yield f"- `{example.expression}` is {gives}\n"
