"""Asking others over HTTP, such as a time-stamp authority (RFC 3161 3.4), and never for longer than one wants to wait.

The way there may be in hostile hands, and many authorities speak plain HTTP. So the question is asked in a thread of
its own: no timeout of a socket limits a look-up of names, an answer that comes in drops, or one that never gets to the
point.
"""

from __future__ import annotations

import queue
import socket
import ssl
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, partial
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from typing import IO, Any, NamedTuple, cast
from urllib.error import HTTPError
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

#: Bytes of an answer. A token with four large certificates has about ten thousand.
MOST = 100_000
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class NoAnswer(Exception):
    """(what came instead of an answer, what to do)."""


class Answer(NamedTuple):
    """What came: HTTP status, media type, and at most MOST bytes."""

    status: int
    kind: str
    body: bytes


def post(url: str, query: bytes, timeout: float) -> bytes:
    """The answer to a TimeStampReq: at most MOST bytes that begin like DER. Raises NoAnswer."""
    answer = exchange(url, query, {"Content-Type": QUERY, "Accept": REPLY}, timeout)
    if answer.status >= 300:
        raise NoAnswer(f"it answers with HTTP status {answer.status}", "check its address")
    if not answer.body.startswith(b"\x30"):
        raise NoAnswer(f"it answers with {answer.kind}, not with a time stamp", "check its address")
    return answer.body


def exchange(url: str, body: bytes | None, headers: Mapping[str, str], timeout: float) -> Answer:
    """One HTTP request (POST where there is a body) and its answer, whatever its status. Raises NoAnswer.

    `timeout` in seconds, for everything together. Nobody is followed elsewhere. Proxies are those of the environment
    (http_proxy, no_proxy, …) and authorities those of the system, as they are at the first request of a process.
    """
    with _FIRST:  # Fifty who begin at once do not each make one.
        opener()
    request = _Request(url, body, dict(headers))  # callers check the scheme
    answers: queue.SimpleQueue[Answer | NoAnswer] = queue.SimpleQueue()
    _idle_one().todo.put((request, timeout, answers))
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        request.line.cut()
        answer = NoAnswer(f"no answer within {timeout:g} seconds", "try later")
    if isinstance(answer, NoAnswer):
        raise answer
    return answer


class _Asker(threading.Thread):
    """A thread that asks, and is idle again when it has its answer: to start one takes as long as to ask."""

    def __init__(self) -> None:
        super().__init__(name="asking", daemon=True)
        self.todo: queue.SimpleQueue[tuple[_Request, float, queue.SimpleQueue[Answer | NoAnswer]]]
        self.todo = queue.SimpleQueue()

    def run(self) -> None:
        while True:
            request, timeout, answers = self.todo.get()
            answer = _ask(request, timeout)
            request.line.cut()
            answers.put(answer)
            del request, answers, answer  # Whoever is idle holds no line open.
            _IDLE.append(self)


_IDLE: list[_Asker] = []


def _idle_one() -> _Asker:
    try:
        return _IDLE.pop()
    except IndexError:
        asker = _Asker()
        asker.start()
        return asker


def _ask(request: _Request, timeout: float) -> Answer | NoAnswer:
    try:
        with opener().open(request, timeout=timeout) as found:
            answer = Answer(found.status, found.headers.get_content_type(), found.read(MOST + 1))
    except HTTPError as error:
        with error:
            moved = error.headers.get("Location")
            answer = Answer(error.code, error.headers.get_content_type(), b"" if moved else error.read(MOST + 1))
        if moved:
            return NoAnswer(f"it sends elsewhere, to {moved!r}", "set that address if you trust it")
    except TimeoutError:
        return NoAnswer(f"no answer within {timeout:g} seconds", "try later")
    except (OSError, HTTPException, ValueError) as error:
        return NoAnswer(f"it cannot be reached: {error}", "check its address and the network")
    if len(answer.body) > MOST:
        return NoAnswer(f"its answer is longer than {MOST} bytes", "check its address")
    return answer


class _Line:
    """The connections of one request, which can be cut from outside."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self.is_cut = False

    def add(self, one: socket.socket) -> None:
        """Raises TimeoutError where it was cut already."""
        self._sockets.append(one)
        if self.is_cut:
            raise TimeoutError

    def cut(self) -> None:
        """End every connection, so that the thread that reads from it comes to its end too."""
        self.is_cut = True
        for one in self._sockets:
            with suppress(OSError):
                # Whoever goes on sending is told so (RST), instead of waiting until this side can take more.
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                socket.socket.shutdown(one, socket.SHUT_RDWR)


class _UntilCut(RawIOBase):
    """What comes on a line until it is cut: one that is shut down still gives what comes faster than it is read."""

    def __init__(self, coming: RawIOBase, line: _Line) -> None:
        self._coming, self._line = coming, line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._line.is_cut:
            raise TimeoutError
        return cast("int | None", self._coming.readinto(buffer))

    def close(self) -> None:
        self._coming.close()
        super().close()


class _Request(Request):
    def __init__(self, url: str, body: bytes | None, headers: dict[str, str]) -> None:
        super().__init__(url, body, headers)
        self.line = _Line()


class _Plain(HTTPConnection):
    line: _Line

    def connect(self) -> None:
        super().connect()
        self.line.add(self.sock)


class _Secure(HTTPSConnection):
    line: _Line

    def connect(self) -> None:
        super().connect()
        self.line.add(self.sock)


class _Handler(HTTPHandler, HTTPSHandler, HTTPRedirectHandler):
    """An authority that moved is configured anew, not followed."""

    def __init__(self) -> None:
        HTTPHandler.__init__(self)
        self._trusted = ssl.create_default_context()

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_on_line(_Plain, req), req)

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_on_line(_Secure, req), req, context=self._trusted)

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def _on_line(kind: type[_Plain | _Secure], request: Request) -> Any:
    def connection(*where: Any, **more: Any) -> _Plain | _Secure:
        made = kind(*where, **more)
        made.line = cast(_Request, request).line
        made.response_class = partial(_answer_on, made.line)  # type: ignore[assignment]
        return made

    return connection


def _answer_on(line: _Line, *told: Any, **more: Any) -> HTTPResponse:
    answer = HTTPResponse(*told, **more)
    answer.fp = BufferedReader(_UntilCut(answer.fp.detach(), line))
    return answer


@cache
def opener() -> OpenerDirector:
    """One for all requests: to read proxies and the system's authorities takes longer than to ask."""
    return build_opener(_Handler())


_FIRST = threading.Lock()
