"""On whose clock an incident is told: that of our post in the city where it happened, whoever told of it first."""

from datetime import UTC, datetime

import pytest
from tests.diplomacy.knock import OPENED
from tests.incidents.test_fold import entries

from inviolable.incidents.fold import fold
from inviolable.incidents.place import zone_of
from inviolable.posts.models import Post

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def hour(zone: str, **opened: str) -> int | None:
    """The hour there at noon UTC in summer, where the first who told of it named this zone."""
    first, told = entries(("incident.opened", {**OPENED, **opened}), ("note.added", {"text": "They came."}))
    told["happened"]["zone"] = zone
    del first["happened"]["zone"]
    there = zone_of(fold([first, told]))
    return SUMMER.astimezone(there).hour if there else None


@pytest.mark.parametrize("occurred", ["2026-01-27T11:00-06:00", "2026-01-27"])
def test_our_post_in_that_city_has_the_clock_also_where_the_place_says_more_than_the_city(occurred):
    at = {"receiving": "US", "post_class": "consulate"}
    Post.objects.create(slug="chicago", name="Chicago", city="Chicago", time_zone="America/Chicago", **at)
    zone = "America/Mexico_City"
    assert hour(zone, occurred="2026-01-27") is None, "a place that has no post of ours is on nobody's clock"
    Post.objects.create(slug="minneapolis", name="Here", city="Minneapolis", time_zone="America/Chicago", **at)
    assert hour(zone, occurred=occurred, place="Minneapolis, Minnesota") == 7
    assert hour(zone, occurred="2026-01-27T12:00-05:00", place="Chicago") == 7, "what was told is another offset"
