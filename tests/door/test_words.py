"""A language of the tablet is a file with every word in it; what is missing is named, and nothing fills it in."""

import json
import re

import pytest
from tests.law.worlds import DOOR

WORDS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((DOOR / "src/words").glob("*.json"))}


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_every_word_with_its_blanks(language):
    said = WORDS[language]
    missing = [name for name in WORDS["en"] if not said.get(name, "").strip()]
    assert not missing, f"{language} needs a speaker for: {', '.join(missing)}"
    assert not said.keys() - WORDS["en"].keys()
    for name, words in said.items():
        assert sorted(re.findall(r"\{\w+\}", words)) == sorted(re.findall(r"\{\w+\}", WORDS["en"][name])), name


def test_every_language_is_offered():
    source = (DOOR / "src/words.ts").read_text("utf-8")
    assert set(re.findall(r'from "./words/(\w+)\.json"', source)) == set(WORDS)
