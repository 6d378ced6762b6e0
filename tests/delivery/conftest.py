"""A PostgreSQL server and an object store of the tests' own, and a bank whose lists are delivered."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

BINARIES = Path("/usr/lib/postgresql")
ABSENT = "needs PostgreSQL's server: `tests/install_components.sh` installs Debian's package `postgresql`"


def binaries() -> Path | None:
    """The folder of the newest server's programs."""
    found = sorted(BINARIES.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


def absent(why: str) -> None:
    """Skip; on a machine that is there to run everything, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{why} (and CI is set, so nothing is skipped)")
    pytest.skip(why)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a fresh server's database, reached by a socket in a folder of its own; it ends with the tests."""
    programs = binaries()
    if programs is None:
        absent(ABSENT)
    assert programs is not None
    import pwd  # not on Windows

    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path is short
    user = pwd.getpwuid(os.geteuid()).pw_name
    before: list[str] = []
    if os.geteuid() == 0:  # which the server refuses to run as
        user = "nobody"
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        before = ["setpriv", "--reuid", user, "--clear-groups"]
    data = folder / "data"

    def program(name: str, *arguments: str) -> None:
        done = subprocess.run([*before, programs / name, *arguments], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"{name}: {done.stdout}{done.stderr}")

    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    try:
        program("initdb", "-D", str(data), "-U", "bank", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        program("pg_ctl", "-D", str(data), "-w", "-o", settings, "-l", str(folder / "log"), "start")
        yield f"postgresql://bank@/postgres?host={folder}"
    finally:
        subprocess.run([*before, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], cwd=folder, capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def store() -> Iterator[dict[str, str]]:
    """An object store that speaks S3, with the bucket `bank`: the environment in which it is found."""
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    urllib.request.urlopen(urllib.request.Request(f"{address}/bank", method="PUT")).close()  # noqa: S310 - our own
    yield {**keys, "AWS_ENDPOINT_URL": address, "AWS_ALLOW_HTTP": "true"}
    running.stop()
