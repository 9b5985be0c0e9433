"""Text messages and calls through a real HTTP server, in two shapes, with a second provider where the first fails."""

import base64
from contextlib import contextmanager

import pytest
from django.db import transaction
from tests.outbox.conftest import NOW
from tests.outbox.gateways import configure, gateway, own, twilio

from inviolable.ledger.actions import SYSTEM
from inviolable.outbox import actions
from inviolable.outbox.actions import claim, send
from inviolable.outbox.channels import gateway as channel
from inviolable.outbox.channels.terms import Refusal, Text, Trouble
from inviolable.outbox.loop import turn
from inviolable.outbox.models import Message

SAID = Text("a/b/1", "Subject", "Body\n", "Short words & more", "es", True)


@pytest.fixture
def first(home):
    with gateway() as told:
        yield told


@pytest.fixture
def second(home):
    with gateway() as told:
        yield told


def test_our_own_shape_carries_the_id_and_the_keys(home, first):
    configure(home, own("sms", first.url))
    assert channel.text(home, "+1 202 555 0101", SAID, True) == "ref-1"
    [(path, fields, headers)] = first.got
    assert path == "/send"
    assert fields["to"] == "+12025550101"
    assert (fields["id"], fields["kind"], fields["text"], fields["language"], fields["keys"]) == (
        "a/b/1", "sms", "Short words & more", "es", ["1", "9"],
    )  # fmt: skip
    assert headers["Idempotency-Key"] == "a/b/1"
    assert headers["Authorization"] == "Bearer first secret"


def test_the_shape_of_a_provider_for_texts_and_calls(home, first):
    configure(home, twilio("sms", first.url), twilio("voice", first.url))
    assert channel.text(home, "+12025550101", SAID, True) == "SM1"
    assert channel.call(home, "+12025550101", SAID, True) == "SM1"
    (sms, text, headers), (calls, call, _) = first.got
    assert sms == "/2010-04-01/Accounts/AC1/Messages.json"
    assert calls == "/2010-04-01/Accounts/AC1/Calls.json"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"AC1:second secret"
    assert (text["To"], text["From"], text["Body"]) == ("+12025550101", "+12025550100", "Short words & more")
    assert text["StatusCallback"].startswith("http://localhost:8000/outbox/in/second/?m=")
    assert '<Say language="es-MX">Short words &amp; more</Say>' in call["Twiml"]
    assert '<Gather numDigits="1"' in call["Twiml"]


def test_who_is_only_told_is_asked_for_no_key(home, first):
    configure(home, twilio("voice", first.url), own("sms", first.url))
    channel.call(home, "+12025550101", SAID._replace(asks=False), True)
    channel.text(home, "+12025550101", SAID._replace(asks=False), True)
    assert "<Gather" not in first.got[0][1]["Twiml"]
    assert "keys" not in first.got[1][1]


@pytest.mark.parametrize("status", [500, 503, 429, 401])
def test_the_second_takes_what_the_first_does_not(home, first, second, status):
    """RESPONSE.md A.4 row 25."""
    configure(home, own("sms", first.url), twilio("sms", second.url))
    first.says = [status]
    assert channel.text(home, "+12025550101", SAID, True) == "SM1"
    assert (len(first.got), len(second.got)) == (1, 1)


def test_a_dead_first_provider_is_no_reason_to_fail(home, second):
    configure(home, own("sms", "http://127.0.0.1:9"), twilio("sms", second.url))
    assert channel.text(home, "+12025550101", SAID, True) == "SM1"


def test_when_all_fail_it_is_tried_again_where_any_may_take_it_later(home, first, second):
    configure(home, own("sms", first.url), twilio("sms", second.url))
    first.says, second.says = [422], [503]
    with pytest.raises(Trouble, match="HTTP 503"):
        channel.text(home, "+12025550101", SAID, True)
    first.says, second.says = [422], [400]
    with pytest.raises(Refusal, match="HTTP 400"):
        channel.text(home, "+12025550101", SAID, True)


@pytest.mark.parametrize("number", ["", "not a number", "+1202x", "0", "+" + "1" * 40])
def test_a_number_that_is_none_is_refused_in_words(home, first, number):
    configure(home, own("sms", first.url))
    with pytest.raises(Refusal, match="is no telephone number"):
        channel.text(home, number, SAID, True)
    assert first.got == []


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ((), "needs name and kind and url and secret"),
        (
            (own("sms", "https://sms.example.org").replace("gateway", "pigeon"),),
            "kind is 'pigeon'; allowed: gateway, tw",
        ),
        ((own("sms", "http://sms.example.org"),), "url must begin with https"),
        ((own("sms", "https://sms.example.org") + 'colour = "red"',), "has no colour"),
        (('[[sms]]\nname = "x"',), "kind is missing"),
        (("[[sms",), "outbox.toml: not TOML"),
    ],
)
def test_a_bad_configuration_is_said_in_words_and_may_be_set_right(home, tables, said):
    configure(home, *tables)
    with pytest.raises(Trouble) as refused:
        channel.text(home, "+12025550101", SAID, False)
    assert said in str(refused.value)


def test_an_example_sends_to_this_machine_only(home):
    configure(home, twilio("sms", "https://api.twilio.com"))
    with pytest.raises(Refusal, match="an example sends to this machine only"):
        channel.text(home, "+12025550101", SAID, True)


def test_a_secret_that_is_not_there_is_said(home, first):
    configure(home, own("sms", first.url))
    (home / "first.secret").unlink()
    with pytest.raises(Trouble, match="No such file"):
        channel.text(home, "+12025550101", SAID, True)


@pytest.mark.django_db
def test_a_message_goes_out_by_text_in_the_readers_language(home, first, clock):
    configure(home, own("sms", first.url))
    with transaction.atomic():
        send("m1", "ana", "sms", "try", {"role": "x"}, stream="installation", crash="resend", actor=SYSTEM, now=NOW)
    turn("me", clock)
    assert Message.objects.get(id="m1").reference == "ref-1"
    assert first.got[0][1]["text"] == "Inviolable: ¿se puede leer esto?"


@pytest.mark.parametrize("crash", ["ask", "resend"])
def test_what_was_cut_off_is_asked_for_before_it_goes_out_again_where_it_only_tells(home, first, clock, crash):
    """RESPONSE.md, C.4: the provider took it, and we died before we had written that down."""
    configure(home, own("sms", first.url))
    with transaction.atomic():
        send("m1", "bea", "sms", "try", {"role": "officer"}, stream="s/1", crash=crash, actor=SYSTEM, now=NOW)
    with pytest.raises(SystemExit), dying():
        turn("one", clock)
    assert len(first.got) == 1
    clock.forward(seconds=31)
    turn("two", clock)
    assert Message.objects.get(id="m1").state == "sent"
    assert (first.asked, len(first.got)) == ((["m1"], 1) if crash == "ask" else ([], 2))


def test_what_the_provider_never_got_goes_out_when_it_was_asked(home, first, clock):
    configure(home, own("sms", first.url))
    with transaction.atomic():
        send("m1", "bea", "sms", "try", {"role": "officer"}, stream="s/1", crash="ask", actor=SYSTEM, now=NOW)
    claim("one", clock())
    clock.forward(seconds=31)
    turn("two", clock)
    assert (first.asked, len(first.got)) == (["m1"], 1)
    assert "REPEAT" in first.got[0][1]["text"]


def test_whoever_cannot_be_asked_gets_it_again(home, first, clock):
    configure(home, twilio("sms", first.url))
    assert channel.has_text(home, "m1", True) is None
    configure(home, own("sms", "http://127.0.0.1:9"))
    assert channel.has_text(home, "m1", True) is None


@contextmanager
def dying():
    """The process ends when it would write down that a message went out."""

    def die(*_):
        raise SystemExit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "went_out", die)
        yield
