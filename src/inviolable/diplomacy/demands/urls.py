"""The addresses of demands; they are named with the room's. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, path

from inviolable.diplomacy.demands import views
from inviolable.diplomacy.demands.forms import Decide, Dispute, Met, Own, Reach
from inviolable.incidents.urls import ONE
from inviolable.incidents.writing import act

EVERY = f"{ONE}demands/"
REPLY = f"{ONE}replies/<uuid:reply>/"
ACTS = {"met": Met, "decide": Decide, "own": Own, "rung": Reach, "dispute": Dispute}

urlpatterns: list[URLPattern] = [
    path("demands/", views.every, name="all-demands"),
    path(EVERY, views.demands, name="demands"),
    path(f"{EVERY}again/", views.match, name="again"),
    *(path(f"{EVERY}{name}/", act, {"form": form}, name=name) for name, form in ACTS.items()),
    path(f"{ONE}replies/add/", views.add_reply, name="add-reply"),
    path(REPLY, views.reply, name="reply"),
    path(f"{REPLY}link/", views.link, name="link"),
]
