"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.counsel import views

app_name = "counsel"

urlpatterns: list[URLPattern | URLResolver] = [
    path("ask/", views.ask, name="ask"),
    path("ask/case.toml", views.ask_case_file, name="ask-case-file"),
    path("law/", views.law, name="law"),
    path("law/packs/<str:pack_id>/", views.pack, name="pack"),
    path("law/packs/<str:pack_id>/sign/", views.sign, name="sign"),
    path("law/positions/<str:name>/", views.take_position, name="take-position"),
]
