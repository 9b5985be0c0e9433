"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    """Documents about an incident, and the claims in them."""

    name = "inviolable.sources"
    label = "sources"
    verbose_name = _("Sources")

    def ready(self) -> None:
        """Make this room's kinds and projections known, and its pages a part of each incident's."""
        from inviolable.incidents.brief import ASKING, ROOTS
        from inviolable.incidents.exhibiting import call_exhibits
        from inviolable.incidents.page import OTHERWISE, TABS
        from inviolable.incidents.stale import ALSO
        from inviolable.incidents.wording import name_facts, speak
        from inviolable.incidents.writing import ABOVE
        from inviolable.sources import beside, kinds, projections, stale, wording  # noqa: F401
        from inviolable.sources.asking import whom_to_ask
        from inviolable.sources.roots import root_of

        TABS.append(("sources:list", _("Sources")))
        TABS.append(("sources:accounts", _("Accounts")))
        TABS.append(("sources:theirs", _("Their claims")))
        ALSO.append(stale.gone)
        OTHERWISE.append(beside.otherwise)
        ASKING.append(whom_to_ask)
        ROOTS.append(root_of)
        call_exhibits(wording.exhibits_called)
        ABOVE.append(("sources:add", ("add", "source"), _("Add a source")))
        name_facts(wording.FACTS, wording.VALUES)
        speak(wording.ENTRIES, wording.SHOWN, wording.SAID)
