"""Whose words they are. Where the grammar does not say, nobody is named: no threat is given to somebody else."""

import pytest

from inviolable.sources.proposals import Proposal, propose

THREAT = "If you touch me, I will grab you"
AMENAZA = "si me toca, lo agarro"


def last_quotation(text: str, language: str) -> Proposal:
    return [one for one in propose(text, language) if one.rule == "quotation"][-1]


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", f'"{THREAT}," the agent told the consular employee.', "the agent"),
        ("en", f'The agent told the consular employee: "{THREAT}."', "The agent"),
        ("en", f'Facing the employee, the agent said: "{THREAT}."', "the agent"),
        ("en", f'The employee heard the agent say, "{THREAT}."', "the agent"),
        ("en", f'Reuters reported that the agent said: "{THREAT}."', "the agent"),
        ("en", f'"{THREAT}," the agent said, according to the consul.', "the agent"),
        ("en", f'The consul, facing the agent, said: "{THREAT}."', "The consul"),
        ("en", f'"{THREAT}," replied the guard and the agent left.', "the guard"),
        ("en", f'"No," the guard said, "{THREAT}."', "the guard"),
        ("es", f"«{AMENAZA}», le dijo el agente al empleado.", "el agente"),
        ("es", f"«{AMENAZA}», le dijo al agente la empleada.", "la empleada"),
        ("es", f"Al agente, la empleada le respondió: «{AMENAZA}».", "la empleada"),
        ("es", f"A la empleada, el agente le respondió: «{AMENAZA}».", "el agente"),
        ("es", f"La cónsul contó que el agente le dijo: «{AMENAZA}».", "el agente"),
        ("es", f"«No puede pasar», dijo el vigilante; «{AMENAZA}», contestó el agente.", "el agente"),
        ("es", f"«{AMENAZA}», respondió al agente el vigilante.", "el vigilante"),
        ("es", f"«{AMENAZA}», le gritó un agente de civil al portero del consulado.", "un agente de civil"),
    ],
)
def test_the_grammar_says_who(language: str, text: str, speaker: str) -> None:
    assert last_quotation(text, language).speaker == speaker


@pytest.mark.parametrize(
    ("language", "text"),
    [
        # somebody said before, and then a sentence of its own
        ("en", f'The employee told the agent to leave. "{THREAT}," he replied.'),
        ("en", f'"You may not come in," the guard told the agent. "{THREAT}."'),
        ("en", f'Staff refused. "{THREAT}."'),
        ("en", f'"{THREAT}." The agent said nothing more.'),
        ("es", f"«No puede pasar», le dijo el vigilante al agente. «{AMENAZA}»."),
        ("es", f"La empleada le dijo al agente que no pasara. «{AMENAZA}», respondió."),
        ("es", f"«{AMENAZA}», le dijo al empleado."),
        # one tells what another said
        ("en", f'"{THREAT}," the consul said the agent told her.'),
        ("en", f'The agent said: "{THREAT}", the consul recalled.'),
        ("en", f'"{THREAT}," was what the agent told the employee, said the consul.'),
        ("en", f'"{THREAT}," the guard quoted the agent as saying.'),
        ("en", f'"{THREAT}," the employee heard the agent say.'),
        ("es", f"«{AMENAZA}», contó la cónsul que le dijo el agente."),
        ("es", f"El agente le dijo a la empleada: «{AMENAZA}», recordó la cónsul."),
        ("es", f"Según el vigilante, «{AMENAZA}» fue lo que dijo el agente."),
        # the name that stands there is no subject
        ("en", f'The agent was told by the guard: "{THREAT}."'),
        ("en", f'The assistant of the consul said: "{THREAT}."'),
        ("en", f'The consul\'s cousin said: "{THREAT}."'),
        ("en", f'A man who said he was an agent told the guard: "{THREAT}."'),
        ("es", f"El hermano de la cónsul dijo: «{AMENAZA}»."),
        ("es", f"«{AMENAZA}», se oye decir al agente."),
    ],
)
def test_the_grammar_does_not_say(language: str, text: str) -> None:
    assert last_quotation(text, language).speaker is None


def test_a_threat_is_one_only_in_the_mouth_of_those_at_the_door() -> None:
    assert last_quotation(f'"{THREAT}," the agent said.', "en").fact == "threat.words"
    assert last_quotation(f'"{THREAT}," the consul said.', "en").fact == "staff.words"
    assert last_quotation(f'"{THREAT}," a neighbour said.', "en").fact == "words.said"
    assert last_quotation(f'"{THREAT}."', "en").fact == "words.said"
    assert last_quotation(f"«{AMENAZA}», dijo el policía.", "es").fact == "threat.words"
    assert last_quotation("«No tenemos constancia de ello», dijo la policía.", "es").fact == "words.said"


def test_a_threat_that_is_told_belongs_to_whoever_made_it() -> None:
    def threats(text: str) -> list[str]:
        return [one.value for one in propose(text, "en") if one.fact == "threat.words"]

    assert threats("An officer threatened to handcuff him.") == ["threatened to handcuff him"]
    assert threats("The guard threatened to call the ministry.") == []


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "Two officers tried to enter on Tuesday, the foreign ministry said.", "the foreign ministry"),
        ("en", "The foreign ministry said that two officers tried to enter.", "The foreign ministry"),
        ("en", "According to witnesses, two officers tried to enter.", "witnesses"),
        ("es", "Dos agentes intentaron entrar, informó la cancillería.", "la cancillería"),
        ("es", "La cancillería informó que dos agentes intentaron entrar.", "La cancillería"),
        ("es", "Según testigos, dos agentes intentaron entrar.", "testigos"),
        ("en", "Two officers tried to enter.", None),
        ("en", "She said that two officers tried to enter.", None),
    ],
)
def test_who_says_what_stands_without_quotation_marks(language: str, text: str, speaker: str | None) -> None:
    assert {one.speaker for one in propose(text, language) if one.fact == "entry.outcome"} == {speaker}


def test_two_who_speak_in_one_sentence_keep_what_each_says() -> None:
    text = "The port authority says its officers were invited in; the consulate says nobody invited them."
    consent = {one.value: one.speaker for one in propose(text, "en") if one.fact == "consent.given"}
    assert consent == {"yes": "The port authority", "no": "the consulate"}


def test_what_is_said_inside_quotation_marks_is_said_by_the_same() -> None:
    text = "«No dimos permiso a nadie», subrayó la cónsul. «Tenían permiso», dijo un portavoz."
    consent = [(one.value, one.speaker) for one in propose(text, "es") if one.fact == "consent.given"]
    assert ("no", "la cónsul") in consent


def test_a_long_statement_has_a_speaker_and_a_sentence_that_was_cut_has_none() -> None:
    long = "we told them so again and again " * 20
    assert last_quotation(f'"{long.strip()}," the consul said.', "en").speaker == "the consul"
    endless = "and the agent spoke to the guard in the hall " * 40
    assert last_quotation(f'It began {endless}the guard said: "{THREAT}."', "en").speaker is None


def test_two_words_in_quotation_marks_are_no_statement() -> None:
    assert [one for one in propose('The "attempted entry" failed.', "en") if one.rule == "quotation"] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", f"«{AMENAZA}», dijo el funcionario de ICE."),
        ("es", f"«{AMENAZA}», dijo el funcionario federal."),
        ("es", f"«{AMENAZA}», dijo el secretario de Seguridad Nacional."),
        ("en", f'"{THREAT}," the ICE staffer said.'),
        ("en", f'"{THREAT}," said the secretary of Homeland Security.'),
        ("en", f'"{THREAT}," the federal employee said.'),
    ],
)
def test_an_official_of_another_body_is_no_staff_of_the_post(language: str, text: str) -> None:
    assert last_quotation(text, language).fact == "words.said"


def test_to_tell_leaves_open_who_told_whom_where_the_subject_may_follow() -> None:
    assert last_quotation(f'"{THREAT}," told the employee the agent.', "en").speaker is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The ministry said that staff were calm, and two officers tried to enter."),
        ("en", "The consul, a friend of the guard, said that two officers tried to enter."),
        ("en", "The consul spoke of it and said that two officers tried to enter."),
        ("en", "It happened at noon said the guard according to witnesses and two officers tried to enter."),
        ("es", "La cancillería informó que el personal estaba bien, y dos agentes intentaron entrar."),
        ("es", "La cónsul, amiga del vigilante, dijo que dos agentes intentaron entrar."),
    ],
)
def test_where_subject_and_verb_of_saying_do_not_stand_together_nobody_is_named(language: str, text: str) -> None:
    assert {one.speaker for one in propose(text, language) if one.fact == "entry.outcome"} == {None}
