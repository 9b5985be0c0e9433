"""Words on screens, all rooms together: Django lays their translations over each other."""

from collections import defaultdict
from pathlib import Path

from babel.messages.pofile import read_po

ROOMS = Path("src/inviolable")


def test_no_room_shows_another_rooms_word():
    """Two texts for one message would have the room that comes last decide for all; a context keeps them apart."""
    found = defaultdict(set)
    for path in sorted(ROOMS.glob("*/locale/es/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for one in read_po(file, locale="es"):
                if one.id:
                    found[one.context, one.id].add(one.string)
    assert len(found) > 1000, "too few to show anything"
    assert not {message: texts for message, texts in found.items() if len(texts) > 1}
