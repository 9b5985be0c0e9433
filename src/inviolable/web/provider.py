"""The ministry's own sign-in, by OpenID Connect: INVIOLABLE_HOME/sign-in.toml. Without that file nobody is ever asked.

    [provider]
    name = "Ministry account"                  what its button says
    issuer = "https://id.example.org"          where its /.well-known/openid-configuration is
    client_id = "inviolable"
    client_secret = "..."
    claim = "preferred_username"               optional: which claim is the name that we know somebody by

Whoever signs in so for the first time is the user of that name, and none is ever made; from then on only the lasting
identifier counts (OpenID Connect Core 1.0, section 5.7), so that a name given to somebody else lets nobody in.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

#: How the library calls the one provider.
ID: Final = "provider"
NEEDED: Final = ("name", "issuer", "client_id", "client_secret")
HERE: Final = ("localhost", "127.0.0.1", "::1")


class BadProvider(ValueError):
    """sign-in.toml cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Provider:
    """Who else says who somebody is."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        return urlsplit(self.issuer).hostname in HERE

    @property
    def described(self) -> dict[str, object]:
        """As the library wants it."""
        return {
            "provider_id": ID,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.client_secret,
            "settings": {"server_url": self.issuer, "oauth_pkce_enabled": True, "scope": ["openid", "profile"]},
        }


def provider_of(home: Path) -> Provider | None:
    """What `home` configures, None where it configures nothing. Raises BadProvider."""
    path = home / "sign-in.toml"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Provider:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise BadProvider(f"{path}: cannot be read: {fault}") from None
    if extra := found.keys() - {"provider"}:
        raise BadProvider(f"{path}: unknown [{sorted(extra)[0]}]; allowed: [provider]")
    told = found.get("provider", {})
    if not isinstance(told, dict):
        raise BadProvider(f"{path}: write [provider]")
    for key, value in told.items():
        if key not in (*NEEDED, "claim"):
            raise BadProvider(f"{path}: [provider] has no {key}; allowed: {', '.join((*NEEDED, 'claim'))}")
        if not isinstance(value, str) or not value:
            raise BadProvider(f"{path}: [provider] {key} is {value!r}; expected a text in quotes")
    for key in NEEDED:
        if key not in told:
            raise BadProvider(f"{path}: [provider] has no {key}")
    read = Provider(**told)
    parts = urlsplit(read.issuer)
    if not (parts.scheme == "https" and parts.hostname) and not (parts.scheme == "http" and read.is_here):
        raise BadProvider(
            f"{path}: [provider] issuer is {read.issuer!r}; expected https://…, or http:// on this machine"
        )
    return read
