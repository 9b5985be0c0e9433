"""Others attest what we recorded: time-stamp authorities, witnesses, headquarters. Every one of them is real here."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ledger.authorities import good_authority

from inviolable.ledger import audit, beacons, note, rounds, sequencer, tree, witnessing
from inviolable.ledger.actions import configured
from inviolable.ledger.audit import NotIntact
from inviolable.ledger.beacons import BadBeacon, Signed
from inviolable.ledger.bounds import intervals
from inviolable.ledger.models import Beacon, Checkpoint, Cosignature, Entry, Stamp, Watched
from inviolable.ledger.note import COSIGNATURE, Signer
from inviolable.ledger.witness import Known, build_request, decide

pytestmark = pytest.mark.django_db


def configure(home, text):
    (home / "ledger.toml").write_text(text)


@pytest.fixture
def authority(home, tmp_path):
    """An RFC 3161 authority by `openssl ts`, configured."""
    made = good_authority(tmp_path / "tsa")
    (home / "one.pem").write_bytes(made.roots)
    configure(home, f'[[authority]]\nname = "one"\nurl = "{made.url}"\nroots = "one.pem"\n')
    return made


class Answering(BaseHTTPRequestHandler):
    """Hands each request to what the test says."""

    answer = staticmethod(lambda path, body: (404, b""))

    def do_POST(self):
        self._say(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self):
        self._say(b"")

    def _say(self, body):
        status, text = self.server.answer(self.path, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Quiet."""


@contextmanager
def serving(answer):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.answer = answer
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Witness:
    """Another ministry's installation, as this one would answer: it remembers what it cosigned last."""

    def __init__(self, log):
        self.signer, self.log = Signer("witness.example", Ed25519PrivateKey.generate()), log
        self.size, self.root = 0, tree.EMPTY

    def __call__(self, path, body):
        known = Known((self.log,), self.size, self.root)
        verdict = decide(body, lambda origin: known if origin == self.log.name else None, self.signer, 1_790_000_000)
        if verdict.accepted:
            self.size, self.root = verdict.accepted.size, verdict.accepted.root
        return verdict.status, verdict.body.encode()


@pytest.fixture
def witness(write, home):
    write()
    one = Witness(note.Verifier.from_vkey(witnessing.own_keys()[0]))
    with serving(one) as url:
        configure(home, f'[[witness]]\nurl = "{url}"\nkey = "{one.signer.verifier(COSIGNATURE).vkey()}"\n')
        yield one


def test_a_round_places_signs_stamps_and_sends_out_a_beacon(authority, write, now):
    write(3)
    assert rounds.run(now) == []
    head, stamp, beacon = Checkpoint.objects.get(), Stamp.objects.get(), Beacon.objects.get()
    assert (head.size, stamp.checkpoint_id, beacon.token) == (4, 4, stamp.sha256)
    assert rounds.run(now + timedelta(seconds=1)) == []
    assert (Checkpoint.objects.count(), Stamp.objects.count(), Beacon.objects.count()) == (1, 1, 1)
    assert audit.audit_attestations() == (1, 0)


def test_nothing_is_called_that_is_not_configured(write, now):
    write()
    assert rounds.run(now) == []
    assert not Stamp.objects.exists()
    assert not Cosignature.objects.exists()


def test_an_authority_that_is_not_there_stops_nothing_and_is_named(home, authority, write, now):
    configure(home, '[[authority]]\nname = "gone"\nurl = "http://127.0.0.1:9/"\nroots = "one.pem"\n')
    write()
    faults = rounds.run(now)
    assert len(faults) == 1
    assert "gone" in faults[0]
    assert Checkpoint.objects.count() == 1


def test_a_witness_cosigns_each_checkpoint_and_remembers_it(witness, write, now):
    for minute in range(3):
        write(minute + 1)
        assert rounds.run(now + timedelta(minutes=minute)) == []
    newest = sequencer.newest()
    assert (witness.size, witness.root) == (newest.size, bytes(newest.root))
    assert Cosignature.objects.count() == Checkpoint.objects.count() == 3
    assert audit.audit_attestations() == (0, 3)


def test_a_witness_that_remembers_more_than_we_do_is_asked_from_there(witness, write, now):
    rounds.run(now)
    write(5)
    head = sequencer.checkpoint(now)
    proof = tree.consistency(sequencer.reader(), witness.size, head.size)
    witness("", build_request(witness.size, proof, note.parse_note(head.note)))
    write(2)
    assert rounds.run(now + timedelta(minutes=1)) == []
    assert witness.size == sequencer.newest().size


def test_a_history_that_was_rewritten_finds_no_witness(witness, write, now):
    """Promise 4: whoever owns database and key is still noticed by the witness."""
    rounds.run(now)
    witness.root = bytes(32)
    write()
    [fault] = rounds.run(now + timedelta(minutes=1))
    assert "422" in fault


def test_this_installation_is_a_witness_for_another(write, home, now):
    write()
    other = Signer("inviolable/other", Ed25519PrivateKey.generate())
    configure(home, f'[[watched]]\nkey = "{other.verifier().vkey()}"\n')
    frontier = tree.Frontier()
    for size in (1, 2):
        frontier.append(tree.leaf_hash(b"%d" % size))
        head = note.Checkpoint(other.name, size, frontier.root())
        proof = [tree.leaf_hash(b"2")] if size == 2 else []
        body = build_request(size - 1, proof, note.parse_note(note.sign(head, other)))
        status, _, answer = witnessing.answer(body, now)
        assert status == 200, answer
    assert Watched.objects.get().size == 2
    assert witnessing.answer(body, now)[0] == 409
    ours = note.Verifier.from_vkey(witnessing.own_keys()[1])
    signed = note.parse_note(note.sign(head, other) + answer.decode())
    assert note.verify_cosignature(signed, ours) == int(now.timestamp())
    stranger = Signer("inviolable/stranger", Ed25519PrivateKey.generate())
    body = build_request(0, [], note.parse_note(note.sign(note.Checkpoint(stranger.name, 1, bytes(32)), stranger)))
    assert witnessing.answer(body, now)[0] == 404


@pytest.mark.parametrize("year", [1970, 2099])
def test_promise_9_with_any_clock_the_interval_contains_the_true_time(authority, home, stream, write, year):
    """The installation's clock lies; the authority's does not. What is shown is bounded by the authority's."""
    wrong = datetime(year, 1, 2, tzinfo=UTC)
    write(to="post/elsewhere")
    rounds.run(wrong)
    before = datetime.now(UTC)
    [recorded] = write(1)
    after = datetime.now(UTC)
    rounds.run(wrong - timedelta(days=300) if year > 1970 else wrong + timedelta(days=300))
    row = Entry.objects.get(id=recorded.number)
    [interval] = intervals([(recorded.entry, row.place.index)])
    assert interval.after.moment <= before
    assert after <= interval.before.moment
    assert recorded.entry["recorded"].startswith(("1970", "2099", "2026"))


def test_promise_9_without_outside_clocks_the_interval_is_open_and_says_so(write, now):
    [recorded] = write()
    rounds.run(now)
    [interval] = intervals([(recorded.entry, 1)])
    assert (interval.after, interval.before) == (None, None)


def test_of_many_attestations_the_soonest_after_an_entry_counts(write, now, django_assert_num_queries):
    """Years of stamps over a quiet record, and a page reads what lies about its own entries."""
    placed = []
    for size in range(1, 9):
        [recorded] = write()
        moment = now + timedelta(minutes=size)
        checkpoint = sequencer.checkpoint(moment)
        placed.append((recorded.entry, checkpoint.size - 1))
        for again in range(10):
            taken = moment + timedelta(hours=again)
            Stamp.objects.create(
                checkpoint=checkpoint, authority="a", response=b"", sha256=f"{size}-{again}",
                earliest=taken, latest=taken, taken=taken,
            )  # fmt: skip
        Cosignature.objects.create(checkpoint=checkpoint, witness="w", line="", time=moment - timedelta(seconds=size))
    with django_assert_num_queries(4):
        found = [*intervals([*placed[2:5], ({}, None)])]
    assert [one.before and (one.before.moment - now, one.before.by) for one in found] == [
        *((timedelta(minutes=size, seconds=-size), "w") for size in (3, 4, 5)), None,
    ]  # fmt: skip
    assert [one.before for one in intervals([({}, checkpoint.size)])] == [None]


@pytest.fixture
def headquarters():
    """Headquarters' key; what it says is its own clock."""
    return Signer("inviolable/headquarters", Ed25519PrivateKey.generate())


def beacon_of(signer, moment, issuer=None):
    from inviolable.ledger import canonical, keys
    from inviolable.ledger.moments import written

    said = {"issuer": issuer or signer.name, "random": "5" * 64, "time": written(moment)}
    line = canonical.encode(said)
    return Signed(line, keys.key_id(signer.key.public_key().public_bytes_raw()), signer.key.sign(line)).text()


def test_a_beacon_of_headquarters_bounds_by_its_clock(headquarters, home, write, now):
    write()
    true = now + timedelta(days=30)
    with serving(lambda path, body: (200, beacon_of(headquarters, true)) if path == "/beacon" else (404, b"")) as url:
        configure(home, f'[headquarters]\nurl = "{url}"\nkey = "{headquarters.verifier().vkey()}"\n')
        assert rounds.run(now) == []
    [recorded] = write()
    [after] = [one.after for one in intervals([(recorded.entry, None)])]
    assert (after.moment, after.by) == (true, headquarters.name)


def test_a_false_beacon_is_refused(headquarters, write, now):
    write()
    stranger = Signer(headquarters.name, Ed25519PrivateKey.generate())
    for text in (
        beacon_of(stranger, now),
        beacon_of(headquarters, now, issuer="inviolable/else"),
        beacon_of(headquarters, now) + b"x",
        b"",
        b"\n\n\n",
        b"x" * 5000,
    ):
        with pytest.raises(BadBeacon):
            beacons.accept(text, headquarters.verifier(), now)
    assert not Beacon.objects.exists()


def test_beacons_that_nobody_names_are_forgotten_and_named_ones_stay(write, now):
    write()
    for minute in range(100):
        beacons.issue(now + timedelta(minutes=minute))
        if minute == 10:
            [named] = write()
    assert Beacon.objects.filter(sha256=named.entry["beacon"]).exists()
    assert Beacon.objects.count() < 70


def test_a_stamp_over_something_else_is_noticed(authority, write, now):
    write()
    rounds.run(now)
    write()
    head = sequencer.checkpoint(now + timedelta(minutes=1))
    stamp = Stamp.objects.get()
    Stamp.objects.create(
        checkpoint=head,
        authority="one",
        response=stamp.response,
        sha256="0" * 64,
        earliest=stamp.earliest,
        latest=stamp.latest,
        taken=now,
    )
    with pytest.raises(NotIntact, match="stamp of one"):
        audit.audit_attestations()


def test_bad_configuration_is_refused_in_words(home):
    from inviolable.ledger.configuration import BadConfiguration

    for number, text in enumerate(
        (
            "[nonsense]",
            "authority = 3",
            '[[authority]]\nname = "x"',
            "[timing]\nstamp_seconds = 0",
            "[retention]\nperson = 30",
            "[retention]\nperson = -1",
            "[retention]\nnote = 30",
            "[retention]\nexhibit = 99999999",
            '[[witness]]\nurl = "https://w"\nkey = "ñ+0+0"',
            "[timing",
            "[[witness]]\nurl = 3",
        )
    ):
        configure(home, text)
        import os

        os.utime(home / "ledger.toml", ns=(number, number + 1))
        with pytest.raises(BadConfiguration, match=r"ledger\.toml"):
            configured()


def test_whoever_keeps_silent_is_left_in_peace_for_a_while_and_asked_again(home, authority, write, now):
    configured_well = (home / "ledger.toml").read_text()
    configure(home, '[[authority]]\nname = "one"\nurl = "http://127.0.0.1:9/"\nroots = "one.pem"\n')
    write()
    assert len(rounds.run(now)) == 1
    assert rounds.run(now + timedelta(seconds=1)) == []
    assert len(rounds.run(now + timedelta(seconds=31))) == 1
    configure(home, configured_well)
    assert rounds.run(now + timedelta(seconds=62)) == []
    assert Stamp.objects.count() == 1
