"""Signing in as people do: a passkey in Chromium's own virtual authenticator, an app's codes, the ministry's account, a
machine that others use too."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.provider import Provider
from tests.server import Server, example

pytestmark = pytest.mark.long


@pytest.fixture
def authenticator(open_context):
    """A page in a browser that has an authenticator which knows its owner (WebAuthn Level 3, section 11): (page, what
    says it knows her not)."""
    page = open_context(bypass_csp=False).new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    told = {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}}
    name = devtools.send("WebAuthn.addVirtualAuthenticator", told)["authenticatorId"]

    def knows(owner: bool) -> None:
        devtools.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": owner})

    return page, knows


def enter(page, link):
    page.goto(link)
    page.get_by_role("main").get_by_role("button", name=re.compile("^(Sign in|Entrar)$")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("Good day|Buen"))


def leave(page):
    page.get_by_role("button", name=re.compile("Sign out|Salir")).click()
    expect(page.get_by_label(re.compile("Password|Contraseña"))).to_be_visible()


def add_passkey(page, name):
    page.get_by_role("link", name="Your passkeys, codes and accounts").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What do you call it?").fill(name)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=3, name=name)).to_be_visible()


def test_a_passkey_is_made_signs_in_without_a_name_and_is_taken_away(example_server, authenticator, picture):
    page, knows = authenticator
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    enter(page, example_server.link_for("legal"))
    who = page.get_by_role("heading", level=1).inner_text()
    add_passkey(page, "telephone")
    picture(page, "ways")
    leave(page)

    picture(page, "sign-in-passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(who)

    leave(page)
    knows(False)  # Somebody else holds the device.
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    knows(True)
    page.get_by_label("Others use this machine too").check()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(who)
    cookie = next(one for one in page.context.cookies() if one["name"] == "sessionid")
    assert cookie["expires"] == -1, "it ends with the browser"

    page.get_by_role("link", name="Your passkeys, codes and accounts").click()
    page.get_by_role("link", name="Remove telephone").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have none yet.")).to_be_visible()
    leave(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That passkey lets nobody in here")
    assert not [said for said in complaints if "Content Security Policy" in said]


def test_a_passkey_is_the_second_step_after_a_password(tmp_path, authenticator, picture):
    page, _knows = authenticator
    with Server(example(tmp_path / "var")) as server:
        enter(page, server.links()["legal"])
        add_passkey(page, "key in the drawer")
        give_password(server.home, "example-legal")
        leave(page)
        page.get_by_label("Name").fill("example-legal")
        page.get_by_label("Password").fill("correct horse battery")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
        expect(page.get_by_label("Code")).to_have_count(0)
        picture(page, "second-step")
        page.get_by_role("button", name="Use your passkey").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Good day, Legal adviser")


def give_password(home, name):
    """As the administrator would at the server, in the database of its process."""
    import subprocess
    import sys

    from tests.server import environment

    program = (
        "import django; django.setup()\n"
        "from inviolable.posts.models import User\n"
        f"user = User.objects.get(name={name!r}); user.set_password('correct horse battery'); user.save()"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "inviolable.web.settings"}
    subprocess.run([sys.executable, "-c", program], env=environment(home, settings), check=True)


def test_codes_of_an_app_without_a_mouse(example_server, open_context, check_accessible, picture):
    page = open_context(bypass_csp=True).new_page()
    enter(page, example_server.link_for("officer"))
    page.goto(f"{example_server.url}/you/codes/add/")
    secret = page.locator("main code").inner_text()
    expect(page.get_by_role("img", name="QR code with the key")).to_be_visible()
    check_accessible(page)
    picture(page, "codes-add")
    page.locator("#id_code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    code = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))
    page.locator("#id_code").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Remove the codes")).to_be_visible()
    check_accessible(page)


def test_the_ministrys_account_in_a_browser_whose_forms_lead_nowhere_else(tmp_path, open_context, picture):
    page = open_context().new_page()
    with Provider() as provider, Server(example(tmp_path / "var")) as server:
        provider.name = "example-duty-officer"
        (server.home / "sign-in.toml").write_text(provider.toml)
        page.goto(f"{server.url}/alarms/")
        picture(page, "sign-in-provider")
        page.get_by_role("button", name="Sign in with Ministry account").click()
        expect(page).to_have_url(f"{server.url}/alarms/")
        leave(page)
        provider.name = "nobody"
        provider.sub = "sub-2"
        page.get_by_role("button", name="Sign in with Ministry account").click()
        expect(page.get_by_role("alert")).to_contain_text("Nobody here is called nobody")


def test_on_a_shared_machine_a_screen_left_alone_shows_no_case(example_server, open_context):
    """The browser's clock is put forward: nobody types for a quarter of an hour."""
    page = open_context().new_page()
    page.clock.install()
    page.goto(example_server.link_for("reception"))
    page.get_by_label("Others use this machine too").check()
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.goto(f"{example_server.url}/incidents/")
    page.clock.run_for("14:00")
    page.keyboard.press("Shift")  # Somebody is there after all.
    page.clock.run_for("14:00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Incidents")
    page.clock.run_for("01:05")
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(f"{example_server.url}/incidents/")
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_nobody_is_shut_out_of_signing_in(example_server, open_context, check_accessible, picture, scheme, width):
    wishes = {
        "color_scheme": scheme,
        "viewport": {"width": width, "height": 800},
        "bypass_csp": True,
        "locale": "es-EC",
    }
    page = open_context(**wishes).new_page()
    enter(page, example_server.link_for("head_of_post"))
    for address in ("/you/", "/you/passkeys/add/", "/you/codes/add/", "/sign-in/again/?next=/you/", "/sign-in/"):
        page.goto(f"{example_server.url}{address}")
        check_accessible(page)
        assert not scrolls_sideways(page), address
        picture(page, f"es-{address.strip('/').replace('/', '-').partition('?')[0]}-{width}")
