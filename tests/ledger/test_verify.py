"""Both verifiers accept a good dossier, refuse each way of altering it, and say what does not hold.

The dossier is written by make_dossier.py, which shares no code with the product. Most attacks are those of somebody who
holds the installation's real key: manifests and signatures are made again, so that only the step under test can object.
"""

import ast
import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys

import bagit
import pyrage
import pytest
from pymerkle import InmemoryTree
from tests.ledger.attacks import (
    ATTACKS,
    BAGS,
    CANONICAL,
    entry,
    flipped,
    foreign_beacon,
    resigned,
)
from tests.ledger.make_dossier import (
    INCIDENT,
    SHIPPED,
    Record,
    Story,
    first_five,
    leaf,
    mth,
    path,
    proof,
    sealed,
    written,
)
from tests.ledger.verifying import Memory, refused, shell, told

from inviolable.ledger import verifier
from inviolable.ledger.verifier import NotVerified, check, verify

pytestmark = pytest.mark.usefixtures("remembering")
SHELLS = ("dash", "bash")


# What is good ---------------------------------------------------------------------------------------------------------


def test_a_good_dossier_is_consistent(folder, story, capsys):
    assert verifier.main(["--intervals", str(folder)]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0].startswith(" 1 bag: ok (")
    assert said.splitlines()[-1] == "consistent; origin not checked"
    assert f"installation {hashlib.sha256(story.record.key.raw).hexdigest()} of {story.record.origin}" in said
    assert "   withheld: never-given\n" in said
    assert "   erased: erased\n" in said
    assert f"{INCIDENT} seq 0 (index 2): open .. 20" in said
    assert "(index 6): 20" in said, "what named the beacon of a time stamp has two sides"


@pytest.mark.parametrize("which", SHELLS)
def test_the_shell_says_the_same(folder, which):
    said: list[str] = []
    outcome = verify(folder, None, said.append)
    code, output = shell(folder, which=which)
    assert (code, output.splitlines()) == (0, [*said, outcome.last_line])


def test_without_cryptography_openssl_does_it(folder):
    """A stranger's Python has no packages: -S leaves them out."""
    command = [sys.executable, "-I", "-S", folder / "verify.py"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("consistent; origin not checked\n")


def test_it_is_one_file_for_any_python_since_3_9():
    """Its syntax is that of 3.9; it imports Python's own library, and cryptography only where there is one."""
    source = (SHIPPED / "verifier.py").read_text()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    imported |= {name.name for one in ast.walk(tree) if isinstance(one, ast.Import) for name in one.names}
    assert {name.split(".")[0] for name in imported if name} - sys.stdlib_module_names == {"cryptography"}


def test_the_plan_is_kept():
    """The numbers of the plan stand at the steps in both verifiers, and in the same words."""
    python, shell = (SHIPPED / "verifier.py").read_text(), (SHIPPED / "verify.sh").read_text()
    for number, name in enumerate(verifier.STEPS, 1):
        assert f"\n {number:2} {name} " in python
        assert f'    """{number}. ' in python
        assert f"\n# {number}. " in shell
        assert f"\nbegin {number} {name}\n" in shell.replace("'", "")


def test_the_shell_needs_only_what_it_says(folder, tmp_path):
    """On a machine that has a shell, coreutils, sed, grep and openssl, and nothing else."""
    tools = tmp_path / "tools"
    tools.mkdir()
    coreutils = (
        "base64 basenc cat comm cp csplit cut date dirname head join mkdir mktemp mv nl od paste printf rm sha256sum"
        " sha384sum sha512sum sort split tail tr truncate uniq wc"
    )
    for tool in (*coreutils.split(), "sed", "grep", "openssl"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    done = subprocess.run(
        [shutil.which("dash") or "/bin/sh", SHIPPED / "verify.sh", folder],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_judges_from_outside_agree(folder, story, authorities, tmp_path):
    """bagit, sha256sum, age, openssl and pymerkle: none of them is ours."""
    bagit.Bag(str(folder)).validate()
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "-c", "--strict", "--quiet", name], cwd=folder, check=True)
    assert pyrage.decrypt((folder / "data/exhibits/photo.age").read_bytes(), [story.identity]) == story.plain
    (tmp_path / "five").write_bytes(first_five((folder / "checkpoint").read_bytes()))
    for number, authority in ((1, authorities[0]), (2, authorities[1])):
        stamp = folder / f"checkpoints/{story.head}.{number}.tsr"
        roots = authority.folder / "ca.pem"
        command = ["openssl", "ts", "-verify", "-data", tmp_path / "five", "-in", stamp, "-CAfile", roots]
        assert subprocess.run(command, capture_output=True).returncode == 0
    tree = InmemoryTree(algorithm="sha256")
    for line in story.record.entries:
        tree.append_entry(line)
    assert tree.get_root() == mth(story.record.entries)
    assert (folder / "checkpoint").read_text().splitlines()[2] == base64.b64encode(tree.get_root()).decode()


def test_note_signatures_are_those_of_others():
    """The key and note with which Go's sumdb/note documents itself."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    name, raw = verifier.key_line("a line", vkey, b"\1")
    blob = base64.b64decode(signature)
    assert name == "PeterNeumann"
    assert blob[:4] == verifier.key_hash(name, b"\1", raw)
    assert verifier.signed(raw, text, blob[4:])


def test_proofs_of_every_size_hold_and_no_other_does():
    """Inclusion and consistency between all trees of 1 to 20 entries, against the RFC's own definition."""
    entries = [str(number).encode() for number in range(20)]
    for size in range(1, 21):
        root = mth(entries[:size])
        for index in range(size):
            found = path(index, entries[:size])
            assert verifier.root_from(leaf(entries[index]), index, size, found) == root
            assert verifier.root_from(leaf(entries[index]), index, size, [*found, root]) != root
            assert verifier.root_from(leaf(entries[index]), index, size, found[:-1]) != root or not found
        for old in range(1, size + 1):
            before, found = mth(entries[:old]), proof(old, entries[:size])
            assert verifier.roots_from(old, size, before, found) == (before, root)
            assert verifier.roots_from(old, size, before, [*found, root]) != (before, root)
            assert not found or verifier.roots_from(old, size, before, found[:-1]) != (before, root)


# Every byte -----------------------------------------------------------------------------------------------------------

PROOFS = (
    "checkpoint",
    "checkpoints/",
    "proofs",
    "entries.sig",
    "manifest-sha256.txt",
    "tagmanifest",
    "data/beacons.sig",
)


def test_every_byte_of_checkpoint_proofs_manifests_and_signatures_counts(good):
    for name in [name for name in good if name.startswith(PROOFS)]:
        for place in range(len(good[name])):
            with pytest.raises(NotVerified) as caught:
                check(Memory(good | {name: flipped(good[name], place, place % 8)}))
            assert caught.value.step <= 2, f"{name} byte {place}"


def test_five_hundred_bytes_elsewhere_count(good):
    dice = random.Random(3161)  # noqa: S311
    elsewhere = [name for name in good if not name.startswith(PROOFS) and good[name]]
    for _ in range(500):
        name = dice.choice(elsewhere)
        place = dice.randrange(len(good[name]))
        with pytest.raises(NotVerified) as caught:
            check(Memory(good | {name: flipped(good[name], place, dice.randrange(8))}))
        assert caught.value.step == 1, f"{name} byte {place}"


@pytest.mark.long
@pytest.mark.parametrize(
    ("names", "steps"),
    [
        (("checkpoint",), {5}),
        (("checkpoints/{head}", "checkpoints/{earlier}"), {7}),
        (("checkpoints/{earlier}.proof",), {7}),
        (("proofs",), {6}),
        (("entries.sig",), {4}),
        (("data/beacons.sig",), {9}),
        (("manifest-sha256.txt",), {1}),
    ],
)
def test_every_byte_counts_also_when_the_installation_signs_again(parts, story, names, steps):
    """Nothing but the step itself is left to object: all hashes and the signature of the bag are right again."""
    whole = sealed(parts, story.record.key)
    for name in (one.format(head=story.head, earlier=story.earlier) for one in names):
        for place in range(len(whole[name])):
            spoiled = whole | {name: flipped(whole[name], place, place % 8)}
            again = resigned(spoiled, story) if name.startswith("manifest") else sealed(spoiled, story.record.key)
            with pytest.raises(NotVerified) as caught:
                check(Memory(again))
            assert caught.value.step in steps, f"{name} byte {place}: {caught.value}"


def test_one_byte_of_each_file_counts_for_the_shell(good, later):
    dice = random.Random(6962)  # noqa: S311
    for name in sorted(name for name in good if good[name]):
        spoiled = flipped(good[name], dice.randrange(len(good[name])), dice.randrange(8))
        step = 2 if name == "tagmanifest-sha256.txt.sig" else 1
        words = {"tagmanifest-sha256.txt.sig": "no signature", "tagmanifest-sha256.txt": ""}.get(name, name)
        later.refuses(good | {name: spoiled}, step, words)


# Entries removed, moved, doubled --------------------------------------------------------------------------------------


def places(story: Story) -> tuple[list[int], list[int]]:
    """Where in the tree the entries of the incident are, and those said of keys."""
    told = [json.loads(line) for line in story.record.entries]
    mine = [index for index, entry in enumerate(told) if entry["stream"] == INCIDENT]
    return mine, [index for index, entry in enumerate(told) if entry["kind"].startswith("key.")]


def test_no_entry_can_be_left_out_moved_or_doubled(parts, story, later):
    """With their true signatures and proofs, and signed again by the installation: only the stream itself objects."""
    mine, keys = places(story)
    last = len(mine) - 1
    for place in range(len(mine)):
        removed = mine[:place] + mine[place + 1 :]
        doubled = [*mine[: place + 1], *mine[place:]]
        moved = mine.copy()
        moved[place - 1], moved[place] = moved[place], moved[place - 1]
        for order in (removed, doubled, moved):
            spoiled = sealed(parts | story.record.place(order + keys), story.record.key)
            words = "is not whole and in order here"
            if order is removed and place == last:
                words = "the stream of the incident does not end with dossier.exported"
            refused(spoiled, 3, words)
            if place in (1, last):
                later.refuses(spoiled, 3, words)


def test_entries_of_other_streams_keep_their_order(parts, story, later):
    mine, keys = places(story)
    for name, order in {"moved": mine + keys[::-1], "before": keys + mine, "twice": mine + keys[:1] * 2}.items():
        spoiled = sealed(parts | story.record.place(order), story.record.key)
        words = "not of an incident" if name == "before" else "not in the order of stream and seq"
        refused(spoiled, 3, words)
        later.refuses(spoiled, 3, words)
    fewer = sealed(parts | story.record.place(mine + keys[:1] + keys[2:]), story.record.key)
    assert check(Memory(fewer)).entries == len(mine) + len(keys) - 1, "they are there to help, not to be whole"


def test_an_entry_that_names_another_before_it_is_refused(later):
    """Signed and in the tree, but grafted: `prev` is of another entry."""
    record = Record()
    first = record.add(INCIDENT, "incident.opened", {})
    record.heads[INCIDENT] = 0, leaf(first + b" ")
    record.add(INCIDENT, "dossier.exported", {})
    spoiled = told(record)
    refused(spoiled, 3, "line 2")
    refused(spoiled, 3, "prev is not the hash of the entry before")
    later.refuses(spoiled, 3, "prev is not the hash of the entry before")


def test_the_tree_must_have_the_order_of_the_stream(later):
    record = Record()
    record.add(INCIDENT, "incident.opened", {})
    record.add(INCIDENT, "dossier.exported", {})
    record.entries.reverse()
    record.signatures.reverse()
    spoiled = told(record, order=[1, 0])
    refused(spoiled, 6, "comes before the entry it follows")
    later.refuses(spoiled, 6, "comes before the entry it follows")


def test_a_small_record_is_a_dossier_too(later):
    record = Record()
    record.add(INCIDENT, "dossier.exported", {})
    assert check(Memory(told(record))).entries == 1
    later.accepts(told(record), "consistent; origin not checked")


def test_a_beacon_without_a_time_stamp_bounds_nothing(later):
    """A young installation has no time stamp yet that its beacons could name."""
    record = Record()
    record.shine(record.key, record.origin, "2026-01-27T17:00:00.000Z")
    record.add(INCIDENT, "dossier.exported", {})
    files = told(record)
    assert check(Memory(files)).intervals[0].endswith(": open .. open")
    later.accepts(files, "consistent; origin not checked")


def test_two_versions_of_a_law_file_lie_beside_each_other(later):
    """The law was mended between two findings: each needs its own."""
    old, new = b"a law\n", b"the law, mended\n"
    record = Record()
    for version in (old, new):
        record.add(INCIDENT, "finding.made", {"packs": {"vccr": hashlib.sha256(version).hexdigest()}})
    record.add(INCIDENT, "dossier.exported", {})
    files = told(record)
    under = f"data/packs/{hashlib.sha256(old).hexdigest()}"
    both = files | {"data/packs/vccr": new, f"{under}/vccr": old}
    later.accepts(sealed(both, record.key), "consistent; origin not checked")
    refused(sealed(both | {f"{under}/vccr": b"another"}, record.key), 12, "data/packs/vccr is no law file")
    later.refuses(sealed(both | {f"{under}/vccr": b"another"}, record.key), 12, "data/packs/vccr is no law file")


# Every other way ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ATTACKS)
def test_refused_although_the_installation_signs_it(parts, story, name):
    attack, step, words = ATTACKS[name]
    refused(sealed(attack(parts, story), story.record.key), step, words)


@pytest.mark.parametrize("name", BAGS)
def test_a_bag_that_is_not_whole_is_refused(good, story, name):
    attack, step, words = BAGS[name]
    refused(attack(good, story), step, words)


@pytest.mark.long
def test_the_shell_refuses_in_the_same_words(good, parts, story, later):
    """What the bag shows, and every third of the other wordings; tests/chaos does each attack."""
    for attack, step, words in BAGS.values():
        later.refuses(attack(good, story), step, words)
    worded = {(step, words): name for name, (_, step, words) in ATTACKS.items()}
    for attack, step, words in (ATTACKS[name] for name in [*worded.values()][::3]):
        later.refuses(sealed(attack(parts, story), story.record.key), step, words)


@pytest.mark.parametrize("name", CANONICAL)
def test_odd_but_canonical_entries_pass(parts, story, later, name):
    """They pass step 3, and are refused only because they are not what was signed: line 2 names the old hash."""
    spoiled = sealed(entry(b'"minneapolis"', CANONICAL[name])(parts, story), story.record.key)
    words = "line 2 (incident/6f1c1c1e-52b5-4a3b-9a39-0a1b2c3d4e5f seq 1): prev is not the hash of the entry before"
    refused(spoiled, 3, words)
    later.refuses(spoiled, 3, words)


def test_a_beacon_from_the_future_is_refused(story, later):
    ours = foreign_beacon(story, "2090-01-01T00:00:00.000Z")
    spoiled = sealed(ours.files(), ours.record.key)
    refused(spoiled, 9, "it names a beacon from the future: 2090-01-01T00:00:00Z")
    later.refuses(spoiled, 9, "it names a beacon from the future: 2090-01-01T00:00:00Z")


@pytest.mark.parametrize("name", ["$(touch pwned)", "-rf", ".hidden", "a\nb", "a b", "ñ", "a\\b", "%2e%2e", "'", "*"])
def test_hostile_names_are_refused_and_nothing_is_run(folder, tmp_path, later, name):
    (folder / "data/documents" / name).write_bytes(b"")
    with pytest.raises(NotVerified, match="is no name of a file in a dossier"):
        verify(folder)
    later.refuses(folder, 1, "is no name of a file in a dossier")
    later.judge()
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize("kind", ["link", "dangling", "folder link", "pipe"])
def test_what_is_no_plain_file_is_refused(folder, tmp_path, later, kind):
    target = folder / "data/documents/record.txt"
    target.unlink()
    if kind == "pipe":
        os.mkfifo(target)
    else:
        (tmp_path / "elsewhere").write_bytes(b"What happened.\n")
        target.symlink_to({"link": tmp_path / "elsewhere", "dangling": "nowhere"}.get(kind, tmp_path))
    with pytest.raises(NotVerified, match=r"record\.txt is no plain file"):
        verify(folder)
    later.refuses(folder, 1, "record.txt is no plain file")


@pytest.mark.parametrize(
    "arguments", [["nowhere"], ["--trust"], ["--trust", "nowhere"], ["--force"], [os.devnull], ["one", "two", "--x"]]
)
def test_what_cannot_be_checked_is_said(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert verifier.main(arguments) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    done = subprocess.run(["dash", SHIPPED / "verify.sh", *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_large_files_are_hashed_by_two_threads_with_progress(tmp_path, story, parts):
    """A dossier of more than a megabyte; what was hashed adds up."""
    big = {f"data/documents/{number}.bin": bytes([number]) * 700_000 for number in range(5)}
    folder = written(sealed(parts | big, story.record.key), tmp_path / "dossier")
    told: list[tuple[int, int]] = []
    verify(folder, progress=lambda done, total: told.append((done, total)))
    assert max(told) == (told[0][1], told[0][1])
    assert told[0][1] > 3_500_000
    (folder / "data/documents/3.bin").write_bytes(b"\3" * 699_999 + b"\4")
    with pytest.raises(NotVerified, match=r"3\.bin is not the file that the manifest lists"):
        verify(folder)
