"""Dates, weekdays and clock times as the press says them, read by the day and the zone in which it said them."""

from datetime import UTC, date, datetime

import pytest

from inviolable.sources.proposals import propose

WEDNESDAY = date(2026, 1, 28)


def read(text: str, language: str, fact: str, published: date | None = WEDNESDAY, **zones: str) -> list[str]:
    return [one.value for one in propose(text, language, published, **zones) if one.fact == fact]


@pytest.mark.parametrize(
    ("language", "said", "day"),
    [
        ("en", "today", "2026-01-28"),
        ("es", "hoy", "2026-01-28"),
        ("en", "yesterday", "2026-01-27"),
        ("es", "anteayer", "2026-01-26"),
        ("en", "three days ago", "2026-01-25"),
        ("es", "hace tres días", "2026-01-25"),
        # A weekday is the last one that was, today included.
        ("en", "on Wednesday", "2026-01-28"),
        ("es", "el miércoles", "2026-01-28"),
        ("en", "on Tuesday", "2026-01-27"),
        ("es", "este martes", "2026-01-27"),
        ("en", "last Wednesday", "2026-01-21"),
        ("es", "el pasado miércoles", "2026-01-21"),
        ("es", "el miércoles pasado", "2026-01-21"),
        # A day without its year is the last one that was.
        ("en", "on 27 January", "2026-01-27"),
        ("en", "on Jan. 27", "2026-01-27"),
        ("es", "el 27 de enero", "2026-01-27"),
        ("en", "on December 30", "2025-12-30"),
        ("es", "el 30 de diciembre", "2025-12-30"),
        ("es", "el martes 27", "2026-01-27"),
        ("es", "el viernes 30", "2025-12-30"),
        # Whole dates.
        ("en", "on Tuesday, Jan. 27, 2026", "2026-01-27"),
        ("es", "el martes 27 de enero de 2026", "2026-01-27"),
        ("en", "on 2026-01-27", "2026-01-27"),
        ("es", "el 5/1/2026", "2026-01-05"),
        ("en", "on 27/1/2026", "2026-01-27"),
    ],
)
def test_a_day_is_read_by_the_day_of_publication(language: str, said: str, day: str) -> None:
    happened = {"en": f"It happened {said}.", "es": f"El hecho ocurrió {said}."}[language]
    assert read(happened, language, "event.date") == [day]


def test_figures_that_two_countries_read_differently_are_left_alone() -> None:
    assert read("It happened on 5/1/2026.", "en", "event.date") == []


def test_a_date_that_does_not_exist_is_no_date_and_one_with_a_wrong_weekday_is_kept_as_it_was_said() -> None:
    assert read("Ocurrió el 31 de febrero de 2026.", "es", "event.date") == []
    said = "It happened on Tuesday, Jan. 28, 2026."
    assert read(said, "en", "event.date") == ["2026-01-28"]
    assert read(said, "en", "event.weekday") == ["Tuesday"]


def test_a_text_without_date_resolves_whole_dates_only() -> None:
    assert read("It happened on Tuesday.", "en", "event.date", published=None) == []
    assert read("It happened on Tuesday.", "en", "event.weekday", published=None) == ["Tuesday"]
    assert read("It happened on 27 January 2026.", "en", "event.date", published=None) == ["2026-01-27"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/Chicago", "2026-01-27"), ("Asia/Ho_Chi_Minh", "2026-01-28"), ("UTC", "2026-01-27")],
)
def test_what_is_today_depends_on_where_it_was_published(zone: str, day: str) -> None:
    """At 17:00 UTC it is midnight in Hanoi."""
    midnight = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
    assert read("El hecho ocurrió hoy.", "es", "event.date", published=midnight, zone=zone) == [day]


def test_a_second_before_midnight_in_hanoi_is_still_the_day_before() -> None:
    before = datetime(2026, 1, 27, 16, 59, 59, tzinfo=UTC)
    assert read("It happened today.", "en", "event.date", published=before, zone="Asia/Ho_Chi_Minh") == ["2026-01-27"]


def test_a_moment_without_offset_and_an_unknown_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        propose("hoy", "es", datetime(2026, 1, 27, 17, 0))  # noqa: DTZ001
    with pytest.raises(ValueError, match="IANA name"):
        propose("hoy", "es", datetime(2026, 1, 27, 17, 0, tzinfo=UTC), "Mars/Olympus")
    with pytest.raises(ValueError, match="IANA name"):
        propose("hoy", "es", WEDNESDAY, "UTC", "Mars/Olympus")


@pytest.mark.parametrize(
    ("language", "said", "time"),
    [
        ("en", "at 11 a.m.", "11:00"),
        ("en", "at about 11 a.m. local time", "~11:00"),
        ("en", "around three in the afternoon", "~15:00"),
        ("en", "at half past eleven in the morning", "11:30"),
        ("en", "at noon", "12:00"),
        ("en", "at 12:15 a.m.", "00:15"),
        ("en", "at 18:05", "18:05"),
        ("es", "a las 11:00", "11:00"),
        ("es", "alrededor de las 11:00 a.m.", "~11:00"),
        ("es", "hacia las 11 de la mañana, hora local", "~11:00"),
        ("es", "a eso de las tres de la tarde", "~15:00"),
        ("es", "a las once y media de la noche", "23:30"),
        ("es", "a las doce de la noche", "00:00"),
        ("es", "a las ocho menos cuarto de la mañana", "07:45"),
        ("en", "on Tuesday morning", "morning"),
        ("es", "de madrugada", "early morning"),
        # The beginning of a range.
        ("es", "desde las 14:10 hasta las 14:25", "14:10"),
        # Another zone is said, never dropped.
        ("en", "at 17:00 GMT", "17:00 UTC"),
        ("es", "a las 12:00, hora de Quito", "12:00 America/Guayaquil"),
    ],
)
def test_a_clock_time_keeps_its_about_and_its_zone(language: str, said: str, time: str) -> None:
    happened = {"en": f"It happened {said}.", "es": f"El hecho ocurrió {said}."}[language]
    assert read(happened, language, "event.local_time") == [time]


def test_a_time_in_a_zone_that_shows_the_same_at_the_post_is_local() -> None:
    text = "It happened on 27 January 2026 at 11 a.m. Central time."
    assert read(text, "en", "event.local_time", place="America/Chicago") == ["11:00"]
    assert read(text, "en", "event.local_time", place="America/Guayaquil") == ["11:00 America/Chicago"]


def test_the_day_of_the_statement_is_not_the_day_of_the_event() -> None:
    text = "Two officers tried to enter on Tuesday, the ministry said on Wednesday."
    assert read(text, "en", "event.date") == ["2026-01-27"]
    assert read(text, "en", "date.named") == ["2026-01-28"]
    text = "El miércoles la cancillería informó que el martes dos agentes intentaron entrar."
    assert read(text, "es", "event.date") == ["2026-01-27"]
    assert read(text, "es", "date.named") == ["2026-01-28"]
