"""A visitor hands her clip over from her phone, in a real browser (scenario 34; hostile 8 and 10)."""

import json
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
import segno
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import sign_in
from tests.law.worlds import DOOR
from tests.server import Server, example, inviolable

INCIDENT = "minneapolis-2026"
CANARY, NAME = "CANARY-in-the-film", "CANARY-of-a-visitor"
SMALL = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
#: The commands of a receipt, as they stand in it.
COMMAND = re.compile(r"^    (.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not (DOOR.parent / "src/inviolable/door/static/door/clip.js").exists():
        pytest.skip("the page for clips is not built: install npm, then make setup")
    with Server(example(tmp_path_factory.mktemp("clip") / "var")) as server:
        yield server


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    """What she filmed: three seconds with sound, the canary in the picture and in what the file says of itself."""
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is missing: apt-get install ffmpeg")
    path = tmp_path_factory.mktemp("film") / f"{CANARY}.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=15:d=3,drawbox=x=100:y=60:w=80:h=100:color=red:t=fill"]
    sound = ["-f", "lavfi", "-i", "sine=440:d=3", "-metadata", f"comment={CANARY}"]
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *picture, *sound, str(path)], check=True)
    assert CANARY.encode() in path.read_bytes()
    return path


@pytest.fixture
def desk(server, open_context):
    """The head of the post, at the page of the incident on which visitors are asked."""
    page = open_context().new_page()
    sign_in(page, server.link_of("head-of-post"))
    page.goto(f"{server.url}/incidents/{INCIDENT}/")
    page.get_by_role("link", name="Ask a visitor for a clip").click()
    return page


def code_on(desk) -> str:
    desk.get_by_role("button", name="Make a code").click()
    return desk.locator(".clip-code").inner_text()


@pytest.fixture
def phone(open_context):
    """Her phone, with what it complains of and everything that it sends."""

    def open_one(**wishes):
        page = open_context(**(SMALL | {"locale": "es-US"} | wishes)).new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        return page

    return open_one


def give(page, film, name: str = "") -> None:
    """Few touches: the file, yes, go."""
    page.locator("#file").set_input_files(film)
    page.locator("input[value=yes]").check()
    if name:
        page.locator("#name").fill(name)
    page.locator("form .go").click()
    expect(page.locator("#receipt")).to_be_visible()


def receipt_of(page, to: Path) -> Path:
    with page.expect_download() as saving:
        page.locator("a[download]").click()
    to.mkdir(exist_ok=True)
    saving.value.save_as(to / saving.value.suggested_filename)
    return to / saving.value.suggested_filename


def exhibits(server) -> dict[str, list[str]]:
    said = server.run("exhibit", "list", INCIDENT).splitlines()
    return {line.split()[0]: line.split()[1:] for line in said}


def test_from_the_code_to_a_receipt_that_a_stranger_checks_and_nobody_here_saw_anything(
    server, desk, phone, film, tmp_path, picture
):
    code = code_on(desk)
    picture(desk, "clip-desk")
    page = phone()
    with page.expect_response("**/clip/open"):
        page.goto(f"{server.url}/clip/#{code}")
    expect(page.locator(".post")).to_contain_text("Minneapolis")
    picture(page, "clip-ask")
    assert not scrolls_sideways(page)
    with page.expect_request("**/clip/give"):
        give(page, film, NAME)
    expect(page.locator("h1")).to_have_text("Su grabación ha llegado")
    picture(page, "clip-done")
    assert not scrolls_sideways(page)
    assert not page.complaints

    receipt = receipt_of(page, tmp_path / "hers")
    text = receipt.read_text("utf-8")
    assert "teléfono +1 612 555" in text
    assert NAME not in text
    assert CANARY not in text
    said = json.loads(re.search(r"^entry: (.+)$", text, re.MULTILINE)[1])["body"]
    assert said["sha256"] == sha256(film.read_bytes()).hexdigest()
    done = subprocess.run(["sh", "-euc", "\n".join(COMMAND.findall(text))], cwd=receipt.parent, capture_output=True)
    assert b"Verified Successfully" in done.stdout, done
    leaf = re.search(r"^leaf: (\w+)$", text, re.MULTILINE)[1]
    assert done.stdout.split()[-2].decode() == leaf

    server.run("export", INCIDENT, "--to", str(tmp_path / "dossier"), "--yes")
    line = re.search(r"^entry: (.+)$", text, re.MULTILINE)[1]
    assert line in (tmp_path / "dossier/data/entries.jsonl").read_text("utf-8").splitlines()
    assert subprocess.run(["sh", "verify.sh"], cwd=tmp_path / "dossier", capture_output=True).returncode == 0
    sealed = (tmp_path / f"dossier/data/exhibits/{said['exhibit']}.age").read_bytes()
    assert sha256(sealed).hexdigest() == said["sealed_sha256"]

    plain = film.read_bytes()
    needles = (CANARY.encode(), NAME.encode(), plain[4:40], plain[len(plain) // 2 :][:48], code.encode())
    for file in [*server.home.rglob("*"), *(tmp_path / "dossier").rglob("*")]:
        data = file.read_bytes() if file.is_file() else b""
        assert not [needle for needle in needles if needle in data], file


def test_headquarters_opens_it_with_the_age_tool_masks_it_and_a_doctored_copy_has_another_hash(
    server, desk, phone, film, tmp_path
):
    if not shutil.which("age"):
        pytest.skip("age is missing: apt-get install age")
    before = set(exhibits(server))
    page = phone(locale="en-GB")
    page.goto(f"{server.url}/clip/#{code_on(desk)}")
    give(page, film)
    [exhibit] = set(exhibits(server)) - before
    identity = server.home / "example-keys/duty-officer.txt"
    key = server.home / f"keys/subjects/{exhibit}.age"
    stored = server.home / f"objects/{exhibit[:2]}/{exhibit}.age"
    tool = f'age -d -i "{identity}" "{key}" >key && age -d -i key "{stored}" >opened'
    subprocess.run(["sh", "-euc", tool], cwd=tmp_path, check=True)
    assert (tmp_path / "opened").read_bytes() == film.read_bytes()
    secret = pyrage.x25519.Identity.from_str((tmp_path / "key").read_text().strip())
    assert pyrage.decrypt(stored.read_bytes(), [secret]) == film.read_bytes()

    doctored = film.read_bytes().replace(CANARY.encode(), CANARY.encode().swapcase())
    receipt = receipt_of(page, tmp_path / "hers").read_text("utf-8")
    assert sha256(film.read_bytes()).hexdigest() in receipt
    assert sha256(doctored).hexdigest() not in receipt

    told = ("--identity", str(identity), "--reason", "to be shown to the press")
    done = inviolable("exhibit", "mask", INCIDENT, exhibit, "--box", "100,60,80,100", *told, home=server.home)
    if "sandbox" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    copy = done.stdout.split()[0]
    assert exhibits(server)[copy][:2] == ["C", "working"]
    desk.goto(f"{server.url}/incidents/{INCIDENT}/exhibits/{copy}/")
    expect(desk.get_by_text("Derived from")).to_be_visible()
    to = tmp_path / "masked.mp4"
    server.run("exhibit", "open", INCIDENT, copy, "--to", str(to), *told)
    streams = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", to],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert streams == ["video"]
    assert CANARY.encode() not in to.read_bytes()


@pytest.mark.long
def test_without_a_mouse_it_is_handed_over_and_no_is_an_answer(server, desk, phone, film):
    page = phone(locale="fr-FR")
    code = code_on(desk)
    page.goto(f"{server.url}/clip/")
    page.locator("#code").focus()
    page.keyboard.type(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#file")).to_be_focused()
    page.locator("#file").set_input_files(film)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=no]")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Rien n'a été envoyé")

    page.reload()  # Without the code in the address nothing of it is left.
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    for key in ("Tab", "Tab", "ArrowUp", "Tab"):
        page.keyboard.press(key)
    page.locator("#file").set_input_files(film)
    page.keyboard.type("Une voisine")
    page.locator("input[value=yes]").press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#receipt")).to_be_visible()
    expect(page.locator("h1")).to_be_focused()


@pytest.mark.long
def test_a_line_that_breaks_off_loses_nothing_and_a_lost_answer_gives_the_same_receipt(server, desk, phone, film):
    before = set(exhibits(server))
    page = phone(locale="en-GB")
    page.goto(f"{server.url}/clip/#{code_on(desk)}")
    page.route("**/clip/give", lambda route: route.abort())
    page.locator("#file").set_input_files(film)
    page.locator("input[value=yes]").check()
    page.locator("form .go").click()
    expect(page.locator("#status")).to_contain_text("The connection broke off. Nothing was lost")
    assert set(exhibits(server)) == before
    page.unroute("**/clip/give")
    page.route("**/clip/give", lambda route: (route.fetch(), route.abort()))  # It arrives; its answer does not.
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator("#status")).to_contain_text("The connection broke off")
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator("#receipt")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Your clip has arrived")
    assert len(set(exhibits(server)) - before) == 1
    page.reload()
    expect(page.locator("#receipt")).to_be_visible()


@pytest.mark.long
def test_who_was_overtaken_by_another_with_her_code_is_not_told_that_hers_has_come(server, desk, phone, film, tmp_path):
    code = code_on(desk)
    hers, other = phone(locale="en-GB"), phone(locale="en-GB")
    for page in (hers, other):
        page.goto(f"{server.url}/clip/#{code}")
        expect(page.locator(".post")).to_be_visible()
    (tmp_path / "other.mp4").write_bytes(b"another film")
    give(other, tmp_path / "other.mp4")
    expect(other.locator("h1")).to_have_text("Your clip has arrived")
    give(hers, film)
    expect(hers.locator("h1")).to_have_text("A clip has come by this code")
    expect(hers.get_by_text("If it is not yours, ask the officer for a new code")).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("locale", ["es-EC", "en-GB", "pt-BR", "fr-FR"])
def test_everybody_can_use_it(server, desk, phone, film, check_accessible, picture, locale):
    desk_code = code_on(desk)
    page = phone(locale=locale, bypass_csp=True)
    page.goto(f"{server.url}/clip/")
    check_accessible(page)
    page.locator("#code").fill("ABCD-2345")
    page.locator("form .go").click()
    expect(page.locator("#status p")).to_be_visible()
    check_accessible(page)
    picture(page, f"clip-wrong-{locale}")
    page.locator("#code").fill(desk_code)
    page.locator("form .go").click()
    expect(page.locator(".post")).to_be_visible()
    page.locator("form .go").click()
    expect(page.locator("#status p")).to_be_visible()
    expect(page.locator("#file")).to_be_focused()
    check_accessible(page)
    picture(page, f"clip-ask-{locale}")
    for screen in ("ask", "done"):
        assert not scrolls_sideways(page), screen
        if screen == "ask":
            give(page, film)
    check_accessible(page)
    other = page.locator("#languages button").last
    other.click()
    expect(other).to_be_focused()
    expect(page.locator("#receipt")).to_be_visible()


@pytest.mark.long
def test_the_code_is_in_the_drawing_and_the_desk_is_usable_by_everybody(
    server, open_context, check_accessible, picture
):
    page = open_context(bypass_csp=True, viewport={"width": 360, "height": 640}).new_page()
    sign_in(page, server.link_for("duty_officer"))
    page.goto(f"{server.url}/incidents/{INCIDENT}/clips/")
    page.locator("#post").select_option("minneapolis")
    code = code_on(page)
    drawn = segno.make(f"{server.url}/clip/#{code}", error="m", micro=False)
    expected = re.findall(r' d="([^"]+)"', drawn.svg_inline(scale=6, border=4, light="white"))
    assert expected[-1] in page.content()
    check_accessible(page)
    assert not scrolls_sideways(page)
    picture(page, "clip-desk-small")
    page.goto(f"{server.url}/incidents/{INCIDENT}/clips/")
    assert code not in page.content()
    page.get_by_role("button", name=re.compile("^Take C-")).first.press("Enter")
    expect(page.get_by_text("taken back").first).to_be_visible()
    check_accessible(page)
