"""Finding incidents: by words, accents or not, in either language; never by what is sealed, nor what is hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents.actions import add_note, assign, claim, open_incident, record_person
from inviolable.incidents.models import Incident, Searchable
from inviolable.incidents.searching import found_in, places, terms
from inviolable.ledger.rebuild import rebuild

WHO = {"actor": OFFICER, "now": NOW}
REF = "minneapolis"

pytestmark = pytest.mark.django_db


def found(question: str) -> list[str]:
    return list(found_in(Incident.objects.order_by("reference"), question).values_list("reference", flat=True))


@pytest.fixture
def two(incident):
    open_incident(
        "el-centro",
        "Operativo frente al consulado",
        post={"class": "consulate", "head": "career", "status": "open"},
        occurred="2026-01-30",
        sending="MX",
        receiving="US",
        place="El Centro, Califórnia",
        **WHO,
    )
    claim(REF, "place_marked", "unclear", voice="ICE spokesperson", raw="It was not clearly marked", **WHO)
    assign(REF, "Pedir las grabaciones del edificio", "officer", **WHO)


def test_words_find_what_they_stand_in_in_any_form_and_language(two):
    assert found("GRABACIÓN") == [REF] == found("grabaciones")
    assert found("grabadora") == []
    assert found("california") == ["el-centro"]
    assert found("minn") == [REF], "the beginning of a word is enough"
    assert found("méxico") == ["el-centro"]
    assert found("Estados Unidos") == ["el-centro", REF] == found("united states")
    assert found("clearly ecuador") == [REF], "the words stand in different entries"
    assert found("clearly mexico") == []
    assert found("") == ["el-centro", REF]


def test_the_entries_that_hold_a_word_are_named_the_first_ones_of_each(two):
    for number in range(5):
        assign(REF, f"Call the embassy, {number}", "officer", **WHO)
    one = Incident.objects.get(reference=REF)
    held = places([one], "embassy")[one.pk]
    assert list(Searchable.objects.filter(number__in=held).order_by("seq").values_list("seq", flat=True)) == [3, 4, 5]
    assert places([one], "nothing") == {one.pk: []}


def test_nothing_sealed_is_ever_found(two, identities):
    record_person(REF, "national", name="Zoila Canaria", asylum="yes", **WHO)
    add_note(REF, "Zoila Canaria spoke of her brother", **WHO)
    assert found("zoila") == found("canaria") == found("asylum") == found("brother") == []
    assert not Searchable.objects.filter(words__contains="canaria").exists()


@pytest.mark.parametrize(
    "question", ['"', "'", "*", "qq OR ww", "NEAR(", "qq:*", "qq') --", "🔥", "-", "qq AND NOT ww", "\\"]
)
def test_what_looks_like_an_operator_is_only_words(two, question):
    assert found(question) == [] if terms(question) else ["el-centro", REF]


def test_it_is_derived_and_comes_back_the_same(two):
    before = list(Searchable.objects.order_by("number").values_list("number", "seq", "words"))
    rebuild()
    assert list(Searchable.objects.order_by("number").values_list("number", "seq", "words")) == before
    assert found("grabaciones") == [REF]


@given(st.text(max_size=60))
def test_terms_are_letters_and_digits_and_folding_twice_changes_nothing(text):
    found = terms(text)
    assert all(one.isalnum() for one in found)
    assert terms(" ".join(found)) == found
