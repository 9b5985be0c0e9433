"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiplomacyConfig(AppConfig):
    """Notes and demands."""

    name = "inviolable.diplomacy"
    label = "diplomacy"
    verbose_name = _("Notes")

    def ready(self) -> None:
        """Make this room's kinds and projections known, and its pages a part of each incident's."""
        from inviolable.diplomacy import kinds, shown  # noqa: F401
        from inviolable.diplomacy.demands import kinds as demand_kinds  # noqa: F401
        from inviolable.diplomacy.demands import pages
        from inviolable.diplomacy.life import mailing, told, unreviewed, waiting
        from inviolable.diplomacy.life.readers import drafts_withheld
        from inviolable.incidents.exhibiting import call_exhibits
        from inviolable.incidents.page import TABS
        from inviolable.incidents.withheld import WITHHOLDING
        from inviolable.incidents.wording import speak
        from inviolable.incidents.writing import ABOVE
        from inviolable.posts.waiting import when_asked

        TABS.append(("diplomacy:notes", _("Notes")))
        ABOVE.append(("diplomacy:draft", ("draft", "note"), _("Draft a note")))
        speak(shown.ENTRIES, shown.SHOWN, shown.SAID, shown.GUARDED)
        WITHHOLDING.append(drafts_withheld)
        call_exhibits(shown.exhibits_called)
        when_asked(waiting.waiting)
        when_asked(unreviewed.waiting)
        pages.join()
        told.join()
        mailing.join()
