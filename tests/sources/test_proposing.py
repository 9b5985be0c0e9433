"""What the rules read in the press, one kind after the other, in both languages."""

from datetime import date

import pytest

from inviolable.sources.proposals import Proposal, languages, propose

PUBLISHED = date(2026, 1, 28)  # a Wednesday


def read(text: str, language: str, fact: str) -> list[Proposal]:
    return [one for one in propose(text, language, PUBLISHED, "America/Chicago") if one.fact == fact]


def values(text: str, language: str, fact: str) -> list[str]:
    return [one.value for one in read(text, language, fact)]


@pytest.mark.parametrize(
    ("language", "text", "counts"),
    [
        ("en", "An officer knocked at the consulate.", ["1"]),
        ("es", "Un agente tocó la puerta del consulado.", ["1"]),
        ("en", "Agents knocked at the consulate.", ["plural"]),
        ("es", "Agentes de ICE tocaron la puerta.", ["plural"]),
        ("en", "Two masked officers stood at the door.", ["2"]),
        ("es", "Tres policías esperaban fuera.", ["3"]),
        ("en", "At least five immigration officers came.", [">=5"]),
        ("es", "Al menos cinco agentes de migración llegaron.", [">=5"]),
        ("en", "About ten police officers stayed.", ["~10"]),
        ("es", "Alrededor de diez policías se quedaron.", ["~10"]),
        ("en", "More than three soldiers came.", [">=4"]),
        ("en", "The police chief said that one of its officers was there.", ["1"]),
        # What was counted before is not counted again, and a consular officer is nobody at the door.
        ("en", "The officers left.", []),
        ("es", "Los agentes se fueron.", []),
        ("en", "Consular officers met in the hall. A consular agent spoke.", []),
        ("es", "Un oficial consular habló con las funcionarias consulares.", []),
        # A headline leaves the article away; a sentence does not.
        ("en", "ICE agent tries to enter consulate", ["1"]),
        ("es", "Agente de ICE intenta entrar al consulado", ["1"]),
    ],
)
def test_how_many_there_were(language: str, text: str, counts: list[str]) -> None:
    assert values(text, language, "actor.count") == counts


def test_one_in_the_text_and_several_in_the_title_are_two_claims() -> None:
    text = "Boletín: agentes de ICE en el consulado\n\nUn agente de ICE intentó ingresar."
    assert values(text, "es", "actor.count") == ["plural", "1"]


@pytest.mark.parametrize(
    ("language", "text", "agency"),
    [
        ("en", "ICE agents came to the consulate.", ["ICE"]),
        ("es", "Un agente de ICE llegó al consulado.", ["ICE"]),
        ("en", "A border police officer came.", ["border guard"]),
        ("es", "La policía entró en el consulado.", ["police"]),
        # Who merely speaks was not at the door.
        ("en", "The police chief declined to comment.", []),
        ("es", "Un portavoz de la policía no quiso opinar.", []),
        # Whose people they are, the same sentence says.
        ("es", "La guardia fronteriza admitió que uno de sus oficiales llamó.", ["border guard"]),
    ],
)
def test_whose_people_they_were(language: str, text: str, agency: list[str]) -> None:
    assert values(text, language, "actor.agency") == agency


@pytest.mark.parametrize(
    ("language", "text", "outcome"),
    [
        ("en", "An officer tried to enter the consulate.", ["attempted-prevented"]),
        ("es", "Un agente intentó ingresar al consulado.", ["attempted-prevented"]),
        ("en", "Police officers went into the consulate.", ["completed"]),
        ("es", "Gendarmes irrumpieron en el consulado.", ["completed"]),
        ("en", "The officer never entered the building.", ["never entered"]),
        ("es", "El oficial nunca entró en el edificio.", ["never entered"]),
        ("es", "Ninguno de sus hombres entró al consulado.", ["never entered"]),
        # It is not the officers who went in.
        ("en", "Officers chased two people who entered the consulate.", []),
        ("es", "Agentes seguían a dos personas que entraron al consulado.", []),
    ],
)
def test_how_it_ended(language: str, text: str, outcome: list[str]) -> None:
    assert values(text, language, "entry.outcome") == outcome


@pytest.mark.parametrize(
    ("language", "text", "consent"),
    [
        ("en", "They came in without the consent of the head of post.", ["no"]),
        ("es", "Entraron sin autorización del cónsul.", ["no"]),
        ("en", "A clerk let them in.", ["yes"]),
        ("es", "Un empleado los dejó entrar.", ["yes"]),
        ("en", "The consul had given permission.", ["yes"]),
        ("es", "Nadie les dio permiso.", ["no"]),
        ("en", "Nobody let them in.", []),
        # What must not be done without leave says nothing of what was done.
        ("en", "You cannot come in without the consul's permission.", []),
        ("es", "No pueden pasar sin permiso del cónsul.", []),
        ("en", "They may enter only with the consent of the head of post.", []),
    ],
)
def test_whether_anybody_consented(language: str, text: str, consent: list[str]) -> None:
    assert values(text, language, "consent.given") == consent


def test_the_protest_its_form_and_to_whom() -> None:
    english = "Ecuador sent a letter of protest to the U.S. Embassy in Quito."
    assert values(english, "en", "protest.form") == ["letter"]
    assert values(english, "en", "protest.to") == ["the U.S. Embassy in Quito"]
    spanish = "La ministra entregó una nota de protesta a la Embajada de Estados Unidos en Quito."
    assert values(spanish, "es", "protest.form") == ["note"]
    assert values(spanish, "es", "protest.to") == ["Embajada de Estados Unidos en Quito"]
    assert values("Norland made no formal protest.", "en", "protest.form") == []


def test_what_a_state_demands_and_not_what_a_guard_asks() -> None:
    (demand,) = read("Norland demanded that such acts not be repeated.", "en", "demand.words")
    assert (demand.value, demand.modality, demand.speaker) == ("that such acts not be repeated", "demanded", "Norland")
    (demand,) = read("La cancillería entregó una nota y exigió que los hechos no se repitan.", "es", "demand.words")
    assert (demand.value, demand.speaker) == ("que los hechos no se repitan", "La cancillería")
    assert read("The guard asked that they wait outside.", "en", "demand.words") == []
    assert read("Norland requests the receiving State: (a) to explain itself.", "en", "demand.words") == []


@pytest.mark.parametrize(
    ("language", "text", "rule"),
    [
        ("en", "It breached article 31 of the Vienna Convention on Consular Relations.", "VCCR Art. 31"),
        ("es", "Viola el artículo 22 de la Convención de Viena sobre Relaciones Diplomáticas.", "VCDR Art. 22"),
        ("en", "It cited the 1963 Vienna Convention.", "VCCR 1963"),
        ("es", "Invocó la Convención de Viena.", "Vienna Convention"),
    ],
)
def test_which_treaty_is_named(language: str, text: str, rule: str) -> None:
    assert values(text, language, "legal.rule") == [rule]


def test_a_denial_is_no_affirmation() -> None:
    (claim,) = read("The ministry denied that any soldiers had entered the building.", "en", "entry.outcome")
    assert (claim.value, claim.polarity, claim.speaker) == ("completed", "denies", "The ministry")
    (claim,) = read("El gobierno negó que agentes intentaran entrar en el consulado.", "es", "entry.outcome")
    assert (claim.value, claim.polarity) == ("attempted-prevented", "denies")


def test_no_record_denies_a_knowledge_and_not_the_event() -> None:
    text = "The department said that it has no record of its officers being there."
    found = propose(text, "en", PUBLISHED)
    assert [(one.fact, one.value) for one in found if one.fact.startswith(("receiving", "entry"))] == [
        ("receiving_state.presence", "no record")
    ]


@pytest.mark.parametrize(
    ("language", "text", "modality"),
    [
        ("en", "An officer allegedly tried to enter the consulate.", "alleged"),
        ("es", "Un agente presuntamente intentó entrar en el consulado.", "alleged"),
        ("es", "Un agente habría ingresado al consulado.", "alleged"),
        ("en", "If an officer wanted to enter a consulate, he would need consent.", "hypothetical"),
        ("es", "Si un agente quisiera entrar en un consulado, necesitaría permiso.", "hypothetical"),
        ("en", "An officer tried to enter the consulate.", "stated"),
    ],
)
def test_how_surely_it_is_said(language: str, text: str, modality: str) -> None:
    assert {one.modality for one in read(text, language, "entry.outcome")} == {modality}


def test_whom_they_were_after_and_what_they_say_they_did_not_know() -> None:
    assert values("Agents were chasing two people.", "en", "target.persons_pursued") == ["2"]
    assert values("Perseguían a un hombre.", "es", "target.persons_pursued") == ["1"]
    text = "El edificio no estaba claramente señalizado y no sabía que era un consulado."
    assert values(text, "es", "place.marking") == ["not clearly marked"]
    assert values(text, "es", "actor.knowledge") == ["did not know it was a consulate"]


def test_a_language_is_a_file() -> None:
    assert languages() == ("en", "es")
    assert propose("Les agents sont entrés.", "fr", PUBLISHED) == []
    assert propose("Un agente entró.", "es-EC", PUBLISHED) == propose("Un agente entró.", "es", PUBLISHED)
