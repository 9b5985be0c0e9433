"""Which instruments govern between two States on a day: one test per data row, then the stories."""

from datetime import date, timedelta
from itertools import combinations, product

import pytest

from inviolable.law.faults import Faulty
from inviolable.law.law import law_of, shipped_packs
from inviolable.law.regime import (
    LANGUAGES,
    STANDINGS,
    Forum,
    Regime,
    Row,
    hypothetical,
    nearest_state,
    regime,
    state_codes,
    state_name,
)
from inviolable.law.vocabulary import TAGS, read_toml, vocabulary, weakest

STATES = read_toml("treaties/states.toml")
INSTRUMENTS = read_toml("treaties/instruments.toml")
PARTIES = read_toml("treaties/parties.toml")
DECLARATIONS = read_toml("treaties/declarations.toml")
FORUMS = {name: forum for name, forum in read_toml("treaties/forums.toml").items() if name.startswith(("icj", "oas"))}
NOTICE = read_toml("treaties/notice.toml")

TODAY = date(2026, 11, 21)
ONE_DAY = timedelta(days=1)
#: Parties to the VCCR with no convention, declaration or list between them, to look at one State alone.
QUIET = ("UY", "KE")


def pairs(row: dict) -> list[tuple[str, str]]:
    return list(combinations(row["among"], 2)) if "among" in row else list(product(*row["between"]))


def rows_of(found: Regime, instrument: str) -> list[Row]:
    return [row for row in found.rows if row.instrument == instrument]


def forum_of(found: Regime, name: str) -> Forum:
    return next(forum for forum in found.forums if forum.id == name)


def beside(state: str) -> str:
    return QUIET[0] if state != QUIET[0] else QUIET[1]


def last_day(*states: str) -> date:
    """The last day on which a case may name these States."""
    return min((STATES["former"][state]["until"] for state in states if state in STATES["former"]), default=TODAY)


def named(rows: list[dict]) -> list:
    return [pytest.param(row, id=f"{row['id']}-{'-'.join(row.get('between', [['all']])[-1])}") for row in rows]


# ---- conventions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", named(INSTRUMENTS["row"]))
def test_a_convention_is_found_between_its_parties_within_its_dates_and_nowhere_else(row):
    for one, other in pairs(row):
        late = min(row.get("until", TODAY), last_day(one, other))
        for sending, receiving in ((one, other), (other, one)):
            found = regime(sending, receiving, late, "consular")
            mine = [it for it in rows_of(found, row["id"]) if it.source == row["source"]]
            assert len(mine) == 1
            loads = "pack" in row and found.base == "vccr"
            assert (row.get("pack") in found.packs) is loads
            assert mine[0].standing == ("not_loaded" if "pack" in row and not loads else row["standing"])
            assert mine[0].tag == row["tag"]
            assert all(mine[0].why[language].startswith(row[language]) for language in LANGUAGES)
        if "from" in row:
            early = row["from"] - ONE_DAY
            assert not [
                it for it in rows_of(regime(one, other, early, "consular"), row["id"]) if it.source == row["source"]
            ]
            first = regime(one, other, row["from"], "consular")
            strongest = "A" if row.get("by", row["from"]) > row["from"] else "V"
            assert [it.tag for it in rows_of(first, row["id"]) if it.source == row["source"]] == [
                weakest(row["tag"], strongest)
            ]
        assert not rows_of(regime(one, beside(one), late, "consular"), row["id"]) or "among" in row
        assert not rows_of(regime(one, other, late, "mission"), row["id"])
    stranger = next(state for state in ("TH", "KE") if all(state not in pair for pair in pairs(row)))
    assert not rows_of(regime(pairs(row)[0][0], stranger, last_day(pairs(row)[0][0]), "consular"), row["id"])


@pytest.mark.parametrize("row", INSTRUMENTS["unconfirmed"], ids=lambda row: row["pack"])
def test_a_rule_whose_parties_are_not_confirmed_is_reached_only_by_a_case_file_that_names_it(row):
    assert all(row["pack"] != other.get("pack") for other in INSTRUMENTS["row"])
    found = hypothetical([row["pack"]])
    assert found.packs == ("vccr", "arsiwa", row["pack"])
    assert {it.standing for it in found.rows} == {"hypothetical"}
    assert found.forums == ()


def test_only_a_rule_that_was_read_becomes_a_pack():
    packs = {row["pack"] for row in INSTRUMENTS["row"] if "pack" in row}
    assert packs == {
        "us-china-1980",
        "uk-china-1984",
        "uk-ussr-1965",
        "austria-uk-1960",
        "austria-ussr-1959",
        "austria-bulgaria-1975",
        "austria-hungary-1977",
        "austria-czechoslovakia-1979",
        "poland-ussr-1971",
        "czechoslovakia-hungary-1960",
        "us-el-salvador-1926",
        "us-cuba-1926",
        "us-philippines-1947",
    }
    assert all(("pack" in row) == (row["standing"] == "governs") for row in INSTRUMENTS["row"])


def test_every_pack_named_is_shipped_and_can_be_put_together_with_its_base():
    data = [*INSTRUMENTS["row"], *INSTRUMENTS["unconfirmed"], *DECLARATIONS["row"]]
    named_packs = {row["pack"] for row in data if "pack" in row}
    assert named_packs | {"vccr", "vcdr", "custom", "custom-mission", "arsiwa"} <= shipped_packs().keys()
    for name in named_packs:
        assert shipped_packs()[name].extends == "vccr"
        law_of("vccr", "arsiwa", name)
    unreached = shipped_packs().keys() - named_packs - {"vccr", "vcdr", "custom", "custom-mission", "arsiwa"}
    assert not unreached


def test_a_convention_that_has_ended_is_no_longer_found(monkeypatch):
    row = {
        "id": "ended",
        "between": [["UY"], ["KE"]],
        "from": date(1970, 1, 1),
        "until": date(1980, 1, 1),
        "standing": "to_be_checked",
        "tag": "V",
        "source": "a test",
        "en": "It was.",
        "es": "Fue.",
    }
    monkeypatch.setitem(INSTRUMENTS, "row", [row])
    monkeypatch.setattr(
        "inviolable.law.regime._toml",
        lambda name: INSTRUMENTS if name == "instruments" else read_toml(f"treaties/{name}.toml"),
    )
    assert rows_of(regime("KE", "UY", date(1980, 1, 1), "consular"), "ended")
    assert not rows_of(regime("KE", "UY", date(1980, 1, 2), "consular"), "ended")


# ---- parties ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("treaty", "row"),
    [
        pytest.param(treaty, row, id=f"{treaty}-{'-'.join(row['states'])}")
        for treaty in ("vccr", "vcdr")
        for row in PARTIES[treaty]["row"]
    ],
)
def test_a_row_of_parties_decides_the_base_from_its_day_on(treaty, row):
    kind, fallback = {"vccr": ("consular", "custom"), "vcdr": ("mission", "custom-mission")}[treaty]
    for state in row["states"]:
        found = regime(state, beside(state), TODAY, kind)
        assert found.base == (treaty if row["status"] == "party" else fallback)
        first = found.rows[0]
        assert first.instrument == treaty
        assert all(
            row[language].format(state=state_name(state, language)) in first.why[language] for language in LANGUAGES
        )
        if row["status"] == "party":
            assert first.tag == weakest(row["tag"], PARTIES[treaty]["default"]["tag"])
            if row.get("from", date.min) > INSTRUMENTS[treaty]["in_force"]:
                assert regime(state, beside(state), row["from"] - ONE_DAY, kind).base == fallback
                assert regime(state, beside(state), row["from"], kind).base == treaty
        else:
            assert first.standing == "not_in_force"
            assert first.tag == row["tag"]


def test_a_state_that_no_list_names_as_a_non_party_counts_as_a_party_and_says_how_well_that_is_known():
    found = regime("UY", "KE", date(2020, 1, 1), "consular")
    assert (found.base, found.tag, found.rows[0].standing) == ("vccr", "V~", "governs")
    older = regime("UY", "KE", date(1995, 1, 1), "consular")
    assert (older.base, older.tag) == ("vccr", "A"), "the list of 2016 says nothing about 1995"


@pytest.mark.parametrize("code", STATES["former"])
@pytest.mark.parametrize("kind", ["consular", "mission"])
def test_a_former_state_falls_to_custom_and_cannot_be_named_after_its_end(code, kind):
    until = STATES["former"][code]["until"]
    found = regime(code, "US", until, kind)
    assert found.base == {"consular": "custom", "mission": "custom-mission"}[kind]
    assert found.rows[0].standing == "to_be_checked"
    assert found.tag == "A"
    with pytest.raises(Faulty, match=f"{code} ended on {until}"):
        regime(code, "US", until + ONE_DAY, kind)


@pytest.mark.parametrize(
    ("kind", "day", "base"),
    [
        ("consular", date(1967, 3, 18), "custom"),
        ("consular", date(1970, 1, 1), "vccr"),
        ("mission", date(1964, 4, 23), "custom-mission"),
        ("mission", date(1964, 4, 24), "vcdr"),
    ],
)
def test_before_the_conventions_were_in_force_custom_governs(kind, day, base):
    assert regime("MX", "US", day, kind).base == base


# ---- declarations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", DECLARATIONS["row"], ids=lambda row: "-".join(row["states"])[:30])
def test_a_declaration_is_shown_for_its_state_on_either_side_and_only_where_the_vccr_governs(row):
    for state in row["states"]:
        name = row.get("pack", f"vccr-declaration-{state.lower()}")
        for sending, receiving in ((state, beside(state)), (beside(state), state)):
            found = regime(sending, receiving, TODAY, "consular")
            mine = rows_of(found, name)
            assert len(mine) == (1 if found.base == "vccr" else 0)
            for it in mine:
                assert it.standing == row["standing"]
                assert it.tag == (weakest(row["tag"], row.get("sent_tag", "V")) if state == sending else row["tag"])
        assert not rows_of(regime(state, "AF", TODAY, "consular"), name)
        assert not rows_of(regime(state, beside(state), TODAY, "mission"), name)
        assert not rows_of(regime(*QUIET, TODAY, "consular"), name)


def test_thirty_eight_states_made_declarations():
    states = [state for row in DECLARATIONS["row"] for state in row["states"]]
    assert len(states) == len(set(states)) == 38


def test_bulgarias_words_are_its_own_promise_where_it_receives_and_an_inference_where_it_sends():
    receives = regime("UY", "BG", TODAY, "consular")
    assert receives.packs == ("vccr", "arsiwa", "bulgaria-declaration")
    assert rows_of(receives, "bulgaria-declaration")[0].tag == "V"
    sends = regime("BG", "UY", TODAY, "consular")
    assert sends.packs == ("vccr", "arsiwa", "bulgaria-declaration")
    assert (rows_of(sends, "bulgaria-declaration")[0].tag, sends.tag) == ("A", "A")


def test_a_convention_with_bulgaria_comes_before_its_declaration():
    found = regime("AT", "BG", TODAY, "consular")
    assert found.packs == ("vccr", "arsiwa", "austria-bulgaria-1975")
    assert rows_of(found, "bulgaria-declaration")[0].standing == "displaced"


# ---- notice of detention -----------------------------------------------------------------------------


def test_the_american_list_has_fifty_seven_states():
    (given,) = NOTICE["list"]
    states = given["states"] + given["partly"]
    assert len(states) == len(set(states)) == 57
    assert "EC" not in states
    assert "MX" not in states
    assert set(states) <= state_codes()


@pytest.mark.parametrize("code", [code for code in STATES["states"] if code != "US"])
def test_the_american_list_settles_the_fact_for_every_sending_state(code):
    (given,) = NOTICE["list"]
    found = regime(code, "US", TODAY, "consular")
    (row,) = rows_of(found, "us-notification-list")
    if code in given["partly"]:
        assert "notice_mandatory" not in found.profile, "a permanent resident is not covered"
        assert (row.standing, row.tag) == ("to_be_checked", "M")
    else:
        assert found.profile == {"notice_mandatory": "yes" if code in given["states"] else "no"}
        assert (row.standing, row.tag) == ("settles_a_fact", "V")


def test_the_undated_list_is_only_an_inference_for_an_older_event():
    assert rows_of(regime("EC", "US", date(2010, 1, 1), "consular"), "us-notification-list")[0].tag == "A"


@pytest.mark.parametrize("row", NOTICE["treaty"], ids=lambda row: row["id"])
def test_a_treaty_settles_mandatory_notice_both_ways_from_its_day_on(row):
    for one, other in pairs(row):
        for sending, receiving in ((one, other), (other, one)):
            found = regime(sending, receiving, row["from"], "consular")
            assert found.profile["notice_mandatory"] == "yes"
            assert rows_of(found, row["id"])[0].tag == row["tag"]
            assert not rows_of(regime(sending, receiving, row["from"] - ONE_DAY, "consular"), row["id"])


def test_elsewhere_mandatory_notice_stays_unknown():
    assert regime("US", "EC", TODAY, "consular").profile == {}


# ---- forums ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "row"),
    [
        pytest.param(name, row, id=f"{name}-{'-'.join(row['states'])[:30]}")
        for name, forum in FORUMS.items()
        for row in forum.get("row", ())
    ],
)
def test_a_row_of_a_forum_is_read_by_the_day(name, row):
    kind = FORUMS[name]["kinds"][0]
    partner = {
        "icj-vccr-op": "AU",
        "icj-vcdr-op": "GQ",
        "icj-bogota": "PE",
        "icj-optional-clause": "EG",
        "oas-good-offices": "CL",
    }[name]
    both = FORUMS[name].get("both", "available")

    def result(state: str, day: date) -> str:
        other = partner if partner != state else {"AU": "AT", "GQ": "NR", "PE": "UY", "EG": "EE", "CL": "UY"}[partner]
        return forum_of(regime(state, other, TODAY, kind, as_of=day), name).result

    for state in row["states"]:
        if row["status"] != "party":
            assert result(state, TODAY) == {"not_party": "not_available", "unknown": "to_be_checked"}[row["status"]]
            continue
        ended = row.get("ended")
        assert result(state, TODAY) == ("not_available" if ended and ended <= TODAY else both)
        if ended:
            assert result(state, ended) == "not_available"
            assert result(state, ended - ONE_DAY) == ("to_be_checked" if "unsure" in row else both)
        if "unsure" in row:
            assert {result(state, day) for day in row["unsure"]} == {"to_be_checked"}
        if "from" in row:
            assert result(state, row["from"] - ONE_DAY) == "not_available"


def test_no_state_stands_twice_in_one_list_and_every_code_is_known():
    lists = [PARTIES["vccr"], PARTIES["vcdr"], *FORUMS.values()]
    for table in lists:
        codes = [code for row in table.get("row", ()) for code in row["states"]]
        assert len(codes) == len(set(codes))
        assert set(codes) <= set(STATES["states"])


def test_the_forty_parties_read_on_the_list_of_the_vccr_protocol():
    parties = [code for row in FORUMS["icj-vccr-op"]["row"] if row["status"] == "party" for code in row["states"]]
    assert len(set(parties) - {"US"}) == 40


def test_ecuador_against_the_united_states_in_2026_finds_no_compulsory_forum():
    found = regime("EC", "US", date(2026, 1, 27), "consular")
    results = {forum.id: (forum.result, forum.tag) for forum in found.forums if forum.compulsory}
    assert results == {
        "icj-vccr-op": ("not_available", "V"),
        "icj-vccr-nationality-op": ("not_available", "V"),
        "icj-bogota": ("not_available", "V"),
        "icj-optional-clause": ("not_available", "M"),
    }
    assert found.compulsory == ("not_available", "M")
    assert {forum.id for forum in found.forums if forum.result == "available"} == {
        "negotiation",
        "oas-good-offices",
        "agreed-arbitration",
        "icj-special-agreement",
        "icj-forum-prorogatum",
    }


# ---- stories -----------------------------------------------------------------------------------------


def test_minneapolis_rests_on_the_vccr_with_two_older_conventions_to_be_checked():
    found = regime("EC", "US", date(2026, 1, 27), "consular")
    assert (found.base, found.packs, found.tag) == ("vccr", ("vccr", "arsiwa"), "V~")
    assert rows_of(found, "us-ecuador-1839")[0].standing == "to_be_checked"
    assert rows_of(found, "havana-1928")[0].standing == "to_be_checked"
    assert (rows_of(found, "us-ecuador-1839-mfn")[0].standing, rows_of(found, "us-ecuador-1839-mfn")[0].tag) == (
        "arguable",
        "A",
    )
    assert found.profile == {"notice_mandatory": "no"}


def test_mexico_could_sue_the_united_states_in_2003_and_not_in_2006():
    then = regime("MX", "US", date(2003, 1, 9), "consular")
    assert (forum_of(then, "icj-vccr-op").result, forum_of(then, "icj-vccr-op").tag) == ("available", "V")
    assert then.compulsory == ("available", "V")
    later = regime("MX", "US", date(2006, 1, 9), "consular")
    assert (forum_of(later, "icj-vccr-op").result, forum_of(later, "icj-vccr-op").tag) == ("not_available", "V")


def test_an_event_of_2003_brought_today_finds_the_protocol_closed():
    found = regime("MX", "US", date(2003, 1, 9), "consular", as_of=date(2026, 1, 1))
    assert forum_of(found, "icj-vccr-op").result == "not_available"


def test_mexicos_embassy_in_quito_in_2024_rests_on_the_vcdr_and_the_pact_of_bogota():
    found = regime("MX", "EC", date(2024, 4, 5), "mission")
    assert (found.base, found.packs, found.tag) == ("vcdr", ("vcdr", "arsiwa"), "V~")
    assert (forum_of(found, "icj-vcdr-op").result, forum_of(found, "icj-vcdr-op").tag) == ("not_available", "V")
    assert forum_of(found, "icj-bogota").result == "available"
    assert forum_of(found, "icj-bogota").tag == "M", "the article that gives jurisdiction is known from memory"


def test_china_and_the_united_states_have_their_own_convention_over_the_vccr():
    found = regime("CN", "US", date(2020, 7, 24), "consular")
    assert found.packs == ("vccr", "arsiwa", "us-china-1980")
    assert [row.standing for row in found.rows[:2]] == ["governs", "governs"]
    assert found.tag == "V~"
    assert "us-china-1980" not in regime("CN", "US", date(1981, 1, 1), "consular").packs
    assert "us-china-1980" not in regime("CN", "US", date(2020, 7, 24), "mission").packs


def test_slovakia_continues_a_convention_that_is_only_to_be_checked_for_czechia():
    assert "austria-czechoslovakia-1979" in regime("AT", "SK", TODAY, "consular").packs
    czechia = regime("AT", "CZ", TODAY, "consular")
    assert czechia.packs == ("vccr", "arsiwa")
    assert (
        rows_of(czechia, "austria-czechoslovakia-1979")[0].standing,
        rows_of(czechia, "austria-czechoslovakia-1979")[0].tag,
    ) == ("to_be_checked", "M")


def test_a_convention_that_custom_cannot_carry_is_shown_and_not_loaded():
    found = regime("CSHH", "HU", date(1970, 1, 1), "consular")
    assert found.packs == ("custom", "arsiwa")
    assert rows_of(found, "czechoslovakia-hungary-1960")[0].standing == "not_loaded"


def test_a_terminated_treaty_is_shown_and_not_loaded():
    found = regime("AT", "RO", TODAY, "consular")
    assert rows_of(found, "austria-romania-1970")[0].standing == "terminated"
    assert found.packs == ("vccr", "arsiwa")


def test_afghanistan_is_no_party_so_custom_governs_the_consulate_in_mazar():
    found = regime("IR", "AF", date(1998, 8, 8), "consular")
    assert (found.base, found.packs, found.tag) == ("custom", ("custom", "arsiwa"), "A")
    assert (found.rows[0].standing, found.rows[0].tag) == ("not_in_force", "V")


# ---- what every regime is ------------------------------------------------------------------------------


def test_every_regime_is_whole_in_both_languages_and_no_stronger_than_its_rows():
    facts = vocabulary().facts
    some = ["EC", "US", "GB", "RU", "CN", "AT", "BG", "TW", "MX", "PS", "CK"]
    for (one, other), kind in product(combinations(some, 2), ("consular", "mission")):
        for day in (date(1950, 1, 1), date(1975, 1, 1), TODAY):
            found = regime(one, other, day, kind)
            assert found.packs[:2] == (found.base, "arsiwa")
            assert found.tag == weakest(*(row.tag for row in found.rows if row.standing == "governs"))
            assert all(value in facts[fact].values for fact, value in found.profile.items())
            for row in found.rows:
                assert row.standing in STANDINGS
                assert row.tag in TAGS
                assert row.source
                assert row.taken_over == "2026-11-21"
                assert all(row.why[language] and "{" not in row.why[language] for language in LANGUAGES)
            assert {forum.result for forum in found.forums} <= {"available", "not_available", "to_be_checked"}
            assert all(forum.because[language] for forum in found.forums for language in LANGUAGES)


def test_every_country_has_a_name_in_both_languages():
    assert len(STATES["states"]) + len(STATES["territories"]) == 250, "249 codes of ISO 3166-1 and XK"
    for part in ("states", "territories", "former"):
        for code, row in STATES[part].items():
            assert len(code) == (4 if part == "former" else 2)
            assert row["en"]
            assert row["es"]
    assert set(STATES["meant"].values()) <= state_codes()
    assert state_name("ES", "es") == "España"


# ---- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "way_out"),
    [
        ("Ecuador", r"did you mean EC \(Ecuador\)\?"),
        ("ecudor", r"did you mean EC \(Ecuador\)\?"),
        ("ec", r"did you mean EC \(Ecuador\)\?"),
        ("ECU", r"did you mean EC \(Ecuador\)\?"),
        ("Alemania", r"did you mean DE \(Germany\)\?"),
        ("UK", r"did you mean GB \(United Kingdom\)\?"),
        ("SU", r"did you mean SUHH"),
        ("EQ", r"nearest: EC \(Ecuador\), EE"),
        ("", "write the two capital letters"),
        ("HK", "the code of no State"),
    ],
)
def test_an_unknown_state_is_refused_with_the_one_that_was_probably_meant(code, way_out):
    with pytest.raises(Faulty, match=way_out):
        regime("US", code, TODAY, "consular")


def test_all_faults_are_told_at_once():
    with pytest.raises(Faulty) as caught:
        regime("XX", "ZZ", TODAY, "consulate")
    assert len(caught.value.faults) == 3
    assert "did you mean consular?" in str(caught.value)


def test_a_state_has_no_post_in_itself():
    with pytest.raises(Faulty, match="both US"):
        regime("US", "US", TODAY, "consular")


def test_nearest_state_does_not_stumble_over_other_types():
    assert nearest_state("12").startswith("write")


def test_a_hypothetical_case_names_known_packs_and_one_base():
    assert hypothetical(["vccr", "austria-uk-1960"]).packs == ("vccr", "arsiwa", "austria-uk-1960")
    assert hypothetical(["austria-uk-1960", "arsiwa"]).packs == ("vccr", "arsiwa", "austria-uk-1960")
    assert hypothetical(["vcdr"]).packs == ("vcdr", "arsiwa")
    with pytest.raises(Faulty, match=r"unknown pack 'us-chna-1980'; did you mean us-china-1980\?"):
        hypothetical(["us-chna-1980"])
    with pytest.raises(Faulty, match="2 bases"):
        hypothetical(["vccr", "vcdr"])
