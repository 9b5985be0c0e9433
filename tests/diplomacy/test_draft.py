"""The first draft of a note (scenario 18): facts with what they rest on, visible blanks, rules with their pinpoints."""

import pytest
from tests.diplomacy.knock import STOPPED, claimed, confirmed, drafted, incident

from inviolable.diplomacy.terms import Annex
from inviolable.diplomacy.words.marks import BLANK, fill, keys, plain
from inviolable.diplomacy.words.wording import plan, wording
from inviolable.incidents.case import case_of
from inviolable.law.assess import assess
from inviolable.law.faults import Faulty
from inviolable.law.law import shipped_packs
from inviolable.law.review import SignOff
from inviolable.sources.drafts import check_text
from inviolable.sources.scene import Scene

ENTERED = {**STOPPED, "entered": "yes", "archives_touched": "yes", "taken": "yes", "injury": "yes"}


def ids(content):
    return [one.id for one in content.paragraphs]


def demands(content):
    return [one.demand for one in content.paragraphs if one.demand]


def whole(content, language="en"):
    return "\n".join(plain(content, language).values())


def blanks(content, language="en"):
    told = (piece for one in content.paragraphs for piece in fill(one.text[language], content.values, language))
    return [piece.key for piece in told if piece.kind == BLANK]


def test_an_attempt_that_was_stopped_is_called_an_attempt_and_nothing_more():
    content = drafted(incident())
    said = plain(content, "en")

    assert said["came"].startswith("On Tuesday 27 January 2026, at about 11:00 local time (17:00 UTC), one officer of")
    assert "An attempt was made to enter without consent. Nobody crossed the line of the premises." in said["came"]
    assert said["act_attempt"] == "What happened was an attempted entry without consent, which was prevented."
    assert "Nobody who may consent has consented" in said["consent"]
    assert blanks(content) == []
    assert "rule-vccr-31-2" not in said
    assert "an entry into the premises" not in whole(content)
    assert demands(content) == ["explanation", "investigation", "instructions", "non_repetition", "regret"]
    assert said["non_repetition"].endswith(";")
    assert said["regret"].endswith(".")


def test_what_is_said_of_one_subject_is_one_paragraph_and_its_marks_are_kept():
    content = drafted(incident())
    facts = [one for one in content.paragraphs if one.block == "facts"]

    assert [one.id for one in facts] == ["came", "assault", "disturbed"]
    assert keys(facts[0].text["es"])[-4:] == ["attempted", "entered", "head", "status"]
    assert plain(content, "en")["disturbed"] == (
        "The peace of the post was disturbed and its dignity impaired. The work of the post was interrupted."
        " Nationals of Ecuador who had come to be served were inside at that time."
    )


def test_an_entry_is_called_an_entry_and_what_was_taken_is_asked_back():
    content = drafted(incident(ENTERED))
    said = plain(content, "en")

    assert said["act_entry"] == "What happened was an entry into the premises without consent."
    assert said["rule-vccr-31-2"].startswith("These facts constitute a breach of the rule")
    assert "article 31(2)" in said["rule-vccr-31-2"]
    assert "attempt" not in whole(content)
    assert demands(content)[-2:] == ["regret", "compensation"]
    assert "return" in demands(content)


@pytest.mark.parametrize(
    ("entered", "act"),
    [
        ("partly", "a crossing of the line of the premises without consent"),
        ("device", "an intrusion into the premises"),
    ],
)
def test_a_foot_in_the_door_and_a_drone_have_words_of_their_own(entered, act):
    said = plain(drafted(incident({**STOPPED, "entered": entered})), "en")

    assert act in said["act_entry"]


def test_what_nobody_knows_and_what_is_contested_are_blanks_in_every_language():
    facts = {"actor": "officer", "entered": ["no", "yes"], "attempted": "yes", "disturbed": "yes", "agency": "ICE"}
    content = drafted(incident(facts))

    for language in ("es", "en"):
        assert set(blanks(content, language)) == {"officers", "zone", "entered", "consent_by", "emergency"}
    assert "[____ how many came] of United States Immigration" in plain(content, "en")["came"]
    assert "[contested: Nobody crossed the line of the premises. / The premises were entered" in whole(content)
    assert "[en disputa: Nadie cruzó la línea de los locales. / Se penetró" in whole(content, "es")


def test_an_hour_that_nobody_gave_is_a_blank():
    content = drafted(incident(occurred="2026-01-27"))

    assert blanks(content) == ["time"]
    assert "[____ the local time]" in plain(content, "en")["came"]


def test_what_is_only_claimed_is_said_in_the_blank_and_nowhere_else():
    claim = claimed("7", "entered", "yes", voice="A neighbour", source="by telephone")
    facts = {key: value for key, value in STOPPED.items() if key not in ("entered", "attempted")}
    content = drafted(incident(facts, claim))

    line = plain(content, "en")["came"]
    assert (
        "[____ whether the line of the premises was crossed; claimed, not confirmed: The premises were entered" in line
    )
    assert "A neighbour: by telephone" in line
    assert content.values["entered"].state == "unknown"


def test_a_fact_names_the_claims_it_rests_on_and_the_entry_that_confirmed_it():
    state = incident({}, claimed("7", "entered", "no", raw="I did not enter"), confirmed("entered", "no", "7"))
    value = drafted(state).values["entered"]

    assert (value.claims, value.seq) == (("7",), 2)


def test_words_that_a_fact_rests_on_are_quoted_as_they_were_said():
    threat = claimed("7", "assault", "threat", raw="If you touch me, I will grab you")
    told = {key: value for key, value in STOPPED.items() if key != "assault"}
    state = incident(told, threat, confirmed("assault", "threat", "7"))

    content = drafted(state)
    spanish, english = (plain(content, language)["assault_words"] for language in ("es", "en"))
    assert spanish.endswith("«If you touch me, I will grab you» (traducción propia: «[____ traducción]»).")
    assert english.endswith("“If you touch me, I will grab you”."), "whoever reads English needs none"


def test_words_that_one_source_alone_has_are_told_as_its_own_and_those_of_two_are_not():
    one, other = (
        claimed(name, "assault", "threat", raw="I will grab you", voice=who, source="by telephone")
        for name, who in (("7", "The police"), ("8", "A visitor"))
    )
    told = {key: value for key, value in STOPPED.items() if key != "assault"}
    content = drafted(incident(told, one, confirmed("assault", "threat", "7")))
    assert plain(content, "en")["assault_words_of"] == "According to police, the words said were: “I will grab you”."
    assert plain(content, "es")["assault_words_of"].startswith("Según la policía, las palabras pronunciadas fueron")
    assert "assault_words" not in ids(content)

    both = drafted(incident(told, one, other, confirmed("assault", "threat", "7", "8")))
    assert plain(both, "en")["assault_words"] == "The words said were: “I will grab you”."


SAYS = {"voice": "ICE spokesperson", "raw": "at no time did they enter"}


def document(kind, record="1"):
    told = {"source": record, "version": 1, "kind": kind, "publisher": "A newspaper", "seen_as": "pasted"}
    return "source.received", {**told, "exhibit": "", "text": "", "copy": "", "found": {}, "reading": {}}


def test_what_a_newspaper_makes_of_a_statement_is_quoted_only_where_somebody_chooses_it():
    words = {**SAYS, "record": "1", "version": 1}
    telling = claimed("7", "entered", "no", **words), ("claim.decided", {"claim": "7", "decision": "confirmed"})
    own, press = (incident(STOPPED, document(kind), *telling) for kind in ("receiving_organ", "press"))

    assert "(ICE) says: “at no time did they enter”" in whole(drafted(own))
    assert "at no time" not in whole(drafted(press))
    (chosen,) = [key for key in drafted(own).values if key.endswith(":words") and key.startswith("claim")]
    added = whole(drafted(press, statements=[chosen.removesuffix(":words")]))
    assert "(ICE, as reported by A newspaper) is told there in these words: “at no time did they enter”" in added
    assert "at no time" not in whole(drafted(own, statements=[]))


@pytest.mark.parametrize(("written", "other"), [("they were there and did not enter", "es"),
                                                ("estuvieron allí y no entraron en el edificio", "en")])  # fmt: skip
def test_what_was_said_in_words_of_whoever_wrote_it_down_is_never_in_quotation_marks(written, other):
    telling = claimed("7", "entered", "no", voice="ICE spokesperson", source="Reuters", note=written)
    noted = {"record": "1", "version": 1}
    of_a_document = claimed(
        "8", "pursuit", "no", voice="ICE spokesperson", note="the reader remarks so much of it", **noted
    )
    decided = ("claim.decided", {"claim": "8", "decision": "confirmed"})
    content = drafted(incident(STOPPED, document("press"), telling, of_a_document, decided))
    told = {language: plain(content, language) for language in ("en", "es")}
    (name,) = [one for one in told["en"] if one.startswith("statement-")]

    own = {"en": "es", "es": "en"}[other]
    assert written in told[own][name]
    assert not set("“«") & set(told[own][name])
    assert "(ICE, " in told[own][name]
    assert "Reuters)" in told[own][name]
    assert written in told[other][name], "a person writes it in that language, with what there is before them"
    (paragraph,) = (one for one in content.paragraphs if one.id == name)
    assert BLANK in {piece.kind for piece in fill(paragraph.text[other], content.values, other)}


def test_an_organ_is_quoted_once_for_a_day_with_what_bears_on_most_and_never_in_scraps():
    full = "Officers came there in pursuit and never entered"
    state = incident(
        STOPPED,
        claimed("7", "entered", "no", voice="ICE spokesperson", raw="never entered"),
        claimed("8", "entered", "no", **SAYS),
        claimed("9", "entered", "no", voice="ICE spokesperson", raw=full),
        claimed("10", "pursuit", "yes", voice="ICE spokesperson", raw=full),
        claimed("11", "entered", "no", voice="Department of Homeland Security", raw="There is no record of any entry"),
        claimed("12", "context.operation", "a large one", voice="State Department", raw="It was a large operation"),
    )
    quoted = [text for name, text in plain(drafted(state), "en").items() if name.startswith("statement-")]

    assert [text.partition("says: ")[2].partition("”")[0] for text in quoted] == [
        f"“{full}",
        "“There is no record of any entry",
    ]


def test_what_the_receiving_state_says_is_its_statement_with_its_day_and_changes_no_fact():
    said = {"voice": "ICE spokesperson", "raw": "at no time did they enter"}
    state = incident(STOPPED, claimed("7", "entered", "no", **said), claimed("8", "pursuit", "yes", **said))
    told = [text for name, text in plain(drafted(state), "en").items() if name.startswith("statement-")]

    (only,) = told
    assert only.startswith("A statement of Tuesday 27 January 2026 (ICE) says: “at no time did they enter”.")
    assert only.endswith("takes note of that statement."), "it says what we say"
    denied = incident({**STOPPED, "entered": "yes"}, claimed("7", "entered", "no", **said))
    (only,) = [text for name, text in plain(drafted(denied), "en").items() if name.startswith("statement-")]
    assert only.endswith("takes note of that statement, which does not change the facts set out above.")


def test_a_statement_in_a_document_counts_once_a_person_confirmed_it():
    words = {"voice": "ICE spokesperson", "raw": "at no time did they enter", "record": "1", "version": 1}
    claim = claimed("7", "entered", "no", **words)
    decided = "claim.decided", {"claim": "7", "decision": "confirmed"}

    assert "at no time" not in whole(drafted(incident(STOPPED, claim)))
    assert "at no time" in whole(drafted(incident(STOPPED, claim, decided)))


def test_each_rule_bears_its_pinpoint_its_tag_and_who_reviewed_it():
    state = incident(ENTERED)
    pack = shipped_packs()["vccr"]
    signed = [SignOff("vccr", pack.hash, "legal", "2026-01-01")]
    case = case_of(state)
    rule = drafted(state, answer=assess(case, signed=signed), found=17).values["vccr-31-2"]

    assert (rule.cites, rule.tag, rule.result, rule.reviewed, rule.seq) == (
        ("VCCR 31(2)",),
        "V~",
        "breach",
        "legal",
        17,
    )
    assert drafted(state).values["vccr-31-2"].reviewed == ""


# ---- nothing is said that is not known --------------------------------------------------------


def test_who_was_threatened_is_a_blank_until_somebody_knows():
    unknown = drafted(incident({key: value for key, value in STOPPED.items() if key != "person"}))

    assert blanks(unknown) == blanks(unknown, "es") == ["person"]
    assert "[____ who was threatened, attacked or held] was threatened." in whole(unknown)
    held = drafted(incident({**STOPPED, "assault": "none", "seized": "yes", "person": "officer"}))
    assert plain(held, "en")["seized"] == "An officer of the post was held."
    assert plain(held, "es")["seized"] == "Se retuvo a un funcionario de la oficina."


def test_access_of_nationals_is_alleged_only_where_they_were_kept_away():
    visiting = incident({**STOPPED, "access_blocked": "no"})
    found = assess(case_of(visiting))["findings"]

    assert next(one for one in found if one["id"] == "vccr-36-1-a")["result"] == "arguable"
    assert "36(1)(a)" not in whole(drafted(visiting))
    assert "36(1)(a)" in whole(drafted(incident({**STOPPED, "access_blocked": "yes"})))


def test_what_is_demanded_rests_on_what_is_alleged_and_on_nothing_else():
    visitors = {"access_blocked": "no", "disturbed": "no", "work_stopped": "no", "assault": "none"}
    alone = incident({**STOPPED, **visitors})
    broken = [one["id"] for one in assess(case_of(alone))["findings"] if one["result"] in ("breach", "arguable")]
    assert broken == ["vccr-36-1-a"]
    said = plain(drafted(alone), "en")
    assert demands(drafted(alone)) == []
    assert not {"demands", "requests", "notice", "protest"} & said.keys()
    assert "explanation" in demands(drafted(incident({**STOPPED, "access_blocked": "no"})))


def test_the_rule_on_entry_is_told_with_its_limit():
    for language, limit in (("en", "used exclusively for the work"), ("es", "utiliza exclusivamente para el trabajo")):
        said = plain(drafted(incident(ENTERED)), language)
        assert limit in said["recall"]
        assert limit in said["rule-vccr-31-2"]
        letter = drafted(incident(ENTERED), form="letter", channel="consulate_to_local_authority")
        assert limit in plain(letter, language)["instruct"]


def test_an_honorary_posts_letter_claims_no_rule_on_entry():
    post = {"class": "honorary-consulate", "head": "honorary", "status": "open"}
    letter = drafted(incident(ENTERED, post=post), form="letter", channel="consulate_to_local_authority")

    assert "consent" not in plain(letter, "en")["instruct_other"]
    assert "instruct" not in ids(letter)


@pytest.mark.parametrize(
    ("told", "invoked"),
    [
        ({}, False),
        ({"adopted": "yes"}, False),
        ({"adopted": "yes", "voice": "A newspaper"}, False),
        ({"adopted": "yes", "voice": "ICE spokesperson"}, True),
    ],
)
def test_conduct_is_called_adopted_only_on_the_word_of_the_state_itself(told, invoked):
    facts = {key: value for key, value in told.items() if key == "adopted" and "voice" not in told}
    said = []
    if voice := told.get("voice"):
        words = "We ordered it and would do it again"
        said = [claimed("7", "adopted", "yes", voice=voice, raw=words), confirmed("adopted", "yes", "7")]
    content = drafted(incident({**STOPPED, **facts}, *said))
    cites = content.values["arsiwa-4"].cites

    assert "ARSIWA 4" in cites
    assert ("ARSIWA 11" in cites) == invoked
    assert "ARSIWA 4" not in content.values["responsibility"].cites, "each is cited for what it says"
    assert "art. 4" in plain(content, "en")["attribution"] or invoked


def test_what_can_be_attributed_by_adoption_alone_is_not_attributed_without_it():
    facts = {**STOPPED, "body": "private", "adopted": "yes"}
    words = claimed("7", "adopted", "yes", voice="ICE spokesperson", raw="We ordered it and would do it again")

    assert "attribution" not in ids(drafted(incident(facts)))
    state = incident({**facts, "adopted": []}, words, confirmed("adopted", "yes", "7"))
    assert "attribution" in ids(drafted(state))


# ---- how it reads ------------------------------------------------------------------------------


def test_the_articles_on_responsibility_are_cited_short_where_they_are_relied_on():
    for language, title in (("en", "ILC Articles on State"), ("es", "Artículos de la CDI")):
        text = whole(drafted(incident(ENTERED)), language)
        assert text.count(title) == 2
        assert "art. 4)" in text
        assert "arts. 30(b), 35, 36, 37 " in text


def test_states_are_named_in_full_first_and_a_ministry_says_how(tmp_path):
    said = plain(drafted(incident()), "es")
    assert "una oficina de la República del Ecuador en los Estados Unidos de América" in said["opening"]
    assert "ninguna oficina del Ecuador en los Estados Unidos de América;" in said["non_repetition"]

    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "es.toml").write_text('[formal]\nUS = "los EE. UU."\nPE = "la República del Perú"\n', "utf-8")
    own = plain(drafted(incident(sending="PE"), home=tmp_path), "es")["opening"]
    assert "una oficina de la República del Perú en los EE. UU." in own


@pytest.mark.parametrize(
    ("language", "third"), [("en", "The Government of Ecuador"), ("es", "El Gobierno del Ecuador")]
)
def test_whoever_signs_says_i_and_my_government_throughout(language, third):
    for form in ("signed_note", "letter"):
        text = whole(drafted(incident(ENTERED), form=form), language)
        assert third not in text
        assert "El Ministerio" not in text
        assert "The Ministry" not in text
    assert third in whole(drafted(incident(ENTERED)), language)


def test_a_mission_rests_on_the_convention_on_diplomatic_relations():
    content = drafted(incident(ENTERED, post={"class": "embassy", "status": "open"}, receiving="MX"))

    assert "Vienna Convention on Diplomatic Relations, 18 April 1961, article 22(1)" in whole(content)
    assert "Consular" not in whole(content)
    assert "The head of the mission, who alone may consent, has not consented." in whole(content)


def test_an_honorary_post_claims_only_what_it_has():
    post = {"class": "honorary-consulate", "head": "honorary", "status": "open"}
    content = drafted(incident(ENTERED, post=post))

    assert "article 59" in whole(content)
    assert "article 31" not in whole(content)
    assert "recall" not in ids(content)


def test_a_treaty_of_the_two_states_is_named_and_cited():
    facts = {**ENTERED, "zone": "grounds"}
    post = {"class": "consulate-general", "head": "career", "status": "open"}
    state = incident(facts, post=post, sending="US", receiving="CN")
    content = drafted(state)
    half = [SignOff("vccr", shipped_packs()["vccr"].hash, "legal", "2026-01-01")]

    assert drafted(state, answer=assess(case_of(state), signed=half)).values["vccr-31-2"].reviewed == ""
    assert content.values["vccr-31-2"].cites == ("VCCR 31(2)", "USA–PRC 1980, art.10(1)")
    assert "17 September 1980, article 10(1)" in plain(content, "en")["rule-vccr-31-2"]
    assert "17 September 1980" in plain(content, "en")["regime"]


def test_where_nothing_was_broken_nothing_is_protested_and_nothing_demanded():
    content = drafted(incident({"actor": "officer", "zone": "outside", "attempted": "no", "entered": "no"}))

    assert demands(content) == []
    assert not {"protest", "demands", "notice"} & set(ids(content))


def test_private_persons_are_no_organs_and_protection_is_owed_all_the_same():
    facts = {**STOPPED, "actor": "private", "body": "private", "warned": "yes", "protected": "no"}
    said = plain(drafted(incident(facts, sending="BD", receiving="IN")), "en")

    assert "private persons came to the offices" in said["came_others"]
    assert said["warned"].endswith("The authorities of India did not take the appropriate steps to protect the post.")
    assert "attribution" not in said
    assert "31(3)" in said["rule-vccr-31-3"]


def test_a_letter_to_local_authorities_has_facts_and_requests_and_no_protest_between_states():
    sender = {"en": "Consulate of Ecuador in Minneapolis", "es": "Consulado del Ecuador en Minneapolis"}
    addressee = {"en": "Chief of Police of Minneapolis", "es": "Jefe de Policía de Minneapolis"}
    who = {"sender": sender, "addressee": addressee, "organ": "minneapolis", "language": "en", "courtesy": ("es",)}
    content = drafted(incident(), form="letter", channel="consulate_to_local_authority", **who)

    assert demands(content) == ["investigation", "instructions"]
    assert not {"protest", "notice", "act_attempt", "demands"} & set(ids(content))
    assert plain(content, "en")["closing"] == "Yours faithfully,"


def test_a_signed_note_speaks_in_the_first_person_and_a_statement_demands_nothing_twice():
    assert plain(drafted(incident(), form="signed_note"), "es")["opening"].startswith("Excelencia:\nTengo el honor")
    statement = drafted(incident(), form="statement", channel="to_the_public")
    assert plain(statement, "es")["opening"].startswith("El Ministerio de Relaciones Exteriores del Ecuador informa")
    assert "non_repetition" in ids(statement)
    assert demands(statement) == []


def test_a_ministry_puts_its_own_formulae_over_ours(tmp_path):
    (tmp_path / "notes").mkdir()
    own = tmp_path / "notes" / "es.toml"
    own.write_text('[text]\nprotest = "{The_government} protesta."\n', "utf-8")
    assert plain(drafted(incident(), home=tmp_path), "es")["protest"] == "El Gobierno del Ecuador protesta."

    own.write_text('[text]\nprotst = "x"\nprotest = "[[weather]]"\nnotice = 3\nreply = "{"\n[texts]\n', "utf-8")
    with pytest.raises(Faulty) as refused:
        drafted(incident(), home=tmp_path)
    told = str(refused.value)
    assert "there is no protst; did you mean protest?" in told
    assert "protest has [[weather]]; allowed there: no mark, and names such as {the_sender}" in told
    assert "reply has {;" in told
    assert "notice is no text" in told
    assert "there is no table [texts]; did you mean text?" in told


def test_both_languages_have_the_same_words_marks_and_paragraphs():
    english, spanish = wording("en"), wording("es")
    assert {table: set(words) for table, words in english.items()} == {
        table: set(words) for table, words in spanish.items()
    }
    for state in (incident(), incident(ENTERED)):
        for one in drafted(state).paragraphs:
            marks = [
                sorted(p.key for p in fill(one.text[language], {}, language) if p.key) for language in ("en", "es")
            ]
            assert marks[0] == marks[1], one.id


def test_every_paragraph_of_the_plan_has_words():
    texts = wording("en")
    for row in plan()["paragraph"]:
        forms = [form for form in ("note_verbale", "letter") if row["id"] in texts[form]]
        assert forms or row["id"] in texts["text"] or row["id"] in texts or row.get("each") in ("finding", "offer"), (
            row["id"]
        )


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("form", ["note_verbale", "signed_note", "letter", "statement", "demarche"])
def test_our_own_wording_passes_the_checks_of_a_text_before_it_goes_out(form, language):
    for facts in (STOPPED, ENTERED):
        text = whole(drafted(incident(facts), form=form), language)

        assert check_text(text, "2026-01-28", language, "America/Chicago", Scene(post="consular")) == ()
        for wrong in ("foreign soil", "extraterritorial", "suelo", "territorio"):
            assert wrong not in text


def test_a_note_says_that_something_is_attached_one_or_several():
    video = Annex("e1", "0" * 64, {"es": "Vídeo", "en": "Video"})
    for form in ("note_verbale", "letter"):
        assert "annexed" not in ids(drafted(incident(), form=form))
        one, two = (said(drafted(incident(), form=form, annexes=(video,) * several), "annexed") for several in (1, 2))
        assert one.startswith("Se adjunta el anexo que ")
        assert two.startswith("Se adjuntan los anexos que ")
    assert "annexed" not in ids(drafted(incident(), form="statement", annexes=(video,)))


def said(content, name):
    return next(one.text["es"] for one in content.paragraphs if one.id == name)
