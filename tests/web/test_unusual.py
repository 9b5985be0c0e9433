"""Our own side reads or hands out far more than is usual: it is noticed, whoever audits is told, a person judges it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.ministry import found_ministry

from inviolable.ledger import canonical
from inviolable.ledger.actions import INSTALLATION, append
from inviolable.ledger.models import Entry
from inviolable.outbox.models import Message
from inviolable.posts.actions import add_user, record_search
from inviolable.posts.models import Contact, User
from inviolable.web.unusual import USUAL, look, unusual

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
MOST = USUAL["search.made"]


def signed_in(name: str, role: str, now: datetime = NOW) -> tuple[Client, User]:
    user = add_user(name, role, now=now)
    client = Client()
    client.force_login(user)
    return client, user


def searches(user: User, number: int, now: datetime) -> None:
    for place in range(number):
        record_search(user, "incidents:list", f"a name {place}", "roll of the day", now=now)


def noticed() -> list[dict]:
    rows = Entry.objects.filter(kind="reading.noticed").order_by("pk")
    return [canonical.decode(bytes(one.line))["body"] for one in rows]


@pytest.mark.django_db
def test_a_clerk_who_looks_for_many_people_is_noticed_told_of_and_judged(tmp_path, settings):
    """Hostile 9."""
    settings.HOME = tmp_path
    found_ministry(tmp_path, NOW)
    clerk, at_work = signed_in("a clerk", "officer")
    auditor, audits = signed_in("who audits", "auditor")
    reachable = Contact.objects.filter(channel="mail").first().person_id
    User.objects.filter(pk=audits.pk).update(person=reachable)
    searches(at_work, MOST, NOW)
    assert look(NOW) == 0, "a day's work"
    searches(at_work, 1, NOW + timedelta(hours=1))
    assert look(NOW + timedelta(hours=1)) == 1
    assert look(NOW + timedelta(hours=2)) == 0, "once in a day"
    [notice] = noticed()
    assert (notice["by"], notice["what"], notice["number"]) == (at_work.actor["id"], "search.made", MOST + 1)
    [letter] = Message.objects.filter(template="unusual")
    assert (letter.person, letter.channel) == (reachable, "mail")
    assert "clerk" not in str(letter.context)

    assert "far more than is usual" in auditor.get("/").content.decode()
    assert "21 times in a day" in auditor.get("/searches/").content.decode()
    judge = f"/searches/{notice['notice']}/judged/"
    assert clerk.post(judge, {"why": "nothing"}).status_code == 403
    auditor.post(judge, {"why": "  "})
    assert "What was it?" in auditor.get("/searches/").content.decode()
    auditor.post(judge, {"why": "the list of a detention centre"})
    page = auditor.get("/searches/").content.decode()
    assert "the list of a detention centre" in page
    assert "What was it?" not in page
    assert "far more than is usual" not in auditor.get("/").content.decode().lower()
    assert auditor.post(f"/searches/{uuid4()}/judged/", {"why": "x"}).status_code == 404


@pytest.mark.django_db
def test_whoever_it_is_about_does_not_judge_it(tmp_path, settings):
    settings.HOME = tmp_path
    auditor, user = signed_in("who audits", "auditor")
    searches(user, MOST + 1, timezone.now())
    look(timezone.now())
    assert "far more than is usual" not in auditor.get("/").content.decode()
    auditor.post(f"/searches/{noticed()[0]['notice']}/judged/", {"why": "nothing to see"})
    assert not Entry.objects.filter(kind="reading.judged").exists()


@pytest.mark.django_db
def test_handing_out_counts_too_also_from_the_command_line_and_a_day_is_a_day(tmp_path, settings):
    settings.HOME = tmp_path
    said = {"entries": 1, "exhibits": 0, "opened": 0, "disclosed": 0, "people": 0, "size": 1, "to": "x", "reason": "y"}
    for hours in range(0, 24, 6):
        when = NOW + timedelta(hours=hours)
        append(INSTALLATION, "dossier.exported", said, actor={"role": "operator", "id": "command line"}, now=when)
    assert look(NOW + timedelta(hours=24)) == 0, "the first is a day ago"
    assert look(NOW + timedelta(hours=23)) == 1
    assert noticed()[0]["by"] == "command line"


@given(st.lists(st.tuples(st.sampled_from(sorted(USUAL)), st.sampled_from("abc")), max_size=60))
def test_nobody_is_noticed_for_what_others_did(done):
    entries = [{"kind": kind, "actor": {"id": who, "role": "officer"}} for kind, who in done]
    for one in unusual(entries):
        assert one.number == done.count((one.what, one.who["id"])) > USUAL[one.what]
