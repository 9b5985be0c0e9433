"""The brief and the after-action report know of notes: what went out, what came back, what still waits and how long."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.translation import override
from tests.diplomacy.demands.conftest import COUNSELLOR, LAWYER, NUMBER, OUT, REF, deliver, release

from inviolable.diplomacy.demands import actions, replies
from inviolable.incidents.actions import assign
from inviolable.incidents.aftermath import aftermath
from inviolable.incidents.brief import brief
from inviolable.incidents.closing import owned
from inviolable.incidents.desk import at_desk
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.ledger.moments import written
from inviolable.posts.actions import add_user
from inviolable.sources.terms import pasted

MONTH = OUT + timedelta(days=31, hours=2)

pytestmark = pytest.mark.django_db


def sections(make, now=MONTH, language="en", reference=REF, reader=None) -> dict[str, str]:
    """Each heading with its lines, as one text."""
    state, incident = incident_state(reference), Incident.objects.get(reference=reference)
    with override(language):
        if make is brief:
            sheet = brief(incident, state, [(part, None) for part in state.parts], language, now, reader)
        else:
            sheet = make(incident, state, language, now)
    return {one.heading: "\n".join(f"{line.text} | {line.aside}" for line in one.lines) for one in sheet.sections}


@transaction.atomic
def answer(says: str, reply: str = "r-1", now=MONTH) -> None:
    """A reply, one sentence of which somebody linked to the first demand, and marked."""
    desk = at_desk(REF, COUNSELLOR, now)
    [first, *_others] = (one.name.partition("/")[2] for one in desk.state.still_open())
    told = {
        "reply": reply,
        "note": "note-1",
        "from": "the embassy",
        "came": written(now),
        "source": "s-1",
    }
    desk.append("reply.received", told)
    place = {"reply": reply, "sentence": 1, "start": 0, "end": 9}
    desk.append("reply.linked", {**place, "demand": first, "says": says})
    desk.append("assurance.marked", {**place, "assurance": f"of {reply}", "words": "It will not happen again."})


def test_the_brief_says_which_note_went_out_how_it_was_delivered_and_what_waits(incident):
    before = sections(brief)
    assert f"Note verbale no. {NUMBER}: released" in before["What was done"]
    assert "handed over" not in before["What was done"]
    deliver(REF, "note-1", OUT + timedelta(hours=1), "refused")
    deliver(REF, "note-1", OUT + timedelta(hours=2))
    told = sections(brief)
    assert f"Note verbale no. {NUMBER}: they refused to take it (by hand)" in told["What was done"]
    assert f"Note verbale no. {NUMBER}: handed over; nothing came back yet (by hand)" in told["What was done"]
    waiting = told["What is next"].splitlines()
    assert len(waiting) == 3
    said = f"Explanation (Note verbale no. {NUMBER}): unanswered, 31 days since 27 January 2026 | Legal adviser"
    assert said in waiting[0]


def test_an_answer_is_no_silence_and_what_is_met_waits_for_nobody(incident):
    answer("refuses")
    told = sections(brief)
    assert f"Reply from the embassy (Note verbale no. {NUMBER})" in told["What was done"]
    assert "Assurance marked: It will not happen again." in told["What was done"]
    assert "Explanation (Note verbale no. EX-MREMH-2026-0001): the reply refuses it, 31 days" in told["What is next"]
    answer("meets", "r-2")
    [first, *_others] = (one.name.partition("/")[2] for one in incident_state(REF).still_open())
    actions.met(REF, first, "reply/r-2/1", "they explain it", actor=COUNSELLOR, now=MONTH)
    assert "somebody says that it is met; legal decides" in sections(brief)["What is next"]
    actions.agree(REF, first, "so it is", actor=LAWYER, now=MONTH)
    told = sections(brief)
    assert "Met, and legal agrees: Explanation" in told["What was done"]
    assert "Explanation" not in told["What is next"]


def test_the_first_lines_say_that_a_reply_came_when_and_how_much_it_answers(incident):
    deliver(REF, "note-1", OUT + timedelta(hours=1))
    assert "handed over; nothing came back yet (" in sections(brief)["In short"]
    answer("refuses")
    told = sections(brief)["In short"]
    assert "nothing came back" not in told
    assert "handed over to them (" in told
    assert "replied to by the embassy (27 February 2026" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert "as read so far, of its demands: 1 refused, 2 not answered, 3 demands are not met" in told


def test_of_many_notes_the_newest_three_are_told_and_how_many_came_before(incident):
    with transaction.atomic():
        for number in range(2, 7):
            release(at_desk(REF, COUNSELLOR, OUT), f"note-{number}", f"EX-MREMH-2026-000{number}")
    told = sections(brief)["In short"].splitlines()[2]
    assert [number for number in range(1, 7) if f"EX-MREMH-2026-000{number}" in told] == [4, 5, 6]
    assert "; 3 earlier notes" in told


def test_what_a_reply_says_is_quoted_whole_where_it_is_short_and_by_its_first_sentence_where_it_is_not(
    incident, identities
):
    who = {"actor": COUNSELLOR, "now": MONTH}
    replies.take_reply(REF, "note-1", "the embassy", MONTH, pasted("We have it. It is under review."), **who)
    assert "(27 February 2026" in (told := sections(brief)["In short"].replace("\N{NO-BREAK SPACE}", " "))
    assert ": “We have it. It is under review.”" in told
    assert "): “We have it. It is under review.”" in sections(brief)["What was done"]
    assert "a reply came; nothing in it is linked to this" in sections(brief)["What is next"]
    long = "The Embassy acknowledges the note. " + "It has nothing to add to what was said before. " * 9
    reply = replies.take_reply(REF, "note-1", "the embassy", MONTH, pasted(long), **who)
    assert ": “The Embassy acknowledges the note.”" in sections(brief)["In short"]
    [first, *_others] = (one.name.partition("/")[2] for one in incident_state(REF).still_open())
    replies.link(REF, reply, 2, first, "evades", **who)
    told = sections(brief)["In short"]
    assert ": “It has nothing to add to what was said before.”" in told, "what somebody read in it, not its courtesy"
    assert "of its demands: 1 passed over, 2 not answered" in told


def test_what_is_to_be_decided_is_the_ministrys_before_a_task_of_the_post(incident):
    assign(REF, "Ask for the clip", "officer", due=OUT, actor=COUNSELLOR, now=OUT)
    deliver(REF, "note-1", OUT + timedelta(hours=1))
    soon = OUT + timedelta(days=1)
    assert "Ask for the clip" in sections(brief, soon)["In short"]
    assert "with demands not met after 30 days: Minister" in sections(brief)["In short"]
    answer("refuses", now=soon)
    assert "Ask for the clip" in sections(brief, soon)["In short"], "it was read, and no age has passed"
    with transaction.atomic():
        told = {"reply": "r-2", "note": "note-1", "from": "the embassy", "came": written(soon), "source": "s-2"}
        at_desk(REF, COUNSELLOR, soon).append("reply.received", told)
    assert "What the reply from the embassy does with each demand: Legal" in sections(brief, soon)["In short"]


def test_the_brief_asks_about_a_repetition_only_whoever_is_shown_the_earlier_incident(incident, open_at, monkeypatch):
    """As of one that was opened under duress."""
    deliver(REF, "note-1", OUT)
    open_at("chicago", "chicago", MONTH)
    press = add_user("press", "press", now=MONTH)
    asked = "Whether this repeats what was demanded or promised before"
    assert asked in sections(brief, reference="chicago", reader=press)["In short"]
    monkeypatch.setattr("inviolable.incidents.lookup._HIDING", [lambda _user: {incident.stream}])
    told = sections(brief, reference="chicago", reader=press)["In short"]
    assert asked not in told
    assert "Whether a note of protest goes out" in told


def test_the_report_afterwards_has_them_among_its_milestones(incident):
    deliver(REF, "note-1", OUT + timedelta(hours=1))
    answer("meets")
    fast = sections(aftermath)["How fast"]
    assert "Note released: after 5 h 0 min" in fast
    assert f"Note verbale no. {NUMBER}: handed over" in fast
    assert "Reply received: after 31 d 7 h" in fast
    assert (
        f"Guarantees of non-repetition (Note verbale no. {NUMBER}): a reply came; nothing in it is linked to this"
        in sections(aftermath)["What was to be done"]
    )


def test_in_the_other_language(incident):
    told = sections(brief, language="es")
    assert f"Nota verbal n.º {NUMBER}: salió" in told["Qué se hizo"]
    assert (
        f"Explicación (Nota verbal n.º {NUMBER}): sin respuesta, 31 días desde el 27 de enero de 2026"
        in told["Qué sigue"]
    )


def test_who_was_given_a_demand_answers_for_it_everywhere(incident):
    [first, *_others] = (one.name.partition("/")[2] for one in incident_state(REF).still_open())
    actions.own(REF, first, "head_of_post", "legal", "the embassy asks itself", actor=COUNSELLOR, now=MONTH)
    [one] = [one for one in owned(incident_state(REF)) if one.name == f"demand/{first}"]
    assert (one.to, one.superior) == ("head_of_post", "legal")
    assert "Head of post" in sections(brief)["What is next"].splitlines()[0]
