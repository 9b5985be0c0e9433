"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.door import api, clip_desk, clip_views, consent_views, film_api, film_views, pack_views, views

app_name = "door"

urlpatterns: list[URLPattern | URLResolver] = [
    path("door/", views.page, name="page"),
    # Beside the page, since a worker looks after what lies below its own address only.
    path("door/worker.js", views.worker, name="worker"),
    path("door/enrol", api.enrol, name="enrol"),
    path("door/say", api.say, name="say"),
    path("clip/", clip_views.page, name="clip"),
    path("clip/open", clip_views.open_way, name="clip-open"),
    path("clip/give", clip_views.give, name="clip-give"),
    path("incidents/<slug:reference>/clips/", clip_desk.clips, name="clips"),
    path("incidents/<slug:reference>/clips/ask/", clip_desk.ask, name="clip-ask"),
    path("incidents/<slug:reference>/clips/<slug:name>/take-back/", clip_desk.take_back, name="clip-take-back"),
    path("door/segment", film_api.segment, name="segment"),
    path("door/heads", film_api.heads, name="heads"),
    path("door/log", film_api.log, name="log"),
    path("posts/<slug:slug>/recording/", film_views.rule, name="recording"),
    path("posts/<slug:slug>/recording/decide/", film_views.decide, name="decide-recording"),
    path("posts/<slug:slug>/consent/", consent_views.consent, name="consent"),
    path("posts/<slug:slug>/consent/<slug:name>/<slug:answer>/", consent_views.answer, name="consent-answer"),
    path("codes/", consent_views.codes, name="codes"),
    path("posts/<slug:slug>/paper/", pack_views.paper, name="paper"),
    path("posts/<slug:slug>/paper/print/", pack_views.print_out, name="print"),
    path("posts/<slug:slug>/devices/", views.devices, name="devices"),
    path("posts/<slug:slug>/devices/approve/", views.approve, name="approve"),
    path("posts/<slug:slug>/devices/<slug:key>/cut-off/", views.cut_off, name="cut-off"),
]
