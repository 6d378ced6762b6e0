"""A version by name: a folder as it is, or a revision of a repository that is made here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from strategy_engine.diagnostics.model import RefusedError
from strategy_engine.session.revisions import folder_of

PROJECT = "project: one\ncurrency: CNY\nlanguage: en\ntables: {}\n"


def git(place: Path, *words: str) -> None:
    known = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *known, *words], cwd=place, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project below the root of a repository: first without its strategies, then with them, changed since."""
    root = tmp_path / "repository"
    place = root / "bank" / "cards"
    place.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    (root / "shared.strategy").write_text("one")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    (place / "strategy.yaml").write_text(PROJECT)
    (place / "客群.strategy").write_text("two")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    git(root, "tag", "v2")
    (place / "客群.strategy").write_text("three")
    (root / "shared.strategy").unlink()
    return root


def refused(version: str, project: Path) -> tuple[str, int]:
    with pytest.raises(RefusedError) as error, folder_of(version, project):
        pass
    return error.value.diagnostic.code, error.value.exit_code


@pytest.mark.parametrize("version", ["HEAD", "main", "v2", "HEAD^0"])
def test_a_revision_is_read_as_git_keeps_it(repository: Path, version: str) -> None:
    project = repository / "bank" / "cards"
    with folder_of(version, project) as folder:
        assert folder != project
        assert (folder / "客群.strategy").read_text() == "two"
        assert (folder / ".." / ".." / "shared.strategy").read_text() == "one"
    assert not folder.exists()
    assert (project / "客群.strategy").read_text() == "three"


def test_a_folder_is_itself(repository: Path) -> None:
    project = repository / "bank" / "cards"
    with folder_of(str(project), Path()) as folder:
        assert folder == project
    assert project.exists()


def test_a_folder_comes_before_a_branch_of_its_name(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "branch", "bank")
    monkeypatch.chdir(repository)
    with folder_of("bank", repository / "bank" / "cards") as folder:
        assert folder == Path("bank")
    with folder_of("heads/bank", repository / "bank" / "cards") as folder:
        assert (folder / "客群.strategy").read_text() == "two"


def test_a_link_out_of_the_repository_is_left_out(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not for you")
    project = repository / "bank" / "cards"
    (project / "out").symlink_to(tmp_path / "secret")
    (project / "in").symlink_to("客群.strategy")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "links")
    with folder_of("HEAD", project) as folder:
        assert not (folder / "out").exists()
        assert not (folder / "out").is_symlink()
        assert (folder / "in").read_text() == "three"


def test_what_is_not_there(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = repository / "bank" / "cards"
    assert refused("mian", project) == ("S0342", 2)
    assert refused("--upload-pack=touch", project) == ("S0342", 2)
    assert refused("HEAD~1", project) == ("S0343", 2)
    alone = tmp_path / "alone"
    alone.mkdir()
    assert refused("HEAD", alone) == ("S0341", 2)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert refused("HEAD", project) == ("S0340", 2)


def test_a_repository_without_commits_has_no_revisions(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert refused("HEAD", tmp_path) == ("S0342", 2)
