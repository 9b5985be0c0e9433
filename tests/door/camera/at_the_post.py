"""A real server, a real camera process with ffmpeg, and what headquarters has of it, opened by the `age` tool alone."""

import json
import os
import queue
import re
import signal
import socket
import socketserver
import sqlite3
import subprocess
import threading
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.server import COMMAND, Server, environment, inviolable

POST = "minneapolis"
APPROVE = """
import sys
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from inviolable.door.actions import approve
head = {"role": "head_of_post", "id": "user-1"}
approve(sys.argv[1], "minneapolis", sys.argv[2], person="minneapolis-head", actor=head, now=datetime.now(UTC))
"""
STAND_DOWN = """
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from inviolable.alarm.actions import stand_down
from inviolable.alarm.models import Alarm
for alarm in Alarm.objects.filter(ended=None):
    stand_down(alarm.id, "they left", actor={"role": "duty_officer", "id": "user-2"}, now=datetime.now(UTC))
"""


class Post:
    """The post in the example, as its server knows it."""

    def __init__(self, server: Server) -> None:
        self.server, self.home = server, server.home

    def python(self, lines: str, *argv: str) -> str:
        """Some lines on the server's home, in a process of their own."""
        argv = [COMMAND.with_name("python"), "-c", lines, *argv]
        done = subprocess.run(argv, env=environment(self.home, {}), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def enrol(self, home: Path, name: str, server: str = "") -> None:
        """A new camera, which the head of post approves."""
        argv = [COMMAND, "camera", "enrol", server or self.server.url, "--home", home]
        asking = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        code = re.search(r"Code: (\S+)", asking.stdout.readline()).group(1)
        self.python(APPROVE, code, name)
        said, errors = asking.communicate(timeout=60)
        assert asking.returncode == 0, errors
        assert "Enrolled at" in said

    def alarm(self) -> None:
        """Somebody at the post raises one."""
        done = inviolable("alarm", "raise", POST, "attempted_entry", home=self.home)
        assert done.returncode == 0, done.stderr

    def stand_down(self) -> None:
        """Every alarm at the post is over."""
        self.python(STAND_DOWN)

    def entries(self, kind: str) -> list[dict]:
        """What is recorded of a kind, in its order."""
        with sqlite3.connect(self.home / "inviolable.sqlite3") as base:
            rows = base.execute("SELECT line FROM ledger_entry WHERE kind = ? ORDER BY id", [kind]).fetchall()
        return [json.loads(line) for (line,) in rows]

    def received(self, recording: str = "") -> list[dict]:
        """Statements of what was received, by number."""
        found = [json.loads(one["body"]["statement"]) for one in self.entries("segment.received")]
        return sorted((one for one in found if recording in one["recording"]), key=lambda one: one["number"])

    def opened(self, to: Path, recording: str = "") -> dict[str, list[tuple[dict, Path]]]:
        """What headquarters has, opened: by layer, in the order of slices, (statement, file)."""
        identity = self.home / "example-keys/duty-officer.txt"
        found = defaultdict(list)
        for body in (one["body"] for one in self.entries("segment.received")):
            said = json.loads(body["statement"])
            if recording not in said["recording"]:
                continue
            key, path = to / f"{said['recording']}.txt", to / f"{said['recording']}-{said['number']}.mp4"
            if not key.exists():
                _age(identity, self.home / f"keys/subjects/{said['recording']}.age", key)
            if not path.exists():
                _age(key, self.home / f"objects/{body['segment'][:2]}/{body['segment']}.age", path)
            found[said["layer"]].append((said, path))
        return {layer: sorted(all_of, key=lambda one: one[0]["slice"]) for layer, all_of in found.items()}


class Camera:
    """`inviolable camera run` in a process group of its own, with a folder of its own for what is temporary."""

    def __init__(self, home: Path, source: str = "test", *more: str) -> None:
        self.home, self._argv = home, [COMMAND, "camera", "run", source, "--home", home, *more]
        self.temporary = home.with_name(f"{home.name}-temporary")
        self.temporary.mkdir(exist_ok=True)
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()

    def __enter__(self) -> Self:
        env = environment(self.home, {"TMPDIR": str(self.temporary)})
        self.process = subprocess.Popen(
            self._argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_about: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self._reader.join(20)

    def _read(self) -> None:
        with self.process.stderr as said:
            for line in said:
                self._lines.put(line.rstrip())
        self._lines.put(None)

    def until(self, words: str, patience: float = 60) -> str:
        """Wait until it says so."""
        while (line := self._lines.get(timeout=patience)) is not None:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"it ended before it said {words!r}: {self.said}")

    def kill(self) -> None:
        """SIGKILL to all of it, as if the power were gone."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


class Relay(socketserver.ThreadingTCPServer):
    """Stands between a camera and its server, wherever that is. broken: every connection that it was used for."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Between)
        self.port, self.used = port, []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *about: object) -> None:
        self.shutdown()
        self.cut()
        super().__exit__(*about)

    def cut(self) -> None:
        """Whatever is on its way now does not arrive: both sides get a reset."""
        while self.used:
            with suppress(OSError):
                self.used.pop().shutdown(socket.SHUT_RDWR)


class _Between(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server.port), 5) as other:
            self.server.used += [self.request, other]
            back = threading.Thread(target=_pass_on, args=(other, self.request), daemon=True)
            back.start()
            _pass_on(self.request, other)
            back.join()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for side in (one, other):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)


def _age(identity: Path, sealed: Path, to: Path) -> None:
    subprocess.run(["age", "-d", "-i", identity, "-o", to, sealed], check=True)


def judged(path: Path) -> dict[str, dict]:
    """What ffprobe finds in a file that it decodes to the last frame: a stream's kind -> codec, frames."""
    argv = ["ffprobe", "-v", "error", "-count_frames", "-of", "json"]
    argv += ["-show_entries", "stream=codec_type,codec_name,nb_read_frames", path]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr, done.stderr
    return {one["codec_type"]: one for one in json.loads(done.stdout)["streams"]}
