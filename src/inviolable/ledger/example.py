"""What the worked example needs to be a real record on this machine alone: recipients, two authorities, a recovery.

Everything is made anew, says EXAMPLE, and lies in the home itself: in a real installation the identities and shares
would be with people, and the authorities elsewhere.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pyrage

from inviolable.ledger import actions, quorum
from inviolable.ledger.keys import write_new
from inviolable.ledger.local_authority import make_authority

#: Where the example's secrets lie, and its authorities.
SECRETS, AUTHORITIES = "example-keys", "authorities"


def prepare(home: Path, now: datetime) -> None:
    """Recipients, recovery shares and two `openssl ts` authorities for an example home."""
    secrets = _fresh(home / SECRETS)
    for name in ("duty officer", "legal adviser"):
        identity = pyrage.x25519.Identity.generate()
        text = f"# EXAMPLE: in real use this file is with the {name}, never on the server\n{identity}\n"
        write_new(secrets / f"{name.replace(' ', '-')}.txt", text.encode())
        actions.add_recipient(str(identity.to_public()), f"EXAMPLE {name}", actor=actions.SYSTEM, now=now)
    recovery = pyrage.x25519.Identity.generate()
    for number, share in enumerate(quorum.split(str(recovery)), 1):
        write_new(secrets / "shares" / f"share-{number}.txt", f"{share}\n".encode())
    actions.add_recipient(str(recovery.to_public()), "EXAMPLE recovery", actor=actions.SYSTEM, now=now)
    _authorities(home, now)


def _authorities(home: Path, now: datetime) -> None:
    if not shutil.which("openssl"):
        return
    folder, tables = _fresh(home / AUTHORITIES), []
    for name in ("one", "two"):
        made = make_authority(folder / name, name, now)
        write_new(folder / f"{name}.pem", made.roots)
        address = f'url = "openssl:{AUTHORITIES}/{name}"\nroots = "{AUTHORITIES}/{name}.pem"'
        tables.append(f'[[authority]]\nname = "EXAMPLE {name}"\n{address}\n')
    (home / "ledger.toml").unlink(missing_ok=True)
    write_new(home / "ledger.toml", "\n".join(tables).encode())


def _fresh(folder: Path) -> Path:
    """An empty folder for its owner only, whatever an earlier try has left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder
