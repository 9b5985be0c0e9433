"""The product as an ASGI application: Django under WSGI behind our bridge."""

from inviolable.web.bridge import Bridge
from inviolable.web.wsgi import application as django_application

application = Bridge(django_application)
