"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver

from inviolable.diplomacy.demands.urls import urlpatterns as of_demands

app_name = "diplomacy"

urlpatterns: list[URLPattern | URLResolver] = [*of_demands]
