"""What is sealed is handed out in plain only when two people want it (hostile 9: our own side)."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents import handing_out
from inviolable.incidents.actions import record_person
from inviolable.incidents.export import Request, export_incident
from inviolable.incidents.handing_out import HOLDS, handouts
from inviolable.incidents.lookup import incident_state
from inviolable.ledger import erasure, exhibits
from inviolable.ledger.registry import BadEntry
from inviolable.posts.actions import Refused
from inviolable.posts.models import User

REF = "minneapolis"
HERE = f"/incidents/{REF}/hand-out/"
LEGAL = {"role": "legal", "id": "user-2"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(identities, incident) -> dict[str, str]:
    """An exhibit, and the name of a national."""
    record_person(REF, "national", name="Rosa Quispe", actor=OFFICER, now=NOW)
    about = exhibits.About("C", consent="given", media="video/mp4", source="a passer-by")
    with transaction.atomic():
        taken = exhibits.receive(incident.stream, BytesIO(b"a film"), about, actor=OFFICER, now=NOW)
    [person] = incident_state(REF).people.values()
    return {"exhibit": str(taken.body["exhibit"]), "name": person.sealed["name"]}


def written(to, identities, now=NOW, **wishes):
    export_incident(Request(REF, to, identities=identities[:1], **wishes), actor=OFFICER, now=now)
    return to


def test_one_asks_another_agrees_and_only_then_it_leaves(sealed, identities, reader, tmp_path):
    officer, legal, auditor = reader("officer"), reader("legal"), reader("auditor")
    given = {"items": [sealed["exhibit"], sealed["name"]], "recipient": "the court", "reason": "case 12/2026"}
    assert officer.post(HERE, given | {"items": ["nothing"]}).status_code == 422
    assert officer.post(HERE, given).status_code == 302
    told = words_of(officer.get(HERE).content.decode())
    assert "name (2 · Person recorded (sealed))" in told
    assert "Rosa" not in told
    with pytest.raises(BadEntry, match="only when two people want it"):
        written(tmp_path / "one", identities, opened=[sealed["exhibit"]])
    assert not (tmp_path / "one").exists()

    assert officer.get(f"{HERE}decide/").status_code == 403
    assert auditor.get(f"{HERE}decide/").status_code == 403
    assert "may something sealed be handed out in plain?" in words_of(legal.get("/").content.decode())
    page = words_of(legal.get(f"{HERE}decide/").content.decode())
    assert "for the court: case 12/2026 (Consular officer" in page
    [asked] = handouts(incident_state(REF).timeline)
    assert legal.post(f"{HERE}decide/", {"handout": asked, "agrees": "yes"}).status_code == 302
    assert "may something sealed" not in legal.get("/").content.decode()
    now = datetime.now(UTC)
    line = erasure.open_field(sealed["name"], identities)
    with pytest.raises(BadEntry, match="It was agreed to for: the court; found: a newspaper"):
        written(tmp_path / "press", identities, now, opened=[sealed["exhibit"]], recipient="a newspaper")
    both = {"opened": [sealed["exhibit"]], "disclosed": [line], "recipient": "The  court"}
    folder = written(tmp_path / "two", identities, now, **both)
    assert b"Rosa Quispe" in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    with pytest.raises(BadEntry, match="two people"):
        written(tmp_path / "late", identities, now + HOLDS, opened=[sealed["exhibit"]])


def test_sealed_as_it_is_a_dossier_needs_one_person(sealed, identities, tmp_path):
    assert (written(tmp_path / "sealed", identities) / "data/entries.jsonl").exists()


def test_whoever_asked_cannot_agree_nor_by_another_account_of_theirs(sealed, reader):
    reader("legal"), reader("duty_officer")
    one, other = User.objects.get(role="legal"), User.objects.get(role="duty_officer")
    User.objects.update(person="p-1")
    told = {"recipient": "the court", "reason": "case 12/2026", "actor": one.actor, "now": NOW}
    asked = handing_out.ask(REF, [sealed["name"]], **told)

    def decided(actor, **more):
        handing_out.decide(REF, asked, **{"agrees": True, "why": "", "actor": actor, "now": NOW, **more})

    for same in (one.actor, other.actor):
        with pytest.raises(Refused, match="two-person rule"):
            decided(same)
    with pytest.raises(Refused, match="press may not agree"):
        decided({"role": "press", "id": "user-9"})
    with pytest.raises(Refused, match="Say why"):
        decided({"role": "legal", "id": "user-99"}, agrees=False)
    decided({"role": "legal", "id": "user-99"}, agrees=False, why="the court has not asked")
    with pytest.raises(Refused, match="waits for nobody"):
        decided({"role": "legal", "id": "user-98"})
    with pytest.raises(BadEntry):
        handing_out.refuse_alone(incident_state(REF), [sealed["name"]], "the court", NOW + timedelta(minutes=1))
