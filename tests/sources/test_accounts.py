"""Two accounts of 27 January 2026 and the ministry's bulletin, in our own words, taken through proposals."""

from datetime import date
from importlib.resources import files

from inviolable.sources.lineage import Page, kinships
from inviolable.sources.proposals import Proposal, propose

EXAMPLES = files("inviolable.sources") / "examples"
BULLETIN, SPANISH, ENGLISH = (
    (EXAMPLES / name).read_text(encoding="utf-8") for name in ("bulletin.es.txt", "account.es.txt", "account.en.txt")
)
BY_BULLETIN = propose(BULLETIN, "es", date(2026, 1, 27), "America/Guayaquil")
BY_SPANISH = propose(SPANISH, "es", date(2026, 1, 28), "America/Guayaquil")
BY_ENGLISH = propose(ENGLISH, "en", date(2026, 1, 29), "America/Chicago")


def said(found: list[Proposal], fact: str) -> list[tuple[str, str | None]]:
    return [(one.value, one.speaker) for one in found if one.fact == fact]


def values(found: list[Proposal], fact: str) -> list[str]:
    return [value for value, _ in said(found, fact)]


def test_the_bulletin_says_agents_in_its_title_and_an_agent_in_its_text() -> None:
    assert values(BY_BULLETIN, "actor.count") == ["plural", "1"]
    title = BULLETIN.index("\n")
    assert [one.end < title for one in BY_BULLETIN if one.fact == "actor.count"] == [True, False]


def test_what_else_the_bulletin_says() -> None:
    assert values(BY_BULLETIN, "event.date") == ["2026-01-27"]
    assert values(BY_BULLETIN, "event.local_time") == ["morning", "~11:00"]
    assert values(BY_BULLETIN, "consent.given") == ["no"]
    assert values(BY_BULLETIN, "protest.form") == ["note"]
    assert values(BY_BULLETIN, "protest.to") == ["Embajada de los Estados Unidos en Quito"]
    assert [one.modality for one in BY_BULLETIN if one.fact == "demand.words"] == ["demanded"]


def test_agents_after_two_people_or_an_officer_after_one_man() -> None:
    assert values(BY_SPANISH, "actor.count") == ["plural"]
    assert values(BY_ENGLISH, "actor.count") == ["1", "1"]
    assert set(said(BY_SPANISH, "target.persons_pursued")) == {("2", None), ("2", "testigos de la zona")}
    assert said(BY_ENGLISH, "target.persons_pursued") == [("1", "the agency")]


def test_a_tuesday_that_was_a_wednesday() -> None:
    assert values(BY_SPANISH, "event.date") == ["2026-01-28"]
    assert values(BY_SPANISH, "event.weekday") == ["Tuesday"]
    assert date(2026, 1, 28).strftime("%A") == "Wednesday"
    assert values(BY_ENGLISH, "event.date") == ["2026-01-27"]


def test_tried_to_enter_or_never_entered() -> None:
    assert set(values(BY_SPANISH, "entry.outcome")) == {"attempted-prevented"}
    assert said(BY_ENGLISH, "entry.outcome") == [
        ("never entered", "Immigration agency"),
        ("never entered", "A spokesperson for ICE"),
        ("attempted-prevented", "Ecuador's foreign ministry"),
    ]


def test_no_record_on_one_day_and_not_clearly_marked_on_the_next() -> None:
    assert said(BY_ENGLISH, "receiving_state.presence") == [("no record", "the Department of Homeland Security")]
    assert said(BY_ENGLISH, "place.marking") == [("not clearly marked", "A spokesperson for ICE")]
    assert values(BY_ENGLISH, "actor.knowledge") == ["did not know it was a consulate"]
    assert values(BY_ENGLISH, "date.named") == ["2026-01-29", "2026-01-28"]


def test_the_threat_is_the_officers_in_both_languages_and_the_refusal_the_employees() -> None:
    assert said(BY_SPANISH, "threat.words") == [("Si me toca, lo voy a agarrar", "el agente")]
    assert said(BY_SPANISH, "staff.words") == [
        ("Este es el consulado del Ecuador, usted no puede entrar", "el empleado")
    ]
    assert said(BY_ENGLISH, "threat.words") == [("If you touch me, I'll grab you", "the officer")]


def test_a_note_in_one_and_a_letter_in_the_other_to_the_same_embassy() -> None:
    assert (values(BY_SPANISH, "protest.form"), values(BY_ENGLISH, "protest.form")) == (["note"], ["letter"])
    assert values(BY_ENGLISH, "protest.to") == ["the U.S. Embassy in Quito"]


def test_the_accounts_were_written_apart_and_a_copy_of_one_was_not() -> None:
    pages = [Page("a", SPANISH, "es", date(2026, 1, 28)), Page("b", ENGLISH, "en", date(2026, 1, 29))]
    assert kinships(pages) == []
    copy = Page("c", SPANISH.replace("edificio", "inmueble"), "es", date(2026, 1, 30))
    assert {one.kind for one in kinships([*pages, copy])} == {"error", "sentence"}
