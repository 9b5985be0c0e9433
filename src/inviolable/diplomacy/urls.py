"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.diplomacy.demands.urls import urlpatterns as of_demands
from inviolable.diplomacy.pages import acting_views, drafting_views, returning_views, reviewing_views, views
from inviolable.incidents.urls import ONE

app_name = "diplomacy"

EVERY = f"{ONE}notes/"
NOTE = f"{EVERY}<uuid:note>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(EVERY, views.every, name="notes"),
    path(f"{EVERY}draft/", drafting_views.draft, name="draft"),
    path(f"{EVERY}check/", drafting_views.check, name="check"),
    path(f"{EVERY}demarche/", acting_views.demarche, name="demarche"),
    path(NOTE, views.one, name="note"),
    path(f"{NOTE}note.<str:form>", views.paper, name="paper"),
    path(f"{NOTE}law/", reviewing_views.review, name="review"),
    path(f"{NOTE}edit/", drafting_views.edit, name="edit"),
    path(f"{NOTE}back/", returning_views.bring_back, name="bring-back"),
    path(f"{NOTE}accept/", returning_views.accept, name="accept"),
    path(f"{NOTE}step/", acting_views.step, name="step"),
    path(f"{NOTE}deliver/", acting_views.deliver, name="deliver"),
    path(f"{NOTE}mail/", acting_views.mail, name="mail"),
    *of_demands,
]
