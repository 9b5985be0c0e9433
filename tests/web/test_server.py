"""The real server, spoken to over a real socket."""

import http.client
import json
import socket
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from tests.server import Server, example, inviolable

from inviolable.posts.roles import Role
from inviolable.web.headers import HEADERS
from inviolable.web.server import listen

MEGABYTE = 1_000_000


@contextmanager
def talk(server: Server) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("localhost", server.port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def token_of(connection: http.client.HTTPConnection) -> tuple[str, str]:
    """The cookie and the form token of a fresh visitor."""
    connection.request("GET", "/sign-in/")
    answer = connection.getresponse()
    page = answer.read().decode()
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    return cookie, page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def test_an_empty_home_gets_one_link_per_role(example_server):
    assert example_server.said[0] == f"Ready: http://localhost:{example_server.port}"
    assert set(example_server.links()) == set(Role.values)
    for link in example_server.links().values():
        assert link.startswith(f"http://localhost:{example_server.port}/sign-in/link/")


def test_what_the_home_holds_is_for_its_owner_only(example_server):
    assert stat.S_IMODE(example_server.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((example_server.home / "secret_key").stat().st_mode) == 0o600


@pytest.mark.long
def test_a_home_that_others_can_look_into_is_closed_to_them(tmp_path):
    home = tmp_path / "var"
    home.mkdir()
    home.chmod(0o755)
    with Server(home) as server:
        with talk(server) as connection:
            token_of(connection)
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.glob("inviolable.sqlite3*")}
        assert set(found.values()) == {0o600}, found
        assert "inviolable.sqlite3" in found


def test_a_directory_that_everybody_shares_is_no_home(tmp_path):
    home = tmp_path / "var"
    home.mkdir()
    home.chmod(0o1777)
    done = inviolable("example", "load", home=home)
    assert done.returncode == 2
    assert "name a directory of its own" in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(home.iterdir()) == []


@pytest.mark.long
def test_a_second_server_on_the_same_home_is_refused_and_leaves_the_first_its_links(tmp_path):
    with Server(example(tmp_path / "var")) as server:
        done = inviolable("run", "--port", "0", home=server.home)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("inviolable: home: another")
        assert done.stderr.count("\n") == 1
        with talk(server) as connection:
            connection.request("GET", server.links()["legal"].removeprefix(server.url))
            assert connection.getresponse().status == 200


@pytest.mark.long
def test_a_locked_database_is_said_in_words_and_healthz_still_answers(tmp_path):
    with Server(example(tmp_path / "var")) as server:
        with talk(server) as connection:
            cookie, token = token_of(connection)
            link = server.links()["legal"].removeprefix(server.url)
            connection.request("GET", link)
            connection.getresponse().read()
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}

        def press(_: int) -> tuple[int, str, str]:
            with talk(server) as connection:
                connection.request("POST", link, body=urlencode({"csrfmiddlewaretoken": token}), headers=headers)
                answer = connection.getresponse()
                return answer.status, answer.headers["Retry-After"], answer.read().decode()

        lock = sqlite3.connect(server.home / "inviolable.sqlite3", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        try:
            # More than there are threads, each waiting for the lock.
            with ThreadPoolExecutor(12) as visitors:
                pressed = [visitors.submit(press, number) for number in range(12)]
                with talk(server) as connection:
                    connection.request("GET", "/healthz")
                    assert connection.getresponse().status in (200, 503)
                assert not all(visit.done() for visit in pressed)
                answers = [visit.result() for visit in pressed]
        finally:
            lock.execute("ROLLBACK")
            lock.close()
    for status, again, page in answers:
        assert (status, again) == (503, "5")
        assert "The database is busy" in page
        assert "La base de datos está ocupada" in page


@pytest.mark.long
def test_what_is_malformed_leaves_no_traceback_in_the_log(tmp_path):
    with Server(example(tmp_path / "var")) as server:
        with talk(server) as connection:
            connection.request("GET", "/sign-in/", headers={"Host": "evil.example"})
            connection.getresponse().read()
            cookie, _ = token_of(connection)
            headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/language/", body="&".join(f"f{n}=x" for n in range(2000)), headers=headers)
            answer = connection.getresponse()
            assert answer.status == 400
            answer.read()
        code, errors = server.interrupt()
    assert code == 0
    assert "evil.example" in errors
    assert "Traceback" not in errors
    assert errors.count("\n") == 2, errors


def test_no_answer_waits_for_more_to_send(settings, monkeypatch, tmp_path):
    settings.HOME = tmp_path
    monkeypatch.setattr("os.umask", lambda _mask: 0)
    with listen("127.0.0.1", 0) as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_it_listens_on_this_machine_only(example_server):
    others = {address[4][0] for address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        if address.startswith("127."):
            continue
        with socket.socket() as stranger:
            assert stranger.connect_ex((address, example_server.port)) != 0


def test_healthz_over_the_wire(example_server):
    with talk(example_server) as connection:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert answer.status == 200
        assert json.load(answer) == {"status": "ok", "web": "ok", "database": "ok", "ledger": "ok", "escalation": "ok"}


def test_static_files_are_served_with_their_type(example_server):
    with talk(example_server) as connection:
        connection.request("GET", "/static/web/inviolable.css")
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/css")
        assert b"--paper" in answer.read()


def test_head_answers_without_a_body(example_server):
    with talk(example_server) as connection:
        connection.request("HEAD", "/sign-in/")
        answer = connection.getresponse()
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) > 1000
        assert answer.read() == b""
        # The connection is still in step.
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200


def test_a_body_in_chunks_without_a_length_is_read(example_server):
    with talk(example_server) as connection:
        cookie, token = token_of(connection)
        body = urlencode({"csrfmiddlewaretoken": token, "language": "es", "next": "/sign-in/"}).encode()
        pieces = (body[start : start + 7] for start in range(0, len(body), 7))
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/language/", body=pieces, headers=headers, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Location"]) == (302, "/sign-in/")
        assert "django_language=es" in str(answer.headers)


def test_a_body_beyond_the_limit_is_told_so(example_server):
    with talk(example_server) as connection:
        connection.request("POST", "/language/", body=b"x" * (10 * MEGABYTE + 1))
        answer = connection.getresponse()
        assert answer.status == 413
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert b"larger than 10 MB" in answer.read()


def test_a_body_in_chunks_cannot_creep_past_the_limit(example_server):
    with talk(example_server) as connection:
        pieces = (b"x" * MEGABYTE for _ in range(11))
        connection.request("POST", "/language/", body=pieces, encode_chunked=True)
        assert connection.getresponse().status == 413


def test_a_body_of_several_megabytes_reaches_the_page(example_server):
    with talk(example_server) as connection:
        cookie, token = token_of(connection)
        edge = "edge-of-a-part"
        parts = {"csrfmiddlewaretoken": token, "language": "es", "next": "/"}
        body = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in parts.items()
        )
        body += f'--{edge}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + "x" * 5 * MEGABYTE
        body += f"\r\n--{edge}--\r\n"
        headers = {"Cookie": cookie, "Content-Type": f"multipart/form-data; boundary={edge}"}
        connection.request("POST", "/language/", body=body.encode(), headers=headers)
        assert connection.getresponse().status == 302


def test_clients_that_vanish_in_mid_request_hold_nothing(example_server):
    # Twice as many as there are threads: if each kept one, nobody would be answered any more.
    for _ in range(16):
        with socket.create_connection(("localhost", example_server.port)) as client:
            client.sendall(b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
    with talk(example_server) as connection:
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200


def test_many_visitors_at_once_are_all_served(example_server):
    def visit(_: int) -> int:
        with talk(example_server) as connection:
            connection.request("GET", "/sign-in/")
            return connection.getresponse().status

    with ThreadPoolExecutor(32) as visitors:
        assert set(visitors.map(visit, range(64))) == {200}


def test_an_unknown_name_of_this_machine_is_refused(example_server):
    with talk(example_server) as connection:
        connection.request("GET", "/sign-in/", headers={"Host": "evil.example"})
        assert connection.getresponse().status == 400


def test_a_link_works_once_over_the_wire(example_server):
    path = example_server.link_for("legal").removeprefix(example_server.url)
    with talk(example_server) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        page = answer.read().decode()
        headers = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"csrfmiddlewaretoken": page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]})
        statuses = []
        for _ in range(2):
            connection.request("POST", path, body=form, headers=headers)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
    assert statuses == [302, 410]


@pytest.mark.long
def test_ctrl_c_ends_it_quietly_and_a_second_start_keeps_the_home(tmp_path):
    with Server(tmp_path / "var") as server:
        first = server.links()
        assert server.interrupt() == (0, "")
    with Server(tmp_path / "var") as server:
        second = server.links()
    assert set(first) == set(second)
    assert not set(first.values()) & set(second.values())


@pytest.mark.long
def test_a_home_with_real_people_prints_no_link(tmp_path):
    home = tmp_path / "var"
    assert inviolable("user", "add", "Ana", "--role", "administrator", home=home).returncode == 0
    with Server(home) as server:
        assert server.links() == {}
        assert "EXAMPLE" not in "\n".join(server.said)


def test_a_taken_port_is_said_in_one_line(example_server, tmp_path):
    done = inviolable("run", home=tmp_path / "var", PORT=str(example_server.port))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "choose another with PORT" in done.stderr
