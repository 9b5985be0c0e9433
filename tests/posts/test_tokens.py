"""Tokens of programs: made by the administrator, shown once, cut off at once; and posts as programs read them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.installation import installations
from tests.program import Program

from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.ledger.rebuild import rebuild
from inviolable.posts.actions import Refused, make_token, note_use, revoke_token
from inviolable.posts.example import load_example_posts
from inviolable.posts.lookup import token_of
from inviolable.posts.models import Token
from inviolable.web.doctor import examine

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
READ = ("posts:read",)


def made(name="guards", scopes=READ, days=365, **more):
    return make_token(name, scopes, days, **({"actor": SYSTEM, "now": NOW} | more))


def test_the_secret_is_kept_nowhere(home):
    token, secret = made()
    assert len(secret) == 47, "256 random bits"
    kept = json.dumps(list(Token.objects.values()), default=str)
    kept += "".join(bytes(line).decode() for line in Entry.objects.values_list("line", flat=True))
    assert secret not in kept
    assert token_of(secret, NOW) == token
    assert secret != made("others")[1]


def test_the_record_says_who_was_let_in_for_what_and_until_when_and_when_no_more(home):
    load_example_posts(NOW)
    made(scopes=("alarms:read", "posts:read"), days=1, post="minneapolis")
    revoke_token("guards", actor=SYSTEM, now=NOW + timedelta(hours=1))
    lines = Entry.objects.filter(kind__startswith="token.").order_by("id").values_list("line", flat=True)
    told = [json.loads(bytes(line)) for line in lines]
    assert [one["kind"] for one in told] == ["token.made", "token.revoked"]
    assert told[0]["body"] == {
        "token": "guards", "scopes": ["posts:read", "alarms:read"], "post": "minneapolis",
        "expires": "2026-01-28T17:00:00.000Z",
    }  # fmt: skip
    assert told[1]["body"] == {"token": "guards"}
    assert Token.objects.get().revoked == NOW + timedelta(hours=1)


def test_it_counts_until_it_ends_or_is_revoked(home):
    _, secret = made(days=1)
    assert token_of(secret, NOW + timedelta(days=1, seconds=-1))
    assert token_of(secret, NOW + timedelta(days=1)) is None
    revoke_token("guards", actor=SYSTEM, now=NOW)
    assert token_of(secret, NOW) is None
    with pytest.raises(Refused, match="'guards' was revoked at 2026-01-27T17:00"):
        revoke_token("guards", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "token:x"}, "name: found 'token:x'"),
        ({"scopes": ()}, "scope: found none; allowed are posts:read, posts:beat, alarms:read"),
        ({"scopes": ("posts:read", "posts:*")}, r"scope: found posts:\*"),
        ({"days": 0}, "days: found 0; 1 to 1826"),
        ({"days": 99999999}, "days: found 99999999"),
        ({"post": "atlantis"}, "there is no post 'atlantis'"),
    ],
)
def test_what_is_no_token_is_refused(home, wrong, said):
    with pytest.raises(Refused, match=said):
        made(**wrong)
    assert not Token.objects.exists()


def test_a_name_is_given_once_for_good(home):
    made()
    revoke_token("guards", actor=SYSTEM, now=NOW)
    with pytest.raises(Refused, match="is taken, or was once"):
        made()


def test_deriving_everything_again_locks_nobody_out(home):
    load_example_posts(NOW)
    _, secret = made(post="minneapolis")
    rebuild()
    assert token_of(secret, NOW)


def test_that_it_was_used_is_written_once_a_minute(home, django_assert_num_queries):
    made()
    for seconds, expected in ((0, 0), (59, 0), (60, 60)):
        note_use(Token.objects.get(), NOW + timedelta(seconds=seconds))
        assert Token.objects.get().used == NOW + timedelta(seconds=expected)
    with django_assert_num_queries(0):
        note_use(Token(name="guards", used=NOW), NOW + timedelta(seconds=30))


def test_a_program_reads_what_posts_are_and_nobody_who_works_there(home):
    load_example_posts(NOW)
    today = datetime.now(UTC)
    ministry = Program(made(now=today)[1])
    told = ministry("get", "/api/v1/posts").json()["posts"]
    assert [one["post"] for one in told[:2]] == ["ministry", "washington"]
    assert "mission" not in told[0], "what is absent is left out"
    [ours] = [one for one in told if one["post"] == "minneapolis"]
    assert ministry("get", "/api/v1/posts/minneapolis").json() == ours
    assert (ours["class"], ours["mission"], ours["host_language"]) == ("consulate", "washington", "en")
    assert "archive" not in json.dumps(told), "nor which room is which"

    desk = Program(made("desk", post="minneapolis", now=today)[1], language="es")
    assert [one["post"] for one in desk("get", "/api/v1/posts").json()["posts"]] == ["minneapolis"]
    theirs, nothing = (desk("get", f"/api/v1/posts/{slug}") for slug in ("chicago", "atlantis"))
    assert (theirs.status_code, theirs.content) == (404, nothing.content)
    assert theirs.json()["detail"] == "No existe tal oficina, o esta credencial no es para ella."
    assert desk("get", "/api/v1/posts?city=Quito").status_code == 422


def test_the_doctor_says_in_time_which_program_will_be_let_in_no_more(home):
    def tokens():
        return [(one.state, one.said) for one in examine(NOW) if one.name == "tokens"]

    assert tokens() == []
    made("long", days=31)
    assert tokens() == [("green", "every program's token lasts another month")]
    made("short", days=9)
    assert tokens() == [("amber", "of these programs it ends within a month, or has ended: short (2026-02-05)")]
    revoke_token("short", actor=SYSTEM, now=NOW)
    assert tokens()[0][0] == "green"


def test_the_administrator_makes_lists_and_revokes_by_command(tmp_path):
    with installations(tmp_path) as make:
        ours = make("home")
        said = ours.run("token", "add", "guards", "--scope", "posts:read", "--scope", "alarms:raise", "--days", "30")
        secret = said.split()[-1]
        assert secret.startswith("inv_")
        assert ours.run("token", "list").split()[:4] == ["guards", "all", "posts", "until"]
        assert "posts:read, alarms:raise" in ours.run("token", "list")
        assert "allowed are posts:read" in ours.run("token", "add", "wrong", "--scope", "everything", code=2)
        assert ours.run("token", "revoke", "guards") == "Revoked: guards\n"
        assert "revoked" in ours.run("token", "list")
        assert secret not in ours.run("token", "list")
        assert "is not known" in ours.run("token", "revoke", "nobody", code=2)
        assert ours.run("verify")
