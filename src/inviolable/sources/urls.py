"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, path

from inviolable.incidents.urls import ONE
from inviolable.sources import answer_views, claim_views, exchange_views, lineage_views, taking_views, views

app_name = "sources"

EVERY = f"{ONE}sources/"
SOURCE = f"{EVERY}<int:source>/"

urlpatterns: list[URLPattern] = [
    path(EVERY, views.every, name="list"),
    path(f"{ONE}accounts/", views.accounts, name="accounts"),
    path(f"{ONE}theirs/", answer_views.theirs, name="theirs"),
    path(f"{ONE}theirs/<int:claim>/", answer_views.answer, name="answer"),
    path(f"{EVERY}add/", taking_views.add, name="add"),
    path(f"{EVERY}paste/", taking_views.paste, name="paste"),
    path(f"{EVERY}lineage/", lineage_views.roots, name="lineage"),
    path(f"{EVERY}import/", exchange_views.take, name="import"),
    path(f"{EVERY}records.<str:form>", exchange_views.give, name="records"),
    path(f"{EVERY}table/", exchange_views.table, name="table"),
    path(SOURCE, views.one, name="source"),
    path(f"{SOURCE}describe/", taking_views.describe, name="describe"),
    path(f"{SOURCE}words/", taking_views.words, name="words"),
    path(f"{SOURCE}claim/", claim_views.claim, name="claim"),
    path(f"{SOURCE}proposal/", claim_views.propose, name="propose"),
    path(f"{SOURCE}proposal/correct/", claim_views.correct_proposal, name="correct-proposal"),
    path(f"{EVERY}claims/<int:claim>/decide/", claim_views.decide, name="decide"),
    path(f"{EVERY}claims/<int:claim>/correct/", claim_views.correct, name="correct"),
]
