"""A home of its own for every test, incidents told from case files, and people to look at them."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from html import unescape
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from inviolable.counsel import record
from inviolable.counsel.reviewing import enter
from inviolable.incidents.actions import open_from_case
from inviolable.incidents.models import Incident
from inviolable.law.casefile import read_case
from inviolable.law.review import SignOff
from inviolable.posts.actions import add_user
from inviolable.posts.models import User

NOW = datetime(2026, 1, 29, 17, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples"
OFFICER = {"role": "officer", "id": "user-7"}


@pytest.fixture
def home(settings, tmp_path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def tell(db, home) -> Callable[..., Incident]:
    """Opens an incident from a case file of the example, perhaps with some of its words changed."""

    def open_one(reference: str = "minneapolis-2026", name: str = "minneapolis-2026", **changes: str) -> Incident:
        text = (EXAMPLES / f"{name}.toml").read_text("utf-8")
        for fact, value in changes.items():
            text, changed = re.subn(f"^{fact} = .*$", f'{fact} = "{value}"' if value else "", text, flags=re.MULTILINE)
            assert changed
        return open_from_case(read_case(text, name), reference, actor=OFFICER, now=NOW)

    return open_one


@pytest.fixture
def reader(db, home) -> Callable[..., Client]:
    """Somebody signed in with a role, reading in a language."""

    def sign_in(role: str = "officer", language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(add_user(f"{role} {User.objects.count()}", role, now=NOW, language=language))
        return client

    return sign_in


@transaction.atomic
def signed_law(home: Path, pack: str, day: date, names: Iterable[str] = (), *, among: Collection[str] = ()) -> SignOff:
    """Somebody who is nobody else here has reviewed that of the law on a day: with its entry."""
    adviser = {"role": "legal", "id": "user-0"}
    return record.sign(
        home, pack, "legal", day, names, by="user-0", first=partial(enter, actor=adviser, now=NOW), among=among
    )


@transaction.atomic
def signed_before(home: Path, pack: str, day: str, read: Mapping[str, str], digest: str = "0" * 64) -> None:
    """A signature in the record and in its file of what no longer stands there: digests by name, and the file's."""
    adviser = {"role": "legal", "id": "user-0"}
    enter(SignOff(pack, digest, "legal", day, tuple(read.items()), "user-0"), actor=adviser, now=NOW)
    line = {"pack": pack, "hash": digest, "role": "legal", "date": day, "provisions": dict(read), "by": "user-0"}
    with (home / "sign-offs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def words_of(page: str) -> str:
    """What a page says, without its marks."""
    text = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
    return re.sub(r"\s+", " ", unescape(text))
