"""The law as pages: everything is there for everybody, and only the legal adviser decides."""

import errno
import json
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from html import unescape
from typing import Any

import pytest
from tests.counsel.conftest import NOW, signed_before, signed_law, words_of

from inviolable.counsel import record
from inviolable.counsel.reviewing import sign
from inviolable.law.book import provision_anchor, rule_anchor
from inviolable.law.faults import Faulty
from inviolable.law.law import shipped_packs
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import texts
from inviolable.ledger import canonical
from inviolable.ledger.actions import INSTALLATION
from inviolable.ledger.models import Entry
from inviolable.posts.actions import Refused, add_user
from inviolable.posts.models import User
from inviolable.posts.roles import EVERY_PERSON, Role

OWN_PACK = """+++
pack = "ec-us-2027"
cite = "EC–US 2027"
kind = "bilateral"
extends = "vccr"
source = "ours"
parties = ["EC", "US"]
in_force = "2026-01-01"
[title]
en = "Our convention"
es = "Nuestro convenio"
+++

## art.1 The yard / El patio

en: The yard is as inviolable as the offices.

es: El patio es tan inviolable como las oficinas.

tag: V
source: ours

    rule    yard: place is inviolable
    when    head is career or career_local; status is open; zone is grounds
    over    vccr/grounds
    en      Our convention protects the yard.
    es      Nuestro convenio protege el patio.
"""
OTHERS = sorted(EVERY_PERSON - {Role.LEGAL})


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_law_page_lists_every_pack_and_every_disputed_point(reader, language):
    page = unescape(reader(language=language).get("/law/").content.decode())
    for pack in shipped_packs().values():
        assert f'href="/law/packs/{pack.id}/"' in page
        assert pack.hash in page
        assert pack.title[language] in page
    for name, position in vocabulary().positions.items():
        assert texts(language)["positions"][name]["question"] in page
        for option in position.options:
            assert texts(language)["positions"][name]["authority"][option] in page


@pytest.mark.parametrize("pack_id", shipped_packs())
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_pack_shows_every_provision_and_rule(reader, pack_id, language):
    pack = shipped_packs()[pack_id]
    page = unescape(reader(language=language).get(f"/law/packs/{pack_id}/").content.decode())
    for provision in pack.provisions:
        assert f'id="{provision_anchor(provision.cite)}"' in page
        assert provision.text[language] in page
        for rule in provision.rules:
            assert f'id="{rule_anchor(rule.id)}"' in page
            assert rule.words[language] in page


def test_links_from_an_incident_lead_to_provisions_that_are_there(reader, tell):
    tell()
    client = reader()
    page = client.get("/incidents/minneapolis-2026/law/").content.decode()
    links = set(re.findall(r'href="(/law/packs/[\w-]+/)#([\w-]+)"', page))
    assert len(links) > 15
    for address, anchor in links:
        assert f'id="{anchor}"' in client.get(address).content.decode()


def test_a_pack_that_is_none_is_not_found(reader):
    assert reader().get("/law/packs/magna-carta/").status_code == 404
    assert reader("legal").post("/law/packs/magna-carta/sign/", {"read": "yes"}).status_code == 404


# ---- signing off --------------------------------------------------------------------------------


def ticks(page: str) -> list[str]:
    """What can be ticked on a page."""
    return re.findall(r'name="read" value="(\w{64})"', page)


def test_the_legal_adviser_signs_what_she_ticked_and_goes_on_another_day(reader, home):
    client, vccr = reader("legal"), shipped_packs()["vccr"]
    page = client.get("/law/packs/vccr/").content.decode()
    assert ticks(page) == list(vccr.digests.values()), "one tick for each provision, none for the whole"
    assert client.post("/law/packs/vccr/sign/", {"read": ticks(page)[:2]}).status_code == 302
    [signed] = record.sign_offs(home)
    assert (signed.pack, signed.hash, signed.role) == ("vccr", vccr.hash, "legal")
    assert signed.provisions == tuple(vccr.digests.items())[:2]
    page = client.get("/law/packs/vccr/").content.decode()
    assert f"Reviewed so far: 2 of {len(vccr.provisions)} provisions" in page
    assert ticks(page) == list(vccr.digests.values())[2:]
    assert "Reviewed so far: 2 of" in client.get("/law/").content.decode()
    assert client.post("/law/packs/vccr/sign/", {"read": ticks(page)}).status_code == 302
    page = client.get("/law/packs/vccr/").content.decode()
    assert "Reviewed by Legal adviser on" in page
    assert 'action="/law/packs/vccr/sign/"' not in page


def law_signed() -> list[dict[str, Any]]:
    """What the record says of signatures."""
    return [canonical.decode(bytes(one.line)) for one in Entry.objects.filter(kind="law.signed").order_by("pk")]


def test_who_signed_is_a_person_with_an_entry_in_the_record(reader, home):
    client, vccr = reader("legal"), shipped_packs()["vccr"]
    name = "VCCR 31(2)"
    client.post("/law/packs/vccr/sign/", {"read": vccr.digests[name]})
    [signed], [entry] = record.sign_offs(home), law_signed()
    [adviser] = User.objects.all()
    assert signed.by == adviser.actor["id"]
    assert (entry["actor"], entry["stream"]) == (adviser.actor, INSTALLATION)
    assert entry["body"] == {
        "pack": "vccr", "hash": vccr.hash, "role": "legal", "by": signed.by, "day": signed.date,
        "read": [{"name": name, "sha256": vccr.digests[name]}],
    }  # fmt: skip
    assert f"legal ({signed.by})" in words_of(client.get("/law/packs/vccr/").content.decode())


def test_a_signature_is_in_the_record_and_counts_or_neither(reader, home):
    client, vccr = reader("legal"), shipped_packs()["vccr"]
    (home / "sign-offs.jsonl").mkdir()
    answer = client.post("/law/packs/vccr/sign/", {"read": vccr.digests["VCCR 31(2)"]})
    assert (answer.status_code, law_signed()) == (500, [])
    [adviser] = User.objects.all()
    press = add_user("press", "press", now=NOW)
    with pytest.raises(Refused, match="only a legal adviser"):
        sign(press, "vccr", (), actor=adviser.actor, now=NOW)
    assert law_signed() == []


def test_one_rule_can_be_signed_and_says_so_where_its_provision_is_not_reviewed(reader, home):
    signed_law(home, "vccr", date(2026, 1, 29), ["vccr/no-entry"])
    page = reader().get("/law/packs/vccr/").content.decode()
    rule = page.partition('id="rule-vccr-no-entry"')[2].partition("</article>")[0]
    assert "Reviewed by Legal adviser on" in rule
    assert page.count("Reviewed by Legal adviser on") == 1
    (home / "sign-offs.jsonl").unlink()
    signed_before(home, "vccr", "2026-01-29", {"vccr/no-entry": "0" * 64})
    page = words_of(reader().get("/law/packs/vccr/").content.decode())
    assert page.count("It was reviewed on 2026-01-29 in other words, or with other rules before it.") == 1


@pytest.mark.parametrize(("form", "status"), [({}, 422), ({"read": "yes"}, 409), ({"read": "0" * 64}, 409)])
def test_nothing_is_signed_unread_or_unseen(reader, home, form, status):
    answer = reader("legal").post("/law/packs/vccr/sign/", form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert record.sign_offs(home) == []


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_signs_or_chooses(reader, home, role):
    client = reader(role)
    assert "<form method" not in client.get("/law/").content.decode().partition("<main")[2]
    assert 'action="/law/packs' not in client.get("/law/packs/vccr/").content.decode()
    form = {"read": list(shipped_packs()["vccr"].digests.values())}
    assert client.post("/law/packs/vccr/sign/", form).status_code == 403
    assert client.post("/law/positions/closed-post/", {"option": "kept"}).status_code == 403
    assert list(home.iterdir()) == []


def test_a_sign_off_of_an_older_text_counts_no_more(reader, home):
    signed_before(home, "vccr", "2025-01-01", {"VCCR 31(2)": "1" * 64})
    page = words_of(reader().get("/law/packs/vccr/").content.decode())
    assert "Not yet reviewed by your legal adviser" in page
    assert "2025-01-01" in page


def test_signing_needs_a_post(reader):
    assert reader("legal").get("/law/packs/vccr/sign/").status_code == 405
    assert reader("legal").get("/law/positions/closed-post/").status_code == 405


# ---- positions ----------------------------------------------------------------------------------


def test_the_legal_adviser_chooses_a_view_changes_it_and_leaves_it_open_again(reader, home):
    client = reader("legal")
    for option in ("kept", "lapsed", ""):
        answer = client.post("/law/positions/closed-post/", {"option": option})
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/law/#position-closed-post"
        assert record.positions(home) == ({"closed-post": option} if option else {})
        page = client.get("/law/").content.decode()
        form = page[page.index('id="position-closed-post"') :].partition("</form>")[0]
        assert re.search(rf'value="{option}" checked', form)
    lines = [json.loads(line) for line in (home / "positions.jsonl").read_text("utf-8").splitlines()]
    assert [(line["position"], line["option"], line["role"]) for line in lines] == [
        ("closed-post", "kept", "legal"),
        ("closed-post", "lapsed", "legal"),
        ("closed-post", "", "legal"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"]) for line in lines)


def test_a_choice_settles_the_case_that_waited_for_it(reader, tell):
    tell("closed-post", status="ended")
    client = reader("legal")
    page = unescape(client.get("/incidents/closed-post/law/").content.decode())
    assert '<p class="verdict-answer">The law is disputed' in page
    assert texts("en")["positions"]["closed-post"]["authority"]["kept"] in page
    client.post("/law/positions/closed-post/", {"option": "kept"})
    assert (
        '<p class="verdict-answer">Refuse: they may not enter'
        in client.get("/incidents/closed-post/law/").content.decode()
    )


@pytest.mark.parametrize(
    ("name", "form", "status"),
    [
        ("magna-carta", {"option": "kept"}, 404),
        ("closed-post", {}, 400),
        ("closed-post", {"option": "perhaps"}, 400),
    ],
)
def test_a_choice_that_is_none_changes_nothing(reader, home, name, form, status):
    assert reader("legal").post(f"/law/positions/{name}/", form).status_code == status
    assert not (home / "positions.toml").exists()
    assert not (home / "positions.jsonl").exists()


def test_the_file_is_replaced_whole_and_read_by_its_owner_only(home):
    record.take_position(home, "closed-post", "kept", "legal", NOW)
    record.take_position(home, "device-crossing", "entry", "legal", NOW)
    assert (home / "positions.toml").read_text("utf-8") == 'closed-post = "kept"\ndevice-crossing = "entry"\n'
    assert not (home / "positions.new").exists()
    for name in ("positions.toml", "positions.jsonl"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600


def test_a_choice_that_cannot_be_traced_is_not_made(home):
    (home / "positions.jsonl").mkdir()
    with pytest.raises(Faulty, match=r"positions\.jsonl: nothing was recorded"):
        record.take_position(home, "closed-post", "kept", "legal", NOW)
    assert record.positions(home) == {}
    assert not (home / "positions.new").exists()


@pytest.mark.parametrize(
    ("name", "option", "role", "says"),
    [
        ("closed-pst", "kept", "legal", "did you mean closed-post"),
        ("closed-post", "keep", "legal", "did you mean kept"),
        ("closed-post", "kept", "press", "only the role legal"),
    ],
)
def test_the_record_itself_refuses(home, name, option, role, says):
    with pytest.raises(Faulty, match=says):
        record.take_position(home, name, option, role, NOW)
    assert not (home / "positions.toml").exists()


# ---- records that survive a full disk, a torn line and a careless hand ---------------------------

DAY = date(2026, 1, 29)
#: A signature without its entry: what is asked here is only what the file holds.
unentered = partial(record.sign, by="user-0", first=lambda _sign: None)
SIGNED = {"pack": "vccr", "hash": "0" * 64, "role": "legal", "date": "2025-01-01"}


@pytest.mark.parametrize("fails", ["write", "short", "fsync"])
def test_a_line_is_recorded_whole_or_not_at_all(home, monkeypatch, fails):
    unentered(home, "vccr", "legal", DAY)
    before = (home / "sign-offs.jsonl").read_bytes()
    write = os.write

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    if fails == "short":
        monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:9]))
    else:
        monkeypatch.setattr(os, fails, full)
    with pytest.raises(Faulty, match="nothing was recorded") as caught:
        unentered(home, "vcdr", "legal", DAY)
    assert len(str(caught.value).splitlines()) == 1
    assert (home / "sign-offs.jsonl").read_bytes() == before


@pytest.mark.parametrize("torn", ['{"pack": "vcdr", "ha', "x" * 200_000])
def test_a_torn_last_line_counts_as_absent(db, home, torn):
    signed_law(home, "vccr", DAY)
    whole = (home / "sign-offs.jsonl").read_text("utf-8")
    (home / "sign-offs.jsonl").write_text(whole + torn, encoding="utf-8")
    assert [sign.pack for sign in record.sign_offs(home)] == ["vccr"]
    signed_law(home, "vcdr", DAY)
    assert [sign.pack for sign in record.sign_offs(home)] == ["vccr", "vcdr"]
    assert (home / "sign-offs.jsonl").read_text("utf-8").startswith(whole)


def test_many_sign_at_once_and_no_line_is_lost(home):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: unentered(home, "vccr", "legal", DAY), range(40)))
    assert len({*(home / "sign-offs.jsonl").read_text("utf-8").splitlines()}) == 1
    assert len((home / "sign-offs.jsonl").read_text("utf-8").splitlines()) == 40


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "1",
        "null",
        "nonsense",
        "[" * 100_000,
        "{}",
        json.dumps(SIGNED | {"role": "press"}),
        json.dumps(SIGNED | {"date": "yesterday"}),
        json.dumps(SIGNED | {"date": 20250101}),
        json.dumps(SIGNED | {"pack": ["vccr"]}),
        json.dumps(SIGNED | {"hash": "x"}),
        json.dumps(SIGNED | {"more": "x"}),
        "\ud800",
    ],
    ids=range(13),
)
def test_a_line_that_is_no_sign_off_counts_as_not_reviewed(reader, home, line):
    text = line + "\n" + json.dumps(SIGNED) + "\n"
    (home / "sign-offs.jsonl").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert record.sign_offs(home) == []
    why_not = {fault.line: fault.what for fault in record.bad_sign_offs(home)}
    assert why_not == {1: "is no sign-off", 2: "names nobody, and no entry of the record says who signed"}
    assert reader().get("/law/").status_code == 200


@pytest.mark.parametrize("name", ["positions.toml", "sign-offs.jsonl"])
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_record_that_is_no_file_is_one_clear_fault(home, name, make):
    make(home / name)
    with pytest.raises(Faulty, match="is no regular file"):
        record.decided(home)


@pytest.mark.parametrize("value", ["1", "true", '["kept"]', "{}", "{kept.kept = 1}", "9" * 5000, "[" * 100_000])
def test_a_position_that_is_no_text_is_one_clear_fault(home, value):
    (home / "positions.toml").write_text(f"closed-post = {value}\n", encoding="utf-8")
    with pytest.raises(Faulty) as caught:
        record.positions(home)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 400


def test_official_texts_are_texts_with_or_without_a_byte_order_mark(home):
    (home / "texts").mkdir()
    (home / "texts/own.toml").write_text('\ufeff"VCCR 31(2)" = "The words."\n', encoding="utf-8")
    assert record.official_texts(home) == {"VCCR 31(2)": "The words."}
    (home / "texts/own.toml").write_text('"VCCR 31(2)" = 1\n', encoding="utf-8")
    with pytest.raises(Faulty, match="write the text in quotes"):
        record.official_texts(home)


# ---- a ministry's own law -----------------------------------------------------------------------


def test_a_confidential_convention_stands_on_the_shelf_and_can_be_signed(reader, home, tell):
    (home / "packs").mkdir()
    (home / "packs/ec-us-2027.md").write_text(OWN_PACK, encoding="utf-8")
    client = reader("legal")
    assert "your own" in words_of(client.get("/law/").content.decode())
    assert "Our convention protects the yard." in client.get("/law/packs/ec-us-2027/").content.decode()
    signed_law(home, "ec-us-2027", date(2026, 1, 29))
    tell("the-yard", zone="grounds")
    page = client.get("/incidents/the-yard/law/").content.decode()
    assert '<p class="verdict-answer">Refuse: they may not enter' in page
    assert "Our convention protects the yard." in page


def test_two_own_files_of_one_name_are_refused(home):
    (home / "packs").mkdir()
    for name in ("a", "b"):
        (home / f"packs/{name}.md").write_text(OWN_PACK, encoding="utf-8")
    with pytest.raises(Faulty, match=r"packs/b\.md:1: pack 'ec-us-2027' stands already in packs/a\.md"):
        record.own_packs(home)


def test_an_own_file_that_is_a_pipe_is_refused_at_once(home):
    (home / "packs").mkdir()
    os.mkfifo(home / "packs/pipe.md")
    with pytest.raises(Faulty, match=r"packs/pipe\.md: is no regular file"):
        record.own_packs(home)
