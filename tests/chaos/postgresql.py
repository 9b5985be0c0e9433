"""A server of PostgreSQL that belongs to one test, which may crash it."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

import pytest


class Postgresql:
    """It runs from `with` to its end, but for the time between `crash` and `start`."""

    def __init__(self) -> None:
        tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not tools:
            pytest.skip("PostgreSQL's server is missing: apt-get install postgresql")
        self._tools, self._folder = tools[-1], Path(tempfile.mkdtemp(prefix="inviolable-crash-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"postgresql://inviolable@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Self:
        if os.getuid() == 0:  # The server refuses to run as root.
            shutil.chown(self._folder, "postgres")
        self._tool("initdb", "-U", "inviolable", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.crash()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Until it takes connections; what a crash left is recovered."""
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._tool("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def crash(self) -> None:
        """Every process of it ends at once and writes nothing more."""
        self._tool("pg_ctl", "-w", "-m", "immediate", "stop")

    def _tool(self, name: str, *arguments: str) -> None:
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
        command = [*as_postgres, self._tools / name, "-D", self._folder / "data", *arguments]
        subprocess.run(command, check=True, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
