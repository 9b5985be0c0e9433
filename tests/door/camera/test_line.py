"""Requests over a line that breaks: each comes to an end, none is taken for done that was not."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from inviolable.door.camera.line import Answer, BadServer, Line, NoLine

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n" + b'{"taken":  "7"}'


@contextmanager
def answering(*behaviours: Callable[[socket.socket], None]) -> Iterator[Line]:
    """A server that treats each connection in another way."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            for behave in behaviours:
                connection, _whom = listening.accept()
                with connection:
                    behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        line = Line(f"http://127.0.0.1:{listening.getsockname()[1]}", patience=5)
        yield line
        line.close()
        thread.join(5)


def request(connection: socket.socket) -> bytes:
    """A whole one."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return body


def answer_once(connection):
    request(connection)
    connection.sendall(OK)


def reset(connection):
    request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def break_off(connection):
    request(connection)
    connection.sendall(OK[:30])


def garbage(connection):
    request(connection)
    connection.sendall(b"\x00" * 100)


def page(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 502 Bad\r\nContent-Length: 6\r\n\r\n<html>")


def test_a_connection_that_was_closed_meanwhile_is_opened_again():
    with answering(answer_once, answer_once) as line:
        for _request in range(2):
            assert line.post("/door/say", b"x" * 300_000) == Answer(200, {"taken": "7"})


@pytest.mark.parametrize("broken", [reset, break_off, garbage])
def test_what_breaks_off_is_no_answer_and_the_next_request_goes_through(broken):
    with answering(broken, answer_once) as line:
        with pytest.raises(NoLine):
            line.post("/door/segment", b"sealed")
        assert line.post("/door/segment", b"sealed").status == 200


def test_what_something_in_between_answers_says_nothing():
    with answering(page) as line:
        assert line.post("/door/segment", b"sealed") == Answer(502, {})


def test_where_nobody_listens_there_is_no_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NoLine):
        Line(f"http://127.0.0.1:{port}").post("/door/say", b"{}")


@pytest.mark.parametrize("address", ["http://example.org", "ftp://x", "example.org", "https://", "https://x/door?a=1"])
def test_an_address_that_is_no_servers_is_refused(address):
    with pytest.raises(BadServer):
        Line(address)
