"""What every page knows: its menu, whether this is an example, and in which languages it can be read."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from inviolable import __version__
from inviolable.posts.actions import is_example
from inviolable.web.access import address_of, may_open
from inviolable.web.sessions import IDLE

# Name of the address -> its words in the menu, and what it is for, said on the card of the home page.
# An address that does not exist, or that the reader may not open, is left out.
MENU = {
    "incidents:list": (_("Incidents"), _("What happened, what the law says of it, and what proves it.")),
    "diplomacy:all-demands": (
        _("Demands"),
        _("What was demanded of other States, how long it has waited, and who answers for it."),
    ),
    "counsel:ask": (
        _("Ask the law"),
        _("May they enter? Answer a few questions and read the answer with its articles."),
    ),
    "alarm:list": (_("Alarms"), _("Raise an alarm, see who was called and who has it, try the protocol out.")),
    "posts:list": (_("Posts"), _("Who may consent at each post today, who holds which role, what would fail.")),
    "searches": (_("Searches"), _("Who looked for words that may be a person, and why.")),
    "counsel:law": (
        _("Law book"),
        _("The rules in our own words, each with its pinpoint and where to read the treaty."),
    ),
}

# Each language in its own name: whoever looks for it may not read the page's language.
LANGUAGE_NAMES = {"es": "Español", "en": "English"}


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries of the menu for whoever asks."""
    entries = []
    for name, (words, purpose) in MENU.items():
        address = address_of(name)
        if address and may_open(request.user, name):
            here = request.path.startswith(address)
            entries.append({"address": address, "words": words, "purpose": purpose, "here": here})
    return entries


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor for the base template."""
    user = getattr(request, "user", None)
    shared = bool(user and user.is_authenticated and request.session.get_expire_at_browser_close())
    return {
        "idle": IDLE if shared else 0,
        "example": is_example(),
        "menu": menu(request) if hasattr(request, "user") else [],
        "language_names": LANGUAGE_NAMES.items(),
        "version": __version__,
    }
