"""How a text stands to what an incident's entries tell: what stops it. Reads; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from inviolable.diplomacy.checks.background import Background
from inviolable.diplomacy.checks.release import stops, stops_in_text
from inviolable.diplomacy.checks.said import people_in
from inviolable.diplomacy.drafting.offering import no_longer
from inviolable.diplomacy.drafting.pinpoints import STANDING
from inviolable.diplomacy.drafting.speakers import names_of_sources
from inviolable.diplomacy.drafting.writing import held, named_by
from inviolable.diplomacy.file import NoteFile
from inviolable.diplomacy.organs import Organ, class_of, organ_named, organs_called
from inviolable.diplomacy.terms import Content, Stop
from inviolable.diplomacy.words.naming import after, state_words
from inviolable.diplomacy.words.wording import wording_of
from inviolable.incidents.brief import alone
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.place import posts_at
from inviolable.incidents.terms import FIRST
from inviolable.ledger.actions import Actor
from inviolable.posts.lookup import accounts, at_the_ministry, list_posts, person_of, same_person, works_elsewhere
from inviolable.posts.models import Post, User
from inviolable.posts.roles import MAY, OF_A_POST
from inviolable.posts.terms import MINISTRY
from inviolable.sources.exchange import records_of
from inviolable.sources.shelf import PROPOSED, shelf
from inviolable.sources.values import normal
from inviolable.sources.vocabulary import fold


def organ_of(organ: str) -> Organ:
    """How this home has that organ's notes approved and numbered. Raises Faulty."""
    return organ_named(Path(settings.HOME), organ, sender_class(organ))


def sender_class(organ: str) -> str:
    """The class of an organ: the ministry, an embassy, a consular post."""
    found = Post.objects.filter(slug=organ).values_list("post_class", flat=True).first()
    return class_of(organ, found or "")


def wrote(found: NoteFile, actor: Actor, whose: Mapping[str, str] | None = None) -> bool:
    """Whether somebody wrote any version of it, signed in as they are now or by another account of theirs.

    whose: posts.lookup.accounts, where it is asked of many.
    """
    known = accounts() if whose is None else whose
    return any(same_person({"id": hand}, actor, known) for hand in found.hands)


def others_have(role: str, found: NoteFile) -> bool:
    """Whether somebody who wrote no version of a note can sign in with that role."""
    known = accounts()
    able = (one.actor for one in User.objects.filter(role=role, is_active=True))
    return any(not wrote(found, one, known) for one in able)


def elsewhere(actor: Actor, state: IncidentState, organ: str, now: datetime, *, decides: bool) -> bool:
    """Whether somebody who acts for one post would act here for another.

    Who decides on a note holds a role at its organ; who works on it, there, where it happened, or at the mission that
    this post answers to.
    """
    there = {organ}
    user = User(role=actor["role"], person=person_of(actor))
    if not decides:
        for one in posts_at(state):
            if one.post_class == state.opened["post"].get("class"):
                there |= {one.slug, *filter(None, [one.mission])}
        if there == {MINISTRY}:  # It happened at no place that is on our list: nobody is known to be of another one.
            return False
    return all(works_elsewhere(user, one, now) for one in there)


def organs_for(state: IncidentState) -> list[tuple[str, str]]:
    """Who may write about an incident, and what each is called: the ministry, and every place of ours there."""
    there = [one for one in list_posts() if one.receiving and one.receiving == state.opened.get("receiving")]
    return [(MINISTRY, ""), *((one.slug, one.name) for one in there)]


def who_decides(organ: str, verb: str) -> frozenset[str]:
    """The roles that approve, release or send notes of an organ: whoever acts for one post does so for no ministry's.

    Whom the ministry itself names in its chain approves all the same.
    """
    roles = frozenset(map(str, MAY[verb, "note"]))
    if sender_class(organ) != MINISTRY:
        return roles
    named = organ_of(organ).steps if verb == "approve" else ()
    return (roles - frozenset(map(str, OF_A_POST))) | (roles & frozenset(named))


def called(template: str, opened: Mapping[str, Any], language: str) -> str:
    """The name of an organ of either State, as organs.toml words it."""
    words = wording_of(Path(settings.HOME), language)
    states = {f"of_{name}": state_words(opened.get(name, ""), language, words) for name in ("sending", "receiving")}
    return template.format(**{name: after(words["grammar"]["of"], said, words) for name, said in states.items()})


def city_of(organ: str) -> str:
    """Where notes of the ministry or of a post are dated, "" where nobody said."""
    return Post.objects.filter(slug=organ).values_list("city", flat=True).first() or ""


def standing_of(state: IncidentState, content: Content, now: datetime) -> tuple[Stop, ...]:
    """What stops a note that would be released now."""
    known = background_of(state, content.part or FIRST, content.organ, public=content.form == "statement")
    return stops(
        content,
        replace(
            known,
            **held(state, content)._asdict(),
            no_longer=no_longer(state, content, now),
            today=at_the_ministry(now).date(),
        ),
        (get_language() or "en")[:2],
    )


def standing_of_text(state: IncidentState, text: str, published: str, language: str) -> tuple[Stop, ...]:
    """What stops any text of ours about an incident. published: its day (ISO 8601), or "" where it bears none."""
    known = replace(background_of(state, FIRST, MINISTRY), named=named_by(state, FIRST, text))
    return stops_in_text(text, published, language, known, (get_language() or "en")[:2])


def of_one_person(state: IncidentState, content: Content) -> list[str]:
    """The facts that a text rests on and that one person both entered and confirmed, by key.

    It stops nothing: a person confirms, and whoever approves a note is the second. They must know.
    """
    rests_on = {one.seq for one in content.values.values() if one.state == "confirmed"}
    return [
        key
        for key, values in state.confirmed(content.part or FIRST).items()
        for decisions in values.values()
        if rests_on & {one.seq for one in decisions} and alone(state, decisions)
    ]


def background_of(state: IncidentState, part: str, organ: str, *, public: bool = False) -> Background:
    """What texts about a part of an incident are held against. public: a statement, which adds no demand of its own."""
    known, post = shelf(state.timeline), state.opened["post"]
    organs = organs_called(Path(settings.HOME), state.opened.get("sending", ""), state.opened.get("receiving", ""))
    return Background(
        sender=sender_class(organ),
        post=str(post.get("class", "consulate")),
        head=str(post.get("head", "")),
        sending=state.opened.get("sending", ""),
        receiving=state.opened.get("receiving", ""),
        zone=_zone(state),
        offset=_offset(state),
        confirmed={key: tuple(values) for key, values in state.confirmed(part).items()},
        unnamed=frozenset(one.id for one in known.claims.values() if one.state == PROPOSED),
        records=records_of(known),
        demands=tuple(demands_on_file(state)) if public else (),
        cites=_cites(state, part),
        own=frozenset(
            fold(called(words, state.opened, language))
            for name in (MINISTRY, organ)
            for language, words in organ_of(name).sender.items()
        ),
        people=people_in(_told(state)),
        sources=names_of_sources(state, known, organs),
    )


def _told(state: IncidentState) -> Iterator[str]:
    """What entries tell of the event in words, as far as it is not sealed."""
    for item in state.timeline:
        told = (item.body.get(name) for name in ("value", "raw", "said", "what", "text"))
        yield from (one for one in told if isinstance(one, str))


def _cites(state: IncidentState, part: str) -> frozenset[str] | None:
    """The provisions that the finding on record rests on, where anything was found to follow from them."""
    if not (last := state.last_finding(part)):
        return None
    told = (*last.answer["findings"], *last.answer["remedies"])
    found = {cite for one in told if one["result"] in STANDING for cite in one["cites"]}
    return frozenset({*found, *last.answer["entry"]["cites"]})


def demands_on_file(state: IncidentState) -> Iterator[str]:
    """What released notes demand, as far as the checks know words for it."""
    for item in state.timeline:
        if item.kind == "demand.made" and normal("demand.words", item.body["what"]).type != "text":
            yield item.body["what"]


def _zone(state: IncidentState) -> str:
    """The zone that was named last, the post's; else a fixed one with the offset that the incident began with."""
    named = next((item.happened.zone for item in reversed(state.timeline) if item.happened.zone), "")
    hours, rest = divmod(_offset(state) or timedelta(), timedelta(hours=1))
    return named or (f"Etc/GMT{-hours:+d}" if hours and not rest else "UTC")


def _offset(state: IncidentState) -> timedelta | None:
    """How far the post's clock was from UTC when it happened, as whoever opened the incident wrote it."""
    with suppress(ValueError):
        return datetime.fromisoformat(str(state.opened["occurred"]).partition("/")[0]).utcoffset()
    return None
