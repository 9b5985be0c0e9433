"""Words of demands for messages."""

from django import template

from inviolable.diplomacy.demands.wording import DEMANDS

register = template.Library()


@register.filter
def demand_names(kinds: str) -> str:
    """What is demanded, of a list of kinds parted by blanks."""
    return ", ".join(str(DEMANDS[kind]) for kind in kinds.split())
