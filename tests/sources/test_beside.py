"""A source beside its text: each proposal is accepted, corrected or turned down, and stands where it was read."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents.lookup import incident_state
from inviolable.sources import actions
from inviolable.sources.anchor import Anchor, Misplaced, find
from inviolable.sources.models import Text
from inviolable.sources.page import law_words
from inviolable.sources.proposing import MOST, anchored
from inviolable.sources.shelf import shelf
from inviolable.sources.terms import Read, Told

REF = "minneapolis"
HOME = f"/incidents/{REF}/sources/"
WHO = {"actor": OFFICER, "now": NOW}
SAYS = {"publisher": "Ministry", "published": "2026-01-27T15:40-05:00", "language": "es"}
WORDS = (
    "Agentes intentaron entrar en el consulado, dice el título.\n\n"
    "La cancillería informó que el martes 27 de enero, alrededor de las 11:00, hora local, "
    "un agente del ICE intentó ingresar. "
    "«Si me toca, lo voy a agarrar», dijo el agente al empleado. "
    "La cancillería presentó una nota de protesta ante la Embajada de los Estados Unidos en Quito."
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(reader, incident, identities):
    actions.receive(REF, "own_organ", SAYS, Read(WORDS), **WHO)
    return reader("officer")


def kept():
    return shelf(incident_state(REF).timeline)


def page(client, address: str = "1/") -> str:
    answer = client.get(HOME + address)
    assert answer.status_code == 200
    return answer.content.decode()


def offered(client) -> list[dict[str, str]]:
    """What each proposal on the page sends when its button is pressed."""
    forms = re.findall(r'<form class="decide"[^>]*proposal/">(.*?)</form>', page(client), re.DOTALL)
    return [
        {
            name: unescape(value)
            for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)
            if name not in ("do", "csrfmiddlewaretoken")
        }
        for form in forms
    ]


def decide(client, given: dict[str, str], do: str, status: int = 302) -> str:
    answer = client.post(f"{HOME}1/proposal/", given | {"do": do})
    assert answer.status_code == status
    return answer.headers.get("Location", "") or answer.content.decode()


def of(client, key: str) -> dict[str, str]:
    return next(one for one in offered(client) if one["key"] == key)


def test_what_the_rules_read_is_offered_beside_the_text_and_marked_in_it(client):
    shown = page(client)
    keys = {one["key"] for one in offered(client)}
    assert {"event.local_time", "event.date", "actor.count", "threat.words", "protest.form"} <= keys
    assert kept().claims == {}, "and nothing of it is on the record"
    at = of(client, "threat.words")["start"]
    assert f'<mark id="at-{at}">' in shown
    assert {f'data-key="{key}"' in shown for key in "acr"} == {True}


def test_the_words_of_a_quotation_that_was_turned_down_are_in_no_entry(client):
    """It may name a person, and an entry stays when the text is taken away."""
    given = of(client, "threat.words")
    decide(client, given, "reject")
    assert given["value"] not in str(incident_state(REF).timeline[-1].body)
    assert given not in offered(client)


def test_the_list_says_how_much_waits_in_each_source(client):
    before = len(offered(client))
    assert f"0 confirmed {before} to decide" in words_of(page(client, ""))
    decide(client, offered(client)[0], "accept")
    assert f"1 confirmed {before - 1} to decide" in words_of(page(client, ""))


def test_what_a_person_accepts_is_a_confirmed_claim_that_stands_where_it_was_read(client):
    where = decide(client, given := of(client, "threat.words"), "accept")
    assert where == f"{HOME}1/?at={int(given['start']):07}.{given['key']}#claims"
    [claim] = kept().of("1")
    assert (claim.state, claim.key, claim.rule) == ("confirmed", "threat.words", "quotation")
    assert claim.voice == "el agente"
    start, end = find(WORDS, Anchor(**claim.anchor))
    assert WORDS[start:end] == claim.raw
    assert given not in offered(client)
    assert "decided on already" in unescape(decide(client, given, "accept", 422))
    assert len(kept().claims) == 1


def test_what_a_person_turns_down_is_on_the_record_and_is_not_offered_again(client):
    before = offered(client)
    decide(client, before[0], "reject")
    assert offered(client) == before[1:]
    assert kept().claims == {}
    assert incident_state(REF).timeline[-1].kind == "proposal.rejected"


def test_what_a_person_corrects_stands_in_the_same_place_and_takes_the_proposal_away(client):
    """The rule gave the threat to somebody; a person reads who really said it before it counts."""
    given = of(client, "threat.words")
    address = f"{HOME}1/proposal/correct/"
    form = client.get(address, given).content.decode()
    assert "el agente" in form
    told = {"key": "threat.words", "value": "agarrar", "raw": given["value"], "speakers": "un agente del ICE"}
    told |= {"polarity": "affirms", "modality": "stated", "part": "1"}
    query = "&".join(f"{name}={value}" for name, value in given.items())
    answer = client.post(f"{address}?{query}", told)
    assert answer.status_code == 302, words_of(answer.content.decode())
    [claim] = kept().of("1")
    assert (claim.state, claim.value, claim.voice) == ("confirmed", "agarrar", "un agente del ICE")
    assert claim.anchor["start"] == int(given["start"])
    assert given not in offered(client)
    assert client.get(address, given).headers["Location"] == f"{HOME}1/#claims", "there is nothing left to correct"


def test_words_that_do_not_stand_in_the_text_are_no_quotation(client):
    """Typed words are looked for in the text; where they are not there, they are a note of whoever typed them."""
    given = of(client, "threat.words")
    told = {"key": "threat.words", "value": "agarrar", "speakers": "un agente del ICE"}
    told |= {"polarity": "affirms", "modality": "stated", "part": "1"}
    address = f"{HOME}1/proposal/correct/?{urlencode(given)}"
    refused = client.post(address, told | {"raw": "te voy a matar"})
    assert refused.status_code == 422
    assert "These words do not stand in the text." in words_of(refused.content.decode())
    assert kept().claims == {}
    own = {"raw": "te voy a matar", "own_words": "on", "note": "so I read it"}
    assert client.post(address, told | own).status_code == 302
    [claim] = kept().of("1")
    assert (claim.raw, claim.anchor, claim.note) == ("", {}, "te voy a matar; so I read it")
    shown = client.get(f"{HOME}1/").content.decode()
    assert "no passage is quoted" in words_of(shown)
    assert "<q>te voy a matar" not in shown
    accounts = client.get("/incidents/minneapolis/accounts/").content.decode()
    assert "te voy a matar" in accounts
    assert not re.search("<q[^>]*>te voy a matar", accounts)
    assert client.post(f"{HOME}claims/1/correct/", told | {"raw": "LO VOY  a agarrar"}).status_code == 302
    assert kept().claims["2"].anchor["exact"] == kept().claims["2"].raw == "lo voy a agarrar"


def test_a_quotation_recorded_before_its_text_was_here_is_marked_where_the_text_has_it_not(client):
    source = actions.receive(REF, "press", {"publisher": "Paper"}, Read(), **WHO)
    told = {"key": "consent.given", "value": "yes", "polarity": "affirms", "modality": "stated", "part": "1"}
    assert client.post(f"{HOME}{source}/claim/", told | {"raw": "the consul waved us in"}).status_code == 302
    mark = "these words do not stand in the text"
    assert mark not in client.get(f"{HOME}{source}/").content.decode()
    actions.give_words(REF, source, 1, "Nobody was let in.", **WHO)
    assert mark in client.get(f"{HOME}{source}/").content.decode()


@pytest.mark.parametrize("name", ["speaker", "polarity", "modality"])
def test_a_person_accepts_what_they_saw_and_nothing_else(client, name):
    """Between the page and the button the rules may have learnt to read another speaker, or a denial."""
    given = of(client, "threat.words")
    for seen in ("something else", ""):
        assert "made no more" in decide(client, given | {name: seen}, "accept", 422)
    assert kept().claims == {}
    decide(client, given, "accept")
    assert len(kept().claims) == 1


def test_what_the_law_reads_in_it_is_seen_before_it_is_accepted(client):
    proposed, law = words_of(page(client)), dict(law_words("entry.outcome", "attempted-prevented", "affirms", "stated"))
    assert law
    for question, answers in law.items():
        assert f"The law reads in it: {question} {' / '.join(answers)}" in proposed
    assert law_words("entry.outcome", "attempted-prevented", "affirms", "hypothetical") == []


def test_only_who_may_confirm_is_offered_anything(client, reader):
    for role in ("press", "legal", "auditor"):
        other = reader(role)
        assert offered(other) == []
        assert other.post(f"{HOME}1/proposal/", {"do": "accept"}).status_code == 403


def test_every_claim_of_a_version_is_proposed_of_that_version(client):
    actions.receive(REF, "own_organ", SAYS, Read(WORDS.replace("11:00", "10:30")), of="1", **WHO)
    given = of(client, "event.local_time")
    assert (given["version"], given["value"]) == ("2", "~10:30")
    decide(client, given, "accept")
    [claim] = kept().of("1")
    assert claim.version == 2
    old = page(client, "1/?version=1")
    assert "in version 2" in words_of(old)
    assert "11:00" in old


def test_a_text_that_somebody_changed_in_the_database_is_not_shown(client):
    decide(client, of(client, "actor.count"), "accept")
    kept_words = Text.objects.get()
    kept_words.words = WORDS.replace("un agente", "dos agentes")
    kept_words.save()
    said = words_of(page(client))
    assert "not the one that was recorded" in said
    assert "dos agentes" not in said


def test_a_claim_never_moves_to_words_that_look_alike():
    words = "the staff closed the door. The staff closed the door."
    place = anchored(words, "The staff closed")
    assert place["start"] == 27
    assert anchored(words, "closed the door") == {}, "it stands there twice; nobody guesses which"
    assert anchored(words, "") == anchored(words, "not there") == {}
    with pytest.raises(Misplaced):
        find(words + " ", Anchor(**place))


def test_a_claim_that_a_person_records_with_its_words_stands_in_the_text(client):
    told = {"key": "protest.to", "value": "embassy", "raw": "ante la Embajada de los Estados Unidos"}
    told |= {"polarity": "affirms", "modality": "stated", "part": "1"}
    assert client.post(f"{HOME}1/claim/", told).status_code == 302
    [claim] = kept().of("1")
    assert WORDS[claim.anchor["start"] : claim.anchor["end"]] == told["raw"]
    assert f'href="#at-{claim.anchor["start"]}"' in page(client)


def test_a_long_text_is_proposed_from_at_its_beginning_and_that_is_said(client):
    long = WORDS + "\n\n" + "Nada más. " * (MOST // 10) + WORDS
    actions.receive(REF, "press", {"publisher": "Paper", "language": "es"}, Read(long), **WHO)
    shown = page(client, "2/")
    assert f"first {MOST:,} characters" in words_of(shown).replace("\xa0", ",") or str(MOST) in words_of(shown)
    assert shown.count("La cancillería presentó") == 2


def test_a_text_in_a_language_without_rules_is_worked_through_by_hand(client):
    actions.receive(REF, "press", {"publisher": "Paper", "language": "fi"}, Read(WORDS + " x"), **WHO)
    assert "No claim is recorded." in words_of(page(client, "2/"))


def test_the_next_source_is_one_key_away_and_the_page_speaks_spanish(client, reader):
    assert "Next source" not in page(client)
    actions.receive(REF, "press", {"publisher": "Paper"}, Read(), **WHO)
    assert f'data-key="n" href="{HOME}2/#claims"' in page(client)
    assert f'data-key="n" href="{HOME}1/#claims"' in page(client, "2/")
    said = words_of(page(reader("officer", "es")))
    assert "propuesta por regla" in said
    assert "esperan una decisión" in said


def test_a_claim_recorded_by_hand_is_decided_beside_the_proposals(client):
    actions.claim(REF, "1", Told("actor.armed", "yes"), **WHO)
    shown = page(client)
    assert re.search(r'id="claim-1"[^>]*data-open', shown)
    answer = client.post(f"{HOME}claims/1/decide/", {"do": "accept"})
    assert answer.headers["Location"] == f"{HOME}1/?at=~.actor.armed#claims"
