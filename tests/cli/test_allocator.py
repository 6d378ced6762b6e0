"""Memory that is let go is kept where many days are lived through, and only if that can still be said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from strategy_engine.cli.allocator import keep_memory

VARIABLE = "_RJEM_MALLOC_CONF"


def test_what_the_operator_says_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "dirty_decay_ms:1")
    keep_memory()

    assert os.environ[VARIABLE] == "dirty_decay_ms:1"


def test_a_simulation_says_it_before_polars_is_there(tmp_path: Path) -> None:
    watching = (
        "import sys, os, builtins\n"
        "old = builtins.__import__\n"
        "def watch(name, *rest):\n"
        "    if name == 'polars' and 'polars' not in sys.modules:\n"
        f"        print(os.environ.get('{VARIABLE}', 'nothing'), flush=True); os._exit(0)\n"
        "    return old(name, *rest)\n"
        "builtins.__import__ = watch\n"
        "from strategy_engine.cli.main import main\n"
        f"sys.argv = ['strategy', 'simulate', {str(tmp_path)!r}]\n"
        "main()\n"
    )
    clean = {name: value for name, value in os.environ.items() if name != VARIABLE}  # Polars has told it its own here
    told = subprocess.run([sys.executable, "-c", watching], capture_output=True, text=True, check=True, env=clean)
    assert "dirty_decay_ms:10000" in told.stdout
