"""Runs the front end on whatever bytes it is given: it must answer with diagnostics, soon, and every renderer must cope."""

from __future__ import annotations

import io
import json
import time
from dataclasses import fields
from pathlib import Path

from rich.console import Console

from strategy_engine.diagnostics.human import render
from strategy_engine.diagnostics.machine import to_json
from strategy_engine.semantics.load import Loaded, load_project

FULL = Path(__file__).parents[1] / "language" / "projects" / "full"
SECONDS = 5.0  # of the processor
SHOWN = 200  # diagnostics that a person might read


def survives(folder: Path, name: str, content: bytes) -> Loaded:
    """Load a project one of whose files (`strategy.yaml`, `a.strategy`, `a.yaml`) has this content; returns what was loaded."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    project = (FULL / "strategy.yaml").read_text("utf-8")
    for line in ("include: [text/**]\n", "import: [library/shared]\n", "params: {payroll_window: 60 days}\n"):
        project = project.replace(line, "")
    (folder / "strategy.yaml").write_text(project, "utf-8")
    (folder / name).write_bytes(content)
    began = time.process_time()
    loaded = load_project(folder)
    shown(loaded)
    took = time.process_time() - began
    assert took < SECONDS, f"{took:.1f} s"
    return loaded


def shown(loaded: Loaded) -> str:
    """All faces of the diagnostics; the text for people is returned."""
    out = io.StringIO()
    render(loaded.diagnostics[:SHOWN], loaded.sources, Console(file=out, width=100, no_color=True, soft_wrap=True))
    document = json.loads(to_json(loaded.diagnostics, loaded.sources))
    assert document["version"] == 1
    for found in loaded.diagnostics:
        assert found.message
        source = loaded.sources.get(found.span.path) if found.span is not None else None
        if found.span is not None and source is not None:
            assert 0 <= found.span.start <= found.span.end <= len(source.text), found
    if loaded.model is not None:
        assert loaded.model == loaded.model
        for field in fields(loaded.model):
            repr(getattr(loaded.model, field.name))
    return out.getvalue()
