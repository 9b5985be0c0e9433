"""What a stolen credential opens: what a tablet at a door may do, and no address besides (scenario 11)."""

from datetime import timedelta

import pytest
from tests.web.test_access import every_address

from inviolable.alarm.models import Alarm
from inviolable.posts.models import Contact, Person
from inviolable.web.access import ANYONE, WHO_MAY

pytestmark = pytest.mark.django_db

#: How a server says that it does not open: to sign in first, not by this method, not at all.
SHUT = {302, 401, 403, 404, 405, 415, 422}


@pytest.mark.parametrize("say", ["beat", "press"])
def test_the_credential_of_a_device_opens_no_other_address(tablet, client, say):
    """Its statements are sent to every address, in the body and as a header, by GET and by POST."""
    tablet.enrolled()
    shut = [(name, path) for name, path in every_address().items() if WHO_MAY[name] != ANYONE]
    assert len(shut) > 60
    for name, path in shut:
        line = tablet.press() if say == "press" else tablet.line("beat")
        said = {"statement": line.decode(), "signature": tablet.sign(line).hex()}
        headers = {"Authorization": f"Bearer {said['signature']}", "X-Statement": said["statement"]}
        for answer in (client.get(path, headers=headers), tablet.post(path, said)):
            assert answer.status_code in SHUT, (name, answer.status_code)
            assert b"minneapolis-head" not in answer.content, name


def test_nothing_that_a_device_can_say_is_answered_with_anybody(tablet):
    """Each of its verbs: the answers hold nobody's id or address, and no past case."""
    tablet.enrolled()
    one = {"id": "00000000-0000-4000-8000-000000000001"}
    ask = {"zone": "public", "whom": "ambulance", "purpose": "rescue", "id": "00000000-0000-4000-8000-000000000002"}
    lines = (tablet.press(), tablet.line("tell", key="entered", value="yes", **one), tablet.line("ask", **ask))
    for line in (*lines, tablet.line("beat")):
        answer = tablet.say(line)
        assert answer.status_code == 200
        for person in Person.objects.all():
            assert person.id not in answer.content.decode()
        for way in Contact.objects.all():
            assert way.address not in answer.content.decode()
        assert "incident" not in answer.json()


def test_what_is_said_in_the_future_counts_as_now(tablet, night):
    """A clock that is ahead, or a thief's: nothing is held back or shifted by it."""
    tablet.enrolled()
    assert tablet.say(tablet.press(made=night.clock.now + timedelta(days=400))).status_code == 200
    assert Alarm.objects.get().raised == night.clock.now
