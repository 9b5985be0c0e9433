"""What is not ready at a post, besides its roster. Rooms above look at what is theirs; the post's page and `doctor` say
the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise

from inviolable.posts.models import Post


class Wanting(NamedTuple):
    """One thing. check: as `doctor` calls it; what: that is not ready, as its own page is called; words: why."""

    check: str
    what: str | Promise
    words: str | Promise


_LOOKS: list[Callable[[Post, datetime], Iterable[Wanting]]] = []


def when_looked_at(look: Callable[[Post, datetime], Iterable[Wanting]]) -> None:
    """Have a room above look at a post, too."""
    _LOOKS.append(look)


def wanting_at(post: Post, now: datetime) -> list[Wanting]:
    """What is not ready there."""
    return [one for look in _LOOKS for one in look(post, now)]
