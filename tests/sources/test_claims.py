"""What sources say: recorded by one person, decided by one, replaced by what was said later."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER, leave_behind

from inviolable.incidents.case import case_of
from inviolable.incidents.facts import claim, confirm
from inviolable.incidents.lookup import entries_of, find_incident, incident_state, whole
from inviolable.incidents.paper import _content
from inviolable.incidents.picture import counted
from inviolable.incidents.wording import COUNTS
from inviolable.ledger.models import Entry
from inviolable.posts.actions import Refused
from inviolable.posts.roles import Role
from inviolable.sources import actions
from inviolable.sources.records import Claim, Record
from inviolable.sources.records_in import take_records
from inviolable.sources.shelf import shelf, shelf_of
from inviolable.sources.terms import Read, Told

REF = "minneapolis"
HOME = f"/incidents/{REF}/sources/"
WHO = {"actor": OFFICER, "now": NOW}
BULLETIN = {"publisher": "Ministry", "published": "2026-01-27T15:40-05:00", "language": "es"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def bulletin(incident) -> str:
    return actions.receive(REF, "own_organ", BULLETIN, Read(), **WHO)


def sources():
    return shelf(incident_state(REF).timeline)


def kinds() -> list[str]:
    return [item.kind for item in incident_state(REF).timeline]


def send(client, address: str, status: int = 302, **given: object) -> str:
    before = Entry.objects.count()
    answer = client.post(HOME + address, given)
    assert answer.status_code == status, words_of(answer.content.decode())
    if status != 302:
        assert Entry.objects.count() == before
    return unescape(answer.content.decode())


def test_what_is_known_of_sources_goes_on_from_where_it_was(incident, bulletin):
    before = shelf_of(whole(incident.stream).state)
    first = actions.claim(REF, bulletin, Told("actor.count", "1"), **WHO)
    actions.confirm(REF, first, **WHO)
    between = shelf_of(whole(incident.stream).state)
    actions.correct(REF, first, Told("actor.count", "2"), **WHO)
    actions.describe(REF, bulletin, {"title": "Denunciation"}, **WHO)
    assert shelf_of(whole(incident.stream).state) == sources()
    assert not before.claims
    assert between.of(bulletin)[0].state == "confirmed", "whoever read it before sees what they saw"
    assert between.sources[bulletin].about("title") == ""


def said(**given: str) -> dict[str, str]:
    """The form of a claim, filled in."""
    asked = {"key": "actor.count", "value": "1", "polarity": "affirms", "modality": "stated", "part": "1"}
    return asked | given


def test_a_claim_is_proposed_by_one_person_and_counts_once_a_person_confirms_it(reader, bulletin):
    client = reader("officer")
    send(client, "1/claim/", **said(raw="un agente del ICE", speakers="Ministry"))
    [claim] = sources().of(bulletin)
    assert (claim.state, claim.key, claim.value, claim.raw) == ("proposed", "actor.count", "1", "un agente del ICE")
    assert claim.voice == ""
    send(client, "claims/1/decide/", do="accept")
    [claim] = sources().of(bulletin)
    assert (claim.state, claim.voice) == ("confirmed", "Ministry")
    page = words_of(client.get(f"{HOME}1/").content.decode())
    assert "Number of agents: 1 confirmed" in page
    assert "said by Ministry" in page


def test_both_versions_of_a_statement_stay_when_one_is_corrected(reader, bulletin):
    """The title says agents, the text one agent: whoever read the title first corrects it, and both can be read."""
    client = reader("officer")
    send(client, "1/claim/", **said(value="plural", confirm="yes"))
    send(client, "claims/1/correct/", **said(value="1", raw="un agente"))
    first, second = sources().of(bulletin)
    assert (first.state, first.value, first.by) == ("corrected", "plural", second.id)
    assert (second.state, second.value) == ("confirmed", "1")
    page = client.get(f"{HOME}1/").content.decode()
    assert 'id="claim-1"' in page
    assert 'href="#claim-2"' in page
    assert "already" in send(client, "claims/1/decide/", 422, do="accept")


def test_a_rejected_claim_stays_on_the_record_and_is_never_offered_again(reader, bulletin):
    client = reader("officer")
    send(client, "1/claim/", **said())
    send(client, "claims/1/decide/", do="reject", why="It says two.")
    [claim] = sources().of(bulletin)
    assert (claim.state, claim.why) == ("rejected", "It says two.")
    assert "claims/1/decide/" not in client.get(f"{HOME}1/").content.decode()
    assert kinds()[-2:] == ["fact.claimed", "claim.decided"]


def test_what_a_source_says_is_no_fact_of_the_case_until_a_person_confirms_the_fact(reader, bulletin):
    """One page says that the head let them in: that it says so is confirmed, that it is so is another decision."""
    claim = actions.claim(REF, bulletin, Told("consent_by", "head", speakers=("a neighbour",)), confirmed=True, **WHO)
    record = Record("page", claims=(Claim("page", 0, "consent_state", "standing"),))
    take_records(REF, [record], "press", confirmed=True, **WHO)
    known = case_of(incident_state(REF)).facts
    assert not {"consent_by", "consent_state"} & known.keys()
    assert "fact.confirmed" not in kinds()
    client = reader("officer")
    accounts = client.get(f"/incidents/{REF}/accounts/").content.decode()
    assert f'href="/incidents/{REF}/facts/?part=1"' in accounts
    page = client.get(f"/incidents/{REF}/facts/?part=1").content.decode()
    assert reverse("incidents:confirm", args=[REF]) + "?part=1&amp;key=consent_by&amp;value=head" in page
    confirm(REF, "consent_by", "head", claims=[claim], **WHO)
    assert case_of(incident_state(REF)).facts["consent_by"] == ("head",)


def test_a_fact_counts_no_more_once_every_claim_that_it_rests_on_was_taken_back(bulletin):
    """Two sources say so, a person confirms it on each; when both turn out wrong, nothing carries it."""
    one, other = (actions.claim(REF, bulletin, Told("emergency", "fire"), confirmed=True, **WHO) for _ in range(2))
    confirm(REF, "emergency", "fire", claims=[one], **WHO)
    confirm(REF, "emergency", "fire", claims=[other], **WHO)
    actions.reject(REF, one, **WHO)
    assert case_of(incident_state(REF)).facts["emergency"] == ("fire",), "the other still carries it"
    actions.correct(REF, other, Told("emergency", "none"), **WHO)
    assert "emergency" not in case_of(incident_state(REF)).facts


def test_a_fact_that_a_person_confirmed_on_no_claim_stays_whatever_becomes_of_claims(bulletin):
    claim = actions.claim(REF, bulletin, Told("emergency", "fire"), confirmed=True, **WHO)
    confirm(REF, "emergency", "fire", claims=[claim], **WHO)
    confirm(REF, "emergency", "fire", **WHO)
    actions.reject(REF, claim, **WHO)
    assert case_of(incident_state(REF)).facts["emergency"] == ("fire",)


def test_a_claim_is_said_on_the_day_its_source_came_out(bulletin):
    """Whenever somebody entered it, and with the offset that the source names."""
    actions.claim(REF, bulletin, Told("actor.count", "1"), **WHO)
    assert incident_state(REF).timeline[-1].happened.said == BULLETIN["published"]


def test_a_later_statement_of_the_same_speaker_replaces_the_earlier_and_both_stay(reader, bulletin):
    first = actions.claim(REF, bulletin, Told("receiving_state.presence", "denied"), confirmed=True, **WHO)
    later = Told("receiving_state.presence", "admitted", as_of="2026-01-28", supersedes=first)
    second = actions.claim(REF, bulletin, later, **WHO)
    assert f"accepted, it replaces claim {first}" in words_of(reader("officer").get(f"{HOME}1/").content.decode())
    actions.confirm(REF, second, **WHO)
    known = sources()
    assert known.replaced_by(known.claims[first]) == second
    assert known.claims[first].state == "confirmed"
    assert "replaced by the later claim 2" in words_of(reader().get(f"{HOME}1/").content.decode())


def test_nobody_replaces_what_somebody_else_said_or_said_of_another_thing(bulletin):
    """A page would make what the State admitted vanish from the law."""
    admitted = Told("receiving_state.presence", "admitted", speakers=("ICE spokesperson",), as_of="2026-01-28")
    first = actions.claim(REF, bulletin, admitted, confirmed=True, **WHO)
    entries = len(entries_of(find_incident(REF).stream))
    paper = {"speakers": ("a neighbour",), "as_of": "2026-01-29", "supersedes": first}
    for told in (
        Told("event.local_time", "11:00", **paper),
        Told("receiving_state.presence", "denied", **paper),
        Told("event.local_time", "11:00", **paper | {"speakers": ("ICE spokesperson",)}),
        Told("receiving_state.presence", "denied", **paper | {"speakers": ("ICE",), "as_of": "2026-01-28"}),
    ):
        with pytest.raises(Refused, match=f"does not replace claim {first}"):
            actions.claim(REF, bulletin, told, confirmed=True, **WHO)
    assert len(entries_of(find_incident(REF).stream)) == entries


def test_no_document_says_who_is_inside_now(bulletin):
    """Help reads the count of those at the door; a page's number, even a confirmed one, stays among the sources."""
    claim(REF, COUNTS[0], "3", source="tablet at the door", **WHO)
    actions.claim(REF, bulletin, Told(COUNTS[0], "0"), confirmed=True, **WHO)
    assert [value for _what, value, *_who in counted(incident_state(REF), "en")] == ["3"]


def test_no_document_prints_a_speaker_whom_nobody_confirmed(reader, incident, bulletin):
    """A wrong speaker would give an officer's threat to an employee: it stays out until a person read the passage."""
    told = Told("threat.words", "I will grab you", raw="I will grab you", speakers=("CANARY",))
    claim = actions.claim(REF, bulletin, told, **WHO)

    def printed() -> str:
        return json.dumps(_content(find_incident(REF), incident_state(REF), "en", NOW), default=str)

    assert "CANARY" not in printed()
    assert "CANARY" not in str(case_of(incident_state(REF)))
    actions.confirm(REF, claim, **WHO)
    assert "CANARY" in printed()


def test_a_speaker_whose_name_hides_signs_is_confirmed_by_nobody(bulletin):
    """It came in with records; documents print whom a person confirmed."""
    taken = Claim("page", 0, "actor.count", "1", attributed_to="ICE\u202ekrow")
    take_records(REF, [Record("page", claims=(taken,))], "press", **WHO)
    with pytest.raises(Refused, match="U\\+202E"):
        actions.confirm(REF, "1", **WHO)


def test_a_claim_that_cannot_be_is_refused_and_nothing_is_written(bulletin):
    entries = len(entries_of(find_incident(REF).stream))
    for told, why in (
        (Told("Actor Count", "1"), "small letters"),
        (Told("emergency", "perhaps"), "cannot be"),
        (Told("actor.count", "1\u202e"), "U\\+202E"),
    ):
        with pytest.raises(Refused, match=why):
            actions.claim(REF, bulletin, told, confirmed=True, **WHO)
    with pytest.raises(Refused, match="no source '7'; there are 1"):
        actions.claim(REF, "7", Told("actor.count", "1"), **WHO)
    assert len(entries_of(find_incident(REF).stream)) == entries


def test_the_description_of_a_source_is_corrected_and_what_was_said_before_stays(reader, bulletin):
    client = reader("press")
    page = client.get(f"{HOME}1/describe/").content.decode()
    assert 'value="2026-01-27T15:40-05:00"' in page
    fault = send(client, "1/describe/", 422, kind="own_organ", published="27 January", language="Spanish")
    assert "2026-01-28T09:15-05:00" in fault
    assert "es, en or pt-BR" in fault
    send(client, "1/describe/", kind="own_organ", publisher="Foreign ministry", published=BULLETIN["published"])
    source = sources().sources["1"]
    assert source.said["publisher"] == "Foreign ministry"
    assert source.about("language") == ""
    assert kinds()[-1] == "source.described"
    assert incident_state(REF).timeline[-2].body["publisher"] == "Ministry"


def test_what_a_confirmed_claim_weighs_only_who_may_confirm_changes(reader, bulletin):
    told = {"kind": "own_organ", **BULLETIN}
    press = reader("press")
    send(press, "1/describe/", **told | {"publisher": "Foreign ministry"})
    actions.claim(REF, bulletin, Told("actor.count", "1"), confirmed=True, **WHO)
    assert "would weigh otherwise" in send(press, "1/describe/", 422, **told | {"kind": "recording"})
    assert "would weigh otherwise" in send(press, "1/describe/", 422, **told | {"published": "2026-01-20"})
    send(press, "1/describe/", **told | {"publisher": "Foreign ministry", "notes": "seen in print"})
    send(reader("officer"), "1/describe/", **told | {"kind": "recording"})
    assert sources().sources["1"].kind == "recording"


def test_everybody_reads_sources_and_only_who_is_in_charge_decides(reader, bulletin):
    actions.claim(REF, bulletin, Told("actor.count", "1"), **WHO)
    for role in sorted(set(Role) - {Role.DEVICE}):
        client = reader(role)
        assert client.get(HOME).status_code == 200
        page = client.get(f"{HOME}1/").content.decode()
        in_charge = role in ("officer", "head_of_post", "duty_officer")
        assert ("claims/1/decide/" in page) == in_charge, role
        assert ("1/claim/" in page) == in_charge, role
        if not in_charge:
            assert client.post(f"{HOME}claims/1/decide/", {"do": "accept"}).status_code == 403
            assert client.post(f"{HOME}1/claim/", said()).status_code == 403
        brings = in_charge or role in ("press", "legal")
        assert (client.get(f"{HOME}add/").status_code == 200) == brings, role
    assert sources().claims["1"].state == "proposed"


def test_a_closed_incident_offers_nothing_and_takes_nothing(reader, bulletin):
    from inviolable.incidents.actions import close

    actions.claim(REF, bulletin, Told("actor.count", "1"), **WHO)
    leave_behind(REF)
    close(REF, "over", **WHO)
    client = reader("officer")
    page = client.get(f"{HOME}1/").content.decode()
    assert 'method="post"' not in page.partition("<main")[2]
    assert "closed" in send(client, "claims/1/decide/", 422, do="accept")


def test_the_tab_and_the_pages_are_in_spanish(reader, bulletin):
    actions.claim(REF, bulletin, Told("actor.count", "1", speakers=("Ministry",)), **WHO)
    client = reader("officer", "es")
    overview = client.get(f"/incidents/{REF}/").content.decode()
    assert re.search(rf'href="{HOME}">Fuentes<', overview)
    page = words_of(client.get(f"{HOME}1/").content.decode())
    assert "Número de agentes: 1" in page
    assert "propuesta" in page
