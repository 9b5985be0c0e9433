"""The kinds of entry of this room: incidents, their parts, facts, findings, people, tasks."""

from inviolable.ledger.registry import Kind, declare, moment, number, one_of, table, text, texts

#: The Common Alerting Protocol's words (CAP 1.2, section 3.2.1, `status`), in small letters.
STATUSES = ("actual", "exercise", "test")
#: silent: whoever was asked said nothing, which is no value.
POLARITIES = ("affirms", "denies", "silent")
#: How a statement is made: as a fact; as somebody's allegation; as what might be; as what somebody asks for.
MODALITIES = ("stated", "alleged", "hypothetical", "demanded")
#: What the answer at the door depends on.
LEGAL_KINDS = ("incident.opened", "part.added", "fact.confirmed", "fact.withdrawn")
CAPACITIES = ("national", "visitor", "witness", "giver")

declare(
    Kind(
        "incident.opened",
        # post: its class and what is known of it before anybody knocks (law/facts.toml, `profile`); occurred: as in
        # a case file; instruments: instead of States, where a case is hypothetical.
        {
            "incident": text,
            "reference": text,
            "title": text,
            "status": one_of(*STATUSES),
            "post": table,
            "occurred": text,
        },
        {"sending": text, "receiving": text, "instruments": texts, "place": text, "host_language": text}
        # words: the title by language, where the program gave it one; of a part, a task and its result likewise.
        | {"example": one_of("yes"), "words": table},
    ),
    Kind("part.added", {"part": text, "title": text, "occurred": text}, {"place": text, "words": table}),
    Kind(
        "fact.claimed",
        {"claim": text, "part": text, "key": text, "value": text, "polarity": one_of(*POLARITIES)},
        {"raw": text, "voice": text, "source": text, "paper": moment}
        # Of a document among the sources: which one, in which version, and where in its text; speakers: whose statement
        # it is first, the page in hand last; rule: what proposed it; supersedes: an earlier claim of the same speaker.
        | {"record": text, "version": number, "anchor": table, "speakers": texts, "modality": one_of(*MODALITIES)}
        | {"as_of": text, "note": text, "rule": text, "supersedes": text},
    ),
    Kind("fact.confirmed", {"part": text, "key": text, "value": text, "claims": texts}, {"why": text}),
    Kind("fact.withdrawn", {"part": text, "key": text, "value": text, "why": text}),
    # case: the text of the case file; answer: what `assess` says of it; packs: SHA-256 of each law file by its name.
    Kind(
        "finding.made",
        {"part": text, "case": text, "answer": table, "engine": text, "packs": table},
        {"as_of": text},
    ),
    # paper: when it was written down, without power or at a door; it was entered afterwards.
    Kind("note.added", {"subject": text}, {"part": text, "paper": moment}, sealed=frozenset({"words"})),
    Kind(
        "person.recorded",
        {"subject": text, "capacity": one_of(*CAPACITIES)},
        {"part": text},
        sealed=frozenset({"name", "contact", "asylum", "refusal"}),
    ),
    Kind("task.assigned", {"task": text, "what": text, "to": text}, {"due": moment, "words": table}, opens="task"),
    Kind("task.done", {"task": text}, {"result": text, "words": table}, closes="task"),
    # Whoever answers for it from now on, and who is told when it is not done, so that the incident can be closed.
    Kind("obligation.owned", {"obligation": text, "to": text, "superior": text}, {"why": text}, owns="obligation"),
    # What was learnt; an incident is not closed without one.
    Kind("lesson.written", {"lesson": text, "what": text}, {"part": text}),
    # What is sealed leaves in plain when two people want it. items: exhibits, recordings, commitments of sealed fields.
    Kind("handout.asked", {"handout": text, "items": texts, "for": text, "reason": text}),
    Kind("handout.agreed", {"handout": text}, {"why": text}),
    Kind("handout.declined", {"handout": text, "why": text}),
    # Somebody wants an exhibit erased: only another person does it (subject.erased).
    Kind("erasure.asked", {"subject": text, "reason": text}),
    # open: what stays open with its owners.
    Kind("incident.closed", {"why": text}, {"open": texts}),
    Kind("incident.reopened", {"why": text}),
)
