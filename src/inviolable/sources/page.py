"""What the pages of this room share: an incident with its sources, and each of them in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from inviolable.counsel.page import Request, reading
from inviolable.incidents.page import Page, actor_of, existing
from inviolable.incidents.picture import fact_words, value_words
from inviolable.sources.models import Text
from inviolable.sources.shelf import CONFIRMED, PROPOSED, Claim, Shelf, Source, Version, shelf
from inviolable.sources.wording import FAULTS, KINDS, MODALITIES, POLARITIES, STATES


@dataclass(frozen=True)
class Sources:
    """An incident, and its sources."""

    page: Page
    shelf: Shelf

    @property
    def reference(self) -> str:
        """Of the incident."""
        return self.page.incident.reference


def sources_of(reference: str) -> Sources:
    """The sources of the incident of that reference, or 404."""
    page = existing(reference)
    return Sources(page, shelf(page.state.timeline))


def source_of(found: Sources, source: int) -> Source:
    """One of them, or 404."""
    if str(source) not in found.shelf.sources:
        raise Http404
    return found.shelf.sources[str(source)]


def claim_of(found: Sources, claim: int) -> Claim:
    """A claim of one of them, or 404."""
    if str(claim) not in found.shelf.claims:
        raise Http404
    return found.shelf.claims[str(claim)]


def words_of(found: Sources, source: Source, version: Version) -> str:
    """The words of a version; "" where nobody gave them, or they went with their exhibit."""
    place = {"stream": found.page.incident.stream, "source": source.id, "version": version.number}
    kept = Text.objects.filter(**place).first()
    return str(kept.words) if kept else ""


def who(request: Request) -> dict[str, Any]:
    """Who writes, and when."""
    return {"actor": actor_of(request.user), "now": request.now}


def row(found: Shelf, source: Source) -> dict[str, Any]:
    """A source in a list."""
    claims = found.of(source.id)
    return {
        "source": source,
        "name": source.about("title") or source.about("publisher") or source.about("address"),
        "kind": KINDS[source.kind],
        "fault": FAULTS.get(source.last.reading.get("fault", ""), "") if not source.last.text else "",
        "note": source.last.reading.get("note", ""),
        "about": {name: source.about(name) for name in ("publisher", "published", "modified", "language", "lineage")},
        "proposed": sum(one.state == PROPOSED for one in claims),
        "confirmed": sum(one.state == CONFIRMED for one in claims),
    }


def claim_row(found: Shelf, claim: Claim) -> dict[str, Any]:
    """A claim in words."""
    return {
        "claim": claim,
        "question": question if (question := fact_words(claim.key, reading())).endswith("?") else f"{question}:",
        "value": value_words(claim.key, claim.value, reading()),
        "state": STATES[claim.state],
        "tone": {CONFIRMED: "go", PROPOSED: "care"}.get(claim.state, ""),
        "open": claim.state == PROPOSED,
        "polarity": POLARITIES[claim.polarity] if claim.polarity != "affirms" else "",
        "modality": MODALITIES[claim.modality] if claim.modality != "stated" else "",
        "replaced": found.replaced_by(claim),
    }
