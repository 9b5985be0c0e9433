"""What an XML document may hold (XML 1.0, 2.2)."""

import re

#: Characters of a property of a Word file, such as its title: python-docx takes no more.
MOST = 255
FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """The same, where a sign that none may hold is its number."""
    return FORBIDDEN.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)


def as_property(text: str) -> str:
    """The same as a property of a Word file: what is longer is cut, since its pages have it whole."""
    return in_xml(text)[:MOST]
