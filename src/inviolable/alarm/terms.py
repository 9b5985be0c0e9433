"""The words of this room: for what an alarm can be raised, and whose people a step calls."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Danger(TextChoices):
    """For what an alarm is raised: the kinds of incident that every protocol has an answer to."""

    ATTEMPTED_ENTRY = "attempted_entry", _("Attempted entry")
    ENTRY = "entry", _("Entry into the premises")
    STREET_OPERATION = "street_operation", _("Operation in the street")
    THREAT = "threat", _("Threat")
    DETENTION_OF_STAFF = "detention_of_staff", _("Detention of staff")
    FIRE = "fire", _("Fire")
    MEDICAL = "medical", _("Medical emergency")
    INTRUSION = "intrusion", _("Intrusion by private persons")
    BOMB_THREAT = "bomb_threat", _("Bomb threat")
    CLOSURE_ORDER = "closure_order", _("Order to close the post")


#: The way of an alarm that somebody raised because they were made to consent to an entry.
DURESS = "duress"


class Whose(TextChoices):
    """Whose people a step calls: of the post where it happens, of its mission, of the ministry."""

    POST = "post", _("the post")
    MISSION = "mission", _("the mission")
    MINISTRY = "ministry", _("the ministry")
