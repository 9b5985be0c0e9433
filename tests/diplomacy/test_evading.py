"""What was found to get past the checks of a text before it goes out, and beside each what may stand."""

import pytest

from inviolable.diplomacy.checks.background import Background
from inviolable.diplomacy.checks.release import stops_in_text

KNOWN = Background(sending="EC", receiving="US", zone="America/Chicago")


def codes(text: str, language: str) -> set[str]:
    return {one.code for one in stops_in_text(text, "2026-01-29", language, KNOWN)}


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("en", "The consul was kidnapped by authorities of the United States.", "The United States kidnapped nobody."),
        (
            "en",
            "The consul was assaulted by agents of the receiving State.",
            "ICE states that the consul was assaulted.",
        ),
        ("en", "The claim is that of a consul who was assaulted.", "ICE claims that the consul was assaulted."),
        ("en", "The Ministry states that the consul was assaulted.", "According to AFP, the consul was assaulted."),
        ("en", "It is stated that the consul was assaulted.", "It was stated by AFP that the consul was assaulted."),
        (
            "en",
            "The consul was assaulted, and the Government of Ecuador affirms its protest.",
            "The Government of the United States affirms that the consul was assaulted.",
        ),
        ("es", "El Ministerio afirma que el cónsul fue agredido.", "AFP afirma que el cónsul fue agredido."),
        (
            "es",
            "El Gobierno del Ecuador declara que el cónsul fue agredido.",
            "El Gobierno de los Estados Unidos declara que el cónsul fue agredido.",
        ),
        ("es", "Se afirma que el cónsul fue agredido.", "Según AFP, el cónsul fue agredido."),
        ("en", "The killing of a guard is regretted.", "According to AFP, the killing of a guard is regretted."),
        ("es", "Se lamenta el asesinato de un guardia.", "Según AFP hubo el asesinato de un guardia."),
        ("es", "Se protesta por la detención de dos nacionales.", "Se protesta por estos hechos."),
    ],
)
def test_only_the_word_of_others_makes_a_claim_of_what_is_not_confirmed(language, wrong, right):
    assert "did" in codes(wrong, language)
    assert "did" not in codes(right, language)


@pytest.mark.parametrize(
    "wrong",
    ["foreign s\u043eil", "foreign s\u03bfil", "foreign s\u20ddoil", "foreign \uff53oil"]
    + [f"foreign so{sign}il" for sign in "\u17b4\u180b\u2065\u2800\u3164\u034f\u115f\ufe00\U000e0020"],
)
def test_no_sign_of_another_alphabet_and_none_that_is_not_seen_hides_a_word(wrong):
    assert "sign" in codes(f"The post is {wrong}.", "en")
    quoted = "They said: “это консульство”. The façade, the Łódź consulate, naïveté, José and 5 º stay."
    assert "sign" not in codes(quoted, "en")


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "the applicant Rosa Quispe Mamani"),
        ("en", "the national João Gonçalves"),
        ("en", "the national Jose\u0301 Pe\u0301rez"),
        ("es", "la ciudadana Łucja Peña Ibáñez"),
        ("es", "la víctima Rosa Quispe Mamani"),
    ],
)
def test_whoever_came_is_not_named_whatever_the_letters(language, name):
    assert "name" in codes(f"{name} stood there.", language)
    assert "name" not in codes("The applicant stood there. La víctima estuvo allí.", language)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Wednesday (27 January 2026)", "Tuesday (27 January 2026)"),
        ("Wednesday,\n27 January 2026", "Tuesday,\n27 January 2026"),
        ("Wednesday 27/01/2026", "Tuesday 27/01/2026"),
        ("Wednesday, 2026-01-27", "Tuesday, 2026-01-27"),
        ("Monday 03/04/2026", "Friday 03/04/2026"),
    ],
)
def test_a_day_of_the_week_is_held_against_its_date_however_it_is_written(wrong, right):
    assert "weekday" in codes(f"They came on {wrong}.", "en")
    assert "weekday" not in codes(f"They came on {right}.", "en")
    assert "weekday" in codes("Vinieron el miércoles 27.01.2026.", "es")


@pytest.mark.parametrize("blank", ["on __ January 2026", "at _ hours"])
def test_a_short_line_is_a_blank_as_a_long_one_is(blank):
    assert "blank" in codes(f"They came {blank}.", "en")
    assert "blank" not in codes("The file note_1.pdf lies here.", "en")
