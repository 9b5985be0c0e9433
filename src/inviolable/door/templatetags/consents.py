"""What somebody is asked to consent to, in words."""

from django.template import Library

from inviolable.door.terms import Purpose, Whom, Zone

register = Library()
register.filter("whom_name", lambda name: Whom(name).label)
register.filter("zone_name", lambda name: Zone(name).label)
register.filter("purpose_name", lambda name: Purpose(name).label)
