"""Marks: what they stand for, and blanks that nobody can overlook."""

from hypothesis import given
from hypothesis import strategies as st

from inviolable.diplomacy.drafting.bracketed import shown, taken
from inviolable.diplomacy.terms import Value
from inviolable.diplomacy.words.marks import BLANK, TEXT, VALUE, Piece, fill, keys

TIME = Value("time", "confirmed", {"en": ("at 11:00",), "es": ("a las 11:00",)})
OFFICERS = Value("officers", "contested", {"en": ("one officer", "several officers"), "es": ("uno", "varios")})
AGENCY = Value("agency", "unknown", {"en": ()}, {"en": "which authority", "es": "qué autoridad"})
VALUES = {one.key: one for one in (TIME, OFFICERS, AGENCY)}


def test_a_known_fact_is_said_in_each_language():
    text = "They came [[time]]."

    assert fill(text, VALUES, "en") == (
        Piece(TEXT, "They came "),
        Piece(VALUE, "at 11:00", "time"),
        Piece(TEXT, "."),
    )
    assert fill("[[time]]", VALUES, "es") == (Piece(VALUE, "a las 11:00", "time"),)


def test_what_nobody_knows_is_a_blank_that_says_what_is_missing():
    assert fill("[[agency]]", VALUES, "en") == (Piece(BLANK, "[____ which authority]", "agency"),)
    assert fill("[[agency]]", VALUES, "es") == (Piece(BLANK, "[____ qué autoridad]", "agency"),)


def test_what_is_contested_stands_side_by_side():
    assert fill("[[officers]]", VALUES, "en") == (
        Piece(BLANK, "[contested: one officer / several officers]", "officers"),
    )
    assert fill("[[officers]]", VALUES, "es") == (Piece(BLANK, "[en disputa: uno / varios]", "officers"),)


def test_a_mark_without_a_fact_and_a_fact_without_words_in_a_language_are_blanks():
    assert fill("[[weather]]", VALUES, "en") == (Piece(BLANK, "[____ there is no fact weather]", "weather"),)
    only_english = {"time": Value("time", "confirmed", {"en": ("at 11:00",)})}
    assert fill("[[time]]", only_english, "es")[0].kind == BLANK


@given(st.lists(st.sampled_from(["[[time]]", "[[officers]]", "[[agency]]", "words ", "[", "]]", "[[ no ]]", "\n"])))
def test_nothing_of_a_text_is_lost_and_each_mark_is_one_piece(stretches):
    text = "".join(stretches)
    pieces = fill(text, VALUES, "en")

    assert [one.key for one in pieces if one.kind != TEXT] == keys(text)
    assert "".join(f"[[{one.key}]]" if one.kind != TEXT else one.words for one in pieces) == text


# ---- as somebody edits them --------------------------------------------------------------------

DAY, TOLD, SAID = (
    Value(key, "confirmed", {"en": ("27 January 2026",)}) for key in ("day", "protested-5:day", "claim-7:day")
)


def edited(text: str, *values: Value, near: str = "") -> tuple[str, list[str]]:
    return taken(text, {one.key: one for one in values}, "en", near)


def test_words_in_brackets_are_the_fact_before_what_a_person_chose():
    assert edited("On [[27 January 2026]].", TOLD, DAY) == ("On [[day]].", [])
    assert edited("On [[27 January 2026]].", TOLD) == ("On [[protested-5:day]].", []), "there is no other"
    assert edited("On [[27  January\n2026]].", TOLD, DAY, near="[[protested-5:day]]")[0] == "On [[protested-5:day]]."


def test_of_two_that_read_the_same_and_stood_here_each_is_kept():
    near = "From [[day]] to [[claim-7:day]]."
    text = shown(near, {one.key: one for one in (DAY, SAID)}, "en")
    assert text == "From [[27 January 2026]] to [[27 January 2026]]."
    assert edited(text, SAID, DAY, near=near) == (near, [])


def test_where_two_facts_read_the_same_a_person_says_which():
    text, (fault,) = edited("On [[27 January 2026]].", TOLD, DAY, SAID)
    assert text == "On [[27 January 2026]]."
    assert fault == (
        "[[27 January 2026]] is said by several facts of this note. Write which one you mean: [[day]], [[claim-7:day]]."
    )
    assert edited("On [[claim-7:day]].", TOLD, DAY, SAID) == ("On [[claim-7:day]].", [])
    assert "is no fact of this note" in edited("On [[28 January 2026]].", DAY)[1][0]
