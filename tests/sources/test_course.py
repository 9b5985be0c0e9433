"""Who speaks as a text goes on from sentence to sentence; where two could be meant, nobody is named."""

from datetime import date

import pytest

from inviolable.sources.proposals import Proposal, propose

PUBLISHED = date(2026, 1, 28)  # a Wednesday


def last_words(text: str, language: str) -> Proposal:
    return [one for one in propose(text, language) if one.rule == "quotation"][-1]


def claims(text: str, language: str, fact: str) -> list[tuple[str, str | None]]:
    return [(one.value, one.speaker) for one in propose(text, language, PUBLISHED) if one.fact == fact]


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", 'The mayor said it was a mistake. "We were not asked," she said.', "The mayor"),
        ("en", 'Two agents came, the consul said. "They rang," she told local radio. "I let nobody in."', "the consul"),
        ("en", 'The ministry said it knew. "The case is closed," it added.', "The ministry"),
        ("en", 'The consul, in a letter to the mayor, wrote that an agent had "slipped in unseen".', "The consul"),
        ("en", '"They just walked past us," a woman who had come for a visa told reporters.', "a woman"),
        ("en", "'Nobody came in,' the caretaker said. 'They rang the bell.'", "the caretaker"),
        ("en", 'The minister said it was over, adding: "We expect an answer."', "The minister"),
        (
            "es",
            "Dos agentes llegaron, informó ayer la cónsul general. «Buscaban a alguien», explicó.",
            "la cónsul general",
        ),
        ("es", "«Entraron sin más», denunció ante la prensa la vicecanciller. «Nadie les abrió».", "la vicecanciller"),
        (
            "es",
            "Un comerciante que tiene su puesto enfrente recuerda que era «poco antes del mediodía».",
            "Un comerciante",
        ),
        ("es", "El alcalde, visiblemente molesto, lo negó. «Se quedaron en la acera», insistió.", "El alcalde"),
        ("es", "En la grabación se oye a una mujer decir: «Hágase para atrás».", "una mujer"),
    ],
)
def test_who_spoke_before_goes_on(language: str, text: str, speaker: str) -> None:
    assert last_words(text, language).speaker == speaker


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", 'The consul told the commander to leave. "They are not my men," he said.'),
        ("en", 'A policeman grabbed the guard. "Let go of me!" he shouted.'),
        ("en", '"Who are you?" the receptionist asked. "The one who gives the orders."'),
        ("en", 'The ministry said it knew. "The case is closed," she said.'),
        ("en", 'The consul said so. The agent laughed. "We go where we like," he said.'),
        ("es", "La vicecónsul dijo al inspector que no podía pasar. «Eso ya lo veremos», respondió."),
        ("es", "El agente empujó a la empleada. «¡Quítese de en medio!», gritó."),
        ("es", "«¿Quién es usted?», preguntó la empleada. «Soy el que manda aquí»."),
    ],
)
def test_where_two_could_be_meant_nobody_is_named(language: str, text: str) -> None:
    assert last_words(text, language).speaker is None


def test_in_a_transcript_every_line_says_who_speaks_and_who_asks_claims_nothing() -> None:
    text = "HOST: Did two agents enter?\nTHE MAYOR: Nobody entered. Three officers rang.\nHOST: Thank you, mayor."
    assert claims(text, "en", "entry.outcome") == [("never entered", "THE MAYOR")]
    assert claims(text, "en", "actor.count") == [("3", "THE MAYOR")]


def test_one_of_them_is_one_of_those_at_the_door_who_were_spoken_of_before() -> None:
    threat = '"Sit down or you will be arrested," one of them said.'
    assert last_words(f"Three officers came in. {threat}", "en").fact == "threat.words"
    assert last_words(f"Three officers and two guards were there. {threat}", "en").fact == "words.said"
    assert (
        last_words("Llegaron tres agentes. «Cállese o me lo llevo», gritó uno de ellos.", "es").fact == "threat.words"
    )


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "PORT TOWN, Jan. 27 — Two agents entered the consulate on Monday.", ["2026-01-26"]),
        ("en", "The government said on Tuesday that agents had rung the bell on Monday.", ["2026-01-26"]),
        ("en", "The minister will speak to the ambassador on Friday.", []),
        ("en", "The embassy is closed from Monday to Friday.", []),
        ("es", "El cónsul regresará el sábado.", []),
        ("es", "Tres agentes se presentaron el martes en el consulado, denunció la vicecanciller.", ["2026-01-27"]),
    ],
)
def test_the_day_of_the_event_and_no_other(language: str, text: str, days: list[str]) -> None:
    assert [value for value, _ in claims(text, language, "event.date")] == days
