"""INVIOLABLE_HOME: the one directory that holds what an installation knows. Readable by its owner only."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from inviolable.ledger.configuration import BadConfiguration, configuration
from inviolable.ledger.keys import BadKey, write_new

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
#: Pages in SQLite's log before we move them into the database. Litestream does that each 1,000: where others do it too,
#: what it copies may lack pages that were new (its issues 1164 and 1323).
UNHURRIED = "PRAGMA wal_autocheckpoint=50000;"


class BadSetting(ValueError):
    """An environment variable that cannot be used; the message names it, what was found and what is allowed."""


def home_directory() -> Path:
    """The directory INVIOLABLE_HOME (default `./var`), made with mode 0700 when it is not there.

    One that others may look into is closed to them; where that cannot be done it is refused.
    """
    home = Path(os.environ.get("INVIOLABLE_HOME") or "var").absolute()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise BadSetting(f"INVIOLABLE_HOME: cannot use {home}: {fault.strerror}; name a writable directory.") from fault
    _close_to_others(home)
    return home


def last_address(home: Path, port: str | None) -> str:
    """How the server on this home is reached from this machine: a command in another shell writes the same links."""
    with suppress(OSError):
        port = port or (home / "port").read_text("utf-8").strip()
    return f"http://localhost:{port or 8000}"


def keep_port(home: Path, port: int) -> None:
    """Have other processes know where this server is reached. On a full disk they know it no worse than before."""
    with suppress(OSError):
        (home / "port").write_text(f"{port}\n", "utf-8")


def _close_to_others(home: Path) -> None:
    mode = stat.S_IMODE(home.stat().st_mode)
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return
    if mode & stat.S_ISVTX:
        raise BadSetting(
            f"INVIOLABLE_HOME: {home} is shared by everybody on this machine; name a directory of its own."
        )
    try:
        home.chmod(0o700)
    except OSError:
        raise BadSetting(
            f"INVIOLABLE_HOME: {home} has mode {mode:04o} and belongs to somebody else; "
            "have its owner close it to others (chmod 700), or name another directory."
        ) from None


def _for_its_owner(path: Path) -> Path:
    """The database's file, mode 0600. SQLite gives the files it lays beside it the same mode."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
        for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
            if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o177:
                file.chmod(0o600)
    except OSError as fault:
        raise BadSetting(f"{path}: cannot be opened: {fault.strerror}; is it yours?") from fault
    return path


def secret_key(home: Path) -> str:
    """The key that signs cookies: made at first use, mode 0600, never printed and never in a repository."""
    path = home / "secret_key"
    try:
        if not path.exists():
            write_new(path, f"{secrets.token_urlsafe(64)}\n".encode())
    except BadKey as fault:
        raise BadSetting(str(fault)) from None
    key = path.read_text("ascii").strip()
    if len(key) < 50:
        raise BadSetting(f"{path}: holds {len(key)} characters, expected 50 or more; remove it to have one made.")
    return key


def _is_replicated(home: Path) -> bool:
    """Whether Litestream copies the database. A configuration that cannot be read is said where it is needed."""
    try:
        return bool(configuration(home).replica)
    except (BadConfiguration, OSError):
        return False


def database(home: Path) -> dict[str, object]:
    """Django's description of the database: a file in `home`, or what INVIOLABLE_DATABASE names.

    SQLite syncs every commit to disk (`synchronous=FULL`) and takes the write lock when a transaction begins
    (`BEGIN IMMEDIATE`), so that two writers queue instead of failing half-way.
    """
    address = os.environ.get("INVIOLABLE_DATABASE", "")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": _for_its_owner(home / "inviolable.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                # Seconds to queue for the lock before the answer is 503 (web/views.py).
                "timeout": 5,
                "init_command": PRAGMAS + (UNHURRIED if _is_replicated(home) else ""),
            },
        }
    parts = urlsplit(address)
    if parts.scheme != "postgresql" or len(parts.path) < 2:
        raise BadSetting(
            f"INVIOLABLE_DATABASE: found scheme {parts.scheme!r}; "
            "allowed is postgresql://user:password@host:port/name, or nothing for SQLite."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        # A server that is gone, or a lock that nobody lets go of, fails in seconds: then an alarm goes its other way.
        "OPTIONS": {"connect_timeout": 5, "tcp_user_timeout": 10_000, "options": "-c lock_timeout=10s"},
        "CONN_HEALTH_CHECKS": True,
        # A loop that is left early would close its server-side cursor whenever it is collected: in the middle of
        # another query the connection then waits for itself. What is long is read in batches of our own.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def public_name() -> str:
    """The host name of INVIOLABLE_ADDRESS (`https://name`), or empty when only this machine is served."""
    address = os.environ.get("INVIOLABLE_ADDRESS", "")
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/"):
        raise BadSetting(f"INVIOLABLE_ADDRESS: found {address!r}; allowed is https://name or https://name:port.")
    return parts.hostname
