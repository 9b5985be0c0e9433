"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.outbox import views

app_name = "outbox"

urlpatterns: list[URLPattern | URLResolver] = [
    path("outbox/in/<slug:name>/", views.told, name="in"),
    # At the root: a service worker serves no page above its own address.
    path("push-worker.js", views.push_worker, name="push-worker"),
]
