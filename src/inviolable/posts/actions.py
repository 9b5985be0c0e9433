"""The only functions that write in this room. Each is one transaction; time is an argument."""

from datetime import datetime

from django.db import transaction

from inviolable.ledger.models import Entry
from inviolable.posts.models import Installation, User
from inviolable.posts.roles import Role


class Refused(ValueError):
    """What was asked cannot be done; the message says why and what would be right."""


@transaction.atomic
def add_user(name: str, role: str, *, now: datetime, password: str | None = None, language: str = "") -> User:
    """Add somebody who may sign in.

    Without a password only a sign-in link lets them in. Raises Refused when the name is taken or unprintable, or the
    role is not on the closed list.
    """
    name = name.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise Refused(f"name: found {name!r}; a name has 1 to 80 printable characters.")
    if role not in Role.values:
        raise Refused(f"role: found {role!r}; allowed are {', '.join(Role.values)}.")
    if User.objects.filter(name=name).exists():
        raise Refused(f"name: {name!r} is taken; choose another name.")
    user = User(name=name, role=role, language=language, added=now)
    user.set_password(password)
    user.save(force_insert=True)
    return user


@transaction.atomic
def let_in(name: str, may: bool) -> User:
    """Say whether somebody may sign in from now on; whoever is signed in and may not is out at once. Raises Refused."""
    user = find_user(name)
    user.is_active = may
    user.save(update_fields=["is_active"])
    return user


def find_user(name: str) -> User:
    """Whoever signs in by that name. Raises Refused."""
    user = User.objects.filter(name=name).first()
    if user is None:
        raise Refused(f"there is nobody called {name!r}; `inviolable user list` shows who there is.")
    return user


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """Remember in which language somebody reads."""
    user.language = language
    user.save(update_fields=["language"])


def is_example() -> bool:
    """Whether this home holds the worked example. Then every screen says so and nothing leaves this machine."""
    return Installation.objects.filter(example=True).exists()


def is_empty() -> bool:
    """Whether nobody has begun to use this home."""
    return not (User.objects.exists() or Installation.objects.exists() or Entry.objects.exists())


@transaction.atomic
def load_example_users(*, now: datetime) -> list[User]:
    """Fill an empty home with one user per role and mark it as an example for good.

    Raises Refused for any other home: an example never mixes with the real.
    """
    if not is_empty():
        raise Refused(
            "this home is not empty, and an example never mixes with the real; choose an empty INVIOLABLE_HOME."
        )
    Installation.objects.create(example=True, since=now)
    return [add_user(f"example-{role.value.replace('_', '-')}", role, now=now) for role in Role]
