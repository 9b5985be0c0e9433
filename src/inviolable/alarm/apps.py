"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlarmConfig(AppConfig):
    """The room of alarms."""

    name = "inviolable.alarm"
    label = "alarm"
    verbose_name = _("Alarms")

    def ready(self) -> None:
        """Make this room's kinds and projections known."""
        from inviolable.alarm import kinds, projections, telephone, wording  # noqa: F401
        from inviolable.alarm.lookup import hidden_from
        from inviolable.alarm.panel import told
        from inviolable.incidents.aftermath import MILESTONES
        from inviolable.incidents.brief import DONE
        from inviolable.incidents.lookup import hide_from
        from inviolable.incidents.page import PANELS, Panel
        from inviolable.incidents.wording import speak

        DONE.update(("alarm.acknowledged", "alarm.raised", "alarm.stood_down", "warning.released", "warning.retracted"))
        hide_from(hidden_from)
        MILESTONES.extend(("alarm.raised", "alarm.acknowledged", "warning.released", "alarm.stood_down"))
        PANELS.append(Panel("alarm/parts/panel.html", told, "told", _("Who has been told")))
        speak(wording.ENTRIES, wording.SHOWN, wording.said())
