"""Words of incidents for templates."""

from django import template

from inviolable.incidents.wording import part_words

register = template.Library()
register.filter("called", part_words)
