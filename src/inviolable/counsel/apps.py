"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CounselConfig(AppConfig):
    """The room of legal counsel."""

    name = "inviolable.counsel"
    label = "counsel"
    verbose_name = _("Counsel")
