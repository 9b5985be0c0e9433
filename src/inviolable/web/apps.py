"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """The roof over the other rooms."""

    name = "inviolable.web"
    label = "web"
    verbose_name = _("Web")
