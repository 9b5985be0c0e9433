"""The words of the law: complete in every language, and nothing said that the law does not say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from inviolable.law.book import TO_CHECK
from inviolable.law.casefile import load_case
from inviolable.law.law import shipped_packs
from inviolable.law.lawfile import LANGUAGES
from inviolable.law.vocabulary import LAW, TAGS, read_toml, vocabulary

FOREIGN_SOIL = re.compile(r"foreign soil|territorio extranjero|\bsuelo\b", re.IGNORECASE)
#: Steps that only a treaty between two States asks for: written before any such pack is shipped.
MAY_BE_UNUSED = {"admit-by-treaty"}
#: Labels beside the results of modules: what an answer or a forum can also be.
NEVER_CONCLUDED = {"arguable", "disputed", "open", "available", "not_available", "to_be_checked"}

every_language = pytest.mark.parametrize("language", LANGUAGES)
both_rooms = pytest.mark.parametrize("folder", ["texts", "say"])


#: What docs/sources.md abbreviates: no page explains it, so no page shows it.
WORKING_KEYS = re.compile(r"(?<![\w-])([SBT]\d{1,2}[a-z]?|LAW|ADD \d)\b")


def shown_sources() -> Iterator[str]:
    """What law pages and the law book print of where the law was read, and the notes to its rules."""
    for pack in shipped_packs().values():
        yield from (pack.source, pack.published, *(one.source for one in pack.provisions))
        yield from (rule.comment for rule in pack.rules)
    yield from (one.source for one in vocabulary().positions.values())
    for file in ("instruments", "declarations"):
        yield from (row["source"] for row in read_toml(f"treaties/{file}.toml")["row"] if row["standing"] in TO_CHECK)
    for case in sorted(Path(__file__).parents[2].glob("precedents/*.toml")):
        yield load_case(case).source


def test_no_page_names_a_source_by_an_abbreviation_that_it_does_not_explain() -> None:
    shown = list(shown_sources())
    assert len(shown) > 300
    assert [one for one in shown if WORKING_KEYS.search(one)] == []


def sentences(words: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence below `words` with its full key; the lines of a list count as keys."""
    if isinstance(words, str):
        yield key, words
        return
    rows = words.items() if isinstance(words, dict) else enumerate(words)
    for name, below in rows:
        yield from sentences(below, f"{key}/{name}")


def used_steps() -> set[str]:
    return {step for pack in shipped_packs().values() for rule in pack.rules for step in rule.do}


def entry_answers() -> set[str]:
    return {*vocabulary().modules["entry"].results, "disputed", "open"}


# ---- the same in every language -----------------------------------------------------------------


@both_rooms
def test_every_language_has_its_file(folder):
    names = {path.name for path in LAW.joinpath(folder).iterdir()}
    assert names >= {f"{language}.toml" for language in LANGUAGES}


@both_rooms
@every_language
def test_every_language_has_exactly_the_same_keys(folder, language):
    english = dict(sentences(read_toml(f"{folder}/en.toml")))
    other = dict(sentences(read_toml(f"{folder}/{language}.toml")))
    assert list(other) == list(english)


@both_rooms
@every_language
def test_no_sentence_is_empty(folder, language):
    for key, sentence in sentences(read_toml(f"{folder}/{language}.toml")):
        assert sentence.strip() == sentence != "", key


def test_each_language_is_named_in_itself():
    names = {language: read_toml(f"texts/{language}.toml")["language"] for language in LANGUAGES}
    assert names == {"en": "English", "es": "Español"}


def test_every_spanish_question_opens_and_closes():
    for key, sentence in sentences(read_toml("texts/es.toml")):
        assert sentence.count("¿") == sentence.count("?") == sentence.endswith("?"), key
        assert not key.endswith("/question") or sentence.endswith("?"), key


def test_yes_and_no_are_yes_and_no_in_spanish():
    english, spanish = (dict(sentences(read_toml(f"texts/{language}.toml"))) for language in ("en", "es"))
    for key, sentence in english.items():
        if sentence in ("yes", "no"):
            assert spanish[key] == {"yes": "sí", "no": "no"}[sentence], key


# ---- nothing missing, nothing over --------------------------------------------------------------


@every_language
def test_every_fact_is_a_question_with_exactly_its_values_as_answers(language):
    words = read_toml(f"texts/{language}.toml")["facts"]
    assert words.keys() == vocabulary().facts.keys()
    for name, fact in vocabulary().facts.items():
        assert words[name].keys() == {"question", "answers"}, name
        assert list(words[name]["answers"]) == list(fact.values), name


@every_language
def test_no_two_answers_to_a_question_read_the_same(language):
    for name, words in read_toml(f"texts/{language}.toml")["facts"].items():
        assert len(set(words["answers"].values())) == len(words["answers"]), name


@every_language
def test_every_module_has_a_title(language):
    assert read_toml(f"texts/{language}.toml")["modules"].keys() == vocabulary().modules.keys()


@every_language
def test_every_position_is_a_question_with_words_for_every_option(language):
    words = read_toml(f"texts/{language}.toml")["positions"]
    assert words.keys() == vocabulary().positions.keys()
    for name, position in vocabulary().positions.items():
        assert words[name].keys() == {"question", "authority", *position.options}, name
        assert words[name]["authority"].keys() == set(position.options), name


@every_language
def test_every_result_has_a_label(language):
    shown = {result for module in vocabulary().modules.values() for result in module.results}
    assert read_toml(f"texts/{language}.toml")["results"].keys() >= shown | NEVER_CONCLUDED


@every_language
def test_every_step_of_a_rule_has_a_sentence(language):
    assert used_steps() <= read_toml(f"texts/{language}.toml")["do"].keys()


@every_language
def test_no_sentence_for_a_step_is_unused(language):
    written = read_toml(f"texts/{language}.toml")["do"].keys()
    assessment = LAW.joinpath("assess.py").read_text(encoding="utf-8")
    named = {step for step in written if f'"{step}"' in assessment}
    assert written <= used_steps() | named | MAY_BE_UNUSED


@every_language
def test_every_answer_at_the_door_has_words_for_staff_and_for_the_officer(language):
    staff = read_toml(f"texts/{language}.toml")["staff"]
    host = read_toml(f"say/{language}.toml")
    assert staff.keys() == entry_answers()
    assert all(isinstance(lines, list) and lines for lines in staff.values())
    assert host["host"].keys() == entry_answers()
    assert host["host_mission"].keys() <= entry_answers()


@every_language
def test_every_evidence_tag_has_words(language):
    assert read_toml(f"texts/{language}.toml")["tags"].keys() == set(TAGS)


# ---- what is never said -------------------------------------------------------------------------


@both_rooms
@every_language
def test_no_sentence_speaks_of_foreign_soil(folder, language):
    for key, sentence in sentences(read_toml(f"{folder}/{language}.toml")):
        assert not FOREIGN_SOIL.search(sentence), key


@every_language
def test_no_rule_speaks_of_foreign_soil(language):
    for pack in shipped_packs().values():
        for provision in pack.provisions:
            assert not FOREIGN_SOIL.search(provision.text[language]), provision.cite
            for rule in provision.rules:
                assert not FOREIGN_SOIL.search(rule.words[language]), rule.id
