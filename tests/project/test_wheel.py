"""The wheel holds all that it needs: in an empty environment it makes and runs the demo bank, and makes each template."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(folder.glob("*.whl"))


def test_the_wheel_is_small_and_has_the_schemas(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.rpartition("/")[2] for name in names if "/_shipped/grammar/" in name}
    assert shipped == {"strategy.lark", "project.schema.json", "strategies.schema.json"}
    assert sum("/_shipped/strategies/starter/" in name for name in names) == 4
    assert wheel.stat().st_size < 1_250_000


@pytest.mark.long
def test_installed_from_the_wheel_the_demo_runs(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    program = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    install = [program / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for arguments in (["demo", "bank", "--customers", "2000"], ["init", "mine"], ["init", "ours", "--template", "bank"], ["test", "ours"]):
        done = subprocess.run([program / "strategy", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert list((tmp_path / "bank" / "out").glob("*/actions.parquet"))
    assert list((tmp_path / "bank" / "out").glob("*/channels/*"))
    done = subprocess.run([program / "strategy", "docs", "bank"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert (tmp_path / "bank" / "site" / "assets" / "style.css").is_file()
