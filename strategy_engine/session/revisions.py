"""A version of a project, by name: a folder, or a revision that git keeps, read into a folder of its own for as long as it is looked at."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strategy_engine.diagnostics.model import Diagnostic, RefusedError, diagnostic
from strategy_engine.source.discovery import project_folder


@diagnostic
class NoGit(Diagnostic):
    """A revision was asked for, and the program git is not there

    What is no folder is taken for a revision: a commit, a branch or a tag. Revisions are read by the program git, which must be installed
    and found on the PATH.

    Example: `strategy diff main` on a machine without git.

    Instead: install git, or compare two folders: `strategy diff old/ new/`
    """

    code = "S0340"
    exit_code = 2
    revision: str

    @property
    def message(self) -> str:
        return f"`{self.revision}` is no folder, and revisions cannot be read: the program `git` is not installed"

    @property
    def help(self) -> str | None:
        return "install git, or name a folder"


@diagnostic
class NoRepository(Diagnostic):
    """A revision was asked for of a project that git does not keep

    Revisions are those of the git repository that the project's folder lies in.

    Example: `strategy diff main --project /tmp/copy`

    Instead: the folder in the repository, or two folders: `strategy diff old/ new/`
    """

    code = "S0341"
    exit_code = 2
    revision: str
    folder: str
    reason: str

    @property
    def message(self) -> str:
        return f"`{self.revision}` is no folder, and the folder `{self.folder}` has no revisions: {self.reason}"

    @property
    def help(self) -> str | None:
        return "name a folder, or a project in a git repository with `--project`"


@diagnostic
class NoRevision(Diagnostic):
    """What was named is neither a folder nor a revision

    A version is the name of a folder that exists, or whatever git takes for a commit: `HEAD~1`, a branch, a tag, a hash.

    Example: `strategy diff mian`

    Instead: `strategy diff main`
    """

    code = "S0342"
    exit_code = 2
    revision: str

    @property
    def message(self) -> str:
        return f"`{self.revision}` is neither a folder nor a revision of this repository"

    @property
    def help(self) -> str | None:
        return "`git branch --all` and `git tag` list what there is; in CI, fetch the whole history"


@diagnostic
class NotInRevision(Diagnostic):
    """The project was not there in that revision

    The project's folder is looked for at the same place in the revision.

    Example: `strategy diff v1`, where the project has been added since, or moved.

    Instead: a later revision, or `git worktree add ../old v1` and `strategy diff ../old/PLACE .`
    """

    code = "S0343"
    exit_code = 2
    revision: str
    folder: str

    @property
    def message(self) -> str:
        return f"revision `{self.revision}` has no folder `{self.folder}`"

    @property
    def help(self) -> str | None:
        return "name a later revision, or a folder that holds the project as it was"


@contextmanager
def folder_of(version: str, project: Path) -> Iterator[Path]:
    """The folder that holds a version of a project: of a folder, the project's that it lies in; of a revision of the repository that
    `project` lies in, one that holds what git keeps of it, gone afterwards. A folder that exists comes before a revision of that name.

    All of the repository is read, since a project may import from beside it; what git does not keep (data, the ledger) is not there.
    Raises RefusedError (2) where there is no such version.
    """
    if version.strip() and Path(version).exists():  # an empty name is what a variable of CI gives that is not set
        yield project_folder(Path(version))
        return
    place = project_folder(project)
    git = shutil.which("git")
    if git is None:
        raise RefusedError(NoGit(None, version))
    commit, prefix = _commit(git, version, place)
    with tempfile.TemporaryDirectory(prefix="strategy-") as made:
        _read(git, version, commit, place, Path(made))
        folder = Path(made, prefix)
        if not folder.is_dir():
            raise RefusedError(NotInRevision(None, version, prefix.rstrip("/")))
        yield folder


def _commit(git: str, revision: str, place: Path) -> tuple[str, str]:
    """The commit that a revision names, and the project's place below the repository's root."""
    asked = _git(git, place, "rev-parse", "--show-prefix")
    if asked.returncode:
        raise RefusedError(NoRepository(None, revision, str(place), _reason(asked)))
    found = _git(git, place, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        raise RefusedError(NoRevision(None, revision))
    return found.stdout.decode().strip(), os.fsdecode(asked.stdout).rstrip("\n")


def _read(git: str, revision: str, commit: str, place: Path, into: Path) -> None:
    """Write the files of a commit below a folder."""
    root = os.fsdecode(_git(git, place, "rev-parse", "--show-toplevel").stdout).rstrip("\n")
    packed = _git(git, Path(root), "archive", "--format=tar", commit)
    if packed.returncode:
        raise RefusedError(NoRepository(None, revision, str(place), _reason(packed)))
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(into, filter=_inside)  # noqa: S202 - by the filter


def _inside(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """A repository may come from anywhere: no file and no link of it leads out of the folder."""
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        return None


def _git(git: str, place: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    plain = {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run([git, "-C", str(place), *words], capture_output=True, check=False, env=plain)  # noqa: S603 - git itself, no shell


def _reason(failed: subprocess.CompletedProcess[bytes]) -> str:
    """What git says, in its own words."""
    lines = failed.stderr.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "git gives no reason"
