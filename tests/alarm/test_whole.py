"""The worked example on a real server: the alarm raised by command and by page, the mail at a real server of mails."""

import re
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from tests.outbox.conftest import certificate, mail_server  # noqa: F401
from tests.server import Server, example, inviolable


def pages(server: Server, link: str = ""):
    """A browser without scripts that reads English; signed in where a link is given."""
    opener = build_opener(HTTPCookieProcessor())
    opener.addheaders = [("Accept-Language", "en")]

    def visit(address: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        address = address if address.startswith("http") else server.url + address
        token = (
            re.search('csrfmiddlewaretoken" value="([^"]+)"', opener.open(address).read().decode()) if fields else None
        )
        told = urlencode(fields | {"csrfmiddlewaretoken": token[1]}).encode() if fields and token else None
        with opener.open(Request(address, told, {"Referer": address})) as answer:
            return answer.url, answer.read().decode()

    if link:
        visit(link, {"x": "y"})
    return visit


def link_in(box, to: str) -> str:
    [message] = [message for address, message in box.got if address == to]
    return re.search(r"http://localhost\S+/a/\S+", message.get_content())[0]


@pytest.mark.long
def test_from_the_page_and_from_the_command_to_an_answer_by_a_link(tmp_path, certificate):  # noqa: F811
    with Server(example(tmp_path / "var")) as server, mail_server(server.home, certificate) as box:
        desk = pages(server, server.links()["reception"])
        name = re.search('name="name" value="([^"]+)"', desk("/alarms/raise/")[1])[1]
        told = {"name": name, "post": "minneapolis", "danger": "attempted_entry"}
        alarm, said = desk("/alarms/raise/", told)
        assert "Received. Nobody has answered yet." in said

        assert box.wait_for("quito-duty-1@example.org")
        link, anybody = link_in(box, "quito-duty-1@example.org"), pages(server)
        assert link.startswith(server.url)
        for _ in range(3):
            assert "I have it" in anybody(link)[1]
        assert "Nobody has answered yet" in desk(alarm)[1], "a scanner that fetches the link changes nothing"
        anybody(link, {"answer": "has"})
        assert "Seen by Duty officer (the duty officer)" in desk(alarm)[1]

        raised = server.run("alarm", "raise", "chicago", "fire")
        assert box.wait_for("chicago-head@example.org")
        shown = server.run("alarm", "list")
        assert "chicago" in shown
        assert "NOBODY" in shown
        document = server.run("alarm", "cap", raised.split()[1])
        assert "<status>Test</status><msgType>Alert</msgType>" in document
        assert inviolable("alarm", "cap", "no-such", home=server.home).returncode == 2
        server.run("verify")
        server.run("rebuild")
        assert server.run("alarm", "list") == shown, "rows are derived from entries"
