"""Other services through the library Apprise (the extra `apprise`): a contact's address is its URL for the service.

Fire and forget: no receipt comes back, no answer but by the link, and a repeat is known only by what it says. So it is
one way beside others. What is not listed here is refused: most of it would read files or start programs of this server,
show a window on it, speak in the clear, or keep an alarm of its own that nothing here could end.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from inviolable.outbox.channels.providers import SECONDS
from inviolable.outbox.channels.terms import Refusal, Text, Trouble

if TYPE_CHECKING:
    from apprise import Apprise

#: Chats and notifications that take a text over HTTPS, and need nothing of this machine for it.
SERVICES = frozenset({
    "discord", "gchat", "gotifys", "jsons", "matrixs", "mmosts", "nctalks", "ntfys", "pover", "rockets", "signals",
    "slack", "tgram", "threema", "workflows", "wxteams", "zulip",
})  # fmt: skip
#: In the clear, so to this machine itself only; and the one that an example may use.
HERE = re.compile(r"json://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?(/[a-z0-9/_-]*)?")
#: What may stand behind a `?`. Others read templates from files, switch certificates off, or send elsewhere.
PARAMETERS = frozenset({"priority"})


def send(_home: Path, address: str, text: Text, example: bool) -> str:
    """Hand it to the service; there is no reference. Raises Trouble, Refusal."""
    service = _service(_allowed(address.strip(), example))
    # Not "info": to some services that means that all is well again.
    if not service.notify(body=text.body, title=text.subject, notify_type="warning", body_format="text"):
        raise Trouble("not taken", f"{_name(address)}: the service did not take it; this server's log says why")
    return ""


def _allowed(url: str, example: bool) -> str:
    """It. Raises Refusal where it is not listed; an address may hold a password, so it is not said."""
    name = _name(url)
    if HERE.fullmatch(url):
        return url
    if example:
        raise Refusal("example", f"{name}: an example sends to this machine only, as by json://localhost:8001/")
    if name not in SERVICES or any(one.isspace() for one in url):
        allowed = f"{', '.join(sorted(SERVICES))}; json only to this machine itself"
        raise Refusal("address", f"{name!r} is no service that may be used; allowed: {allowed}")
    asked = re.split("[?&;#]", url.partition("?")[2])
    for one in filter(None, asked):
        if unquote(one.partition("=")[0]) not in PARAMETERS:
            raise Refusal("address", f"{name}: behind the ? only {', '.join(PARAMETERS)} is allowed")
    return url


def _service(url: str) -> Apprise:
    """The one service at that address: nobody is followed elsewhere, and nothing is kept on this disk."""
    check_library()
    from apprise import Apprise, AppriseAsset

    found = Apprise(
        asset=AppriseAsset(http_redirects=False, storage_mode="memory", service_timeout=SECONDS, allow_templates=False)
    )
    if (one := Apprise.instantiate(url, asset=found.asset)) is None:
        raise Refusal("address", f"{_name(url)}: Apprise makes nothing of this address")
    found.add(one)
    return found


def check_library() -> None:
    """Raises Trouble where Apprise is missing."""
    if find_spec("apprise") is None:
        raise Trouble("configuration", "Apprise is not installed here: install inviolable[apprise]")


def _name(url: str) -> str:
    return url.strip().partition("://")[0].lower()[:20]
