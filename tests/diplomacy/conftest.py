"""An incident whose law is reviewed, and a note about it written by hand."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.db import transaction
from tests.counsel.conftest import reader, signed_law, tell
from tests.diplomacy.knock import ADDRESSED
from tests.incidents.conftest import NOW, OFFICER, home, identities

from inviolable.diplomacy.drafting.writing import content_for
from inviolable.diplomacy.terms import Annex, Content, Paragraph, Value
from inviolable.incidents.desk import at_desk
from inviolable.incidents.facts import confirm, withdraw
from inviolable.incidents.lookup import incident_state
from inviolable.ledger import exhibits
from inviolable.ledger.actions import Actor
from inviolable.ledger.exhibits import About

__all__ = ["home", "identities", "reader", "tell"]

REF = "minneapolis-2026"


def value(key: str, en: str, es: str, **more: object) -> Value:
    return Value(key, "confirmed", {"en": (en,), "es": (es,)}, **{"seq": 7, **more})


#: In English and in Spanish: what each paragraph says.
TEXTS = {
    "opening": (
        "The Ministry presents its compliments to the Embassy and has the honour to state the following.",
        "El Ministerio saluda atentamente a la Embajada y tiene el honor de manifestar lo siguiente.",
    ),
    "came": (
        "On Tuesday, 27 January 2026, at 11:00 local time (17:00 UTC), [[actor]] tried to enter the consulate.",
        "El martes 27 de enero de 2026, a las 11:00, hora local (17:00 UTC), [[actor]] intentó ingresar al consulado.",
    ),
    "rules": (
        "This is not compatible with the Vienna Convention on Consular Relations ([[finding]]).",
        "Esto no es compatible con la Convención de Viena sobre Relaciones Consulares ([[finding]]).",
    ),
    "protest": (
        "The Ministry firmly protests against these acts.",
        "El Ministerio expresa su firme protesta por estos actos.",
    ),
    "repeat": (
        "The Ministry asks that such acts not be repeated.",
        "El Ministerio solicita que actos de esta naturaleza no se repitan.",
    ),
    "closing": (
        "The Ministry renews to the Embassy the assurances of its highest consideration.",
        "El Ministerio reitera a la Embajada las seguridades de su más alta consideración.",
    ),
}
FOUND = {"cites": ("VCCR 31(3)",), "tag": "V", "result": "breach", "reviewed": "legal"}
BLOCKS = {"came": "facts", "repeat": "demands"}


def hand_made(**changed: object) -> Content:
    """A note verbale of the ministry, in Spanish, with its translation."""
    paragraphs = tuple(
        Paragraph(
            name,
            BLOCKS.get(name, name),
            {"en": en, "es": es},
            demand="non_repetition" if name == "repeat" else "",
            numbered=name in ("came", "rules", "repeat"),
        )
        for name, (en, es) in TEXTS.items()
    )
    values = {
        "actor": value("actor", "an officer", "un funcionario"),
        "finding": value("finding", "VCCR 31(3)", "CVRC 31(3)", **FOUND),
    }
    told: dict[str, object] = {
        "form": "note_verbale",
        "channel": "ministry_to_embassy",
        "organ": "ministry",
        "language": "es",
        "courtesy": ("en",),
        "sender": {"es": "Ministerio de Relaciones Exteriores del Ecuador", "en": "Ministry of Foreign Affairs"},
        "addressee": {"es": "Embajada de los Estados Unidos de América", "en": "Embassy of the United States"},
        "place": {"es": "Quito", "en": "Quito"},
        "date": "2026-01-29",
        "part": "1",
        "seq": 20,
        "paragraphs": paragraphs,
        "values": values,
        "annexes": (Annex("e1", "0" * 64, {"es": "Vídeo", "en": "Video"}),),
    }
    return Content(**{**told, **changed})


def saying(content: Content, name: str, en: str = "", es: str = "", block: str = "") -> Content:
    """The same with other words in one paragraph."""
    return replace(
        content,
        paragraphs=tuple(
            replace(one, text={"en": en or one.text["en"], "es": es or one.text["es"]}, block=block or one.block)
            if one.id == name
            else one
            for one in content.paragraphs
        ),
    )


def standing_for(content: Content, key: str, **changed: object) -> Content:
    """The same where one mark stands for something else."""
    return replace(content, values={**content.values, key: replace(content.values[key], **changed)})


@transaction.atomic
def exhibit(data: bytes, actor: Actor = OFFICER) -> str:
    """What somebody adds to the incident; its id."""
    about = About("C", consent="not_needed", media="application/pdf", source="the embassy", part="")
    received = exhibits.receive(at_desk(REF, actor, NOW).incident.stream, BytesIO(data), about, actor=actor, now=NOW)
    return str(received.body["exhibit"])


@pytest.fixture
def ready(tell, identities, home) -> Content:
    """The first draft about an incident whose facts are settled and whose law was reviewed: nothing stops it."""
    tell()
    who = {"actor": OFFICER, "now": NOW}
    withdraw(REF, "officers", "several", "the clip shows one", **who)
    confirm(REF, "agency", "ICE", **who)
    confirm(REF, "person", "employee", **who)
    for pack in ("vccr", "arsiwa"):
        signed_law(home, pack, date(2026, 1, 29))
    return content_for(incident_state(REF), "1", ADDRESSED)


@pytest.fixture
def note() -> Content:
    return hand_made()
