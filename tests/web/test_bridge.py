"""The bridge by itself, with an application that does as it is told."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from inviolable.web.bridge import Bridge
from inviolable.web.headers import HEADERS, PROXIED, tells_of_a_proxy


def in_its_own_loop(visit: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own: a browser test before this one may have left a loop in ours."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, visit).result()


def scope(path: str = "/", method: str = "GET", headers: tuple[tuple[bytes, bytes], ...] = ()) -> dict[str, object]:
    return {"type": "http", "path": path, "method": method, "headers": list(headers)}


async def ask(bridge: Bridge, scope: dict[str, object], *, ends: bool = True) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer; a client whose request never `ends` sends nothing more."""
    sent = []

    async def receive():
        if not ends:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await bridge(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def carries_the_headers(headers: dict[str, str]) -> bool:
    return {name.lower(): value for name, value in HEADERS.items()}.items() <= headers.items()


def well(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"well"]


def test_who_never_ends_a_request_is_told_so_and_let_go():
    status, headers, body = in_its_own_loop(ask(Bridge(well, body_seconds=0.05), scope(method="POST"), ends=False))
    assert status == 408
    assert headers["connection"] == "close"
    assert carries_the_headers(headers)
    assert b"not complete after 0.05 seconds" in body


async def ask_slowly(bridge: Bridge, path: str) -> int:
    """The status for a client whose body takes some time."""
    status = []

    async def receive():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        status.append(message.get("status"))

    await bridge(scope(path, "POST"), receive, send)
    return status[0]


def test_a_segment_of_a_recording_may_come_over_the_thinnest_line():
    bridge = Bridge(well, body_seconds=0.01, slow_seconds=60)
    assert in_its_own_loop(ask_slowly(bridge, "/door/segment")) == 200
    assert in_its_own_loop(ask_slowly(bridge, "/door/say")) == 408


def test_slow_segments_take_up_no_more_than_their_share_and_only_while_bytes_come():
    bridge = Bridge(well, body_seconds=0.01, slow_seconds=60, slow_stall_seconds=0.3, most_slow=2)

    async def visit():
        return await asyncio.gather(*(ask(bridge, scope("/door/segment", "POST"), ends=False) for _ in range(5)))

    answers = in_its_own_loop(visit())
    assert sorted(status for status, _headers, _body in answers) == [408, 408, 503, 503, 503]
    assert {headers.get("retry-after") for status, headers, _body in answers if status == 503} == {"5"}
    assert in_its_own_loop(ask_slowly(bridge, "/door/segment")) == 200, "their places are free again"


def test_healthz_answers_while_every_thread_is_busy():
    free, busy = threading.Event(), threading.Event()

    def application(environ, start):
        if environ["PATH_INFO"] != "/healthz":
            busy.set()
            free.wait(20)
        return well(environ, start)

    async def visit():
        bridge = Bridge(application, threads=1)
        slow = asyncio.create_task(ask(bridge, scope("/slow/")))
        await asyncio.to_thread(busy.wait, 20)
        try:
            return await ask(bridge, scope("/healthz"))
        finally:
            free.set()
            await slow

    assert in_its_own_loop(visit())[::2] == (200, b"well")


def test_healthz_answers_for_itself_when_its_own_thread_waits():
    free = threading.Event()

    def stuck(environ, start):
        free.wait(20)
        return well(environ, start)

    async def visit():
        bridge = Bridge(stuck, health_seconds=0.05)
        try:
            return [await ask(bridge, scope("/healthz")) for _ in range(3)]
        finally:
            free.set()

    for status, headers, body in in_its_own_loop(visit()):
        assert status == 503
        assert headers["retry-after"] == "5"
        assert headers["content-type"] == "application/json"
        assert carries_the_headers(headers)
        assert body == b'{"status": "failing", "web": "ok", "database": "failing"}'


def test_a_proxys_header_in_a_spelling_we_drop_is_still_noticed():
    seen = []

    def application(environ, start):
        seen.append(environ)
        return well(environ, start)

    for name in (b"x_real_ip", b"X_Forwarded-For", b"x_colour", b"accept"):
        in_its_own_loop(ask(Bridge(application), scope(headers=((name, b"192.0.2.7"),))))
    assert [environ.get(PROXIED, False) for environ in seen] == [True, True, False, False]
    assert "HTTP_X_REAL_IP" not in seen[0]


def test_what_browsers_say_is_no_proxys_word():
    for name in ("accept", "host", "user-agent", "x-requested-with", "origin", "sec-fetch-site", "dnt", "client-hint"):
        assert not tells_of_a_proxy(name)
