"""Answers by key and by text, as providers tell them; what no provider signed is nothing."""

import hashlib
import hmac
import json
from base64 import b64encode
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.outbox.gateways import configure, own, twilio

from inviolable.alarm.models import Reply
from inviolable.ledger.models import Entry
from inviolable.outbox.channels.gateway import key_token
from inviolable.outbox.models import Message
from inviolable.web import clock as web_clock

HERE = "http://localhost:8000"


@pytest.fixture
def told(night, home, monkeypatch):
    """What the provider of our own shape tells; signed unless a test says otherwise."""
    configure(home, own("sms", "http://127.0.0.1:9"), twilio("voice", "http://127.0.0.1:9"))
    monkeypatch.setattr(web_clock.timezone, "now", night.clock)

    def tell(signed_by: str = "first secret", name: str = "first", **said: str) -> int:
        body = json.dumps({"at": night.clock.now.isoformat()} | said).encode()
        signature = "sha256=" + hmac.new(signed_by.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Inviolable-Signature": signature}
        answer = Client().post(f"/outbox/in/{name}/", body, content_type="application/json", headers=headers)
        night.look()
        return answer.status_code

    return tell


def twilio_tells(night, query: str, **form: str) -> int:
    return _twilio(night, query, form).status_code


def twilio_says(night, query: str, **form: str) -> str:
    return _twilio(night, query, form).content.decode()


def _twilio(night, query: str, form: dict[str, str]):
    url = f"/outbox/in/second/?{query}"
    signed = HERE + url + "".join(f"{key}{form[key]}" for key in sorted(form))
    signature = b64encode(hmac.new(b"second secret", signed.encode(), hashlib.sha1).digest()).decode()
    answer = Client().post(
        url,
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    night.look()
    return answer


def call_of(person: str, way: str) -> str:
    return Message.objects.filter(person=person, channel=way).order_by("-queued").values_list("id", flat=True)[0]


def replies() -> list[tuple[str, str, bool]]:
    return [(one.person, one.role, one.declined) for one in Reply.objects.order_by("id")]


def test_a_key_on_the_telephone_is_an_answer_and_a_voicemail_is_none(night, told):
    """RESPONSE.md A.4 row 19."""
    night.raise_at()
    token = key_token(call_of("quito-duty-1", "voice"))
    assert twilio_tells(night, f"m={token}", CallStatus="completed") == 200
    assert replies() == [], "somebody or something took the call"
    assert twilio_tells(night, f"k={token}", Digits="5") == 200
    assert replies() == []
    assert twilio_tells(night, f"k={token}", Digits="1") == 200
    assert replies() == [("quito-duty-1", "duty_officer", False)]
    night.wait(120)
    assert night.phones.rang("quito-duty-2") == []


def test_a_nine_says_that_one_cannot_and_the_next_is_called_at_once(night, told):
    night.raise_at()
    night.wait(10)
    twilio_tells(night, f"k={key_token(call_of('quito-duty-1', 'voice'))}", Digits="9")
    assert replies() == [("quito-duty-1", "duty_officer", True)]
    assert night.phones.rang("quito-duty-2") == [10]


@pytest.mark.parametrize(("words", "declined"), [("1", False), ("Sí, voy", False), ("NO puedo", True), ("9", True)])
def test_a_reply_by_text_is_an_answer_to_the_newest_call(night, told, words, declined):
    """RESPONSE.md A.4 row 19."""
    night.raise_at()
    assert told(what="reply", **{"from": "+1 202 555 0101"}, text=words) == 200
    assert replies() == [("quito-duty-1", "duty_officer", declined)]


@pytest.mark.parametrize(("words", "noted"), [("1", "Anotado: la tiene usted."), ("9", "Anotado: usted no puede.")])
def test_whoever_answers_by_text_reads_once_that_it_counts(night, told, words, noted):
    night.raise_at()
    for _ in range(3):
        told(what="reply", **{"from": "+12025550101"}, text=words)
    said = noted_by(night)
    assert len(said) == 1
    assert noted in said[0]
    assert ("+1 612 555 0100" in said[0]) == (words == "1")


def noted_by(night) -> list[str]:
    return [text.short for text in night.phones.texts("quito-duty-1") if "Anotado" in text.short]


def test_whoever_changes_their_mind_reads_the_last_word(night, told):
    night.raise_at()
    for words in ("1", "9", "1"):
        night.wait(15)
        told(what="reply", **{"from": "+12025550101"}, text=words)
    assert ["no puede" in said for said in noted_by(night)] == [False, True, False]
    assert replies()[-1] == ("quito-duty-1", "duty_officer", False)


def test_two_machines_do_not_answer_each_other_for_ever(night, told):
    night.raise_at()
    for _ in range(20):
        night.wait(30)
        told(what="reply", **{"from": "+12025550101"}, text="OK")
    assert len(noted_by(night)) == 10


def test_nothing_is_said_of_an_alarm_that_is_long_over_nor_to_whoever_raised_one(night, told):
    night.raise_at()
    night.over()
    night.clock.forward(hours=2)
    told(what="reply", **{"from": "+12025550101"}, text="ok")
    night.raise_at(raiser="quito-duty-1")
    before = len(night.phones.texts("quito-duty-1"))
    told(what="reply", **{"from": "+12025550101"}, text="No puedo hablar")
    assert len(night.phones.texts("quito-duty-1")) == before
    assert not any("no espera respuesta" in text.short for text in night.phones.texts("quito-duty-1"))


def test_whoever_answers_too_late_reads_that_it_does_not_count(night, told):
    night.raise_at()
    night.over()
    told(what="reply", **{"from": "+12025550101"}, text="1")
    assert "no espera respuesta suya" in night.phones.texts("quito-duty-1")[-1].short
    assert replies() == []


def test_whoever_presses_a_key_hears_that_it_counts(night, told):
    night.raise_at()
    query = f"k={key_token(call_of('quito-duty-1', 'voice'))}"
    assert "Anotado: la tiene usted." in twilio_says(night, query, Digits="1")


@pytest.mark.parametrize("words", ["", "what?", "yesterday", "nowhere", "11"])
def test_what_says_neither_is_no_answer(night, told, words):
    night.raise_at()
    assert told(what="reply", **{"from": "+12025550101"}, text=words) == 200
    assert replies() == []


def test_a_reply_from_a_stranger_or_after_all_is_over_is_nothing(night, told):
    assert told(what="reply", **{"from": "+12025550101"}, text="1") == 200
    night.raise_at()
    assert told(what="reply", **{"from": "+12025559999"}, text="1") == 200
    assert told(what="reply", **{"from": ""}, text="1") == 200
    assert replies() == []


def test_a_message_that_the_provider_could_not_deliver_brings_in_the_next_once_no_other_is_left(night, told):
    night.raise_at()
    night.wait(5)
    for way in ("sms", "mail"):
        assert told(what="receipt", id=call_of("quito-duty-1", way), state="undelivered") == 200
    assert night.phones.rang("quito-duty-2") == []
    assert told(what="receipt", id=call_of("quito-duty-1", "voice"), state="no-answer") == 200
    assert night.phones.rang("quito-duty-2") == [5]


def test_a_receipt_is_kept(night, told):
    """RESPONSE.md A.4 row 24."""
    night.raise_at()
    told(what="receipt", id=call_of("quito-duty-1", "sms"), state="delivered")
    told(what="receipt", id=call_of("quito-duty-1", "sms"), state="delivered")
    assert Message.objects.get(id=call_of("quito-duty-1", "sms")).state == "delivered"
    assert Entry.objects.filter(kind="message.delivered").count() == 1


def test_what_nobody_signed_is_refused_and_changes_nothing(night, told):
    night.raise_at()
    before, said = Entry.objects.count(), {"what": "reply", "from": "+12025550101", "text": "1"}
    assert told(signed_by="guessed", **said) == 401
    assert told(name="second", **said) == 401, "another provider's name"
    assert told(name="nobody", **said) == 401
    plain = Client().post("/outbox/in/first/", json.dumps(said), content_type="application/json")
    assert plain.status_code == 401
    assert Client().post("/outbox/in/second/?k=x", {"Digits": "1"}).status_code == 401
    assert Client().get("/outbox/in/first/").status_code == 405
    assert Client().post("/outbox/in/first/", "x" * 30_000, content_type="text/plain").status_code == 413
    assert (Entry.objects.count(), replies()) == (before, [])


NONSENSE = [b"", b"[]", b"null", b"{}", b"\xff", b'{"what": "receipt", "id": "no such", "state": "failed"}']


@pytest.mark.parametrize("body", NONSENSE)
def test_signed_nonsense_is_taken_and_does_nothing(night, told, body):
    signature = "sha256=" + hmac.new(b"first secret", body, hashlib.sha256).hexdigest()
    answer = Client().post(
        "/outbox/in/first/", body, content_type="application/json", headers={"X-Inviolable-Signature": signature}
    )
    assert answer.status_code == 200


def test_a_token_of_somebody_else_says_nothing(night, told):
    night.raise_at()
    assert twilio_tells(night, "k=forged", Digits="1") == 200
    assert replies() == []
