"""Posts, staff and dated roles as tables: all of them or nothing, each fault with its file and line."""

import csv
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path

import pytest
from django.db import connection

from inviolable.law.faults import Faulty
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.posts import example
from inviolable.posts.actions import Refused, confirm_contacts
from inviolable.posts.example import load_example_posts
from inviolable.posts.lookup import consent_at, list_posts, warnings_of
from inviolable.posts.models import Contact, HeldRole, Person, Post
from inviolable.posts.roster import Kind
from inviolable.posts.tables import COLUMNS, export_tables, import_tables
from inviolable.posts.vault import StaffKeyLost

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
POSTS = """post,name,class,head,status,time_zone,mission,zones
quito,Ministry,ministry,,open,America/Guayaquil,,
washington,Embassy,embassy,career,open,America/New_York,,
minneapolis,"Consulate, Minneapolis",consulate,career,open,America/Chicago,washington,lobby=public; archive=work
"""


def with_coordinates(place: str) -> str:
    first, *rows = POSTS.splitlines()
    return "\n".join([f"{first},coordinates", *(f'{row},"{place}"' for row in rows)]) + "\n"


PEOPLE = "person,name,language,time_zone,quiet_from,quiet_until\nhead,CANARY head,es,America/Chicago,22:00,07:00\n"
CONTACTS = "person,channel,address,confirmed\nhead,sms,+12025550101,\nhead,mail,CANARY@example.org,2026-01-01\n"
ROLES = "post,role,person,rank,from,until,document\nminneapolis,head,head,1,2025-03-01,,commission of 1 March\n"
GOOD = {"posts.csv": POSTS, "people.csv": PEOPLE, "contacts.csv": CONTACTS, "roles.csv": ROLES}


@pytest.fixture
def tables(tmp_path):
    def write(**changed):
        folder = tmp_path / f"tables {len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for name, text in {**GOOD, **{f"{name}.csv": text for name, text in changed.items()}}.items():
            if text is not None:
                (folder / name).write_text(text)
        return folder

    return write


def take_in(folder, now=NOW):
    return import_tables(folder, actor=SYSTEM, now=now)


def faults(folder):
    with pytest.raises(Faulty) as caught:
        take_in(folder)
    assert not Entry.objects.exists()
    assert not Post.objects.exists()
    assert not Person.objects.exists()
    return [str(fault) for fault in caught.value.faults]


def test_what_was_taken_in_is_known_and_once_more_changes_nothing(tables):
    assert take_in(tables()) == {"posts.csv": 3, "people.csv": 1, "contacts.csv": 2, "roles.csv": 1}
    post = Post.objects.get(slug="minneapolis")
    assert post.zones == {"lobby": "public", "archive": "work"}
    [held] = HeldRole.objects.all()
    assert held.since == datetime(2025, 3, 1, 6, tzinfo=UTC), "the day begins in the zone of the post"
    assert [(way.channel, way.confirmed) for way in Contact.objects.order_by("place")] == [
        ("sms", None),
        ("mail", datetime(2026, 1, 1, tzinfo=UTC)),
    ]
    before = Entry.objects.count()
    take_in(tables())
    assert Entry.objects.count() == before


def test_whatever_changes_of_a_person_is_an_entry(tables):
    take_in(tables())
    for changed in (
        PEOPLE.replace(",es,", ",en,"),
        PEOPLE.replace("07:00", "06:00"),
        PEOPLE.replace("CANARY", "CANARY B"),
    ):
        before = Entry.objects.filter(kind="person.listed").count()
        take_in(tables(people=changed))
        assert Entry.objects.filter(kind="person.listed").count() == before + 1


def test_the_tables_are_for_their_owner_only(tables, tmp_path):
    take_in(tables())
    export_tables(tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_out_and_in_again_is_the_same(tables, tmp_path):
    take_in(tables())
    export_tables(tmp_path / "out")
    before = Entry.objects.count()
    take_in(tmp_path / "out")
    assert Entry.objects.count() == before
    export_tables(tmp_path / "again")
    for name in COLUMNS:
        assert (tmp_path / "out" / name).read_text() == (tmp_path / "again" / name).read_text()


def test_the_example_comes_out_as_it_was_taken_in(db, home, tmp_path):
    load_example_posts(NOW)
    export_tables(tmp_path / "out")
    assert described(tmp_path / "out") == described(Path(example.__file__).parent / "examples")


def described(folder: Path) -> list[dict[str, object]]:
    """The rows of posts.csv. A database may give the rooms of a post in another order."""
    with (folder / "posts.csv").open(newline="") as file:
        rows = [{**row, "zones": sorted(row["zones"].split("; "))} for row in csv.DictReader(file)]
    return sorted(rows, key=itemgetter("post"))


def test_a_role_ends_when_the_table_says_until_when(tables):
    take_in(tables())
    post = Post.objects.get(slug="minneapolis")
    assert consent_at(post, NOW).people
    take_in(tables(roles=ROLES.replace("2025-03-01,,", "2025-03-01,2026-01-01,")))
    assert not consent_at(post, NOW).people
    assert consent_at(post, NOW - timedelta(days=60)).people, "in the past it was so"


def test_whoever_confirms_is_not_stale_any_more(tables):
    take_in(tables())
    post = Post.objects.get(slug="minneapolis")
    stale = (Kind.STALE, "head")
    assert stale in [(one.kind, one.about) for one in warnings_of(post, NOW)]
    confirm_contacts("head", actor=SYSTEM, now=NOW)
    assert stale not in [(one.kind, one.about) for one in warnings_of(post, NOW)]
    with pytest.raises(Refused, match="no 'nobody' whom anything reaches"):
        confirm_contacts("nobody", actor=SYSTEM, now=NOW)


def test_no_name_and_no_number_of_anybody_is_readable_in_the_database_or_the_record(tables):
    take_in(tables())
    with connection.cursor() as cursor:
        for table in ("posts_person", "posts_contact", "ledger_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            said = "".join(str(bytes(one) if isinstance(one, memoryview) else one) for row in cursor for one in row)
            assert said
            assert "CANARY" not in said
            assert "2025550101" not in said


def test_without_its_key_nobody_is_named_and_it_is_said(tables, home):
    take_in(tables())
    (home / "keys/staff.key").unlink()
    with pytest.raises(StaffKeyLost, match="is another key; restore"):
        Person.objects.get(id="head")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            {"posts": POSTS.replace("America/Chicago", "America/Minneapolis")},
            "posts.csv:4: time_zone: found 'America/M",
        ),
        (
            {"posts": POSTS.replace("consulate,career", "palace,career")},
            "posts.csv:4: post.described: class is 'palace'",
        ),
        (
            {"posts": POSTS.replace("archive=work", "archive=castle")},
            "posts.csv:4: zones: archive is 'castle'; allowed",
        ),
        ({"posts": POSTS.replace("America/Chicago,washington", "America/Chicago,london")}, "there is no post 'london'"),
        ({"posts": POSTS.replace("post,name", "post,nom")}, "posts.csv:1: unknown column 'nom'"),
        (
            {"posts": POSTS.replace('"Consulate, M', "Consulate, M").replace('is"', "is")},
            "posts.csv:4: it has another n",
        ),
        ({"posts": POSTS.replace("minneapolis,", "Minneapolis!,")}, "posts.csv:4: post: found 'Minneapolis!'; 2 to 40"),
        ({"posts": with_coordinates("91,0")}, "coordinates: found '91,0'; write latitude and longitude in degrees"),
        ({"posts": with_coordinates("Main Street 1")}, "coordinates: found 'Main Street 1'; write latitude"),
        ({"people": PEOPLE.replace("22:00", "late")}, "people.csv:2: Invalid isoformat string"),
        ({"contacts": CONTACTS.replace("sms", "pigeon")}, "people.csv:2: channel: found 'pigeon'; allowed are sms,"),
        ({"contacts": CONTACTS.replace("head,sms", "foot,sms")}, "contacts.csv:2: person: 'foot' is not in people.csv"),
        ({"roles": ROLES.replace(",head,head", ",boss,head")}, "roles.csv:2: role.given: role is 'boss'; expected"),
        ({"roles": ROLES.replace("head,head", "head,nobody")}, "roles.csv:2: person: there is no 'nobody' among"),
        ({"roles": ROLES.replace("2025-03-01,,", "2025-03-01,2025-02-01,")}, "roles.csv:2: until: 2025-02-01T06:00"),
        ({"roles": ROLES.replace(",head,head", ",designee,head")}, "roles.csv:2: designee: needs the document"),
        ({"roles": ROLES.replace("2025-03-01", "soon")}, "roles.csv:2: from: found 'soon'; write 2026-01-01"),
        ({"roles": ROLES.replace("minneapolis", "paris")}, "roles.csv:2: post: there is no post 'paris'"),
        ({"roles": ROLES.replace("head,1", "head,first")}, "roles.csv:2: invalid literal for int()"),
        (dict.fromkeys(("posts", "people", "contacts", "roles")), "holds none of the files; expected: posts.csv"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line_and_nothing_is_taken(tables, changed, says):
    assert any(says in one for one in faults(tables(**changed))), faults(tables(**changed))


def test_every_fault_is_named_at_once(tables):
    said = faults(
        tables(people=PEOPLE.replace("es,America/Chicago", "es,Nowhere"), roles=ROLES.replace("2025-", "25-"))
    )
    assert [one.split(":")[0] for one in said] == ["people.csv", "roles.csv"]


def test_the_example_has_everybody_and_nothing_would_fail_there():
    load_example_posts(NOW)
    assert len(list_posts()) == 10
    for post in list_posts():
        assert post.name.startswith("EXAMPLE ")
        assert warnings_of(post, NOW) == [], post
    for way in Contact.objects.all():
        assert way.address.endswith("@example.org") or way.address.startswith("+120255501")
    people = consent_at(Post.objects.get(slug="minneapolis"), NOW).people
    assert [one.person for one, _ in people] == [
        "minneapolis-head",
        "minneapolis-deputy",
        "washington-head",
    ]
