"""Every value, voice and root that a data file of this room can name has words in both languages."""

from string import Formatter

import pytest
from tests.sources.press import said

from inviolable.sources.agreement import statements
from inviolable.sources.naming import (
    as_named,
    labels,
    left_words,
    lineage_words,
    meaning,
    named,
    value_words,
    values_in,
)
from inviolable.sources.report import Report
from inviolable.sources.values import Value, normal
from inviolable.sources.vocabulary import keys, read_toml
from inviolable.sources.voices import voice_of

LANGUAGES = ("en", "es")


@pytest.mark.parametrize("fact", keys())
def test_every_value_that_a_data_file_names_is_called_something_in_both_languages(fact: str) -> None:
    for raw in named(fact):
        value = normal(fact, raw)
        assert all(meaning(value, language) for language in LANGUAGES), raw
    for norm, _ in keys()[fact].values:
        assert all(meaning(Value(fact, keys()[fact].type, norm), language) for language in LANGUAGES), norm


def test_both_languages_name_the_same_things_with_the_same_blanks() -> None:
    def blanks(said: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(said)} - {None}

    english, spanish = values_in("en"), values_in("es")
    assert {key: set(row) for key, row in english.items()} == {key: set(row) for key, row in spanish.items()}
    for table, words in labels("en").items():
        assert words.keys() == labels("es")[table].keys(), table
        for name, said_so in words.items():
            assert blanks(said_so) == blanks(labels("es")[table][name]), name
    spans = read_toml("facts.toml")["words"]["dayparts"]
    assert spans.keys() == labels("en")["dayparts"].keys()


def test_every_voice_of_the_data_file_has_a_name_and_any_other_is_called_as_its_source_calls_it() -> None:
    ids = {row["id"] for row in read_toml("voices.toml")["voices"]}
    assert ids == labels("en")["voices"].keys()
    page = said(
        "1", ("entry.outcome", "never entered", "El agente"), ("actor.count", "1", "un Funcionario de la oficina")
    )
    voices = [voice_of(page, claim) for claim in page.claims]
    assert [voice.id for voice in voices] == ["el-agente", "un-funcionario-de-la-oficina"]
    plain = Report([page], language="es").plain()
    assert "no entró: lo dice «El agente»" in plain
    assert "«un Funcionario de la oficina»" in plain
    assert "el-agente" not in plain


@pytest.mark.parametrize(("fact", "raw", "english", "spanish"), [
    ("entry.outcome", "attempted-prevented", "tried, and was kept out", "lo intentó y no pudo entrar"),
    ("receiving_state.presence", "no record", "no record of having been there", "sin constancia de haber estado allí"),
    ("place.type", "embajada", "an embassy: “embajada”", "una embajada: «embajada»"),
    ("staff.conduct", "shielded a wanted man", "sheltered a wanted person: “shielded a wanted man”",
     "amparó a una persona buscada: «shielded a wanted man»"),
    ("event.weekday", "Tuesday", "Tuesday", "martes"), ("actor.count", "plural", "more than one", "más de uno"),
    ("event.local_time", "~11:00", "about 11:00", "hacia 11:00"), ("actor.count", ">=2", "at least 2", "al menos 2"),
    ("event.local_time", "madrugada", "early morning", "de madrugada"),
    ("consent_by", "staff", "somebody else at the post", "otra persona de la oficina"),
    ("place.city", "Minneapolis", "“Minneapolis”", "«Minneapolis»"),
])  # fmt: skip
def test_a_value_is_said_in_the_readers_language_and_anybodys_words_stay_quoted(
    fact: str, raw: str, english: str, spanish: str
) -> None:
    assert value_words(normal(fact, raw), raw, "en") == english
    assert value_words(normal(fact, raw), raw, "es") == spanish


def test_a_denied_value_and_several_that_are_left_open_have_words() -> None:
    [one] = statements([said("1", ("consent.given", "yes", "ICE"))])
    denied = Value(**{**one.value.__dict__, "denied": True})
    assert value_words(denied, "yes", "es") == "no: se dio"
    assert as_named(one.value, "yes", "es") == "se dio"
    assert left_words("consent_by", ("head", "designee", "mission", "staff"), "es") == "alguien, no se dice quién"
    assert left_words("body", ("organ", "private"), "en").startswith("not said which: an organ of the receiving State")
    for named_left in labels("en")["left"].keys() - {"other"}:
        fact, _, left = named_left.partition(": ")
        rows = [row for rows in read_toml("law.toml").values() for row in rows.values()]
        assert left.split() in [row.get(fact) for row in rows], "what is named can be said"


def test_a_root_is_no_code() -> None:
    assert lineage_words("primary:communique", "es") == "es la declaración misma (communique)"
    assert lineage_words("aggregate", "en") == "put together from several"
    assert lineage_words("AFP", "es") == "AFP"
