"""Every check that stops a release: a text that trips it, and the one beside it that does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.diplomacy.conftest import TEXTS, hand_made, saying, standing_for
from tests.sources.press import MINNEAPOLIS, press

from inviolable.diplomacy.checks.background import Background
from inviolable.diplomacy.checks.parallel import language_stops
from inviolable.diplomacy.checks.release import stops, stops_in_text
from inviolable.diplomacy.checks.said import accusations
from inviolable.diplomacy.drafting.typed import Named
from inviolable.diplomacy.terms import Content, Paragraph, Value
from inviolable.diplomacy.words.wording import wording
from inviolable.law.vocabulary import vocabulary

HOURS = timedelta(hours=-6)
CONFIRMED = {"attempted": ("yes",), "entered": ("no",), "actor": ("officer",), "officers": ("one",)}
KNOWN = Background(zone="America/Chicago", offset=HOURS, confirmed=CONFIRMED)


def codes(content: Content, known: Background = KNOWN) -> set[tuple[str, str]]:
    return {(one.code, one.paragraph) for one in stops(content, known)}


def in_text(text: str, known: Background = KNOWN, language: str = "en") -> set[str]:
    return {one.code for one in stops_in_text(text, "2026-01-29", language, known)}


def test_a_note_without_a_slip_goes_out(note) -> None:
    assert stops(note, KNOWN) == ()


# ---- what its marks stand for ----------------------------------------------------------------


def test_a_blank_and_a_contradiction_stop_it_where_they_stand(note) -> None:
    asks = {"es": "quién vino", "en": "who came"}
    unknown = standing_for(note, "actor", state="unknown", words={}, asks=asks)
    assert codes(unknown) == {("blank", "came")}
    [one] = stops(unknown, KNOWN)
    assert "quién vino" in one.says
    contested = standing_for(note, "actor", state="contested", words={"es": ("uno", "varios"), "en": ("a", "b")})
    assert codes(contested) == {("contested", "came")}


def test_a_mark_for_no_fact_and_a_language_without_words_are_blanks(note) -> None:
    assert codes(saying(note, "protest", "He protests against [[nothing]].")) == {("blank", "protest")}
    bare = replace(note.paragraphs[0], text={"es": note.paragraphs[0].text["es"]})
    assert codes(replace(note, paragraphs=(bare, *note.paragraphs[1:]))) == {("blank", "opening")}
    assert codes(replace(note, paragraphs=(bare, *note.paragraphs[1:]), courtesy=())) == set()


LEFT = [
    "[____ the hour]",
    "at ______ that day",
    "to XXX of the agency",
    "on [DATE]",
    "on (date)",
    "at XX hours",
    "TODO",
]
LEFT += ["TODO", "on {{date}}", "on <<date>>", "at ……", "at .....", "on a day to be confirmed"]


@pytest.mark.parametrize("left", LEFT)
def test_a_blank_that_somebody_typed_stops_it_too(note, left) -> None:
    assert codes(saying(note, "protest", f"The Ministry firmly protests {left}.")) == {("blank", "protest")}


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("El [fecha] vinieron.", True),
        ("A las XX horas vinieron.", True),
        ("Vinieron el día por confirmar.", True),
        ("Desde el siglo XX todo está en orden [sic]; la cifra está por confirmar.", False),
        ("Según la agencia, «entraron en [el consulado]».", False),
        ("Todo el personal (cinco personas) estaba allí, y se fue por confirmar la hora.", False),
    ],
)
def test_brackets_and_letters_that_are_no_blanks_pass(text, blank) -> None:
    assert ("blank" in in_text(text, language="es")) == blank


def test_a_speaker_whom_nobody_confirmed_stops_it(note) -> None:
    quoting = standing_for(note, "actor", claims=("4", "5"))
    assert codes(quoting, replace(KNOWN, unnamed=frozenset({"4", "5"}))) == {("speaker", "came")}
    assert codes(quoting, replace(KNOWN, unnamed=frozenset({"4"}))) == set()


def test_a_claim_says_whose_it_is_in_every_language(note) -> None:
    claimed = standing_for(note, "actor", claims=("4",), seq=0)
    assert codes(claimed) == {("did", "came")}
    told = "According to the agency, [[actor]] tried to enter the consulate."
    assert ("did", "came") in codes(saying(claimed, "came", told))
    assert codes(saying(claimed, "came", told, "Según la agencia, [[actor]] intentó ingresar al consulado.")) == set()


def test_what_was_only_remembered_or_never_reviewed_stops_it(note) -> None:
    assert codes(standing_for(note, "finding", tag="M")) == {("memory", "rules")}
    rules = {"vccr/own-agents": "VCCR 31(3)", "vccr/failed": "VCCR 31(3)"}
    waiting = replace(KNOWN, unreviewed={"finding": rules})
    assert codes(note, waiting) == {("unreviewed", "rules")}
    [stop] = stops(note, waiting, "en")
    assert "as it stands: VCCR 31(3)." in stop.says, "the provision once, not its rules"
    assert codes(note, replace(KNOWN, unreviewed={"another": rules})) == set()
    assert codes(standing_for(note, "finding", tag="A")) == set()


# ---- what its words say ----------------------------------------------------------------------

SLIPS = [
    ("came", "Tuesday, 27", "Monday, 27", "weekday"),
    ("came", "17:00 UTC", "16:00 UTC", "clock"),
    ("came", "enter the consulate", "enter the embassy", "place"),
    ("came", "[[actor]] tried", "an agent, and then agents, tried", "number"),
    ("rules", "Consular Relations", "Diplomatic Relations", "convention"),
    ("protest", "these acts", "this violation of Ecuadorian soil", "soil"),
    ("protest", "these acts", "these acts on the territory of Ecuador", "soil"),
    ("protest", "these acts", "acts against our extraterritorial premises", "soil"),
    ("protest", "these acts", "what was done to the national Juan Pérez", "name"),
    ("protest", "these acts", "what was done to a citizen named Ana María López", "name"),
]


@pytest.mark.parametrize(("where", "right", "wrong", "code"), SLIPS)
def test_each_slip_is_found_at_its_paragraph(note, where, right, wrong, code) -> None:
    said = next(one.text["en"] for one in note.paragraphs if one.id == where)
    assert right in said
    assert (code, where) in codes(saying(note, where, said.replace(right, wrong)))


SLIPS_ES = [
    ("came", "martes 27", "lunes 27", "weekday"),
    ("came", "al consulado", "a la embajada", "place"),
    ("rules", "Relaciones Consulares", "Relaciones Diplomáticas", "convention"),
    ("protest", "estos actos", "la violación de nuestro territorio", "soil"),
    ("protest", "estos actos", "lo ocurrido en suelo ecuatoriano", "soil"),
    ("protest", "estos actos", "lo hecho a la ciudadana María José Andrade", "name"),
]


@pytest.mark.parametrize(("where", "right", "wrong", "code"), SLIPS_ES)
def test_the_same_in_spanish(note, where, right, wrong, code) -> None:
    said = next(one.text["es"] for one in note.paragraphs if one.id == where)
    assert right in said
    assert (code, where) in codes(saying(note, where, es=said.replace(right, wrong)))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "They took Mr Pérez away."),
        ("en", "They took Ms. J. Perez away."),
        ("en", "They took MR JUAN PEREZ away."),
        ("es", "Se llevaron al Sr. Pérez."),
        ("es", "Se llevaron a la Sra. JUANA PÉREZ."),
        ("es", "Se llevaron a la señora Andrade."),
        ("es", "Se llevaron a PÉREZ DE LA CRUZ, JUAN."),
        ("en", "They took JUAN PEREZ away."),
        ("es", "La familia Toapanta estaba adentro."),
        ("es", "Luis Toapanta, ecuatoriano, estaba adentro."),
        ("es", "Estaban ocho personas, entre ellas Luis Toapanta."),
        ("es", "Estaban los señores Toapanta y Quishpe."),
        ("es", "Estaba Pérez (cédula 1712345678)."),
        ("es", "Llevaba el pasaporte n.º A1234567."),
        ("en", "Luis Toapanta, an Ecuadorian national, was inside."),
        ("en", "Luis de la Torre (an Ecuadorian citizen) was inside."),
        ("en", "The Toapanta family was inside, with eight others."),
        ("en", "Eight persons, among them Luis Toapanta, were inside."),
        ("en", "They took the person with A-number 012 345 678 away."),
        ("en", "Messrs Toapanta and Quishpe were inside."),
    ],
)
def test_a_name_after_a_title_is_a_name(language, text) -> None:
    assert "name" in in_text(text, language=language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mr Ambassador was told; Madam Secretary was not, nor was Mr President."),
        ("es", "El Sr. Embajador y la Sra. Ministra lo saben; el señor encargado también."),
        ("en", "THE MINISTRY OF FOREIGN AFFAIRS told ICE and CBP."),
        ("en", "In Los Angeles, an Ecuadorian national and her family were inside; a passport was asked for in 2026."),
        (
            "en",
            "Among them the Ministry of Foreign Affairs, nationals and the family; telephone 612 555 0134.",
        ),
        ("es", "En Nueva York, una ciudadana y su familia; la familia ecuatoriana pidió un pasaporte en 2026."),
        ("es", "La Convención de Viena sobre Relaciones Consulares, los nacionales y los señores Representantes."),
    ],
)
def test_an_office_after_a_title_is_none(language, text) -> None:
    assert "name" not in in_text(text, language=language)


@pytest.mark.parametrize(
    ("language", "text", "soil"),
    [
        ("en", "They came onto Peru's soil.", True),
        ("en", "They came onto Peruvian soil.", True),
        ("en", "They entered the territory of Peru.", True),
        ("es", "Entraron en suelo del Perú.", True),
        ("es", "Entraron en suelo peruano.", True),
        ("es", "Entraron en territorio de Perú.", True),
        ("en", "The consulate is in the territory of the receiving State.", False),
        ("es", "La oficina está en el territorio del Estado receptor; cayó al suelo de la oficina.", False),
    ],
)
def test_no_post_is_soil_of_the_state_that_sent_it_whichever_it_is(language, text, soil) -> None:
    assert ("soil" in in_text(text, replace(KNOWN, sending="PE"), language)) == soil


INNOCENT = [
    "The premises are inviolable in the territory of the receiving State.",
    "The visitors and nationals inside were protected; a national of Ecuador was among them.",
    "Los nacionales del Ecuador fueron protegidos.",
    "It reserves all rights, and asks the United States Immigration and Customs Enforcement to be instructed.",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_resembles_a_slip_passes(text) -> None:
    assert in_text(text) & {"soil", "name"} == set()
    assert in_text(text, language="es") & {"soil", "name"} == set()


def test_what_is_not_confirmed_is_not_stated_as_a_fact() -> None:
    assert "did" in in_text("The agents entered the consulate.")
    assert "did" not in in_text("An agent tried to enter the consulate.")
    assert "did" not in in_text("According to a newspaper, the agents entered the consulate.")
    assert "did" in in_text("Un agente entró en el consulado.", language="es")
    assert "did" in in_text("An agent tried to enter the consulate.", replace(KNOWN, confirmed={}))


ACTS = [
    ("es", "Los agentes agredieron a una funcionaria consular.", "assault", "attack"),
    ("es", "Una funcionaria fue golpeada por los agentes.", "assault", "attack"),
    ("es", "Los agentes incautaron los archivos consulares.", "archives_touched", "yes"),
    ("es", "Los agentes detuvieron a la cónsul.", "seized", "yes"),
    ("es", "Los agentes amenazaron al personal.", "assault", "threat"),
    ("es", "La puerta fue forzada por los agentes.", "damaged", "yes"),
    ("es", "Los agentes abrieron la valija diplomática.", "bag", "opened"),
    ("es", "Los agentes impidieron el paso a los nacionales.", "access_blocked", "yes"),
    ("en", "The agents assaulted a consular officer.", "assault", "attack"),
    ("en", "A visitor was brutally beaten.", "assault", "attack"),
    ("en", "The agents seized the consular archives.", "archives_touched", "yes"),
    ("en", "The consul was arrested.", "seized", "yes"),
    ("en", "The agents threatened the staff.", "assault", "threat"),
    ("en", "The door was forced by the agents.", "damaged", "yes"),
    ("en", "They searched the visitors.", "measure", "searched"),
    ("en", "The authorities had been warned.", "warned", "yes"),
    ("en", "The agents intercepted our correspondence.", "correspondence", "tapped"),
    ("en", "They kept nationals out.", "access_blocked", "yes"),
]


@pytest.mark.parametrize(("language", "text", "fact", "value"), ACTS)
def test_an_act_that_nobody_confirmed_accuses_nobody(language, text, fact, value) -> None:
    assert "did" in in_text(text, language=language)
    assert "did" not in in_text(text, replace(KNOWN, confirmed={**CONFIRMED, fact: (value,)}), language)
    said = {"es": f"Según la cónsul, {text}", "en": f"According to the consul, {text}"}
    assert "did" not in in_text(said[language], language=language)
    both = replace(KNOWN, confirmed={**CONFIRMED, fact: (value, "no")})
    assert "contested" in in_text(text, both, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "No se agredió ni se detuvo a nadie. El arresto de un nacional se comunica sin retraso."),
        ("es", "El vehículo se detuvo a las 11:00. Los locales no pueden ser registrados, requisados ni embargados."),
        ("es", "Recuerda el derecho a visitar al nacional detenido y la protección frente a todo atentado."),
        ("en", "Nobody was assaulted or detained. The post is to be told of the arrest of a national without delay."),
        ("en", "Nothing was seized. The premises may not be searched, and nobody there may be attacked or arrested."),
        ("en", "It recalls the freedom to visit whoever is arrested, and the immunity from search and requisition."),
        ("en", "A meeting was held. The agents said: “We detained a man; we seized the files”."),
    ],
)
def test_what_is_denied_ruled_or_quoted_accuses_nobody(language, text) -> None:
    assert "did" not in in_text(text, language=language)


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_words_of_our_own_facts_state_what_is_confirmed(language) -> None:
    for fact, values in wording(language).items():
        for value, words in values.items() if fact in vocabulary().facts else ():
            assert [*accusations(words, language, replace(KNOWN, confirmed={fact: (value,)}))] == []


def test_a_contested_fact_is_not_stated_whichever_side_is_typed() -> None:
    contested = replace(KNOWN, confirmed={**CONFIRMED, "entered": ("no", "yes")})
    assert in_text("The agents entered the consulate.", contested) >= {"contested"}
    assert in_text("The agents did not enter the consulate.", contested) >= {"contested"}
    assert "contested" not in in_text("According to a newspaper, the agents entered the consulate.", contested)
    assert "contested" not in in_text("The agents did not enter the consulate.")


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "They came onto Ecuador's soil.", "soil"),
        ("es", "Entraron en suelo de Ecuador.", "soil"),
        ("es", "Entraron en tierra ecuatoriana.", "soil"),
        ("en", "They took the minor J. Perez away.", "name"),
        ("en", "They took the national JUAN PEREZ LOPEZ away.", "name"),
        ("es", "Se llevaron al ciudadano JUAN PEREZ LOPEZ.", "name"),
    ],
)
def test_other_words_for_the_same_slip_are_found(language, text, code) -> None:
    assert code in in_text(text, language=language)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Art. 31 applies."), ("en", "Articles 31 and 33 apply."), ("es", "Los artículos 33 y 31 se aplican.")],
)
def test_article_31_in_other_words_is_no_honorary_posts_either(language, text) -> None:
    assert "convention" in in_text(text, replace(KNOWN, head="honorary"), language)


CITED = [
    ("en", "This is contrary to VCCR 99(7).", "pinpoint"),
    ("es", "Esto es contrario al artículo 99, párrafo 7, de la CVRC.", "pinpoint"),
    ("es", "Esto es contrario a la VCDR 22.", "convention"),
    ("es", "Esto es contrario al artículo 22 de la CVRD.", "convention"),
    ("en", "This is contrary to article 22 of the Convention of 1961.", "convention"),
    ("es", "Esto es contrario al artículo 22 de la Convención de Viena sobre Relaciones Diplomáticas.", "convention"),
]


@pytest.mark.parametrize(("language", "text", "code"), CITED)
def test_a_provision_that_is_none_or_of_the_other_convention_is_found(language, text, code) -> None:
    assert in_text(text, language=language) == {code}
    mission = replace(KNOWN, post="embassy")
    assert (code in in_text(text, mission, language)) == (code == "pinpoint")


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("VCCR 31(3)", True),
        ("article 31(3) of the Convention", True),
        ("article 31", True),
        ("artículo 31.3 de la CVRC", True),
        ("VCCR 36(1)(a)", False),
        ("arts. 28 and 31(3)", False),
        ("ARSIWA 31(3)", False),
        ("paragraph 3 of article 31", True),
        ("el párrafo 3 del artículo 31 de la CVRC", True),
        ("paragraph (4) of Article 31", False),
        ("el párrafo 9 del artículo 31", False),
        ("paragraphs 3 and 4 of article 31", False),
        ("el literal a) del párrafo 1 del artículo 36", False),
        ("paragraph 9 of VCCR 31", False),
        ("Article thirty-five", False),
        ("el artículo treinta y seis", False),
        ("el tercer párrafo del artículo 31", False),
        ("Article XXXI(3)", False),
        ("artículo 31 bis", False),
        ("an article one reads", True),
    ],
)
def test_a_provision_typed_by_hand_is_held_against_the_findings_of_the_note(note, typed, right) -> None:
    added = saying(note, "protest", f"The Ministry protests: {typed}.", f"El Ministerio protesta: {typed}.")
    assert (("pinpoint", "protest") in codes(added)) != right
    assert ("pinpoint" in in_text(f"See {typed}.", replace(KNOWN, cites=frozenset({"VCCR 31(3)"})))) != right


def test_what_was_recalled_only_is_not_said_to_be_broken(note) -> None:
    recalled = replace(note.values["finding"], key="entry", cites=("VCCR 31(2)",), result="refuse")
    known = replace(note, values={**note.values, "entry": recalled})
    known = saying(known, "opening", f"{TEXTS['opening'][0]} ([[entry]])", f"{TEXTS['opening'][1]} ([[entry]])")
    says = "The Ministry recalls VCCR 31(2).", "El Ministerio recuerda CVRC 31(2)."
    accuses = "The Ministry protests: these acts breach VCCR 31(2).", "El Ministerio protesta: se violó CVRC 31(2)."
    assert codes(saying(known, "protest", *says)) == set()
    assert codes(saying(known, "protest", *accuses)) == {("pinpoint", "protest")}


def test_a_paragraph_that_says_what_the_law_is_has_its_finding_in_brackets_or_is_a_persons_own(note) -> None:
    bare = saying(note, "rules", "This is not compatible with the Vienna Convention on Consular Relations.",
                  "Esto no es compatible con la Convención de Viena sobre Relaciones Consulares.")  # fmt: skip
    assert codes(bare) == {("unmarked", "rules")}
    assert codes(saying(bare, "rules", block="free")) == set(), "then it is listed as written by hand"


def test_a_quotation_whose_brackets_were_dropped_is_one_that_a_source_must_have(note) -> None:
    said = "I will take you away if you touch me"
    told = {**note.values, "assault:words": Value("assault:words", "confirmed", {"es": (said,), "en": (said,)}, seq=7)}
    known = replace(KNOWN, records=press(MINNEAPOLIS), confirmed={**CONFIRMED, "assault": ("threat",)})
    marked = saying(replace(note, values=told), "protest", "He said “[[assault:words]]”.", "Dijo «[[assault:words]]».")
    typed = saying(marked, "protest", f"He said “{said}”.", f"Dijo «{said}».")
    assert "quote" not in {code for code, _where in codes(marked, known)}
    assert ("quote", "protest") in codes(typed, known)


def test_a_mark_that_was_taken_off_bears_no_provision(note) -> None:
    bare = saying(note, "rules", TEXTS["rules"][0].replace("[[finding]]", "VCCR 31(3)"),
                  TEXTS["rules"][1].replace("[[finding]]", "CVRC 31(3)"))  # fmt: skip
    assert "finding" in bare.values
    assert codes(bare) == {("pinpoint", "rules"), ("unmarked", "rules")}


@pytest.mark.parametrize(
    ("law", "code"),
    [
        (Named(frozenset({"VCCR 31(3)"})), ""),
        (Named(frozenset({"VCCR 31(3)"}), unread=("VCCR 31(3)",)), "unreviewed"),
        (Named(frozenset({"VCCR 31(3)"}), remembered=("VCCR 31(3)",)), "memory"),
        (Named(frozenset({"VCCR 31(2)"})), "outdated"),
    ],
)
def test_the_law_behind_a_provision_that_somebody_typed_is_asked_for_as_behind_a_mark(note, law, code) -> None:
    known, told = replace(KNOWN, named=law), {(code, "protest")} if code else set()
    typed = saying(note, "protest", "The Ministry recalls VCCR 31(3).", "El Ministerio recuerda CVRC 31(3).")
    assert codes(typed, known) == told
    statement = replace(typed, form="statement", channel="to_the_public")
    assert codes(statement, replace(known, cites=frozenset({"VCCR 31(3)"}))) == told
    assert codes(note, known) == set(), "no mark is typed"


def test_what_the_other_side_is_quoted_with_is_not_stated_by_us() -> None:
    quoting = "A statement (ICE) says: “There was a chase; the agents entered the consulate; all is well”."
    assert "did" not in in_text(quoting)
    assert "did" in in_text(f"{quoting} The agents entered the consulate.")


def test_article_31_is_not_cited_for_an_honorary_post() -> None:
    honorary = replace(KNOWN, head="honorary")
    text = "This is a breach of article 31 of the Convention."
    assert in_text(text, honorary) == {"convention"}
    assert in_text(text) == set()
    assert in_text("This is a breach of article 59 of the Convention.", honorary) == set()


def test_a_quotation_is_one_that_a_source_has() -> None:
    quoting = replace(KNOWN, records=press(MINNEAPOLIS))
    assert "quote" in in_text("He said “If you move, I will shoot you at once”.", quoting)
    assert "quote" not in in_text("He said “If you touch me, I will grab you”.", quoting)


MADE_UP = "Our officers broke the door of the consulate down"


def with_translation(note: Content, free: str) -> Content:
    """A note that quotes words beside a translation that somebody wrote, and whatever else was typed."""
    marked = "They said: “[[claim-9:words]]” (our translation: “[[claim-9:translation]]”)."
    said = saying(note, "came", f"{marked} {free}")
    told = {"claim-9:translation": MADE_UP, "claim-9:words": "No estuvimos en el consulado ese día"}
    values = {key: Value(key, "confirmed", dict.fromkeys(("en", "es"), (words,))) for key, words in told.items()}
    return replace(said, values={**said.values, **values})


def test_a_translation_of_ours_is_no_source_for_what_somebody_said(note) -> None:
    quoting = replace(KNOWN, records=press(MINNEAPOLIS))
    assert ("quote", "came") not in codes(with_translation(note, ""), quoting)
    assert ("quote", "came") in codes(with_translation(note, f"The Department said “{MADE_UP}”."), quoting)


def test_a_provision_in_a_blank_that_somebody_filled_is_a_typed_one(note) -> None:
    for way, stopped in (("by hand", False), ("by note, for a breach of article 99 VCCR", True)):
        told = saying(note, "came", "It recalls its note, given [[protested-5:way]].")
        filled = Value("protested-5:way", "confirmed", {"en": (way,), "es": (way,)})
        found = codes(replace(told, values={**told.values, filled.key: filled}))
        assert (("pinpoint", "came") in found) == stopped


def test_a_statement_demands_what_the_note_demands() -> None:
    on_file = replace(KNOWN, demands=("that such acts not be repeated",))
    assert "demand" in in_text("The Ministry asks that the officer be punished.", on_file)
    assert "demand" not in in_text("The Ministry asks that such acts not be repeated.", on_file)


# ---- what asks, and demands nothing ----------------------------------------------------------


@pytest.mark.parametrize(
    ("en", "es", "asks"),
    [
        ("Ecuador demands an apology.", "El Ecuador exige una disculpa.", True),
        ("It requests that the officer be dismissed.", "Solicita que se destituya al agente.", True),
        ("The Ministry calls upon the Embassy to answer.", "El Ministerio insta a la Embajada a responder.", True),
        ("The receiving State must compensate.", "El Estado receptor debe indemnizar.", True),
        ("The officer demanded to be let in.", "El agente exigió que le dejaran entrar.", False),
        ("A report says: “We demand the door be opened”.", "Un informe dice: «Exige que se abra la puerta».", False),
        ("The Embassy is urged to act: it exhorts the State.", "Exhorta al Estado a actuar.", True),
        ("We ask you to answer.", "Le rogamos una respuesta.", True),
        ("A reply would be welcome.", "Se agradecería una respuesta.", False),
    ],
)
def test_words_that_ask_are_a_demand_or_stop_it(note, en, es, asks) -> None:
    free = Paragraph("free-1", "free", {"en": en, "es": es}, numbered=True)
    found = codes(replace(note, paragraphs=(*note.paragraphs, free)))
    assert (("asked", "free-1") in found) == asks
    made = replace(free, demand="regret", block="demands")
    assert ("asked", "free-1") not in codes(replace(note, paragraphs=(*note.paragraphs, made)))


# ---- what two languages say -------------------------------------------------------------------

BOTH = {
    "en": "On Tuesday 27 January 2026 at 11:00, two agents took 1,500 files and 3.5 m (article 31(3)). Ten stayed.",
    "es": "El martes 27 de enero de 2026 a las 11:00, dos agentes tomaron 1.500 legajos y 3,5 m (artículo 31(3)). "
    "Diez quedaron.",
}
DIFFERING = [
    ("27 January", "28 January", "days"),
    ("January", "June", "days"),
    ("2026", "2025", "days"),
    ("Tuesday", "Monday", "days"),
    ("at 11:00", "at 11:30", "hours"),
    ("at 11:00", "at 11 p.m.", "hours"),
    ("two", "three", "numbers"),
    ("Ten", "Several", "numbers"),
    ("1,500", "1,600", "numbers"),
    ("31(3)", "31(2)", "provisions"),
    ("article 31(3)", "paragraph 2 of article 31", "provisions"),
    ("Ten stayed.", "Ten stayed. It demands an answer.", "words that demand"),
]


def languages(note: Content, en: str, es: str) -> list[str]:
    found = stops(saying(note, "protest", en, es), KNOWN)
    return [one.says for one in found if (one.code, one.paragraph) == ("languages", "protest")]


@pytest.mark.parametrize(("ours", "theirs", "kind"), DIFFERING)
def test_a_figure_that_is_another_one_in_the_translation_stops_it(note, ours, theirs, kind) -> None:
    assert ours in BOTH["en"]
    [says] = languages(note, BOTH["en"].replace(ours, theirs), BOTH["es"])
    assert says.startswith(f"The languages differ in their {kind}: ")


@pytest.mark.parametrize(
    ("en", "es"),
    [
        (BOTH["en"], BOTH["es"]),
        ("It ended at 3 p.m. on January 27th, 2026.", "Terminó a las 15:00 del 27 de enero de 2026."),
        ("It ended at noon, as VCCR 31(3) has it.", "Terminó al mediodía, según CVRC 31.3."),
        ("See subparagraph (a) of paragraph 1 of article 36.", "Véase el artículo 36, párrafo 1, literal a)."),
        ("One agent may come.", "Un agente puede venir."),
        ("He said “two men, at 10:00”.", "Dijo «dos hombres a las diez»."),
        ("The Ministry requests that it end.", "El Ministerio solicita que termine."),
    ],
)
def test_the_same_figures_in_other_words_are_the_same(note, en, es) -> None:
    assert languages(note, en, es) == []
    assert languages(replace(note, courtesy=()), en, "Otra cosa: 99.") == []


# ---- to whom it goes -------------------------------------------------------------------------


def letter(**changed: object) -> Content:
    """Of a consulate to the police of its district."""
    kept = tuple(one for one in hand_made().paragraphs if one.block != "protest")
    told = {"form": "letter", "channel": "consulate_to_local_authority", "organ": "minneapolis", "paragraphs": kept}
    told["addressee"] = {"es": "Policía de Minneapolis", "en": "Minneapolis Police"}
    return hand_made(**{**told, **changed})


CONSULATE = replace(KNOWN, sender="consulate")


def test_a_consulate_writes_to_local_authorities_and_does_not_protest() -> None:
    assert codes(letter(), CONSULATE) == set()
    to_the_ministry = letter(addressee={"es": "Departamento de Estado", "en": "Department of State"})
    assert codes(to_the_ministry, CONSULATE) == {("channel", "")}
    assert codes(letter(paragraphs=hand_made().paragraphs), CONSULATE) == {("channel", "protest")}


@pytest.mark.parametrize(
    ("es", "en", "right"),
    [
        ("Departamento de Seguridad Nacional", "Department of Homeland Security", False),
        ("Policía", "Immigration and Customs Enforcement", False),
        ("Policía", "U.S. Department of Justice", False),
        ("La Casa Blanca", "Police", False),
        ("Department of Homeland Security", "Police", False),
        ("Policía", "Immigration and Customs Enforcement, St. Paul Field Office", True),
        ("Departamento de Justicia de California", "California Department of Justice", True),
        ("Fiscalía del condado de Hennepin", "Hennepin County Attorney", True),
    ],
)
def test_central_authorities_are_none_of_the_district(es, en, right) -> None:
    assert (codes(letter(addressee={"es": es, "en": en}), CONSULATE) == set()) == right


@pytest.mark.parametrize(
    ("sender", "channel", "form", "right"),
    [
        ("ministry", "ministry_to_embassy", "note_verbale", True),
        ("ministry", "embassy_to_ministry", "note_verbale", False),
        ("ministry", "to_the_public", "statement", True),
        ("embassy", "embassy_to_ministry", "signed_note", True),
        ("embassy", "ministry_to_embassy", "note_verbale", False),
        ("consulate", "embassy_to_ministry", "note_verbale", False),
        ("consulate-general", "to_the_public", "statement", False),
        ("ministry", "ministry_to_embassy", "letter", False),
    ],
)
def test_each_organ_has_its_channel_and_each_channel_its_forms(sender, channel, form, right) -> None:
    changed = {"addressee": dict.fromkeys(("es", "en"), "Ministerio de Relaciones Exteriores, Foreign Ministry")}
    told = changed if channel == "embassy_to_ministry" else {}
    found = codes(hand_made(channel=channel, form=form, **told), replace(KNOWN, sender=sender))
    assert (("channel", "") not in found) == right


def test_what_stands_around_the_paragraphs_is_checked_like_them(note) -> None:
    nowhere = replace(note, addressee={**note.addressee, "en": " "}, place={})
    assert codes(nowhere) == {("blank", "")}
    for name in ("sender", "addressee", "place"):
        told = {**getattr(note, name), "en": "Embassy, on Ecuadorian soil"}
        assert codes(replace(note, **{name: told})) == {("soil", "")}
    annex = replace(note.annexes[0], words={"es": "Vídeo de la ciudadana Ana María López", "en": "Video"})
    assert codes(replace(note, annexes=(annex,))) == {("name", "")}


@pytest.mark.parametrize(
    ("es", "en", "right"),
    [
        ("Embajada de los Estados Unidos de América", "Embassy of the United States of America", True),
        ("Embajada de los Estados Unidos de América", "Embassy of Canada", False),
        ("Embajada del Canadá", "Embassy of Canada", False),
        ("Embajada de los Estados Unidos Mexicanos", "Embassy of the United Mexican States", False),
        ("Embajada", "Embassy", False),
        ("Consulado de los Estados Unidos", "Consulate of the United States", False),
        ("Ministerio de Relaciones Exteriores, Estados Unidos", "Foreign Ministry, United States", False),
    ],
)
def test_a_note_goes_to_an_embassy_of_the_state_where_it_happened(note, es, en, right) -> None:
    found = codes(replace(note, addressee={"es": es, "en": en}), replace(KNOWN, receiving="US"))
    assert (("channel", "") not in found) == right


def test_an_embassy_writes_to_no_other_states_ministry(note) -> None:
    own = frozenset({"ministerio de relaciones exteriores y movilidad humana"})
    embassy = replace(KNOWN, sender="embassy", receiving="US", own=own)
    for es, en, right in (
        ("Departamento de Estado", "Department of State", True),
        ("Ministerio de Relaciones Exteriores del Ecuador", "Ministry of Foreign Affairs of Ecuador", False),
        ("Ministerio de Relaciones Exteriores de Rusia", "Ministry of Foreign Affairs of Russia", False),
        ("Ministerio de Relaciones Exteriores", "Foreign Office of Great Britain", False),
        ("Ministerio de Relaciones Exteriores y Movilidad Humana", "Department of State", False),
        ("Ministerio de Relaciones Exteriores", "Department of State", True),
    ):
        told = replace(note, channel="embassy_to_ministry", addressee={"es": es, "en": en})
        assert (("channel", "") not in codes(told, embassy)) == right


@pytest.mark.parametrize(
    ("es", "en", "right"),
    [
        ("Ministerio de Relaciones Exteriores del Ecuador", "Ministry of Foreign Affairs", True),
        ("Embajada del Ecuador en los Estados Unidos de América", "Embassy of Ecuador to the United States", True),
        ("Ministerio de Relaciones Exteriores", "Embassy of the United States of America in Quito", False),
        ("Embajada de los Estados Unidos de América en el Ecuador", "Ministry of Foreign Affairs of Ecuador", False),
    ],
)
def test_nobody_writes_in_the_name_of_another_state(note, es, en, right) -> None:
    found = codes(replace(note, sender={"es": es, "en": en}), replace(KNOWN, sending="EC", receiving="US"))
    assert found == (set() if right else {("sender", "")})


def test_a_consulate_writes_to_no_authority_of_its_own_state() -> None:
    for es, en, right in (
        ("Policía Nacional del Ecuador", "National Police of Ecuador", False),
        ("Policía de Minneapolis", "Minneapolis Police", True),
    ):
        told = letter(addressee={"es": es, "en": en})
        assert (codes(told, replace(CONSULATE, sending="EC", receiving="US")) == set()) == right


def test_a_consulate_does_not_write_to_an_embassy() -> None:
    mission = letter(addressee={"es": "Embajada del Ecuador", "en": "Embassy of Ecuador"})
    assert codes(mission, CONSULATE) == {("channel", "")}


def test_a_ministry_writes_to_an_embassy_and_an_embassy_to_a_ministry(note) -> None:
    police = {"es": "Policía de Minneapolis", "en": "Minneapolis Police"}
    assert codes(replace(note, addressee=police)) == {("channel", "")}
    embassy = replace(KNOWN, sender="embassy")
    assert codes(replace(note, channel="embassy_to_ministry"), embassy) == {("channel", "")}
    ministry = {"es": "Departamento de Estado", "en": "Department of State"}
    assert codes(replace(note, channel="embassy_to_ministry", addressee=ministry), embassy) == set()


@pytest.mark.parametrize(("day", "right"), [("2019-01-29", False), ("2031-01-29", False), ("2026-01-27", True)])
def test_a_note_is_dated_about_the_day_of_its_release(note, day, right) -> None:
    known = replace(KNOWN, today=date(2026, 1, 29))
    assert (("date", "") in codes(replace(note, date=day), known)) != right


def test_words_of_protest_are_not_a_posts_whatever_they_stand_under() -> None:
    asked = {"en": "The consulate asks for protection during a protest in the street.", "es": "Solicita protección."}
    for en, es, right in (
        (asked["en"], asked["es"], True),
        ("It firmly protests against these acts.", asked["es"], False),
        (asked["en"], "Expresa su más enérgica protesta.", False),
    ):
        found = codes(saying(letter(), "repeat", en, es), CONSULATE)
        assert (("channel", "repeat") in found) != right


@pytest.mark.parametrize("sign", ["\U0001f600", "\ufffe", "\ufdd0"])
def test_a_sign_that_no_document_shows_is_named_where_it_stands(note, sign) -> None:
    [one] = stops(saying(note, "protest", f"The Ministry firmly protests. {sign}"), KNOWN)
    assert (one.code, one.paragraph) == ("sign", "protest")
    assert f"U+{ord(sign):04X}" in one.says


def test_a_letter_under_a_sign_that_the_fonts_cannot_set_is_named_too(note) -> None:
    found = stops(saying(note, "protest", "The Ministry firmly protest\u0301s\u20dd, cafe\u0301."), KNOWN)
    assert {(one.code, one.paragraph) for one in found} == {("sign", "protest")}
    assert [one for one in found if "(U+0073 U+20DD)" in one.says]


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u202e", "\u2066", "\ufeff", "\x07"])
def test_a_sign_that_nobody_sees_hides_no_word(note, sign) -> None:
    text = f"El consulado es sue{sign}lo ecuatoriano."
    assert ("sign", "protest") in codes(saying(note, "protest", es=text))
    assert "sign" in in_text(text, language="es")
    assert "sign" not in in_text("El consulado\u00a0es inviolable.\nY lo es siempre.", language="es")


@given(st.text(max_size=300), st.sampled_from(["es", "en"]))
def test_no_text_at_all_breaks_the_checks(text: str, language: str) -> None:
    for one in stops_in_text(text, "2026-01-29", language, KNOWN):
        assert one.code
        assert one.says


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_two_texts_break_what_compares_them(en: str, es: str) -> None:
    told = {"en": {"protest": en}, "es": {"protest": es}}
    assert all(one.says for one in language_stops(hand_made(), told))
