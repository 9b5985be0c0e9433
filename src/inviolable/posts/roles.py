"""The closed list of sign-in roles, and what each may do.

A role says what a person does on a screen. It is not consent: only the head of post, that person's designee or the
head of the diplomatic mission may consent to entry (VCCR 31(2)), and those are dated appointments, not sign-in roles.
"""

from enum import StrEnum
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Every role there is. Adding one means giving it rows in the table of addresses too."""

    RECEPTION = "reception", _("Reception")
    OFFICER = "officer", _("Consular officer")
    HEAD_OF_POST = "head_of_post", _("Head of post")
    DUTY_OFFICER = "duty_officer", _("Duty officer")
    LEGAL = "legal", _("Legal adviser")
    PRESS = "press", _("Press officer")
    MINISTER_OFFICE = "minister_office", _("Minister's office")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")
    DEVICE = "device", _("Device at the door")


#: As what a program acts; no role, since nobody signs in by it.
PROGRAM = "api"

EVERY_ROLE: frozenset[Role] = frozenset(Role)
EVERY_PERSON: frozenset[Role] = EVERY_ROLE - {Role.DEVICE}
#: Who acts for the post where they hold a role, and for no other.
OF_A_POST: frozenset[Role] = frozenset({Role.OFFICER, Role.HEAD_OF_POST})
#: Who says what happened and what is to be done.
IN_CHARGE: frozenset[Role] = frozenset({Role.OFFICER, Role.HEAD_OF_POST, Role.DUTY_OFFICER})


class Scope(StrEnum):
    """What a program may do by its token. Each is one thing, and none contains another."""

    POSTS_READ = "posts:read"
    POSTS_BEAT = "posts:beat"
    ALARMS_READ = "alarms:read"
    ALARMS_RAISE = "alarms:raise"
    ALARMS_ANSWER = "alarms:answer"
    ALARMS_END = "alarms:end"


class Actor(Protocol):
    """Whoever acts: a user of this room, or anything that has a role and may be switched off."""

    role: str
    is_active: bool


# (verb, thing) -> who may. What is not here, nobody may.
MAY: dict[tuple[str, str], frozenset[Role]] = {
    ("ask", "law"): EVERY_PERSON,
    ("read", "incident"): EVERY_PERSON,
    ("read", "law"): EVERY_PERSON,
    ("read", "post"): EVERY_PERSON,
    ("read", "alarm"): EVERY_PERSON,
    # An alarm is raised by whoever sees what happens; the device at the door has its own way.
    ("raise", "alarm"): EVERY_PERSON - {Role.AUDITOR},
    ("answer", "alarm"): EVERY_PERSON - {Role.AUDITOR},
    ("end", "alarm"): IN_CHARGE,
    # The device is the post's: whoever answers for the post says so, and headquarters can always end it.
    ("enrol", "device"): frozenset({Role.HEAD_OF_POST, Role.OFFICER}),
    ("cut off", "device"): IN_CHARGE | {Role.ADMINISTRATOR},
    # The law decides who may: whoever else tries is told why not.
    ("answer", "consent"): EVERY_PERSON,
    # Nobody at the post: whoever is made to consent is not given away by a colleague's screen. The ministry's office
    # approves the note on it, the auditor audits it.
    ("see", "duress"): frozenset({Role.DUTY_OFFICER, Role.LEGAL, Role.MINISTER_OFFICE, Role.AUDITOR}),
    # It holds numbers of staff: who stands there for the post, who is called, who keeps the tables of them.
    ("print", "paper"): IN_CHARGE | {Role.ADMINISTRATOR},
    # Whoever asks on the public card was called back through a number that we hold, or is refused.
    ("verify", "request"): IN_CHARGE,
    # What may be recorded at a door is a question of the law of the place.
    ("decide", "recording"): frozenset({Role.LEGAL}),
    ("photograph", "signage"): frozenset({Role.HEAD_OF_POST, Role.OFFICER}),
    # Somebody at the ministry: what goes to all posts is nobody's reflex.
    ("release", "warning"): frozenset({Role.DUTY_OFFICER, Role.MINISTER_OFFICE, Role.LEGAL}),
    ("choose", "position"): frozenset({Role.LEGAL}),
    ("sign", "pack"): frozenset({Role.LEGAL}),
    ("open", "incident"): IN_CHARGE,
    ("close", "incident"): IN_CHARGE,
    ("claim", "fact"): IN_CHARGE,
    ("confirm", "fact"): IN_CHARGE,
    ("assign", "task"): IN_CHARGE,
    # Whoever was given it says that it is done; who did not may all the same, since the record says who it was.
    ("finish", "task"): EVERY_PERSON - {Role.AUDITOR},
    # Whoever was there or judges it afterwards has learnt something.
    ("write", "lesson"): IN_CHARGE | {Role.LEGAL, Role.PRESS, Role.MINISTER_OFFICE},
    # Whoever reads the papers brings what they say; what of it counts, others decide.
    ("add", "source"): IN_CHARGE | {Role.PRESS, Role.LEGAL},
    # What we hold against what the other side says; the exhibits stay sealed.
    ("answer", "claim"): IN_CHARGE | {Role.PRESS, Role.LEGAL},
    ("add", "note"): IN_CHARGE | {Role.RECEPTION},
    # Whoever records a delivery has the stamped copy of it.
    ("add", "exhibit"): IN_CHARGE | {Role.RECEPTION, Role.LEGAL, Role.MINISTER_OFFICE},
    # A code with which a visitor hands her clip over: whoever answers for what happens there speaks with her.
    ("ask", "clip"): IN_CHARGE,
    # What comes is sealed all the same: only an identity of headquarters opens it.
    ("fetch", "exhibit"): frozenset({Role.HEAD_OF_POST, Role.DUTY_OFFICER, Role.LEGAL, Role.AUDITOR}),
    # Two people hand out in plain what is sealed; the second is at headquarters, and never the first (handing_out.py).
    ("ask", "handout"): IN_CHARGE | {Role.LEGAL, Role.PRESS, Role.MINISTER_OFFICE, Role.ADMINISTRATOR},
    ("agree", "handout"): frozenset({Role.LEGAL, Role.DUTY_OFFICER}),
    ("erase", "exhibit"): frozenset({Role.LEGAL, Role.ADMINISTRATOR}),
    # Whoever must get an answer; that it is one, the law decides.
    ("follow", "demand"): IN_CHARGE | {Role.LEGAL, Role.MINISTER_OFFICE},
    ("close", "demand"): frozenset({Role.LEGAL}),
    ("keep", "finding"): frozenset({Role.LEGAL}),
    ("place", "hold"): frozenset({Role.LEGAL}),
    # Drafts are not for everybody's eyes, but for who writes, approves and audits; what was released stands in the
    # incident.
    ("read", "note"): EVERY_PERSON - {Role.RECEPTION},
    ("read", "draft"): IN_CHARGE | {Role.LEGAL, Role.MINISTER_OFFICE, Role.AUDITOR},
    ("draft", "note"): IN_CHARGE | {Role.LEGAL, Role.PRESS, Role.MINISTER_OFFICE},
    # Which of them, the chain of the organ says (notes/organs.toml); nobody what they wrote themselves.
    ("approve", "note"): frozenset({Role.LEGAL, Role.HEAD_OF_POST, Role.DUTY_OFFICER, Role.MINISTER_OFFICE}),
    ("release", "note"): frozenset({Role.LEGAL, Role.HEAD_OF_POST, Role.MINISTER_OFFICE}),
    ("deliver", "note"): IN_CHARGE | {Role.LEGAL, Role.MINISTER_OFFICE},
    # To the other State, by e-mail of record: for an organ only whoever holds a role there.
    ("send", "note"): IN_CHARGE | {Role.LEGAL, Role.MINISTER_OFFICE},
    # Who looked for what, and why: whoever looks at others is looked at, by people who search least.
    ("read", "search"): frozenset({Role.AUDITOR, Role.LEGAL}),
    ("add", "user"): frozenset({Role.ADMINISTRATOR}),
}


def can(user: Actor, verb: str, thing: str) -> bool:
    """Whether `user` may `verb` a `thing`, as in `can(user, "sign", "pack")`.

    Raises LookupError for a pair that the table does not know: a misspelt question must not pass for a "no".
    """
    try:
        roles = MAY[verb, thing]
    except KeyError:
        raise LookupError(f"No rule says who may {verb} a {thing}; add it to MAY in posts/roles.py.") from None
    return user.is_active and user.role in roles
