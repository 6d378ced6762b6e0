"""`strategy docs`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from strategy_engine.cli.console import DATA, FINE, fail, show
from strategy_engine.diagnostics.tongue import chosen
from strategy_engine.session import Project, StrategyError

LANGUAGES = ("en", "zh")
FOLDER = "site"
"""Where a site goes if nothing else is said: below the project's folder."""


def site(path: Path, out: Path | None, lang: str | None, quiet: bool) -> int:
    """Write the site of a project, or print a page by its fixed name; the exit code."""
    if path.as_posix() in PAGES and out is None:
        return PAGES[path.as_posix()]()
    lang = lang or chosen()
    if lang not in LANGUAGES:
        fail(f"no language `{lang}`", help=f"languages are {', '.join(LANGUAGES)}")
    if not path.exists():
        fail(f"nothing at `{path}`")
    project = Project.open(path)
    try:
        model = project.model
    except StrategyError as error:
        show(error.diagnostics, project.sources)
        return error.exit_code
    from strategy_engine.site.pages import pages

    folder = out if out is not None else project.folder / FOLDER
    _publish(pages(project.loaded, model, lang), folder)
    if not quiet:
        strategies = len(model.strategies)
        count = f"{strategies:,} {'strategy' if strategies == 1 else 'strategies'}"
        print(f"wrote the site of {count}: {folder / 'index.html'}")
    return FINE


def _publish(files: Mapping[str, bytes], folder: Path) -> None:
    from strategy_engine.site.publish import NotOursError, publish

    try:
        publish(files, folder)
    except NotOursError as error:
        fail(f"`{folder}` holds what `strategy docs` did not write: `{error.path}`", help="name another folder: `--out DIR`")
    except OSError as error:
        fail(f"cannot write to `{folder}`: {(error.strerror or 'no access').lower()}", DATA)


# ------------------------------------------------------------------------------------------------ pages of the program itself


def functions() -> int:
    """Print the page of functions."""
    from strategy_engine.language.functions.pages import pages

    print(pages(), end="")
    return FINE


def diagnostics() -> int:
    """Print the page of diagnostics."""
    from strategy_engine.cli.everything import import_all
    from strategy_engine.diagnostics.pages import pages

    import_all()
    print(pages(), end="")
    return FINE


PAGES = {"functions": functions, "diagnostics": diagnostics}
