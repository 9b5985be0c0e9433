"""A language of the tablet is a file with every word in it; what is missing is named, and nothing fills it in."""

import json
import re

import pytest
from tests.law.worlds import DOOR

from inviolable.door.place import words_for
from inviolable.law.assess import LIFE_FIRST
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import say, spoken, texts

#: What the law of entry can ask at a door.
ENTRY = ("actor", "zone", "consent_by", "consent_state", "consent_scope", "emergency", "prompt", "refused", "crew")

WORDS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((DOOR / "src/words").glob("*.json"))}


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_every_word_with_its_blanks(language):
    said = WORDS[language]
    missing = [name for name in WORDS["en"] if not said.get(name, "").strip()]
    assert not missing, f"{language} needs a speaker for: {', '.join(missing)}"
    assert not said.keys() - WORDS["en"].keys()
    for name, words in said.items():
        assert sorted(re.findall(r"\{\w+\}", words)) == sorted(re.findall(r"\{\w+\}", WORDS["en"][name])), name


def test_the_law_speaks_every_language_of_the_tablet():
    """Scenario 36: a new language needs files only, here and in law/texts and law/say."""
    assert set(spoken()) == set(WORDS)
    for language in WORDS:
        law = {"facts": [{"id": fact, "values": vocabulary().facts[fact].values} for fact in ENTRY]}
        answers = {answer: {"answer": answer, "do": list(texts("en")["do"])} for answer in say("en")["host"]}
        words = words_for({**law, "answers": answers, "life_first": LIFE_FIRST}, language, at_mission=True)
        assert all(words["do"].values())
        assert say(language).keys() == say("en").keys()
        for part in say("en"):
            assert say(language)[part].keys() == say("en")[part].keys()
