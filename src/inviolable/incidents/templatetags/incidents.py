"""Words of incidents for templates."""

from django import template

from inviolable.incidents.wording import example_words, part_words

register = template.Library()
register.filter("called", part_words)
register.filter("example_words", example_words)
