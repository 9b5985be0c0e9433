"""The addresses of this room. Each needs a row in web/access.py, or nobody gets in."""

from django.urls import URLPattern, URLResolver, path

from inviolable.posts import views

app_name = "posts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("posts/", views.every, name="list"),
    path("posts/<slug:slug>/", views.one, name="post"),
]
