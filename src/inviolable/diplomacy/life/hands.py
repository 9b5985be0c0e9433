"""By whose hand a note is as it stands: what people wrote into it that no fact did, who they are, and who reviewed the
law that it cites. Whoever approves it reads that first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from inviolable.counsel.clocks import as_of_words
from inviolable.diplomacy.checks.standing import called, city_of, organ_of
from inviolable.diplomacy.drafting.offered import by_hand
from inviolable.diplomacy.file import NoteFile
from inviolable.diplomacy.shown import HEAD, HOW, paragraph_names
from inviolable.diplomacy.terms import Content, Paragraph
from inviolable.diplomacy.versions import content_of
from inviolable.diplomacy.words.marks import keys
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.wording import charged, who_words
from inviolable.law.review import SignOff

#: How a version is made out of facts alone, but for what was written into the one before.
DRAWN = ("drafted", "redrafted")


def written_in(state: IncidentState, file: NoteFile, content: Content) -> Iterator[tuple[str, str, str]]:
    """What is by hand: above the paragraphs what is not as this home says, then since it was drafted out of facts the
    paragraph, what it is called ("" for its id: it was taken out, or is none), and what was done."""
    yield from (("", one, _("written by hand")) for one in dict.fromkeys(_typed_above(state, content)))
    drawn, versions = _drawn(file)
    names = paragraph_names(content, *reversed(versions))
    for one in content.paragraphs:
        if drawn.pop(one.id, None) != one.text:
            yield one.id, names[one.id], _("written by hand")
        elif _filled(one, content):
            yield one.id, names[one.id], _("a blank that a person filled")
    for name in drawn:
        yield "", names[name], _("taken out")


def _drawn(file: NoteFile) -> tuple[dict[str, Mapping[str, str]], list[Content]]:
    """What facts gave last for each paragraph, and all versions. What a person wrote stays theirs when the facts are
    taken anew, unless its words came anew as well."""
    drawn: dict[str, Mapping[str, str]] = {}
    was: dict[str, Mapping[str, str]] = {}
    versions = [content_of(file.id, one.number) for one in file.versions]
    for version, content in zip(file.versions, versions, strict=True):
        told = {one.id: one.text for one in content.paragraphs}
        if version.how in DRAWN:
            theirs = {name for name, text in was.items() if drawn.get(name) != text and told.get(name) == text}
            kept = {name: text for name, text in drawn.items() if name in theirs or name not in was}
            drawn = kept | {name: text for name, text in told.items() if name not in theirs}
        was = told
    return drawn, versions


def _typed_above(state: IncidentState, content: Content) -> Iterator[str]:
    """Who writes, to whom and where, as far as it is not what organs.toml and the organ's own place give."""
    organ, city = organ_of(content.organ), city_of(content.organ)
    for language in content.languages:
        named = {"sender": organ.sender, "addressee": organ.addressee}
        told = {name: called(one.get(language, ""), state.opened, language) for name, one in named.items()}
        for name, given in {**told, "place": city}.items():
            said = getattr(content, name).get(language, "")
            if said and said != given:
                yield f"{HEAD[name]} “{said}”"


def _filled(one: Paragraph, content: Content) -> bool:
    """Whether words stand in it that a person wrote for a mark which no fact fills."""
    told = (content.values.get(key) for text in one.text.values() for key in keys(text))
    return any(value and by_hand(value.key) and value.asks and any(value.words.values()) for value in told)


def writers(file: NoteFile) -> list[str]:
    """Who wrote versions of it, and how."""
    found: dict[str, dict[str, None]] = {}
    for one in file.versions:
        found.setdefault(who_words(one.by), {})[str(HOW[one.how])] = None
    return [f"{who}: {', '.join(how)}" for who, how in found.items()]


def signers(content: Content, read: Mapping[str, Iterable[SignOff | None]]) -> list[dict[str, Any]]:
    """Who reviewed the law that it rests on, and when, all of them and the same together; last what nobody did. Each
    provision with the paragraph in which it is cited first, "" where none does.

    read: by provision the sign-offs that count for what is behind what it says (writing.read_by)."""
    cited, found = _cited(content), dict[str, dict[str, str]]()
    for cite, signs in read.items():
        for sign in signs:
            told = {"who": _signer(sign), "day": as_of_words(sign.date)} if sign else {}
            by = _("%(who)s, on %(day)s") % told if sign else _("nobody")
            found.setdefault(by, {})[cite] = cited.get(cite, "")
    last = _("nobody")
    return [{"by": by, "cites": list(found[by].items())} for by in sorted(found, key=lambda one: one == last)]


def _signer(sign: SignOff) -> str:
    who = who_words({"role": sign.role, "id": sign.by}) if sign.by else charged(sign.role)
    return _("%(who)s by a command at the server") % {"who": who} if sign.via else who


def _cited(content: Content) -> dict[str, str]:
    """The paragraph in which each provision is cited first."""
    found: dict[str, str] = {}
    for one in content.paragraphs:
        for key in keys(one.text.get(content.language, "")):
            for cite in content.values[key].cites if key in content.values else ():
                found.setdefault(cite, one.id)
    return found
