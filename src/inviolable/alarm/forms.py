"""What people fill in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from inviolable.alarm.terms import Danger
from inviolable.posts.models import Post
from inviolable.posts.terms import MINISTRY


def _posts() -> list[tuple[str, str]]:
    return [(post.slug, post.name) for post in Post.objects.exclude(post_class=MINISTRY).order_by("name")]


class Raise(forms.Form):
    """An alarm. name: made with the page, so that a form sent twice is one alarm.

    post: nothing is chosen but one's own: the first in a list must not be alarmed by mistake.
    """

    name = forms.UUIDField(widget=forms.HiddenInput)
    post = forms.ChoiceField(label=_("Where?"), choices=lambda: [("", "—"), *_posts()])
    danger = forms.ChoiceField(label=_("What happens?"), choices=Danger.choices, widget=forms.RadioSelect)
    drill = forms.BooleanField(label=_("This is a drill"), required=False)


#: Between which moments a night can be imagined.
FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Simulate(forms.Form):
    """An imagined night. at: on the clock of the post."""

    post = forms.ChoiceField(label=_("Where?"), choices=_posts)
    danger = forms.ChoiceField(label=_("What happens?"), choices=Danger.choices)
    at = forms.DateTimeField(
        label=_("When, on the clock there?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        required=False,
        validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)],
    )
    answers = forms.ChoiceField(
        label=_("Who answers?"),
        choices=[("nobody", _("Nobody")), ("deputies", _("Only the second in each role")), ("all", _("Everybody"))],
    )

    def chosen(self) -> dict[str, Any]:
        """For `lookup.imagined`."""
        told = dict(self.cleaned_data)
        zone = ZoneInfo(Post.objects.get(slug=told["post"]).time_zone)
        at = told["at"].replace(tzinfo=zone) if told["at"] else datetime.now(UTC)
        return told | {"at": at}
