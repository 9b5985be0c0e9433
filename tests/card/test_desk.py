"""The page for staff: the code to hang up, and photographs of the signage that the doctor asks for (scenario 31)."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.card.conftest import POST, last
from tests.card.test_card import words_of

from inviolable.card.models import Photograph
from inviolable.cli.record import stream_named
from inviolable.ledger import opening
from inviolable.ledger.actions import SYSTEM, add_recipient, objects
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.rebuild import rebuild
from inviolable.web import doctor

pytestmark = pytest.mark.django_db
DESK = f"/posts/{POST}/card/"
PICTURE = b"\xff\xd8\xff\xe0 a photograph of a shield"


@pytest.fixture
def sealing(door):
    """Headquarters has two keys."""
    for name in ("one", "two"):
        add_recipient(str(pyrage.x25519.Identity.generate().to_public()), name, actor=SYSTEM, now=door.clock.now)


def photograph(client, taken: str = "2026-01-20", post: str = POST, name: str = "shield.jpg"):
    file = SimpleUploadedFile(name, PICTURE, "image/jpeg")
    return client.post(f"/posts/{post}/card/photograph/", {"taken": taken, "file": file})


def test_headquarters_opens_it_again_with_a_key_and_a_reason(door, tmp_path):
    identities = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for name, identity in zip(("one", "two"), identities, strict=True):
        add_recipient(str(identity.to_public()), name, actor=SYSTEM, now=door.clock.now)
    photograph(door.signed_in("officer", "minneapolis-deputy"))
    told = {"actor": SYSTEM, "now": door.clock.now}
    exhibit = str(Photograph.objects.get().exhibit)
    opening.open_exhibit(stream_named(f"post/{POST}"), exhibit, tmp_path / "out", identities[:1], "a hearing", **told)
    assert (tmp_path / "out").read_bytes() == PICTURE
    assert door.kinds()[-1] == "exhibit.opened"


def light(now):
    [check] = [one for one in doctor.examine(now) if one.name == "signage"]
    return check


def test_the_code_is_a_picture_of_the_cards_address(door, settings):
    officer = door.signed_in("officer", "minneapolis-deputy")
    page = officer.get(DESK).content.decode()
    assert f"{settings.ADDRESS}/card/{POST}/" in page
    assert f'src="{DESK}qr.svg"' in page
    answer = officer.get(f"{DESK}qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(answer.content).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
    assert b"style" not in answer.content
    assert "no legal adviser has reviewed" in page.lower()
    assert DESK in officer.get(f"/posts/{POST}/").content.decode(), "the post's page leads there"


def test_a_photograph_is_sealed_graded_and_dated(door, sealing):
    officer = door.signed_in("officer", "minneapolis-deputy")
    assert photograph(officer).status_code == 302
    [kept] = Photograph.objects.all()
    assert (kept.post, kept.taken) == (POST, date(2026, 1, 20))
    assert door.kinds()[-2:] == ["exhibit.received", "signage.photographed"]
    body = last("exhibit.received")
    assert (body["grade"], body["media"], body["exhibit"]) == ("C", "image/jpeg", str(kept.exhibit))
    with objects().read(object_name(str(kept.exhibit))) as file:
        stored = file.read()
    assert b"shield" not in stored
    assert "20 Jan" in words_of(officer.get(DESK)) or "Jan. 20" in words_of(officer.get(DESK))
    rebuild()
    assert Photograph.objects.get().exhibit == kept.exhibit


def test_scenario_31_the_doctor_asks_for_a_photograph_each_year(door, sealing):
    now = door.clock.now
    check = light(now)
    assert check.state == "amber"
    assert POST in check.said
    photograph(door.signed_in("head_of_post", "minneapolis-head"))
    assert POST not in light(now).said
    assert POST in light(now + timedelta(days=359)).said


@pytest.mark.parametrize(
    ("taken", "says"), [("2026-01-29", "has not come yet"), ("", "on which day"), ("yesterday", "on which day")]
)
def test_a_day_that_cannot_be_is_refused(door, sealing, taken, says):
    answer = photograph(door.signed_in("officer", "minneapolis-deputy"), taken)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert not Photograph.objects.exists()


def test_nothing_is_kept_where_it_cannot_be_sealed_or_is_another_posts(door):
    answer = photograph(door.signed_in("officer", "minneapolis-deputy"))
    assert answer.status_code == 422
    assert "two keys of headquarters" in words_of(answer)
    answer = photograph(door.signed_in("officer", "chicago-head"))
    assert answer.status_code == 422
    assert "another post" in words_of(answer)
    assert photograph(door.signed_in("duty_officer")).status_code == 403
    assert not Photograph.objects.exists()
