"""What a tablet keeps of its post, to speak without a network: nobody's name, and nothing about any case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from inviolable.counsel import record
from inviolable.incidents.case import case_file_text
from inviolable.law.assess import ENGINE, Assessment
from inviolable.law.casefile import Case, read_case
from inviolable.law.faults import Faulty
from inviolable.law.words import say
from inviolable.ledger import canonical
from inviolable.posts.actions import is_example
from inviolable.posts.models import Post
from inviolable.posts.terms import MINISTRY

#: What is taken for known at the first touch: officers of the receiving State want to come in, nobody has
#: consented, nothing burns.
FIRST_TOUCH = {"actor": ("officer",), "zone": ("work",), "consent_by": ("none",), "emergency": ("none",)}


def place_of(slug: str, today: date) -> tuple[dict[str, Any], str]:
    """(the post as its devices keep it, the SHA-256 by which they know whether it is still so).

    call: where somebody answers when nothing else gets through, the ministry's telephone or the mission's. sentence:
    for the officer, in the host language, which is `language`.
    """
    post = Post.objects.get(slug=slug)
    ministry = Post.objects.filter(post_class=MINISTRY).order_by("slug").first()
    mission = Post.objects.filter(slug=post.mission).first()
    call = next((one.telephone for one in (ministry, mission, post) if one and one.telephone), "")
    language, sentence = _sentence(post, today, Path(settings.HOME))
    place = {
        "name": post.name,
        "call": call,
        "language": language,
        "sentence": sentence,
        "example": "yes" if is_example() else "no",
    }
    return place, sha256(canonical.encode(place)).hexdigest()


def case_there(post: Post, today: date, facts: Mapping[str, tuple[str, ...]]) -> Case:
    """What is known of a post before anybody knocks, and these facts, as a case of today."""
    profile = {name: (value,) for name, value in (("head", post.head), ("status", post.status)) if value}
    return Case(
        file=post.slug, title=post.name, sending=post.sending, receiving=post.receiving,
        occurred=(today.isoformat(), today.isoformat()), as_of="", place=post.city, post_class=post.post_class,
        host_language=post.host_language, facts={**profile, **facts}, positions={}, instruments=(), sources={},
    )  # fmt: skip


def _sentence(post: Post, today: date, home: Path) -> tuple[str, str]:
    """What is said at the first touch: what the law answers then decides it."""
    case = case_there(post, today, FIRST_TOUCH)
    try:
        decided = record.decided(home)
        known = (*sorted(decided.positions.items()), *(pack.hash for pack in decided.own))
        return _said(case_file_text(case), home, known)
    except (Faulty, LookupError):
        language = post.host_language if say(post.host_language) else "en"
        words: Mapping[str, Any] = say(language) or {}
        return language, words["host"]["open"]


@lru_cache(maxsize=256)
def _said(case: str, home: Path, _decided: tuple[object, ...]) -> tuple[str, str]:
    """Worked out once for each post and day, until the ministry decides otherwise: a tablet asks every two seconds."""
    decided = record.decided(home)
    with ENGINE:
        assessment = Assessment(read_case(case, "door"), decided.positions, (), decided.own)
        words = assessment.say(assessment.entry()["answer"])
    return words["host_language"], words["host"]
