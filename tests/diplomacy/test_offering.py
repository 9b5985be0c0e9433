"""What whoever drafts is offered: nothing of it stands in a note before a person chose it, then all of it."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.diplomacy.demands.conftest import (  # noqa: F401 - fixtures
    COUNSELLOR,
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
from tests.diplomacy.knock import drafted
from tests.diplomacy.knock import incident as told
from tests.incidents.test_fold import claimed, confirmed

from inviolable.diplomacy.actions import record_demarche
from inviolable.diplomacy.answers import answers, disputed_in
from inviolable.diplomacy.demands import actions, lookup, replies
from inviolable.diplomacy.marks import plain
from inviolable.diplomacy.offering import offering
from inviolable.diplomacy.statements import statements
from inviolable.diplomacy.wording import wording
from inviolable.diplomacy.writing import held, redrafted
from inviolable.incidents.actions import assign, done
from inviolable.incidents.desk import at_desk
from inviolable.incidents.lookup import find_incident, incident_state
from inviolable.incidents.page import existing
from inviolable.ledger.moments import Happened
from inviolable.posts.actions import add_user
from inviolable.sources.terms import pasted

NOW = OUT + timedelta(days=46)
TABLES = {language: wording(language) for language in ("es", "en")}
NOTE = "0b5e0a3e-5f0c-4f6e-9a55-00000000000a"


def offers(reference: str, name: str):
    user = add_user(f"counsellor-{name}", "duty_officer", now=NOW)
    return list(getattr(offering(user, existing(reference), NOW), name)())


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
    one = next(
        one for one in lookup.repeats(find_incident("chicago"), incident_state("chicago")) if one.kind[:3] == "non"
    )
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
    assert NUMBER in plain(content, "es")["firmer-again-1"]
    ids = [one.id for one in content.paragraphs]
    assert ids.index("regret") < ids.index("firmer-again-1") < ids.index("notice")
    assert not any(one.demand for one in content.paragraphs if one.id == "firmer-again-1")


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
    assert plain(redrafted(state, content), "es")[f"recalled-{NOTE}"] == plain(content, "es")[f"recalled-{NOTE}"]


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


@pytest.mark.django_db
def test_an_answer_stands_for_what_the_file_holds_and_is_stopped_when_that_is_gone(home):  # noqa: F811
    theirs = (claimed("7", "signage", "unclear", **UNMARKED), claimed("8", "signage", "clear", **SEALS))
    both = (confirmed("signage", "unclear", "7"), confirmed("signage", "clear", "8"))
    state = told(None, *theirs, *both)
    content = drafted(state, offers=[offer for offer, _called in answers(state, TABLES, "en")])
    ours = {key for key in content.values if key.startswith("answered-") and not key.endswith("translation")}
    assert not ours & held(state, content).outdated
    assert ours <= held(told(None, *theirs, both[0]), content).outdated


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
