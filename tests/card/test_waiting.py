"""What strangers write on a card stands on the first page of whoever is to answer it."""

from inviolable.card import actions
from inviolable.posts.models import Post

POST = "minneapolis"


def test_a_rescue_service_that_comes_and_a_request_stand_on_the_first_page(door):
    post, now = Post.objects.get(slug=POST), door.clock.now
    actions.announce(post, "ambulance", now=now)
    told = {"agency": "City police", "what": "enter", "number": "911", "text": ""}
    actions.ask(post, told, now=now)
    for role, person, comes, waits in (
        ("head_of_post", "minneapolis-head", True, True),
        ("duty_officer", "quito-duty-1", True, True),
        ("head_of_post", "chicago-head", False, False),
        ("press", "quito-press-1", False, False),
    ):
        client = door.signed_in(role, person)
        for page in ("/", "/alarms/"):
            shown = client.get(page).content.decode()
            assert ("A rescue service says on the public card that it comes to" in shown) is comes, (role, page)
            assert ("A request on the public card of" in shown) is waits, (role, page)
            assert "City police" not in shown, "no stranger's word"
    door.clock.forward(hours=1)
    shown = door.signed_in("duty_officer", "quito-duty-2").get("/").content.decode()
    assert "it comes to" not in shown
