"""Their claim, our proof (scenario 16): "no record", next day "not marked"; the sign was photographed before."""

from datetime import UTC, date, datetime
from html import unescape

import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER

from inviolable.card import actions as card
from inviolable.incidents.facts import claim
from inviolable.incidents.lookup import incident_state
from inviolable.ledger import exhibits
from inviolable.ledger.exhibits import About
from inviolable.ledger.moments import Happened
from inviolable.ledger.registry import BadEntry
from inviolable.posts.actions import Refused, describe_post
from inviolable.sources.answering import answer
from inviolable.sources.shelf import shelf
from inviolable.sources.theirs import proofs, theirs

REF = "minneapolis"
HOME = f"/incidents/{REF}/theirs/"
WHO = {"actor": OFFICER, "now": NOW}
PHOTOGRAPHED = datetime(2026, 1, 10, 20, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def said(day: int, key: str, value: str, raw: str, voice: str = "ICE spokesperson") -> str:
    when = Happened.at(datetime(2026, 1, day, 18, tzinfo=UTC))
    return claim(REF, key, value, raw=raw, voice=voice, source="to the press", happened=when, **WHO)


@pytest.fixture
def post(db, home):
    told = {"name": "Consulate in Minneapolis", "class": "consulate", "head": "career", "status": "open"}
    place = {"city": "Minneapolis", "sending": "EC", "receiving": "US", "time_zone": "America/Chicago"}
    return describe_post("minneapolis", told | place, actor=OFFICER, now=PHOTOGRAPHED)


@pytest.fixture
def sign(post, identities) -> str:
    """A photograph of the sign on the wall, taken by the post seventeen days before anybody knocked."""
    who = {"actor": OFFICER, "now": PHOTOGRAPHED}
    taken = date(2026, 1, 9)
    intake = card.begin_photograph(post, taken, "sign.jpg", "image/jpeg", **who)
    intake.write(b"the sign, the shield, the flag")
    card.keep_photograph(intake, post, taken, **who)
    return intake.id


@pytest.fixture
def video(incident, identities) -> str:
    from io import BytesIO

    about = About("C", media="video/mp4", source="a passer-by")
    return str(exhibits.receive(incident.stream, BytesIO(b"video"), about, **WHO).body["exhibit"])


def rows(client, language="en") -> str:
    return words_of(unescape(client.get(HOME).content.decode()))


def test_both_stay_with_their_day_and_what_was_there_before_stands_beside_them(reader, incident, sign, video):
    no_record = said(28, "entry.outcome", "denied", "We have no record of this")
    not_marked = said(29, "signage", "unclear", "The office was not clearly marked")
    said(29, "signage", "clear", "A large shield beside the door", voice="a newspaper")
    client = reader("press")
    for number, exhibit, why in ((no_record, video, "an agent at the door"), (not_marked, sign, "shield and flag")):
        form = {"exhibit": exhibit, "stance": "against", "why": why}
        assert client.post(f"{HOME}{number}/", form).headers["Location"] == HOME
    text = rows(client)
    first, second = text.split("29 January 2026")[:2]
    assert "28 January 2026" in first
    assert "We have no record of this" in first
    assert "a passer-by" in first
    assert "The office was not clearly marked" in second
    assert "17 days before the incident" in second
    assert "shield and flag" in second
    assert "of the post's own record" in second
    assert "A large shield beside the door" not in text, "the press is no organ of theirs"
    assert "speaks against it" in text
    assert "17 días antes del incidente" in words_of(unescape(reader("press", "es").get(HOME).content.decode()))


def test_a_correction_adds_and_the_last_word_counts(incident, sign):
    number = said(29, "signage", "unclear", "not marked")
    answer(REF, number, sign, "for", **WHO)
    answer(REF, number, sign, "against", why="looked again", **WHO)

    def links():
        state = incident_state(REF)
        return [link.stance for link in theirs(state, shelf(state.timeline), "en")[0].links]

    assert links() == ["against"]
    answer(REF, number, sign, "withdrawn", **WHO)
    assert links() == []
    assert [one.kind for one in incident_state(REF).timeline][-3:] == ["claim.answered"] * 3


def test_what_is_not_there_cannot_be_put_beside_anything(reader, incident, sign, tell):
    number = said(29, "signage", "unclear", "not marked")
    with pytest.raises(Refused, match="there is no claim"):
        answer(REF, "99", sign, "for", **WHO)
    with pytest.raises(Refused, match="neither of this incident"):
        answer(REF, number, "4711", "for", **WHO)
    with pytest.raises(BadEntry):
        answer(REF, number, sign, "perhaps", **WHO)
    client = reader("legal")
    assert client.get(f"{HOME}99/").status_code == 404
    assert client.post(f"{HOME}{number}/", {"exhibit": "4711", "stance": "for"}).status_code == 422
    assert reader("auditor").post(f"{HOME}{number}/", {"exhibit": sign, "stance": "for"}).status_code == 403
    assert reader("auditor").get(HOME).status_code == 200


def test_what_was_made_during_or_after_it_is_not_before_it(incident, video, sign):
    held = {one.exhibit: one.before for one in proofs(incident_state(REF))}
    assert held == {video: None, sign: 17}


def test_a_page_without_statements_says_how_they_come(reader, incident):
    assert "Nothing that an organ of the receiving State said is recorded" in rows(reader())
