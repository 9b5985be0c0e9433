"""How long somebody stays signed in: half a day; on a machine that others use too, a quarter of an hour of silence."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as Stored
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Seconds without anybody there after which a session on a shared machine is over.
IDLE: Final = 15 * 60


class SessionStore(Stored):
    """Sessions in the database. One that ends with the browser is on a shared machine, and ends by itself as well."""

    def get_session_cookie_age(self) -> int:
        """In seconds from when it was written last; the database lets nobody in after that."""
        return IDLE if self.get_expire_at_browser_close() else settings.SESSION_COOKIE_AGE


class Presence:
    """Keeps a session on a shared machine alive while somebody goes from page to page.

    What a page fetches by itself every two seconds is nobody's presence: browsers tell the two apart (Fetch Metadata,
    `Sec-Fetch-Mode`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """A page that never looked who it is for does not look now."""
        response = self.get_response(request)
        session = request.session
        if (
            session.accessed
            and request.headers.get("Sec-Fetch-Mode") == "navigate"
            and session.get_expire_at_browser_close()
        ):
            session.modified = True
        return response
