"""The rules that every entry of the function library keeps."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from strategy_engine.language.functions import FUNCTIONS, Function, Missing, find, load_library
from strategy_engine.language.functions.registry import Parameter, function
from strategy_engine.language.types import Kind

LIBRARY = sorted(load_library().values(), key=lambda function: function.name)
EXPRESSION_WORDS = {
    "and", "or", "not", "is", "in", "if", "then", "else", "where", "within", "by", "true", "false", "且", "或", "非",
    "属于", "不属于", "为空", "非空", "如果", "若", "则", "再", "否则", "其中", "按", "真", "假",
}  # fmt: skip
CHECKER_WORDS = {
    "count", "sum", "exists", "avg", "first", "last", "distinct", "ago", "change", "growth", "percentile", "rank",
    "sequence", "monthly", "today", "everyone",
}  # fmt: skip
CHECKER_WORDS |= {"合计", "计数", "存在", "前值", "百分位", "名次", "序列", "每月", "今天", "全量", "期初", "期末", "占比", "增量"}
ACCEPTS = {kind.value for kind in Kind} - {"duration", "error"} | {"numeric", "time", "any", "T", "N"}


def test_library_is_large() -> None:
    assert len(LIBRARY) >= 70


def test_names_are_unique_in_both_tongues() -> None:
    names = [name for entry in LIBRARY for name in (entry.name, entry.zh)]
    assert len(names) == len(set(names))


def test_a_taken_name_is_refused() -> None:
    taken = LIBRARY[0]
    with pytest.raises(ValueError, match="is taken"):
        function(
            name=taken.name,
            zh="新名字",
            group="x",
            parameters=(),
            returns="int",
            doc="x",
            examples=(),
            python=lambda: 1,
            polars=lambda pl: pl.lit(1),
        )


@pytest.mark.parametrize("entry", LIBRARY, ids=lambda entry: entry.name)
def test_entry_is_well_formed(entry: Function) -> None:
    assert re.fullmatch("[a-z][a-z0-9_]*", entry.name)
    assert entry.zh.isidentifier()
    assert not entry.zh.isascii()
    assert not {entry.name, entry.zh} & (EXPRESSION_WORDS | CHECKER_WORDS)
    assert entry.group
    assert entry.doc.rstrip().endswith((".", ")"))
    assert entry.parameters
    for parameter in entry.parameters:
        assert parameter.accepts in ACCEPTS
        assert parameter.name.isidentifier()
        assert parameter.constant or (parameter.check is None and parameter.default is None), "only constants have checks and defaults"
    assert len({parameter.name for parameter in entry.parameters}) == len(entry.parameters)
    returns = entry.returns.rstrip("?")
    assert returns in ACCEPTS - {"numeric", "time", "any"}
    assert returns not in ("T", "N") or any(parameter.accepts == returns for parameter in entry.parameters)
    assert entry.signature.startswith(f"{entry.name}(")
    defaults = [parameter.default is not None for parameter in entry.parameters]
    assert defaults == sorted(defaults), "parameters with a default come last"


@pytest.mark.parametrize("entry", LIBRARY, ids=lambda entry: entry.name)
def test_entry_has_examples(entry: Function) -> None:
    assert len(entry.examples) >= 2
    for example in entry.examples:
        assert f"{entry.name}(" in example.expression
    may_be_missing = entry.returns.endswith("?") or entry.missing is Missing.GIVES_MISSING
    assert not may_be_missing or any(example.gives is None for example in entry.examples)


def test_found_in_both_tongues() -> None:
    for entry in LIBRARY:
        assert find(entry.name) is entry
        assert find(entry.zh) is entry
    assert find("no_such_function") is None
    assert FUNCTIONS is load_library()


def test_a_parameter_has_no_check_of_its_own() -> None:
    assert Parameter("x", "number").check is None


def test_loading_needs_no_engine() -> None:
    program = (
        "import sys\n"
        "from strategy_engine.language.functions import load_library\n"
        "load_library(); print(sorted({'polars', 'lark', 'pydantic'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
