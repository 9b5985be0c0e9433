"""What a tablet keeps of its post, to speak without a network: nobody's name, and nothing about any case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
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
from inviolable.law.publish import published
from inviolable.law.review import of_pack
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import say, spoken, texts
from inviolable.posts.actions import is_example
from inviolable.posts.models import Post
from inviolable.posts.terms import MINISTRY

#: What is ordered as long as nothing is settled (`Assessment.to_do`).
WAITING = (
    "disputed-wait", "wait-for-facts", "disputed-crew", "no-contact", "call-consenter", "archives-closed",
)  # fmt: skip
#: What is taken for known at the first touch: officers of the receiving State want to come in, nobody has
#: consented, nothing burns.
FIRST_TOUCH = {"actor": ("officer",), "zone": ("work",), "consent_by": ("none",), "emergency": ("none",)}


def place_of(slug: str, today: date) -> tuple[dict[str, Any], str]:
    """(the post as its devices keep it, the SHA-256 by which they know whether it is still so).

    call: where somebody answers when nothing else gets through, the ministry's telephone or the mission's. sentence:
    for the officer, in the host language, which is `language`; first: the answer that it is the sentence of. The other
    parts are for whoever has a hand free: law (docs/graph.md), words (of the law, in each language of the tablet; `say`
    in that of the host is what is shown to whoever stands there) and reviewed (the role of whoever signed it off and
    the day; nothing where nobody did).
    """
    post = Post.objects.get(slug=slug)
    ministry = Post.objects.filter(post_class=MINISTRY).order_by("slug").first()
    mission = Post.objects.filter(slug=post.mission).first()
    call = next((one.telephone for one in (ministry, mission, post) if one and one.telephone), "")
    place = {
        "name": post.name,
        "call": call,
        "example": "yes" if is_example() else "no",
        **_legal(post, today, Path(settings.HOME)),
    }
    return place, sha256(json.dumps(place, sort_keys=True).encode()).hexdigest()


def case_there(post: Post, today: date, facts: Mapping[str, tuple[str, ...]]) -> Case:
    """What is known of a post before anybody knocks, and these facts, as a case of today."""
    profile = {name: (value,) for name, value in (("head", post.head), ("status", post.status)) if value}
    return Case(
        file=post.slug, title=post.name, sending=post.sending, receiving=post.receiving,
        occurred=(today.isoformat(), today.isoformat()), as_of="", place=post.city, post_class=post.post_class,
        host_language=post.host_language, facts={**profile, **facts}, positions={}, instruments=(), sources={},
    )  # fmt: skip


def _legal(post: Post, today: date, home: Path) -> Mapping[str, Any]:
    """All that the law says at this door. Where it cannot be read: wait. Never that anybody may enter."""
    case = case_there(post, today, {})
    try:
        return _worked_out(case_file_text(case), record.decided(home))
    except (Faulty, LookupError):
        language = post.host_language if say(post.host_language) else "en"
        words: Mapping[str, Any] = say(language) or {}
        return {"language": language, "sentence": words["host"]["open"]}


@lru_cache(maxsize=256)
def _worked_out(text: str, decided: record.Decided) -> Mapping[str, Any]:
    """Worked out once for each post and day, until the ministry decides otherwise: a tablet asks every two seconds."""
    case = read_case(text, "door")
    with ENGINE:
        assessment = Assessment(case, decided.positions, decided.signed, decided.own)
        known = {name: values[0] for name, values in assessment.facts.items() if len(values) == 1}
        law = published(assessment.compiled, "entry", assessment.positions, known, assessment.tag)
        at_touch = Assessment(replace(case, facts={**case.facts, **FIRST_TOUCH}), decided.positions, (), decided.own)
        first = at_touch.entry()["answer"]
        said = at_touch.say(first)
        by = [of_pack(pack, decided.signed) for pack in assessment.law.packs]
    reviewed = {"role": by[0].role, "date": min(sign.date for sign in by if sign)} if by[0] and all(by) else {}
    return {
        "language": said["host_language"],
        "sentence": said["host"],
        "first": first,
        "law": law,
        "words": {language: words_for(law, language, at_mission=assessment.at_mission()) for language in spoken()},
        "reviewed": reviewed,
    }


def _answers(law: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(told["answer"] for told in law["answers"].values()))


def words_for(law: Mapping[str, Any], language: str, *, at_mission: bool) -> dict[str, Any]:
    """The words of the law that a tablet of this post can come to show, in one language."""
    words = texts(language)
    special = words["do_mission"] if at_mission else {}
    orders = {*WAITING, *law["life_first"].values(), *(key for told in law["answers"].values() for key in told["do"])}
    facts = vocabulary().facts
    said = say(language) or {}
    spoken_there = said["host"] | said["event"] | (said["host_mission"] | said["event_mission"] if at_mission else {})
    return {
        "say": {key: spoken_there[key] for key in (*_answers(law), "open", "disputed", *said["event"])},
        "facts": {
            fact["id"]: {
                "question": words["facts"][fact["id"]]["question"],
                "answers": {
                    value: words["facts"][fact["id"]]["answers"][value]
                    for value in facts[fact["id"]].door or fact["values"]
                },
            }
            for fact in law["facts"]
        },
        "do": {key: special.get(key, words["do"][key]) for key in sorted(orders)},
        "results": {answer: words["results"][answer] for answer in (*_answers(law), "open")},
        "tags": words["tags"],
        "reviewed": words["labels"]["reviewed"],
        "not_reviewed": words["labels"]["not_reviewed"],
    }
