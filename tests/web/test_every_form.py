"""Wrong input on every form that the people of the worked example reach: a clear error, and nothing falls over."""

from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html

from inviolable.cli.serve import fill_with_example
from inviolable.incidents.example import REFERENCE
from inviolable.posts.models import User

#: At most so many addresses of one name are opened: the third incident's page has the forms of the first.
OF_A_NAME = 2
#: What a field is given that cannot take it.
NONSENSE = "31/02/2026 25:61 nonsense -1"
WRONG = {
    "nothing": "",
    "signs": "\x00\u202e\ud83d<script>alert(1)</script>".encode("utf-8", "replace").decode(),
    "far too long": "x" * 70_000,
    "nonsense": NONSENSE,
}
#: How a page says that something is wrong: aloud, at a field, or by a page of its own.
SAYS_SO = (
    b'role="alert"',
    b"aria-invalid",
    b'class="fault"',
    b'class="errorlist"',
    b"<h1>That request was not understood",
)
#: What any text is checked by: nothing is wrong with the request.
RESULT = b'<div role="status">'

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    fill_with_example()
    drafted = {"form": "note_verbale", "organ": "ministry", "language": "es", "courtesy": "on", "place": "Quito"}
    drafted |= {"part": "1", "date": "2026-11-22", "addressee_es": "Embajada", "addressee_en": "Embassy"}
    client = Client()
    client.force_login(User.objects.get(role="legal"))
    assert client.post(f"/incidents/{REFERENCE}/notes/draft/", drafted).status_code == 302


def named(address):
    """The name of an address, None where nothing is there."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return found.view_name


def pages(client):
    """Every page that links lead to from the first one, a few of each name."""
    waiting, opened, seen = deque(["/", f"/incidents/{REFERENCE}/"]), {}, set()
    while waiting:
        address = waiting.popleft()
        name = named(address)
        if address in seen or name is None or opened.get(name, 0) >= OF_A_NAME:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            b"".join(answer)  # What is handed out as a stream is closed when it was read.
            continue
        opened[name] = opened.get(name, 0) + 1
        page = html.fromstring(answer.content)
        yield address, page
        for link in page.xpath("//a/@href"):
            to = urljoin(address, link).partition("#")[0]
            if not urlsplit(to).netloc:
                waiting.append(to)


def forms(client, known):
    """Every form that is sent, of each kind the first: where to, and its fields as they stand."""
    for address, page in pages(client):
        for form in page.forms:
            to = urljoin(address, form.action or "")
            kind = (named(to), frozenset(form.fields.keys()))
            if form.method.upper() == "POST" and kind not in known and named(to) != "sign-out":
                known.add(kind)
                files = form.xpath(".//input[@type='file']/@name")
                names = [one for one in form.fields.keys() if one not in ("csrfmiddlewaretoken", *files)]  # noqa: SIM118
                yield to, dict(form.form_values()), names, files


def wrong(fields, names, files):
    """The fields with everything wrong, then with one wrong among the rest (of a long form: of its first dozen)."""
    for told in WRONG.values():
        odd = [SimpleUploadedFile("../../etc/passwd", told.encode()) for _ in files]
        yield fields | dict.fromkeys(names, told) | dict(zip(files, odd, strict=True))
    for name in names[:12]:
        yield fields | {name: NONSENSE}


def test_no_form_falls_over_whatever_is_typed_in_it(home):
    known, silent = set(), []
    for role in ("legal", "duty_officer", "head_of_post", "minister_office", "administrator"):
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(role=role))
        for to, fields, names, files in list(forms(client, known)):
            for sent in wrong(fields, names, files):
                with transaction.atomic():
                    answer = client.post(to, sent)
                    text = b"".join(answer)
                    transaction.set_rollback(True)
                if not clear(answer.status_code, text):
                    silent.append(
                        (role, to, answer.status_code, [key for key in names if sent[key] != fields.get(key)])
                    )
    assert len(known) > 40
    assert silent == []


def clear(status, text):
    """Taken, handed out, or refused with a page that says so where somebody sees and hears it."""
    if status == 200 and (not text.lstrip().startswith(b"<") or RESULT in text):
        return True
    return status == 302 or (status < 500 and any(sign in text for sign in SAYS_SO))
