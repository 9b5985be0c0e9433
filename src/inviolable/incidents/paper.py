"""The record of an incident as a document to read and print, in both languages, signed and time-stamped (PAdES)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from inviolable.documents.pdf import spelt
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.models import Incident
from inviolable.incidents.picture import fact_words, value_words
from inviolable.incidents.place import on_its_clock
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import (
    details_of,
    kind_words,
    mark_of,
    moment_words,
    paper_words,
    part_words,
    who_words,
)
from inviolable.ledger.actions import configured
from inviolable.ledger.keys import write_new
from inviolable.ledger.moments import written
from inviolable.ledger.stamps import Authority, StampRefused, request_stamp

SOURCE = "record.typ"


def papers(incident: Incident, state: IncidentState, *, now: datetime) -> dict[str, bytes]:
    """The record in every language, by file name: signed with the installation's key for documents.

    Time-stamped by the first configured authority that answers; without one the signature alone says when (PAdES B-B).
    """
    certificate, key = _signer(now)
    source = (files("inviolable.incidents") / SOURCE).read_text("utf-8")
    found = {"documents.pem": certificate}
    for language, _name in settings.LANGUAGES:
        with translation.override(language), on_its_clock(state):
            pdf = spelt(source, _content(incident, state, language, now), language, now)
            reason = _("Record of incident %(reference)s") % {"reference": incident.reference}
        found[f"record-{language}.pdf"] = _sign(pdf, certificate, key, reason, now)
    return found


def signed(pdf: bytes, reason: str, now: datetime) -> bytes:
    """A document of this installation, signed and time-stamped in the same way."""
    return _sign(pdf, *_signer(now), reason, now)


def _signer(now: datetime) -> tuple[bytes, bytes]:
    """Certificate and key for documents: P-256, since readers of PDF do not know Ed25519; made at first use."""
    folder = Path(settings.HOME) / "keys"
    key_file, certificate_file = folder / "documents-key.pem", folder / "documents.pem"
    if not key_file.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        write_new(key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if not certificate_file.exists():
        from inviolable.documents.signature import self_signed

        made = self_signed("Inviolable: documents of this installation", key_file.read_bytes(), now)
        write_new(certificate_file, made)
    return certificate_file.read_bytes(), key_file.read_bytes()


def _sign(pdf: bytes, certificate: bytes, key: bytes, reason: str, now: datetime) -> bytes:
    """Sign, with the time stamp of the first authority that answers, or without one (PAdES B-T, B-B)."""
    from inviolable.documents.signature import sign_pdf  # 0.35 s of a processor, where starting a command takes 0.7.

    about: dict[str, Any] = {"name": "Inviolable", "reason": reason, "location": "", "now": now}
    for authority in configured().authorities:
        with suppress(StampRefused):
            return sign_pdf(pdf, certificate, key, **about, stamper=partial(request_stamp, Authority(*authority)))
    return sign_pdf(pdf, certificate, key, **about)


def _content(incident: Incident, state: IncidentState, language: str, now: datetime) -> Mapping[str, Any]:
    """Everything that the page says, in the language that is active."""
    return {
        "title": incident.called,
        "author": "Inviolable",
        "reference": incident.reference,
        "page": _("page"),
        "of": _("of"),
        "mark": mark_of(incident),
        "lead": _("What was recorded of this incident up to %(moment)s. Names of people are sealed and not printed.")
        % {"moment": moment_words(now)},
        "about": [
            [_("Reference"), incident.reference],
            [_("Opened"), moment_words(incident.opened)],
            [_("Place"), str(state.opened.get("place", "—"))],
            [_("Entries"), str(len(state.timeline))],
        ],
        "nothing": _("Nothing recorded."),
        "facts_heading": _("Facts confirmed"),
        "facts": [fact for part in state.parts for fact in _facts(state, part, language)],
        "findings_heading": _("Findings"),
        "findings": [_finding(one.answer, one.as_of) for one in state.findings],
        "exhibits_heading": _("Exhibits"),
        "exhibits": [
            {
                "id": one.id,
                "said": _("grade %(grade)s, %(bytes)s bytes") % {"grade": one.body["grade"], "bytes": one.body["bytes"]}
                + (_("; size and SHA-256 as its giver's browser said") if "sealed_by" in one.body else ""),
                "sha256": one.body["sha256"],
            }
            for one in state.exhibits.values()
        ],
        "timeline_heading": _("Timeline"),
        "timeline": [_item(one) for one in state.timeline],
        "check_heading": _("How to check this"),
        "check": _(
            "This document is part of a dossier. The dossier's README says how to check every entry with a shell and"
            " openssl alone, without the software that wrote it."
        ),
    }


def _facts(state: IncidentState, part: str, language: str) -> list[dict[str, str]]:
    """What was confirmed of a part: each question with its answers."""
    where = f"{part_words(state.parts[part])}: " if len(state.parts) > 1 else ""
    return [
        {
            "key": f"{where}{fact_words(key, language)}",
            "value": " / ".join(value_words(key, value, language) for value in values),
            "source": _("contested") if len(values) > 1 else "",
        }
        for key, values in state.confirmed(part).items()
    ]


def _finding(answer: Mapping[str, Any], as_of: str) -> str:
    said = _("Entry: %(answer)s") % {"answer": answer["entry"]["answer"]}
    return f"{said} · {', '.join(answer['entry']['cites'])}" + (f" · {as_of}" if as_of else "")


def _item(item: Item) -> dict[str, str]:
    return {
        "number": str(item.seq),
        "what": kind_words(item.kind),
        "happened": _("happened %(moment)s") % {"moment": item.happened.said or written(item.happened.start)},
        "recorded": paper_words(item) or _("recorded %(moment)s") % {"moment": written(item.recorded)},
        "who": who_words(item.actor),
        "details": details_of(item),
    }
