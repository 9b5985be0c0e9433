"""What stands in the way of a text before it goes out. Pure: what is known apart from the text is an argument.

A stop says where and why; nobody can set it aside. Whoever means otherwise changes the text, or has the fact confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from inviolable.diplomacy import marks
from inviolable.diplomacy.channel import channel_stops
from inviolable.diplomacy.phrases import pattern
from inviolable.diplomacy.terms import Content, Paragraph, Stop, Value
from inviolable.sources.drafts import check_text
from inviolable.sources.proposals import Proposal, propose
from inviolable.sources.records import Record
from inviolable.sources.scene import Scene
from inviolable.sources.sets import allows
from inviolable.sources.values import normal
from inviolable.sources.vocabulary import fold

#: What a check of sources is called here, where its name would not say what is wrong.
CALLED = {"inside": "number", "treaty": "convention"}
BLANK = re.compile(r"\[_+[^\]]*\]|_{3,}|\[\[[^\]]*\]\]|\bX{3,}\b")
#: Pictograms, Asian writing and whatever else the fonts of our documents do not have.
UNPRINTABLE = re.compile("[\u2600-\u27bf\u2b00-\ufaff\ufe00-\ufe0f\U00010000-\U0010ffff]")
#: How long before the day of its release a note may be dated, and how long after: clocks of posts differ.
EARLIER, LATER = timedelta(days=7), timedelta(days=1)


@dataclass(frozen=True)
class Background:
    """What a text is held against.

    sender: class of the organ that sends it (`ministry`, `embassy`, a consular class); post, head: of the post it is
    about, as a case file has them; zone, offset: IANA name of the post's, and how far its clock was from UTC;
    confirmed: law facts with the values that count; unnamed: claims whose speaker nobody confirmed; records: what it
    may quote; demands: of the note on file; outdated: marks that do not stand for what is known now; today: the day
    of its release, None where the date of a text does not matter.
    """

    sender: str = "ministry"
    post: str = "consulate"
    head: str = ""
    zone: str = "UTC"
    offset: timedelta | None = None
    confirmed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()
    records: Sequence[Record] = ()
    demands: tuple[str, ...] = ()
    outdated: frozenset[str] = frozenset()
    today: date | None = None

    @property
    def scene(self) -> Scene:
        """For the checks of a single text."""
        post = "mission" if self.post == "embassy" else "consular"
        return Scene(offset=self.offset, post=post, demands=self.demands)


def stops(content: Content, known: Background, reader: str = "en") -> tuple[Stop, ...]:
    """Everything that stops the release of a note, in the order of its paragraphs. reader: language of the findings."""
    found = [*channel_stops(content, known.sender)]
    for paragraph in content.paragraphs:
        found += _unfilled(content, paragraph, known)
        found += _unprintable(paragraph.id, paragraph.text.values())
    found += _frame(content, known)
    for language in content.languages:
        found += _in_text(_without_blanks(content, language), content.date, language, known, reader)
    order = {one.id: place for place, one in enumerate(content.paragraphs)}
    return tuple(sorted(set(found), key=lambda one: (order.get(one.paragraph, -1), one.code, one.says)))


def stops_in_text(text: str, published: str, language: str, known: Background, reader: str = "en") -> tuple[Stop, ...]:
    """The same for any text that was pasted or uploaded. published: its day, or "" where it bears none."""
    texts = {str(number): one for number, one in enumerate(filter(str.strip, text.split("\n\n")), 1)}
    return tuple(sorted(set(_in_text(texts, published, language, known, reader))))


def _unprintable(where: str, texts: Iterable[str]) -> Iterator[Stop]:
    for text in texts:
        if sign := UNPRINTABLE.search(text):
            told = _("No document can show the sign %(sign)s (%(code)s). Take it out, or say it in words.")
            yield Stop("sign", where, told % {"sign": sign[0], "code": f"U+{ord(sign[0]):04X}"})


def _frame(content: Content, known: Background) -> Iterator[Stop]:
    """What is printed around the paragraphs: from whom, to whom, where, when, and with what."""
    needed = {"sender": _("Who sends it"), "place": _("The place")}
    if content.channel != "to_the_public":
        needed["addressee"] = _("To whom it goes")
    for language in content.languages:
        for name, what in needed.items():
            if not getattr(content, name).get(language, "").strip():
                told = _("%(what)s is missing in %(language)s.")
                yield Stop("blank", "", told % {"what": what, "language": language})
        frame = [getattr(content, name).get(language, "") for name in ("sender", "addressee", "place")]
        for text in (*frame, *(one.words.get(language, "") for one in content.annexes)):
            yield from _unprintable("", [text])
            for code, says in _by_word(text, language, known):
                yield Stop(code, "", says)
    if known.today and not -EARLIER <= date.fromisoformat(content.date[:10]) - known.today <= LATER:
        told = _("It is dated %(date)s, and today is %(today)s. Date it on the day of its release.")
        yield Stop("date", "", told % {"date": content.date, "today": known.today.isoformat()})


def _without_blanks(content: Content, language: str) -> Mapping[str, str]:
    """The words of each paragraph. Blanks are stopped by what they stand for."""
    return {
        one.id: "".join(
            piece.words
            for piece in marks.fill(one.text.get(language, ""), content.values, language)
            if piece.kind != marks.BLANK
        )
        for one in content.paragraphs
    }


# ---- what marks stand for --------------------------------------------------------------------


def _unfilled(content: Content, paragraph: Paragraph, known: Background) -> Iterator[Stop]:
    said = {key for language in content.languages for key in marks.keys(paragraph.text.get(language, ""))}
    for language in content.languages:
        if not paragraph.text.get(language, "").strip():
            yield Stop("blank", paragraph.id, _("Nothing is written here in %(language)s.") % {"language": language})
    for key in sorted(said):
        value = content.values.get(key)
        if value is None:
            yield Stop("blank", paragraph.id, _("The mark %(key)s stands for nothing.") % {"key": f"[[{key}]]"})
        else:
            yield from _of_value(content, paragraph, value, known)


def _of_value(content: Content, paragraph: Paragraph, value: Value, known: Background) -> Iterator[Stop]:
    name = value.asks.get(content.language) or value.key
    if value.state == "unknown":
        yield Stop("blank", paragraph.id, _("A blank is left: %(what)s. Have the fact confirmed.") % {"what": name})
    if value.state == "contested":
        sides = " / ".join(value.words.get(content.language, ()))
        text = _("Contested: %(sides)s. Withdraw what is wrong, or leave it out.")
        yield Stop("contested", paragraph.id, text % {"sides": sides or name})
    if value.claims and known.unnamed.issuperset(value.claims):
        text = _("%(what)s rests on a statement whose speaker nobody has confirmed. Decide on it at its source.")
        yield Stop("speaker", paragraph.id, text % {"what": name})
    if value.claims and not value.seq and not _attributed(paragraph, value.key):
        text = _("%(what)s is a claim: write who says so, or have it confirmed.")
        yield Stop("did", paragraph.id, text % {"what": name})
    if value.key in known.outdated:
        text = _("%(what)s is not what is known now. Take the facts as they are now.")
        yield Stop("outdated", paragraph.id, text % {"what": name})
    if value.cites or value.result:
        yield from _of_finding(paragraph, value)


def _of_finding(paragraph: Paragraph, value: Value) -> Iterator[Stop]:
    cited = ", ".join(value.cites) or value.key
    if value.tag == "M":
        text = _("%(cited)s rests on a source that was only remembered (M). Have it verified, or leave it out.")
        yield Stop("memory", paragraph.id, text % {"cited": cited})
    if not value.reviewed:
        text = _("%(cited)s: no role has reviewed this law yet. Legal signs it on its page.")
        yield Stop("unreviewed", paragraph.id, text % {"cited": cited})


def _attributed(paragraph: Paragraph, key: str) -> bool:
    """Whether, in every language, the sentence around a mark says whose word it is."""
    for language, text in paragraph.text.items():
        for sentence in re.split(r"(?<=[.;])\s+", text):
            if f"[[{key}]]" in sentence and not pattern(language, "attributed").search(fold(sentence)):
                return False
    return True


# ---- what the words say ----------------------------------------------------------------------


def _in_text(texts: Mapping[str, str], published: str, language: str, known: Background, reader: str) -> Iterator[Stop]:
    """One language of a text. What only shows in the whole of it has no paragraph."""
    seen: set[tuple[str, str]] = set()
    for paragraph, text in texts.items():
        for one in (*_by_rule(text, published, language, known, reader), *_by_word(text, language, known)):
            seen.add(one)
            yield Stop(one[0], paragraph, one[1])
        for code, says in _unconfirmed(text, published, language, known):
            yield Stop(code, paragraph, says)
    for one in _by_rule("\n\n".join(texts.values()), published, language, known, reader, whole=True):
        if one not in seen:
            yield Stop(one[0], "", one[1])


def _by_rule(
    text: str, published: str, language: str, known: Background, reader: str, *, whole: bool = False
) -> Iterator[tuple[str, str]]:
    """The checks of sources. Whether a demand is missing, only the whole text can say."""
    scene = known.scene if whole else replace(known.scene, demands=())
    for one in check_text(text, published, language, known.zone, scene, known.records, reader):
        yield CALLED.get(one.check, one.check), one.says


def _by_word(text: str, language: str, known: Background) -> Iterator[tuple[str, str]]:
    """What is wrong whatever happened."""
    if blank := BLANK.search(text):
        yield "blank", _("A blank is left: %(what)s.") % {"what": blank[0]}
    for said in pattern(language, "foreign_soil").finditer(fold(text)):
        told = _("“%(said)s”: a post is inviolable, and no territory of the sending State. Say that it is inviolable.")
        yield "soil", told % {"said": said[0]}
    for said in pattern(language, "national").finditer(text):
        told = _("“%(said)s” may be the name of a national. Write what they are: a national, a visitor.")
        yield "name", told % {"said": said[0].strip()}
    if known.head == "honorary":
        for said in pattern(language, "career_only").finditer(fold(text)):
            told = _("“%(said)s”: the premises of a post headed by an honorary officer fall under VCCR 59, not 31.")
            yield "convention", told % {"said": said[0]}


def _unconfirmed(text: str, published: str, language: str, known: Background) -> Iterator[tuple[str, str]]:
    """What the text states as a fact, in our own voice, and no confirmed fact bears out."""
    day = date.fromisoformat(published[:10]) if published else None
    for one in propose(text, language, day, known.zone, place=known.zone):
        if _ours(one) and not _attribution_near(text, one, language):
            for fact, left in allows(normal(one.fact, one.value, denied=one.polarity == "denies")).items():
                counts = known.confirmed.get(fact, ())
                if len(set(counts)) > 1:
                    told = _("“%(said)s” is stated as a fact, and it is contested: %(sides)s. Withdraw what is wrong.")
                    yield "contested", told % {"said": one.raw, "sides": " / ".join(counts)}
                    break
                if not counts or set(left).isdisjoint(counts):
                    told = _("“%(said)s” is stated as a fact, and it is not confirmed. Write who says so.")
                    yield "did", told % {"said": one.raw}
                    break


def _ours(one: Proposal) -> bool:
    return one.modality == "stated" and one.speaker is None and not one.fact.endswith(".words")


def _attribution_near(text: str, one: Proposal, language: str) -> bool:
    """Whether its sentence says whose word it is in a way that the grammar of sources does not read."""
    start = max(text.rfind(sign, 0, one.start) for sign in ".;\n") + 1
    end = min((at for sign in ".;\n" if (at := text.find(sign, one.end)) >= 0), default=len(text))
    return bool(pattern(language, "attributed").search(fold(text[start:end])))
