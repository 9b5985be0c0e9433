"""The words of this room: what somebody at the door may ask, and which rescue services announce themselves."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class What(TextChoices):
    """What is asked. None of them is ever granted by the card."""

    ENTER = "enter", _("to come in")
    SPEAK = "speak", _("to speak to somebody")
    PAPERS = "papers", _("to hand over papers")
    OTHER = "other", _("something else")


class Service(TextChoices):
    """Who comes to rescue."""

    FIRE = "fire", _("Fire brigade")
    AMBULANCE = "ambulance", _("Ambulance")


class State(TextChoices):
    """How a request stands."""

    OPEN = "open"
    VERIFIED = "verified"
    REFUSED = "refused"


WHAT = tuple(What.values)
SERVICES = tuple(Service.values)
