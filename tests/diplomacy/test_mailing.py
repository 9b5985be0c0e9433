"""A note by e-mail of record: its frozen PDF goes out once, a server taking it is no receipt, what is unclear waits."""

import os
import signal
from hashlib import sha256
from html import unescape

import pytest
from django.utils.translation import override
from tests.diplomacy.conftest import REF, exhibit
from tests.diplomacy.test_life import LAWYER, MINISTER, approved, file, refused
from tests.diplomacy.test_note_pages import HOME, get, post
from tests.diplomacy.test_series import PREPARED, RELEASED, settled
from tests.incidents.conftest import NOW, OFFICER
from tests.outbox.conftest import Clock, certificate, mail_server

from inviolable.diplomacy.demands.book import book
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.life.mailing import mail
from inviolable.diplomacy.life.series import PDF, release, released_paper
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.outbox.actions import LEASE, claim, heard
from inviolable.outbox.inbound import Told
from inviolable.outbox.loop import turn
from inviolable.outbox.models import Message

__all__ = ["certificate", "settled"]

EMBASSY = "notes@embassy.example"
OWN = f'[ministry]\nanswers = "notes@ministry.example"\nrecord = {{ US = "{EMBASSY}" }}\n'

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """Whoever read a page in another language leaves none behind."""
    with override("en"):
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def box(home, certificate):
    with mail_server(home, certificate) as box:
        yield box


@pytest.fixture
def released(ready, home, identities) -> str:
    (home / "notes").mkdir()
    (home / "notes" / "organs.toml").write_text(OWN)
    note = actions.draft(REF, ready, actor=OFFICER, now=NOW)
    approved(note)
    release(REF, note, actor=MINISTER, now=NOW)
    return note


def send(note: str, number: int = 1) -> str:
    return mail(REF, note, EMBASSY, number, actor=LAWYER, now=NOW)


def standing(note: str) -> list[str]:
    return [one.state for one in file(note).mails.values()]


def test_the_paper_that_was_released_goes_to_the_address_of_record(released, box, clock, reader):
    told = {"do": "send", "to": EMBASSY, "turn": 1}
    post(reader("officer"), f"{released}/mail/", 422, **told)  # Of a post, and this is the ministry's.
    desk = reader("duty_officer", "es")
    assert EMBASSY in get(desk, f"{released}/deliver/")
    post(desk, f"{released}/mail/", **told)
    assert (box.got, standing(released)) == ([], ["queued"])
    turn("one", clock)
    [(to, message)] = box.got
    assert (to, message["Reply-To"], message["Auto-Submitted"]) == (EMBASSY, "notes@ministry.example", None)
    assert message["Subject"].startswith("Nota 1/2026 del 27 de enero de 2026 · Ministerio de Relaciones Exteriores")
    [paper] = message.iter_attachments()
    assert (paper.get_content_type(), paper.get_filename()) == (PDF, "1-2026.pdf")
    assert paper.get_content() == released_paper(released, PDF)
    digest = sha256(paper.get_content()).hexdigest()
    assert digest == file(released).released.body["pdf"]
    assert digest in message.get_body().get_content()
    assert "enviada: un servidor la recibió" in get(desk, f"{released}/")


def test_sent_is_not_delivered_until_somebody_outside_says_so(released, box, clock):
    send(released)
    turn("one", clock)
    assert book(incident_state(REF).timeline).notes[released].delivered is None
    heard(Told("receipt", "mail", message=next(iter(file(released).mails)), arrived=True), NOW)
    assert standing(released) == ["delivered"]
    assert book(incident_state(REF).timeline).notes[released].delivered is None, "a server is not the embassy"
    answer = exhibit(b"We have received it.")
    actions.deliver(REF, released, "email", "received", proof=answer, actor=OFFICER, now=NOW)
    assert book(incident_state(REF).timeline).notes[released].delivered == NOW


def test_only_where_it_may_and_to_nobody_else(released, box, ready, clock):
    assert "changed meanwhile" in refused(mail, released, "other@embassy.example", 1, by=LAWYER)
    assert "sent meanwhile" in refused(mail, released, EMBASSY, 2, by=LAWYER)
    send(released)
    assert "sent meanwhile" in refused(mail, released, EMBASSY, 1, by=LAWYER)
    assert "on its way" in refused(mail, released, EMBASSY, 2, by=LAWYER)
    box.answers.append("550 no such mailbox")
    turn("one", clock)
    assert standing(released) == ["failed"]
    send(released, 2)
    turn("one", clock)
    assert (len(box.got), standing(released)) == (1, ["failed", "sent"])
    other = actions.draft(REF, ready, actor=OFFICER, now=NOW)
    assert "draft" in refused(mail, other, EMBASSY, 1, by=LAWYER)
    Incident.objects.update(status="exercise")
    assert "drill" in refused(mail, released, EMBASSY, 3, by=LAWYER)


def test_without_an_address_of_record_it_says_where_one_is_written(released, home, reader):
    (home / "notes" / "organs.toml").write_text('[ministry]\nrecord = { MX = "notes@other.example" }\n')
    page = get(reader("officer"), f"{released}/deliver/")
    assert "notes/organs.toml" in page
    assert 'value="send"' not in page
    assert "no address of record" in refused(mail, released, EMBASSY, 1, by=LAWYER)


def test_a_paper_that_is_not_the_released_one_does_not_go_out(released, box, clock):
    message = send(released)
    row = Message.objects.get(id=message)
    row.context["pdf"] = "0" * 64
    row.save()
    turn("one", clock)
    assert (box.got, standing(released)) == ([], ["failed"])


def test_a_server_that_hangs_up_may_have_it_and_another_is_not_asked(released, home, box, clock, certificate):
    async def hang_up(server, session, envelope):
        box.got.append((envelope.rcpt_tos[0], None))
        server.transport.abort()

    box.handle_DATA = hang_up
    first = (home / "outbox.toml").read_text()
    with mail_server(home, certificate) as second:
        both = first + (home / "outbox.toml").read_text()
        (home / "outbox.toml").write_text(both.replace("[mail]", "[[mail]]"))
        message = send(released)
        turn("one", clock)
        clock.forward(hours=1)
        turn("one", clock)
    assert (len(box.got), second.got, standing(released)) == (1, [], ["held"])
    heard(Told("receipt", "mail", message=message, arrived=True), NOW)
    assert standing(released) == ["delivered"], "their server says that it has it"


def test_who_may_not_deliver_neither_sends_nor_decides(released, box, reader, clock):
    message = send(released)
    claim("died", clock())
    clock.now += LEASE * 2
    turn("other", clock)
    for role in ("press", "auditor", "reception"):
        for told in ({"do": "send", "to": EMBASSY, "turn": 2}, {"do": "again", "message": message}):
            assert reader(role).post(f"{HOME}{released}/mail/", told).status_code == 403
    assert standing(released) == ["held"]


def test_a_mail_that_is_held_is_asked_about_and_decided_on_its_page(released, box, reader, clock):
    message, desk = send(released), reader("duty_officer")
    claim("died", clock())
    clock.now += LEASE * 2
    turn("other", clock)
    assert "may have gone out by e-mail, or not" in unescape(desk.get("/").content.decode())
    page = get(desk, f"{released}/deliver/")
    assert 'value="went"' in page
    assert 'value="send"' not in page
    post(desk, f"{released}/mail/", do="again", message=message)
    assert "decided meanwhile" in post(desk, f"{released}/mail/", 422, do="went", message=message)
    turn("other", clock)
    assert (len(box.got), standing(released)) == (1, ["sent"])
    assert "may have gone out" not in unescape(desk.get("/").content.decode())


#: Sends what is due, and is killed by the server of mails while it does.
MORTAL = """
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from inviolable.outbox.inbound import Told
from inviolable.outbox.loop import turn
print("ready", flush=True)
turn("mortal", lambda: datetime(2026, 1, 29, 17, 1, tzinfo=UTC))
"""
QUEUED = """
from datetime import UTC, datetime
from inviolable.diplomacy.life.mailing import mail
LAWYER = {"role": "legal", "id": "legal"}
print(mail("minneapolis-2026", argv[0], "notes@embassy.example", 1, actor=LAWYER,
           now=datetime(2026, 1, 29, 17, tzinfo=UTC)))
"""
#: Half a minute later another process sends; what becomes of each mail.
LATER = """
from datetime import UTC, datetime
from inviolable.diplomacy.file import note_files
from inviolable.incidents.lookup import incident_state
from inviolable.outbox.inbound import Told
from inviolable.outbox.loop import turn
turn("other", lambda: datetime(2026, 1, 29, 17, int(argv[1]), tzinfo=UTC))
print(*(one.state for one in note_files(incident_state("minneapolis-2026").timeline)[argv[0]].mails.values()))
"""
DECIDED = """
from datetime import UTC, datetime
from inviolable.diplomacy.life.mailing import decide
told = {"went": argv[2] == "went", "actor": {"role": "legal", "id": "legal"}}
decide("minneapolis-2026", argv[0], argv[1], **told, now=datetime(2026, 1, 29, 17, 5, tzinfo=UTC))
"""


@pytest.mark.long
def test_killed_between_sending_and_recording_it_is_held_and_a_person_decides(settled, certificate):
    notes = settled.python(PREPARED, 2).split()
    settled.python(RELEASED, *notes)
    (settled.home / "notes").mkdir()
    (settled.home / "notes" / "organs.toml").write_text(OWN)
    with mail_server(settled.home, certificate) as box:
        taken = box.handle_DATA
        for note, says, then, mails in ((notes[0], "went", "confirmed", 1), (notes[1], "again", "sent", 2)):
            message, _ = settled.python(QUEUED, note).strip(), box.got.clear()
            process = settled.start(MORTAL)

            async def killing(server, session, envelope, process=process):
                answer = await taken(server, session, envelope)
                os.kill(process.pid, signal.SIGKILL)
                return answer

            box.handle_DATA = killing
            assert process.stdout.readline() == "ready\n", process.communicate()
            assert box.wait_for(EMBASSY)
            process.communicate()
            box.handle_DATA = taken
            assert settled.python(LATER, note, 3).strip() == "held"
            assert len(box.got) == 1, "whatever runs again, it is not sent a second time by itself"
            settled.python(DECIDED, note, message, says)
            assert settled.python(LATER, note, 6).strip() == then
            assert (len(box.got), len({one["Message-ID"] for _, one in box.got})) == (mails, 1)
