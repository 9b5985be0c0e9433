"""Other services by Apprise, through a real HTTP server on this machine; what is not listed never begins."""

import sys

import pytest
from django.db import transaction
from tests.outbox.conftest import NOW
from tests.outbox.gateways import gateway

from inviolable.ledger.actions import SYSTEM
from inviolable.outbox.actions import send
from inviolable.outbox.channels import services as channel
from inviolable.outbox.channels.terms import Refusal, Text, Trouble
from inviolable.outbox.loop import turn
from inviolable.outbox.models import Message
from inviolable.posts.actions import Reached, list_person

pytestmark = pytest.mark.filterwarnings("ignore:.imghdr. is deprecated:DeprecationWarning")
SAID = Text("a/b/1", "ALARM: entry", "Lock the {{ door }}.\n", language="en")
SECRET = "hunter2hunter2"


@pytest.fixture
def other():
    with gateway() as told:
        yield told


def here(other, path="/alarms") -> str:
    return other.url.replace("http://", "json://") + path


def test_a_text_arrives_at_a_service_whole(tmp_path, other):
    assert channel.send(tmp_path, here(other), SAID, True) == "", "no reference: nothing will ever come back"
    [(path, fields, _)] = other.got
    assert path == "/alarms"
    assert (fields["title"], fields["message"].strip(), fields["type"]) == (
        "ALARM: entry", "Lock the {{ door }}.", "warning",
    )  # fmt: skip


def test_a_service_that_does_not_take_it_is_tried_again(tmp_path, other):
    other.says = [503, 503]
    with pytest.raises(Trouble, match="json: the service did not take it"):
        channel.send(tmp_path, here(other), SAID, True)
    with pytest.raises(Trouble, match="did not take it"):
        channel.send(tmp_path, "json://127.0.0.1:9/", SAID, True)


def test_nobody_is_followed_elsewhere(tmp_path, other):
    with gateway() as elsewhere:
        other.says, other.location = [307], f"{elsewhere.url}/stolen"
        with pytest.raises(Trouble):
            channel.send(tmp_path, here(other), SAID, True)
        assert elsewhere.got == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nothing",
        "file:///etc/passwd",
        "dbus://",
        "windows://",
        "gnome://",
        "macosx://",
        "syslog://local0",
        "rsyslog://localhost",
        "vapid://a@example.org/",
        "fcm://project@/a/?keyfile=/etc/passwd",
        "mailto://user:hunter2hunter2@example.org",
        "apprise://localhost/token",
        "https://localhost/config.yml",
        "json://example.org/",
        "json://127.0.0.1@example.org/",
        "json://127.0.0.1\\@example.org/",
        "json://127.0.0.1/?+Host=example.org",
        "xml://localhost/",
        "jsons://example.org/?verify=no",
        "jsons://example.org/?redirect=yes",
        "discord://1/hunter2hunter2?template=/etc/passwd",
        "discord://1/hunter2hunter2#?template=/etc/passwd",
        "discord://1/hunter2hunter2?priority=high;template=/etc/passwd",
        "discord://1/hunter2hunter2?%54emplate=/etc/passwd",
        "slack://a/b/c ,file:///etc/passwd",
        "opsgenie://key/",
        "tgram://nothing",
    ],
)
def test_what_is_not_listed_is_refused_for_good_and_no_password_is_said(tmp_path, address):
    with pytest.raises(Refusal) as refused:
        channel.send(tmp_path, address, SAID, False)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("address", ["jsons://example.org/", "ntfys://alarms", "json://example.org/", "slack://a/b/c"])
def test_an_example_sends_to_this_machine_only(tmp_path, address):
    with pytest.raises(Refusal, match="an example sends to this machine only"):
        channel.send(tmp_path, address, SAID, True)


@pytest.mark.parametrize(
    "address",
    [
        "ntfys://user:password@ntfy.example.org/alarms?priority=max",
        "mmosts://chat.example.org/3ccdd113474722377935511fc85d3dd4",
        "matrixs://user:token@chat.example.org/#room",
        "signals://signal.example.org/12025550100/12025550101",
        "nctalks://user:pass@cloud.example.org/room",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
    ],
)
def test_what_is_listed_is_an_address_that_the_library_knows(address):
    assert len(channel._service(channel._allowed(address, False))) == 1


def test_where_the_library_is_not_installed_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Trouble, match=r"install inviolable\[apprise\]"):
        channel.send(tmp_path, "json://localhost/", SAID, True)


@pytest.mark.django_db
def test_a_message_goes_out_by_a_service(home, other, clock):
    ways = [Reached("apprise", here(other))]
    list_person("cat", name="cat", language="es", time_zone="UTC", contacts=ways, actor=SYSTEM, now=NOW)
    with transaction.atomic():
        told = {"stream": "installation", "crash": "resend", "actor": SYSTEM, "now": NOW}
        send("m1", "cat", "apprise", "try", {"role": "x"}, **told)
    turn("me", clock)
    assert Message.objects.get(id="m1").state == "sent"
    assert other.got[0][1]["title"] == "Inviolable: ¿se puede leer esto?"
