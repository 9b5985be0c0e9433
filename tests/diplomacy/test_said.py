"""Whose word it is, who is named, and what is linear: told of texts that trip a check and of those that do not."""

from dataclasses import replace

import pytest
from tests.diplomacy.test_release import KNOWN, in_text

from inviolable.diplomacy.checks.said import _accusing, _within, attributed, people_in, sentences
from inviolable.diplomacy.words.citations import cited
from inviolable.sources.vocabulary import fold


@pytest.mark.parametrize(
    ("language", "before", "voice"),
    [
        ("es", "Según el artículo 31,", False),
        ("es", "De acuerdo con lo dispuesto en la Convención,", False),
        ("es", "El artículo 31 de la Convención de Viena dice que", False),
        ("es", "Según la agencia,", True),
        ("es", "Según la agencia, que cita el artículo 31,", True),
        ("es", "Según un testigo y el artículo 31,", False),
        ("es", "La policía afirma que, conforme al artículo 31,", True),
        ("en", "According to Article 31(2) of the Convention,", False),
        ("en", "According to international law,", False),
        ("en", "The Convention says that", False),
        ("en", "According to a law enforcement agency,", True),
        ("en", "A newspaper reported that, whatever article 31 says,", True),
    ],
)
def test_an_accusation_is_attributed_to_a_voice_and_never_to_a_provision(language, before, voice) -> None:
    accuses = {"es": " los agentes agredieron a una funcionaria.", "en": " the agents assaulted a consular officer."}
    assert ("did" not in in_text(before + accuses[language], language=language)) == voice
    assert attributed(fold(before), language, "EC") == voice


@pytest.mark.parametrize(
    ("language", "text"),
    [("es", "Luis Toapanta estaba adentro."), ("en", "Inside was Toapanta."), ("es", "Los Toapanta esperaban.")],
)
def test_a_name_that_the_file_has_is_one_without_any_word_for_a_person(language, text) -> None:
    people = people_in(["Luis Toapanta, ecuatoriano, estaba adentro.", "The Ministry of Foreign Affairs said so."])
    assert people == {"Luis Toapanta", "Toapanta"}
    assert "name" in in_text(text, replace(KNOWN, people=people), language)
    assert "name" not in in_text(text, KNOWN, language)
    assert "name" not in in_text("Una persona estaba adentro.", replace(KNOWN, people=people), language)


def test_a_sentence_ends_at_no_title_and_at_no_number_of_an_article() -> None:
    text = "El Sr. Embajador cita el art. 31 y la nota no. 5. Dijo que no. Nada más; así fue"
    assert [text[start:end].strip() for start, end in sentences(text)] == [
        "El Sr. Embajador cita el art. 31 y la nota no. 5.", "Dijo que no.", "Nada más;", "así fue",
    ]  # fmt: skip


def test_a_provision_is_accused_by_its_own_sentence_and_no_other() -> None:
    text = "It recalls VCCR 31(2). The acts breach VCCR 31(3). It recalls VCCR 33."
    assert [_within(_accusing(text), one) for one in cited(text)] == [False, True, False]
