"""Posts from the command line, as an administrator sets them up."""

import pytest
from tests.installation import installations
from tests.posts.test_tables import GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(tmp_path):
    with installations(tmp_path) as make:
        yield make("home")


def test_from_the_tables_to_who_may_consent_and_what_would_fail(ours, tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    for name, text in GOOD.items():
        (tables / name).write_text(text)
    assert ours.run("posts", "import", tables).split() == (
        ["posts.csv", "3", "rows", "people.csv", "1", "rows", "contacts.csv", "2", "rows", "roles.csv", "1", "rows"]
    )
    assert [line.split()[0] for line in ours.run("posts", "list").splitlines()] == [
        "quito",
        "washington",
        "minneapolis",
    ]
    assert ours.run("posts", "consent", "minneapolis").split(maxsplit=1) == [
        "head",
        "Head of post: the head of post (VCCR 31(2))\n",
    ]
    said = ours.run("posts", "consent", "minneapolis", "--at", "2025-02-28")
    assert said == "Nobody is recorded today who may consent: the answer is no, whoever asks. VCCR 31(2)\n"
    assert "This is the ministry" in ours.run("posts", "consent", "quito")

    said = ours.run("posts", "warnings", code=1)
    assert "Only one person holds this role" in said
    assert "Has not confirmed for half a year how to be reached" in said
    assert ours.run("posts", "confirm", "head") == "Confirmed for head: sms, mail\n"
    assert "Has not confirmed" not in ours.run("posts", "warnings", "minneapolis", code=1)

    ours.run("posts", "export", tmp_path / "out")
    assert (
        (tmp_path / "out/roles.csv")
        .read_text()
        .splitlines()[1]
        .startswith("minneapolis,head,head,1,2025-03-01T00:00:00")
    )
    assert "is there already" in ours.run("posts", "export", tmp_path / "out", code=2)
    assert "there is no post 'paris'" in ours.run("posts", "consent", "paris", code=2)
    (tables / "roles.csv").write_text(GOOD["roles.csv"].replace("head,1", "boss,1"))
    assert "roles.csv:2: person: there is no 'boss'" in ours.run("posts", "import", tables, code=2)
    assert ours.run("rebuild")
    assert ours.run("posts", "consent", "minneapolis").startswith("head ")
    (ours.home / "keys/staff.key").unlink()
    assert "is another key; restore the one from the backup" in ours.run("posts", "warnings", code=2)
