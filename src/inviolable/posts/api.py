"""Posts for programs (docs/api.md). What they are, never who works there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from inviolable.posts.lookup import list_posts
from inviolable.posts.models import Post
from inviolable.posts.programs import Problem, endpoint, query_of, token_at

#: Of a post, in the order in which it is told; what is empty is left out.
TOLD = ("city", "address", "telephone", "sending", "receiving", "host_language", "time_zone", "mission")


@endpoint
def every(request: HttpRequest) -> HttpResponse:
    """Every post that the token is for."""
    query_of(request)
    token = token_at(request)
    return JsonResponse({"posts": [_told(post) for post in list_posts() if token.is_for(post.slug)]})


@endpoint
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One post."""
    query_of(request)
    post = Post.objects.filter(slug=slug).first()
    if post is None or not token_at(request).is_for(slug):
        raise Problem(404, _("There is no such post, or this token is not for it."))
    return JsonResponse(_told(post))


def _told(post: Post) -> dict[str, str]:
    first = {"post": post.slug, "name": post.name, "class": post.post_class, "status": post.status}
    return first | {name: getattr(post, name) for name in TOLD if getattr(post, name)}
