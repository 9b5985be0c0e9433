"""A clip on its way to the real server over a real socket: broken off, too large, from a stranger, killed with it."""

import http.client
import json
import os
import re
import signal
import socket
from contextlib import contextmanager, suppress
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from tests.server import Server, example
from tests.web.test_streaming import memory, sign_in, talk, until

from inviolable.ledger.canonical import encode
from inviolable.ledger.deposit import BEGINNING
from inviolable.posts.roles import Role

pytestmark = pytest.mark.long
INCIDENT = "/incidents/minneapolis-2026/clips"
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(example(tmp_path_factory.mktemp("clip") / "var")) as server:
        yield server


def new_code(server) -> str:
    """As the duty officer's page shows it."""
    who = sign_in(server, Role.DUTY_OFFICER)
    form = urlencode({"csrfmiddlewaretoken": who.token, "post": "minneapolis"})
    headers = {"Cookie": who.cookies, "Content-Type": "application/x-www-form-urlencoded"}
    with talk(server) as connection:
        connection.request("POST", f"{INCIDENT}/ask/", body=form, headers=headers)
        return re.search(r'class="clip-code"[^>]*>([^<]+)<', connection.getresponse().read().decode())[1]


def ask(server, address: str, code: str, body: bytes = b"") -> tuple[int, dict]:
    with talk(server) as connection:
        connection.request("POST", address, body=body, headers={"Authorization": f"Code {code}"})
        answer = connection.getresponse()
        return answer.status, json.load(answer)


def head(server, code: str, sealed_sha256: str) -> bytes:
    told = {"exhibit": ask(server, "/clip/open", code)[1]["exhibit"], "bytes": 1, "sha256": "ab" * 32}
    return encode(told | {"sealed_sha256": sealed_sha256, "media": "video/mp4", "language": "en"}) + b"\n"


@contextmanager
def sender(server, code: str, length: int):
    """The beginning of a request; the rest as the test likes."""
    with socket.create_connection(("localhost", server.port), timeout=30) as line:
        lines = ["POST /clip/give HTTP/1.1", f"Host: localhost:{server.port}", f"Content-Length: {length}"]
        line.sendall("\r\n".join([*lines, f"Authorization: Code {code}", "", ""]).encode())
        yield line


def answer_on(line) -> tuple[http.client.HTTPResponse, dict]:
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer, json.load(answer)


def being_written(server) -> list:
    found = []
    for path in (server.home / "objects/.writing").glob("*"):
        with suppress(FileNotFoundError):  # It may go while we look.
            found += [path] if path.stat().st_size > MEGABYTE else []
    return found


def clips(server) -> int:
    return len(server.run("exhibit", "list", "minneapolis-2026").splitlines())


def test_a_large_clip_arrives_and_the_server_stays_small(server):
    code, pieces, piece = new_code(server), 200, os.urandom(MEGABYTE)
    hashed = sha256(BEGINNING)
    for _ in range(pieces):
        hashed.update(piece)
    start = head(server, code, hashed.hexdigest()) + BEGINNING
    before = memory(server, "VmRSS")
    with sender(server, code, len(start) + pieces * MEGABYTE) as line:
        line.sendall(start)
        for _ in range(pieces):
            line.sendall(piece)
        answer, said = answer_on(line)
    assert (answer.status, json.loads(said["receipt"]["line"])["body"]["sealed_sha256"]) == (200, hashed.hexdigest())
    assert memory(server, "VmHWM") - before < 60_000


def test_who_has_no_code_and_who_sends_too_much_is_refused_before_the_clip_is_sent(server):
    for code, length, status, fault in (
        ("ABCD-2345", 1_000 * MEGABYTE, 404, "unknown"),
        (new_code(server), 10**10, 413, "large"),
    ):
        with sender(server, code, length) as line:
            line.sendall(b"x" * MEGABYTE)
            answer, said = answer_on(line)
        assert (answer.status, said) == (status, {"fault": fault})
        assert answer.headers["Connection"] == "close"


def test_a_phone_that_leaves_leaves_nothing_and_may_come_back(server):
    before, code, sealed = clips(server), new_code(server), BEGINNING + os.urandom(3 * MEGABYTE)
    start = head(server, code, sha256(sealed).hexdigest())
    with sender(server, code, len(start) + len(sealed)) as line:
        line.sendall(start + sealed[: 2 * MEGABYTE])
        until(lambda: being_written(server))
    until(lambda: not being_written(server))
    assert clips(server) == before
    status, said = ask(server, "/clip/give", code, start + sealed)
    assert (status, clips(server)) == (200, before + 1)
    assert ask(server, "/clip/open", code)[1]["receipt"] == said["receipt"]


def test_a_server_that_is_killed_in_the_middle_promises_nothing_and_takes_it_later(tmp_path):
    sealed = BEGINNING + os.urandom(3 * MEGABYTE)
    with Server(example(tmp_path / "var")) as server:
        code = new_code(server)
        start = head(server, code, sha256(sealed).hexdigest())
        before = clips(server)
        with sender(server, code, len(start) + len(sealed)) as line:
            line.sendall(start + sealed[: 2 * MEGABYTE])
            until(lambda: being_written(server))
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            line.settimeout(5)
            with pytest.raises((ConnectionError, http.client.HTTPException)):
                answer_on(line)
    with Server(tmp_path / "var") as server:
        assert clips(server) == before
        assert ask(server, "/clip/give", code, start + sealed)[0] == 200
        assert not being_written(server)
        assert len(list((server.home / "objects").rglob("*.age"))) == clips(server) == before + 1
