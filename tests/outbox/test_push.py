"""Notifications through a real push service on this machine, opened as a browser would open them."""

import json
import re
import socket
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import transaction
from tests.outbox.conftest import NOW
from tests.outbox.pushing import Browser, opened, push_service, verified

from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.ledger.snapshot import copy_files
from inviolable.outbox.actions import notify_in, send
from inviolable.outbox.channels import push, webpush
from inviolable.outbox.channels.terms import Gone, Refusal, Text, Trouble
from inviolable.outbox.loop import turn
from inviolable.outbox.models import Message
from inviolable.posts.actions import Installation, Reached, Refused, drop_browsers, list_person
from inviolable.posts.lookup import browsers_of, ways_of
from inviolable.posts.models import Contact

SAID = Text("a/b/1", "ALARM: Threat", "Body\n", "Raised at 11:00", "es", True, "https://x.example/a/1/", (), NOW)


@pytest.fixture
def service(home):
    with push_service() as told:
        yield told


def point(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(raw(private), "big"), ec.SECP256R1())


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_example_of_the_standard_comes_out_as_it_is_printed():
    """RFC 8291, Appendix A."""
    browser = webpush.Subscription(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        raw("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        raw("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    ours, salt = point("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), raw("DGv6ra1nlYgDCS1FRnbzlw")
    sealed = webpush.seal(b"When I grow up, I want to be a watermelon", browser, ours, salt)
    assert urlsafe_b64encode(sealed).rstrip(b"=").decode() == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_the_browser_reads_it_and_the_service_knows_who_sent_it(home, service):
    """What the service is told beside the sealed words: how urgent, for how long, under which topic, and by whom."""
    browser = Browser(service.url)
    topic = push.send(home, browser.subscription, SAID, True)
    [(path, headers, body)] = service.got
    assert path == browser.path
    assert b"ALARM" not in body
    assert opened(browser, body) == {
        "id": "a/b/1", "title": "ALARM: Threat", "body": "Raised at 11:00", "link": SAID.link, "language": "es",
    }  # fmt: skip
    assert (headers["Urgency"], headers["TTL"], headers["Content-Encoding"]) == ("high", "3600", "aes128gcm")
    assert headers["Topic"] == topic
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", topic), "RFC 8030, 5.4"
    claims = verified(headers["Authorization"], webpush.public_key(home))
    assert claims["aud"] == service.url
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 3600, "RFC 8292, 2: at most a day"
    assert "sub" not in claims, "this machine has no address that a service could write to"


def test_the_service_is_told_how_to_reach_us_where_we_have_an_address(home, service, settings):
    settings.ADDRESS = "https://inviolable.example.org"
    push.send(home, Browser(service.url).subscription, SAID._replace(link=""), True)
    [(_, headers, _)] = service.got
    assert verified(headers["Authorization"], webpush.public_key(home))["sub"] == "https://inviolable.example.org"


def test_the_same_message_again_takes_the_place_of_the_first_and_is_sealed_anew(home, service):
    browser = Browser(service.url)
    for text in (SAID, SAID._replace(subject="REPEAT · ALARM: Threat"), SAID._replace(id="another")):
        push.send(home, browser.subscription, text, True)
    (_, first, one), (_, again, two), (_, other, _) = service.got
    assert first["Topic"] == again["Topic"] != other["Topic"]
    assert opened(browser, one)["id"] == opened(browser, two)["id"]
    assert opened(browser, two)["title"] == "REPEAT · ALARM: Threat"
    assert one[:21] != two[:21], "salt and key are of one message"


def test_however_long_the_words_are_they_fit_into_what_a_service_takes(home, service):
    long = SAID._replace(subject="ñ\U0001f6a8" * 2000, short="é" * 5000)
    push.send(home, Browser(service.url).subscription, long, True)
    assert len(service.got[0][2]) <= 4096


@pytest.mark.parametrize(
    ("status", "fault"),
    [(404, Gone), (410, Gone), (400, Refusal), (403, Refusal), (413, Refusal), (429, Trouble), (500, Trouble),
     (503, Trouble), (401, Trouble)],
)  # fmt: skip
def test_what_the_service_says_decides_whether_it_is_tried_again(home, service, status, fault):
    service.says = [status]
    with pytest.raises(fault, match=f"HTTP {status}") as raised:
        push.send(home, Browser(service.url).subscription, SAID, True)
    assert type(raised.value) is fault


def test_a_service_that_is_not_there_is_tried_again(home):
    with pytest.raises(Trouble, match="cannot be reached"):
        push.send(home, Browser("http://127.0.0.1:9").subscription, SAID, True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: "",
        lambda told: "[]",
        lambda told: "no JSON",
        lambda told: json.dumps({"endpoint": told["endpoint"]}),
        lambda told: json.dumps(told | {"endpoint": 7}),
        lambda told: json.dumps(told | {"endpoint": "https://[::1"}),
        lambda told: json.dumps(told | {"endpoint": "https://127.0.0.1:port/"}),
        lambda told: json.dumps(told | {"keys": told["keys"] | {"p256dh": told["keys"]["auth"]}}),
        lambda told: json.dumps(told | {"keys": told["keys"] | {"p256dh": "BAAA"}}),
        lambda told: json.dumps(told | {"keys": told["keys"] | {"auth": "AAAA"}}),
        lambda told: json.dumps(told | {"keys": None}),
        lambda told: json.dumps(told | {"more": "x" * 5000}),
    ],
)
def test_what_no_browser_says_is_refused_in_words(home, spoil):
    told = json.loads(Browser("http://127.0.0.1:1").subscription)
    with pytest.raises(Refusal, match="push"):
        push.checked(spoil(told), True)


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example.org", "https://127.0.0.1", "https://localhost", "https://10.0.0.7", "https://192.168.1.1",
     "https://169.254.169.254", "https://[::1]", "https://[fd00::1]", "https://[::ffff:10.0.0.1]", "https://0.0.0.0",
     "https://user@1.1.1.1", "ftp://1.1.1.1", "https://" + "x" * 70 + ".example", "https://2130706433"],
)  # fmt: skip
def test_nobody_makes_this_server_call_within_our_own_network(home, endpoint):
    """A browser may say any address: a push service of the world has a public one, and https."""
    with pytest.raises(Refusal, match="outside of our own network"):
        push.checked(Browser(endpoint).subscription, False)


def test_a_name_is_judged_by_every_address_that_it_has(home, monkeypatch):
    """The one thing a test cannot have for real: a name in the world that leads into our network."""

    def found(*addresses):
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
        monkeypatch.setattr(push, "getaddrinfo", lambda *_: answer)

    found("93.184.216.34")
    assert push.checked(Browser("https://push.example.org").subscription, False).endpoint.startswith("https://push")
    found("93.184.216.34", "10.1.2.3")
    with pytest.raises(Refusal, match="outside of our own network"):
        push.checked(Browser("https://push.example.org").subscription, False)


def test_an_example_sends_to_this_machine_only(home):
    with pytest.raises(Refusal, match="an example sends to this machine only"):
        push.send(home, Browser("https://1.1.1.1").subscription, SAID, True)


def test_our_key_is_made_once_closed_to_others_and_is_in_every_backup(home, tmp_path):
    known = webpush.public_key(home)
    path = home / "keys" / "push.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert webpush.public_key(home) == known
    copy_files(home, tmp_path / "copy", {home / "keys" / "subjects"})
    assert webpush.public_key(tmp_path / "copy") == known
    assert load_pem_private_key(path.read_bytes(), None).curve.name == "secp256r1"


@pytest.mark.parametrize("spoilt", [b"", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_key_that_is_spoilt_is_said_and_never_replaced_in_silence(home, service, spoilt):
    webpush.public_key(home)
    (home / "keys" / "push.pem").write_bytes(spoilt)
    with pytest.raises(ValueError, match=r"push\.pem: holds no key"):
        push.send(home, Browser(service.url).subscription, SAID, True)
    assert (home / "keys" / "push.pem").read_bytes() == spoilt


# ---- somebody with browsers -----------------------------------------------------------------------


@pytest.fixture
def example(home):
    Installation.objects.create(example=True, since=NOW)


def on(browser, person="ana"):
    notify_in(browser.subscription, person, actor={"role": "legal", "id": "user-1"}, now=NOW)


def listed():
    lines = Entry.objects.filter(kind="person.listed").order_by("id").values_list("line", flat=True)
    return [json.loads(bytes(line))["body"]["channels"] for line in lines]


def test_switched_on_it_is_a_way_to_reach_that_person_and_a_trial_comes_at_once(service, example, clock):
    browser = Browser(service.url)
    on(browser)
    assert ways_of(["ana", "bea"]) == {"ana": ("mail", "sms", "push"), "bea": ("mail", "sms")}
    assert listed()[-1] == ["mail", "sms", "push"]
    turn("me", clock)
    told = opened(browser, service.got[0][2])
    assert told["title"] == "EXAMPLE · Inviolable: ¿se puede leer esto?"
    assert told["link"] == "http://localhost:8000"
    entries = b"".join(bytes(line) for line in Entry.objects.values_list("line", flat=True))
    assert browser.path.encode() not in entries, "where a browser is reached is in no entry"


def test_twice_on_is_once_and_off_is_in_no_browser(service, example):
    one, two = Browser(service.url), Browser(service.url)
    for browser in (one, one, two):
        on(browser)
    assert browsers_of("ana") == [one.subscription, two.subscription]
    drop_browsers("ana", actor=SYSTEM, now=NOW)
    assert browsers_of("ana") == []
    assert listed()[-1] == ["mail", "sms"]
    before = Entry.objects.count()
    drop_browsers("ana", actor=SYSTEM, now=NOW)
    assert Entry.objects.count() == before


def test_a_table_neither_gives_nor_takes_it(service, example):
    """Whoever keeps the staff's numbers does not know their browsers."""
    on(Browser(service.url))
    told = {"name": "ana", "language": "es", "time_zone": "America/Guayaquil", "actor": SYSTEM, "now": NOW}
    list_person("ana", **told, contacts=[Reached("sms", "+12025550199")])
    assert ways_of(["ana"])["ana"] == ("sms", "push")
    before = Entry.objects.count()
    list_person("ana", **told, contacts=[Reached("sms", "+12025550199")])
    assert Entry.objects.count() == before
    with pytest.raises(Refused, match="push is switched on by each person"):
        list_person("bea", **told, contacts=[Reached("push", "{}")])


def test_who_is_not_of_the_staff_or_has_many_browsers_already_is_refused(service, example):
    with pytest.raises(Refused, match="among the staff"):
        on(Browser(service.url), "nobody")
    for _ in range(10):
        on(Browser(service.url))
    with pytest.raises(Refused, match="switch them off first"):
        on(Browser(service.url))


def queue(person="ana", name="m1"):
    with transaction.atomic():
        told = {"stream": "installation", "crash": "resend", "actor": SYSTEM, "now": NOW}
        send(name, person, "push", "try", {"role": "x"}, **told)


def test_every_browser_is_notified_and_one_that_is_gone_is_forgotten(service, example, clock):
    desk, old, telephone = (Browser(service.url) for _ in range(3))
    for browser in (desk, old, telephone):
        on(browser)
    Message.objects.all().delete()
    queue()
    service.refuses[old.path] = 410
    turn("me", clock)
    assert {path for path, *_ in service.got} == {desk.path, telephone.path}
    assert Message.objects.get(id="m1").state == "sent"
    assert browsers_of("ana") == [desk.subscription, telephone.subscription]
    assert not Contact.objects.filter(person="ana", place=5).exists()


def test_where_all_are_gone_it_is_given_up_at_once_and_nobody_believes_in_it_any_more(service, example, clock):
    browser = Browser(service.url)
    on(browser)
    Message.objects.all().delete()
    queue()
    service.refuses[browser.path] = 404
    turn("me", clock)
    message = Message.objects.get(id="m1")
    assert (message.state, message.attempts) == ("failed", 1)
    assert ways_of(["ana"])["ana"] == ("mail", "sms")


def test_a_service_that_is_busy_gets_it_later_marked_as_a_repeat(service, example, clock):
    browser = Browser(service.url)
    on(browser)
    Message.objects.all().delete()
    queue()
    service.says = [429]
    turn("me", clock)
    assert Message.objects.get(id="m1").state == "waiting"
    clock.forward(seconds=5)
    turn("me", clock)
    assert opened(browser, service.got[0][2])["title"].startswith("EXAMPLE · REPETICIÓN · ")
