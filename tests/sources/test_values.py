"""What words mean as values, and how two values stand to each other, in either order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.press import MINNEAPOLIS, SHENYANG, press, said

from inviolable.sources.agreement import matrix
from inviolable.sources.clocks import clocks_in, day_in
from inviolable.sources.values import Value, normal, relation
from inviolable.sources.vocabulary import TYPES, keys

READ = [
    ("event.date", "2026-01-27", "2026-01-27"),
    ("event.date", "2026-01", "2026-01"),
    ("event.date", "27 de enero de 2026", "2026-01-27"),
    ("event.date", "January 27, 2026", "2026-01-27"),
    ("event.weekday", "el martes por la mañana", "tuesday"),
    ("event.weekday", "na terça-feira", "tuesday"),
    ("event.local_time", "~11:00", "11:00"),
    ("event.local_time", "11 a.m.", "11:00"),
    ("event.local_time", "alrededor de las 11:00 a.m.", "11:00"),
    ("event.local_time", "2 p.m.", "14:00"),
    ("event.local_time", "17:00Z", "17:00+00:00"),
    ("event.local_time", "15:00 Japan time", "15:00+09:00"),
    ("event.local_time", "14:00 local = 15:00 Japan time", "14:00"),
    ("event.local_time", "la mañana de hoy", "06:00-12:00"),
    ("actor.count", "un agente", "1"),
    ("actor.count", "varios oficiales", "plural"),
    ("actor.count", "al menos dos", ">=2"),
    ("target.persons_pursued", "2 people in the street", "2"),
    ("consent.given", "no (implied by refusal)", "no"),
    ("consent.given", "sí", "yes"),
    ("entry.outcome", "never entered", "not_entered"),
    ("entry.outcome", "agentes irrumpen", "completed"),
    ("place.type", "legación diplomática", "mission"),
    ("threat.words", "Si me toca, lo agarro", "grab_if_touched"),
]


@pytest.mark.parametrize(("fact", "raw", "norm"), READ)
def test_words_become_values(fact: str, raw: str, norm: str) -> None:
    value = normal(fact, raw)
    assert (value.type, value.norm) == (keys()[fact].type, norm)


def test_a_day_without_a_year_is_of_the_year_of_publication_and_no_other() -> None:
    assert normal("event.date", "27 de enero", "2026-01-28").norm == "2026-01-27"
    assert normal("event.date", "27 de enero").type == "text"


UNREAD = [
    ("event.date", "2026-02-30"),
    ("event.date", "last week"),
    ("event.local_time", "25:00"),
    ("event.local_time", "14:05 vice-consul reaches gate"),
    ("event.weekday", "between Monday and Tuesday"),
    ("actor.count", "commander + 4"),
    ("entry.outcome", "tried to drive into the COUNTRY"),
    ("weather", "snow"),
]


@pytest.mark.parametrize(("fact", "raw"), UNREAD)
def test_what_cannot_be_read_stays_text_and_contradicts_nothing(fact: str, raw: str) -> None:
    value = normal(fact, raw)
    assert value.type == "text"
    others = {normal(fact, other) for known, other, _ in READ if known == fact} | {normal(fact, "something else")}
    assert {relation(value, other) for other in others} == {"compatible"}


PAIRS = [
    # days: neighbours can be one moment in two zones, others cannot
    ("event.date", "2026-01-27", "27 January 2026", "same"),
    ("event.date", "2026-01", "2026-01-27", "finer"),
    ("event.date", "2026-01-27", "2026-01-28", "compatible"),
    ("event.date", "2026-01-27", "2026-01-22", "conflict"),
    ("event.weekday", "Tuesday", "martes", "same"),
    ("event.weekday", "Tuesday", "Wednesday", "compatible"),
    ("event.weekday", "Wednesday", "Friday", "conflict"),
    # clock times: in words, as a part of the day, near enough to "about", in UTC only where both zones are told
    ("event.local_time", "11 a.m.", "alrededor de las 11:00", "same"),
    ("event.local_time", "morning", "~11:00", "finer"),
    ("event.local_time", "morning", "late morning", "finer"),
    ("event.local_time", "~14:00", "13:55", "compatible"),
    ("event.local_time", "14:00", "13:55", "conflict"),
    ("event.local_time", "morning", "afternoon", "compatible"),
    ("event.local_time", "morning", "19:30", "conflict"),
    ("event.local_time", "11:00-06:00", "17:00Z", "same"),
    ("event.local_time", "17:00Z", "00:00+07:00", "same"),
    ("event.local_time", "11:00-06:00", "17:10Z", "conflict"),
    ("event.local_time", "11:00", "17:00Z", "compatible"),
    # counts: who sees one and who sees two can both be right
    ("actor.count", "un agente", "1", "same"),
    ("actor.count", "plural", ">=2", "finer"),
    ("actor.count", "plural", "2", "finer"),
    ("actor.count", "1", "plural", "compatible"),
    # enumerations
    ("entry.outcome", "attempted-prevented", "never entered", "finer"),
    ("entry.outcome", "entered", "never entered", "conflict"),
    ("consent.given", "yes", "no", "conflict"),
    ("actor.agency", "ICE", "federal agents", "finer"),
    ("actor.agency", "ICE", "USCIS", "conflict"),
    ("place.type", "consulate", "embassy", "conflict"),
    ("protest.form", "note", "carta", "variant"),
    ("staff.conduct", "blocked the door", "shielded a man", "compatible"),
    ("door", "agent opened it", "staff opened it", "conflict"),
    # quotations: one threat in many tellings; several sentences of staff, of which two cannot both be
    ("threat.words", "If you touch me, I will grab you", "Si me tocas, te atraparé", "variant"),
    ("threat.words", "grab if touched", "would grab the worker", "finer"),
    ("staff.words", "not allowed", "this is a consulate", "compatible"),
    ("staff.words", "thanked the police", "no thanks were expressed", "conflict"),
    # names
    ("actor.name", "Jin Xiaodong", "Jin Yaodong", "variant"),
    ("place.city", "Minneapolis", "Mineápolis", "variant"),
    ("place.city", "Minneapolis", "Shenyang", "conflict"),
    # text
    ("video.source", "verified", "not verified", "compatible"),
    ("video.source", "Verified", "verified", "same"),
]


@pytest.mark.parametrize(("fact", "a", "b", "how"), PAIRS)
def test_two_values_stand_so_to_each_other_in_either_order(fact: str, a: str, b: str, how: str) -> None:
    one, other = normal(fact, a, "2026-01-28"), normal(fact, b, "2026-01-28")
    assert relation(one, other) == relation(other, one) == how


def test_every_type_is_tried() -> None:
    assert {keys()[fact].type for fact, *_ in PAIRS} == set(TYPES)


def test_a_weekday_that_a_date_does_not_have_is_impossible() -> None:
    tuesday, the_28th = normal("event.weekday", "Tuesday"), normal("event.date", "2026-01-28")
    assert relation(tuesday, the_28th) == relation(the_28th, tuesday) == "impossible"
    assert relation(tuesday, normal("event.date", "2026-01-27")) == "compatible"
    assert relation(tuesday, normal("event.date", "2026-01")) == "compatible"


def test_a_denial_contradicts_what_it_denies_and_what_that_implies() -> None:
    def denied(raw: str) -> Value:
        return normal("entry.outcome", raw, denied=True)

    prevented, completed = normal("entry.outcome", "prevented"), normal("entry.outcome", "completed")
    assert relation(completed, denied("completed")) == "conflict"
    assert relation(prevented, denied("never entered")) == relation(denied("never entered"), prevented) == "conflict"
    assert relation(prevented, denied("completed")) == "compatible"
    assert relation(denied("completed"), denied("prevented")) == "compatible"
    assert relation(denied("completed"), denied("completed")) == "same"


def test_values_of_two_facts_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different facts"):
        relation(normal("consent.given", "yes"), normal("actor.armed", "yes"))


VALUES = sorted({(claim.fact, claim.value) for i in (MINNEAPOLIS, SHENYANG) for r in press(i) for claim in r.claims})


@given(st.sampled_from(VALUES), st.sampled_from(VALUES), st.booleans(), st.booleans())
def test_the_order_of_two_values_never_matters(
    a: tuple[str, str], b: tuple[str, str], deny_a: bool, deny_b: bool
) -> None:
    one = normal(a[0], a[1], denied=deny_a)
    other = normal(a[0], b[1], denied=deny_b)
    assert relation(one, other) == relation(other, one)
    assert relation(one, one) == "same"


@given(st.text(max_size=40), st.sampled_from(sorted(keys())))
def test_whatever_is_said_is_read_or_kept(raw: str, fact: str) -> None:
    value = normal(fact, raw)
    assert value.low <= value.high
    clocks_in(raw)
    day_in(raw)


def test_days_and_clocks_are_found_in_running_text() -> None:
    assert day_in("ICE spokesperson statement (29 Jan 2026)") == "2026-01-29"
    assert day_in("tweet embed dated January 27, 2026") == "2026-01-27"
    assert day_in("27 martes 2026") == ""
    assert clocks_in("at 11:00 CST (17:00 UTC), and 3.5 hours later") == [(660, -360), (1020, 0)]


@pytest.mark.parametrize(
    ("fact", "raw", "norm"),
    [
        ("staff.words", "Can't let you in", "refused"),
        ("staff.words", "Aquí no se puede entrar", "refused"),
        ("staff.words", "Nadie puede pasar", "refused"),
        ("staff.words", "Pueden pasar", "agreed"),
        ("consent.given", "entry was not allowed", "no"),
        ("consent.given", "never agreed", "no"),
        ("threat.words", "Si no se va lo agarro", "grab"),
    ],
)
def test_a_denial_undoes_what_follows_it(fact: str, raw: str, norm: str) -> None:
    assert normal(fact, raw).norm == norm


@pytest.mark.parametrize(
    ("fact", "raw"),
    [
        ("staff.words", "Can I help you?"),
        ("staff.words", "Nunca dije que pueden pasar"),
        ("consent.given", "the consul didn’t say that she agreed"),
        ("consent.given", "they allowed nobody in"),
    ],
)
def test_words_that_admit_nobody_admit_nobody(fact: str, raw: str) -> None:
    assert normal(fact, raw).type == "text"


# ---- what can be true together ---------------------------------------------------------------


@pytest.mark.parametrize(("one", "other", "how"), [
    ("un solo agente", "2", "conflict"), ("only one agent", "plural", "conflict"),
    ("a single agent", ">=2", "conflict"), ("1", "2", "compatible"), ("1", "plural", "compatible"),
    ("un solo agente", "1", "finer"), ("solo dos", "plural", "finer"),
])  # fmt: skip
def test_one_alone_is_not_one_among_several(one: str, other: str, how: str) -> None:
    assert relation(normal("actor.count", one), normal("actor.count", other)) == how


@pytest.mark.parametrize(("quote", "status"), [("Un solo agente", "conflict"), ("Un agente", "divergent")])
def test_a_passage_may_count_more_exactly_than_whoever_noted_it(quote: str, status: str) -> None:
    records = [said("1", ("actor.count", "1", "Ecuador MFA", quote), ("actor.count", "3", "a witness"))]
    assert next(row for row in matrix(records).rows if row.fact == "actor.count").status == status


@pytest.mark.parametrize(("fact", "one", "other"), [
    ("actor.agency", "immigration service", "unclear: ICE or CBP"), ("actor.agency", "policía migratoria", "ICE"),
    ("protest.form", "summons", "note"),
])  # fmt: skip
def test_two_words_that_one_thing_can_bear_can_both_be_true(fact: str, one: str, other: str) -> None:
    assert relation(normal(fact, one), normal(fact, other)) != "conflict"
    assert relation(normal("actor.agency", "USCIS"), normal("actor.agency", "unclear: ICE or CBP")) == "conflict"
