"""Another system of ours is told by a signed request, which it can check and nobody can make or say again."""

import hashlib
import hmac
from base64 import b64decode

import pytest
from django.db import transaction
from tests.outbox.conftest import NOW
from tests.outbox.gateways import gateway

from inviolable.ledger.actions import SYSTEM
from inviolable.outbox.actions import send
from inviolable.outbox.channels import webhook as channel
from inviolable.outbox.channels.terms import Refusal, Text, Trouble
from inviolable.outbox.loop import turn
from inviolable.outbox.models import Message
from inviolable.posts.actions import Reached, list_person
from inviolable.posts.models import Installation

SECRET = "desk secret"
LINK = "http://localhost:8000/a/x/"
SAID = Text("a/b/1", "ALARM: entry", "Lock the door.\n", "ALARM", "en", True, LINK, ("exercise", "repeat"))


@pytest.fixture
def desk(home):
    with gateway() as told:
        configure(home, told.url)
        yield told


def configure(home, *receivers: str) -> None:
    tables = (f'[[webhook]]\nreceiver = "{one}"\nsecret = "desk.secret"\n' for one in receivers)
    (home / "outbox.toml").write_text("\n".join(tables))
    (home / "desk.secret").write_text(f"{SECRET}\n")


def is_vouched_for(headers: dict[str, str], body: bytes, now: float, secret: str = SECRET) -> bool:
    """What a receiver does, as docs/channels.md tells it."""
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    version, _, given = headers["Webhook-Signature"].partition(",")
    right = hmac.compare_digest(b64decode(given), hmac.new(secret.encode(), signed, hashlib.sha256).digest())
    return version == "v1" and right and abs(now - int(headers["Webhook-Timestamp"])) <= 300


def test_a_system_is_told_all_that_a_person_is(home, desk):
    assert channel.send(home, f"{desk.url}/alarms?desk=1", SAID, True) == ""
    [(path, fields, headers)] = desk.got
    assert path == "/alarms?desk=1"
    assert fields == {
        "id": "a/b/1",
        "subject": "ALARM: entry",
        "text": "Lock the door.\n",
        "short": "ALARM",
        "language": "en",
        "asks": "yes",
        "link": LINK,
        "marks": ["exercise", "repeat"],
    }
    assert headers["Idempotency-Key"] == headers["Webhook-Id"] == "a/b/1"
    assert headers["Content-Type"] == "application/json"


def test_what_is_real_and_asks_nothing_says_neither(home, desk):
    channel.send(home, desk.url, SAID._replace(asks=False, link="", marks=()), True)
    assert {"asks", "link", "marks"} & desk.got[0][1].keys() == set()


def test_the_receiver_can_refuse_what_is_forged_changed_or_old(home, desk):
    channel.send(home, desk.url, SAID, True)
    [body], [(_, _, headers)] = desk.raw, desk.got
    at = int(headers["Webhook-Timestamp"])
    assert is_vouched_for(headers, body, at)
    assert not is_vouched_for(headers, body, at + 301), "said again later"
    assert not is_vouched_for(headers | {"Webhook-Timestamp": str(at + 301)}, body, at + 301)
    assert not is_vouched_for(headers | {"Webhook-Id": "another"}, body, at)
    assert not is_vouched_for(headers, body.replace(b"Lock", b"Open"), at)
    assert not is_vouched_for(headers, body, at, secret="guessed")


def test_the_signature_is_the_one_that_the_libraries_of_standard_webhooks_check():
    """The vector of their own tests."""
    key, message = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek"
    made = channel.signed(key, message, 1614265330, b'{"test": 2432232314}')
    assert made["Webhook-Signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_a_system_that_will_never_take_it_is_believed(home, desk, status):
    desk.says = [status]
    with pytest.raises(Refusal, match=f"HTTP {status}"):
        channel.send(home, desk.url, SAID, True)


@pytest.mark.parametrize("status", [302, 401, 403, 429, 500, 503])
def test_any_other_answer_may_be_another_one_later(home, desk, status):
    desk.says = [status]
    with pytest.raises(Trouble, match=f"HTTP {status}"):
        channel.send(home, desk.url, SAID, True)


def test_a_redirect_is_not_followed(home, desk):
    with gateway() as elsewhere:
        desk.says, desk.location = [307], f"{elsewhere.url}/inside"
        with pytest.raises(Trouble, match="it sends elsewhere"):
            channel.send(home, desk.url, SAID, True)
        assert elsewhere.got == []


def test_nobody_is_called_whom_the_configuration_does_not_name(home, desk):
    """Not even by a contact that somebody wrote: its address must lie at a receiver."""
    with gateway() as inside:
        for address in (inside.url, desk.url.replace("127.0.0.1", "localhost"), f"{desk.url}0/", f"{desk.url}@x.org/"):
            with pytest.raises((Trouble, Refusal)):
                channel.send(home, address, SAID, False)
        assert inside.got == desk.got == []


@pytest.mark.parametrize(
    "address",
    ["", "desk", "http://desk.example.org/", "ftp://127.0.0.1/", "file:///etc/passwd", "http://[", "https://[::1"],
)
def test_what_is_no_address_is_refused_in_words(home, desk, address):
    with pytest.raises(Refusal, match="is no address of a webhook"):
        channel.send(home, address, SAID, False)


def test_an_example_tells_this_machine_only(home):
    configure(home, "https://desk.example.org")
    with pytest.raises(Refusal, match="an example sends to this machine only"):
        channel.send(home, "https://desk.example.org/alarms", SAID, True)


def test_what_is_configured_wrongly_may_be_set_right(home, desk):
    (home / "desk.secret").write_text("short")
    with pytest.raises(Trouble, match="a secret has at least"):
        channel.send(home, desk.url, SAID, True)
    (home / "outbox.toml").write_text("")
    with pytest.raises(Trouble, match="needs receiver and secret"):
        channel.send(home, desk.url, SAID, True)


@pytest.mark.django_db
def test_a_message_goes_out_with_its_marks(home, desk, clock):
    Installation.objects.create(example=True, since=NOW)
    ways = [Reached("webhook", f"{desk.url}/alarms")]
    list_person("desk", name="desk", language="es", time_zone="UTC", contacts=ways, actor=SYSTEM, now=NOW)
    with transaction.atomic():
        told = {"stream": "installation", "crash": "resend", "actor": SYSTEM, "now": NOW}
        send("m1", "desk", "webhook", "try", {"role": "x", "link": LINK}, **told)
    desk.says = [503]
    turn("me", clock)
    clock.forward(seconds=5)
    turn("me", clock)
    assert Message.objects.get(id="m1").state == "sent"
    first, again = (fields for _, fields, _ in desk.got)
    assert (first["marks"], again["marks"]) == (["example"], ["example", "repeat"])
    assert (again["id"], again["link"], again["language"]) == ("m1", LINK, "es")
    assert "asks" not in again
