"""The one-page brief: in four lines what happened, which rules that breaks, the note and what is to be decided.

Then the facts, each with what it rests on, what is not known, what was done, what is next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inviolable.counsel.terms import Opinion
from inviolable.documents.sheet import Line, Section, Sheet
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.models import Incident
from inviolable.incidents.picture import fact_words, item_words, value_words
from inviolable.incidents.short import GOING_ON, happened, order, rules, said
from inviolable.incidents.terms import FIRST, Claim, Decision, Item, Obligation
from inviolable.incidents.wording import (
    charged,
    happened_words,
    in_own_language,
    kind_words,
    mark_of,
    moment_words,
    part_words,
    said_by,
)
from inviolable.posts.models import User

#: The kinds of entry that say that something was done; rooms above add theirs.
DONE = {"dossier.exported", "finding.made", "incident.closed", "incident.reopened", "task.done"}
#: Which of them are told first where not all fit: what was done towards the other State, then who was alarmed.
TOWARDS = ("note.", "demarche.", "reply.", "demand.")
ALARMED = ("alarm.", "warning.")
#: Whose tasks are of that first kind: a protest that it handed over was written elsewhere.
MINISTER = "minister_office"
#: What rooms above say of an entry of theirs, now, that its own fields do not tell: the number of its note, its age.
SAY: dict[str, Callable[[IncidentState, Item, datetime], str]] = {}
#: What is for others to do and for us to follow up, by the kind of the entry that asks it: how it is called in short.
TO_FOLLOW: dict[str, Callable[[IncidentState, Item], str]] = {}
#: What they say of correspondence about it: a line for each note, and what somebody is to decide on it.
NOTES: list[Callable[[IncidentState, datetime], Iterable[str]]] = []
DECIDING: list[Callable[[User | None, IncidentState, datetime], str]] = []
#: Whose account a claim is at the root: OURS, THEIRS, or any other name.
ROOTS: list[Callable[[IncidentState, Claim], str]] = []
OURS, THEIRS = "ours", "theirs"
#: Rooms above say who could answer a fact of the law, in a language: "" where they do not know.
ASKING: list[Callable[[str, str], str]] = []


def brief(
    incident: Incident,
    state: IncidentState,
    opinions: Iterable[tuple[str, Opinion | None]],
    language: str,
    now: datetime,
    reader: User | None,
) -> Sheet:
    """The brief in the active language. opinions: what the law says of each part, None where it does not answer;
    reader: to whom it tells of no incident that they are not shown, None for whoever is shown all."""
    told = list(opinions)
    several, alone_said = _facts(state, language)
    sections = [
        Section(_("In short"), tuple(_short(incident, state, told, language, now, reader)), whole=True),
        Section(_("Verified: two accounts or more"), tuple(several), _("Nothing rests on two accounts yet.")),
        Section(_("Confirmed on one account"), tuple(alone_said), _("Nothing.")),
        Section(_("Not known"), tuple(_unknown(state, told, language)), _("Nothing that the law asks for.")),
        Section(
            _("What was done"),
            tuple(_done(state, language, now)),
            _("Nothing recorded yet."),
            newest=True,
            more=_("… and %d more, in the timeline of the record"),
        ),
        Section(_("What is next"), tuple(_next(state, now)), _("No task is open.")),
    ]
    if any(one.kind == GOING_ON for one in state.still_open()):
        door = Section(_("May they enter?"), tuple(_answers(state, told)), _("The law does not answer."), whole=True)
        sections.insert(0, door)
    return Sheet(
        title=incident.called,
        author="Inviolable",
        lead=_("As known on %(moment)s. Only what a person confirmed is stated. Nobody is named.")
        % {"moment": moment_words(now)},
        foot=incident.reference,
        mark=mark_of(incident),
        page=_("page"),
        of=_("of"),
        more=_("… and %d more, in the record"),
        sections=tuple(sections),
    )


def who_could_answer(fact: str, language: str) -> str:
    """Whom to ask about a fact of the law, "" where nobody says."""
    return next(filter(None, (asking(fact, language) for asking in ASKING)), "")


def rests_on(state: IncidentState, decisions: Iterable[Decision]) -> str:
    """Whose statements somebody confirmed a value on, each once."""
    claims = (state.claims[name] for one in decisions for name in one.claims if name in state.claims)
    return "; ".join(dict.fromkeys(filter(None, (said_by(one.voice, one.source) for one in claims))))


def alone(state: IncidentState, decisions: Iterable[Decision]) -> bool:
    """Whether one person entered all that a value rests on and confirmed it as well, so that no second pair of eyes has
    seen it. What stands in a document among the sources, others can read."""
    told = list(decisions)
    claims = [state.claims[name] for one in told for name in one.claims if name in state.claims]
    hands = {state.timeline[seq].actor["id"] for seq in (*(one.seq for one in told), *(one.seq for one in claims))}
    return len(hands) == 1 and not any(one.record for one in claims)


def to_do_words(state: IncidentState, one: Obligation) -> str:
    """What is left for us to do."""
    if say := TO_FOLLOW.get(one.kind):
        return followed(say(state, state.timeline[one.opened_by]))
    return in_own_language(one.words, one.what)


def followed(what: str) -> str:
    """Something that others are to do, as our own task."""
    return _("Follow up: %(what)s") % {"what": what}


def obligation_words(state: IncidentState, one: Obligation, now: datetime) -> tuple[str, str, str]:
    """What is to be done, by whom and until when, and `overdue` where that has passed."""
    say = SAY.get(one.kind)
    told = say(state, state.timeline[one.opened_by], now) if say else in_own_language(one.words, one.what)
    due = _("due %(moment)s") % {"moment": moment_words(one.due)} if one.due else ""
    late = _("overdue") if one.due and one.due < now else ""
    return (
        followed(told) if one.kind in TO_FOLLOW else told,
        " · ".join(filter(None, (charged(one.to) if one.to else "", due))),
        late,
    )


def _where(state: IncidentState, part: str) -> str:
    """Of which part, where it is not the first, of which the title speaks."""
    return "" if part == FIRST else f"{part_words(state.parts[part])}: "


def _answers(state: IncidentState, told: Iterable[tuple[str, Opinion | None]]) -> Iterator[Line]:
    for part, opinion in told:
        if opinion:
            verdict = opinion.verdict
            cited = ", ".join(verdict.cites)
            review = "" if opinion.reviewed.whole else opinion.reviewed.words
            yield Line(f"{_where(state, part)}{verdict.result_words}", " · ".join(filter(None, (cited, review))))


def _short(
    incident: Incident,
    state: IncidentState,
    told: list[tuple[str, Opinion | None]],
    language: str,
    now: datetime,
    reader: User | None,
) -> Iterator[Line]:
    yield Line(happened(state, language), tag=_("What happened"))
    yield Line(rules(state, told), tag=_("The law"))
    notes = [line for say in NOTES for line in say(state, now)]
    yield Line("; ".join(notes) or _("No note was drafted."), tag=_("The note"))
    yield Line(_asked(incident, state, now, reader), tag=_("To be decided"))


def _asked(incident: Incident, state: IncidentState, now: datetime, reader: User | None) -> str:
    """What waits for somebody's decision: of a note first, then what is overdue, then what is contested."""
    if incident.closed:
        return _("Nothing: the incident is closed.")
    if words := next(filter(None, (say(reader, state, now) for say in DECIDING)), ""):
        return words
    late = sorted((one for one in state.still_open() if one.due and one.due < now), key=lambda one: one.due or now)
    if late:
        what, who, overdue = obligation_words(state, late[0], now)
        return f"{what} ({', '.join(filter(None, (who, overdue)))})"
    contested = sum(len(values) > 1 for part in state.parts for values in state.confirmed(part).values())
    words = ngettext(
        "Which account counts: %(number)s fact is contested",
        "Which accounts count: %(number)s facts are contested",
        contested,
    )
    return words % {"number": contested} if contested else _("Nothing waits for a decision.")


def _facts(state: IncidentState, language: str) -> tuple[list[Line], list[Line]]:
    """The facts with one value: those that two accounts or more say, and those that rest on one."""
    several: list[Line] = []
    one_only: list[Line] = []
    for part in state.parts:
        confirmed = state.confirmed(part)
        for key in order(confirmed):
            if len(confirmed[key]) == 1:
                ((value, decisions),) = confirmed[key].items()
                one = _("entered and confirmed by one person") if alone(state, decisions) else ""
                source = rests_on(state, decisions) or _("confirmed by a person")
                roots = _roots(state, decisions)
                tag = "" if len(roots) > 1 else _account(roots)
                line = Line(
                    f"{_where(state, part)}{said(key, value, language)}", "; ".join(filter(None, (source, one))), tag
                )
                (one_only if tag else several).append(line)
    return several, one_only


def _roots(state: IncidentState, decisions: Iterable[Decision]) -> set[str]:
    claims = [state.claims[name] for one in decisions for name in one.claims if name in state.claims]
    return {next(filter(None, (say(state, one) for say in ROOTS)), one.voice) for one in claims}


def _account(roots: set[str]) -> str:
    """What a fact with one root at most rests on."""
    if not roots:
        return _("no source")
    (root,) = roots
    return {OURS: _("our own account"), THEIRS: _("their own account")}.get(root, _("one source"))


def _unknown(state: IncidentState, told: Iterable[tuple[str, Opinion | None]], language: str) -> Iterator[Line]:
    for part, opinion in told:
        for key, values in state.confirmed(part).items():
            if len(values) > 1:
                sides = (
                    f"{value_words(key, value, language)} ({rests_on(state, decisions) or '—'})"
                    for value, decisions in values.items()
                )
                yield Line(f"{_where(state, part)}{fact_words(key, language)} {' / '.join(sides)}", "", _("contested"))
        for one in opinion.unknown if opinion else ():
            if one.fact in _matters(opinion):
                who = who_could_answer(one.fact, language)
                yield Line(f"{_where(state, part)}{one.question}", who and _("ask: %(who)s") % {"who": who})


def _matters(opinion: Opinion | None) -> set[str]:
    """What is asked next, and what the answer at the door waits for; the page of the law has all other questions."""
    if opinion is None:
        return set()
    asked = {opinion.next_question.fact} if opinion.next_question else set()
    return asked | {one.fact for one in opinion.verdict.waits_for}


def _done(state: IncidentState, language: str, now: datetime) -> Iterator[Line]:
    """In order of time, as told: what was recorded late stands where it happened."""
    for item in sorted(state.timeline, key=lambda one: (one.happened.start, one.seq)):
        if item.kind in DONE:
            yield Line(_act(state, item, language, now), happened_words(item.happened), rank=_rank(item))


def _act(state: IncidentState, item: Item, language: str, now: datetime) -> str:
    if say := SAY.get(item.kind):
        return say(state, item, now)
    words = kind_words(item.kind)
    if item.kind == "task.done":
        task = state.obligations[f"task/{item.body['task']}"]
        words = in_own_language(task.words, task.what)
    return ": ".join(filter(None, (words, item_words(item, language))))


def _rank(item: Item) -> int:
    if item.kind.startswith(TOWARDS) or (item.kind == "task.done" and item.actor["role"] == MINISTER):
        return 0
    return 1 if item.kind.startswith(ALARMED) else 2


def _next(state: IncidentState, now: datetime) -> Iterator[Line]:
    for one in sorted(state.still_open(), key=lambda one: (one.due is None, one.due or now)):
        what, who, late = obligation_words(state, one, now)
        yield Line(what, who, late)
