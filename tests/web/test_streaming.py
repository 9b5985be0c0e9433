"""Large files on their way in: the real server over real sockets, and the bridge alone where a limit is to be small."""

import asyncio
import hashlib
import http.client
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pyrage
import pytest
from tests.server import Server, environment, example
from tests.web.test_bridge import in_its_own_loop, scope

from inviolable.posts.roles import Role
from inviolable.web.bridge import Bridge
from inviolable.web.headers import HEADERS
from inviolable.web.streaming import ClientGone, Stopping

pytestmark = pytest.mark.long

EDGE = "edge-of-a-part"
CANARY = b"the canary in the film "
MEGABYTE = 2**20
SITE = {"DJANGO_SETTINGS_MODULE": "tests.web.upload_settings", "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """The product with one more page, and with a folder for temporary files of its own."""
    place = tmp_path_factory.mktemp("upload")
    (place / "tmp").mkdir()
    with Server(example(place / "var"), TMPDIR=str(place / "tmp"), **SITE) as server:
        yield server


@pytest.fixture(scope="module")
def officer(server):
    return sign_in(server, Role.OFFICER)


@contextmanager
def talk(server: Server) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("localhost", server.port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def sign_in(server: Server, role: str) -> SimpleNamespace:
    """Follow a link as a browser would: the cookies and a form's token of somebody with that role."""

    def token_in(page: bytes) -> str:
        return page.decode().split('csrfmiddlewaretoken" value="')[1].split('"')[0]

    link = server.link_for(role).removeprefix(server.url)
    with talk(server) as connection:
        connection.request("GET", link)
        answer = connection.getresponse()
        headers = {"Cookie": cookies(answer), "Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"csrfmiddlewaretoken": token_in(answer.read())})
        connection.request("POST", link, body=form, headers=headers)
        answer = connection.getresponse()
        answer.read()
        jar = cookies(answer)
        connection.request("GET", "/", headers={"Cookie": jar})
        return SimpleNamespace(cookies=jar, token=token_in(connection.getresponse().read()))


def cookies(answer: http.client.HTTPResponse) -> str:
    return "; ".join(value.split(";")[0] for value in answer.headers.get_all("Set-Cookie", []))


def head(fields: dict[str, str], filename: str = "film.mp4") -> bytes:
    """A form up to the first byte of its file."""
    parts = [f'--{EDGE}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    parts.append(f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n')
    return ("".join(parts) + "Content-Type: video/mp4\r\n\r\n").encode()


TAIL = f"\r\n--{EDGE}--\r\n".encode()


class Sender:
    """A client that sends its upload just as it likes."""

    def __init__(self, server: Server, reference: str, who: SimpleNamespace | None, length: int) -> None:
        self.socket = socket.create_connection(("localhost", server.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = [
            f"POST /incidents/{reference}/exhibits/add/ HTTP/1.1",
            f"Host: localhost:{server.port}",
            f"Content-Type: multipart/form-data; boundary={EDGE}",
            f"Content-Length: {length}",
            *([f"Cookie: {who.cookies}"] if who else []),
        ]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> http.client.HTTPResponse:
        answer = http.client.HTTPResponse(self.socket)
        answer.begin()
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def seen(server: Server, reference: str) -> dict[str, object]:
    """What the page has seen of an upload."""
    with talk(server) as connection:
        connection.request("GET", f"/seen/{reference}/")
        return json.load(connection.getresponse())


def until(condition) -> None:
    """Ask again and again; a minute is given up after, not waited for."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "It did not come to pass within a minute."


def memory(server: Server, line: str) -> int:
    """In kilobytes: VmRSS, or VmHWM, the most there ever was."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split(f"{line}:")[1].split()[0])


def files_of(server: Server) -> Iterator[Path]:
    """Everything in the home and among temporary files, and what is open though its name is gone."""
    yield from (path for path in server.home.parent.rglob("*") if path.is_file())
    for path in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            if stat.S_ISREG(path.stat().st_mode):
                yield path


def test_a_large_file_arrives_whole_and_the_server_stays_small(server, officer):
    pieces, piece = 300, os.urandom(MEGABYTE)
    start = head({"csrfmiddlewaretoken": officer.token, "grade": "C"}, filename=r"C:\\films\film ñ.mp4")
    before = memory(server, "VmRSS")
    with Sender(server, "large-1", officer, len(start) + pieces * MEGABYTE + len(TAIL)) as client:
        client.send(start)
        for _ in range(pieces):
            client.send(piece)
        client.send(TAIL)
        answer = client.answer()
        said = json.load(answer)
    assert said["sha256"] == hashlib.sha256(piece * pieces).hexdigest()
    assert (said["name"], said["type"], said["fields"]["grade"]) == ("film ñ.mp4", "video/mp4", "C")
    assert answer.headers["Connection"] != "close"
    assert memory(server, "VmHWM") - before < 60_000


def test_half_way_the_fields_are_known_and_nothing_is_on_disk(server, officer):
    file = CANARY * (8 * MEGABYTE // len(CANARY))
    start = head({"csrfmiddlewaretoken": officer.token, "consent": "yes"})
    with Sender(server, "half-way", officer, len(start) + len(file) + len(TAIL)) as client:
        client.send(start + file[: 6 * MEGABYTE])
        until(lambda: seen(server, "half-way").get("bytes", 0) > 5 * MEGABYTE)
        assert seen(server, "half-way")["fields"]["consent"] == "yes"
        found = {path: CANARY in path.read_bytes() for path in files_of(server)}
        assert not any(found.values()), found
        assert server.home / "inviolable.sqlite3" in found
        client.send(file[6 * MEGABYTE :] + TAIL)
        assert json.load(client.answer())["sha256"] == hashlib.sha256(file).hexdigest()


def test_drop_by_drop_is_fine_and_nobody_else_waits(server, officer):
    """More slow uploads than there are threads for them, while everybody else goes on working."""
    start = head({"csrfmiddlewaretoken": officer.token})
    with ExitStack() as stack:
        length = len(start) + 4 + len(TAIL)
        clients = [stack.enter_context(Sender(server, f"slow-{n}", officer, length)) for n in range(6)]
        for drop in start + b"film":
            for client in clients:
                client.send(bytes([drop]))
        for address in ("/healthz", "/sign-in/", "/healthz"):
            with talk(server) as connection:
                connection.request("GET", address)
                assert connection.getresponse().status == 200
        for client in clients:
            client.send(TAIL)
        for client in clients:
            assert json.load(client.answer())["sha256"] == hashlib.sha256(b"film").hexdigest()


def test_a_client_that_leaves_has_its_upload_aborted_without_a_word_in_the_log(tmp_path):
    with Server(example(tmp_path / "var"), **SITE) as server:
        officer = sign_in(server, Role.OFFICER)
        start = head({"csrfmiddlewaretoken": officer.token})
        with Sender(server, "leaves", officer, 10 * MEGABYTE) as client:
            client.send(start + b"x" * MEGABYTE)
            until(lambda: seen(server, "leaves").get("bytes"))
            assert seen(server, "leaves")["state"] == "begun"
        until(lambda: seen(server, "leaves")["state"] == "aborted")
        with Sender(server, "leaves-early", officer, 10 * MEGABYTE) as client:
            client.send(start[:100])
        assert server.interrupt() == (0, "")


def test_a_body_in_chunks_without_a_length_arrives_whole(server, officer):
    file = os.urandom(3 * MEGABYTE)
    body = head({"csrfmiddlewaretoken": officer.token}) + file + TAIL
    pieces = (body[start : start + 100_001] for start in range(0, len(body), 100_001))
    headers = {"Cookie": officer.cookies, "Content-Type": f"multipart/form-data; boundary={EDGE}"}
    with talk(server) as connection:
        address = "/incidents/chunks/exhibits/add/"
        connection.request("POST", address, body=pieces, headers=headers, encode_chunked=True)
        assert json.load(connection.getresponse())["sha256"] == hashlib.sha256(file).hexdigest()
        # The connection is still in step.
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200


def test_who_may_not_is_refused_before_the_file_is_sent(server):
    for who, status in ((sign_in(server, Role.PRESS), 403), (None, 302)):
        start = head({"csrfmiddlewaretoken": who.token if who else ""})
        with Sender(server, "refused", who, 1000 * MEGABYTE) as client:
            client.send(start + b"x" * MEGABYTE)
            answer = client.answer()
            assert answer.status == status
            assert answer.headers["Connection"] == "close"
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert seen(server, "refused") == {}


def test_who_sends_all_before_reading_sees_the_refusal_too(server):
    """A browser does. Cut off while it sends, it would only say that the connection was reset."""
    press = sign_in(server, Role.PRESS)
    headers = {"Cookie": press.cookies, "Content-Type": f"multipart/form-data; boundary={EDGE}"}
    body = head({"csrfmiddlewaretoken": press.token}) + b"x" * 50 * MEGABYTE + TAIL
    with talk(server) as connection:
        connection.request("POST", "/incidents/refused/exhibits/add/", body=body, headers=headers)
        assert connection.getresponse().status == 403


@pytest.mark.parametrize("token", ["", "x" * 64])
def test_a_forged_form_is_refused_before_its_file_is_read(server, officer, token):
    with Sender(server, "forged", officer, 1000 * MEGABYTE) as client:
        client.send(head({"csrfmiddlewaretoken": token}) + b"x" * MEGABYTE)
        assert client.answer().status == 403
    assert seen(server, "forged") == {}


def test_a_token_behind_the_file_is_too_late(server, officer):
    body = head({}) + b"film\r\n" + head({"csrfmiddlewaretoken": officer.token}) + TAIL
    with Sender(server, "late", officer, len(body)) as client:
        client.send(body)
        assert client.answer().status == 403
    assert seen(server, "late") == {}


def test_a_form_without_a_file_is_told_so(server, officer):
    body = head({"csrfmiddlewaretoken": officer.token}, filename="") + TAIL
    with Sender(server, "no-file", officer, len(body)) as client:
        client.send(body)
        assert client.answer().status == 422


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(b"", id="no-boundary"),
        pytest.param(TAIL[:-4], id="half-a-boundary"),
        pytest.param(b"\r\n" + head({}, "second.mp4") + b"more" + TAIL, id="a-second-file"),
        pytest.param(b"\r\n" + head({"grade": "A"}) + TAIL, id="a-field-behind-the-file"),
    ],
)
def test_a_form_that_does_not_end_behind_its_file_is_no_upload(server, officer, end, request):
    body = head({"csrfmiddlewaretoken": officer.token}) + b"film" + end
    with Sender(server, request.node.callspec.id, officer, len(body)) as client:
        client.send(body)
        assert client.answer().status == 400
    assert seen(server, request.node.callspec.id)["state"] == "aborted"


def test_a_length_beyond_the_limit_is_refused_at_once(server, officer):
    with Sender(server, "huge", officer, 50_000_000_001) as client:
        answer = client.answer()
        assert answer.status == 413
        assert b"larger than 50 GB" in answer.read()


def test_an_exhibit_is_taken_in_with_nothing_plain_on_the_disk(tmp_path):
    """The real page, on the incident of the example, sealed to two keys of headquarters."""
    (tmp_path / "tmp").mkdir()
    with Server(example(tmp_path / "var"), TMPDIR=str(tmp_path / "tmp")) as server:
        keys = [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(2)]
        subprocess.run([sys.executable, "-c", RECIPIENTS, *keys], env=environment(server.home, {}), check=True)
        officer = sign_in(server, Role.OFFICER)
        start = head({"csrfmiddlewaretoken": officer.token, "grade": "C", "consent": "given", "part": "1"})
        pieces, piece = 100, (CANARY * (MEGABYTE // len(CANARY) + 1))[:MEGABYTE]
        before = memory(server, "VmRSS")
        length = len(start) + pieces * MEGABYTE + len(TAIL)
        with Sender(server, "minneapolis-2026", officer, length) as client:
            client.send(start)
            for _ in range(pieces // 2):
                client.send(piece)
            until(lambda: any(path.stat().st_size > 10 * MEGABYTE for path in (server.home / "objects").rglob("*")))
            assert not [path for path in files_of(server) if CANARY in path.read_bytes()]
            for _ in range(pieces // 2):
                client.send(piece)
            client.send(TAIL)
            answer = client.answer()
            assert answer.status == 302, answer.read().decode()
        assert memory(server, "VmHWM") - before < 60_000
        assert not [path for path in files_of(server) if CANARY in path.read_bytes()]
        sealed = [path.stat().st_size for path in (server.home / "objects").rglob("*.age")]
        assert max(sealed) > pieces * MEGABYTE


RECIPIENTS = """
import sys
from inviolable.cli.words import open_home; open_home()
from datetime import UTC, datetime
from inviolable.ledger.actions import SYSTEM, add_recipient
for key in sys.argv[1:]:
    add_recipient(key, "headquarters", actor=SYSTEM, now=datetime.now(UTC))
"""


# The bridge alone, with an application that reads.

ADDRESS = "/incidents/x-1/exhibits/add/"


class Reader:
    """A WSGI application that reads all there is, and remembers what it got or what broke."""

    def __init__(self) -> None:
        self.read = b""
        self.broke: OSError | None = None

    def __call__(self, environ, start):
        try:
            while piece := environ["wsgi.input"].read(10):
                self.read += piece
        except OSError as fault:
            self.broke = fault
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"well"]


def post(bridge: Bridge, *pieces: bytes | None, length: int | None = None) -> list[dict[str, object]]:
    """Send these pieces; None: the client leaves. Whoever has sent all sends nothing more. What was answered."""
    said = () if length is None else ((b"content-length", str(length).encode()),)
    waiting, sent = list(pieces), []

    async def receive():
        if not waiting:
            await asyncio.Event().wait()
        piece = waiting.pop(0)
        return {"type": "http.disconnect"} if piece is None else {"body": piece, "more_body": piece != b""} | REQUEST

    async def send(message):
        sent.append(message)

    in_its_own_loop(bridge(scope(ADDRESS, "POST", said), receive, send))
    return sent


REQUEST = {"type": "http.request"}


def test_an_upload_has_no_time_limit_as_a_whole():
    reader = Reader()
    sent = post(Bridge(reader, body_seconds=0), b"one", b"two", b"")
    assert (sent[0]["status"], reader.read) == (200, b"onetwo")


def test_an_upload_that_stalls_is_dropped():
    reader = Reader()
    sent = post(Bridge(reader, stall_seconds=0.05), b"one")
    assert sent[0]["status"] == 408
    assert b"Nothing came for 0.05 seconds" in sent[1]["body"]
    assert isinstance(reader.broke, OSError)


def test_an_upload_in_chunks_cannot_creep_past_the_limit():
    reader = Reader()
    sent = post(Bridge(reader, upload_limit=100), b"x" * 60, b"x" * 60, b"x" * 60, b"")
    assert sent[0]["status"] == 413
    assert b"nothing of it was kept" in sent[1]["body"]
    assert isinstance(reader.broke, OSError)


def test_a_client_that_leaves_breaks_the_reading_and_is_told_nothing():
    reader = Reader()
    assert post(Bridge(reader), b"one", None, length=100) == []
    assert isinstance(reader.broke, ClientGone)


def test_a_server_that_stops_breaks_the_reading_and_is_not_held_up():
    """As uvicorn does it: what goes on too long is cancelled, and at once the application is told that it is over."""
    reader, reading, answered = Reader(), threading.Event(), []

    async def visit():
        async def receive():
            reading.set()
            await asyncio.Event().wait()

        async def over():
            return {"type": "lifespan.shutdown"}

        async def answer(message):
            answered.append(message)

        bridge = Bridge(reader, stall_seconds=600)
        upload = asyncio.create_task(bridge(scope(ADDRESS, "POST"), receive, answer))
        await asyncio.to_thread(reading.wait, 20)
        upload.cancel()
        await bridge({"type": "lifespan"}, over, answer)

    stopping = threading.Thread(target=asyncio.run, args=(visit(),), daemon=True)
    stopping.start()
    stopping.join(30)
    assert not stopping.is_alive()
    assert isinstance(reader.broke, Stopping)
    assert answered[0]["status"] == 503
    assert b"Send it again" in answered[1]["body"]
    assert answered[-1] == {"type": "lifespan.shutdown.complete"}
