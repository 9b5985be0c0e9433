"""Whom a note names: never whoever told us, whom the other State could find; organs and publishers by their names."""

from dataclasses import replace

import pytest
from tests.diplomacy.conftest import REF, saying
from tests.diplomacy.knock import ADDRESSED, STOPPED, claimed, confirmed, drafted, incident
from tests.incidents.conftest import NOW, OFFICER

from inviolable.diplomacy.checks.release import stops_in_text
from inviolable.diplomacy.checks.standing import background_of, standing_of
from inviolable.diplomacy.drafting.answers import answers
from inviolable.diplomacy.drafting.offered import by_hand
from inviolable.diplomacy.drafting.speakers import names_of_sources
from inviolable.diplomacy.drafting.statements import statements
from inviolable.diplomacy.drafting.writing import content_for, redrafted
from inviolable.diplomacy.organs import organs_called
from inviolable.diplomacy.shown import LANGUAGES
from inviolable.diplomacy.words.marks import plain
from inviolable.diplomacy.words.wording import wording
from inviolable.incidents.exhibiting import annex_words
from inviolable.incidents.facts import claim, confirm
from inviolable.incidents.lookup import incident_state
from inviolable.sources.shelf import shelf

THREAT = "If you touch me I will take you away"
PAPER = "0b5e0a3e-5f0c-4f6e-9a55-00000000000e"
ORGANS = organs_called(None, "EC", "US")
TABLES = {language: wording(language) for language in LANGUAGES}


def document(kind: str, publisher: str = "El Faro del Norte", author: str = "Luz Andrade"):
    told = {"source": "1", "version": 1, "kind": kind, "publisher": publisher, "author": author, "exhibit": ""}
    return "source.received", {**told, "seen_as": "pasted", "text": "", "copy": "", "found": {}, "reading": {}}


def threatened(*before, **words):
    """A threat whose words one claim alone carries."""
    facts = {key: value for key, value in STOPPED.items() if key != "assault"}
    decided = [("claim.decided", {"claim": "7", "decision": "confirmed"})] if before else []
    said = claimed("7", "assault", "threat", raw=THREAT, **words)
    return incident(facts, *before, said, *decided, confirmed("assault", "threat", "7"))


def of_words(state) -> dict[str, str]:
    """The paragraph with the words of the threat in English, by its id."""
    return {name: one for name, one in plain(drafted(state), "en").items() if name.startswith("assault_words")}


CONFIDENTIAL = [
    {"source": "visitor 3 (asylum seeker), by telephone"},
    {"source": "Ana Torres, cleaner at the post"},
    {"voice": "Ana Torres", "source": "by telephone"},
    {"source": "Ana Torres, as she reported it by telephone"},
]


@pytest.mark.parametrize("who", CONFIDENTIAL)
def test_whoever_told_us_alone_is_a_blank_that_a_person_fills(who):
    state = threatened(**who)
    assert of_words(state) == {"assault_words_by": f"According to [____ who said so], the words said were: “{THREAT}”."}
    assert by_hand("assault:teller")
    everything = " ".join(" ".join(plain(drafted(state), language).values()) for language in LANGUAGES)
    assert not any(name in everything for name in ("Torres", "visitor 3", "asylum", "cleaner"))


@pytest.mark.parametrize(
    ("who", "called"),
    [
        ({"voice": "ICE spokesperson", "source": "Ana Torres"}, "ICE"),
        ({"voice": "Embassy of the United States of America"}, "Embassy of the United States of America"),
        ({"voice": "A witness, Ana Torres"}, "a person who was there"),
        ({"voice": "Staff of the consulate"}, "a person who was there"),
        ({"voice": "Somebody", "source": "Video of 27 January"}, "the recording"),
    ],
)
def test_organs_and_recordings_are_named_and_an_eyewitness_is_told_as_one(who, called):
    assert of_words(threatened(**who)) == {
        "assault_words_of": f"According to {called}, the words said were: “{THREAT}”."
    }


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        ("press", "El Faro del Norte"),
        ("own_organ", "El Faro del Norte"),
        ("eyewitness", "a person who was there"),
        ("unknown", "[____ who said so]"),
    ],
)
def test_a_document_is_named_by_its_publisher_where_it_is_described_as_published(kind, called):
    (said,) = of_words(threatened(document(kind), record="1", version=1)).values()
    assert said.startswith(f"According to {called}, the words said were")


def test_a_statement_of_theirs_that_somebody_of_ours_wrote_down_does_not_say_who_did():
    says = {"voice": "ICE spokesperson", "raw": "at no time did they enter", "record": "1", "version": 1}
    decided = ("claim.decided", {"claim": "7", "decision": "confirmed"})
    state = incident(STOPPED, document("unknown", "Ana Torres"), claimed("7", "entered", "no", **says), decided)
    (one,) = statements(state, "1")
    said = " ".join(plain(drafted(state, statements=[one.key]), "en").values())
    assert "(ICE, as reported by a document) is told there in these words: “at no time did they enter”" in said
    assert "Torres" not in said


@pytest.mark.django_db
def test_an_answer_to_the_other_state_does_not_name_who_told_us_either():
    theirs = claimed("7", "signage", "unclear", voice="ICE spokesperson", raw="the building was not marked at all")
    ours = claimed("8", "signage", "clear", voice="Ana Torres", raw="Two large seals and a sign with the flag")
    state = incident(None, theirs, ours, confirmed("signage", "unclear", "7"), confirmed("signage", "clear", "8"))
    ((offer, called),) = answers(state, TABLES, "en", ORGANS)
    assert "Ana Torres" in called, "whoever drafts knows it"
    said = plain(drafted(state, offers=[offer]), "en")[offer.paragraph.id]
    assert said.startswith("Against that statement stands, according to [____ who said so], the following:")


def test_names_of_whoever_told_us_are_names_and_those_of_organs_and_newspapers_are_not():
    told = (
        claimed("7", "entered", "no", voice="Ana Torres", source="by telephone"),
        claimed("8", "entered", "no", voice="Ambassador of Ecuador in Washington", source="Rosa, cleaner at the post"),
        claimed("9", "entered", "no", voice="Staff of the consulate", source="Communiqué of 27 January"),
        claimed("10", "entered", "no", voice="ICE spokesperson", source="The New York Times"),
        claimed("11", "entered", "no", voice="Senator Bell Marsh", record="1", version=1),
        claimed("12", "entered", "no", voice="Luis Vera, a witness", record="1", version=1),
        claimed("13", "entered", "no", voice="Newsroom of El Faro del Norte", source="Call with the Duty Officer"),
    )
    state = incident(STOPPED, document("press"), *told)
    found = names_of_sources(state, shelf(state.timeline), ORGANS)
    assert {"Ana Torres", "Torres", "Rosa", "Luis Vera", "Vera"} <= found
    text = (
        "The Ambassador, the Duty Officer, the Consul General and Staff of the Embassy of Ecuador in Washington; "
        "the New York Times, El Faro and Senator Bell"
    )
    assert not any(name in text for name in found)
    of_nobody = incident(STOPPED, document("unknown"))
    assert {"Luz Andrade", "Andrade"} <= names_of_sources(of_nobody, shelf(of_nobody.timeline), ORGANS)


@pytest.mark.django_db
@pytest.mark.parametrize("who", CONFIDENTIAL[1:3])
def test_a_note_and_any_text_that_names_whoever_told_us_is_stopped(ready, home, who):
    told = {"actor": OFFICER, "now": NOW}
    said = claim(REF, "assault", "threat", raw=THREAT, **who, **told)
    confirm(REF, "assault", "threat", claims=[said], **told)
    state = incident_state(REF)
    note = replace(content_for(state, "1", ADDRESSED), date=NOW.date().isoformat())
    mark = next(key for key in note.values if key.endswith(":teller"))
    blank = [one.says for one in standing_of(state, note, NOW) if one.paragraph == "assault_words_by"]
    assert "A blank is left: quién lo dijo. Write it where the paragraphs are edited." in blank

    def written(name: str):
        words = {"en": (name,), "es": (name,)}
        return replace(note, values={**note.values, mark: replace(note.values[mark], state="confirmed", words=words)})

    def stopped(content) -> list[str]:
        return [one.says for one in standing_of(state, content, NOW) if one.code == "name"]

    assert any("“Torres” told us of this" in says for says in stopped(written("Ana Torres")))
    assert stopped(written("una persona que estaba presente")) == []
    typed = saying(note, "protest", en="We protest, as Ms Torres saw it.", es="Protestamos.")
    assert any("“Torres” told us of this" in says for says in stopped(typed))
    kept = redrafted(state, written("a person"), NOW)
    assert kept.values[mark].words["en"] == ("a person",)
    found = stops_in_text("La vecina Torres lo vio.", "", "es", background_of(state, "1", "ministry"))
    assert "name" in {one.code for one in found}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "published", "called"),
    [
        ("eyewitness", "2026-01-27", "A document, 27 January 2026"),
        ("unknown", "2026-01-27", "A document, 27 January 2026"),
        ("unknown", "", "A document, 27 January 2026"),
        ("recording", "2026-01-27", "Recording of 27 January 2026"),
        ("recording", "", "A recording, 27 January 2026"),
        ("expert", "2026-01-27", "Opinion of 27 January 2026"),
        ("press", "2026-01-27", "Article of 27 January 2026, Ana Torres"),
    ],
)
def test_an_annex_is_called_what_it_is_and_after_nobody_who_gave_it(kind, published, called):
    given = {"exhibit": PAPER, "sha256": "0" * 64, "media": "application/pdf", "grade": "C"}
    told = document(kind, "Ana Torres")
    state = incident(
        None, ("exhibit.received", given), (told[0], {**told[1], "exhibit": PAPER, "published": published})
    )
    assert annex_words(state, PAPER).startswith(called)
    assert kind == "press" or "Torres" not in annex_words(state, PAPER)
