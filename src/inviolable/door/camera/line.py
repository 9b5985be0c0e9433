"""The line to the server: one connection that is kept, requests that may be repeated, no waiting for full packets."""

from __future__ import annotations

import io
import json
import socket
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

#: Seconds for the connection, for each block that is sent, and for the answer.
PATIENCE = 20.0
#: Bytes of an answer at most.
MOST = 1_000_000
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class BadServer(ValueError):
    """An address that is no server's; the message says what is expected."""


class NoLine(Exception):
    """Nothing came back: no network, no server, or a connection that broke."""


class Answer(NamedTuple):
    """What came back. said: its JSON object; an empty one where it is none."""

    status: int
    said: dict[str, Any]


class Line:
    """For one thread. server: `https://…`, on this machine also `http://`."""

    def __init__(self, server: str, patience: float = PATIENCE) -> None:
        """Raises BadServer."""
        parts = urlsplit(server)
        host, port = parts.hostname or "", parts.port
        if parts.scheme not in ("http", "https") or not host or parts.path not in ("", "/") or parts.query:
            raise BadServer(f"{server!r} is no server; expected https://NAME, such as https://inviolable.example.org.")
        if parts.scheme == "http" and host not in LOOPBACK:
            raise BadServer(f"{server}: without https anybody on the way can pose as headquarters; write https://.")
        self._connection: HTTPConnection = (
            HTTPSConnection(host, port, timeout=patience, context=ssl.create_default_context())
            if parts.scheme == "https"
            else HTTPConnection(host, port, timeout=patience)
        )

    def post(self, address: str, body: bytes, kind: str = "json") -> Answer:
        """Send it, once more where a connection that was kept turns out to be closed. Raises NoLine."""
        kept = self._connection.sock is not None
        try:
            return self._post(address, body, kind)
        except (OSError, HTTPException) as fault:
            self._connection.close()
            if not kept or isinstance(fault, TimeoutError):
                raise NoLine(str(fault) or type(fault).__name__) from None
        try:
            return self._post(address, body, kind)
        except (OSError, HTTPException) as fault:
            self._connection.close()
            raise NoLine(str(fault) or type(fault).__name__) from None

    def _post(self, address: str, body: bytes, kind: str) -> Answer:
        if self._connection.sock is None:
            self._connection.connect()
            cast(socket.socket, self._connection.sock).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        headers = {"Content-Type": f"application/{kind}", "Content-Length": str(len(body))}
        # As a file, so that patience is for each block and not for the whole on a thin line.
        self._connection.request("POST", address, io.BytesIO(body), headers)
        answer = self._connection.getresponse()
        content = answer.read(MOST)
        if not answer.isclosed():
            self._connection.close()
        try:
            said = json.loads(content)
        except ValueError:
            said = None
        if answer.status == 200 and not isinstance(said, dict):
            raise HTTPException("the answer broke off")
        return Answer(answer.status, said if isinstance(said, dict) else {})

    def close(self) -> None:
        """End the connection; also from another thread, whose request then ends with NoLine."""
        self._connection.close()
