"""Words of notes for messages."""

from django import template
from django.utils.translation import gettext_lazy as _

from inviolable.diplomacy.life.waiting import APPROVE, RELEASE, REVISE
from inviolable.diplomacy.shown import FORMS

register = template.Library()

NEXT = {
    APPROVE: _("A note waits for your approval"),
    RELEASE: _("A note is approved and waits to be released"),
    REVISE: _("A note that you wrote was sent back"),
}


@register.filter
def next_step(turn: str) -> str:
    """What somebody is asked to do with a note."""
    return str(NEXT[turn])


@register.filter
def note_form(form: str) -> str:
    """What a note is called."""
    return str(FORMS[form])
