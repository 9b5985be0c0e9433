"""An incident at a door, told by its entries, and the note that is drafted on it. Needs no database."""

from tests.incidents.test_fold import claimed, confirmed, entries  # noqa: F401 - claimed is for whoever tells more

from inviolable.diplomacy.drafting.draft import draft
from inviolable.incidents.case import case_of
from inviolable.incidents.fold import fold
from inviolable.law.assess import assess

OPENED = {
    "incident": "0b5e0a3e-5f0c-4f6e-9a55-000000000001",
    "reference": "a-knock",
    "title": "A knock at the door",
    "status": "actual",
    "post": {"class": "consulate", "head": "career", "status": "open"},
    "occurred": "2026-01-27T11:00-06:00",
    "sending": "EC",
    "receiving": "US",
    "place": "Minneapolis, Minnesota",
    "host_language": "en",
}
#: What everybody agrees on: an officer tried to come in, and was stopped.
STOPPED = {
    "actor": "officer",
    "zone": "work",
    "officers": "one",
    "agency": "ICE",
    "consent_by": "none",
    "emergency": "none",
    "attempted": "yes",
    "entered": "no",
    "disturbed": "yes",
    "work_stopped": "yes",
    "nationals_present": "yes",
    "assault": "threat",
    "person": "employee",
    "body": "organ",
    "in_capacity": "yes",
    "continuing": "no",
    "taken": "no",
}
MINISTRY = {
    "en": "Ministry of Foreign Affairs of Ecuador",
    "es": "Ministerio de Relaciones Exteriores del Ecuador",
}
EMBASSY = {"en": "Embassy of the United States of America", "es": "Embajada de los Estados Unidos de América"}
ADDRESSED = {
    "form": "note_verbale",
    "channel": "ministry_to_embassy",
    "organ": "ministry",
    "sender": MINISTRY,
    "addressee": EMBASSY,
    "language": "es",
    "courtesy": ("en",),
    "place": {"en": "Quito", "es": "Quito"},
    "date": "2026-01-27",
}


def incident(facts=None, *told, **opened):
    """Facts that a person confirmed (several values: contested), and whatever else was told before them."""
    said = [
        confirmed(key, one)
        for key, value in (STOPPED if facts is None else facts).items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return fold(entries(("incident.opened", {**OPENED, **opened}), *told, *said))


def drafted(state, answer=None, **changes):
    """The draft on its first part, the law asked of what is known."""
    case = case_of(state)
    return draft(state, "1", case, answer or assess(case), **{**ADDRESSED, **changes})
