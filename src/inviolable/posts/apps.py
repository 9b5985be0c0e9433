"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    """The room of posts and people."""

    name = "inviolable.posts"
    label = "posts"
    verbose_name = _("Posts and people")

    def ready(self) -> None:
        """Make this room's kinds and projections known."""
        from inviolable.posts import kinds, projections  # noqa: F401
