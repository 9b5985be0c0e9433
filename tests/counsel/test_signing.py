"""A signature is of what was read, and of nothing else."""

import pytest
from tests.counsel.conftest import NOW
from tests.counsel.test_law_pages import OWN_PACK, law_signed

from inviolable.counsel import record
from inviolable.counsel.reviewing import sign
from inviolable.posts.models import User

YARD = "ec-us-2027/yard"


@pytest.fixture
def own(home):
    """The ministry's own law file."""
    (home / "packs").mkdir()
    file = home / "packs/ec-us-2027.md"
    file.write_text(OWN_PACK, encoding="utf-8")
    return file


def test_what_is_swapped_while_she_signs_is_not_signed(reader, home, own, monkeypatch):
    client = reader("legal")
    [pack] = record.own_packs(home)
    packs = record.all_packs

    def swapped(home, among=()):
        """All law files, of which one changes as soon as they were read."""
        found = packs(home, among)
        own.write_text(OWN_PACK.replace("protects the yard", "protects everything everywhere"), encoding="utf-8")
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(record, "all_packs", swapped)
        answer = client.post(f"/law/packs/{pack.id}/sign/", {"read": pack.digests["EC–US 2027 art.1"]})
    assert answer.status_code == 409
    assert "it has changed. Read it again" in answer.content.decode()
    assert (record.sign_offs(home), law_signed()) == ([], [])


def test_what_is_signed_is_what_was_read_to_the_letter(reader, home, own):
    client = reader("legal")
    [before] = record.own_packs(home)
    own.write_text(OWN_PACK.replace("protects the yard", "protects everything everywhere"), encoding="utf-8")
    [adviser] = User.objects.all()
    for read in ({YARD: before.rule_digests[YARD]}, {"ec-us-2027/gone": "0" * 64}):
        with pytest.raises(record.Changed, match="read it again"):
            sign(adviser, before.id, read, actor=adviser.actor, now=NOW)
    [now] = record.own_packs(home)
    client.post(f"/law/packs/{now.id}/sign/", {"read": now.rule_digests[YARD]})
    [signed], [entry] = record.sign_offs(home), law_signed()
    assert dict(signed.provisions) == {YARD: now.rule_digests[YARD]}
    assert entry["body"]["read"] == [{"name": YARD, "sha256": now.rule_digests[YARD]}]
