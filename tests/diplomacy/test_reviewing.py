"""The law that a note rests on is reviewed provision by provision, from the note itself."""

import re
from datetime import date
from html import unescape

import pytest
from tests.counsel.conftest import words_of
from tests.diplomacy.conftest import REF
from tests.diplomacy.knock import ADDRESSED
from tests.diplomacy.test_note_pages import HOME, drafted, get, step
from tests.incidents.conftest import NOW, OFFICER

from inviolable.counsel import record
from inviolable.diplomacy.actions import content_of
from inviolable.diplomacy.writing import content_for, held
from inviolable.incidents.actions import make_finding
from inviolable.incidents.again import Recomputed, recompute
from inviolable.incidents.lookup import incident_state
from inviolable.law.law import shipped_packs

pytestmark = pytest.mark.django_db


@pytest.fixture
def unread(ready, home) -> None:
    """The same incident as it is before anybody has reviewed its law."""
    (home / "sign-offs.jsonl").unlink()


def waiting(page: str) -> dict[str, str]:
    """What stands on the page to be ticked: pinpoint and digest."""
    cites = re.findall(r'<h4 id="title-[^"]+"><span class="cite">([^<]+)</span>', page)
    return dict(zip(map(unescape, cites), re.findall(r'name="read" value="(\w{64})"', page), strict=True))


def test_from_the_stop_straight_to_what_the_note_rests_on_and_nothing_else(unread, reader, home) -> None:
    legal = reader("legal")
    note = drafted(legal)
    assert f'href="{HOME}{note}/law/"' in get(legal, f"{note}/")
    page = get(legal, f"{note}/law/")
    found = waiting(page)
    cited = {one for value in content_of(note, 1).values.values() for one in value.cites}
    assert cited <= found.keys(), "every provision that it cites"
    assert len(found) < len(shipped_packs()["vccr"].provisions) / 2, "and not the whole convention"
    assert "VCCR 37" not in found
    assert "ARSIWA 11" not in found, "nothing that it does not invoke"
    said = words_of(page)
    assert shipped_packs()["vccr"].published in said
    assert "In our words and with our remarks; not the words of the treaty" in said
    assert "https://legal.un.org/" in page

    first, *rest = found
    answer = legal.post(f"{HOME}{note}/law/", {"read": found[first]})
    assert answer.status_code == 200
    assert list(waiting(answer.content.decode())) == rest, "what was signed is kept, the rest still waits"
    [sign] = record.sign_offs(home)
    assert sign.provisions == ((first, found[first]),)
    assert "not reviewed" in get(legal, f"{note}/")
    answer = legal.post(f"{HOME}{note}/law/", {"read": [found[one] for one in rest]})
    assert answer.headers["Location"] == f"{HOME}{note}/"
    assert "Nothing stops it" in words_of(get(legal, f"{note}/")), "not even that the note must be drafted again"
    step(legal, note, "submit")


def test_a_signature_for_other_words_than_stand_there_leaves_the_stop(unread, reader, home) -> None:
    content = content_for(incident_state(REF), "1", ADDRESSED)
    for pack in ("vccr", "arsiwa"):
        record.sign(home, pack, "legal", date(2026, 1, 29))
    assert held(incident_state(REF), content).unreviewed == {}
    record_file = home / "sign-offs.jsonl"
    digest = shipped_packs()["vccr"].digests["VCCR 31(3)"]
    record_file.write_text(record_file.read_text("utf-8").replace(digest, "0" * 64), "utf-8")
    found = held(incident_state(REF), content).unreviewed
    assert {one for cites in found.values() for one in cites} == {"VCCR 31(3)"}
    page = words_of(reader("legal").get("/law/packs/vccr/").content.decode())
    assert "It was reviewed on 2026-01-29 in other words, and has changed since." in page


def test_nothing_is_signed_that_was_not_ticked_and_nobody_else_signs(unread, reader, home) -> None:
    legal = reader("legal")
    note = drafted(legal)
    for given, status in (({}, 422), ({"read": "yes"}, 409)):
        answer = legal.post(f"{HOME}{note}/law/", given)
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (status, True)
    for role in ("officer", "minister_office", "auditor"):
        assert reader(role).post(f"{HOME}{note}/law/", {"read": "x"}).status_code == 403
    assert record.sign_offs(home) == []


def test_what_was_reviewed_then_is_in_the_finding_and_it_can_be_worked_out_again(unread, home) -> None:
    record.sign(home, "vccr", "legal", date(2026, 1, 29), ["VCCR 31(3)"])
    found = make_finding(REF, actor=OFFICER, now=NOW)
    assert [one["provision"] for one in found.answer["reviewed_provisions"]] == ["VCCR 31(3)"]
    assert [one["pack"] for one in found.answer["unreviewed"]] == ["vccr", "arsiwa"]
    (home / "sign-offs.jsonl").unlink()
    assert recompute(found) == Recomputed.SAME
