"""What this room decides, in words."""

from django.utils.translation import gettext, gettext_lazy

from inviolable.posts.consent import Why
from inviolable.posts.roles import PROGRAM, Role
from inviolable.posts.roster import Kind
from inviolable.posts.terms import DatedRole

REASONS = {
    Why.HEAD: gettext_lazy("the head of post"),
    Why.ACTING: gettext_lazy(
        "acting head: the post is vacant or its head is unable to act, and the receiving State was told"
    ),
    Why.ACTING_NOT_NOTIFIED: gettext_lazy("acting head, but no notification to the receiving State is recorded"),
    Why.ACTING_BESIDE_HEAD: gettext_lazy("acting head, only while the head of post is unable to act"),
    Why.DESIGNEE: gettext_lazy("designated for this by the head of post"),
    Why.MISSION: gettext_lazy("head of the diplomatic mission"),
    Why.HEAD_OF_MISSION: gettext_lazy("head of mission"),
    Why.NOBODY: gettext_lazy("Nobody is recorded today who may consent: the answer is no, whoever asks."),
    Why.HONORARY: gettext_lazy(
        "An honorary officer heads this post: the Convention asks for nobody's consent there, a treaty of yours may."
    ),
    Why.NO_POST: gettext_lazy("This is the ministry: it instructs, it does not consent."),
}

WARNINGS = {
    Kind.HOLE: gettext_lazy("Nobody holds this role for a while"),
    Kind.NO_DEPUTY: gettext_lazy("Only one person holds this role, and nobody stands in"),
    Kind.NO_CONTACT: gettext_lazy("Cannot be reached by anything"),
    Kind.ONE_DEVICE: gettext_lazy("Can be reached by one device only"),
    Kind.NO_RECEIPT: gettext_lazy("Is reached only by ways that never say whether a message arrived"),
    Kind.STALE: gettext_lazy("Has not confirmed for half a year how to be reached"),
}


def signed_in_as(role: str) -> str:
    """As what somebody acts: a sign-in role as people call it, or a program; what is neither stands for itself."""
    if role == PROGRAM:
        return gettext("another system")
    return str(Role(role).label) if role in Role.values else role


def role_name(role: str) -> str:
    """A dated role as people call it."""
    return str(DatedRole(role).label)
