"""Serves a WSGI application (Django) from an ASGI server (uvicorn), with threads.

Django's own ASGI handler costs several milliseconds a request; this bridge costs a fraction of one. The request's body
is read here, in asyncio, before a thread is taken, so a slow or vanished client never holds a thread; beyond one
megabyte it goes to a temporary file, beyond the limit the answer is 413, and after its time 408. Uploads of exhibits
are the exception: the page reads them while they arrive (`streaming.py`), in a few threads of their own. The address
that says how the server is has a thread too. Specifications: ASGI HTTP 2.x, PEP 3333.
"""

import asyncio
import io
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast

from inviolable.web.headers import HEADERS, PROXIED, tells_of_a_proxy
from inviolable.web.streaming import STREAMED, Broken, ClientGone, Incoming, Receive, Stopping, TooLarge

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: What a tablet sends over the thinnest line: a segment at a kilobyte a second.
SLOW = "/door/segment"
MEGABYTE = 1_000_000
GIGABYTE = 1_000_000_000
PIECE = 256 * 1024
HEALTH = "/healthz"
# What HEALTH says when its own thread waits too long: for the database, there is nothing else to wait for.
UNWELL = b'{"status": "failing", "web": "ok", "database": "failing"}'


class Bridge:
    """An ASGI application that runs a WSGI one in a pool of threads.

    `body_limit` is in bytes, `body_seconds` the time to send all of it, `slow_seconds` that of SLOW; `threads` is how
    many requests Django works on at once, beside the thread for HEALTH, which answers for itself after
    `health_seconds`. Addresses of STREAMED have `upload_threads` beside these, `upload_limit` in bytes, and
    `stall_seconds` in which at least one byte must come. Of SLOW at most `most_slow` may take longer than
    `body_seconds`, each only while bytes come within `slow_stall_seconds`: whoever is not known yet sends them.
    """

    def __init__(
        self,
        wsgi: Wsgi,
        *,
        body_limit: int = 10 * MEGABYTE,
        body_seconds: float = 30,
        slow_seconds: float = 600,
        threads: int = 8,
        health_seconds: float = 3,
        upload_limit: int = 50 * GIGABYTE,
        upload_threads: int = 4,
        stall_seconds: float = 60,
        slow_stall_seconds: float = 30,
        most_slow: int = 40,
    ) -> None:
        self.wsgi = wsgi
        self.body_limit = body_limit
        self.body_seconds = body_seconds
        self.slow_seconds = slow_seconds
        self.health_seconds = health_seconds
        self.upload_limit = upload_limit
        self.stall_seconds = stall_seconds
        self.slow_stall_seconds = slow_stall_seconds
        self.most_slow, self._slow = most_slow, 0
        self.health = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")
        self.pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="django")
        self.uploads = ThreadPoolExecutor(max_workers=upload_threads, thread_name_prefix="upload")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["method"] == "POST" and STREAMED.fullmatch(scope["path"]):
            await self._stream(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            raise NotImplementedError(f"{scope['type']} is not offered.")

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            ends = message["type"] == "lifespan.shutdown"
            if ends:
                # Not in the loop: what is still being read needs it, to be told that it will get no more.
                await asyncio.to_thread(self.pool.shutdown)
                await asyncio.to_thread(self.uploads.shutdown)
                self.health.shutdown(wait=False, cancel_futures=True)
            await send({"type": f"{message['type']}.complete"})
            if ends:
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        seconds = self.slow_seconds if scope["path"] == SLOW else self.body_seconds
        with tempfile.SpooledTemporaryFile(max_size=MEGABYTE) as body:
            try:
                async with asyncio.timeout(seconds):
                    if scope["path"] == SLOW:
                        size = await self._read_slowly(receive, cast(IO[bytes], body))
                    else:
                        size = await self._read(receive, cast(IO[bytes], body))
            except _Crowded:
                text = "Too many slow requests come at this moment. Send it again.\n"
                await _say(scope, send, 503, text.encode(), more=[(b"retry-after", b"5")])
                return
            except ClientGone:
                return
            except TimeoutError:
                text = f"The request was not complete after {seconds:g} seconds and was dropped.\n"
                await _say(scope, send, 408, text.encode())
                return
            if size > self.body_limit:
                text = f"The request is larger than {self.body_limit // MEGABYTE} MB and was not read.\n"
                await _say(scope, send, 413, text.encode())
                return
            if scope["path"] == HEALTH:
                await self._answer_health(scope, send)
                return
            body.seek(0)
            environ = _environ(scope, cast(IO[bytes], body), size)
            await self._answer(environ, scope["method"], send)

    async def _read(self, receive: Receive, body: IO[bytes]) -> int:
        """Read the body into `body`; return its size.

        What exceeds the limit is read on and dropped, because a client that is cut off while it still sends never sees
        the answer. Who sends four times the limit is cut off all the same.
        """
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            piece = message.get("body", b"")
            size += len(piece)
            if size <= self.body_limit:
                body.write(piece)
            if not message.get("more_body", False) or size > 4 * self.body_limit:
                return size

    async def _read_slowly(self, receive: Receive, body: IO[bytes]) -> int:
        """As `_read`, over a thin line. Raises TimeoutError where nothing comes, _Crowded where too many do this."""

        async def lively() -> Message:
            async with asyncio.timeout(self.slow_stall_seconds):
                return await receive()

        reading = asyncio.create_task(self._read(lively, body))
        try:
            done, _pending = await asyncio.wait({reading}, timeout=self.body_seconds)
            if done:
                return reading.result()
            if self._slow >= self.most_slow:
                raise _Crowded
            self._slow += 1
            try:
                return await reading
            finally:
                self._slow -= 1
        finally:
            reading.cancel()

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the page read the body while it arrives. Whatever it answers, a broken upload is said to be one."""
        body = Incoming(receive, limit=self.upload_limit, stall_seconds=self.stall_seconds)
        said = _said_length(scope)
        if said is not None and said > self.upload_limit:
            await self._refuse(scope, send, TooLarge(self.upload_limit), body)
            return
        # Of a chunked body nobody knows the length: it is the most there can be, and the file ends where it ends.
        length = self.upload_limit if said is None else said
        pieces = _Pieces(self.wsgi, _environ(scope, cast(IO[bytes], io.BufferedReader(body, PIECE)), length))
        text = b""
        try:
            text = await asyncio.get_running_loop().run_in_executor(self.uploads, pieces.whole)
        except Broken as fault:
            body.fault = fault
        except asyncio.CancelledError:
            body.abandon()
            await _say(scope, send, Stopping.status, Stopping.said.encode())
            return
        if body.fault is not None:
            await self._refuse(scope, send, body.fault, body)
            return
        if not body.ended:
            pieces.headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": pieces.status, "headers": pieces.headers})
        await send({"type": "http.response.body", "body": text, "more_body": True})
        await body.drop(self.body_seconds)
        await send({"type": "http.response.body", "body": b""})

    async def _refuse(self, scope: Scope, send: Send, fault: Broken, body: Incoming) -> None:
        if not isinstance(fault, ClientGone):
            await _say(scope, send, fault.status, fault.said.encode(), rest=lambda: body.drop(self.body_seconds))

    async def _answer_health(self, scope: Scope, send: Send) -> None:
        """From its own thread and in time, so that it is said even when every other thread is busy."""
        pieces = _Pieces(self.wsgi, _environ(scope, io.BytesIO(), 0))
        try:
            async with asyncio.timeout(self.health_seconds):
                text = await asyncio.get_running_loop().run_in_executor(self.health, pieces.whole)
        except TimeoutError:
            await _say(scope, send, 503, UNWELL, kind=b"application/json", more=[(b"retry-after", b"5")])
            return
        await send({"type": "http.response.start", "status": pieces.status, "headers": pieces.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else text})

    async def _answer(self, environ: dict[str, Any], method: str, send: Send) -> None:
        loop = asyncio.get_running_loop()
        pieces = _Pieces(self.wsgi, environ)
        try:
            piece = await loop.run_in_executor(self.pool, pieces.next)
            await send({"type": "http.response.start", "status": pieces.status, "headers": pieces.headers})
            while piece and not pieces.ended:
                if method != "HEAD":
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(self.pool, pieces.next)
            await send({"type": "http.response.body", "body": b"" if method == "HEAD" else piece, "more_body": False})
        finally:
            if not pieces.ended:
                await loop.run_in_executor(self.pool, pieces.close)


class _Crowded(Exception):
    """More slow requests than may be."""


class _Pieces:
    """The WSGI answer, taken in pieces of a useful size by a thread."""

    def __init__(self, wsgi: Wsgi, environ: dict[str, Any]) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.ended = False
        self._wsgi = wsgi
        self._environ = environ
        self._result: Iterable[bytes] | None = None
        self._rest: Iterator[bytes] = iter(())

    def next(self) -> bytes:
        """The next piece, at the end what is left, if anything. The first call runs the application.

        What ends within it is closed at once: to come back for that takes longer than most answers do.
        """
        if self._result is None:
            self._result = self._wsgi(self._environ, self._start)
            self._rest = iter(self._result)
        piece = bytearray()
        for chunk in self._rest:
            piece += chunk
            if len(piece) >= PIECE:
                break
        else:
            self.close()
        return bytes(piece)

    def whole(self) -> bytes:
        """The whole answer at once, and its end told to the application."""
        try:
            return b"".join(iter(self.next, b""))
        finally:
            self.close()

    def close(self) -> None:
        """Tell the application, once, that nothing more of its answer will be asked for, as PEP 3333 demands."""
        if self.ended:
            return
        self.ended, self._rest = True, iter(())
        if self._result is not None and hasattr(self._result, "close"):
            self._result.close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        self.status = int(status.split(" ", 1)[0])
        # Django puts a space before a cookie, which HTTP forbids.
        self.headers = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
        return _no_write


def _no_write(_: bytes) -> None:
    raise NotImplementedError("The old write() of WSGI is not offered; return the body instead.")


async def _say(
    scope: Scope,
    send: Send,
    status: int,
    text: bytes,
    *,
    kind: bytes = b"text/plain; charset=utf-8",
    more: Sequence[tuple[bytes, bytes]] = (),
    rest: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """An answer of the bridge's own, with the headers that every answer carries; the connection ends with it.

    rest: waited for before the end, while the client has the answer already.
    """
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(text)).encode()),
        (b"cache-control", b"private, no-store"),
        (b"connection", b"close"),
        *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
        *more,
    ]
    if scope.get("scheme") == "https" or (b"x-forwarded-proto", b"https") in [tuple(pair) for pair in scope["headers"]]:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else text, "more_body": True})
    if rest is not None:
        await rest()
    await send({"type": "http.response.body", "body": b""})


def _said_length(scope: Scope) -> int | None:
    """The length that the client said its body has; None where it said nothing (a chunked body)."""
    said = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(said[0]) if said else None


def _environ(scope: Scope, body: IO[bytes], size: int) -> dict[str, Any]:
    """The WSGI environment of an ASGI request."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # WSGI wants the bytes of the path as Latin-1 characters.
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            # `X_Real_Ip` would be taken for `X-Real-Ip`; no honest client sends it.
            if tells_of_a_proxy(name):
                environ[PROXIED] = True
            continue
        key = "HTTP_" + name.upper().replace("-", "_")
        key = {"HTTP_CONTENT_TYPE": "CONTENT_TYPE"}.get(key, key)
        if key in environ:
            separator = "; " if key == "HTTP_COOKIE" else ","
            value = environ[key] + separator + value
        environ[key] = value
    # Said by us, not by the client: a chunked request says nothing, and Django would read nothing.
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(size)
    return environ
