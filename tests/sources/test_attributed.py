"""Whose statement a claim is that stands without quotation marks: by the sentence, or nobody's."""

from datetime import date

import pytest

from inviolable.sources.proposals import Proposal, propose

CLAIM = {"en": "two officers tried to enter the consulate", "es": "dos agentes intentaron entrar en el consulado"}
SAID = {
    "en": """
        {X} said that {c}.
        {X} said {c}.
        {C}, {x} said.
        {C}, {x} said on Friday.
        {C}, according to {x}.
        According to {x}, {c}.
        {X} told {y} that {c}.
        Two officers, {x} said, tried to enter the consulate.
        On Friday {x} said that {c}.
        In its first bulletin {x} said that {c}.
        {Y} stayed silent, but {x} said that {c}.
        {Y} denied it; {x} says {c}.
    """,
    "es": """
        {X} dijo que {c}.
        {C}, dijo {x}.
        {C}, informó el viernes {x}.
        {C}, según {x}.
        Según {x}, {c}.
        {X} le dijo a {y} que {c}.
        Dos agentes, dijo {x}, intentaron entrar en el consulado.
        El viernes {x} dijo que {c}.
        En su primer boletín, {x} dijo que {c}.
        {Y} no habló, pero {x} dijo que {c}.
        {Y} lo negó; {x} dice que {c}.
    """,
}
NOT_SAID = {
    "en": """
        {X}, who spoke to {y}, said that {c}.
        {C}.
        {C}. {X} said nothing.
        {X} said no. {C}.
        {X} said that it was closed on 30 November. {C}.
        {Y} stayed outside. {C}.
        {X} spoke to {y} after {c}.
        {X} arrived when {c}.
        {X} was told that {c}.
        {X} heard that {c}.
        She said that {c}.
        {C}, but {x} said that the door was shut.
        {C}; {x} said that the door was shut.
        {X} said that the door was shut; {c}.
        Nobody at {x} said that {c}.
        Neither {y} nor {x} said that {c}.
        {C}, and {x} said so to {y}.
    """,
    "es": """
        {X}, que habló con {y}, dijo que {c}.
        {C}.
        {C}. {X} no dijo nada.
        {X} dijo que no. {C}.
        {X} dijo que estaba cerrado el 30 de noviembre. {C}.
        {X} habló con {y} después de que {c}.
        {X} llegó cuando {c}.
        A {x} le dijeron que {c}.
        Dijo que {c}.
        {C}, pero {x} dijo que la puerta estaba cerrada.
        {C}; {x} dijo que la puerta estaba cerrada.
        {X} dijo que la puerta estaba cerrada; {c}.
        Nadie en {x} dijo que {c}.
        Ni {y} ni {x} dijo que {c}.
    """,
}
WHO = {"en": ("the ministry", "the consul"), "es": ("la cancillería", "la cónsul")}


def told(language: str, template: str) -> Proposal:
    x, y = WHO[language]
    claim = CLAIM[language]
    names = {"x": x, "y": y, "X": x.capitalize(), "Y": y.capitalize(), "c": claim, "C": claim.capitalize()}
    text = template.format(**names)
    (found,) = [one for one in propose(text, language) if one.fact == "entry.outcome"]
    return found


def cases(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(language, line.strip()) for language, lines in table.items() for line in lines.strip().split("\n")]


@pytest.mark.parametrize(("language", "template"), cases(SAID))
def test_the_sentence_says_whose_statement_it_is(language: str, template: str) -> None:
    found = told(language, template)
    assert (found.speaker or "").lower() == WHO[language][0]
    assert (found.polarity, found.modality) == ("affirms", "stated")


@pytest.mark.parametrize(("language", "template"), cases(NOT_SAID))
def test_it_is_nobody_elses_statement(language: str, template: str) -> None:
    assert told(language, template).speaker is None


@pytest.mark.parametrize(
    ("language", "template", "polarity", "modality"),
    [
        ("en", "{X} denied that {c}.", "denies", "stated"),
        ("en", "{X} did not deny that {c}.", "affirms", "hypothetical"),
        ("en", "{X} did not say that {c}.", "affirms", "hypothetical"),
        ("en", "{X} would not say whether {c}.", "affirms", "hypothetical"),
        ("en", "It is not clear whether {c}.", "affirms", "hypothetical"),
        ("es", "{X} negó que {c}.", "denies", "stated"),
        ("es", "{X} no negó que {c}.", "affirms", "hypothetical"),
        ("es", "{X} no dijo que {c}.", "affirms", "hypothetical"),
        ("es", "{X} no quiso decir si {c}.", "affirms", "hypothetical"),
        ("es", "No está claro si {c}.", "affirms", "hypothetical"),
    ],
)
def test_what_is_denied_and_what_is_left_unsaid(language: str, template: str, polarity: str, modality: str) -> None:
    found = told(language, template)
    assert (found.polarity, found.modality) == (polarity, modality)


def test_the_day_of_telling_is_nobodys_claim() -> None:
    text = "The ministry said on Friday that two officers reportedly tried to enter."
    (named,) = [one for one in propose(text, "en", date(2026, 1, 31)) if one.fact == "date.named"]
    assert (named.value, named.speaker, named.modality) == ("2026-01-30", None, "stated")


def test_a_deed_that_is_announced_is_its_doers_own() -> None:
    (form,) = [one for one in propose("El ministro anunció una queja formal.", "es") if one.fact == "protest.form"]
    assert form.speaker is None
