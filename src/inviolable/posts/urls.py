"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.posts import api, views

app_name = "posts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("posts/", views.every, name="list"),
    path("posts/<slug:slug>/", views.one, name="post"),
    path("api/v1/posts", api.every, name="api-list"),
    path("api/v1/posts/<slug:slug>", api.one, name="api-post"),
]
