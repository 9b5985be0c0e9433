"""Finding incidents: by words, accents or not, in either language; never by what is sealed, nor what is hidden."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents.actions import add_note, assign, open_incident, record_person
from inviolable.incidents.facts import claim
from inviolable.incidents.models import Incident, Searchable
from inviolable.incidents.searching import found_in, places, terms, words_of
from inviolable.ledger.canonical import decode
from inviolable.ledger.models import Entry
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
    assert list(Entry.objects.filter(id__in=held).order_by("seq").values_list("seq", flat=True)) == [3, 4, 5]
    assert places([one], "nothing") == {one.pk: []}


def test_nothing_sealed_is_ever_found(two, identities):
    record_person(REF, "national", name="Zoila Canaria", asylum="yes", **WHO)
    add_note(REF, "Zoila Canaria spoke of her brother", **WHO)
    assert found("zoila") == found("canaria") == found("asylum") == found("brother") == []
    assert not Searchable.objects.filter(word="canaria").exists()


@pytest.mark.parametrize(
    "question", ['"', "'", "*", "qq OR ww", "NEAR(", "qq:*", "qq') --", "🔥", "-", "qq AND NOT ww", "\\"]
)
def test_what_looks_like_an_operator_is_only_words(two, question):
    assert found(question) == [] if terms(question) else ["el-centro", REF]


def test_it_is_derived_and_comes_back_the_same(many):
    before = list(Searchable.objects.order_by("number", "word").values_list("number", "word"))
    told = list(Incident.objects.order_by("number").values_list("number", "legal"))
    rebuild()
    assert list(Searchable.objects.order_by("number", "word").values_list("number", "word")) == before
    assert list(Incident.objects.order_by("number").values_list("number", "legal")) == told
    migration = import_module("inviolable.incidents.migrations.0005_each_word")
    Searchable.objects.all().delete()
    Incident.objects.update(number=-F("number"), legal=b"")
    migration.number(apps, None)
    migration.fill(apps, None)
    assert list(Searchable.objects.order_by("number", "word").values_list("number", "word")) == before
    assert list(Incident.objects.order_by("number").values_list("number", "legal")) == told


#: What is said in them, in several alphabets; one word is longer than any that counts.
SAID = ("Straße", "strasse 12", "ÑANDÚ ñandutí", "дом Дома", "北京 2026", "a1b2 a1", "x" * 80, "grabación " * 3)


@pytest.fixture
def many(incident):
    """Incidents of a few entries each, in which the same words come often and in another order."""
    for name in range(6):
        what = {"class": "consulate", "head": "career", "status": "open"}
        open_incident(
            f"number-{name}", SAID[name], post=what, occurred="2026-01-30", sending="MX", receiving="US", **WHO
        )
    for turn in range(60):
        assign(f"number-{turn % 5}", f"{SAID[turn % 8]} {SAID[turn * turn % 7]}", "officer", **WHO)


ASKED = (*terms(" ".join(SAID)), "grab", "дом", "st", "officer", "zz", "2")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ASKED), max_size=3))
def test_what_is_found_and_shown_is_what_a_plain_reading_of_all_entries_finds(many, asked):
    right, shown = [], {}
    for one in Incident.objects.order_by("reference"):
        rows = Entry.objects.filter(stream=one.stream).order_by("seq").values_list("id", "line")
        said = {row: words_of(decode(bytes(line))).split() for row, line in rows}
        holds = [[row for row, words in said.items() if any(map(begins(term), words))] for term in asked]
        if all(holds):
            right.append(one)
            shown[one.pk] = sorted({row for rows in holds for row in rows})[:3]
    assert found(" ".join(asked)) == [one.reference for one in right]
    assert places(right, " ".join(asked)) == shown


def begins(term: str):
    return lambda word: word.startswith(term)


@given(st.text(max_size=60))
def test_terms_are_letters_and_digits_and_folding_twice_changes_nothing(text):
    found = terms(text)
    assert all(one.isalnum() for one in found)
    assert terms(" ".join(found)) == found
