"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.counsel.page import KNOWN_CASES
from inviolable.incidents import exhibit_views, list_views, paper_views, recording_views, timeline_views, views, writing
from inviolable.incidents.page import known_cases

app_name = "incidents"
#: The law's own pages open with the cases that there are. Said here: a command that shows no page loads none of this.
KNOWN_CASES.append(known_cases)

ONE = "incidents/<str:reference>/"
EXHIBIT = f"{ONE}exhibits/<uuid:exhibit>/"
RECORDING = f"{ONE}recordings/<uuid:recording>/"
WATCH = f"{RECORDING}watch/<int:opening>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("incidents/", list_views.every, name="list"),
    path("incidents.<str:form>", list_views.export, name="export"),
    path("open-incident/", writing.open_incident, name="open"),
    path(ONE, views.overview, name="overview"),
    path(f"{ONE}brief.<str:form>", paper_views.brief, name="brief"),
    path(f"{ONE}after/", paper_views.after, name="after"),
    path(f"{ONE}after.<str:form>", paper_views.after_paper, name="after-paper"),
    path(f"{ONE}law/", views.law, name="law"),
    path(f"{ONE}law.json", views.law_json, name="law-json"),
    path(f"{ONE}facts/", views.facts, name="facts"),
    path(f"{ONE}facts/settle/", writing.settle, name="settle"),
    path(f"{ONE}timeline/", timeline_views.timeline, name="timeline"),
    path(f"{ONE}entries/<int:seq>/", timeline_views.entry, name="entry"),
    path(f"{ONE}entries/<int:seq>/<str:name>", timeline_views.entry_file, name="entry-file"),
    path(f"{ONE}exhibits/", exhibit_views.every, name="exhibits"),
    path(f"{ONE}exhibits/add/", exhibit_views.add, name="add-exhibit"),
    path(EXHIBIT, exhibit_views.one, name="exhibit"),
    path(f"{EXHIBIT}fetch/", exhibit_views.fetch, name="fetch-exhibit"),
    path(f"{EXHIBIT}erase/", exhibit_views.erase, name="erase-exhibit"),
    path(RECORDING, recording_views.one, name="recording"),
    path(f"{RECORDING}open/", recording_views.open_one, name="open-recording"),
    path(WATCH, recording_views.watch, name="watch"),
    path(f"{WATCH}list.json", recording_views.listed, name="watch-list"),
    path(f"{WATCH}key.age", recording_views.key, name="watch-key"),
    path(f"{WATCH}<int:number>.age", recording_views.segment, name="watch-segment"),
    *(
        path(f"{ONE}{address}", writing.claim if name == "claim" else writing.act, {"form": form}, name=name)
        for name, (address, form) in writing.ACTS.items()
    ),
]
