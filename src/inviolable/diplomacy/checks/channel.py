"""Who may write to whom, and in which form. Pure.

Official business goes with or through the foreign ministry of the receiving State (VCDR 41(2)); a consular post writes
to the local authorities of its district, to central ones only so far as local law and usage allow (VCCR 38).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from inviolable.diplomacy.checks.background import Background
from inviolable.diplomacy.terms import Content, Stop
from inviolable.diplomacy.words.naming import states_in
from inviolable.diplomacy.words.phrases import LANGUAGES, pattern
from inviolable.law.regime import state_name
from inviolable.sources.vocabulary import fold

#: What each class of organ may send by which channel. Any other class is a consular post.
CHANNELS_OF: Mapping[str, tuple[str, ...]] = {
    "ministry": ("ministry_to_embassy", "to_the_public"),
    "embassy": ("embassy_to_ministry", "to_the_public"),
}
CONSULAR = ("consulate_to_local_authority",)
#: Of which kind the organ is that it goes to, by the words that phrases/ has for it.
KIND_OF: Mapping[str, str] = {"ministry_to_embassy": "mission", "embassy_to_ministry": "central"}
#: The forms of a channel. An oral démarche is recorded, not drafted.
FORMS_OF: Mapping[str, tuple[str, ...]] = {
    "ministry_to_embassy": ("note_verbale", "signed_note"),
    "embassy_to_ministry": ("note_verbale", "signed_note"),
    "consulate_to_local_authority": ("letter",),
    "to_the_public": ("statement",),
}
#: Those to whom a consular post does not write.
NOT_LOCAL = ("central", "capital", "mission")
HOLY_SEE = "VA"
#: A post states facts and asks; to protest, to claim and to reserve rights is for the ministry and the mission.
NOT_A_POSTS = ("protest", "legal_notice")


def channels_of(sender: str) -> tuple[str, ...]:
    """By which channels an organ of that class may write."""
    return CHANNELS_OF.get(sender, CONSULAR)


def channel_stops(content: Content, known: Background) -> Iterator[Stop]:
    """What is wrong with whom it goes to."""
    if content.channel not in channels_of(known.sender):
        yield Stop("channel", "", _("This organ may not write by this channel (VCCR 38, VCDR 41(2)); choose its own."))
    if content.form not in FORMS_OF[content.channel]:
        yield Stop("channel", "", _("This form does not go by this channel; choose another form."))
    if kind := KIND_OF.get(content.channel):
        for language in content.languages:
            addressee = content.addressee.get(language, "")
            if addressee.strip() and not _kind(addressee, language, kind):
                told = _("“%(said)s”: a ministry writes to an embassy, and an embassy to the ministry (VCDR 41(2)).")
                yield Stop("channel", "", told % {"said": addressee})
            yield from _other_state(content.channel, addressee, language, known.receiving)
    yield from _wrong_state(content, known)
    if content.channel in CONSULAR:
        yield from _from_a_post(content)


def _wrong_state(content: Content, known: Background) -> Iterator[Stop]:
    """Written to an organ of the sending State, or in the name of another."""
    for language, addressee in content.addressee.items():
        read = content.channel in CONSULAR and known.sending and language in content.languages
        if fold(addressee) in known.own or (read and known.sending in states_in(addressee, language)[:1]):
            told = _("“%(said)s” is an organ of the sending State. Write to one of the receiving State.")
            yield Stop("channel", "", told % {"said": addressee})
    for language in content.languages:
        if foreign(sender := content.sender.get(language, ""), language, known.sending):
            told = _("“%(said)s” is no organ of the sending State (%(state)s). Drop this note, and draft another.")
            yield Stop("sender", "", told % {"said": sender, "state": state_name(known.sending, language)})


def _from_a_post(content: Content) -> Iterator[Stop]:
    """A consular post writes to local authorities alone, and protests to nobody (VCCR 38)."""
    for addressee in content.addressee.values():
        if any(
            _kind(addressee, language, kind) for language in LANGUAGES for kind in ("central", "capital", "mission")
        ):
            told = _("“%(said)s” is no local authority: a consular post writes to those of its district (VCCR 38).")
            yield Stop("channel", "", told % {"said": addressee})
    for paragraph in content.paragraphs:
        protests = [pattern(language, "protest").search(fold(text)) for language, text in paragraph.text.items()]
        if paragraph.block in NOT_A_POSTS or any(protests):
            told = _("A consular post does not protest: it states facts and asks. Leave this to the ministry.")
            yield Stop("channel", paragraph.id, told)


def foreign(sender: str, language: str, sending: str) -> bool:
    """Whether a sender names another State as its own: the first one, as in “Embassy of … in …”."""
    return bool(sending) and not {sending}.issuperset(states_in(sender, language)[:1])


def _kind(addressee: str, language: str, kind: str) -> re.Match[str] | None:
    return pattern(language, kind).search(fold(addressee))


def _other_state(channel: str, addressee: str, language: str, receiving: str) -> Iterator[Stop]:
    """An organ of the receiving State, and of no other. Its ministry need not say whose it is; an embassy must."""
    named = frozenset(states_in(addressee, language))
    nuncio = receiving == HOLY_SEE and "nunci" in fold(addressee)
    must = channel == "ministry_to_embassy" and addressee.strip() and not nuncio
    if receiving and (named - {receiving} or (must and not named)):
        told = _("“%(said)s” is no organ of the State where it happened (%(state)s). Write to one of that State.")
        yield Stop("channel", "", told % {"said": addressee, "state": state_name(receiving, language)})
