"""Every check finds what it is for in a real record, and leaves alone one that looks alike."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.sources.press import MINNEAPOLIS, SHENYANG, press, record, said

from inviolable.law.casefile import load_case
from inviolable.sources.checks import CHECKS, Finding, Scene, check
from inviolable.sources.naming import labels
from inviolable.sources.records import Record
from inviolable.sources.report import scene_of
from inviolable.sources.values import normal, relation
from inviolable.sources.vocabulary import keys

AT = datetime.fromisoformat("2026-01-27T11:00-06:00")
SCENE = Scene(began=(AT, AT), offset=timedelta(hours=-6), spoken="en")


def found(name: str, *records: Record, scene: Scene = SCENE) -> list[Finding]:
    return [one for one in check(records, scene) if one.check == name]


def only(one: Record, *facts: str) -> Record:
    return replace(one, claims=tuple(claim for claim in one.claims if claim.fact in facts))


# ---- weekday against date ------------------------------------------------------------------------


def test_a_tuesday_that_was_a_wednesday() -> None:
    (machine,) = found("weekday", record(MINNEAPOLIS, "009"))
    assert machine.says == "2026-01-28 is a Wednesday, not a Tuesday."
    assert found("weekday", record(MINNEAPOLIS, "085"))[0].says == "2026-01-22 is a Thursday, not a Tuesday."
    assert not found("weekday", record(MINNEAPOLIS, "011")), "Tuesday the 27th"
    assert not found("weekday", record(MINNEAPOLIS, "031")), "Wednesday the 28th is wrong, and possible"


# ---- the date against every zone on earth --------------------------------------------------------


def test_midnight_in_hanoi() -> None:
    """11:00 on the 27th in Minneapolis is 17:00Z: 00:00 on the 28th seven hours east of UTC, not a minute before."""
    hanoi = record(MINNEAPOLIS, "111")
    (elsewhere,) = found("date", hanoi)
    assert "2026-01-28 was the date only at UTC+07:00 … UTC+14:00" in elsewhere.says
    minute = timedelta(minutes=1)
    earlier = replace(SCENE, began=(AT - minute, AT - minute))
    assert "UTC+07:01 … UTC+14:00" in found("date", hanoi, scene=earlier)[0].says


#: One moment of each incident as it was told in several zones, and where on earth it was the next day already.
MOMENTS = [
    ("2026-01-27T11:00-06:00", "11:00 CST|17:00Z|12:00 hora de Quito|00:00 Hanoi time", "UTC+07:00 … UTC+14:00"),
    ("2002-05-08T14:00+08:00", "14:00 China time|15:00 Japan time|06:00 UTC", "nowhere on earth"),
    ("2020-07-21T20:25-05:00", "8:25 p.m. CDT|01:25Z|09:25 Beijing time|10:25 JST", "UTC-01:25 … UTC+14:00"),
    ("2024-04-05T22:00-05:00", "22:00 hora de Quito|03:00Z|21:00 America/Mexico_City", "UTC-03:00 … UTC+14:00"),
]


@pytest.mark.parametrize(("moment", "told", "next_day"), MOMENTS, ids=["Minneapolis", "Shenyang", "Houston", "Quito"])
def test_one_moment_is_one_in_every_zone_it_was_told_in(moment: str, told: str, next_day: str) -> None:
    at, day = datetime.fromisoformat(moment), moment[:10]
    values = [normal("event.local_time", one, day) for one in told.split("|")]
    assert {relation(a, b) for a in values for b in values} == {"same"}
    scene = Scene(began=(at, at), offset=at.utcoffset())
    pages = [said(one, ("event.local_time", one), published=day) for one in told.split("|")]
    assert not found("clock", *pages, scene=scene)
    tomorrow = (at.date() + timedelta(days=1)).isoformat()
    assert next_day in found("date", said("1", ("event.date", tomorrow)), scene=scene)[0].says


@pytest.mark.parametrize(("number", "nowhere"), [("071", "2026-01-26"), ("085", "2026-01-22")])
def test_a_date_that_was_nowhere_on_earth(number: str, nowhere: str) -> None:
    (one,) = found("date", record(MINNEAPOLIS, number))
    assert one.says == f"When it happened, {nowhere} was the date nowhere on earth."


def test_the_day_before_is_the_date_in_the_west_while_it_is_early_enough_there() -> None:
    early = datetime.fromisoformat("2026-01-27T05:00-06:00")
    yesterday = found("date", record(MINNEAPOLIS, "071"), scene=replace(SCENE, began=(early, early)))
    assert "2026-01-26 was the date only at UTC-12:00 … UTC-11:01" in yesterday[0].says


def test_the_date_at_the_post_needs_no_zone() -> None:
    assert not found("date", record(MINNEAPOLIS, "011"))


def test_without_the_moment_only_what_no_two_zones_share_is_said() -> None:
    pages = [record(MINNEAPOLIS, number) for number in ("011", "031", "071", "111")]
    assert not found("date", *pages, scene=Scene()), "26, 27 and 28 may be one moment"
    (apart,) = found("date", record(MINNEAPOLIS, "085"), record(MINNEAPOLIS, "011"), scene=Scene())
    assert apart.records == ("085",) or apart.records == ("011",)
    assert "2026-01-22 and 2026-01-27 cannot both be the date of one moment" in apart.says


# ---- clock times only after UTC ------------------------------------------------------------------


def test_two_zones_in_one_sentence_are_one_moment_or_not() -> None:
    shenyang = Scene(offset=timedelta(hours=8))
    both = only(record(SHENYANG, "02"), "event.local_time")
    assert not found("clock", both, scene=shenyang), "14:00 there is 15:00 in Japan"
    wrong = replace(both, claims=(replace(both.claims[0], value="14:00 local = 16:00 Japan time"),))
    assert "are not one moment" in found("clock", wrong, scene=shenyang)[0].says
    assert not found("clock", wrong, scene=Scene()), "without the offset of the place nobody can tell"


def test_fifty_minutes_become_ten_once_both_are_in_utc() -> None:
    quito = said("q", ("event.local_time", "11:50 hora de Quito"))
    there = said("p", ("event.local_time", "11:00 CST"))
    (ten,) = found("clock", quito, there, scene=Scene())
    assert ten.says.endswith("are 10 minutes apart once both are in UTC.")
    assert ten.records == ("p", "q")
    same = said("q", ("event.local_time", "12:00 hora de Quito"))
    assert not found("clock", same, there, scene=Scene())
    assert not found("clock", same, said("p", ("event.local_time", "11:00")), scene=Scene())
    assert not found("clock", same, said("p", ("event.local_time", "11:00")), scene=SCENE), "local is -06:00 there"


# ---- later than its publication ------------------------------------------------------------------


def test_nobody_reports_what_has_not_happened_anywhere() -> None:
    one = record(MINNEAPOLIS, "083")
    assert not found("publication", *press(MINNEAPOLIS))
    (early,) = found("publication", replace(one, published="2026-01-26"))
    assert early.says == "Published on 2026-01-26, before 2026-01-27, in every zone on earth."
    no_hour = only(replace(one, published="2026-01-26"), "event.date")
    assert not found("publication", no_hour), "the 27th had begun there while it was the 26th in the west"
    exact = replace(one, published="2026-01-27T16:29:00+00:00")
    assert found("publication", exact), "half an hour before eleven there, and a minute"
    assert not found("publication", replace(exact, published="2026-01-27T16:30:00+00:00"))


# ---- one document, two ways ----------------------------------------------------------------------


def test_the_bulletin_says_agents_in_its_title_and_an_agent_in_its_text() -> None:
    (one,) = found("inside", record(MINNEAPOLIS, "001"))
    assert one.says == (
        "Number of agents: “un agente del ICE intentó ingresar” and “por parte de agentes de ICE” in one document."
    )
    assert check([record(MINNEAPOLIS, "001")], SCENE, "es")[0].says.startswith("Número de agentes: «un agente del ICE")


def test_one_in_the_ministrys_words_and_two_on_the_recording_is_no_slip_of_the_page() -> None:
    assert not found("inside", record(MINNEAPOLIS, "065"))
    assert not found("inside", record(SHENYANG, "03")), "a table of both accounts contradicts itself nowhere"
    assert [one.says for one in found("inside", record(MINNEAPOLIS, "057"))] == [
        "Form of the protest: “carta de protesta” and “una nota de protesta” in one document.",
        "Number of agents: “1” and “more than one” in one document.",
    ]


# ---- the place, the treaty -----------------------------------------------------------------------


def test_an_embassy_is_no_consulate_and_a_consulate_no_embassy() -> None:
    assert found("place", record(MINNEAPOLIS, "047"))[0].records == ("047",)
    assert not found("place", only(record(MINNEAPOLIS, "047"), "event.date"))
    mission = replace(SCENE, post="mission")
    (one,) = found("place", only(record(MINNEAPOLIS, "047"), "place.type"), scene=mission)
    assert one.says == "“consulado”: the post is an embassy, not a consular post."


def test_the_convention_is_that_of_the_kind_of_post() -> None:
    assert found("treaty", record(MINNEAPOLIS, "033"))[0].records == ("033",)
    assert found("treaty", record(SHENYANG, "11"))[0].records == ("11",)
    assert not found("treaty", record(MINNEAPOLIS, "005")), "VCCR Art. 31"
    assert found("treaty", record(MINNEAPOLIS, "005"), scene=replace(SCENE, post="mission"))


# ---- quotations, demands -------------------------------------------------------------------------


def test_a_translation_that_no_original_has() -> None:
    original, french, spanish = (record(MINNEAPOLIS, number) for number in ("011", "077", "063"))
    assert [one.records for one in found("quote", original, french, spanish)] == [("063",), ("077",)]
    agarro = replace(spanish, claims=tuple(claim for claim in spanish.claims if claim.value != "if-touch-then-catch"))
    assert not found("quote", original, agarro), "lo agarro is what was said"
    assert not found("quote", french), "without an original nobody can tell"


def test_the_original_is_in_the_language_of_the_door_or_of_most_who_quote() -> None:
    unsaid = replace(SCENE, spoken="")
    assert [one.records for one in found("quote", *press(MINNEAPOLIS), scene=unsaid)] == [
        one.records for one in found("quote", *press(MINNEAPOLIS))
    ]


def test_a_demand_that_the_note_on_file_does_not_make() -> None:
    french, spanish = record(MINNEAPOLIS, "077"), record(MINNEAPOLIS, "055")
    note = replace(SCENE, demands=("que actos de esta naturaleza no se repitan",))
    assert found("demand", french, scene=note)[0].says == (
        "“guarantees; no repetition” is not a demand of the note on file."
    )
    assert not found("demand", spanish, scene=note)
    assert not found("demand", french, scene=replace(SCENE, demands=("garantías de no repetición",)))
    assert not found("demand", french), "without a note, and without the State's own statement"
    assert found("demand", french, record(MINNEAPOLIS, "001")), "which stands for it"


# ---- what changes, what is spelt in two ways -----------------------------------------------------


def test_a_state_that_changes_its_account() -> None:
    first, later = record(SHENYANG, "10"), record(SHENYANG, "01")
    (one,) = found("change", first, later)
    assert one.says == (
        "People inside: the same State said “2 entered; 3 held outside the gate”, "
        "and on a later day “all five had been inside the premises”."
    )
    assert not found("change", record(SHENYANG, "01"), record(SHENYANG, "06")), "two States, two accounts"
    denied = said("d", ("receiving_state.presence", "no record", "DHS"), published="2026-01-28")
    admitted = said("e", ("receiving_state.presence", "yes", "ICE"), published="2026-01-29")
    assert found("change", denied, admitted)[0].records == ("d", "e"), "two organs of one State, a day apart"


def test_a_page_that_changes_under_one_address() -> None:
    first = said("1", ("entry.outcome", "prevented", "headline"), url="https://a.example", published="2026-01-27")
    later = said("2", ("entry.outcome", "completed", "headline"), url="https://a.example", published="2026-01-28")
    assert found("change", first, later)[0].says == (
        "Outcome of the entry: the same source said “tried, and was kept out”, and later “entered”."
    )
    assert not found("change", first, replace(later, url="https://b.example"))


def test_spellings_of_a_name() -> None:
    assert found("name", record(SHENYANG, "07"), record(SHENYANG, "08"))[0].records == ("07", "08")
    assert not found("name", record(SHENYANG, "03"), record(SHENYANG, "07")), "one spelling in both"


# ---- all of them ---------------------------------------------------------------------------------


def test_every_check_and_every_word_is_there_in_both_languages() -> None:
    english, spanish = labels("en"), labels("es")
    assert {table: set(words) for table, words in english.items()} == {t: set(w) for t, w in spanish.items()}
    names = {name for name, word in english["checks"].items() for _ in [word.format]}
    assert set(CHECKS) <= {"date", "clock", "change"} | {name.split("_")[0] for name in names}
    assert set(english["facts"]) == set(keys())


def test_the_worked_example_is_a_scene(root) -> None:
    scene = scene_of(load_case(root / "examples" / "minneapolis-2026.toml"))
    assert (scene.offset, scene.post, scene.sending, scene.receiving, scene.spoken) == (
        timedelta(hours=-6), "consular", "EC", "US", "en",
    )  # fmt: skip
    assert len(check(press(MINNEAPOLIS), scene)) == len(check(press(MINNEAPOLIS), SCENE))


def test_a_record_that_says_too_much_of_everything_comes_to_an_end() -> None:
    long = said("1", *((fact, word * 30_000, word * 30_000) for fact in keys() for word in ("all ", "11:", "1 enero ")))
    many = said("2", *(("staff.name", f"{n} of {n % 7} names") for n in range(3_000)))
    more = said("3", *(("event.local_time", f"{n // 60:02}:{n % 60:02}", f"voice {n}") for n in range(1_440)))
    assert check([long, many, more], SCENE)
