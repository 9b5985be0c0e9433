"""Finding incidents by the words in them: what is sealed is not here, since nothing here could read it.

An entry's words are folded (no accents, no capitals) in every language of the program, and one table has each word with
the incident that it stands in and the first entries that say it. A word is found by its beginning; an incident is found
where each word stands somewhere in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.expressions import RawSQL

from inviolable.incidents.models import Incident, Searchable
from inviolable.incidents.picture import fact_words, value_words
from inviolable.incidents.wording import GUARDED, MESSAGES, SHOWN
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
#: So many letters of a word count.
LETTERS = 60
#: No word goes on with it, so every word that begins as another does comes before both together.
LAST = "\U0010ffff"
#: Whose words they are. Put together anew for each question, it would take as long as its answer.
_OWNERS = "SELECT incident_id FROM incidents_searchable WHERE word >= %s AND word < %s"


def terms(text: str) -> list[str]:
    """The words of a text as they are indexed and asked for: letters and digits, no accents, no capitals."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    words = re.findall(r"[^\W_]+", "".join(one for one in folded if not unicodedata.combining(one)))
    return [one[:LETTERS] for one in words]


def words_of(entry: Mapping[str, Any]) -> str:
    """What an entry can be found by, "" for one that nobody looks for."""
    if entry["kind"].startswith(MESSAGES):
        return ""
    body = entry["body"]
    shown = [name for name in SHOWN.get(entry["kind"], ()) if name not in IDS]
    names = [name for name in dict.fromkeys((*shown, *WORDS)) if name not in GUARDED.get(entry["kind"], ())]
    told = [text for name in names for text in _texts(body.get(name))]
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

    Gathered anew where there is a newer one: none is renamed.
    """
    return _titled(**Incident.objects.aggregate(last=Max("number")))


@lru_cache(maxsize=4)
def _titled(*, last: int | None) -> frozenset[str]:  # noqa: ARG001 - which incidents there are
    rows = Incident.objects.values_list("reference", "title", "words")
    called = (" ".join((reference, title, *map(str, told.values()))) for reference, title, told in rows)
    return frozenset(word for one in called for word in terms(one))


def keep(incident: Incident, number: int, words: str) -> None:
    """That an entry says these words. Of those that say one the first ones are kept, since no more are shown.

    number: the entry's; of one incident they come in their order.
    """
    said, standing = words.split(), Searchable.objects.filter(incident=incident)
    held = standing.filter(word__in=said).values_list("word").annotate(times=Count("number"))
    enough = {word for word, times in held if times >= SHOWN_OF_EACH}
    rows = [Searchable(word=word, incident=incident, number=number) for word in said if word not in enough]
    Searchable.objects.bulk_create(rows)


def found_in(incidents: QuerySet[Incident], question: str) -> QuerySet[Incident]:
    """Those of the incidents in which each word of the question stands; all of them where it has none."""
    for term in terms(question)[:MOST]:
        incidents = incidents.filter(number__in=RawSQL(_OWNERS, [term, term + LAST]))  # noqa: S611 - parameters
    return incidents


def places(incidents: Sequence[Incident], question: str) -> dict[Any, list[int]]:
    """For each incident the first entries in which any of the words stands, by their numbers."""
    asked = terms(question)[:MOST]
    found: dict[Any, list[int]] = {one.number: [] for one in incidents}
    if asked and found:
        begins = (Q(word__gte=term, word__lt=term + LAST) for term in asked)
        said = Searchable.objects.filter(reduce(or_, begins), incident__in=list(found))
        for incident, number in said.values_list("incident", "number").distinct().order_by("number"):
            if len(found[incident]) < SHOWN_OF_EACH:
                found[incident].append(number)
    return {one.pk: found[one.number] for one in incidents}
