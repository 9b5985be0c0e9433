"""What stands in the way of a text before it goes out. Pure: what is known apart from the text is an argument.

A stop says where and why; nobody can set it aside. Whoever means otherwise changes the text, or has the fact confirmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from inviolable.diplomacy.checks.background import Background
from inviolable.diplomacy.checks.channel import channel_stops
from inviolable.diplomacy.checks.parallel import language_stops
from inviolable.diplomacy.checks.said import asks_in, attributed, by_word, in_text, pinpoint_faults, sentences
from inviolable.diplomacy.drafting.offered import BEGIN, by_hand
from inviolable.diplomacy.drafting.pinpoints import WRONG
from inviolable.diplomacy.drafting.quoting import TRANSLATION, WORDS
from inviolable.diplomacy.drafting.typed import law_faults, marked, typed
from inviolable.diplomacy.terms import Content, Paragraph, Stop, Value
from inviolable.diplomacy.words import marks
from inviolable.documents.pdf import clusters, unshown
from inviolable.sources.drafts import unquoted
from inviolable.sources.proposals.passages import masked, quotations
from inviolable.sources.records import Claim, Record
from inviolable.sources.vocabulary import fold

#: Pictograms, Asian writing, what is no character, and whatever else the fonts of our documents do not have.
UNPRINTABLE = re.compile("[\u2600-\u27bf\u2b00-\ufaff\ufdd0-\ufdef\ufff9-\uffff\U00010000-\U0010ffff]")
#: Unicode's categories of signs that are not seen: of format and of control.
INVISIBLE = ("Cf", "Cc")
#: Others that are not seen: joiners, fillers, selectors, and an empty cell of Braille.
LEFT_OUT = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
#: How long before the day of its release a note may be dated, and how long after: clocks of posts differ.
EARLIER, LATER = timedelta(days=7), timedelta(days=1)
#: Whose demands are followed up, one by one. A statement adds none of its own, and is held against the note.
DEMANDING = ("note_verbale", "signed_note", "letter")


def stops(content: Content, known: Background, reader: str = "en") -> tuple[Stop, ...]:
    """Everything that stops the release of a note, in the order of its paragraphs. reader: language of the findings."""
    found = [*channel_stops(content, known)]
    for paragraph in content.paragraphs:
        found += _unfilled(content, paragraph, known)
        found += _no_longer(paragraph, known)
        found += _taken_off(content, paragraph)
        found += _without_law(content, paragraph)
        found += _unprintable(paragraph.id, paragraph.text.values())
    found += _frame(content, known)
    texts = {language: _without_blanks(content, language) for language in content.languages}
    for language in content.languages:
        found += in_text(texts[language], content.date, language, replace(known, records=()), reader)
        found += _quotes(content, language, known.records, reader)
        found += _pinpoints(typed(content, language), known, *_cited(content, known))
        found += _asked(content, texts[language], language)
        found += _without_glyph(texts[language])
    found += language_stops(content, texts)
    order = {one.id: place for place, one in enumerate(content.paragraphs)}
    return tuple(sorted(set(found), key=lambda one: (order.get(one.paragraph, -1), one.code, one.says)))


def _quotes(content: Content, language: str, records: Sequence[Record], reader: str) -> Iterator[Stop]:
    """What is quoted and nobody said so: neither on file nor in what the marks of a note quote. A translation of ours
    is a source for nothing, nor was it said so itself."""
    told = [one for key, one in marked(content).items() if key.endswith(WORDS)]
    said = (words for one in told for several in one.words.values() for words in several)
    ours = Record("note", claims=tuple(Claim("note", place, "", "", quote=one) for place, one in enumerate(said)))
    for name, text in _without_blanks(content, language, TRANSLATION).items() if records else ():
        yield from (Stop("quote", name, says) for says in unquoted(text, (*records, ours), reader))


def stops_in_text(text: str, published: str, language: str, known: Background, reader: str = "en") -> tuple[Stop, ...]:
    """The same for any text that was pasted or uploaded. published: its day, or "" where it bears none."""
    texts = {str(number): one for number, one in enumerate(filter(str.strip, text.split("\n\n")), 1)}
    found = {*in_text(texts, published, language, known, reader), *_pinpoints(texts, known, known.cites)}
    found |= {stop for name, one in texts.items() for stop in (*_hidden(name, one), *_lookalikes(name, one))}
    return tuple(sorted(found))


def _unprintable(where: str, texts: Iterable[str]) -> Iterator[Stop]:
    for text in texts:
        if sign := UNPRINTABLE.search(text):
            told = _("No document can show the sign %(sign)s (%(code)s). Take it out, or say it in words.")
            yield Stop("sign", where, told % {"sign": sign[0], "code": f"U+{ord(sign[0]):04X}"})
        yield from _hidden(where, text)
        yield from _lookalikes(where, text)


def _without_glyph(texts: Mapping[str, str]) -> Iterator[Stop]:
    """What the list above does not foresee: a letter with a sign over it that the fonts of our documents cannot set."""
    missing = unshown(one for text in texts.values() for one in clusters(text))
    for name, text in texts.items():
        if one := next((one for one in clusters(text) if one in missing and not UNPRINTABLE.search(one)), ""):
            told = _("No document can show the sign %(sign)s (%(code)s). Take it out, or say it in words.")
            yield Stop("sign", name, told % {"sign": one, "code": " ".join(f"U+{ord(sign):04X}" for sign in one)})


def _hidden(where: str, text: str) -> Iterator[Stop]:
    """Signs that nobody sees: they part words, so that no check finds them, or turn their order."""
    for sign in dict.fromkeys(one for one in text if one not in "\n\r\t" and _unseen(one)):
        told = _("A sign that nobody sees (%(code)s) stands here, and hides words from the checks. Take it out.")
        yield Stop("sign", where, told % {"code": f"U+{ord(sign):04X}"})


def _unseen(sign: str) -> bool:
    return unicodedata.category(sign) in INVISIBLE or bool(LEFT_OUT.match(sign))


def _lookalikes(where: str, text: str) -> Iterator[Stop]:
    """Letters of another alphabet in our own words, and signs set over letters: they look like others to whoever reads,
    and part words for whatever checks them."""
    shown = unicodedata.normalize("NFC", masked(text, quotations(text)))
    for sign in dict.fromkeys(one for one in shown if not one.isascii() and _foreign(one)):
        told = _("“%(sign)s” (%(code)s) is no letter of ours and may look like one. Write it in Latin letters.")
        yield Stop("sign", where, told % {"sign": sign, "code": f"U+{ord(sign):04X}"})


def _foreign(sign: str) -> bool:
    if unicodedata.category(sign) in ("Mn", "Me", "Mc"):
        return not LEFT_OUT.match(sign)
    return sign.isalpha() and sign not in "ªº" and not unicodedata.name(sign, "").startswith("LATIN ")


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
            for code, says in by_word(text, language, known):
                yield Stop(code, "", says)
    if known.today and not -EARLIER <= date.fromisoformat(content.date[:10]) - known.today <= LATER:
        told = _("It is dated %(date)s, and today is %(today)s. Date it on the day of its release.")
        yield Stop("date", "", told % {"date": content.date, "today": known.today.isoformat()})


def _without_blanks(content: Content, language: str, without: str | tuple[str, ...] = ()) -> Mapping[str, str]:
    """The words of each paragraph. Blanks are stopped by what they stand for. without: how keys end whose words are
    left out, too."""
    return {
        one.id: "".join(
            "…" if piece.key.endswith(without) else piece.words
            for piece in marks.fill(one.text.get(language, ""), content.values, language)
            if piece.kind != marks.BLANK
        )
        for one in content.paragraphs
    }


# ---- what somebody typed ---------------------------------------------------------------------


def _cited(content: Content, known: Background) -> tuple[set[str], set[str] | None]:
    """The provisions that the findings rest on whose marks stand in a note, and those that they say were broken; None
    where it is held against no broken ones, as a statement, which cites none by itself and says what the note says."""
    values = marked(content).values()
    cites = {cite for value in values for cite in value.cites}
    if content.form not in DEMANDING:
        return cites | (known.cites or set()), None
    return cites, {cite for value in values if value.result in WRONG for cite in value.cites}


def _pinpoints(
    texts: Mapping[str, str], known: Background, cites: Collection[str] | None, broken: Collection[str] | None = None
) -> Iterator[Stop]:
    for name, text in texts.items():
        found = [*pinpoint_faults(text, known, cites, broken)]
        found += law_faults(text, known.named, known.named.bears if cites is None else cites) if known.named else ()
        yield from (Stop(code, name, says) for code, says in found)


def _asked(content: Content, texts: Mapping[str, str], language: str) -> Iterator[Stop]:
    for one in content.paragraphs if content.form in DEMANDING else ():
        if not one.demand and one.block != "demands":
            for said in asks_in(texts[one.id], language):
                told = _("“%(said)s” opens no demand. Edit the paragraphs, and choose there what this one demands.")
                yield Stop("asked", one.id, told % {"said": said})


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


def _no_longer(paragraph: Paragraph, known: Background) -> Iterator[Stop]:
    if paragraph.id in known.no_longer:
        gone = _("The file gives this no longer. Draft the note again, or take this paragraph out.")
        text = _("“%(said)s” is not what the file says now. Draft the note again, or take this paragraph out.")
        words = known.no_longer[paragraph.id]
        yield from (Stop("gone", paragraph.id, text % {"said": said}) for said in words)
        if not words:
            yield Stop("gone", paragraph.id, gone)


def _taken_off(content: Content, paragraph: Paragraph) -> Iterator[Stop]:
    """What a paragraph on offer had from the file and no mark says any more: typed, it would outlive the file."""
    given = [key for key, one in content.values.items() if key.startswith(f"{paragraph.id}:") and not one.asks]
    for language in content.languages if paragraph.id.startswith(BEGIN) else ():
        said = marks.keys(paragraph.text.get(language, ""))
        for key in (one for one in given if one not in said):
            told = _(
                "“%(said)s” is from the file, and stands here in no brackets (%(language)s). Put it back in double"
                " brackets, or leave this out and write a paragraph of your own."
            )
            words = next(iter(content.values[key].words.get(language, ())), key)
            yield Stop("unmarked", paragraph.id, told % {"said": words, "language": language})


def _without_law(content: Content, paragraph: Paragraph) -> Iterator[Stop]:
    """A paragraph of the draft that says what the law is, and whose finding no mark names any more."""
    law = {key for key, one in content.values.items() if one.cites or one.result}
    for language in content.languages if paragraph.block == "rules" and law - marked(content).keys() else ():
        if law.isdisjoint(marks.keys(paragraph.text.get(language, ""))):
            told = _(
                "No finding stands here in brackets (%(language)s). Put it back in double brackets, or leave this out"
                " and write a paragraph of your own."
            )
            yield Stop("unmarked", paragraph.id, told % {"language": language})


def _of_value(content: Content, paragraph: Paragraph, value: Value, known: Background) -> Iterator[Stop]:
    name = value.asks.get(content.language) or value.key
    if value.state == "unknown" and by_hand(value.key):
        text = _("A blank is left: %(what)s. Write it where the paragraphs are edited.")
        yield Stop("blank", paragraph.id, text % {"what": name})
    elif value.state == "unknown":
        yield Stop("blank", paragraph.id, _("A blank is left: %(what)s. Have the fact confirmed.") % {"what": name})
    if value.state == "contested":
        sides = " / ".join(value.words.get(content.language, ()))
        text = _("Contested: %(sides)s. Withdraw what is wrong, or leave it out.")
        yield Stop("contested", paragraph.id, text % {"sides": sides or name})
    if value.claims and known.unnamed.issuperset(value.claims):
        text = _("%(what)s rests on a statement whose speaker nobody has confirmed. Decide on it at its source.")
        yield Stop("speaker", paragraph.id, text % {"what": name})
    if value.claims and not value.seq and not _attributed(paragraph, value.key, known.sending):
        text = _("%(what)s is a claim: write who says so, or have it confirmed.")
        yield Stop("did", paragraph.id, text % {"what": name})
    if value.key in known.outdated:
        text = _("%(what)s is not what is known now. Take the facts as they are now.")
        yield Stop("outdated", paragraph.id, text % {"what": name})
    if value.cites or value.result:
        yield from _of_finding(paragraph, value, known)


def _of_finding(paragraph: Paragraph, value: Value, known: Background) -> Iterator[Stop]:
    cited = ", ".join(value.cites) or value.key
    if value.tag == "M":
        text = _("%(cited)s rests on a source that was only remembered (M). Have it verified, or leave it out.")
        yield Stop("memory", paragraph.id, text % {"cited": cited})
    if waiting := known.unreviewed.get(value.key):
        text = _("No legal adviser has reviewed, as it stands: %(provisions)s.")
        provisions = ", ".join(dict.fromkeys(waiting.values()))
        yield Stop("unreviewed", paragraph.id, text % {"provisions": provisions})


def _attributed(paragraph: Paragraph, key: str, sending: str) -> bool:
    """Whether, in every language, the sentence around a mark says whose word it is."""
    for language, text in paragraph.text.items():
        for start, end in sentences(text):
            if f"[[{key}]]" in text[start:end] and not attributed(fold(text[start:end]), language, sending):
                return False
    return True
