"""`strategy`: every command with its options. The work is done in the modules that they import when called."""

from __future__ import annotations

import atexit
import gc
import io
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from strategy_engine import __version__
from strategy_engine.cli import allocator, complete, overview, shared
from strategy_engine.cli.diff import diff
from strategy_engine.cli.options import Date, Json, ProjectOption, Quiet, valued
from strategy_engine.cli.plan import plan

app = typer.Typer(
    name="strategy",
    cls=shared.Commands,
    help="Strategies of a retail bank as code: check them, run a day, explain a customer.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
schema = typer.Typer(cls=shared.Commands, help="Declarations of data.", no_args_is_help=True)
ledger = typer.Typer(cls=shared.Commands, help="What was promised to whom: the memory between runs.", no_args_is_help=True)
app.command()(overview.coverage)
app.command()(overview.graph)
app.add_typer(schema, name="schema")
app.add_typer(ledger, name="ledger")


Out = Annotated[Optional[Path], typer.Option("--out", metavar="DIR", help="Of the lists; the project's `output:` if left out.")]  # noqa: UP045
MinCoverage = Annotated[Optional[str], typer.Option("--min-coverage", metavar="SHARE", help="End with 1 where less is covered: 80%.")]  # noqa: UP045
Jobs = Annotated[Optional[int], typer.Option("--jobs", "-j", metavar="N", min=1, help="In so many processes; many tests in several.")]  # noqa: UP045
CheckFormat = Annotated[str, valued("--format", complete.formats("check"), "human, json, sarif, github or junit.")]
TestFormat = Annotated[str, valued("--format", complete.formats("test"), "human, json or junit.")]
ListFormat = Annotated[str, valued("--format", complete.formats("run"), "Of the channel lists: parquet, csv, xlsx or jsonl.")]
Form = Annotated[Optional[str], valued("--to", lambda: ["dsl", "yaml"], "Convert to `dsl` or `yaml`.", "FORM")]  # noqa: UP045
Keywords = Annotated[Optional[str], valued("--lang", lambda: shared.TONGUES, "Write the keywords in `en` or `zh`.", "LANG")]  # noqa: UP045
Sentences = Annotated[Optional[str], valued("--lang", lambda: shared.TONGUES, "Of its sentences: en or zh.", "LANG")]  # noqa: UP045
Tongue = Annotated[Optional[str], valued("--lang", lambda: shared.TONGUES, shared.LANG, "LANG")]  # noqa: UP045
Sinks = Annotated[Optional[list[str]], valued("--sink", complete.sinks, "Only this one of the project's sinks; again for others.", "NAME")]  # noqa: UP045
Strategy = Annotated[Optional[str], valued("--strategy", complete.strategies, "Only this strategy.", "S")]  # noqa: UP045
Template = Annotated[str, valued("--template", complete.templates, "minimal: five customers. bank: the library, on 2,000.")]
_CUSTOMER_HELP = "The customer's id, or the code of a diagnostic such as S0203; with --strategy everyone if left out."
Customer = Annotated[Optional[str], typer.Argument(autocompletion=complete.codes, help=_CUSTOMER_HELP)]  # noqa: UP045


def _version(wanted: bool) -> None:
    if wanted:
        print(f"strategy {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version, and nothing else.")] = False,
    lang: Tongue = None,
    plain: Annotated[bool, typer.Option("--plain", help=shared.PLAIN)] = False,
) -> None:
    del version
    shared.told_in(lang)
    shared.told_plainly(plain)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A project's folder, or a file in one.")] = Path(),
    format: CheckFormat = "human",  # noqa: A002 - the option's name
    deny_warnings: Annotated[bool, typer.Option("--deny-warnings", help="Take warnings for errors.")] = False,
    notes: Annotated[bool, typer.Option("--notes", help="Show each note in its place.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend in the files what can be mended with certainty, and check again.")] = False,
    data: Annotated[Optional[str], typer.Option("--data", metavar="D", help="Look at customers of that date first.")] = None,  # noqa: UP045
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing but errors and warnings.")] = False,
) -> None:
    """Say what is wrong with the strategies, all of it in one go. Ends with 1 where there are errors."""
    from strategy_engine.cli.check import Options, run

    raise typer.Exit(run(path, Options(format, deny_warnings, notes, fix, quiet, data)))


@app.command()
def fmt(
    paths: Annotated[Optional[list[Path]], typer.Argument(help="Projects, folders or files; `-` for standard input.")] = None,  # noqa: UP045
    check: Annotated[bool, typer.Option("--check", help="Change nothing; end with 1 where something would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Change nothing; show what would.")] = False,
    to: Form = None,
    lang: Keywords = None,
    stdin_name: Annotated[str, typer.Option("--stdin-name", metavar="NAME", help="What standard input is called.")] = "stdin.strategy",
    quiet: Quiet = False,
) -> None:
    """Give strategy files their one canonical layout, or convert them between spellings. What they say never changes."""
    from strategy_engine.cli.fmt import options
    from strategy_engine.cli.fmt import run as command

    raise typer.Exit(command(paths or [Path()], options(to, lang, check=check, diff=diff, quiet=quiet, name=stdin_name)))


@app.command("test")
def trial(
    path: Annotated[Path, typer.Argument(help="A project's folder, or a file in one.")] = Path(),
    format: TestFormat = "human",  # noqa: A002
    filter: Annotated[Optional[str], typer.Option("--filter", metavar="TEXT", help="Only tests whose title has this in it.")] = None,  # noqa: A002, UP045
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing where all pass.")] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Which clauses and rows no test made both true and false.")] = False,
    min_coverage: MinCoverage = None,
    jobs: Jobs = None,
) -> None:
    """Run the test blocks, through the engine of a real run and without any data. Ends with 1 where one fails."""
    from strategy_engine.cli.test import Options, run

    raise typer.Exit(run(path, Options(format, filter, quiet, coverage, min_coverage, jobs)))


@app.command()
def run(
    project: ProjectOption = Path(),
    date: Date = None,
    out: Out = None,
    format: ListFormat = "parquet",  # noqa: A002
    from_: Annotated[Optional[str], typer.Option("--from", metavar="D", help="Run several dates in order, from this one …")] = None,  # noqa: UP045
    to: Annotated[Optional[str], typer.Option("--to", metavar="D", help="… to this one.")] = None,  # noqa: UP045
    replace: Annotated[bool, typer.Option("--replace", help="Replace a date that was run before and comes out differently now.")] = False,
    batch_size: Annotated[Optional[int], typer.Option("--batch-size", min=1, help="Customers at a time; bounds the memory.")] = None,  # noqa: UP045
    no_deliver: Annotated[bool, typer.Option("--no-deliver", help="Leave the sinks to `strategy deliver`.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a day: read the data, decide who gets what, write the action lists and the ledger, both or neither; then deliver to the sinks.

    A date that was run before gives the same lists and changes nothing; where it would come out differently now, it is refused (1) unless
    --replace. With --from and --to each date is run by itself, and the first that fails ends the command. A sink that fails (3) takes
    nothing back.
    """
    from strategy_engine.cli.run import Options, backfill
    from strategy_engine.cli.run import run as command

    options = Options(out, format, batch_size, json, quiet, replace, not no_deliver)
    if from_ is not None or to is not None:
        raise typer.Exit(backfill(project, date, from_, to, options))
    raise typer.Exit(command(project, date, options))


@app.command()
def deliver(
    project: ProjectOption = Path(),
    date: Annotated[Optional[str], typer.Option("--date", metavar="D", help="A date that was run; the latest if left out.")] = None,  # noqa: UP045
    sink: Sinks = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Deliver the lists of a date that was run to the project's sinks, anew. Ends with 3 where one fails.

    Delivering twice delivers once: a sink holds of each date exactly the lists that were delivered last.
    """
    from strategy_engine.cli.deliver import run as command

    raise typer.Exit(command(project, date, sink or [], out, json, quiet))


app.command()(plan)


@app.command()
def explain(
    customer: Customer = None,
    strategy: Strategy = None,
    project: ProjectOption = Path(),
    date: Date = None,
    json: Json = False,
) -> None:
    """Say why a customer gets what, and why not, clause by clause with the values; or what a diagnostic means.

    With --strategy and no customer: where the strategy loses its customers, and for how many each clause is the only obstacle.
    """
    from strategy_engine.cli.explain import run as command

    raise typer.Exit(command(customer, strategy, project, date, json))


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where the demo bank is made.")] = Path("bank"),
    customers: Annotated[int, typer.Option("--customers", min=100, max=10_000_000)] = 100_000,
    seed: Annotated[int, typer.Option("--seed")] = 7,
    quiet: Quiet = False,
) -> None:
    """Make a believable bank, run its day, and show what came out."""
    from strategy_engine.cli.demo import run as command

    raise typer.Exit(command(directory, customers, seed, quiet))


@app.command()
def simulate(
    project: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder.")] = Path(),
    days: Annotated[int, typer.Option("--days", help="How many days the strategies run.")] = 90,
    customers: Annotated[Optional[int], typer.Option("--customers", help="As many as the bank has that is there.")] = None,  # noqa: UP045
    seed: Annotated[Optional[int], typer.Option("--seed", help="The same seed gives the same bank.")] = None,  # noqa: UP045
    until: Annotated[Optional[str], typer.Option("--until", metavar="D", help="The last day.")] = None,  # noqa: UP045
    replace: Annotated[bool, typer.Option("--replace", help="Begin anew where strategies were run before.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Let the strategies run over a made-up bank whose customers respond, day by day; the truth is known."""
    allocator.keep_memory()
    from strategy_engine.cli.simulate import Options, run

    raise typer.Exit(run(project, Options(days, customers, seed, until, replace, json, quiet)))


@app.command()
def review(
    project: ProjectOption = Path(),
    first: Annotated[Optional[str], typer.Option("--from", metavar="D", help="The first day of the listings; the first of all.")] = None,  # noqa: UP045
    last: Annotated[Optional[str], typer.Option("--to", metavar="D", help="The last day of the listings; then nothing is paused.")] = None,  # noqa: UP045
    as_of: Annotated[Optional[str], typer.Option("--as-of", metavar="D", help="By what was known on that day; the latest.")] = None,  # noqa: UP045
    html: Annotated[Optional[Path], typer.Option("--html", metavar="FILE", help="Write a page with charts.")] = None,  # noqa: UP045
    tables: Annotated[Optional[Path], typer.Option("--tables", metavar="DIR", help="Write all figures as Parquet files.")] = None,  # noqa: UP045
    pause: Annotated[bool, typer.Option("--pause/--no-pause", help="Pause strategies that miss a target with `else pause`.")] = True,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what worked, for whom, at what price, and how sure that is."""
    from strategy_engine.cli.review import Options, run

    raise typer.Exit(run(project, Options(first, last, as_of, html, tables, pause, json, quiet)))


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")] = Path(),
    template: Template = "minimal",
    quiet: Quiet = False,
) -> None:
    """Make a project that runs, with tests and a CI workflow."""
    from strategy_engine.cli.init import run as command

    raise typer.Exit(command(directory, template, quiet))


@schema.command("infer")
def infer(
    files: Annotated[list[Path], typer.Argument(help="Parquet, CSV or Arrow files.")],
    kind: Annotated[Optional[str], typer.Option("--kind", help="snapshot, reference, events, items, links, series or list.")] = None,  # noqa: UP045
) -> None:
    """Write the declaration of tables from their files."""
    from strategy_engine.cli.schema import infer as command

    raise typer.Exit(command(files, kind))


@ledger.command("status")
def ledger_status(project: ProjectOption = Path(), json: Json = False) -> None:
    """Say which days were run, how large it is, who holds it, and what is missing."""
    from strategy_engine.cli.ledger import status as command

    raise typer.Exit(command(project, json))


@ledger.command("history")
def ledger_history(
    customer: Annotated[str, typer.Argument(help="The customer's id.")], project: ProjectOption = Path(), json: Json = False
) -> None:
    """Say what was listed to a customer."""
    from strategy_engine.cli.ledger import history as command

    raise typer.Exit(command(customer, project, json))


@ledger.command("compact")
def ledger_compact(project: ProjectOption = Path(), quiet: Quiet = False) -> None:
    """Merge small files, shorten logs, and remove what has not been needed for a week."""
    from strategy_engine.cli.ledger import compact as command

    raise typer.Exit(command(project, quiet))


@ledger.command("verify")
def ledger_verify(project: ProjectOption = Path(), out: Out = None, json: Json = False, quiet: Quiet = False) -> None:
    """Say where the ledger and the lists on disk disagree. Ends with 3 where they do."""
    from strategy_engine.cli.ledger import verify as command

    raise typer.Exit(command(project, out, json, quiet))


@ledger.command("resume")
def ledger_resume(
    strategy: Annotated[str, typer.Argument(autocompletion=complete.strategies, help="One that a review has paused.")],
    project: ProjectOption = Path(),
    quiet: Quiet = False,
) -> None:
    """Let a strategy go on that a review has paused."""
    from strategy_engine.cli.ledger import resume as command

    raise typer.Exit(command(strategy, project, quiet))


@ledger.command("import")
def ledger_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, Parquet or JSON lines, a row an action.")],
    project: ProjectOption = Path(),
    source: Annotated[Optional[str], typer.Option("--source", metavar="NAME", help="Replaces what it gave before.")] = None,  # noqa: UP045
    quiet: Quiet = False,
) -> None:
    """Take in what another system has listed, so that it can be reviewed."""
    from strategy_engine.cli.ledger import take_in as command

    raise typer.Exit(command(file, project, source, quiet))


@ledger.command("forget")
def ledger_forget(
    customer: Annotated[str, typer.Argument(help="The customer's id.")],
    project: ProjectOption = Path(),
    out: Out = None,
    readmit: Annotated[bool, typer.Option("--readmit", help="Take up again a customer who was forgotten.")] = False,
    quiet: Quiet = False,
) -> None:
    """Remove a customer from the ledger and from the lists on disk, for good, and leave the customer out of every run from now on."""
    from strategy_engine.cli.ledger import forget as command

    raise typer.Exit(command(customer, project, out, readmit, quiet))


@app.command()
def docs(
    project: Annotated[Path, typer.Argument(help="A project's folder; or `functions` or `diagnostics`.")] = Path(),
    out: Annotated[Optional[Path], typer.Option("--out", metavar="DIR", help="Of the site; `site` in the project if left out.")] = None,  # noqa: UP045
    lang: Sentences = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing where all is well.")] = False,
) -> None:
    """Write a site to browse: every declaration with its meaning, its dependencies, its owner and its tests. Needs no server.

    `strategy docs functions` and `strategy docs diagnostics` print these pages of the language as Markdown instead (a project in a folder
    of that name is `./functions`).
    """
    from strategy_engine.cli.docs import site

    raise typer.Exit(site(project, out, lang, quiet))


@app.command()
def lsp(
    stdio: Annotated[bool, typer.Option("--stdio", help="What it does anyway; editors pass it out of habit.")] = True,
) -> None:
    """Serve an editor: the language server, on standard input and output."""
    del stdio
    from strategy_engine.cli.lsp import run

    raise typer.Exit(run())


# the names are fixed; what a later version brings says so instead of doing half of it
_LATER = ("serve",)


def _later(name: str) -> None:
    @app.command(name, hidden=True, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
    def command() -> None:
        from strategy_engine.cli.console import fail

        fail(f"`strategy {name}` is not part of version {__version__}")


for _name in _LATER:
    _later(_name)
app.command()(diff)


def main() -> None:
    """The program's entry: no traceback for what a user did, whatever it was."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what an old encoding cannot say becomes a question mark
            stream.reconfigure(errors="replace")
    if sys.argv[1:2] == ["check"]:  # it reads, tells and ends: looking for garbage among its trees took a tenth of its time
        gc.disable()
    atexit.register(gc.freeze)  # what is left at the end goes with the process, and need not be searched once more
    try:
        sys.exit(app(prog_name="strategy", standalone_mode=False))
    except typer.TyperException as error:
        from strategy_engine.cli.usage import tell

        sys.exit(tell(error))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except (BrokenPipeError, SystemExit) as ended:
        if isinstance(ended, SystemExit) and not isinstance(ended.__context__, BrokenPipeError):
            raise
        sys.stderr.close()
        sys.exit(141)


if __name__ == "__main__":
    main()
