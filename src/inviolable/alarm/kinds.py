"""The kinds of entry of this room. No name and no address is in them: a person is an id."""

from typing import Any

from inviolable.alarm.plan import Phase, Why
from inviolable.alarm.protocols import FORMAT, from_rows
from inviolable.alarm.score import Verdict
from inviolable.alarm.terms import DURESS, Danger
from inviolable.ledger.registry import Kind, declare, digest, moment, number, one_of, table, text, texts

#: By which way an alarm or an answer came.
WAYS = ("page", "link", "command", "api", "sms", "voice", "device", "silence", DURESS)


def instructions(value: Any) -> bool:
    """A list of texts in each language."""
    return type(value) is list and all(type(one) is dict and all(map(text, one.values())) for one in value)


def steps(value: Any) -> bool:
    """The steps of a protocol, as `protocols.as_rows` writes them."""
    try:
        return type(value) is list and bool(from_rows(value))
    except (KeyError, TypeError):
        return False


def timed(value: Any) -> bool:
    """How each step went, as `score.as_body` writes it."""
    return type(value) is list and all(type(one) is dict and one.get("verdict") in {*Verdict} for one in value)


declare(
    Kind("protocol.imported", {"number": text, "date": text, "in_force": text, "sha256": digest, "text": text}),
    # steps: as they were in the protocol at that moment; format: how they are written. protocol: its SHA-256, absent
    # where none was in force and the one that ships was taken. do: what is to be done first. raiser: who, where known.
    # late: it could not be recorded when it was raised, and everybody was called straight. words: `what` by language.
    Kind(
        "alarm.raised",
        {"alarm": text, "post": text, "danger": one_of(*Danger.values), "way": one_of(*WAYS), "steps": steps}
        | {"format": one_of(str(FORMAT)), "what": text, "do": table},
        {"protocol": digest, "exercise": one_of("yes"), "raiser": text, "late": one_of("yes"), "words": table},
        opens="alarm",
    ),
    # Somebody asked for help whom nobody here knows; ends: how their number ends.
    Kind("alarm.unverified", {"way": one_of(*WAYS), "ends": text}),
    # A post's device: heard from first, or again after an alarm; taken out of service.
    Kind("post.heard", {"post": text}),
    Kind("post.unwatched", {"post": text}),
    # Raised again while it was open: by the same post, for the same danger.
    Kind("alarm.repeated", {"alarm": text, "way": one_of(*WAYS)}),
    # Everything that the planner needs to go on from here; calls: whom it calls now.
    Kind(
        "alarm.stepped",
        {"alarm": text, "step": text, "phase": one_of(*Phase), "since": moment, "round": number, "called": texts},
        {"due": moment, "calls": texts, "why": one_of(*Why)},
    ),
    Kind("alarm.acknowledged", {"alarm": text, "role": text, "person": text, "way": one_of(*WAYS)}),
    Kind("alarm.declined", {"alarm": text, "role": text, "person": text, "way": one_of(*WAYS), "why": text}),
    # do: what the posts are told to do. posts: which.
    Kind(
        "warning.released",
        {"warning": text, "alarm": text, "post": text, "danger": one_of(*Danger.values), "posts": texts}
        | {"do": instructions},
        {"exercise": one_of("yes")},
    ),
    Kind("warning.confirmed", {"warning": text, "post": text, "way": one_of(*WAYS)}),
    Kind("warning.retracted", {"warning": text, "why": text}),
    Kind("alarm.stood_down", {"alarm": text, "why": text}, closes="alarm"),
    # How a drill went. first, full: seconds until anybody had answered, and until everybody had who was asked.
    Kind(
        "drill.scored",
        {"alarm": text, "verdict": one_of(*Verdict), "missed": texts, "late": texts, "steps": timed},
        {"first": number, "full": number},
    ),
)
