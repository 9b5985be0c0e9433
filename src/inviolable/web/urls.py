"""The addresses of the whole product. Each has a name, and each name has a row in web/access.py."""

from django.urls import include, path

from inviolable.web import public, views

handler404 = views.not_found
handler500 = views.server_error

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("inviolable.counsel.urls")),
    path("", include("inviolable.incidents.urls")),
    path("", include("inviolable.posts.urls")),
    path("", include("inviolable.outbox.urls")),
    path("", include("inviolable.alarm.urls")),
    path("", include("inviolable.sources.urls")),
    path("", include("inviolable.diplomacy.urls")),
    path("", include("inviolable.door.urls")),
    path("", include("inviolable.card.urls")),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/link/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("language/", views.language, name="language"),
    path("api/v1/openapi.json", public.api, name="api"),
    path("healthz", views.healthz, name="healthz"),
    path("verify/", public.verify, name="verify"),
    path("log/checkpoint", public.checkpoint, name="log-checkpoint"),
    path("beacon", public.beacon, name="beacon"),
    path("witness/add-checkpoint", public.add_checkpoint, name="witness-add-checkpoint"),
]
