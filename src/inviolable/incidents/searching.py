"""Finding incidents by the words in them: what is sealed is not here, since nothing here could read it.

An entry's words are folded (no accents, no capitals) in every language of the program, and the database indexes them:
FTS5 on SQLite, a text search vector on PostgreSQL. A word is found by its beginning; an incident is found where each
word stands somewhere in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, QuerySet, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, RowNumber

from inviolable.incidents.models import Incident, Searchable
from inviolable.incidents.picture import fact_words, value_words
from inviolable.incidents.wording import MESSAGES, SHOWN
from inviolable.law.lawfile import LANGUAGES
from inviolable.law.regime import state_name

#: Fields of words that are worth finding, beside those that a kind shows.
WORDS = ("key", "place", "raw", "reason", "reference", "result", "said", "source", "title", "voice", "what", "why")
#: Ids of people and calls, which find nothing that somebody would look for.
IDS = ("person", "calls", "message")
#: So many words of a question count; whoever writes more finds by the first ones.
MOST = 12
#: How many entries are shown of an incident that was found.
SHOWN_OF_EACH = 3

#: The rows that a query finds, and whose they are. `incident_id` without its index, on purpose: by that SQLite would
#: walk through all of a long incident to find a few lines.
_ROWS = {
    "sqlite": "SELECT rowid FROM incidents_index WHERE incidents_index MATCH %s",
    "postgresql": "SELECT number FROM incidents_searchable"
    " WHERE to_tsvector('simple', words) @@ to_tsquery('simple', %s)",
}
_OWNERS = {
    "sqlite": "SELECT COALESCE(incident_id, incident_id) FROM incidents_searchable"
    " WHERE number IN (SELECT rowid FROM incidents_index WHERE incidents_index MATCH %s)",
    "postgresql": "SELECT incident_id FROM incidents_searchable"
    " WHERE to_tsvector('simple', words) @@ to_tsquery('simple', %s)",
}


def terms(text: str) -> list[str]:
    """The words of a text as they are indexed and asked for: letters and digits, no accents, no capitals."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return re.findall(r"[^\W_]+", "".join(one for one in folded if not unicodedata.combining(one)))


def words_of(entry: Mapping[str, Any]) -> str:
    """What an entry can be found by, "" for one that nobody looks for."""
    if entry["kind"].startswith(MESSAGES):
        return ""
    body = entry["body"]
    shown = [name for name in SHOWN.get(entry["kind"], ()) if name not in IDS]
    told = [text for name in dict.fromkeys((*shown, *WORDS)) for text in _texts(body.get(name))]
    words = body.get("words")  # By language; what another room calls so may be one text, and is no translation.
    languages = list(words.values()) if isinstance(words, Mapping) else []
    told += [*_texts(languages), *_said(entry["kind"], body)] if told else []
    return " ".join(dict.fromkeys(terms(" ".join(told))))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def _said(kind: str, body: Mapping[str, Any]) -> Iterator[str]:
    """What a code means, in every language: somebody looks for the words."""
    for language in LANGUAGES:
        if kind in ("fact.claimed", "fact.confirmed", "fact.withdrawn"):
            yield fact_words(body["key"], language)
            yield value_words(body["key"], body["value"], language)
        if kind == "incident.opened":
            yield from (state_name(body[name], language) for name in ("sending", "receiving") if body.get(name))


def words_of_titles() -> frozenset[str]:
    """The words of what every incident is called.

    Gathered anew where there is one more: none goes, and none is renamed.
    """
    return _titled(**Incident.objects.aggregate(many=Count("pk"), last=Max("stream")))


@lru_cache(maxsize=4)
def _titled(*, many: int, last: str | None) -> frozenset[str]:  # noqa: ARG001 - which incidents there are
    rows = Incident.objects.values_list("reference", "title", "words")
    called = (" ".join((reference, title, *map(str, told.values()))) for reference, title, told in rows)
    return frozenset(word for one in called for word in terms(one))


def found_in(incidents: QuerySet[Incident], question: str) -> QuerySet[Incident]:
    """Those of the incidents in which each word of the question stands; all of them where it has none."""
    for term in terms(question)[:MOST]:
        owners = RawSQL(_OWNERS[connection.vendor], [_query([term])])  # noqa: S611 - a parameter
        incidents = incidents.filter(id__in=owners)
    return incidents


def places(incidents: Sequence[Incident], question: str) -> dict[Any, list[int]]:
    """For each incident the first entries in which any of the words stands, by their rows."""
    asked = terms(question)[:MOST]
    found: dict[Any, list[int]] = {one.pk: [] for one in incidents}
    if asked:
        said = RawSQL(_ROWS[connection.vendor], [_query(asked)])  # noqa: S611 - a parameter
        ours = Searchable.objects.annotate(of=Coalesce("incident_id", "incident_id"))  # As _OWNERS.
        rows = ours.filter(number__in=said, of__in=list(found))
        nth = Window(RowNumber(), partition_by=F("incident"), order_by=F("seq").asc())
        numbered = rows.annotate(nth=nth).filter(nth__lte=SHOWN_OF_EACH).order_by("seq")
        for incident, number in numbered.values_list("incident_id", "number"):
            found[incident].append(number)
    return found


def _query(asked: Sequence[str]) -> str:
    """For any of the terms, which are letters and digits alone: nothing in them is an operator."""
    if connection.vendor == "sqlite":
        return " OR ".join(f'"{term}"*' for term in asked)
    return " | ".join(f"'{term}':*" for term in asked)
