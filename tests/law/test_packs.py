"""The law files: each proved with its base, and theorems about them over every possible world."""

import re
from functools import cache

import pytest

from inviolable.law.decisions import CONFLICT, GAP, Compiled
from inviolable.law.law import law_of, shipped_packs
from inviolable.law.proof import prove, touched
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import texts

BASES = sorted(pack.id for pack in shipped_packs().values() if pack.kind == "base")
OVERLAYS = sorted(pack.id for pack in shipped_packs().values() if pack.extends)
LAWS = [*BASES, *OVERLAYS]
VCCR = law_of("vccr", "arsiwa")

#: What the conventions open the door with, apart from consent: the fact, and its values that open.
TREATY_ROUTES = {
    "austria-uk-1960": ("paper", {"judicial_and_minister"}),
    "austria-yugoslavia-1960": ("purpose", {"process", "judgment", "offence_5_years"}),
    "austria-unidentified": ("purpose", {"offence_over_1_year", "offence_5_years"}),
}
#: Read, and found to state no case of assumed consent.
NO_FIRE_CLAUSE = (
    "austria-bulgaria-1975",
    "austria-czechoslovakia-1979",
    "austria-hungary-1977",
    "austria-ussr-1959",
    "czechoslovakia-hungary-1960",
    "poland-ussr-1971",
    "uk-china-1984",
    "us-china-1980",
    "us-cuba-1926",
    "us-el-salvador-1926",
    "us-liberia-1938",
    "us-philippines-1947",
)
#: Sections, numbers of cases and of sources of the reference that rules were taken from: nobody who reads has it.
OWN_PAPERS = re.compile(
    r"\b(?:LAW|ADD|LAW-ADDENDUM) [0-9]|\b[ST][0-9]{1,2}\b|\bB[0-9]{1,2}\b|edge cases? [0-9]|addendum"
)
ADMITTING = {"admit_by_consent", "admit_protective_action_only", "admit_by_treaty"}
ARCHIVES = {"vccr": ("vccr-33", "vccr-61"), "vcdr": ("vcdr-24",), "custom": ("custom-archives",)}


def names_of(pack):
    """The packs of the law in which a pack is at work, base first."""
    base = shipped_packs()[pack].extends
    return (base, "arsiwa", pack) if base else (pack, "arsiwa")


def law(pack):
    return law_of(*names_of(pack))


@cache
def compiled(pack):
    return Compiled(law(pack))


def results(pack, module, **allowed):
    """Every result that a module can have in the allowed worlds, under every view on disputed points."""
    one = compiled(pack)
    return {result for result, _ in one.graphs.outcomes(one.decision(module).results, allowed)}


def asked(pack, module):
    one = compiled(pack)
    return set(one.graphs.asked(one.decision(module).results))


@pytest.mark.parametrize("base", BASES)
def test_every_base_is_proved(base):
    assert [str(fault) for fault in prove(law(base)).faults] == []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_overlay_is_proved_on_its_base(overlay):
    assert [str(fault) for fault in prove(law(overlay), VCCR).faults] == []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_leaves_no_gap_and_no_contradiction_even_where_its_proof_stands_alone(overlay):
    """A module declared too large to tabulate is proved without what feeds it; its graph is not too large."""
    one = compiled(overlay)
    for module in law(overlay).order:
        if not law(overlay).words.modules[module].bounded:
            answers = one.graphs.combine(_where, one.decision(module).results, one.possible(module))
            assert not one.graphs.outcomes(answers, {}) & {GAP, CONFLICT}, module


@pytest.mark.parametrize("pack", LAWS)
def test_no_paper_opens_the_door_except_by_treaty(pack):
    fact, opening = TREATY_ROUTES.get(pack, ("", set()))
    assert asked(pack, "entry") & {"paper", "purpose"} == {fact} - {""}
    assert ("admit_by_treaty" in results(pack, "entry")) == bool(fact)
    if fact:
        values = set(law(pack).domain(fact))
        assert "admit_by_treaty" not in results(pack, "entry", **{fact: values - opening})
        for value in opening:
            assert "admit_by_treaty" in results(pack, "entry", **{fact: {value}})
        # No other paper or purpose makes any difference at all.
        one = compiled(pack)
        entry = one.decision("entry").results
        assert len({one.graphs.restrict(entry, {fact: value}) for value in values - opening}) == 1


@pytest.mark.parametrize("pack", LAWS)
def test_only_consent_emergency_or_treaty_admits(pack):
    ordinary = {"paper": {"none", "administrative", "judicial", "request"}, "purpose": {"other"}}
    calm = {"emergency": {"none"}}
    not_listed = {"emergency": {"none", "threat", "medical"}, "zone": {"work"}, "status": {"open"}, "head": {"career"}}
    for no_consent in (
        {"consent_by": {"none", "staff"}},
        {"consent_state": {"ended", "forced"}},
        {"consent_scope": {"beyond"}},
    ):
        assert not results(pack, "entry", **ordinary, **calm, **no_consent) & ADMITTING
        assert "admit_by_consent" not in results(pack, "entry", **no_consent)
    for no_rescue in (calm, {"prompt": {"no"}, "emergency": {"none", "threat", "medical"}}, not_listed):
        assert "admit_protective_action_only" not in results(pack, "entry", **no_rescue)


@pytest.mark.parametrize("pack", LAWS)
def test_other_staffs_consent_never_admits(pack):
    one = compiled(pack)
    entry = one.decision("entry").results
    by_staff, by_nobody = (one.graphs.restrict(entry, {"consent_by": by}) for by in ("staff", "none"))
    assert by_staff == by_nobody


@pytest.mark.parametrize("pack", ["vcdr", "custom-mission"])
def test_a_mission_opens_only_for_its_own_head(pack):
    others = {"none", "head", "designee", "staff"}
    premises = {"zone": {"work", "public", "grounds", "residence_head"}, "status": {"open"}}
    assert not results(pack, "entry", consent_by=others, **premises) & ADMITTING
    assert "admit_by_consent" not in results(pack, "entry", consent_by=others)
    assert "admit_by_consent" in results(pack, "entry", consent_by={"mission"})


@pytest.mark.parametrize("pack", ["vcdr", "custom-mission"])
def test_a_mission_on_fire_needs_consent_now(pack):
    fire = {
        "actor": {"officer", "unidentified"},
        "status": {"open"},
        "zone": {"work", "grounds", "residence_head", "residence_officer"},
        "emergency": {"fire"},
        "prompt": {"yes"},
        "consent_by": {"none", "staff"},
    }
    assert results(pack, "entry", **fire) == {"consent_needed_now"}
    assert results(pack, "assumed") == {"no"}


FIRE_AT_A_POST = {
    "head": {"career"},
    "actor": {"officer", "unidentified"},
    "status": {"open"},
    "zone": {"work"},
    "emergency": {"fire", "disaster", "device", "violence"},
    "prompt": {"yes"},
    "consent_by": {"none", "staff"},
}


@pytest.mark.parametrize("pack", NO_FIRE_CLAUSE)
def test_a_post_on_fire_needs_consent_now_where_the_convention_has_no_fire_clause(pack):
    assert results(pack, "entry", **FIRE_AT_A_POST) == {"consent_needed_now"}
    assert results(pack, "assumed") == {"no"}


@pytest.mark.parametrize("pack", sorted(set(OVERLAYS) - set(NO_FIRE_CLAUSE)))
def test_a_clause_that_nobody_read_takes_nothing_away(pack):
    fire = {**FIRE_AT_A_POST, "emergency": {"fire"}, "crew": {"yes"}, "refused": {"no"}, "steps_taken": {"yes"}}
    assert results(pack, "entry", **fire) == {"admit_protective_action_only"}


def test_bulgaria_asks_for_a_representative_or_all_appropriate_steps():
    fire = {**FIRE_AT_A_POST, "crew": {"yes"}}
    assert results("bulgaria-declaration", "entry", **fire, steps_taken={"no"}) == {"consent_needed_now"}


def test_a_crime_of_violence_opens_an_office_between_austria_and_the_united_kingdom():
    violence = {**FIRE_AT_A_POST, "emergency": {"violence"}}
    assert results("austria-uk-1960", "entry", **violence, paper={"none"}) == {"admit_protective_action_only"}


def test_the_homes_that_each_convention_covers():
    covered = {
        pack: {
            zone
            for zone in ("residence_head", "residence_officer", "residence_staff")
            if results(pack, "place", head={"career"}, status={"open"}, zone={zone}) == {"inviolable"}
        }
        for pack in OVERLAYS
    }
    head, officer, staff = "residence_head", "residence_officer", "residence_staff"
    assert {pack: homes for pack, homes in covered.items() if homes} == {
        "us-china-1980": {head, officer},
        "uk-china-1984": {head, officer},
        "uk-ussr-1965": {head, officer},
        "austria-ussr-1959": {head},
        "austria-bulgaria-1975": {head, officer},
        "austria-hungary-1977": {head},
        "austria-czechoslovakia-1979": {head},
        "austria-yugoslavia-1960": {head, officer},
        "poland-ussr-1971": {head, officer, staff},
        "czechoslovakia-hungary-1960": {head},
    }


@pytest.mark.parametrize("pack", ["vccr", *OVERLAYS])
def test_private_persons_never_breach_31_2(pack):
    assert results(pack, "vccr-31-2", actor={"private", "third_state"}) == {"not_engaged", "out_of_scope"}


@pytest.mark.parametrize(
    ("pack", "finding", "result"),
    [
        ("vccr", "vccr-31-2", "breach"),
        ("vcdr", "vcdr-22-1", "breach"),
        ("custom", "custom-premises", "arguable"),
        ("custom-mission", "custom-premises", "arguable"),
    ],
)
def test_officers_who_enter_without_consent_break_the_rule(pack, finding, result):
    entered = {
        "head": {"career"},
        "actor": {"officer", "unidentified"},
        "status": {"open"},
        "zone": {"work"},
        "emergency": {"none"},
        "consent_by": {"none", "staff"},
        "attempted": {"yes"},
        "entered": {"yes"},
    }
    assert results(pack, finding, **entered) == {result}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_bilateral_changes_only_what_it_overrides(overlay):
    """In every world in which no rule of the overlay applies, every answer is the base's own."""
    base, one = Compiled(VCCR), compiled(overlay)
    base.graphs = one.graphs  # the same variables in the same order, so that equal answers are the same node
    combine = one.graphs.combine
    its_word = one.graphs.leaf(False)
    for module in law(overlay).order:
        decision = one.decision(module) if any(_is_of(rule, overlay) for rule in law(overlay).rules[module]) else None
        for rule, applies in zip(decision.rules, decision.applies, strict=True) if decision else ():
            if _is_of(rule, overlay):
                its_word = combine(_or_applies, its_word, applies)
    changed = touched(law(overlay), VCCR)
    assert changed
    for module in VCCR.order:
        if law(overlay).words.modules[module].bounded:
            continue
        before, after = base.decision(module).results, one.decision(module).results
        if module not in changed:
            assert before == after, module
        differs = combine(_differ, before, after)
        assert one.graphs.outcomes(combine(_and_not, differs, its_word), {}) == {False}, module


@pytest.mark.parametrize("pack", LAWS)
def test_consent_to_enter_never_opens_archives(pack):
    base = names_of(pack)[0].partition("-")[0]
    for module in ARCHIVES[base]:
        assert asked(pack, module) <= {"head", "actor", "archives_touched", "archives_separate", "protected"}


@pytest.mark.parametrize("module", ["place", "valid_consent", "entry", "vcdr-22-1", "vcdr-22-2", "vcdr-29", "vcdr-45"])
def test_a_mission_does_not_ask_who_heads_a_consular_post(module):
    assert "head" not in asked("vcdr", module)


@pytest.mark.parametrize("pack", ["custom", "custom-mission"])
def test_a_breach_of_custom_is_never_more_than_arguable(pack):
    for module in ("custom-premises", "custom-protection", "custom-archives"):
        assert "breach" not in results(pack, module)
        assert "arguable" in results(pack, module)
    assert {rule.tag for rule in shipped_packs()[pack].rules} <= {"A", "M"}


def test_an_honorary_post_is_unprotected_by_custom():
    assert results("custom", "place", head={"honorary"}, zone={"work", "grounds"}) == {"unprotected"}


@pytest.mark.parametrize("pack", ["uk-china-1984", "uk-ussr-1965"])
def test_what_was_read_in_a_note_is_not_called_verified(pack):
    assert "V" not in {rule.tag for rule in shipped_packs()[pack].rules}


#: Places and names of the incidents in the corpus.
INCIDENT = re.compile(
    r"\bT\d\d|Minneapolis|Shenyang|Houston|Chengdu|San Francisco|Istanbul|Tehran|Erbil|Agartala|Petersburg|Hamburg"
    r"|Durban|Mazar|Mosul|Benghazi|Mashhad|Damascus|Tokyo|Quito|London|Washington|Moscow|Lima|Bogot|La Paz|Belgrade"
    r"|Kuwait|Arriaga"
)


def test_no_rule_mentions_an_incident():
    for pack in shipped_packs().values():
        for rule in pack.rules:
            assert not INCIDENT.search(" ".join((rule.id, *rule.words.values()))), rule.id


def _where(outcome, possible):
    return outcome if possible else None


def _is_of(rule, pack):
    return rule.id.startswith(f"{pack}/")


def _or_applies(so_far, rank):
    return so_far or rank is not None


def _differ(before, after):
    return before != after


def _and_not(one, other):
    return one and not other


@pytest.mark.parametrize("pack_id", shipped_packs())
def test_sources_and_comments_name_what_was_read_and_no_papers_of_the_makers(pack_id) -> None:
    pack = shipped_packs()[pack_id]
    told = [pack.source, *(one.source for one in pack.provisions), *(rule.comment for rule in pack.rules)]
    told += [one for provision in pack.provisions for one in provision.text.values()]
    assert all(one.source for one in pack.provisions)
    assert [one for one in told if OWN_PAPERS.search(one)] == []


def test_disputed_points_name_them_too() -> None:
    told = [one.source for one in vocabulary().positions.values()]
    for language in ("en", "es"):
        for words in texts(language)["positions"].values():
            told += words["authority"].values()
    assert [one for one in told if OWN_PAPERS.search(one)] == []
