"""What the record says was signed of the law: a line of sign-offs.jsonl that names somebody counts only beside it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from inviolable.counsel import record
from inviolable.law.review import SignOff
from inviolable.ledger import canonical
from inviolable.ledger.actions import INSTALLATION
from inviolable.ledger.models import Entry


def recorded() -> Mapping[SignOff, str]:
    """Each signature that is an entry, its names in order, with who had it written for whoever signed: "" for
    themselves. Read once for the same newest entry, whose leaf binds all before it."""
    newest = _entries().order_by("-seq").values_list("seq", "leaf").first()
    return _recorded(newest[0], bytes(newest[1])) if newest else {}


@lru_cache(maxsize=4)
def _recorded(newest: int, _leaf: bytes) -> Mapping[SignOff, str]:
    lines = _entries().filter(seq__lte=newest).order_by("seq").values_list("line", flat=True)
    found: dict[SignOff, str] = {}
    for sign, via in (_signature(canonical.decode(bytes(line))) for line in lines):
        found[sign] = min(via, found.get(sign, via))  # Who signs it themselves, too, needs no command.
    return found


def unwritten(home: Path) -> list[SignOff]:
    """The signatures of the record that no line of sign-offs.jsonl holds, which do not count."""
    lines = {replace(sign, provisions=tuple(sorted(sign.provisions)), via="") for sign in record.sign_offs(home)}
    return [sign for sign in recorded() if sign not in lines]


def _entries() -> QuerySet[Entry]:
    return Entry.objects.filter(stream=INSTALLATION, kind="law.signed")


def _signature(entry: Mapping[str, Any]) -> tuple[SignOff, str]:
    body, writer = entry["body"], entry["actor"]["id"]
    read = tuple(sorted((one["name"], one["sha256"]) for one in body["read"]))
    sign = SignOff(body["pack"], body["hash"], body["role"], body["day"], read, body["by"])
    return sign, "" if writer == body["by"] else writer
