"""Servers of mails say what became of ours (RFC 3464); a stranger who says so is not believed, whatever they send."""

import pytest
from tests.outbox.conftest import Receipts, mail_server
from tests.outbox.test_loop import queue, state, told

from inviolable.ledger.actions import SYSTEM
from inviolable.outbox import dsn
from inviolable.outbox.actions import LEASE, claim, confirm, heard
from inviolable.outbox.channels.mail import name_of
from inviolable.outbox.loop import turn

STATUS = """Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4XyZ
{envelope}Arrival-Date: Tue, 27 Jan 2026 17:00:01 +0000 (UTC)

Final-Recipient: rfc822; bea@example.org
Original-Recipient: rfc822;bea@example.org
Action: {action}
Status: 2.0.0
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 250 2.0.0 OK
"""


def notification(action: str, envelope: str = "", returned: str = "", status: str = STATUS) -> bytes:
    """As a common server writes it. envelope: the id that we gave; returned: a whole part with what comes back."""
    envelope = f"Original-Envelope-Id: {envelope}\n" if envelope else ""
    lines = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: inviolable@example.org
Subject: Successful Mail Delivery Report
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4XyZ.1769533205/mx.example.org"

This is a MIME-encapsulated message.

--4XyZ.1769533205/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

Your message was successfully delivered to the destination(s) listed below.

--4XyZ.1769533205/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

{status.format(envelope=envelope, action=action)}
{returned}--4XyZ.1769533205/mx.example.org--
"""
    return lines.encode()


def returned(kind: str, message_id: str) -> str:
    return f"""--4XyZ.1769533205/mx.example.org
Content-Description: Message Headers
Content-Type: {kind}

Return-Path: <inviolable@example.org>
Message-ID: {message_id}
Subject: Inviolable: can this be read?

"""


@pytest.fixture
def sent(home, clock, certificate):
    """A mail went out by a server that gives receipts."""
    with mail_server(home, certificate, Receipts) as box:
        queue()
        turn("one", clock)
        yield box


def hear(mail: bytes, clock) -> None:
    if said := dsn.read(mail):
        heard(said, clock())


def test_a_receipt_is_asked_for_by_a_name_that_nobody_guesses(sent):
    name = name_of("m1")
    assert sent.asked == {"ENVID": name.upper(), "RET": "HDRS", "NOTIFY": "SUCCESS,FAILURE"}
    assert len(name) == 32
    assert state().reference == f"<{name}@example.org>"


def test_a_server_that_gives_none_is_asked_for_none(mailbox, clock):
    queue()
    turn("one", clock)
    assert (state().state, mailbox.asked) == ("sent", {})


def test_it_arrived(sent, clock):
    hear(notification("delivered", name_of("m1")), clock)
    assert state().state == "delivered"
    assert told()[-1] == "message.delivered"


def test_it_will_not_arrive(sent, clock):
    hear(notification("failed", name_of("m1")), clock)
    assert state().state == "failed"
    assert told()[-1] == "message.failed"


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers", "text/rfc822-headers; charset=utf-8"])
def test_a_server_that_forgot_the_envelope_returns_the_mail_that_says_which(sent, clock, kind):
    mail = notification("failed", returned=returned(kind, state().reference))
    hear(mail.replace(b"\n", b"\r\n"), clock)
    assert state().state == "failed"


@pytest.mark.parametrize("action", ["relayed", "delayed", "expanded", "", "read"])
def test_what_was_only_handed_on_or_waits_has_not_arrived(sent, clock, action):
    hear(notification(action, name_of("m1")), clock)
    assert (state().state, told()[-1]) == ("sent", "message.sent")


def test_of_a_list_one_who_has_it_is_enough(sent, clock):
    second = STATUS + "\nFinal-Recipient: rfc822; cat@example.org\nAction: delivered\nStatus: 2.0.0\n"
    hear(notification("failed", name_of("m1"), status=second), clock)
    assert state().state == "delivered"


def test_said_again_it_changes_nothing(sent, clock):
    hear(notification("delivered", name_of("m1")), clock)
    before = told()
    hear(notification("delivered", name_of("m1")), clock)
    hear(notification("failed", name_of("m1")), clock)
    assert (state().state, told()) == ("delivered", before)


def test_a_receipt_may_come_before_it_is_recorded_that_it_was_sent(home, clock):
    queue()
    claim("one", clock())
    hear(notification("delivered", name_of("m1")), clock)
    assert state().state == "delivered"


def test_a_bounce_counts_also_of_a_mail_that_a_person_said_went_out(home, clock):
    queue(crash="hold")
    claim("one", clock())
    clock.now += LEASE * 2
    turn("other", clock)
    assert confirm("m1", actor=SYSTEM, now=clock())
    hear(notification("failed", name_of("m1")), clock)
    assert state().state == "failed"


def test_a_message_by_another_way_is_not_meant(home, clock):
    queue(channel="sms")
    claim("one", clock())
    assert dsn.read(notification("delivered", name_of("m1"))) is None


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\x00\xff\n\n\xfe",
        b"Content-Type: multipart/report\n\nno boundary",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n--x--",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nAction: failed\n",
        notification("delivered"),
        notification("delivered", "0" * 32),
        notification("delivered", "m1"),
        notification("delivered", "%"),
        notification("delivered", "_" * 32),
        notification("delivered", "<@"),
        notification("failed", returned=returned("message/rfc822", "<m1@example.org>")),
        notification("failed", returned=returned("message/rfc822", "")),
        notification("failed", "{real}").replace(b"multipart/report", b"multipart/mixed"),
        notification("failed", "{real}").replace(b"message/delivery-status", b"text/plain"),
        notification("failed", "{real}x"),
        notification("failed", "{real}") + b"x" * dsn.MOST,
        notification("failed", "{real}", returned=returned("text/plain", "") * 20),
        # What a stranger returns inside of a mail is no notification.
        notification("").replace(b"text/plain", b"message/rfc822") + notification("failed", "{real}"),
    ],
    ids=range(19),
)
def test_what_is_forged_broken_or_huge_says_nothing(sent, clock, mail):
    assert dsn.read(mail.replace(b"{real}", name_of("m1").encode())) is None
    assert state().state == "sent"


@pytest.mark.long
@pytest.mark.parametrize(
    "part",
    [b"\n\n", b"a: b\n\n", b"--x\n", b"--x\nContent-Type: multipart/report; boundary=x\n\n", b"x" * 50 + b"\n "],
)
def test_the_largest_mail_that_is_read_says_nothing_either(home, part):
    head = b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    assert dsn.read((head + part * dsn.MOST)[: dsn.MOST]) is None


def test_the_name_says_nothing_of_the_message_and_differs_where_the_secret_does(settings):
    before = name_of("m1")
    assert name_of("m2") != before
    settings.SECRET_KEY = "another"
    assert name_of("m1") != before
