"""Files are read as UTF-8 text, and what is none is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from strategy_engine.source.reading import MAX_BYTES, read_source


def found(path: Path) -> list[str]:
    file, diagnostics = read_source(path, "x.strategy")
    assert (file is None) == bool(diagnostics)
    assert all(diagnostic.span is not None and diagnostic.span.path == "x.strategy" for diagnostic in diagnostics)
    return [f"{d.code} {d.message}" + (f" | {d.help}" if d.help else "") for d in diagnostics]


def test_text_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.strategy"
    path.write_bytes("\ufeff客户 😀\r\nb\n".encode())
    file, diagnostics = read_source(path, "a")
    assert diagnostics == []
    assert file is not None
    assert (file.path, file.text) == ("a", "客户 😀\r\nb\n")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("客户: 中文\n".encode("gb18030"), "S0102 not UTF-8: byte 0xBF at line 1, column 1 | save it as UTF-8; it looks like GB18030"),
        ("客户\n中".encode() + b"\xff", "S0102 not UTF-8: byte 0xFF at line 2, column 2 | save it as UTF-8"),
        (b"\xef\xbb\xbfab\xff", "S0102 not UTF-8: byte 0xFF at line 1, column 3 | save it as UTF-8"),
        ("café x".encode("latin-1"), "S0102 not UTF-8: byte 0xE9 at line 1, column 4 | save it as UTF-8"),
        ("客户".encode("utf-16"), "S0102 not UTF-8: byte 0xFF at line 1, column 1 | save it as UTF-8; it looks like UTF-16"),
        ("cohort".encode("utf-16"), "S0102 not UTF-8: byte 0xFF at line 1, column 1 | save it as UTF-8; it looks like UTF-16"),
        ("cohort".encode("utf-16-le"), "S0102 not UTF-8: byte 0x00 at line 1, column 2 | save it as UTF-8; it looks like UTF-16"),
        (b"PK\x03\x04\n\x00\x00\x00a\x00", "S0103 this is no text: a zero byte stands on line 2"),
    ],
)
def test_what_is_no_utf8(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert found(path) == [expected]


def test_no_such_file(tmp_path: Path) -> None:
    assert found(tmp_path / "none") == ["S0101 cannot read `x.strategy`: there is no such file"]


def test_a_folder(tmp_path: Path) -> None:
    assert found(tmp_path) == ["S0101 cannot read `x.strategy`: it is a folder"]


def test_a_name_with_a_zero_byte() -> None:
    assert len(found(Path("a\0b"))) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert found(tmp_path / "pipe") == ["S0101 cannot read `x.strategy`: it is no ordinary file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("a")
    path.chmod(0)
    assert found(path) == ["S0101 cannot read `x.strategy`: permission denied"]


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"a" * MAX_BYTES)
    assert found(path) == []
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    assert found(path) == ["S0104 the file is larger than 4 MB | split it, or keep lists and tables in data files"]
