"""Whose statement a claim is at the root: pages are many, voices few."""

from dataclasses import replace

import pytest
from tests.sources.press import MINNEAPOLIS, SHENYANG, press, record, said

from inviolable.sources.agreement import matrix
from inviolable.sources.voices import KINDS, VIA, Voice, is_primary, said_on, voice_of


def voices(incident: str) -> set[str]:
    return {voice_of(record, claim).id for record in press(incident) for claim in record.claims}


def test_56_records_are_eleven_voices_of_which_six_were_there() -> None:
    found = {voice_of(record, claim) for record in press(MINNEAPOLIS) for claim in record.claims}
    assert {voice.id for voice in found if is_primary(voice.kind)} == {
        "ec-ministry", "own-post", "us-ice", "recording", "eyewitness", "employee",
    }  # fmt: skip
    assert {voice.id for voice in found if not is_primary(voice.kind)} == {
        "congress", "nyt", "reuters", "press", "unnamed",
    }  # fmt: skip


def test_14_records_on_shenyang_are_two_ministries_a_post_a_recording_and_the_press() -> None:
    assert voices(SHENYANG) == {"jp-ministry", "cn-ministry", "own-post", "recording", "press"}


def test_a_mirror_a_rewrite_and_a_machine_add_no_voice() -> None:
    pages = ("077", "005", "041", "009", "039", "109", "097")
    without = [one for one in press(MINNEAPOLIS) if one.id not in pages]
    assert set(matrix(without).voices) == set(matrix(press(MINNEAPOLIS)).voices)
    rewrites = [replace(one, id=f"{one.id} again", lineage="machine-written") for one in press(MINNEAPOLIS)]
    assert set(matrix([*press(MINNEAPOLIS), *rewrites]).voices) == set(matrix(press(MINNEAPOLIS)).voices)


def test_what_a_page_says_itself_is_the_voice_of_the_page_and_what_it_quotes_is_not() -> None:
    one = said("1", ("x", "y"), ("x", "y", "headline"), ("x", "y", "incident video"), lineage="communique")
    assert [voice_of(one, claim).id for claim in one.claims] == ["press", "press", "recording"]
    itself = replace(one, lineage="primary:communique")
    assert voice_of(itself, itself.claims[0]) == Voice("ec-ministry", "own_organ", "EC")
    invented = said("2", ("x", "y"), lineage="machine-written")
    assert voice_of(invented, invented.claims[0]).kind == "unknown"


def test_somebody_whom_nobody_knows_is_a_voice_of_unknown_kind() -> None:
    one = said("1", ("x", "y", "Association of Landlords (spokesman)"))
    assert voice_of(one, one.claims[0]) == Voice("association-of-landlords", "unknown")


def test_the_states_of_the_case_decide_whose_organ_is_own() -> None:
    one = said("1", ("x", "y", "China MFA"), ("x", "y", "Japan MFA"), ("x", "y", "DHS"))
    kinds = [voice_of(one, claim, sending="CN", receiving="JP").kind for claim in one.claims]
    assert kinds == ["own_organ", "receiving_organ", "unknown"], "a third State's organ was not there"
    assert [voice_of(one, claim).kind for claim in one.claims] == ["receiving_organ", "own_organ", "receiving_organ"]


def test_only_who_was_there_is_primary() -> None:
    assert [kind for kind in KINDS if is_primary(kind)] == [
        "own_organ", "receiving_organ", "eyewitness", "recording", "document",
    ]  # fmt: skip


def test_a_statement_has_the_day_it_was_said_on() -> None:
    ice = record(MINNEAPOLIS, "019")
    assert said_on(ice, next(c for c in ice.claims if c.attributed_to.startswith("ICE"))) == "2026-01-29"
    agency = record(MINNEAPOLIS, "007")
    assert said_on(agency, agency.claims[0]) == "2026-01-28"
    undated = record(MINNEAPOLIS, "005")
    assert said_on(undated, undated.claims[0]) == ""
    told = replace(undated.claims[0], as_of="2026-01-30T08:00-05:00")
    assert said_on(undated, told) == "2026-01-30"


def test_the_words_of_an_agent_are_his_no_matter_who_passes_them_on() -> None:
    chain = said("1", ("threat.words", "y", f"the agent{VIA}an employee of the consulate"))
    assert voice_of(chain, chain.claims[0]) == Voice("the-agent", "unknown")
    other = said("2", ("threat.words", "y", f"an employee of the consulate{VIA}the agent"))
    assert voice_of(other, other.claims[0]).id == "employee"


@pytest.mark.parametrize(
    "speaker",
    ["el funcionario de ICE", "el funcionario federal", "an ICE employee", "a federal employee", "the ICE staff member",
     "empleada de Seguridad Nacional"],
)  # fmt: skip
def test_an_official_of_another_body_is_not_an_employee_who_was_there(speaker: str) -> None:
    one = said("1", ("x", "y", speaker), ("x", "y", "una empleada del consulado"))
    assert [voice_of(one, claim).id == "employee" for claim in one.claims] == [False, True]


@pytest.mark.parametrize("lineage", ["machine-written", "aggregate"])
@pytest.mark.parametrize("speaker", ["a witness", "incident video", "Ecuador MFA", "ICE"])
def test_a_page_that_nobody_wrote_makes_no_voice_primary(lineage: str, speaker: str) -> None:
    one = said("1", ("x", "y", speaker), lineage=lineage)
    assert voice_of(one, one.claims[0]) == Voice("unnamed", "unknown")


def test_a_statement_that_is_somebodys_own_makes_nobody_else_whom_it_names_that_organ() -> None:
    one = said("1", ("x", "y", "the agent"), ("x", "y"), lineage="primary:communique")
    assert [voice_of(one, claim).id for claim in one.claims] == ["the-agent", "ec-ministry"]


@pytest.mark.parametrize(
    "speaker",
    ["The Japan Times", "The Register", "protesters outside the consulate", "courtesy of a reader", "China Daily",
     "AI-generated video", "tweet by an activist", "expert witness", "a lawyer against ICE", "former police officer"],
)  # fmt: skip
def test_a_name_that_only_sounds_like_it_was_there_is_not_primary(speaker: str) -> None:
    one = said("1", ("x", "y", speaker))
    assert not is_primary(voice_of(one, one.claims[0]).kind)
