"""The only functions that write in this room, but for demands/. Each is one transaction; time is an argument.

All raise Refused for what cannot be done, BadEntry for what a kind of entry does not allow; then nothing was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inviolable.diplomacy import content as contents
from inviolable.diplomacy.checks.channel import channels_of
from inviolable.diplomacy.checks.standing import (
    elsewhere,
    organ_of,
    others_have,
    sender_class,
    standing_of,
    who_decides,
    wrote,
)
from inviolable.diplomacy.demands.aging import released_by
from inviolable.diplomacy.file import APPROVED, DRAFT, RELEASED, SUBMITTED, NoteFile, note_files, proofs
from inviolable.diplomacy.life.waiting import tell
from inviolable.diplomacy.models import Look, Version
from inviolable.diplomacy.shown import STATES, stops_words
from inviolable.diplomacy.terms import Content
from inviolable.diplomacy.versions import content_of
from inviolable.incidents.desk import Desk, at_desk
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.wording import charged, in_each_language
from inviolable.ledger.actions import Actor
from inviolable.ledger.moments import Happened
from inviolable.posts.actions import Refused, Told, is_example
from inviolable.posts.lookup import accounts, same_person
from inviolable.posts.roles import MAY
from inviolable.posts.terms import MINISTRY


class Stopped(Told):
    """Something in the text stops it; says the first of what does."""


# ---- its text --------------------------------------------------------------------------------


@transaction.atomic
def draft(reference: str, content: Content, *, actor: Actor, now: datetime, behalf: str = "") -> str:
    """Begin a note with its first version; its id. behalf: the account for which the command line does it."""
    desk = at_desk(reference, actor, now)
    refuse_who(desk.state, "draft", content.organ, behind(actor, behalf), now)
    _refuse_content(content)
    if content.channel not in channels_of(sender_class(content.organ)):
        allowed = ", ".join(channels_of(sender_class(content.organ)))
        raise Refused(f"channel: {content.organ} does not write by {content.channel} (VCCR 38, VCDR 41(2)): {allowed}.")
    note = str(uuid4())
    told = {"form": content.form, "channel": content.channel, "organ": content.organ, "language": content.language}
    words = in_each_language(lambda: _("Release the note, or drop it"))
    to_do = {"what": words["en"], "words": words, "to": organ_of(content.organ).steps[0]}
    part = desk.part(content.part) if content.part else ""
    body = {"note": note, **told, **_kept(note, 1, content, desk), "part": part, **to_do}
    desk.append("note.drafted", body | ({"for": behalf} if behalf else {}))
    return note


@transaction.atomic
def revise(
    reference: str, note: str, base: int, content: Content, how: str, *, actor: Actor, now: datetime, why: str = ""
) -> int:
    """Another version in place of `base`; its number. how: `typed`, `word` (brought back) or `redrafted`."""
    desk, found = _at_note(reference, note, actor, now, "draft", DRAFT)
    if base != found.last.number:
        said = _("Version %(base)s was changed by somebody else; read version %(last)s and begin there.")
        raise Told(said % {"base": base, "last": found.last.number})
    _refuse_content(content)
    fixed = ("form", "channel", "organ", "language")
    if changed := [name for name in fixed if getattr(content, name) != getattr(found, name)]:
        raise Refused(f"{changed[0]}: a note keeps its own; draft another note.")
    if contents.digest(content) == found.last.content:
        raise Told(_("Nothing was changed."))
    number = found.last.number + 1
    body = {"note": note, **_kept(note, number, content, desk), "how": how, "why": why}
    desk.append("note.revised", body)
    return number


def _kept(note: str, number: int, content: Content, desk: Desk) -> dict[str, str | int]:
    """The version, kept; and what its entry says of it. Whoever wrote it has seen it."""
    Version.objects.create(note=note, number=number, content=contents.dumps(content).decode())
    look_at(note, number, actor=desk.actor, now=desk.now)
    return {"version": number, "content": contents.digest(content)}


def _refuse_content(content: Content) -> None:
    if content.example != is_example():
        raise Refused("example: a note of an example says so, and no other does.")
    if not content.paragraphs:
        raise Refused("a note has paragraphs; this one has none.")


# ---- its approval ----------------------------------------------------------------------------


@transaction.atomic
def submit(reference: str, note: str, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Ask the chain of its organ to approve the last version; the roles, in order. What stops a release stops this."""
    desk, found = _at_note(reference, note, actor, now, "draft", DRAFT)
    refuse_stops(desk, found)
    role = found.last.by["role"]
    steps = organ_of(found.organ).steps_after(role, others=others_have(role, found))
    desk.append("note.submitted", {"note": note, "version": found.last.number, "steps": list(steps)})
    tell(desk, note)
    return steps


@transaction.atomic
def approve(reference: str, note: str, version: int, *, actor: Actor, now: datetime) -> None:
    """The next step of the chain, by somebody of its role: never by whoever wrote a version of it, and nobody twice."""
    desk, found = _at_note(reference, note, actor, now, "approve", SUBMITTED)
    if version != found.last.number:
        said = _("Version %(version)s is not the one that was submitted; read version %(last)s.")
        raise Told(said % {"version": version, "last": found.last.number})
    if refusal := why_not_approve(found, actor):
        raise Told(refusal)
    seen = Look.objects.filter(note=note, reader=actor["id"])
    if not seen.filter(number=version).exists():
        said = _("You have not looked at version %(version)s yet; read what changed, then approve.")
        raise Told(said % {"version": version})
    before = seen.filter(number__lt=version).order_by("-number").first()
    body = {"note": note, "version": version, "step": found.step, "since": before.number if before else 0}
    desk.append("note.approved", body)
    tell(desk, note)


def why_not_approve(found: NoteFile, actor: Actor) -> str:
    """Why somebody may not take the step that is due; "" where they may."""
    if found.step != actor["role"]:
        return _("It waits for: %(role)s. Only somebody of that role approves it now.") % {"role": charged(found.step)}
    whose = accounts()
    if wrote(found, actor, whose):
        return _("Nobody approves what they wrote; another of that role, who wrote none of it, does (four eyes).")
    if any(same_person(one.actor, actor, whose) for one in found.approvals):
        return _("You have approved it already; the next step is somebody else's.")
    return ""


@transaction.atomic
def send_back(reference: str, note: str, why: str, *, actor: Actor, now: datetime) -> None:
    """It is not approved as it is: a draft again, with the reason. Before it is released, anybody in the chain may."""
    desk, found = _at_note(reference, note, actor, now, "approve", SUBMITTED, APPROVED)
    if not why.strip():
        raise Told(_("“Why” is empty; say what is to be changed."))
    desk.append("note.sent_back", {"note": note, "version": found.last.number, "why": why.strip()})
    tell(desk, note)


@transaction.atomic
def drop(reference: str, note: str, why: str, *, actor: Actor, now: datetime) -> None:
    """It will not go out. Nothing of it is erased."""
    desk, _found = _at_note(reference, note, actor, now, "draft", DRAFT)
    if not why.strip():
        raise Told(_("“Why” is empty; say why it does not go out."))
    desk.append("note.dropped", {"note": note, "why": why.strip()})


@transaction.atomic
def look_at(note: str, number: int, *, actor: Actor, now: datetime) -> None:
    """Somebody sees a version; the first time counts."""
    Look.objects.get_or_create(note=note, reader=actor["id"], number=number, defaults={"first": now})


# ---- its delivery, and what is said without a note -------------------------------------------


#: Outcomes by which an office had it, and ways on which somebody hands it over at a place.
HAD_BY_SOMEBODY = ("handed_over", "received", "refused")
AT_A_PLACE = ("by_hand", "summons", "mission")


@transaction.atomic
def deliver(
    reference: str,
    note: str,
    way: str,
    outcome: str,
    *,
    actor: Actor,
    now: datetime,
    to: str = "",
    place: str = "",
    proof: str = "",
    said: str = "",
    happened: Happened | None = None,
) -> None:
    """What became of it by one channel. to: whose hands, a role; proof: the exhibit of a stamped copy or a receipt.

    Received is only what somebody outside says: their stamp, their receipt. What our side says is that it was handed
    over. To refuse it, and not to answer, are outcomes. The last entry of a way corrects those before it; whose receipt
    came later had it where it was handed over.
    """
    desk, found = _at_note(reference, note, actor, now, "deliver", RELEASED)
    if outcome == "received":
        to, place = to or found.known_of(way, "to"), place or found.known_of(way, "place")
    if outcome == "received" and not proof:
        raise Told(
            _("Received is what a stamped copy or a receipt shows, and none was chosen. Until then: handed over.")
        )
    if proof and proof not in desk.state.exhibits:
        raise Told(_("There is no such exhibit here; add the stamped copy as an exhibit first."))
    if proof and found.released and proof not in proofs(desk.state, found.released.seq):
        raise Told(_("That is no trace from outside: it is a note of ours, or it was here before the release."))
    if happened and found.released and not released_by(happened.start, found.released.recorded):
        raise Told(_("That lies before the release; a note is delivered after it is released."))
    if outcome in HAD_BY_SOMEBODY and not to:
        raise Told(_("Say to which office it was handed over."))
    if outcome in HAD_BY_SOMEBODY and way in AT_A_PLACE and not place:
        raise Told(_("Say where it was handed over."))
    told = {"channel": way, "outcome": outcome, "to": to, "place": place, "proof": proof, "said": said}
    desk.append("note.delivered", {"note": note, **told}, happened)


@transaction.atomic
def record_demarche(
    reference: str, told: Mapping[str, str], *, actor: Actor, now: datetime, happened: Happened | None = None
) -> str:
    """An oral démarche; its id. told: by, to, said, and answer where there was one. It leaves no paper of ours."""
    desk = at_desk(reference, actor, now)
    refuse_who(desk.state, "deliver", MINISTRY, actor, now)
    demarche = str(uuid4())
    desk.append("demarche.made", {"demarche": demarche, **told}, happened)
    return demarche


# ---- what both need --------------------------------------------------------------------------


#: What takes a role at the organ itself.
DECIDING = ("approve", "release", "send")


def _at_note(reference: str, note: str, actor: Actor, now: datetime, verb: str, *states: str) -> tuple[Desk, NoteFile]:
    desk = at_desk(reference, actor, now)
    found = in_state(desk, note, states)
    refuse_who(desk.state, verb, found.organ, actor, now)
    return desk, found


def behind(actor: Actor, behalf: str) -> Actor:
    """Whose rights and person count where the command line acts on somebody's behalf."""
    return {**actor, "id": behalf} if behalf else actor


def refuse_who(state: IncidentState, verb: str, organ: str, actor: Actor, now: datetime) -> None:
    """Raises Refused for a role that may not do this with notes, and for who acts for another post.

    verb: of posts/roles.py. Here and not on the pages, so that no command passes it either.
    """
    role = actor["role"]
    if role not in MAY[verb, "note"]:
        raise Refused(f"{role} may not {verb} a note; {', '.join(sorted(MAY[verb, 'note']))} may.")
    if verb in DECIDING and role not in (may := who_decides(organ, verb)):
        told = ", ".join(charged(one) for one in sorted(may))
        raise Told(_("A note of the ministry is decided on by people of the ministry: %(roles)s.") % {"roles": told})
    if elsewhere(actor, state, organ, now, decides=verb in DECIDING):
        raise Refused(_("Whoever works at another post cannot do this here; headquarters can."))


def in_state(desk: Desk, note: str, states: Iterable[str]) -> NoteFile:
    """A note of this incident that has come that far. Raises Refused."""
    found = note_files(desk.state.timeline).get(note)
    if found is None:
        raise Refused(f"there is no note {note!r} in {desk.incident.reference}.")
    if found.state not in states:
        told = {"is": STATES[found.state], "must": " / ".join(str(STATES[one]) for one in states)}
        raise Told(_("This note is: %(is)s. What you want is done to one that is: %(must)s.") % told)
    return found


def refuse_stops(desk: Desk, found: NoteFile) -> Content:
    """The content of its last version, which nothing stops. Raises Stopped."""
    content = content_of(found.id, found.last.number)
    if stopping := standing_of(desk.state, content, desk.now):
        words = ngettext("%(number)s thing stops it. %(what)s", "%(number)s things stop it. %(what)s", len(stopping))
        raise Stopped(words % {"number": len(stopping), "what": stops_words(content, stopping[:5])})
    return content
