"""What whoever drafts is offered: nothing of it stands in a note before a person chose it, then all of it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import ANY

import pytest
from django.db import transaction
from tests.diplomacy.demands.conftest import (  # noqa: F401 - fixtures
    COUNSELLOR,
    LAWYER,
    NUMBER,
    OUT,
    REF,
    WORDS,
    deliver,
    home,
    identities,
    ministry,
    open_at,
    reader,
    release,
)
from tests.diplomacy.knock import OPENED, drafted
from tests.diplomacy.knock import incident as told
from tests.incidents.test_fold import claimed, confirmed, entries

from inviolable.diplomacy.checks.standing import standing_of
from inviolable.diplomacy.demands import actions, lookup, replies
from inviolable.diplomacy.demands.book import book
from inviolable.diplomacy.demands.models import Demand, Repetition
from inviolable.diplomacy.drafting.answers import answers, disputed_in
from inviolable.diplomacy.drafting.offered import BEGIN
from inviolable.diplomacy.drafting.offering import left_out, no_longer, offering
from inviolable.diplomacy.drafting.statements import statements
from inviolable.diplomacy.drafting.writing import redrafted
from inviolable.diplomacy.life.actions import draft, record_demarche
from inviolable.diplomacy.words.marks import plain
from inviolable.diplomacy.words.wording import wording
from inviolable.incidents.actions import assign, done
from inviolable.incidents.desk import at_desk
from inviolable.incidents.fold import fold
from inviolable.incidents.lookup import find_incident, incident_state
from inviolable.ledger.models import Subject
from inviolable.ledger.moments import Happened
from inviolable.ledger.moments import written as at_written
from inviolable.posts.models import User
from inviolable.sources.terms import pasted

NOW = OUT + timedelta(days=46)
TABLES = {language: wording(language) for language in ("es", "en")}
NOTE = "0b5e0a3e-5f0c-4f6e-9a55-00000000000a"


def offers(reference: str, name: str):
    return list(getattr(offering(incident_state(reference), NOW), name)())


def paragraphs(chosen, language: str = "es", state=None) -> dict[str, str]:
    """The draft on a knock at a door into which these were put."""
    return plain(drafted(state or told(), offers=[one.offer for one in chosen]), language)


@pytest.fixture
def second(identities, open_at):  # noqa: F811
    """The demands of Minneapolis were delivered and not met, an assurance was given, and it happens in Chicago."""
    open_at("minneapolis", REF)
    with transaction.atomic():
        release(at_desk(REF, COUNSELLOR, OUT), NOTE, NUMBER, *WORDS)
    deliver(REF, NOTE, OUT)
    return open_at("chicago", "chicago", OUT + timedelta(days=45))


@pytest.mark.django_db
def test_an_earlier_note_is_recalled_by_number_and_day_with_what_is_still_open(second):
    (note,) = offers("chicago", "repeated")
    assert note.called.startswith(
        f"Note {NUMBER} of 27 January 2026: Explanation, Instructions to agencies, Guarantees"
    )
    said = paragraphs([note])[f"recalled-{NOTE}"]
    assert f"recuerda su nota {NUMBER}, de 27 de enero de 2026" in said
    assert "(explicación, instrucciones a las autoridades y seguridades y garantías de no repetición)" in said
    assert said.endswith("siguen sin respuesta.")
    assert "remain without an answer" in paragraphs([note], "en")[f"recalled-{NOTE}"]
    assert not any("recalled" in name for name in plain(drafted(told()), "es")), "a person chooses it"


@pytest.mark.django_db
def test_what_a_person_confirmed_alone_is_recalled(second):
    one = next(one for one in lookup.repeats(incident_state("chicago")) if one.kind[:3] == "non")
    actions.match("chicago", [one.id], actor=COUNSELLOR, now=NOW)
    (note,) = offers("chicago", "repeated")
    said = paragraphs([note])[f"recalled-{NOTE}"]
    assert "(seguridades y garantías de no repetición)" in said
    assert "explicación" not in said


@pytest.mark.django_db
def test_after_a_reply_it_is_not_called_unanswered_and_its_assurance_is_quoted_with_a_translation_to_be_written(second):
    came = OUT + timedelta(days=20)
    text = pasted("The facts are under review. The Government assures that instructions were given.")
    reply = replies.take_reply(REF, NOTE, "the embassy", came, text, actor=COUNSELLOR, now=came)
    replies.mark_assurance(REF, reply, 2, actor=COUNSELLOR, now=came)
    note, assurance = offers("chicago", "repeated")
    said = list(paragraphs([note, assurance]).values())
    assert any(one.endswith("no han sido atendidos.") for one in said)
    quoted = next(one for one in said if "«The Government assures" in one)
    assert "en la respuesta del 16 de febrero de 2026" in quoted
    assert quoted.endswith("instructions were given.» (traducción propia: «[____ traducción]»).")
    english = next(one for one in paragraphs([assurance], "en").values() if "assures" in one)
    assert "translation" not in english


@pytest.mark.django_db
def test_firmer_wording_is_a_paragraph_of_its_own_and_asks_for_nothing_twice(second):
    again = next(one for one in offers("chicago", "firmer") if "firmer-again" in one.offer.paragraph.id)
    content = drafted(told(), offers=[again.offer])
    assert NUMBER in plain(content, "es")["firmer-again"]
    ids = [one.id for one in content.paragraphs]
    assert ids.index("regret") < ids.index("firmer-again") < ids.index("notice")
    assert not any(one.demand for one in content.paragraphs if one.id == "firmer-again")


@pytest.mark.django_db
def test_what_was_protested_before_is_offered_from_notes_demarches_and_tasks_and_then_the_protest_is_renewed(second):
    who = {"actor": COUNSELLOR, "now": NOW}
    record_demarche(REF, {"by": "the minister", "to": "the ambassador", "said": "We protest."}, **who)
    for what in ("Deliver a letter of protest", "Answer the landlord's letter", "Decide whether to protest"):
        assign(
            REF,
            what,
            "minister_office",
            words={"en": what, "es": "Entregar la carta"} if "protest" in what else {},
            **who,
        )
    for one in list(incident_state(REF).still_open()):
        if one.kind == "task.assigned":
            there = Happened.at(NOW - timedelta(hours=20), "America/Guayaquil")
            done(REF, one.name.removeprefix("task/"), result="Delivered the same day", happened=there, **who)
    note, demarche, task = offers(REF, "protested")
    assert (note.called, demarche.called.partition(",")[0]) == (
        f"Note {NUMBER}, by hand, on 27 January 2026",
        "Oral démarche",
    )
    assert task.called == "Task done on 13 March 2026: Deliver a letter of protest: Delivered the same day"
    said = paragraphs([note, task])
    assert (
        f"mediante su nota {NUMBER}, de 27 de enero de 2026, entregada en mano el 27 de enero de 2026"
        in said[f"protested-{NOTE}"]
    )
    assert "[____ por qué vía se entregó]" in said[task.offer.paragraph.id]
    assert "reitera su más formal" in said["protest"]
    assert "presenta su más formal" in paragraphs([])["protest"]
    assert "renews its protest" in paragraphs([demarche], "en")["protest"]


@pytest.mark.django_db
def test_drafted_again_it_keeps_what_was_chosen(second, home):  # noqa: F811
    (note,) = offers("chicago", "repeated")
    state = incident_state("chicago")
    content = drafted(state, offers=[note.offer])
    assert redrafted(state, content, NOW).paragraphs == content.paragraphs


# ---- what was chosen is held against the file again ---------------------------------------------


def put(reference: str, name: str):
    """A note on that incident with everything of one kind that is on offer now."""
    return drafted(incident_state(reference), offers=[one.offer for one in offers(reference, name)])


def stopped(reference: str, content) -> dict[str, tuple[str, ...]]:
    return no_longer(incident_state(reference), content, NOW)


def again(reference: str, content):
    return redrafted(incident_state(reference), content, NOW)


def reply(text: str = "The facts are under review. The Government assures that instructions were given.") -> str:
    came = OUT + timedelta(days=20)
    return replies.take_reply(REF, NOTE, "the embassy", came, pasted(text), actor=COUNSELLOR, now=came)


@pytest.mark.django_db
def test_a_note_that_says_unanswered_is_stopped_once_the_reply_came_and_says_otherwise_drafted_again(second):
    content = put("chicago", "repeated")
    assert not stopped("chicago", content)
    reply()
    assert stopped("chicago", content) == {f"recalled-{NOTE}": ("siguen sin respuesta",)}
    [stop] = (one for one in standing_of(incident_state("chicago"), content, NOW) if one.paragraph[:8] == "recalled")
    assert (stop.code, stop.says) == (
        "gone",
        "“siguen sin respuesta” is not what the file says now. Draft the note again, or take this paragraph out.",
    )
    content = again("chicago", content)
    assert "no han sido atendidos" in plain(content, "es")[f"recalled-{NOTE}"]
    assert not stopped("chicago", content)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["protested", "repeated", "firmer"])
def test_what_was_on_offer_and_is_typed_now_is_held_against_nothing_and_so_it_stops(second, name):
    """A hostile reader took the brackets off: the words outlived the reply that they denied."""
    reference = REF if name == "protested" else "chicago"
    content = put(reference, name)
    offered = [one.id for one in content.paragraphs if one.id.startswith(BEGIN)]
    assert not unmarked(reference, content)
    for language in content.languages:
        typed = [
            replace(one, text={**one.text, language: plain(content, language)[one.id]}) if one.id in offered else one
            for one in content.paragraphs
        ]
        stopping = unmarked(reference, replace(content, paragraphs=tuple(typed)))
        assert {one.paragraph for one in stopping} == set(offered)
        assert all(f"({language})" in one.says for one in stopping)


def unmarked(reference: str, content):
    return [one for one in standing_of(incident_state(reference), content, NOW) if one.code == "unmarked"]


@pytest.mark.django_db
def test_a_demand_that_was_met_is_neither_recalled_nor_called_open(second):
    content = put("chicago", "repeated")
    answer = reply("Here is the explanation.")
    by_kind = {one.kind: one.id for one in book(incident_state(REF).timeline).unmet}
    replies.link(REF, answer, 1, by_kind["explanation"], "meets", actor=COUNSELLOR, now=NOW)
    actions.met(REF, by_kind["explanation"], f"reply/{answer}/1", "it explains", actor=COUNSELLOR, now=NOW)
    actions.agree(REF, by_kind["explanation"], "so it is", actor=LAWYER, now=NOW)
    (was,) = stopped("chicago", content).values()
    assert was[0].startswith("explicación, instrucciones")
    (note,) = offers("chicago", "repeated")
    assert "explicación" not in paragraphs([note])[f"recalled-{NOTE}"]


@pytest.mark.django_db
def test_an_assurance_that_was_taken_back_stops_the_note_that_holds_them_to_it_and_goes_drafted_again(second):
    answer = reply()
    assurance = replies.mark_assurance(REF, answer, 2, actor=COUNSELLOR, now=NOW)
    content, firmer = put("chicago", "repeated"), put("chicago", "firmer")
    assert not stopped("chicago", content) | stopped("chicago", firmer)
    replies.take_back_assurance(REF, assurance, "it was none", actor=COUNSELLOR, now=NOW)
    assert stopped("chicago", content) == {f"assured-{assurance}": ()}
    assert stopped("chicago", firmer) == {f"firmer-broken-{assurance}": ()}
    stops = standing_of(incident_state("chicago"), content, NOW)
    [says] = [one.says for one in stops if one.paragraph == f"assured-{assurance}" and one.code == "gone"]
    assert says.startswith("The file gives this no longer.")
    assert list(again("chicago", content).paragraphs) == [
        one for one in content.paragraphs if one.id != f"assured-{assurance}"
    ]


@pytest.mark.django_db
def test_after_what_a_person_confirmed_alone_was_taken_back_nobody_has_confirmed_the_rest(second):
    assurance = replies.mark_assurance(REF, reply(), 2, actor=COUNSELLOR, now=NOW)
    actions.match("chicago", [assurance], actor=COUNSELLOR, now=NOW)
    assert [one.offer.paragraph.id for one in offers("chicago", "repeated")] == [f"assured-{assurance}"]
    replies.take_back_assurance(REF, assurance, "it was none", actor=COUNSELLOR, now=NOW)
    assert offers("chicago", "repeated") == []
    assert not Repetition.objects.exists(), "nothing is repeated that was not promised"


@pytest.mark.django_db
def test_another_repetition_stops_the_note_that_counts_one_less(second, open_at):  # noqa: F811
    content = put("chicago", "firmer")
    assert content.values["firmer-again:times"].words["es"] == ("1",)
    assert not stopped("chicago", content)
    open_at("houston", "houston", OUT + timedelta(days=40))
    first = lookup.repeats(incident_state("houston"))[0]
    actions.match("houston", [first.id], actor=COUNSELLOR, now=NOW)
    assert stopped("chicago", content) == {"firmer-again": ("1",)}
    assert not stopped("chicago", again("chicago", content))


@pytest.mark.django_db
def test_what_is_hidden_from_somebody_counts_in_no_note_and_who_sees_it_is_told_there(
    second,
    open_at,  # noqa: F811
    reader,  # noqa: F811
    monkeypatch,
):
    houston = open_at("houston", "houston", OUT + timedelta(days=40))
    first = lookup.repeats(incident_state("houston"))[0]
    actions.match("houston", [first.id], actor=COUNSELLOR, now=NOW)

    def hidden(user):
        return set() if user.role == "legal" else {houston.stream}

    monkeypatch.setattr("inviolable.incidents.lookup._HIDING", [hidden])
    content = put("chicago", "firmer")
    assert content.values["firmer-again:times"].words["es"] == ("1",)
    assert not stopped("chicago", content), "at the release it is counted as it was when it was drafted"
    assert again("chicago", content).values["firmer-again:times"].words["es"] == ("1",)

    note = draft("chicago", content, actor=COUNSELLOR, now=NOW)
    pages = {
        role: reader(role).get(f"/incidents/chicago/notes/{note}/").content.decode() for role in ("legal", "officer")
    }
    assert "It neither names nor counts them" in pages["legal"]
    assert "Attempted entry, houston" in pages["legal"]
    assert "houston" not in pages["officer"].lower()
    assert "left-out" not in pages["officer"]


@pytest.mark.django_db
def test_a_note_of_an_incident_that_is_hidden_from_somebody_is_recalled_by_no_note(second, monkeypatch):
    assert offers("chicago", "repeated")
    first = find_incident(REF)
    monkeypatch.setattr(
        "inviolable.incidents.lookup._HIDING", [lambda user: set() if user.role == "legal" else {first.stream}]
    )
    assert not offers("chicago", "repeated")
    assert not offers("chicago", "firmer")
    people = {role: User(role=role, is_active=True) for role in ("legal", "officer")}
    assert left_out(incident_state("chicago"), people["legal"]) == [first]
    assert left_out(incident_state("chicago"), people["officer"]) == []


@pytest.mark.django_db
def test_a_delivery_that_was_corrected_recalls_no_protest(second):
    content = put(REF, "protested")
    assert not stopped(REF, content)
    deliver(REF, NOTE, OUT + timedelta(days=1), "failed")
    assert stopped(REF, content) == {f"protested-{NOTE}": ()}
    assert not offers(REF, "protested")


@pytest.mark.django_db
def test_the_other_state_had_a_note_by_its_earliest_delivery_whenever_that_was_told(second):
    """The one by hand was six days later than it was said at first; of an e-mail before it we heard last."""
    deliver(REF, NOTE, OUT + timedelta(days=6))
    deliver(REF, NOTE, OUT + timedelta(days=7), at=OUT + timedelta(days=2), way="email")
    (note,) = offers(REF, "protested")
    assert "sent by e-mail on 29 January 2026" in paragraphs([note], "en")[f"protested-{NOTE}"]
    since = {one.since for one in book(incident_state(REF).timeline).unmet}
    assert since == {one.since for one in Demand.objects.all()} == {OUT + timedelta(days=2)}


@pytest.mark.django_db
def test_the_days_that_go_by_stop_nothing_and_what_a_person_wrote_stays(second):
    who = {"actor": COUNSELLOR, "now": NOW}
    assign(REF, "Deliver a letter of protest", "minister_office", **who)
    (task,) = (one.name for one in incident_state(REF).still_open() if one.kind == "task.assigned")
    done(REF, task.removeprefix("task/"), result="Delivered", **who)
    everything = [one.offer for name in ("firmer", "protested") for one in offers(REF, name)]
    content = drafted(incident_state(REF), offers=everything)
    (way,) = (key for key in content.values if key.endswith(":way") and content.values[key].asks)
    written = replace(content.values[way], state="confirmed", words={"es": ("en mano",), "en": ("by hand",)})
    content = replace(content, values={**content.values, way: written})
    assert "firmer-unanswered" in {one.id for one in content.paragraphs}
    assert not no_longer(incident_state(REF), content, NOW + timedelta(days=3))
    assert again(REF, content).values[way] == written


# ---- answers -----------------------------------------------------------------------------------

UNMARKED = {"voice": "ICE spokesperson", "raw": "they did not know what the building was, it was not marked"}
SEALS = {"voice": "Press", "source": "Reports of 29 January", "raw": "Two large seals and a sign with the flag"}


@pytest.mark.django_db
def test_what_others_told_of_the_same_answers_a_statement_where_somebody_chooses_it():
    state = told(None, claimed("7", "signage", "unclear", **UNMARKED), claimed("8", "signage", "clear", **SEALS),
                 confirmed("signage", "unclear", "7"), confirmed("signage", "clear", "8"))  # fmt: skip
    ((offer, called),) = answers(state, TABLES, "en")
    assert called.startswith("To “they did not know")
    content = drafted(state, offers=[offer])
    ids = [one.id for one in content.paragraphs]
    assert ids.index(offer.paragraph.id) == ids.index(next(one for one in ids if one.startswith("statement-"))) + 1
    said = plain(content, "es")[offer.paragraph.id]
    assert said.startswith("Frente a esa declaración consta, según ")
    assert "«Two large seals and a sign with the flag»" in said
    assert "seals" not in " ".join(plain(drafted(state), "es").values()), "nothing answers by itself"


@pytest.mark.django_db
def test_what_nobody_confirmed_answers_nothing():
    state = told(None, claimed("7", "signage", "unclear", **UNMARKED), claimed("8", "signage", "clear", **SEALS))
    assert not list(answers(state, TABLES, "en"))


PHOTOGRAPH = "0b5e0a3e-5f0c-4f6e-9a55-00000000000e"


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["America/Chicago", ""])
def test_an_exhibit_against_a_statement_is_of_the_day_on_which_it_was_made_there(ministry, zone):  # noqa: F811
    """At eight in the evening of the 26th in Minneapolis it is the 27th elsewhere."""
    at = datetime(2026, 1, 27, 2, tzinfo=UTC)
    made = {"from": at_written(at), "to": at_written(at)} | ({"zone": zone} if zone else {})
    told_in_order = list(
        entries(
            ("incident.opened", OPENED),
            claimed("7", "signage", "unclear", **UNMARKED),
            ("exhibit.received", {"exhibit": PHOTOGRAPH, "sha256": "0" * 64, "media": "image/jpeg"}),
            ("claim.answered", {"claim": "7", "exhibit": PHOTOGRAPH, "stance": "against"}),
            confirmed("signage", "unclear", "7"),
        )
    )
    told_in_order[2]["happened"] = made
    state = fold(told_in_order)
    ((offer, called),) = answers(state, TABLES, "en")
    assert offer.values[f"{offer.paragraph.id}:day"].words["es"] == ("26 de enero de 2026",)
    assert called.endswith("of 26 January 2026")
    Subject.objects.create(id=PHOTOGRAPH, stream=state.stream, about="exhibit", erased=NOW)
    assert list(answers(state, TABLES, "en")) == [], "nobody holds what was erased"


@pytest.mark.django_db
def test_a_reply_is_of_one_day_wherever_a_note_names_it(second):
    """It came in the morning in Madrid, when it was still the day before in Quito."""
    came = datetime(2026, 2, 17, 4, 30, tzinfo=UTC)
    text = pasted("The Government assures that instructions were given.")
    answer = replies.take_reply(REF, NOTE, "them", came, text, actor=COUNSELLOR, now=came, zone="Europe/Madrid")
    replies.mark_assurance(REF, answer, 1, actor=COUNSELLOR, now=came)
    explanation = next(iter(book(incident_state(REF).timeline).demands))
    replies.link(REF, answer, 1, explanation, "evades", actor=COUNSELLOR, now=came)
    said = paragraphs(offers("chicago", "repeated") + offers("chicago", "firmer") + offers(REF, "firmer"))
    days = {name[:13]: re.findall(r"\d+ de febrero", one) for name, one in said.items() if "de febrero" in one}
    assert set(map(tuple, days.values())) == {("17 de febrero",)}
    assert len(days) == 3


@pytest.mark.django_db
def test_an_answer_stands_for_what_the_file_holds_and_is_stopped_when_that_is_gone(home):  # noqa: F811
    theirs = (claimed("7", "signage", "unclear", **UNMARKED), claimed("8", "signage", "clear", **SEALS))
    both = (confirmed("signage", "unclear", "7"), confirmed("signage", "clear", "8"))
    state = told(None, *theirs, *both)
    content = drafted(state, offers=[offer for offer, _called in answers(state, TABLES, "en")])
    (name,) = (one.id for one in content.paragraphs if one.id.startswith("answered-"))
    assert not no_longer(state, content, NOW)
    assert no_longer(told(None, *theirs, both[0]), content, NOW) == {name: ()}


@pytest.mark.django_db
@pytest.mark.parametrize(("decision", "counts"), [("confirmed", True), ("rejected", False), (None, False)])
def test_what_a_document_says_answers_only_as_long_as_a_person_finds_it_there(home, decision, counts):  # noqa: F811
    where = {"record": "s-1", "version": 1}
    press = claimed("8", "signage", "clear", **SEALS, **where)
    decided = [("claim.decided", {"claim": "8", "decision": decision})] if decision else []
    both = (confirmed("signage", "unclear", "7"), confirmed("signage", "clear", "8"))
    state = told(None, claimed("7", "signage", "unclear", **UNMARKED), press, *decided, *both)
    assert [called for _offer, called in answers(state, TABLES, "en")] == ([ANY] if counts else [])


OURS = {"voice": "Ministry of Foreign Affairs of Ecuador", "source": "Communiqué of 27 January"}
DENIED = {"voice": "Department of Homeland Security", "raw": "No record of ICE or Border Patrol near"}
ADMITTED = {"voice": "ICE spokesperson", "raw": "Its officers were there in an operation"}


def denied_record(*more):
    """They have no record of it, and we said on the day that an agent of theirs was there."""
    return told(
        None,
        claimed("5", "body", "organ", raw="An ICE agent tried to enter and was stopped", **OURS),
        (*claimed("7", "body", "organ", **{"polarity": "denies", **DENIED}), 1),
        *more,
        confirmed("body", "organ", *("5", *("6" for _one in more[:1]), *("8" for _one in more[1:]))),
    )


@pytest.mark.django_db
def test_our_ministry_is_quoted_in_its_own_words_and_called_what_it_is():
    spanish = "Un agente del ICE intentó ingresar y se le impidió el paso"
    ((offer, _called),) = answers(denied_record(), TABLES, "es")
    english_alone = plain(drafted(denied_record(), offers=[offer]), "es")[offer.paragraph.id]
    assert "reitera lo que declaró su Ministerio de Relaciones Exteriores: «An ICE agent" in english_alone
    assert "traducción propia: «[____ traducción]»" in english_alone
    both = denied_record(claimed("6", "body", "organ", raw=spanish, **OURS))
    offer = next(offer for offer, _called in answers(both, TABLES, "es"))
    said = plain(drafted(both, offers=[offer]), "es")[offer.paragraph.id]
    assert said.endswith(f"su Ministerio de Relaciones Exteriores: «{spanish}».")
    said = plain(drafted(both, offers=[offer]), "en")[offer.paragraph.id]
    assert said.endswith("its Ministry of Foreign Affairs stated: “An ICE agent tried to enter and was stopped”.")
    assert "traducción" not in plain(drafted(both, offers=[offer]), "es")[offer.paragraph.id]


@pytest.mark.django_db
def test_what_their_own_side_said_later_answers_that_there_is_no_record():
    spanish = claimed("6", "body", "organ", raw="Un agente del ICE intentó ingresar", **OURS)
    state = denied_record(spanish, (*claimed("8", "body", "organ", **ADMITTED), 2))
    offer = next(offer for offer, called in answers(state, TABLES, "en") if "Its officers were there" in called)
    denial = next(one.key for one in statements(state, "1") if one.words == DENIED["raw"])
    content = drafted(state, offers=[offer], statements=[denial])
    assert next(offer for offer, _called in answers(state, TABLES, "en")) == offer, "their own word comes first"
    said = plain(content, "es")[offer.paragraph.id]
    assert said.startswith("No concuerda con esa declaración la que ICE hizo después, el 29 de enero de 2026: «Its")


@pytest.mark.django_db
def test_what_a_note_quotes_already_its_answers_refer_to():
    state = denied_record((*claimed("6", "body", "organ", raw="An agent came", **OURS), 1),
                          (*claimed("8", "body", "organ", **ADMITTED), 2))  # fmt: skip
    later = [offer for offer, called in answers(state, TABLES, "en") if ADMITTED["raw"] in called]
    both = drafted(state, offers=later)
    assert sum(said.count(ADMITTED["raw"]) for said in plain(both, "en").values()) == 1
    (answer,) = (said for name, said in plain(both, "en").items() if name == later[0].paragraph.id)
    assert answer.endswith("ICE stated later, on 29 January 2026, which is cited in the present text.")
    noted = [said for said in plain(both, "en").values() if "takes note" in said]
    assert len(noted) == 1
    assert "takes note of these statements" in noted[0]


@pytest.mark.django_db
def test_an_answer_that_is_given_twice_is_quoted_once():
    ours = claimed("5", "signage", "clear", **SEALS)
    both = (claimed("7", "signage", "unclear", **UNMARKED),
            claimed("8", "signage", "unclear", **{**UNMARKED, "voice": "Department of Homeland Security"}))  # fmt: skip
    state = told(None, ours, *both, confirmed("signage", "clear", "5"))
    offers = [offer for offer, _called in answers(state, TABLES, "en")]
    said = list(plain(drafted(state, offers=offers), "en").values())
    assert len(offers) == 2
    assert sum(SEALS["raw"] in one for one in said) == 1
    assert "What is set out above according to the press stands against that statement as well." in said


@pytest.mark.django_db
def test_an_answer_on_what_the_file_contests_says_whose_account_is_otherwise():
    """Staff said what it is, and our own ambassador that they did not know."""
    ambassador = {"voice": "Ambassador of Ecuador in Washington", "raw": "Perhaps a mistake"}
    state = told(
        None,
        claimed("4", "knowledge", "yes", voice="Staff of the consulate", raw="This is the consulate"),
        claimed("5", "knowledge", "no", **ambassador),
        claimed("7", "knowledge", "no", **UNMARKED),
        confirmed("knowledge", "yes", "4"),
        confirmed("knowledge", "no", "5", "7"),
    )
    ((offer, called),) = answers(state, TABLES, "en")
    assert "Contested in this file:" in called
    assert called.endswith("Otherwise: Ambassador of Ecuador in Washington; ICE spokesperson.")
    content = drafted(state, offers=[offer])
    ((paragraph, said),) = disputed_in(state, content)
    assert paragraph == offer.paragraph.id
    assert "Otherwise: Ambassador of Ecuador in Washington" in said
    assert not disputed_in(state, drafted(state)), "it is in no note"
