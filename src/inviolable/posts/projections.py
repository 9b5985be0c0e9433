"""What this room derives from entries: posts as they were described last, and who holds which dated role."""

from inviolable.ledger.moments import read
from inviolable.ledger.registry import Projection, Recorded, project
from inviolable.posts.models import HeldRole, Post

KINDS = frozenset({"post.described", "role.given", "role.ended"})
_PLAIN = (
    "name",
    "head",
    "city",
    "address",
    "telephone",
    "coordinates",
    "district",
    "sending",
    "receiving",
    "host_language",
    "time_zone",
    "mission",
)


def _apply(recorded: Recorded) -> None:
    body = recorded.body
    match recorded.entry["kind"]:
        case "post.described":
            told = {name: body.get(name, "") for name in _PLAIN}
            told |= {"post_class": body["class"], "status": body.get("status", "open"), "zones": body.get("zones", {})}
            Post.objects.update_or_create(slug=body["post"], defaults=told)
        case "role.given":
            moments = {name: read(body[name]) if name in body else None for name in ("until", "notified")}
            told = {name: body.get(name, "") for name in ("role", "person", "document", "scope")}
            HeldRole.objects.create(
                id=body["holding"], post_id=body["post"], rank=body["rank"], since=read(body["from"]), **told, **moments
            )
        case "role.ended":
            HeldRole.objects.filter(id=body["holding"]).update(until=read(body["until"]))


project(Projection("posts", (HeldRole, Post), lambda kind: kind.name in KINDS, _apply))
