"""The life of a note: drafted, changed, approved by others, numbered and frozen, delivered."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import Error, transaction
from tests.diplomacy.conftest import REF, exhibit, saying
from tests.incidents.conftest import NOW, OFFICER, leave_behind

from inviolable.diplomacy import content
from inviolable.diplomacy.checks import standing
from inviolable.diplomacy.demands.actions import met
from inviolable.diplomacy.demands.book import book
from inviolable.diplomacy.drafting.writing import redrafted, refreshed
from inviolable.diplomacy.file import note_files, proofs
from inviolable.diplomacy.life import actions, series
from inviolable.diplomacy.life.series import PDF, WORD, release, released_paper
from inviolable.diplomacy.models import Paper, Version
from inviolable.incidents.actions import close
from inviolable.incidents.exhibiting import annex_words
from inviolable.incidents.export import Request, export_incident
from inviolable.incidents.lookup import entries_of, incident_state
from inviolable.ledger import verifier
from inviolable.ledger.moments import Happened
from inviolable.ledger.rebuild import rebuild
from inviolable.posts.actions import Refused, add_user
from inviolable.posts.models import HeldRole, Installation, Post, User

LAWYER = {"role": "legal", "id": "user-2"}
MINISTER = {"role": "minister_office", "id": "user-3"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(ready) -> str:
    return actions.draft(REF, ready, actor=OFFICER, now=NOW)


def file(note: str):
    return note_files(incident_state(REF).timeline)[note]


def look(note: str, *people) -> None:
    for one in people:
        actions.look_at(note, file(note).last.number, actor=one, now=NOW)


def approved(note: str) -> None:
    actions.submit(REF, note, actor=OFFICER, now=NOW)
    for one in (LAWYER, MINISTER):
        look(note, one)
        actions.approve(REF, note, file(note).last.number, actor=one, now=NOW)


def refused(act, *told, by=OFFICER, **more) -> str:
    with pytest.raises(Refused) as refusal:
        act(REF, *told, actor=by, now=NOW, **more)
    return str(refusal.value)


# ---- approval --------------------------------------------------------------------------------


def test_the_chain_approves_in_its_order_and_nobody_what_they_wrote(drafted, ready) -> None:
    assert actions.submit(REF, drafted, actor=OFFICER, now=NOW) == ("legal", "minister_office")
    look(drafted, LAWYER, MINISTER)
    assert "waits for: Legal adviser" in refused(actions.approve, drafted, 1, by=MINISTER)
    actions.approve(REF, drafted, 1, actor=LAWYER, now=NOW)
    assert file(drafted).step == "minister_office"
    actions.approve(REF, drafted, 1, actor=MINISTER, now=NOW)
    assert file(drafted).state == "approved"
    assert "approved" in refused(actions.revise, drafted, 1, saying(ready, "non_repetition", "Other."), "typed")


def test_whoever_wrote_it_is_not_asked_and_cannot_approve(ready) -> None:
    note = actions.draft(REF, ready, actor=LAWYER, now=NOW)
    assert actions.submit(REF, note, actor=LAWYER, now=NOW) == ("minister_office",)
    author = {"role": "minister_office", "id": LAWYER["id"]}
    assert "four eyes" in refused(actions.approve, note, 1, by=author)


def test_what_one_lawyer_wrote_another_approves_before_the_minister_where_there_is_another(ready) -> None:
    lawyer, other = (add_user(name, "legal", now=NOW).actor for name in ("A", "B"))
    note = actions.draft(REF, ready, actor=lawyer, now=NOW)
    assert actions.submit(REF, note, actor=lawyer, now=NOW) == ("legal", "minister_office")
    look(note, lawyer, other)
    assert "wrote" in refused(actions.approve, note, 1, by=lawyer)
    actions.approve(REF, note, 1, actor=other, now=NOW)
    assert file(note).step == "minister_office"


def test_whoever_wrote_any_version_neither_approves_nor_releases_it(drafted, ready) -> None:
    """Not after another hand was the last one, and not by another account of the same person."""
    actions.revise(REF, drafted, 1, saying(ready, "protest", "One."), "typed", actor=LAWYER, now=NOW)
    actions.revise(REF, drafted, 2, ready, "typed", actor=OFFICER, now=NOW)
    actions.submit(REF, drafted, actor=OFFICER, now=NOW)
    look(drafted, LAWYER)
    assert "four eyes" in refused(actions.approve, drafted, 3, by=LAWYER)
    for one in ({"role": "legal", "id": "user-9"}, MINISTER):
        look(drafted, one)
        actions.approve(REF, drafted, 3, actor=one, now=NOW)
    assert "four eyes" in refused(release, drafted, by=LAWYER)
    release(REF, drafted, actor=MINISTER, now=NOW)


def test_two_accounts_of_one_person_are_two_eyes(ready) -> None:
    writer, double, other = (
        add_user(name, role, now=NOW) for name, role in {"A": "legal", "B": "minister_office", "C": "legal"}.items()
    )
    User.objects.filter(id__in=[writer.id, double.id]).update(person="p-1")
    minister = {"role": "minister_office", "id": "user-30"}
    note = actions.draft(REF, ready, actor=writer.actor, now=NOW)
    actions.submit(REF, note, actor=writer.actor, now=NOW)
    look(note, double.actor, other.actor, minister)
    actions.approve(REF, note, 1, actor=other.actor, now=NOW)
    assert "four eyes" in refused(actions.approve, note, 1, by=double.actor)
    actions.approve(REF, note, 1, actor=minister, now=NOW)
    assert "four eyes" in refused(release, note, by=double.actor)
    release(REF, note, actor=other.actor, now=NOW)


def test_what_a_page_refuses_no_command_passes_either(drafted, ready) -> None:
    """By role, and by post: whoever decides holds a role at the organ, whoever delivers there or at its mission."""
    opened = incident_state(REF).opened["post"]
    at = {"receiving": "US", "sending": "EC"}
    Post.objects.create(slug="washington", name="Embassy", post_class="embassy", city="Washington", **at)
    for slug, city in (("minneapolis", "Minneapolis"), ("houston", "Houston")):
        told = {"post_class": opened["class"], "city": city, "mission": "washington"}
        Post.objects.create(slug=slug, name=slug, **told, **at)
    head = {}
    for slug in ("minneapolis", "houston", "washington"):
        user = add_user(slug, "head_of_post", now=NOW)
        User.objects.filter(id=user.id).update(person=slug)
        held = {"role": "head_of_post", "person": slug, "post_id": slug, "document": "EXAMPLE order"}
        HeldRole.objects.create(id=uuid4(), rank=1, since=NOW - timedelta(days=9), **held)
        head[slug] = user.actor

    auditor = {"role": "auditor", "id": "user-8"}
    assert "auditor may not draft a note" in refused(actions.draft, ready, by=auditor)
    assert "works at another post" in refused(actions.draft, ready, by=head["houston"])
    assert "works at another post" in refused(actions.revise, drafted, 1, ready, "typed", by=head["houston"])
    actions.submit(REF, drafted, actor=head["minneapolis"], now=NOW)
    look(drafted, LAWYER, MINISTER)
    assert "by people of the ministry" in refused(actions.send_back, drafted, "no", by=head["minneapolis"])
    actions.approve(REF, drafted, 1, actor=LAWYER, now=NOW)
    actions.approve(REF, drafted, 1, actor=MINISTER, now=NOW)
    assert "by people of the ministry" in refused(release, drafted, by=head["minneapolis"])
    assert "officer may not release a note" in refused(release, drafted)
    release(REF, drafted, actor=MINISTER, now=NOW)
    told = {"to": "desk officer", "place": "Washington"}
    assert "works at another post" in refused(
        actions.deliver, drafted, "mission", "handed_over", by=head["houston"], **told
    )
    assert "press may not deliver" in refused(
        actions.deliver, drafted, "mission", "handed_over", by={"role": "press", "id": "user-4"}, **told
    )
    actions.deliver(REF, drafted, "mission", "handed_over", actor=head["washington"], now=NOW, **told)
    said = {"by": "head of post", "to": "desk officer", "said": "We ask for an explanation.", "answer": ""}
    assert "works at another post" in refused(actions.record_demarche, said, by=head["houston"])


def test_nobody_approves_twice_or_without_looking(home, drafted) -> None:
    (home / "notes").mkdir()
    (home / "notes" / "organs.toml").write_text('[ministry]\nsteps = ["legal", "legal", "minister_office"]\n')
    assert actions.submit(REF, drafted, actor=OFFICER, now=NOW) == ("legal", "legal", "minister_office")
    assert "not looked" in refused(actions.approve, drafted, 1, by=LAWYER)
    look(drafted, LAWYER)
    actions.approve(REF, drafted, 1, actor=LAWYER, now=NOW)
    assert "already" in refused(actions.approve, drafted, 1, by=LAWYER)
    head = {"role": "legal", "id": "user-9"}
    look(drafted, head)
    actions.approve(REF, drafted, 1, actor=head, now=NOW)
    assert file(drafted).step == "minister_office"


def test_two_steps_of_one_role_take_two_people_not_two_accounts(home, drafted) -> None:
    (home / "notes").mkdir()
    (home / "notes" / "organs.toml").write_text('[ministry]\nsteps = ["legal", "legal", "minister_office"]\n')
    one, other = (add_user(name, "legal", now=NOW).actor for name in ("A", "B"))
    User.objects.filter(name__in=["A", "B"]).update(person="p-1")
    actions.submit(REF, drafted, actor=OFFICER, now=NOW)
    look(drafted, one, other)
    actions.approve(REF, drafted, 1, actor=one, now=NOW)
    assert "already" in refused(actions.approve, drafted, 1, by=other)


def test_a_file_of_organs_that_is_wrong_is_refused_with_what_is_allowed(home, drafted) -> None:
    from inviolable.law.faults import Faulty

    (home / "notes").mkdir()
    for text in ('steps = ["press"]', "steps = []", 'number = "N"', 'number = "{place}/{month}"', 'chain = ["legal"]'):
        (home / "notes" / "organs.toml").write_text(f"[ministry]\n{text}\n")
        with pytest.raises(Faulty):
            standing.organ_of("ministry")


def test_sent_back_it_is_a_draft_again_and_each_sees_what_changed_since_their_own_last_look(drafted, ready) -> None:
    from inviolable.diplomacy.pages.page import since_last_look

    actions.submit(REF, drafted, actor=OFFICER, now=NOW)
    look(drafted, LAWYER, MINISTER)
    assert "say what is to be changed" in refused(actions.send_back, drafted, " ", by=LAWYER)
    actions.send_back(REF, drafted, "firmer", actor=LAWYER, now=NOW)
    second = saying(ready, "protest", "The Government of Ecuador protests against these acts.")
    assert actions.revise(REF, drafted, 1, second, "typed", actor=OFFICER, now=NOW) == 2
    look(drafted, LAWYER)
    third = saying(second, "non_repetition", "to give assurances that such acts will not be repeated;")
    actions.revise(REF, drafted, 2, third, "typed", actor=OFFICER, now=NOW)

    seen, changed = since_last_look(file(drafted), LAWYER["id"])
    assert (seen, [one.where for one in changed if not one.of]) == (2, ["non_repetition"])
    seen, changed = since_last_look(file(drafted), MINISTER["id"])
    assert (seen, [one.where for one in changed if not one.of]) == (1, ["protest", "non_repetition"])
    assert [one for one in changed[0].pieces if one[0] != "same"] == [("gone", "formally and firmly ")]

    actions.submit(REF, drafted, actor=OFFICER, now=NOW)
    look(drafted, LAWYER)
    actions.approve(REF, drafted, 3, actor=LAWYER, now=NOW)
    assert file(drafted).approvals[0].body["since"] == 2


def test_two_people_who_change_one_version_do_not_overwrite_each_other(drafted, ready) -> None:
    actions.revise(REF, drafted, 1, saying(ready, "protest", "One."), "typed", actor=OFFICER, now=NOW)
    assert "somebody else" in refused(actions.revise, drafted, 1, saying(ready, "protest", "Two."), "typed")
    assert "Nothing was changed" in refused(actions.revise, drafted, 2, saying(ready, "protest", "One."), "typed")


def test_what_is_stopped_is_not_submitted_and_says_where(drafted, ready) -> None:
    bad = saying(ready, "protest", "The Government protests against what was done on Ecuadorian soil.")
    actions.revise(REF, drafted, 1, bad, "typed", actor=OFFICER, now=NOW)
    assert "Paragraph 10 (protest): “ecuadorian soil”" in refused(actions.submit, drafted)


def test_an_incident_is_not_closed_over_a_draft(drafted) -> None:
    assert "Release the note, or drop it" in refused(close, "done")
    actions.drop(REF, drafted, "the minister telephoned", actor=OFFICER, now=NOW)
    leave_behind(REF)
    close(REF, "done", actor=OFFICER, now=NOW)


# ---- release ---------------------------------------------------------------------------------


def test_a_released_note_has_the_next_number_and_is_frozen(drafted, ready, identities) -> None:
    assert "whole chain" in refused(release, drafted, by=MINISTER)
    approved(drafted)
    assert release(REF, drafted, actor=MINISTER, now=NOW) == "1/2026"
    body = file(drafted).released.body
    pdf = released_paper(drafted, PDF)
    assert sha256(pdf).hexdigest() == body["pdf"]
    assert b"/ByteRange" in pdf, "it is signed"
    assert body["content"] == content.digest(ready)
    assert len(body["exhibits"]) == 2
    for sealed, data in zip(body["exhibits"], (pdf, released_paper(drafted, WORD)), strict=True):
        assert incident_state(REF).exhibits[sealed].body["sha256"] == sha256(data).hexdigest()
    [numbered] = entries_of("series/ministry/2026")
    assert numbered.body["pdf"] == body["pdf"]
    assert numbered.body["note"] == drafted
    for rows in (Version.objects.filter(note=drafted), Paper.objects.filter(note=drafted)):
        for change in (rows.delete, lambda rows=rows: rows.update(note="0" * 32)):
            with pytest.raises(Error, match="append-only"), transaction.atomic():
                change()
    assert "released" in refused(actions.send_back, drafted, "wrong", by=LAWYER)
    assert "approved" in refused(release, drafted, by=MINISTER)


def test_a_note_of_an_example_is_numbered_apart_and_says_so(ready) -> None:
    assert "example" in refused(actions.draft, replace(ready, example=True))
    Installation.objects.create(example=True, since=NOW)
    assert "example" in refused(actions.draft, ready)
    example = redrafted(incident_state(REF), replace(ready, example=True), NOW)
    note = actions.draft(REF, example, actor=OFFICER, now=NOW)
    approved(note)
    assert release(REF, note, actor=MINISTER, now=NOW) == "EX-1/2026"


def test_numbers_run_on_and_what_fails_takes_none(ready, monkeypatch) -> None:
    numbers = []
    for turn in range(3):
        note = actions.draft(REF, ready, actor=OFFICER, now=NOW)
        approved(note)
        if turn == 1:

            def broken(*_):
                raise RuntimeError("the machine stops here")

            with monkeypatch.context() as patched:
                patched.setattr(series, "open_demands", broken)
                with pytest.raises(RuntimeError), transaction.atomic():
                    release(REF, note, actor=MINISTER, now=NOW)
            assert file(note).state == "approved"
        numbers.append(release(REF, note, actor=MINISTER, now=NOW))
    assert numbers == ["1/2026", "2/2026", "3/2026"]


def test_the_year_of_a_number_goes_by_the_clock_of_the_ministry(drafted) -> None:
    approved(drafted)
    midnight = datetime(2027, 1, 1, 3, tzinfo=UTC)
    assert series._ready(REF, drafted, MINISTER, midnight).number == "1/2027"
    Post.objects.create(slug="ministry", post_class="ministry", time_zone="America/Guayaquil")
    assert series._ready(REF, drafted, MINISTER, midnight).number == "1/2026"


def test_an_annex_was_received_on_the_day_that_it_was_at_the_ministry(ready) -> None:
    given = exhibit(b"What a passer-by filmed.")
    assert "on 27 January 2026" in annex_words(incident_state(REF), given)
    Post.objects.create(slug="ministry", post_class="ministry", time_zone="Pacific/Kiritimati")
    assert "on 28 January 2026" in annex_words(incident_state(REF), given)


def test_a_released_note_opens_its_demands(drafted, ready) -> None:
    approved(drafted)
    release(REF, drafted, actor=MINISTER, now=NOW)
    demands = [one for one in incident_state(REF).still_open() if one.kind == "demand.made"]
    made = [one.demand for one in ready.paragraphs if one.demand]
    assert len(demands) == len(made) >= 4
    assert any("no se repetirán" in one.what for one in demands)
    rebuild()


def test_a_fact_that_changed_after_approval_stops_the_release(drafted) -> None:
    from inviolable.incidents.facts import withdraw

    approved(drafted)
    withdraw(REF, "work_stopped", "yes", "the counters stayed open", actor=OFFICER, now=NOW)
    assert "what is known now" in refused(release, drafted, by=MINISTER)
    actions.send_back(REF, drafted, "a fact has changed", actor=LAWYER, now=NOW)
    state = incident_state(REF)
    again = refreshed(state, actions.content_of(drafted, 1))
    assert again.values["work_stopped"].state == "unknown"
    anew = redrafted(state, again, NOW)
    assert "work_stopped" not in anew.values
    actions.revise(REF, drafted, 1, anew, "redrafted", actor=OFFICER, now=NOW)
    approved(drafted)
    assert release(REF, drafted, actor=MINISTER, now=NOW) == "1/2026"


# ---- delivery --------------------------------------------------------------------------------


@pytest.fixture
def released(drafted) -> str:
    approved(drafted)
    release(REF, drafted, actor=MINISTER, now=NOW)
    return drafted


def test_an_archive_of_the_incident_has_the_note_as_it_went_out_for_who_has_no_key(released, tmp_path) -> None:
    """Scenario 40."""
    now = datetime.now(UTC)
    export_incident(Request(REF, tmp_path / "archive"), actor=OFFICER, now=now)
    assert verifier.verify(tmp_path / "archive").last_line == "consistent; origin not checked"
    kept = tmp_path / "archive/data/documents"
    assert (kept / f"note-ministry-1-2026-{released[:8]}.pdf").read_bytes() == released_paper(released, PDF)
    assert (kept / f"note-ministry-1-2026-{released[:8]}.docx").read_bytes() == released_paper(released, WORD)


def test_received_is_only_what_somebody_outside_says(released) -> None:
    assert "none was chosen" in refused(actions.deliver, released, "by_hand", "received", to="duty desk", place="Quito")
    assert "to which office" in refused(actions.deliver, released, "by_hand", "handed_over")
    stamped = exhibit(b"The same with their stamp.")
    assert "to which office" in refused(actions.deliver, released, "by_hand", "received", proof=stamped)
    assert "where it was" in refused(actions.deliver, released, "by_hand", "received", proof=stamped, to="duty desk")
    actions.deliver(REF, released, "by_hand", "handed_over", to="duty desk", place="Quito", actor=OFFICER, now=NOW)
    actions.deliver(REF, released, "by_hand", "received", proof=stamped, actor=OFFICER, now=NOW)
    actions.deliver(
        REF, released, "mission", "refused", to="desk", place="Washington", said="not ours", actor=OFFICER, now=NOW
    )
    actions.deliver(REF, released, "email", "no_answer", actor=OFFICER, now=NOW)
    assert [one.body["outcome"] for one in file(released).deliveries] == [
        "handed_over",
        "received",
        "refused",
        "no_answer",
    ]
    assert "no such exhibit" in refused(actions.deliver, released, "by_hand", "received", proof="nowhere")
    had = file(released).deliveries[1].body
    assert (had["to"], had["place"]) == ("duty desk", "Quito"), "whose receipt it is had it where it was handed over"


def test_a_paper_of_ours_or_one_that_was_here_before_is_no_proof(drafted, identities) -> None:
    before = exhibit(b"What a camera saw.")
    approved(drafted)
    release(REF, drafted, actor=MINISTER, now=NOW)
    ours = file(drafted).released.body["exhibits"][0]
    again = exhibit(released_paper(drafted, PDF))
    [demand, *_more] = book(incident_state(REF).timeline).demands
    for proof in (ours, again, before):
        assert "no trace from outside" in refused(actions.deliver, drafted, "by_hand", "received", proof=proof)
        assert "no note of ours" in refused(met, demand, proof, "see there")
    stamped = exhibit(b"The same with their stamp.")
    who = {"to": "duty desk", "place": "Quito", "actor": OFFICER, "now": NOW}
    actions.deliver(REF, drafted, "by_hand", "received", proof=stamped, **who)
    assert proofs(incident_state(REF), file(drafted).released.seq) == [stamped]


def test_a_delivery_lies_after_the_release_to_the_minute_that_people_tell(released) -> None:
    told = {"to": "duty desk", "place": "Quito"}
    early = Happened.at(NOW - timedelta(minutes=1))
    assert "before the release" in refused(actions.deliver, released, "by_hand", "handed_over", happened=early, **told)
    just = Happened.at(file(released).released.recorded.replace(second=0, microsecond=0))
    actions.deliver(REF, released, "by_hand", "handed_over", happened=just, actor=OFFICER, now=NOW, **told)


def test_only_what_was_released_is_delivered(drafted) -> None:
    assert "draft" in refused(actions.deliver, drafted, "email", "no_answer")


def test_an_oral_demarche_is_a_record(ready) -> None:
    told = {"by": "head of mission", "to": "desk officer", "said": "We ask for an explanation.", "answer": ""}
    actions.record_demarche(REF, told, actor=OFFICER, now=NOW)
    assert incident_state(REF).timeline[-1].body["said"] == "We ask for an explanation."


def test_an_organ_that_may_not_write_so_does_not_begin(ready) -> None:
    said = refused(actions.draft, replace(ready, organ="minneapolis", channel="embassy_to_ministry"), by=LAWYER)
    assert re.search("VCCR 38", said)
