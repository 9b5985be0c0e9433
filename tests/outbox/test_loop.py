"""Messages go out once, or again and say so, or wait for a person; whatever dies, none is lost and none is silent."""

import json

import pytest
from django.db import connection, transaction
from tests.outbox.conftest import NOW

from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.outbox import actions
from inviolable.outbox.actions import LEASE, NotReachable, send
from inviolable.outbox.loop import turn, worded
from inviolable.outbox.models import Message
from inviolable.posts.models import Installation

STREAM = "incident/6f1c1c1e-52b5-4a3b-9a39-0a1b2c3d4e5f"


def queue(message="m1", person="bea", channel="mail", crash="resend", now=NOW):
    with transaction.atomic():
        told = {"stream": STREAM, "crash": crash, "actor": SYSTEM, "now": now}
        return send(message, person, channel, "try", {"role": "administrator"}, **told)


def told():
    entries = [json.loads(bytes(line)) for line in Entry.objects.order_by("id").values_list("line", flat=True)]
    return [entry["kind"] for entry in entries if entry["kind"].startswith("message.")]


def state(message="m1"):
    return Message.objects.get(id=message)


def test_it_arrives_encrypted_in_the_readers_language_with_its_receipt_asked_for(mailbox, clock):
    queue("m1", "ana")
    queue("m2", "bea")
    assert turn("one", clock) == 2
    (to, spanish), (_, english) = mailbox.got
    assert to == "ana@example.org"
    assert "¿" in spanish["Subject"]
    assert english["Subject"] == "Inviolable: can this be read?"
    assert "nothing is to be done" in english.get_content()
    assert english["Auto-Submitted"] == "auto-generated"
    assert state("m2").reference == english["Message-ID"]
    assert told() == ["message.queued", "message.queued", "message.sent", "message.sent"]
    assert turn("one", clock) == 0


def test_what_is_rolled_back_is_never_sent_and_the_same_id_is_sent_once(mailbox, clock):
    with transaction.atomic():
        queue("gone")
        transaction.set_rollback(True)
    queue("m1")
    queue("m1", "ana")
    turn("one", clock)
    assert [to for to, _ in mailbox.got] == ["bea@example.org"]


def test_a_server_that_is_busy_is_tried_again_later_and_the_reader_sees_that_it_is_a_repeat(mailbox, clock):
    """RESPONSE.md A.4 row 24: each attempt is kept."""
    queue()
    mailbox.answers.append("451 come back later")
    turn("one", clock)
    assert (state().state, state().said) == ("waiting", "451 come back later")
    assert turn("one", clock) == 0, "not before its time"
    clock.forward(seconds=5)
    turn("one", clock)
    [(_, mail)] = mailbox.got
    assert mail["Subject"] == "REPEAT · Inviolable: can this be read?"
    assert state().state == "sent"


def test_an_address_that_will_never_do_is_given_up_and_said(mailbox, clock):
    queue()
    mailbox.answers.append("550 <bea@example.org> no such mailbox")
    turn("one", clock)
    assert (state().state, state().said) == ("failed", "550 <bea@example.org> no such mailbox")
    assert told()[-1] == "message.failed"


def test_no_address_of_anybody_is_readable_in_the_database_or_the_record(mailbox, clock):
    queue()
    mailbox.answers.append("550 <bea@example.org> no such mailbox")
    turn("one", clock)
    with connection.cursor() as cursor:
        for table in ("outbox_message", "posts_contact", "ledger_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            said = "".join(str(bytes(one) if isinstance(one, memoryview) else one) for row in cursor for one in row)
            assert said
            assert "bea@" not in said


def test_after_the_last_attempt_it_is_given_up(mailbox, clock):
    queue()
    mailbox.answers += ["451 no"] * 10
    for _ in range(10):
        turn("one", clock)
        clock.forward(minutes=20)
    assert (state().state, state().attempts) == ("failed", len(actions.PAUSES) + 1)
    assert not mailbox.got


@pytest.mark.parametrize(("crash", "then"), [("resend", "sent"), ("hold", "held")])
def test_what_was_cut_off_is_taken_over_when_its_lease_ends(mailbox, clock, crash, then):
    queue(crash=crash)
    died = actions.claim("died", clock())[0]
    assert turn("other", clock) == 0, "somebody has it"
    clock.now += LEASE
    assert turn("other", clock) == 0
    clock.forward(seconds=1)
    turn("other", clock)
    assert state().state == then
    assert [mail["Subject"].startswith("REPEAT") for _, mail in mailbox.got] == ([True] if then == "sent" else [])
    actions.went_out([(died, "<late>")], clock())
    assert state().reference != "<late>", "whoever lost the lease says nothing"
    if then == "held":
        assert told()[-1] == "message.held"
        assert actions.release("m1", actor=SYSTEM, now=clock())
        turn("other", clock)
        assert (state().state, len(mailbox.got)) == ("sent", 1)
        assert not actions.release("m1", actor=SYSTEM, now=clock())


def test_two_never_have_the_same_message(mailbox, clock):
    queue("m1")
    queue("m2")
    assert [one.id for who in "ab" for one in actions.claim(who, clock())] == ["m1", "m2"]
    assert not actions.claim("c", clock(), most=9)


def test_whoever_has_no_such_channel_is_named_and_nothing_is_queued(home):
    with pytest.raises(NotReachable, match="bea has no voice"):
        queue(channel="voice")
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text.replace('user = "inviolable"', 'user = "thief"'), "535"),
        (lambda text: text.replace('roots = "roots.pem"\n', ""), "certificate verify failed"),
        (lambda text: text.replace("localhost", "127.0.0.1"), "certificate verify failed"),
        (lambda text: text + 'tls = "none"\n', "AUTH extension not supported"),
        (lambda text: text + 'colour = "red"\n', "[mail] has no colour; allowed: host"),
        (lambda text: text.replace("host =", "#host ="), "needs host and sender"),
        (lambda text: text + 'tls = "rot13"\n', "tls is 'rot13'; allowed"),
        (lambda _: "", "needs host and sender"),
        (lambda _: "[mail", "not TOML"),
    ],
)
def test_what_is_configured_wrongly_is_said_and_nothing_is_lost(mailbox, home, clock, spoil, says):
    path = home / "outbox.toml"
    path.write_text(spoil(path.read_text()))
    queue()
    turn("one", clock)
    assert not mailbox.got
    assert says in state().said, state().said
    assert state().state == "waiting", "once it is mended, it goes out"


def test_a_fault_of_ours_in_one_message_keeps_no_other_from_going_out(mailbox, clock, monkeypatch):
    queue("a")
    queue("b")
    Message.objects.filter(id="a").update(template="nowhere")
    turn("one", clock)
    assert (state("a").state, state("b").state) == ("waiting", "sent")
    assert state("a").said.startswith("TemplateDoesNotExist")


def test_no_server_at_all_is_tried_again(mailbox, home, clock):
    path = home / "outbox.toml"
    path.write_text(path.read_text().replace(f"port = {mailbox.port}", "port = 9"))
    queue()
    turn("one", clock)
    assert state().state == "waiting"
    assert "refused" in state().said


def test_an_example_sends_to_this_machine_only_and_says_example(mailbox, home, clock):
    Installation.objects.create(example=True, since=NOW)
    queue()
    turn("one", clock)
    assert mailbox.got[0][1]["Subject"].startswith("EXAMPLE · ")
    path = home / "outbox.toml"
    path.write_text(path.read_text().replace("localhost", "smtp.example.org"))
    queue("m2")
    turn("one", clock)
    assert state("m2").state == "failed"
    assert "an example sends to this machine only" in state("m2").said


#: What messages have told since there were any; all else came in later releases.
FIRST = {
    "danger": "entry",
    "raised": "2026-11-27T00:05:23.673Z",
    "raised_by": "reception",
    "as": "duty_officer",
    "zone": "America/Chicago",
    "post_name": "EXAMPLE",
}


@pytest.mark.parametrize("channel", ["mail", "sms", "voice"])
@pytest.mark.parametrize("template", ["alarm", "alarm_noted", "alarm_over", "straight"])
def test_a_message_that_an_earlier_release_queued_is_worded_without_what_it_lacks(template, channel):
    subject, body, short = worded("es", "America/Guayaquil", template, channel, False, False, tuple(FIRST.items()))
    assert "EXAMPLE" in subject + body
    assert short
