"""Which language a text is in is guessed by its small words, and not where they do not tell."""

import pytest
from benchmarks.proposals import read

from inviolable.sources.tongue import guessed


@pytest.mark.parametrize("half", ["while_writing", "apart"])
def test_every_text_of_ours_is_in_the_language_it_is_in(half):
    assert [one["id"] for one in read(half) if guessed(one["text"]) != one["language"]] == []


def test_a_neighbouring_language_is_not_taken_for_one_of_ours():
    portuguese = (
        "O consulado foi fechado na manhã de terça-feira depois de um agente tentar entrar sem autorização. Os"
        " funcionários disseram que ele não mostrou nenhum documento e que a porta ficou aberta por alguns segundos."
    )
    french = (
        "Le consulat a été fermé mardi matin après qu'un agent a tenté d'entrer sans autorisation. Le personnel dit"
        " qu'il n'a montré aucun document et que la porte est restée ouverte pendant quelques secondes."
    )
    assert (guessed(portuguese), guessed(french)) == ("pt", "fr")


@pytest.mark.parametrize("text", ["", "Consulado", "11:00 11:05", "x " * 100, "領事館の入口で警官が止められた。" * 5])
def test_where_the_words_do_not_tell_nothing_is_guessed(text):
    assert guessed(text) == ""
