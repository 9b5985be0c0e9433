"""What an XML document may hold (XML 1.0, 2.2)."""

import re

FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """The same, where a sign that none may hold is its number."""
    return FORBIDDEN.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)
