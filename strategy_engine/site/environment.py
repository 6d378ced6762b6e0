"""Where templates are filled in: for the pages of a project, and for the report of a review."""

from __future__ import annotations

from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment


def environment(templates: Path) -> ImmutableSandboxedEnvironment:
    """The templates of a folder. Nothing of a template reaches Python, and every value is escaped."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
