"""What all tests of an incident's pages share: reading one, and sending a form that is right or wrong."""

from html import unescape

from django.test import Client
from tests.counsel.conftest import words_of

from inviolable.incidents.lookup import incident_state
from inviolable.ledger.models import Entry

REF = "minneapolis"
HOME = f"/incidents/{REF}/"
CANARY = "Zoila-Canaria-4711"
BYTES = CANARY.encode() * 5000
GOOD = {"part": "1", "key": "agency", "value": "ICE", "polarity": "affirms", "voice": "Staff", "raw": "as they said"}


def state():
    return incident_state(REF)


def kinds() -> list[str]:
    return [item.kind for item in state().timeline]


def page(client: Client, address: str = "") -> str:
    answer = client.get(HOME + address)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


def done(client: Client, address: str, **given: object) -> str:
    """Send a form that is right; where it leads to."""
    answer = client.post(HOME + address, given)
    assert answer.status_code == 302, words_of(answer.content.decode())
    return answer.headers["Location"]


def refused(client: Client, address: str, **given: object) -> str:
    """Send a form that is wrong; what the page says. Nothing was recorded."""
    before = Entry.objects.count()
    answer = client.post(HOME + address, given)
    assert answer.status_code == 422
    assert Entry.objects.count() == before
    assert 'role="alert"' in answer.content.decode()
    return unescape(answer.content.decode())


def plainly(shown: str) -> str:
    """With plain spaces, as people type them."""
    return shown.replace("\N{NO-BREAK SPACE}", " ")
