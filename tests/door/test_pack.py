"""The paper pack: what staff hold in their hands when there is no power (scenarios 12, 13, 31, 32 and 37)."""

import hmac
import re
import shutil
import subprocess
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from tests.alarm.conftest import NOW
from tests.installation import installation

from inviolable.door.pack import Pack, Standing, pack_of, standing
from inviolable.door.pack_actions import print_pack
from inviolable.ledger import canonical
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.posts.actions import Refused, add_user, end_role, give_role
from inviolable.posts.consent import Holding
from inviolable.posts.models import Contact, HeldRole, Installation, Person, Post
from inviolable.posts.roles import EVERY_PERSON, Role
from inviolable.web import clock as web_clock
from inviolable.web.doctor import day

pytestmark = pytest.mark.django_db
PAGE = "/posts/minneapolis/paper/"


@pytest.fixture
def post(home):
    return Post.objects.get(slug="minneapolis")


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(web_clock.timezone, "now", lambda: NOW)


def sheets(pdf: bytes, folder: Path) -> list[str]:
    """What each page says, in one line."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing: apt-get install poppler-utils")
    (folder / "pack.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", folder / "pack.pdf", "-"], capture_output=True, check=True)
    return [" ".join(page.split()) for page in done.stdout.decode().split("\f")[:-1]]


def printed_on(post: Post, folder: Path, language: str = "en") -> list[str]:
    return sheets(pack_of(post, language, NOW).pdf(NOW), folder)


def put_up(post: Post, language: str = "en") -> Pack:
    pack = pack_of(post, language, NOW)
    assert print_pack(pack, actor=SYSTEM, now=NOW).startswith(b"%PDF-")
    return pack


def paper_light():
    [check] = [one for one in day._at_posts(Path(), NOW) if one.name == "paper"]
    return check


def appoint(role: str, person: str, until: datetime | None = None, place: str = "minneapolis") -> None:
    since, by = NOW - timedelta(days=1), "EXAMPLE order"
    told = Holding("", role, person, place, since, until, by, scope="ambulance crews")
    give_role(told, actor=SYSTEM, now=NOW)


# ---- what it says ------------------------------------------------------------------------------


def test_five_sheets_say_in_english_what_to_do_without_power(post, tmp_path):
    door, phones, consent, log, count = printed_on(post, tmp_path)
    assert "This is a consular office. I am not authorised to let anyone in." in door
    assert "Do not touch" in door
    assert "Hands visible" in door
    assert "No paper opens this door." in door
    assert "Refuse: they may not enter." in door
    assert "VCCR 31(2)" in door
    assert "Then call EXAMPLE Embassy of Ecuador: +1 202 555 0100" in door
    assert (
        "To a fire crew at the door: The rescue crew may come in, and only to protect people and the building." in door
    )
    assert "To an ambulance crew at the door: Please wait here at the door." in door
    assert "Hand over to an accredited officer and step back." in door
    assert re.search(r"1 Head of post \+12025550113 2 Designee for consent \+12025550114 3 Head of mission", phones)
    assert "4 Duty officer +12025550101" in phones
    assert "EXAMPLE Ministry of Foreign Affairs no number is known: write it in" in phones
    assert "Fire: people out first Admit the rescue crew" in phones
    assert "Consent is assumed for this alone, and only while it lasts." in phones
    assert "Police wait outside unless they are allowed in separately." in phones
    assert "Silence, or an open door, is never consent." in consent
    assert "Head of post the head of post VCCR 31(2)" in consent
    assert "Withdrawn at" in consent
    assert "Clock used" in log
    assert "Record what somebody said" in log
    assert "Count. No names." in count
    assert "Children alone" in count


def test_staff_read_it_in_spanish_and_the_officer_hears_the_language_of_the_place(post, tmp_path):
    door, phones, consent, log, count = printed_on(post, tmp_path, "es")
    assert "This is a consular office." in door
    assert "Ningún papel abre esta puerta." in door
    assert "Negar el paso: no pueden entrar." in door
    assert "funcionario acreditado" in door
    assert "La policía espera afuera" in phones
    assert "El silencio, o una puerta abierta, nunca es" in consent
    assert "Registrar lo que alguien dijo" in log
    assert "Niños solos" in count


def test_every_sheet_says_whose_it_is_which_version_and_until_when(post, tmp_path):
    pack = pack_of(post, "en", NOW)
    pages = printed_on(post, tmp_path)
    for number, page in enumerate(pages, start=1):
        assert f"Consulate of Ecuador, Minneapolis · version {pack.version} · page {number} of 5" in page
        assert "printed 27 January 2026, 11:00 (UTC−06:00), 17:00 UTC" in page
        assert "not valid after 27 April 2026, 12:00 (UTC−05:00), 17:00 UTC" in page
        assert "EXAMPLE · " not in page


def test_an_example_says_so_on_every_sheet(post, tmp_path):
    Installation.objects.create(example=True, since=NOW)
    for page in printed_on(post, tmp_path):
        assert "EXAMPLE · for learning and showing only; bears no arms" in page


def test_nobody_is_named_and_nothing_says_how_to_signal_duress(post, tmp_path):
    said = " ".join(printed_on(post, tmp_path))
    for person in Person.objects.all():
        assert person.id not in said
    assert "duress" not in said
    assert "F8" not in said


def test_where_no_treaty_bars_entry_the_sheet_claims_no_more(post, tmp_path):
    Post.objects.filter(slug="minneapolis").update(head="honorary")
    door, phones, consent, *_ = printed_on(Post.objects.get(slug="minneapolis"), tmp_path)
    assert "no paper" not in door.lower()
    assert "No treaty bars entry here; local law and the archives still do." in door
    assert "VCCR 58(1)" in door
    assert "A yes to a crew" not in phones
    assert "Consent is assumed" not in phones
    assert "1 Head of post" in phones, "whoever stands in for the head is called all the same"
    assert "An honorary officer heads this post" in consent


def test_at_a_mission_only_its_head_is_named(home, tmp_path):
    door, phones, consent, *_ = printed_on(Post.objects.get(slug="washington"), tmp_path)
    assert "This is a diplomatic mission." in door
    assert "VCDR 22(1)" in door
    assert "nobody else can let the crew in" in phones
    assert "Consent is assumed" not in phones, "VCDR 22 has no fire clause"
    assert "Designee" not in consent


def test_a_number_that_is_not_known_is_to_be_written_in(post, tmp_path):
    Contact.objects.filter(person="minneapolis-head").delete()
    Post.objects.exclude(post_class="consulate").update(telephone="")
    Post.objects.filter(slug="minneapolis").update(telephone="")
    door, phones, *_ = printed_on(Post.objects.get(slug="minneapolis"), tmp_path)
    assert "1 Head of post no number is known: write it in 2 Designee" in phones
    assert "Then call: Refuse" in door


@pytest.mark.long
def test_however_much_there_is_to_say_each_sheet_is_one_side(post, tmp_path):
    Post.objects.filter(slug="minneapolis").update(name="Consulado General " * 10)
    for person in Person.objects.values_list("id", flat=True):
        appoint("designee", person)
        appoint("duty_officer", person, place="ministry")
    for language in ("en", "es"):
        assert len(printed_on(Post.objects.get(slug="minneapolis"), tmp_path, language)) == 5


# ---- version and expiry ------------------------------------------------------------------------


def test_two_prints_of_the_same_facts_have_the_same_version_and_other_facts_another(post):
    first = pack_of(post, "en", NOW)
    assert re.fullmatch("[0-9a-f]{8}", first.version)
    assert pack_of(post, "en", NOW + timedelta(days=30)).version == first.version
    appoint("designee", "minneapolis-desk")
    second = pack_of(post, "en", NOW)
    assert second.version != first.version
    assert second.content["phones"]["people"] != first.content["phones"]["people"]


def test_whoever_steals_the_database_cannot_try_out_numbers_against_a_version(post, home):
    """The version stands in the record; the key that it is made with is not in the database."""
    pack, key = pack_of(post, "en", NOW), home / "keys" / "staff.key"
    assert "+12025550113" in str(pack.content)
    said = canonical.encode(pack.content)
    assert not sha256(said).hexdigest().startswith(pack.version)
    assert hmac.new(key.read_bytes(), said, sha256).hexdigest().startswith(pack.version)


def test_it_is_good_for_ninety_days_or_until_a_role_in_it_ends(post):
    assert pack_of(post, "en", NOW).expires == NOW + timedelta(days=90)
    head = HeldRole.objects.get(post="minneapolis", role="head")
    end_role(head, NOW + timedelta(days=14), actor=SYSTEM, now=NOW)
    pack = pack_of(post, "en", NOW)
    assert pack.expires == NOW + timedelta(days=14)
    assert "until 10 February 2026, 11:00 (UTC−06:00), 17:00 UTC" in str(pack.content["consent"]).replace(r"\xa0", " ")


def test_a_post_knows_whether_what_hangs_there_is_still_good(post):
    assert standing(post, NOW) == Standing.NEVER
    put_up(post, "es")
    assert standing(post, NOW + timedelta(days=89)) == Standing.GOOD
    assert standing(post, NOW + timedelta(days=90)) == Standing.EXPIRED
    appoint("designee", "minneapolis-desk")
    assert standing(post, NOW) == Standing.CHANGED
    put_up(post, "es")
    assert standing(post, NOW) == Standing.GOOD


def test_the_record_keeps_the_print_and_no_number(post):
    pack = put_up(post)
    row = Entry.objects.get(kind="paper.printed", stream="post/minneapolis")
    assert canonical.decode(bytes(row.line))["body"] == {
        "post": "minneapolis",
        "version": pack.version,
        "expires": "2026-04-27T17:00:00.000Z",
        "language": "en",
    }


def test_the_ministry_has_no_door_of_that_kind(home):
    with pytest.raises(Refused, match="it instructs, it does not consent"):
        pack_of(Post.objects.get(slug="ministry"), "en", NOW)


def test_what_cannot_be_known_is_not_printed(post, home, client, today):
    """A sheet with a wrong law or without its numbers would hang there for ninety days."""
    (home / "positions.toml").write_text('closed-post = "maybe"\n')
    with pytest.raises(Refused, match="The law cannot be asked for this post"):
        pack_of(post, "en", NOW)
    (home / "positions.toml").unlink()
    put_up(post)
    key = home / "keys" / "staff.key"
    key.unlink()
    client.force_login(add_user("officer", "duty_officer", now=NOW))
    for answer in (client.get(PAGE), client.post(f"{PAGE}print/", {"language": "en"})):
        assert "restore the one from the backup" in answer.content.decode()
    assert "restore the one from the backup" in paper_light().said


def test_the_doctor_is_amber_until_every_post_has_one_that_says_what_is_so(post):
    light = paper_light
    assert light().state == "amber"
    assert "minneapolis (never printed)" in light().said
    assert "inviolable paper POST" in light().way_out
    Post.objects.exclude(slug__in=["ministry", "washington", "minneapolis"]).delete()
    for one in Post.objects.exclude(post_class="ministry"):
        put_up(one)
    assert light().state == "green"
    appoint("designee", "minneapolis-desk")
    assert light().said == "the paper pack of these posts: minneapolis (outdated: it would say something else today)"
    Post.objects.filter(slug="minneapolis").update(status="ended")
    assert light().state == "green", "a post that is closed needs none"


# ---- the page ----------------------------------------------------------------------------------


def test_an_officer_prints_it_and_the_page_says_until_when_it_is_good(post, client, today):
    client.force_login(add_user("officer", "officer", now=NOW, person="minneapolis-deputy"))
    assert "/posts/minneapolis/paper/" in client.get("/posts/minneapolis/").content.decode()
    assert "never printed" in client.get(PAGE).content.decode()
    answer = client.post(f"{PAGE}print/", {"language": "es"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert b"pdfaid" in answer.content, "it says of itself that it is PDF/A"
    shown = client.get(PAGE).content.decode()
    assert "in force" in shown
    assert pack_of(post, "es", NOW).version in shown
    assert "April 27, 2026" in shown or "27 April 2026" in shown
    client.post("/language/", {"language": "es"})
    assert "vigente" in client.get(PAGE, headers={"Accept-Language": "es"}).content.decode()


@pytest.mark.parametrize("role", sorted(EVERY_PERSON))
def test_whoever_stands_there_or_manages_posts_prints_it_and_nobody_else(post, client, today, role):
    client.force_login(add_user("somebody", role, now=NOW, person="minneapolis-head"))
    may = role in (Role.OFFICER, Role.HEAD_OF_POST, Role.DUTY_OFFICER, Role.ADMINISTRATOR)
    assert ("Make the PDF" in client.get(PAGE).content.decode()) == may
    assert client.post(f"{PAGE}print/", {"language": "en"}).status_code == (200 if may else 403)


def test_another_post_cannot_print_it_and_an_unknown_language_is_refused(post, client, today):
    client.force_login(add_user("elsewhere", "head_of_post", now=NOW, person="chicago-head"))
    answer = client.post(f"{PAGE}print/", {"language": "en"})
    assert answer.status_code == 422
    assert "Whoever works at another post cannot print this one" in answer.content.decode()
    client.force_login(add_user("duty", "duty_officer", now=NOW))
    answer = client.post(f"{PAGE}print/", {"language": "qu"})
    assert answer.status_code == 422
    assert "Choose one of the languages." in answer.content.decode()
    assert (
        "it instructs, it does not consent"
        in client.post("/posts/ministry/paper/print/", {"language": "en"}).content.decode()
    )
    assert not Entry.objects.filter(kind="paper.printed").exists()
    assert client.get("/posts/nowhere/paper/").status_code == 404


# ---- the command -------------------------------------------------------------------------------


@pytest.mark.long
def test_the_command_writes_a_new_file_for_its_owner_and_refuses_what_is_wrong(tmp_path):
    with installation(tmp_path / "one") as ours:
        ours.python(
            "from inviolable.posts.example import load_example_posts\nfrom datetime import datetime, UTC\n"
            "load_example_posts(datetime.now(UTC))"
        )
        to = tmp_path / "pack.pdf"
        said = ours.run("paper", "minneapolis", "--to", to, "--lang", "es")
        assert re.fullmatch(rf"Written to {to}: version [0-9a-f]{{8}}, good until .{{16}} UTC\.\n", said)
        assert to.read_bytes().startswith(b"%PDF-")
        assert to.stat().st_mode & 0o077 == 0, "it holds numbers of staff"
        assert "is there already" in ours.run("paper", "minneapolis", "--to", to, code=2)
        other = tmp_path / "other.pdf"
        assert "there is no post 'nowhere'" in ours.run("paper", "nowhere", "--to", other, code=2)
        assert "it instructs, it does not consent" in ours.run("paper", "ministry", "--to", other, code=2)
        ours.run("paper", "minneapolis", "--to", other, "--lang", "qu", code=2)
        unwritable = Path("/proc/pack.pdf")
        assert "/proc" in ours.run("paper", "minneapolis", "--to", unwritable, code=2)
        assert not other.exists()
        kinds = [canonical.decode(line.encode())["kind"] for line, _key, _signature in ours.entries()]
        assert kinds.count("paper.printed") == 1, "what could not be written was not printed"
