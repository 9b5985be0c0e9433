"""What the law makes of what was really written about Minneapolis and Shenyang."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest
from tests.sources.press import MINNEAPOLIS, PRESS, SHENYANG, press

from inviolable.law.casefile import Case, load_case
from inviolable.law.review import SignOff
from inviolable.law.vocabulary import TAGS
from inviolable.sources.agreement import statements
from inviolable.sources.records import Claim, Record
from inviolable.sources.telling import as_data, over, says
from inviolable.sources.verdict import Verdict, verdicts


@cache
def frame(incident: str) -> Case:
    return load_case(PRESS / f"{incident}.toml")


def weighed(known: Case | None, found: Iterable[Record]) -> dict[str, Verdict]:
    states = (known.sending, known.receiving) if known else ()
    return verdicts(known, statements(found, *states))


def turning(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    return {goal.id: goal.deciding for goal in verdict.goals if goal.robust != "yes"}


def page(name: str, lineage: str, *claims: tuple[str, str, str], published: str = "2026-01-30") -> Record:
    told = tuple(Claim(name, place, fact, value, by) for place, (fact, value, by) in enumerate(claims))
    return Record(name, published=published, lineage=lineage, claims=told)


#: A caption that has them burst in, under a picture, from nobody.
CAPTION = page("caption", "machine-written", ("entry.outcome", "irrumpen en el consulado", ""))
DENIAL = page(
    "denial", "", ("receiving_state.presence", "no record of ICE or Border Patrol near", "DHS"), published="2026-01-28"
)


def test_one_more_voice_for_what_is_said_already_is_counted_and_leaves_the_law_as_it_was() -> None:
    """So an entry costs little; a value that nobody gave before has the law asked anew."""
    first = weighed(frame(SHENYANG), press(SHENYANG))["all"]
    fact, value = next((fact, next(iter(values))) for fact, values in first.carried.items())
    repeated = page("one", "", (fact, value, "a bystander"))
    more = weighed(frame(SHENYANG), [*press(SHENYANG), repeated])["all"]
    assert more.voices == first.voices + 1
    assert len(more.carried[fact][value]) == len(first.carried[fact][value]) + 1
    assert more.goals is first.goals
    assert "damaged" not in first.carried
    new = page("one", "", ("damaged", "yes", "a bystander"))
    assert weighed(frame(SHENYANG), [*press(SHENYANG), new])["all"].goals is not first.goals


# ---- Minneapolis -----------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["all", "primary"])
def test_in_minneapolis_nothing_that_the_press_disagrees_about_matters_to_the_law(level: str) -> None:
    verdict = weighed(frame(MINNEAPOLIS), press(MINNEAPOLIS))[level]
    assert (verdict.entry.answer, verdict.entry.robust, verdict.entry.deciding) == ("refuse", "yes", ())
    assert turning(verdict) == {}
    contested = {fact for fact, values in verdict.carried.items() if len(values) > 1}
    assert {"actor", "consent_by", "officers"} <= contested
    answers = {goal.id: goal.answer for goal in verdict.goals}
    assert answers["vccr-31-2"] == "no_breach"
    assert answers["vccr-31-3"] == answers["vccr-36-1-a"] == "arguable"
    assert answers["vccr-55"] == "engaged", "ICE says that staff shielded a man: that opens no door"
    assert answers["arsiwa-12"] == "not_engaged"


def test_even_the_worst_account_of_minneapolis_opens_no_door() -> None:
    entry = weighed(frame(MINNEAPOLIS), press(MINNEAPOLIS))["all"].entry
    assert entry.adverse.answer == "refuse"
    assert entry.readings == 4
    assert says(entry, "en") == "Whichever account is right: Refuse: they may not enter."
    assert says(entry, "es") == "Sea cual sea el relato correcto: Negar el paso: no pueden entrar."


def test_minneapolis_without_a_frame_stays_open_on_what_no_source_speaks_of() -> None:
    verdict = weighed(None, press(MINNEAPOLIS))["all"]
    assert (verdict.entry.answer, verdict.entry.robust) == ("open", "yes")
    assert turning(verdict) == {}
    asked = [question.fact for question in verdict.questions]
    assert {"head", "status", "zone", "emergency"} <= set(asked[:4])
    assert {question.state for question in verdict.questions} == {"silent", "partly"}


def test_a_caption_that_has_them_inside_moves_level_all_and_not_the_primary_level() -> None:
    found = weighed(frame(MINNEAPOLIS), [*press(MINNEAPOLIS), CAPTION])
    assert turning(found["all"]) == {"vccr-31-2": ("entered",), "arsiwa-12": ("entered",)}
    assert turning(found["primary"]) == {}
    (first, *_) = found["all"].questions
    assert (first.fact, first.state) == ("entered", "contested")
    assert [who.id for who in first.who] == ["recording", "staff", "bystander"]
    breach = next(goal for goal in found["all"].goals if goal.id == "vccr-31-2")
    assert (breach.adverse.facts["entered"], breach.adverse.answer) == ("no", "no_breach")


@pytest.mark.parametrize("rewrite", ["009", "039", "041", "109"])
def test_a_machine_rewrite_does_not_move_the_primary_level(rewrite: str) -> None:
    every = press(MINNEAPOLIS)
    without = [record for record in every if record.id != rewrite]
    assert len(without) == len(every) - 1
    one, other = (weighed(frame(MINNEAPOLIS), found)["primary"] for found in (every, without))
    assert one.goals == other.goals
    assert one.questions == other.questions


def test_what_a_machine_makes_up_counts_at_level_all_alone() -> None:
    made_up = page("made-up", "machine-written", ("consent.given", "yes", ""), ("entry.outcome", "completed", ""))
    found = weighed(frame(MINNEAPOLIS), [*press(MINNEAPOLIS), made_up])
    assert turning(found["all"])["entry"] == ("consent_by",)
    assert found["primary"].goals == weighed(frame(MINNEAPOLIS), press(MINNEAPOLIS))["primary"].goals


def test_on_the_28th_the_act_is_denied_and_on_the_29th_it_is_theirs() -> None:
    every = [*press(MINNEAPOLIS), DENIAL]
    on = {
        day: weighed(replace(frame(MINNEAPOLIS), as_of=f"2026-01-{day}"), every)["primary"]
        for day in ("27", "28", "29")
    }
    assert {day: tuple(verdict.carried["body"]) for day, verdict in on.items()} == {
        "27": ("organ",),
        "28": ("organ", "private"),
        "29": ("organ",),
    }
    assert [verdict.until for verdict in on.values()] == ["2026-01-27", "2026-01-28", "2026-01-29"]
    assert "They do not count as of 2026-01-28." in over(on["28"], "en")
    assert on["28"].undated > 0
    assert turning(on["28"]) == {"arsiwa-4": ("body",)}
    assert turning(on["29"]) == {}
    assert all(verdict.entry.answer == "refuse" for verdict in on.values())


# ---- Shenyang --------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["all", "primary"])
def test_shenyang_turns_on_whether_consent_was_given_and_by_whom(level: str) -> None:
    verdict = weighed(frame(SHENYANG), press(SHENYANG))[level]
    assert turning(verdict) == {"entry": ("consent_by",), "vccr-31-2": ("consent_by",)}
    assert verdict.entry.possible == ("refuse", "admit_by_consent")
    by = {value: {one.voice.id for one in claims} for value, claims in verdict.carried["consent_by"].items()}
    assert by["none"] >= {"jp-ministry"}
    assert by["staff"] == by["designee"] == {"cn-ministry"}
    first = verdict.questions[0]
    assert (first.fact, first.state, first.goals) == ("consent_by", "contested", ("entry", "vccr-31-2"))
    assert first.who[0].id == "head_of_post"


def test_had_only_staff_agreed_in_shenyang_nothing_would_turn_on_it() -> None:
    facts = {**frame(SHENYANG).facts, "actor": ("officer",), "consent_by": ("none", "staff")}
    known = replace(frame(SHENYANG), facts=facts)
    entry = verdicts(known, ())["all"].entry
    assert (entry.answer, entry.robust, entry.readings) == ("refuse", "yes", 2)


def test_shenyang_without_a_frame_turns_on_the_same_fact() -> None:
    verdict = weighed(None, press(SHENYANG))["all"]
    assert (verdict.entry.robust, verdict.entry.deciding) == ("no", ("consent_by",))


# ---- as data and in words --------------------------------------------------------------------


def test_the_order_of_sources_never_matters() -> None:
    forth, back = (as_data(weighed(frame(SHENYANG), found)) for found in (press(SHENYANG), press(SHENYANG)[::-1]))
    assert forth == back


def test_every_verdict_says_over_what_it_is_said() -> None:
    found = weighed(frame(SHENYANG), press(SHENYANG))
    assert over(found["primary"], "en") == "Over the sources given here: 4 voices, the last of 2002-05-29."
    assert over(found["primary"], "es").startswith("Según las fuentes aquí reunidas: 4 voces")
    assert over(verdicts(None, ())["all"], "en") == "Over the sources given here: no voice."


def test_no_answer_of_the_law_is_without_its_provision_and_its_reviewer() -> None:
    found = weighed(frame(MINNEAPOLIS), press(MINNEAPOLIS))
    for goal in found["all"].goals:
        assert goal.cites, goal.id
        assert goal.tag in TAGS
    assert as_data(found)["unreviewed"] == ["vccr", "arsiwa"]
    signed = [SignOff(pack.id, pack.hash, "legal adviser", "2026-02-01") for pack in found["all"].packs[:1]]
    told = as_data(found, "es", signed)
    assert [(one["pack"], one["role"]) for one in told["reviewed"]] == [("vccr", "legal adviser")]
    assert told["unreviewed"] == ["arsiwa"]


def test_the_data_of_a_verdict_holds_what_was_promised_and_nothing_but_texts_integers_lists_and_objects() -> None:
    found = as_data(weighed(frame(SHENYANG), press(SHENYANG)), "es")
    assert {"entry", "robust", "deciding", "adverse", "primary"} <= found.keys()
    assert found["deciding"] == ["consent_by"]
    assert found["adverse"]["answer"] == "admit_by_consent"
    assert {"entry", "robust", "deciding", "adverse", "findings", "readings", "silent", "voices", "until", "over"} <= (
        found["primary"].keys()
    )
    waiting = [found]
    while waiting:
        one = waiting.pop()
        assert type(one) in (dict, list, str, int)
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else []
