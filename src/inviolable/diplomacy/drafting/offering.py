"""What whoever drafts a note is offered to put into it: earlier protests, what is repeated, answers, firmer wording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from inviolable.counsel.clocks import day_words as shown_day
from inviolable.counsel.page import reading
from inviolable.diplomacy.demands import offers
from inviolable.diplomacy.demands.again import Standing
from inviolable.diplomacy.demands.aging import Delivery, first_had
from inviolable.diplomacy.demands.book import book
from inviolable.diplomacy.demands.firmer import Offer
from inviolable.diplomacy.demands.lookup import repeats, times_repeated
from inviolable.diplomacy.demands.models import Repetition
from inviolable.diplomacy.demands.picture import reasons_of
from inviolable.diplomacy.demands.wording import DEMANDS, OCCASIONS
from inviolable.diplomacy.drafting.answers import answers
from inviolable.diplomacy.drafting.offered import ASSURED, BEGIN, PROTESTED, RECALLED, firmer, listed, on_offer
from inviolable.diplomacy.drafting.speakers import Organs
from inviolable.diplomacy.file import NoteFile, demarches, note_files
from inviolable.diplomacy.organs import organs_called
from inviolable.diplomacy.shown import WAYS
from inviolable.diplomacy.terms import DEMANDS as KINDS
from inviolable.diplomacy.terms import Content, Paragraph, Value
from inviolable.diplomacy.versions import content_of
from inviolable.diplomacy.words.marks import keys
from inviolable.diplomacy.words.naming import day_words
from inviolable.diplomacy.words.phrases import LANGUAGES, pattern
from inviolable.diplomacy.words.wording import Words, wording_of
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.lookup import incident_state, shown_to, shown_to_all
from inviolable.incidents.models import Incident
from inviolable.incidents.place import day_of
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import in_own_language
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import at_the_ministry
from inviolable.posts.models import User
from inviolable.sources.vocabulary import fold

#: The forms in which a State protests to another.
PROTESTING = ("note_verbale", "signed_note")
#: Where in a note these stand: before its own protest.
BLOCK = "characterisation"


class Choice(NamedTuple):
    """Something on offer. called: as the form asks it, in the reader's language."""

    offer: Offer
    called: str


@dataclass(frozen=True)
class Offering:
    """For one incident, the same for whoever drafts and whoever releases: of others only what everybody is shown."""

    state: IncidentState
    now: datetime
    words: Mapping[str, Words]

    def protested(self) -> Iterator[Choice]:
        """What was said to the other State of this incident before: notes that it has, démarches, tasks done."""
        for file in note_files(self.state.timeline).values():
            if file.released and file.form in PROTESTING and (item := _had(file, file.released)):
                way, date_of = item.body["channel"], _dated(file)
                told = {"number": self._same(file.number), "date": self._date(date_of)}
                told |= {"day": self._date(day_of(item.happened)), "way": self._in_words("ways", way)}
                called = _("Note %(number)s, %(way)s, on %(day)s")
                said = {"number": file.number, "way": WAYS[way], "day": shown_day(day_of(item.happened))}
                yield self._choice(PROTESTED + file.id, "protested_note", told, called % said)
        for item in demarches(self.state.timeline):
            called = _("Oral démarche, %(by)s to %(to)s, on %(day)s") % self._shown(item)
            told = {"day": self._date(day_of(item.happened))}
            yield self._choice(f"{PROTESTED}{item.seq}", "protested_orally", told, called)
        for item in self.state.timeline:
            if item.kind == "task.done" and (what := self._task(item)):
                told = {"day": self._date(day_of(item.happened))}
                called = _("Task done on %(day)s: %(what)s") % (self._shown(item) | {"what": what})
                yield self._choice(f"{PROTESTED}{item.seq}", "protested", told, called)

    def repeated(self) -> Iterator[Choice]:
        """Notes of other incidents whose demands this one repeats, and assurances that were not kept."""
        standing, known = self._standing()
        for stream, incident in known.items():
            here = [one for one in standing if one.stream == stream]
            other = incident_state(incident.reference)
            found, files = book(other.timeline), note_files(other.timeline)
            for note in found.released:
                ours = (one for one in here if one.kind and one.until is None)
                kinds = {one.kind for one in ours if found.demands[one.id].note is note}
                if kinds:
                    yield self._recalled(incident.called, files[note.id], [one for one in KINDS if one in kinds], found)
            for one in (found.assurances[one.id] for one in here if not one.kind):
                day = day_of(found.replies[one.reply].happened)
                called = _("Assurance of %(day)s: “%(words)s” (%(incident)s)")
                said = {"day": shown_day(day), "words": one.words, "incident": incident.called}
                told = {"day": self._date(day), "words": self._same(one.words)}
                yield self._choice(ASSURED + one.id, "assured", told, called % said)

    def _recalled(self, incident: str, file: NoteFile, kinds: list[str], found: Any) -> Choice:
        remains = "unmet" if any(one.note == file.id for one in found.replies.values()) else "unanswered"
        demanded = {
            language: listed([table["demanded"][one] for one in kinds], table) for language, table in self.words.items()
        }
        told = {"number": self._same(file.number), "date": self._date(_dated(file)), "demanded": demanded}
        told["remains"] = self._in_words("remains", remains)
        what = ", ".join(str(DEMANDS[one]) for one in kinds)
        said = {"number": file.number, "day": shown_day(_dated(file)), "what": what, "incident": incident}
        called = _("Note %(number)s of %(day)s: %(what)s (%(incident)s)") % said
        return self._choice(RECALLED + file.id, "recalled", told, called)

    def firmer(self) -> Iterator[Choice]:
        """Firmer wording, after silence or an answer here, or because it happened again."""
        found = book(self.state.timeline)
        told = list(offers.of_this(found, reasons_of(found, shown_to_all(), self.now), self.now))
        if standing := self._standing()[0]:
            times = times_repeated(self.state, [one.id for one in standing], shown_to_all())
            told += offers.of_earlier(standing, times)
        host = str(self.state.opened.get("host_language", ""))
        for occasion, one in told:
            yield Choice(firmer(one, self.words, host), f"{OCCASIONS[occasion]}: {one.words(reading())}")

    def answered(self) -> Iterator[Choice]:
        """What the file holds against what the other State said."""
        for offer, called in answers(self.state, self.words, reading(), self._organs()):
            yield Choice(offer, called)

    def offers(self) -> dict[str, Offer]:
        """All of it, by the ids of the paragraphs."""
        told = (*self.protested(), *self.repeated(), *self.answered(), *self.firmer())
        return {one.offer.paragraph.id: one.offer for one in told}

    # ---- what these need -----------------------------------------------------------------------

    def _standing(self) -> tuple[list[Standing], dict[str, Any]]:
        """What it repeats, with the incidents that everybody is shown, by their streams."""
        chosen = _repeated(self.state)
        known = {one.stream: one for one in shown_to_all().filter(stream__in={one.stream for one in chosen})}
        return [one for one in chosen if one.stream in known], known

    def _choice(self, name: str, text: str, told: Mapping[str, Mapping[str, str]], called: str) -> Choice:
        host = str(self.state.opened.get("host_language", ""))
        return Choice(on_offer(name, text, told, self.words, BLOCK, host), called)

    def _organs(self) -> Organs:
        told = (self.state.opened.get(one, "") for one in ("sending", "receiving"))
        return organs_called(Path(settings.HOME), *told)

    def _task(self, item: Item) -> str:
        """A task that was done, where its words or its result are of a protest or a note; else ""."""
        task = self.state.obligations[f"task/{item.body['task']}"]
        texts = [task.what, *task.words.values(), item.body.get("result", ""), *item.body.get("words", {}).values()]
        if not _says(texts, "protested") or _says(texts, "unprotested"):
            return ""
        result = in_own_language(item.body.get("words", {}), item.body.get("result", ""))
        return ": ".join(filter(None, (in_own_language(task.words, task.what), result)))

    def _shown(self, item: Item) -> dict[str, Any]:
        return {**item.body, "day": shown_day(day_of(item.happened))}

    def _same(self, words: str) -> dict[str, str]:
        return dict.fromkeys(self.words, words)

    def _date(self, day: date) -> dict[str, str]:
        return {language: day_words(day, table, "date") for language, table in self.words.items()}

    def _in_words(self, table: str, word: str) -> dict[str, str]:
        return {language: told[table][word] for language, told in self.words.items()}


def offering(state: IncidentState, now: datetime) -> Offering:
    """For the form on which a note is drafted. Raises Faulty for a fault in the ministry's own words."""
    return Offering(state, now, {one: wording_of(Path(settings.HOME), one) for one in LANGUAGES})


def left_out(state: IncidentState, user: User) -> list[Incident]:
    """The incidents whose demands this one repeats, or that repeated the same before, as far as the user is shown them
    and not everybody is: no note of this one speaks of them or counts them."""
    standing, occurred = _repeated(state), state.timeline[0].happened.end
    same = Repetition.objects.filter(standing__in=[one.id for one in standing], occurred__lte=occurred)
    streams = {*(one.stream for one in standing), *same.values_list("stream", flat=True)} - {state.stream}
    everybody = set(shown_to_all().filter(stream__in=streams).values_list("stream", flat=True))
    return list(shown_to(user).filter(stream__in=streams - everybody))


def _repeated(state: IncidentState) -> list[Standing]:
    """What an incident repeats as a person said, or where nobody has yet, seems to."""
    found = repeats(state)
    said = {name for one in book(state.timeline).again for name in (*one.demands, *one.assurances)}
    return [one for one in found if one.id in said] if said else found


def no_longer(state: IncidentState, content: Content, now: datetime) -> dict[str, tuple[str, ...]]:
    """The paragraphs with what was on offer once and the file does not give any more, or not so: by id, which of their
    words it does not; none for a paragraph that it does not give at all."""
    chosen = {one.id: _chosen(one) for one in content.paragraphs if one.id.startswith(BEGIN) or _chosen(one)}
    offers = offering(state, now).offers() if chosen else {}
    values = {key: value for one in offers.values() for key, value in one.values.items()}
    found: dict[str, tuple[str, ...]] = {}
    for name, marks in chosen.items():
        gone = name.startswith(BEGIN) and name not in offers
        told = () if gone else (content.values[key] for key in marks if key in content.values)
        others = tuple(
            " / ".join(one.words.get(content.language, ())) for one in told if not _given(one, values, content)
        )
        if gone or others:
            found[name] = others
    return found


def _chosen(one: Paragraph) -> dict[str, None]:
    """The marks in it that stand for what was on offer."""
    return dict.fromkeys(key for text in one.text.values() for key in keys(text) if key.startswith(BEGIN))


def _given(ours: Value, offered: Mapping[str, Value], content: Content) -> bool:
    """Whether what a mark says is on offer now. A person's own words are on no offer, and that days go by changes
    nothing."""
    if (theirs := offered.get(ours.key)) is None:
        return False
    same = all(ours.words.get(language) == theirs.words[language] for language in content.languages)
    return same or bool(theirs.asks) or ours.key.endswith(":days")


def _had(file: NoteFile, released: Item) -> Item | None:
    """The delivery by which the other State had a note first, from which its demands count as well."""
    items = {one.seq: one for one in file.deliveries}
    told = (Delivery(one.body["channel"], one.body["outcome"], one.happened.start, one.seq) for one in items.values())
    first = first_had(told, released.recorded)
    return items[first.seq] if first else None


def _dated(file: NoteFile) -> date:
    """The day that a note bears; of one that is not kept here, that of its release."""
    with suppress(Refused):
        return date.fromisoformat(content_of(file.id, file.last.number).date)
    return at_the_ministry(file.moved.recorded).date()


def _says(texts: Iterable[str], name: str) -> bool:
    """Whether any of them does, in any language. name: of a pattern of phrases/."""
    folded = [fold(text) for text in texts]
    return any(pattern(language, name).search(text) for language in LANGUAGES for text in folded)
