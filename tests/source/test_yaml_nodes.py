"""YAML is read under 1.2 core rules, and what it cannot mean is told at its place."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.source.file import SourceFile
from strategy_engine.source.yaml_nodes import MAX_DEPTH, YamlMapping, YamlScalar, YamlSequence, plain, read_yaml


def found(text: str) -> list[str]:
    """The diagnostics of a document, each as `code line:column message | help`."""
    file = SourceFile("x.yaml", text)
    return [shown(diagnostic, file) for diagnostic in read_yaml(file)[1]]


def shown(diagnostic: Diagnostic, file: SourceFile) -> str:
    assert diagnostic.span is not None
    line, column = file.position(diagnostic.span.start)
    text = f"{diagnostic.code} {line}:{column} {diagnostic.message}"
    return f"{text} | {diagnostic.help}" if diagnostic.help else text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("nULL", "nULL"),
        ("true", True), ("False", False), ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("tRUE", "tRUE"),
        ("1", 1), ("-17", -17), ("+3", 3), ("007", 7), ("0o17", 15), ("0x1F", 31), ("017", 17), ("1_000", "1_000"), ("٣", "٣"),
        ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-1.5E-2", -0.015), ("1.2.3", "1.2.3"), ("85%", "85%"),
        (".inf", math.inf), ("-.INF", -math.inf), ("inf", "inf"),
        ("12:30", "12:30"), ("2026-11-21", "2026-11-21"), ("2026-11-21T08:30", "2026-11-21T08:30"), ("50万", "50万"),
        ("'1'", "1"), ('"true"', "true"), ("!!str 1", "1"), ("|\n  1", "1"), ("=", "="), ("<<", "<<"),
    ],
)  # fmt: skip
def test_scalars(text: str, value: object) -> None:
    node, diagnostics = read_yaml(SourceFile("x.yaml", f"a: {text}"))
    assert diagnostics == []
    read = plain(node)["a"]
    assert (type(read), read) == (type(value), value)


def test_not_a_number_and_numbers_without_end() -> None:
    node, _ = read_yaml(SourceFile("x.yaml", "[.nan, " + "9" * 5000 + "]"))
    nan, huge = plain(node)
    assert math.isnan(nan)
    assert huge == "9" * 5000


def test_spans_of_collections() -> None:
    text = "a:\n  - 1\n  - {b: 2}\n\n# comment\nc: [3]\n"
    node, _ = read_yaml(SourceFile("x.yaml", text))
    assert isinstance(node, YamlMapping)
    a, c = node.get("a"), node.get("c")
    assert isinstance(a, YamlSequence)
    assert isinstance(c, YamlSequence)
    assert text[a.span.start : a.span.end] == "- 1\n  - {b: 2}"
    assert text[c.span.start : c.span.end] == "[3]"
    assert text[node.span.start : node.span.end] == text.rstrip()
    assert node.get("d") is None
    key = node.key("c")
    assert key is not None
    assert key.span.start == text.index("c: [")


def test_a_block_scalar_ends_with_its_text() -> None:
    text = "a: |\n  x\n\n\nb: 1\n"
    node, _ = read_yaml(SourceFile("x.yaml", text))
    assert isinstance(node, YamlMapping)
    a = node.get("a")
    assert isinstance(a, YamlScalar)
    assert text[a.span.start : a.span.end] == "|\n  x"


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "\ufeff", "---\n...\n"])
def test_nothing_to_read(text: str) -> None:
    node, diagnostics = read_yaml(SourceFile("x.yaml", text))
    assert plain(node) is None
    assert diagnostics == []


QUOTE = "if it belongs to the value, quote the value; else check the indentation of this line"
ALIAS = "write the value out where it is used, or quote it if text is meant:"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("客户: a: b", "S0110 1:6 a `:` cannot stand here | quote the whole value: 'a: b'"),
        ("a: 1\n  b: 2\n", f"S0110 2:4 a `:` cannot stand here | {QUOTE}"),
        ('a: "😀" b\n', """S0110 1:8 this text follows a complete value | quote the whole value: '"😀" b'"""),
        ("a: 'it's'", ("S0110 1:8 this text follows a complete value"
         " | quote the whole value; inside single quotes, write `''` for a quote")),
        ('a: "b\nc: 2\n', "S0110 1:4 the quote that opens here is never closed"),
        ('a: "\\q"', ("S0110 1:5 unknown escape in a text in double quotes"
         " | write `\\\\` for a backslash, or use single quotes")),
        ('a: "\\u12"', ("S0110 1:7 an escape misses digits"
         " | `\\x` takes 2 hexadecimal digits, `\\u` takes 4, `\\U` takes 8")),
        ("a:\n\t- b\n", "S0110 2:1 a tab cannot indent YAML | use blanks"),
        ("a: @x", "S0110 1:4 `@` cannot begin a value | quote the whole value: '@x'"),
        ("a: `x` > 1", "S0110 1:4 a backtick cannot begin a value | quote the whole value: '`x` > 1'"),
        ("a: }", "S0110 1:4 `}` cannot begin a value | quote the whole value: '}'"),
        ("a: - b", "S0110 1:4 a list cannot begin on this line | begin it on the next line, indented"),
        ("a: [1, 2\nb: 3", ("S0110 1:4 the `[` that opens here is not closed"
         " | add `]`; where the bracket belongs to a text, quote the text")),
        ("a: {x: 1", "S0110 1:9 expected `,` or `}` | if the brace belongs to a text, quote the text"),
        ("a:\n  b: 1\n c: 2\n", ("S0110 3:2 expected a key of the mapping that begins on line 1"
         " | check the indentation, and that the line reads `key: value`")),
        ("- a\nb: 1", ("S0110 2:1 expected `- `, an item of the list that begins on line 1"
         " | check the indentation of this line")),
        ("a: 1\nb\nc: 2", "S0110 2:1 a line of a mapping without a `:` | write `key: value`"),
        ("a: * ", "S0110 1:4 `*` begins an alias or anchor in YAML | quote the whole value: '*'"),
        ("a: |x\n  b", "S0110 1:4 text cannot follow `|` on its line | begin the text on the next line"),
        ("%YAML 3.0\n---\na: 1", "S0110 1:1 not valid YAML: found incompatible YAML document"),
        ("\ufeffa: x\x07", "S0110 1:6 the control character U+0007 cannot stand in YAML | remove it"),
        ("a: \ud800", "S0110 1:4 the control character U+D800 cannot stand in YAML | remove it"),
        ("a: 1\nb: 2\na: 3", "S0111 3:1 the key `a` stands twice | rename or remove one; several values of one key are a list"),
        ("exclude: != x", "S0112 1:10 `!=` is a tag to YAML, because it begins with `!` | quote the value: '!= x'"),
        ("exclude: !(it's 1)", "S0112 1:10 `!(it's` is a tag to YAML, because it begins with `!` | quote the value: '!(it''s 1)'"),
        ("exclude: !x!y z", "S0112 1:10 `!x!y` is a tag to YAML, because it begins with `!` | quote the value: '!x!y z'"),
        ("a: ! b", "S0112 1:4 `!` is a tag to YAML, because it begins with `!` | quote the value: '! b'"),
        ("a: !!python/object:os.system {x: 1}", ("S0112 1:4 `!!python/object:os.system` is a tag to YAML, because it begins with `!`"
         " | remove it, or put the whole value in quotes if text is meant")),
        ("a: &x 1", f"S0113 1:4 `&x` is an anchor to YAML, and those are not allowed | {ALIAS} '&x'"),
        ("a: !!str &x 1", f"S0113 1:10 `&x` is an anchor to YAML, and those are not allowed | {ALIAS} '&x'"),
        ("a: *x", f"S0113 1:4 `*x` is an alias to YAML, and those are not allowed | {ALIAS} '*x'"),
        ("{a: 1}: b", "S0114 1:1 a key must be text | write a name before the `:`, in quotes if it begins with `[` or `{`"),
        ("'': b", "S0114 1:1 a key must be text | write a name before the `:`, in quotes if it begins with `[` or `{`"),
        ("a: 1\n---\nb: 2\n---\nc: 3", ("S0116 2:1 a second document begins here, and a file may hold only one"
         " | remove the `---`, or move what follows to a file of its own")),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(text: str, expected: str) -> None:
    assert found(text) == [expected]


def test_a_duplicate_key_shows_the_first_and_keeps_it() -> None:
    file = SourceFile("x.yaml", "a: 1\nb: 2\na: 3")
    node, (diagnostic,) = read_yaml(file)
    assert [(label.span.start, label.text) for label in diagnostic.labels] == [(0, "first here")]
    assert plain(node) == {"a": 1, "b": 2}


def test_several_mistakes_are_told_in_the_order_of_the_file() -> None:
    codes = [line.split()[0] for line in found("a: &x 1\nb: {c: *x, c: !foo 3}\n[]: 5\n")]
    assert codes == ["S0113", "S0113", "S0111", "S0112", "S0114"]


def test_billion_laughs() -> None:
    lines = ["a0: &a0 [lol]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    start = time.perf_counter()
    assert all(line.startswith("S0113") for line in found("\n".join(lines)))
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000 + "a", "[" * 101 + "]" * 101, "? " * 5000])
def test_nesting_too_deep(text: str) -> None:
    start = time.perf_counter()
    (line,) = found(text)
    assert line.startswith("S0115")
    assert line.endswith(f"lists and mappings are nested more than {MAX_DEPTH} levels deep")
    assert time.perf_counter() - start < 2


def test_the_deepest_nesting_allowed() -> None:
    node, diagnostics = read_yaml(SourceFile("x.yaml", "[" * MAX_DEPTH + "]" * MAX_DEPTH))
    assert diagnostics == []
    assert plain(node) is not None


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`\\ \n\r\t\x85客😀?,~0\ufeff\x00", max_size=60))
def test_no_text_raises(text: str) -> None:
    file = SourceFile("x.yaml", text)
    node, diagnostics = read_yaml(file)
    plain(node)
    for diagnostic in diagnostics:
        assert diagnostic.message
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
