"""Real time-stamp authorities: `openssl ts` in a folder, and the same over HTTP on this machine."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from inviolable.ledger.local_authority import make_authority
from inviolable.ledger.stamps import Authority, reply

#: What an HTTP authority says to a request: status, headers, body.
Answer = tuple[int, dict[str, str], bytes]


def good_authority(folder: Path, name: str = "Quito") -> Authority:
    """One whose stamps every judge takes."""
    return make_authority(folder, name, datetime.now(UTC))


def strict_authority(folder: Path, name: str = "Bogotá") -> Authority:
    """One that sends its root along, out of order: rfc3161-client is too strict for it, openssl is not."""
    return configure(good_authority(folder, name), "certs = root.pem")


def configure(authority: Authority, line: str) -> Authority:
    """The same authority with one more line in its configuration; a later line wins."""
    with (folder_of(authority) / "tsa.cnf").open("a") as file:
        file.write(line + "\n")
    return authority


def folder_of(authority: Authority) -> Path:
    """Where an openssl: authority lives."""
    return Path(authority.url.removeprefix("openssl:"))


def over_http(authority: Authority) -> Callable[[bytes], Answer]:
    """What an authority answers over HTTP (RFC 3161 3.4)."""
    return lambda query: (200, {"Content-Type": "application/timestamp-reply"}, reply(folder_of(authority), query))


@contextmanager
def http_authority(
    authority: Authority, answer: Callable[[bytes], Answer] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Authority]:
    """The authority at an http:// address, https:// with `tls`; or whatever else that address may answer."""
    answer = answer or over_http(authority)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            status, headers, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            """A caller that hangs up is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield replace(authority, url=f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/tsa")
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silent_authority(authority: Authority, *, chatter: bytes = b"") -> Iterator[Authority]:
    """One that takes the call and never answers; or that says the same thing for ever, and so never answers either."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def chat() -> None:
            with server.accept()[0] as caller:
                try:
                    while True:
                        caller.sendall(chatter)
                except OSError:
                    return

        chatting = threading.Thread(target=chat, daemon=True)
        if chatter:
            chatting.start()
        yield replace(authority, url=f"http://127.0.0.1:{server.getsockname()[1]}/tsa")
        if chatter:
            chatting.join(10)
            assert not chatting.is_alive(), "the caller has gone, but its line is still open"


def openssl_accepts(stamp: bytes, data: bytes, roots: bytes, folder: Path, *options: str) -> bool:
    """The outside judge: the very command that a stranger runs."""
    for name, content in (("x.tsr", stamp), ("x", data), ("ca.pem", roots)):
        (folder / name).write_bytes(content)
    command = ["openssl", "ts", "-verify", "-data", "x", "-in", "x.tsr", "-CAfile", "ca.pem", *options]
    return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0
