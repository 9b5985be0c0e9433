"""What was made of an incident is shown again for as long as nothing has changed that it was made of."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.utils.safestring import SafeString

from inviolable.counsel import record
from inviolable.counsel.page import home, reading
from inviolable.incidents.models import Incident
from inviolable.ledger.models import Checkpoint, Entry

#: What was shown last, by all that it was made of.
_MADE: OrderedDict[tuple[str, ...], SafeString] = OrderedDict()
MOST_MADE = 200


def version_of(reference: str, now: datetime) -> str:
    """What a page is made of: newest entry and checkpoint, what was decided of the law, and the minute."""
    leaf = Entry.objects.filter(stream__in=Incident.objects.filter(reference=reference).values("stream"))
    newest = leaf.order_by("-seq").values_list("leaf", flat=True).first()
    head = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    law = sha256(record.decided(home()).mark.encode()).hexdigest()[:16]
    return f"{bytes(newest or b'').hex()[:32]}-{head or 0}-{law}-{now:%d%H%M}-{reading()}"


def made_once(key: tuple[str, ...], make: Callable[[], SafeString]) -> SafeString:
    """What is shown, made anew only where its key is new. key: begins with the version, names whoever is shown more."""
    if (found := _MADE.get(key)) is None:
        found = _MADE[key] = make()
        while len(_MADE) > MOST_MADE:
            _MADE.popitem(last=False)
    return found
