"""A PostgreSQL server of our own for tests: in a temporary folder, on a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "no PostgreSQL is installed here (apt-get install postgresql), or its driver isn't"


def find_binaries() -> Path | None:
    """Return the folder that holds initdb and pg_ctl, or None."""
    folders = []
    if shutil.which("pg_config"):
        found = subprocess.run(
            ["pg_config", "--bindir"], check=True, capture_output=True, text=True
        )
        folders.append(Path(found.stdout.strip()))
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


class Server:
    """A running server. `url(name)` is a database's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"postgresql://newsdesk@/{name}?host={quote(str(self.folder), safe='')}"

    def execute(self, statement: str) -> None:
        """Run a statement that needs no transaction, as CREATE DATABASE does."""
        import psycopg

        target = {"host": str(self.folder), "user": "newsdesk", "dbname": "postgres"}
        with psycopg.connect(**target, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def server(binaries: Path) -> Iterator[Server]:
    """Run a server until the end of the block."""
    # A socket's path has to be short, so not below pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="newsdesk-pg-"))
    data = folder / "data"
    data.mkdir()
    user = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        for path in (folder, data):
            os.chown(path, account.pw_uid, account.pw_gid)
        user = ["runuser", "-u", "postgres", "--"]

    def call(*command: str) -> None:
        subprocess.run([*user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    try:
        trust = ["-U", "newsdesk", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"]
        call(str(binaries / "initdb"), "-D", str(data), *trust)
        log = str(folder / "log")
        call(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", log, "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            call(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)
