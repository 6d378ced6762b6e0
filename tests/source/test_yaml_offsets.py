"""Every character of a YAML scalar is traced back to the file, whatever the style."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy_engine.source.file import SourceFile
from strategy_engine.source.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence, read_yaml

WORDS = ["a", "bb", "x1", " > ", " and ", "\n", "\n\n", "  ", "'", '"', "\\", ": ", "#", " #c", "\t", "(", "[", ",", "0.5", "-", "%"]
FOREIGN = ["é", "漢", "😀", "e\u0301", "\u2028", "\x85", "\ufeff"]
TEXTS = st.lists(st.sampled_from(WORDS + FOREIGN), max_size=25).map("".join)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def scalars(node: YamlNode | None) -> Iterator[YamlScalar]:
    match node:
        case YamlScalar():
            yield node
        case YamlSequence(items):
            for item in items:
                yield from scalars(item)
        case YamlMapping(entries):
            for key, value in entries:
                yield key
                yield from scalars(value)


def read(text: str) -> YamlNode | None:
    node, diagnostics = read_yaml(SourceFile("x.yaml", text))
    assert [diagnostic.message for diagnostic in diagnostics] == []
    return node


def assert_traced(source: str, scalar: YamlScalar) -> None:
    """Each character maps to itself (an escape or a folded break to what stands for it), each place after the last."""
    last = scalar.span.start
    for index, char in enumerate(scalar.text):
        span = scalar.span_of(index, index + 1)
        assert last <= span.start < span.end, (scalar, index)
        last = span.end
        written = source[span.start : span.end]
        if char.isalnum() and not written.startswith("\\"):
            assert written == char
    end = scalar.span_of(len(scalar.text), len(scalar.text))
    assert end.start == end.end >= last


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=3),
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    unicode=st.booleans(),
    width=st.sampled_from([10, 20, 80]),
    indent=st.sampled_from([2, 4, 7]),
    line_break=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_characters_map_to_themselves(
    texts: list[str], style: str | None, unicode: bool, width: int, indent: int, line_break: str, mark: str
) -> None:
    document = {"prä": {f"k{i}": text for i, text in enumerate(texts)}, "list": texts}
    source: str = mark + yaml.dump(document, default_style=style, allow_unicode=unicode, width=width, indent=indent, line_break=line_break)
    try:
        expected = yaml.load(source, Loader=LOADER)  # noqa: S506 -- one of the safe loaders
    except yaml.YAMLError:
        return  # the dumper writes some texts in a way that no reader takes
    node = read(source)
    found = [scalar.text for scalar in scalars(node)]
    assert all(str(text) in found for text in expected["list"] if isinstance(text, str))
    for scalar in scalars(node):
        assert_traced(source, scalar)


EVERY_STYLE = """\
# comment — é ü 漢字 😀
rules:
  - when: churn_score > 0.7 and
      not has_third      # comment
    unless: 'name == ''third'' and
       x < 1

       or y'
    expr: "a == \\"q\\" and \\u00e9 > 1 \\
       and third"
    literal: |
      first_line > 1
        and indented < 2

      or 😀 third
    folded: >- # a comment
      balance < 1000
      and third >= 12

      and more > 1
        more indented
      back
    explicit: |2+
        two extra
      third

    flow: [ a > 1, "b < third", {客户: third😀 } ]
    tagged: !!str third
    last: |
      third"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_word_is_found_in_every_style(line_break: str, mark: str) -> None:
    source = mark + EVERY_STYLE.replace("\n", line_break)
    found = 0
    for scalar in scalars(read(source)):
        at = scalar.text.find("third")
        if at >= 0:
            found += 1
            span = scalar.span_of(at, at + 5)
            assert source[span.start : span.end] == "third", scalar
        assert_traced(source, scalar)
    assert found == 10


def test_an_escape_is_pointed_at_whole() -> None:
    source = 'a: "x \\u4e2d\\n > 1"'
    _, value = scalars(read(source))
    span = value.span_of(2, 4)
    assert source[span.start : span.end] == "\\u4e2d\\n"


def test_a_stretch_over_a_folded_line_begins_and_ends_right() -> None:
    source = "a: >-\n  one\n  two\n  three\n"
    _, value = scalars(read(source))
    assert value.text == "one two three"
    span = value.span_of(4, 13)
    assert source[span.start : span.end] == "two\n  three"


def test_a_scalar_without_a_file_points_at_itself() -> None:
    scalar = YamlScalar("abc", True, SourceFile("x", "abc").whole)
    assert scalar.span_of(1, 2) == scalar.span


@pytest.mark.parametrize("source", ["a: ''", 'a: ""', "a:", "a: |\n", "a: >-\n\n\n", "a: |+\n\n   \n\n"])
def test_an_empty_scalar_has_a_place(source: str) -> None:
    _, value = scalars(read(source))
    span = value.span_of(0, 0)
    assert span.start == span.end <= len(source)
    assert_traced(source, value)
