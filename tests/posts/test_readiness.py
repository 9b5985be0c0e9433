"""What would fail at a post is said on its page as `doctor` says it, not the roster alone (scenario 31)."""

import pytest
from tests.alarm.conftest import NOW, clock, home, night, phones  # noqa: F401

from inviolable.posts.actions import add_user
from inviolable.posts.models import Post
from inviolable.posts.readiness import wanting_at
from inviolable.web.doctor import day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Devices at the door", "none is enrolled", "never printed", "no photograph of it", "no legal adviser")),
        ("es", ("Dispositivos", "no hay ninguno inscrito", "nunca", "ninguna fotografía", "ninguna asesoría")),
    ],
)
def test_a_post_without_tablet_pack_photograph_and_review_does_not_say_that_nothing_would_fail(
    night,  # noqa: F811
    client,
    language,
    said,
):
    client.force_login(add_user("head", "head_of_post", now=NOW, person="minneapolis-head"))
    page = client.get("/posts/minneapolis/", headers={"Accept-Language": language}).content.decode()
    fails = page.partition('id="warnings"')[2].partition("</section>")[0]
    for words in said:
        assert words in fails
    assert "Nothing, now" not in fails
    assert "Nada" not in fails
    assert page.index('id="set-up"') < page.index("/posts/minneapolis/devices/"), "under a heading of its own"


def test_doctor_and_the_page_of_a_post_ask_the_same(night):  # noqa: F811
    post = Post.objects.get(slug="minneapolis")
    asked = {one.check for one in wanting_at(post, NOW)}
    lights = {one.name: one for one in day._at_posts(day.Path(), NOW)}
    assert asked - {"card"} == set(lights) == set(day.AT_POSTS)
    assert all("minneapolis (" in one.said for one in lights.values())
    assert "ministry" not in "".join(one.said for one in lights.values())
