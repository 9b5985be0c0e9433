"""The words of this room: kinds of place, dated roles, channels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inviolable.law.casefile import POST_CLASSES

MINISTRY = "ministry"
#: What a place of ours can be: the classes of a case file, and the ministry itself.
PLACES = (*POST_CLASSES, MINISTRY)
HEADS = ("career", "career_local", "honorary")
STATUSES = ("open", "ended", "unaccepted")
#: How somebody can be reached.
CHANNELS = ("sms", "voice", "mail", "push", "webhook", "apprise")
#: Of these we may be told whether a message arrived; of the others we never know more than that it was handed over.
WITH_RECEIPT = frozenset({"sms", "voice", "mail"})
#: What nobody can be given by a table: each person switches it on in a browser of theirs, and off.
PUSH = "push"


class DatedRole(TextChoices):
    """What somebody holds from one day to another by a document. It is not a sign-in role: it says who may do what
    by law or by the ministry's protocol, whether they ever sign in or not."""

    HEAD = "head", _("Head of post")
    ACTING_HEAD = "acting_head", _("Acting head of post")
    DESIGNEE = "designee", _("Designee for consent")
    HEAD_OF_MISSION = "head_of_mission", _("Head of mission")
    DUTY_OFFICER = "duty_officer", _("Duty officer")
    LEGAL = "legal", _("Legal adviser")
    PROTOCOL = "protocol", _("Protocol")
    PRESS = "press", _("Press officer")
    MINISTER_OFFICE = "minister_office", _("Minister's office")
    RECEPTION = "reception", _("Reception")
    OFFICER = "officer", _("Consular officer")


DATED_ROLES = tuple(DatedRole.values)
