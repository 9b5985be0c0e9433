"""The first draft of a note: the paragraphs that an incident's facts and a finding call for, what is not known a blank.

A fact that a person confirmed is stated; what is claimed alone is never, but in a blank, or as somebody's words. Which
paragraphs there are says forms/plan.toml; the content of a premises protest: facts, consent, rule, characterisation,
protest, demands (ARSIWA 30, 31, 34 to 37, 43), notice, reservation of rights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inviolable.diplomacy.known import Known
from inviolable.diplomacy.marks import keys
from inviolable.diplomacy.naming import after, capital, state_words, with_article
from inviolable.diplomacy.pinpoints import Law
from inviolable.diplomacy.terms import Annex, Content, Paragraph
from inviolable.diplomacy.wording import Words, plan, wording_of
from inviolable.incidents.fold import IncidentState
from inviolable.law.assess import Answer
from inviolable.law.casefile import Case
from inviolable.law.lawfile import Pack

Names = Mapping[str, str]


def draft(
    state: IncidentState,
    part: str,
    case: Case,
    answer: Answer,
    *,
    form: str,
    channel: str,
    organ: str,
    sender: Names,
    addressee: Names,
    language: str,
    courtesy: Sequence[str] = (),
    place: Names,
    date: str,
    example: bool = False,
    annexes: Sequence[Annex] = (),
    found: int = 0,
    own: Sequence[Pack] = (),
    home: Path | None = None,
) -> Content:
    """A note on one part of an incident, whole.

    case, answer: what the law was asked and said (of a finding: its own); found: the entry of that finding, 0 where it
    is not recorded. sender, addressee: by language, without article, as `Embajada de …`. courtesy: languages of
    translations. place, date (ISO 8601): where and when it is signed. own: the ministry's law files. home: where its
    own formulae are (wording.py). Raises Faulty for a fault in these.
    """
    languages = (language, *courtesy)
    words = {one: wording_of(home, one) for one in languages}
    known = Known(state, part, case, Law(answer, words, found, own), words)
    names = {one: _names(known, one, channel, organ, sender[one], addressee[one]) for one in languages}
    paragraphs = _ended(list(_paragraphs(known, form, names)))
    used = dict.fromkeys(key for one in paragraphs for text in one.text.values() for key in keys(text))
    return Content(
        form=form,
        channel=channel,
        organ=organ,
        language=language,
        courtesy=tuple(courtesy),
        sender=dict(sender),
        addressee=dict(addressee),
        place=dict(place),
        date=date,
        part=part,
        seq=state.timeline[-1].seq,
        paragraphs=paragraphs,
        values={key: known.value(key) for key in used},
        annexes=tuple(annexes),
        example=example,
    )


def _names(known: Known, language: str, channel: str, organ: str, sender: str, addressee: str) -> dict[str, str]:
    """What fills `{the_sender}` and the like in the texts of one language."""
    words = known.words[language]
    sending, receiving = (state_words(one, language, words) for one in (known.case.sending, known.case.receiving))
    kind = known.case.post_class if known.case.post_class in words["posts"] else "other"
    of, to = words["grammar"]["of"], words["grammar"]["to"]
    speaker = organ if channel == "to_the_public" else channel.partition("_")[0]
    told = {
        "sender": with_article(sender, words),
        "addressee": with_article(addressee, words),
        "organ": words["organs"].get(speaker, words["organs"]["consulate"]),
        "government": words["grammar"]["government"].format(the_sending=sending),
        "post": with_article(words["posts"][kind].format(the_sending=sending), words),
        "sending": sending,
        "receiving": receiving,
    }
    found: dict[str, str] = {}
    for name, phrase in told.items():
        found |= {f"the_{name}": phrase, f"The_{name}": capital(phrase)}
        found |= {f"of_{name}": after(of, phrase, words), f"to_{name}": after(to, phrase, words)}
    return found


def _paragraphs(known: Known, form: str, names: Mapping[str, Names]) -> Iterator[Paragraph]:
    for row in plan()["paragraph"]:
        if not _stands(known, row, form):
            continue
        match row.get("each", ""):
            case "finding":
                for finding in known.law.wrongs:
                    result = known.law.results[finding]
                    yield _paragraph(row, form, f"rule-{finding}", _rule(known.words, names, finding, result))
            case "statement":
                for claim in known.statements():
                    text = _text(known.words, names, form, row["id"])
                    marked = {name: one.replace("[[", f"[[{claim}:") for name, one in text.items()}
                    yield _paragraph(row, form, f"statement-{claim}", marked)
            case _:
                yield from _single(known, row, form, names)


def _ended(paragraphs: list[Paragraph]) -> tuple[Paragraph, ...]:
    """The last item of the list of demands ends the sentence."""
    items = [place for place, one in enumerate(paragraphs) if one.block == "demands" and not one.numbered]
    for place in items[-1:]:
        last = paragraphs[place]
        text = {language: f"{said.removesuffix(';')}." for language, said in last.text.items()}
        paragraphs[place] = replace(last, text=text)
    return tuple(paragraphs)


def _single(known: Known, row: Mapping[str, Any], form: str, names: Mapping[str, Names]) -> Iterator[Paragraph]:
    text = _text(known.words, names, form, row["id"])
    if not text and row["id"] in next(iter(known.words.values())):
        text = dict.fromkeys(known.words, f"[[{row['id']}]]")
    if text:
        yield _paragraph(row, form, row["id"], text)


def _paragraph(row: Mapping[str, Any], form: str, name: str, text: Names) -> Paragraph:
    """A statement tells the public what is demanded: the note demands it, and nothing is demanded twice."""
    demand = "" if form == "statement" else row.get("demand", "")
    return Paragraph(name, row["block"], text, demand, row.get("numbered", False))


def _stands(known: Known, row: Mapping[str, Any], form: str) -> bool:
    """Whether the plan puts a paragraph into this note."""
    if "forms" in row and form not in plan()["forms"][row["forms"]]:
        return False
    if "any" in row and all(known.status(fact) == "unknown" for fact in row["any"]):
        return False
    return all(known.status(name) in allowed for name, allowed in row.get("when", {}).items())


def _text(words: Mapping[str, Words], names: Mapping[str, Names], form: str, name: str) -> dict[str, str]:
    """The words of a paragraph by language, those of the form before those of every form."""
    said = {one: table[form].get(name) or table["text"].get(name, "") for one, table in words.items()}
    return {one: text.format_map(names[one]) for one, text in said.items() if text}


def _rule(words: Mapping[str, Words], names: Mapping[str, Names], finding: str, result: str) -> dict[str, str]:
    """What a finding is a breach of, or, where that can be argued only, what the facts are not compatible with."""
    found = {}
    for language, table in words.items():
        obligation = table["obligations"].get(finding, finding)
        told = {"obligation": obligation, "of_obligation": after(table["grammar"]["of"], obligation, table)}
        text = table["text"][result].format_map({**names[language], **told})
        found[language] = text.replace("[[finding]]", f"[[{finding}]]")
    return found
