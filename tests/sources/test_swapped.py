"""The dangerous error, sought by machine: whoever speaks in a sentence, the other is never named instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inviolable.sources.proposals import propose

# {a} says the words, {b} is the other; a capital stands at the beginning of a sentence.
ENGLISH = """
"{q}," {a} told {b}.
{A} told {b}: "{q}."
{A} told {b} that "{q}."
"{q}," said {a} to {b}.
"{q}," {a} said, looking at {b}.
"{q}," {a} said as {b} shut the door.
"{q}," {a} said before {b} could answer.
"{q}," shouted {a} at {b}.
"{q}," {a}, according to {b}, said.
"{q}," {a} said, according to {b}.
"{q}," {a} said, {b} recalled.
"{q}," {b} said {a} had told her.
"{q}," {b} recalled {a} saying.
"{q}," {b} quoted {a} as saying.
"{q}," {b} heard {a} say.
"{q}," {b} was told by {a}.
"{q}," were the words of {a}, {b} said.
"{q}." {B} stepped back.
{B} stepped back. "{q}," said {a}.
{B} heard {a} say: "{q}."
{B} was told by {a}: "{q}."
{B} said that {a} said: "{q}."
{B}, who was alone, heard {a} shout: "{q}."
{B} stopped {a}, who said: "{q}."
{B} asked and {a} answered: "{q}."
{A} facing {b} said: "{q}."
{A} who had stopped {b} said: "{q}."
{A} whom {b} had stopped said: "{q}."
{A} standing behind {b} shouted: "{q}."
{A}, facing {b}, said: "{q}."
{A}, who had stopped {b}, said: "{q}."
{A} pushed {b} and said: "{q}."
{A} pushed {b}, then said: "{q}."
{A} told {b}, pointing at the door, saying: "{q}."
{A} turned to {b}. "{q}," he said.
Facing {b}, {a} said: "{q}."
To {b}, {a} said: "{q}."
When {b} came, {a} said: "{q}."
According to {b}, {a} said: "{q}."
According to {b}, "{q}" was what {a} said.
At the door of the consulate {a} told {b}: "{q}."
"No," {b} told {a}, who replied: "{q}."
"No," {b} said. "{q}," replied {a}.
"No," {b} told {a}. "{q}."
"No," {b} said and {a} replied: "{q}."
"Wait," {a} told {b}, "{q}."
"""
SPANISH = """
«{q}», le dijo {a} a {b}.
«{q}», le dijo a {b} {a}.
«{q}», le gritó {a} a {b} en la puerta.
«{q}», dijo {a} cuando {b} cerró.
«{q}», dijo {a}, según {b}.
«{q}», dijo {a}, recordó {b}.
«{q}», contó {b} que le dijo {a}.
«{q}», recordó {b} haber oído decir a {a}.
«{q}», se oye decir a {a} frente a {b}.
«{q}», fueron las palabras de {a}, dijo {b}.
«{q}». {B} retrocedió.
{B} retrocedió. «{q}», dijo {a}.
{A} le dijo a {b}: «{q}».
{A} le dijo a {b} que «{q}».
{A} que detuvo a {b} dijo: «{q}».
{A} que había detenido {b} dijo: «{q}».
{A} frente a {b} dijo: «{q}».
{A}, frente a {b}, dijo: «{q}».
{A}, según {b}, dijo: «{q}».
{A} empujó a {b} y dijo: «{q}».
{A} empujó a {b}. «{q}», dijo.
{B} contó que {a} le dijo: «{q}».
{B} oyó a {a} decir: «{q}».
{B} escuchó cuando {a} dijo: «{q}».
A {b}, {a} le respondió: «{q}».
Frente a {b}, {a} dijo: «{q}».
Cuando llegó {b}, {a} dijo: «{q}».
Según {b}, {a} dijo: «{q}».
Según {b}, «{q}» fue lo que dijo {a}.
En la puerta del consulado {a} le dijo a {b}: «{q}».
«No», le dijo {b} a {a}, quien respondió: «{q}».
«No», dijo {b}. «{q}», respondió {a}.
«No», le dijo {b} a {a}. «{q}».
«No», dijo {b}; «{q}», contestó {a}.
«Espere», le dijo {a} a {b}, «{q}».
"""
WORDS = {
    "en": (ENGLISH, "if you touch me I will grab you", ["the agent", "an officer", "the policeman", "a soldier"],
           ["the guard", "the consul", "an employee", "the receptionist"]),
    "es": (SPANISH, "si me toca lo voy a agarrar", ["el agente", "un oficial", "el policía", "un soldado"],
           ["la guardia", "la cónsul", "una empleada", "la recepcionista"]),
}  # fmt: skip
BEFORE = {
    "en": ["", "It was Tuesday. ", "The video shows it all. ", "The ministry said so.\n\n"],
    "es": ["", "Era martes. ", "El video lo muestra todo. ", "Lo dijo la cancillería.\n\n"],
}


def told(language: str, template: str, a: str, b: str) -> str:
    words = template.format(q=WORDS[language][1], a=a, b=b, A=a.capitalize(), B=b.capitalize())
    return words.replace(" a el ", " al ").replace(" de el ", " del ").replace("A el ", "Al ")


def templates(language: str) -> list[str]:
    return WORDS[language][0].strip().split("\n")


@pytest.mark.parametrize("language", ["en", "es"])
@given(st.data())
def test_the_other_is_never_named(language: str, data: st.DataObject) -> None:
    """In every sentence, with the roles either way round, who is named is the one who speaks, or nobody."""
    _, words, at_the_door, inside = WORDS[language]
    pair = [data.draw(st.sampled_from(at_the_door)), data.draw(st.sampled_from(inside))]
    a, b = data.draw(st.permutations(pair))
    before, template = data.draw(st.sampled_from(BEFORE[language])), data.draw(st.sampled_from(templates(language)))
    text = before + told(language, template, a, b)
    (quotation,) = [one for one in propose(text, language) if one.rule == "quotation" and words in one.value]
    assert quotation.speaker is None or quotation.speaker.lower() == a
    if quotation.fact == "threat.words":
        assert a in at_the_door


@pytest.mark.parametrize("language", ["en", "es"])
def test_most_are_named_all_the_same(language: str) -> None:
    """Who names nobody makes no error, and is of no use."""
    _, _, (a, *_), (b, *_) = WORDS[language]
    found = [
        [one.speaker for one in propose(told(language, template, a, b), language) if one.rule == "quotation"][-1]
        for template in templates(language)
    ]
    assert sum(speaker is not None for speaker in found) > 0.4 * len(found)
