"""The one clock of a request. Rooms below `web` read no clock: they take the moment the request came in."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from inviolable.counsel.clocks import page


class Clock:
    """Writes on each request when it came in, as `request.now`; `request.clock()` is for one that lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """One moment for everything that this request does; only an upload takes so long that it needs another."""
        request.now = timezone.now()  # type: ignore[attr-defined]
        request.clock = timezone.now  # type: ignore[attr-defined]
        with page():
            return self.get_response(request)


def now_of(request: HttpRequest | None) -> datetime:
    """When a request came in; where there is none, as in a command, now."""
    return timezone.now() if request is None else request.now  # type: ignore[attr-defined]
