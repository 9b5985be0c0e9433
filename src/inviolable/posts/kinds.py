"""The kinds of entry of this room. No name and no number of anybody is in them: a person is an id."""

from inviolable.ledger.registry import Kind, declare, digest, moment, number, one_of, table, text, texts
from inviolable.posts.terms import CHANNELS, DATED_ROLES, HEADS, PLACES, STATUSES

declare(
    # The whole description each time; the newest stands. zones: the legal class of each room by its name.
    Kind(
        "post.described",
        {"post": text, "name": text, "class": one_of(*PLACES), "time_zone": text},
        {"head": one_of(*HEADS), "status": one_of(*STATUSES), "city": text, "address": text, "telephone": text}
        | {"district": text, "sending": text, "receiving": text, "host_language": text}
        | {"coordinates": text, "mission": text, "zones": table},
    ),
    Kind(
        "role.given",
        {"holding": text, "post": text, "role": one_of(*DATED_ROLES), "person": text, "from": moment, "rank": number},
        {"until": moment, "document": text, "scope": text, "notified": moment},
    ),
    Kind("role.ended", {"holding": text, "until": moment}, {"why": text}),
    Kind("person.listed", {"person": text, "language": text, "channels": texts}),
    # Of a program's token. Neither its secret nor a hash of it is ever in an entry. post: the only one it is for.
    Kind("token.made", {"token": text, "scopes": texts, "expires": moment}, {"post": text}),
    Kind("token.revoked", {"token": text}),
    # How somebody signs in: by a passkey, by codes after the password, by the ministry's own account.
    Kind("way.added", {"user": text, "way": one_of("passkey", "code", "provider")}),
    Kind("way.removed", {"user": text, "way": one_of("passkey", "code", "provider")}),
    # Somebody looked for words that may be a person. These lie apart, encrypted, and can be taken away.
    # where: the name of the page; sha256: of the salt and the words.
    Kind("search.made", {"search": text, "where": text, "reason": text, "sha256": digest}),
    # Somebody did far more in a day than is usual: by, role: who; what: the kind of entry that is counted, from: since
    # when; and what somebody who audits says it was.
    Kind("reading.noticed", {"notice": text, "by": text, "role": text, "what": text, "number": number, "from": moment}),
    Kind("reading.judged", {"notice": text, "why": text}),
    Kind("contact.confirmed", {"person": text, "channel": one_of(*CHANNELS)}),
)
