"""Recording: from captured to receipt, what sealing takes in a browser, and how many posts one server takes in."""

import json
import os
import queue
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY
from uuid import uuid4

from benchmarks.alarm import centiles, process
from benchmarks.parts import Result
from benchmarks.record import home
from benchmarks.replay import TRIES, replay_start
from benchmarks.report import wrapped
from benchmarks.tablet import FLAGS, INVIOLABLE, Tablet, found_posts

#: Bytes of a segment: sound, a small picture, a large one of two seconds at 1 Mbit/s and at 1.5, and at 4.
SIZES, EACH = (6_000, 25_000, 250_000, 375_000, 1_000_000), 100
POSTS, SLICES, SLICE, SECONDS = 8, 50, 250_000, 2
ROOT = Path(__file__).parent.parent
ALLOWED = 1.5
#: Seals so many bytes so often in a page; seconds.
SEAL = """async ([to, size, times]) => {
    const plain = new Uint8Array(size);
    const begin = performance.now();
    for (let time = 0; time < times; time++) await seal(plain, to);
    return (performance.now() - begin) / 1000;
}"""


class Films(Tablet):
    """A tablet with an alarm at its post that films: each segment as docs/recording.md says."""

    def __init__(self, line: HTTPConnection, number: int) -> None:
        super().__init__(line, number)
        self._statements = 0
        self._prev = ""
        self._film = self.say(line, "beat", film="")["film"]
        self.say(line, "press", id=str(uuid4()), danger="attempted_entry")

    def body(self, plain: bytes) -> bytes:
        """What is sent of a segment: sealed and signed."""
        import pyrage

        from inviolable.ledger import canonical
        from inviolable.ledger.moments import written

        sealed = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(self._film["recipient"])])
        beacon = self._film["beacon"]
        said = {
            "beacon": sha256(beacon.split("\n")[0].encode()).hexdigest(), "boot": "b", "layer": "full", "length": 2000,
            "media": "video/webm", "mono": 2000 * self._statements, "number": self._statements,
            "recording": self._film["recording"], "sealed_bytes": len(sealed),
            "sealed_sha256": sha256(sealed).hexdigest(), "slice": self._statements, "wall": written(datetime.now(UTC)),
        }  # fmt: skip
        if self._prev:
            said["prev"] = self._prev
        statement = canonical.encode(said)
        self._statements, self._prev = self._statements + 1, sha256(statement).hexdigest()
        told = {"beacon": beacon, "signature": self.sign(statement), "statement": statement.decode()}
        return json.dumps(told).encode() + b"\n" + sealed


def processor_seconds(server: int) -> float:
    """What a process has used so far."""
    told = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def connected(port: int) -> HTTPConnection:
    line = HTTPConnection("127.0.0.1", port)
    line.connect()
    line.sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return line


def send(line: HTTPConnection, body: bytes, path: str = "/door/segment") -> None:
    line.request("POST", path, body, {"Content-Type": "application/octet-stream", "Host": "localhost"})
    answer = line.getresponse()
    told = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {told[:200]!r}")


@contextmanager
def headquarters() -> Iterator[tuple[int, int]]:
    """The port and the process of a server to whose two keys everything is sealed."""
    import pyrage

    with home():
        from inviolable.ledger import actions

        found_posts()
        for name in ("duty", "recovery"):
            recipient = str(pyrage.x25519.Identity.generate().to_public())
            actions.add_recipient(recipient, name, actor=actions.SYSTEM, now=datetime.now(UTC))
        with process(INVIOLABLE, "run", "--port", "0") as running:
            assert running.stdout
            yield int(running.stdout.readline().rpartition(":")[2]), running.pid


def receipts() -> Result:
    """Milliseconds from a segment in plain to the receipt for it: sealed, signed, sent, kept on disk and recorded."""
    found = {}
    with headquarters() as (port, _server):
        films = Films(connected(port), 0)
        line = connected(port)
        send(line, films.body(b"the first"))
        for size in SIZES:
            plain, taken = os.urandom(size), []
            for _ in range(EACH):
                begin = time.perf_counter()
                send(line, films.body(plain))
                taken.append((time.perf_counter() - begin) * 1000)
            found[str(size)] = centiles(taken)
    return {"sizes": found}


def posts() -> Result:
    """Segments of two seconds at 1 Mbit/s from eight posts at once, as fast as they are taken; beside a bare PUT."""
    with headquarters() as (port, server):
        all_of_them = [Films(connected(port), number) for number in range(POSTS)]
        bodies = [[one.body(os.urandom(SLICE)) for _ in range(SLICES)] for one in all_of_them]
        for mine in bodies:
            send(connected(port), mine[0])
        before = processor_seconds(server)
        ours = at_once(port, [mine[1:] for mine in bodies])
        used = processor_seconds(server) - before
    with bare() as port:
        theirs = at_once(port, [mine[1:] for mine in bodies])
    count = POSTS * (SLICES - 1)
    return {
        "ours": ours,
        "bare": theirs,
        "ratio": ours / theirs,
        "rate": count / ours,
        "posts": int(count * SECONDS / ours),
        "busy": used / ours,
        "each_ms": used / count * 1000,
    }


def at_once(port: int, bodies: list[list[bytes]]) -> float:
    """Seconds until all of them were taken, a line for each post."""
    faults: queue.Queue[Exception] = queue.Queue()

    def carry(mine: list[bytes]) -> None:
        try:
            line = connected(port)
            for body in mine:
                send(line, body)
        except Exception as fault:
            faults.put(fault)

    threads = [threading.Thread(target=carry, args=(mine,)) for mine in bodies]
    begin = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if not faults.empty():
        raise faults.get()
    return time.perf_counter() - begin


@contextmanager
def bare() -> Iterator[int]:
    """A server that keeps what it is sent in the same store, durably, and does nothing else."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT) as folder:
        code = f"from benchmarks.recording import keep; keep({folder!r})"
        with process(sys.executable, "-c", code) as running:
            assert running.stdout
            yield int(running.stdout.readline())


def keep(folder: str) -> None:
    """What `bare` runs: the same web server and the same bridge, in front of the store alone."""
    import socket

    import uvicorn

    from inviolable.ledger.store import open_store
    from inviolable.web.bridge import Bridge

    store = open_store(Path(folder) / "objects")

    def put(environ, start):
        name = str(uuid4())
        with store.write(f"{name[:2]}/{name}.age") as sink:
            sink.write(environ["wsgi.input"].read())
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"kept"]

    ear = socket.create_server(("127.0.0.1", 0))
    ear.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)  # As web/server.py.
    print(ear.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(Bridge(put), log_level="error")).run(sockets=[ear])


def sealing() -> Result:
    """Megabytes a second that one thread of the browser seals, in segments; and `age` on the command line."""
    import pyrage
    from playwright.sync_api import sync_playwright

    to, size, times = str(pyrage.x25519.Identity.generate().to_public()), 375_000, 80
    with tempfile.TemporaryDirectory(dir=ROOT / "door-ui", prefix=".bench-") as folder:
        source, bundle = Path(folder) / "seal.js", Path(folder) / "bundle.js"
        source.write_text(
            'import { Encrypter } from "age-encryption";\n'
            "globalThis.seal = (plain, to) => { const e = new Encrypter(); e.addRecipient(to);"
            " return e.encrypt(plain); };"
        )
        command = ["npx", "esbuild", source, "--bundle", "--minify", "--format=iife", f"--outfile={bundle}"]
        subprocess.run(command, cwd=ROOT / "door-ui", check=True, capture_output=True)
        with headquarters() as (port, _server), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_context(bypass_csp=True).new_page()
            page.goto(f"http://localhost:{port}/door/")
            page.add_script_tag(content=bundle.read_text())
            page.evaluate(SEAL, [to, size, 5])
            seconds = min(page.evaluate(SEAL, [to, size, times]) for _ in range(3))
            browser.close()
        clip = Path(folder) / "clip"
        clip.write_bytes(os.urandom(256_000_000))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["age", "-r", to, "-o", "/dev/null", clip], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"browser": size * times / seconds / 1e6, "age": 256 / used, "segment": seconds / times * 1000}


RECORDING_PARTS: dict[str, Callable[[], Result]] = {
    "recording_receipts": receipts,
    "recording_posts": posts,
    "recording_sealing": sealing,
    "recording_replay": replay_start,
}


def recording_report(found: dict[str, Result], when: str, commit: str, machine: str) -> list[str]:
    """The page on recording, as Markdown."""
    return [
        "# Measured: recording",
        "",
        wrapped(f"Made by `make bench` on {when} at {commit}: {machine}. Never edited by hand."),
        "",
        *to_the_receipt(found["recording_receipts"]["sizes"]),
        *taken_in(found["recording_posts"]),
        *sealed(found["recording_sealing"]),
        *replayed(found["recording_replay"]["rows"]),
    ]


def to_the_receipt(sizes: dict[str, Result]) -> list[str]:
    return [
        "## From a segment to its receipt",
        "",
        wrapped(
            f"""From a segment in plain to headquarters' receipt for it: sealed, signed, sent, on the disk, recorded and
            committed. One line, {EACH} of each size, in milliseconds:"""
        ),
        "",
        "| bytes of a segment | median | slowest of a hundred | slowest |",
        "|--:|--:|--:|--:|",
        *(
            f"| {int(size):,} | {one['p50']:,.1f} | {one['p99']:,.1f} | {one['most']:,.1f} |"
            for size, one in sizes.items()
        ),
        "",
    ]


def taken_in(taken: Result) -> list[str]:
    rate, posts, ratio = f"{taken['rate']:,.0f}", f"{taken['posts']:,}", f"{taken['ratio']:,.2f}"
    return [
        "## How many posts one server takes in",
        "",
        wrapped(
            f"""Segments of {SLICE:,} bytes (two seconds at 1 Mbit/s) from {POSTS} posts at once, as fast as they are
            taken: {rate} a second, which is {posts} posts. A bare PUT of the same bytes to the same store through the
            same web server takes {taken["bare"]:,.2f} s where ours takes {taken["ours"]:,.2f}: **{ratio} times** (goal:
            {ALLOWED}). What limits it: the server uses {taken["each_ms"]:,.1f} ms of a processor for each segment
            ({taken["busy"]:.0%} of one while it takes them in), and SQLite lets one thread write at a time."""
        ),
        "",
    ]


def sealed(seals: Result) -> list[str]:
    share, more = 1.65e6 / 8 / (seals["browser"] * 1e6), seals["age"] / seals["browser"]
    return [
        "## Sealing",
        "",
        wrapped(
            f"""Sealing in the browser, one thread, segments of 375,000 bytes: {seals["browser"]:,.0f} MB a second,
            {seals["segment"]:,.1f} ms each; `age` on the command line, for each second of a processor:
            {seals["age"]:,.0f} MB, {more:,.1f} times as many. All layers of a recording at 1.65 Mbit/s take {share:.1%}
            of a processor for that."""
        ),
        "",
    ]


def replayed(rows: list[Result]) -> list[str]:
    return [
        "## Replay",
        "",
        wrapped(
            f"""From the choice of an identity at headquarters until the first picture, in Chromium, {TRIES} times, in
            milliseconds:"""
        ),
        "",
        "| slices of two seconds | median | longest |",
        "|--:|--:|--:|",
        *(f"| {row['slices']:,} | {row['median_ms']:,} | {row['longest_ms']:,} |" for row in rows),
        "",
    ]
