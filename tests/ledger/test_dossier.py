"""A dossier written from the record: every judge accepts it, and it holds what was chosen and nothing else."""

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ledger.authorities import good_authority

from inviolable.ledger import actions, dossier, erasure, exhibits, opening, rounds, verifier
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.dossier import Contents
from inviolable.ledger.exhibits import About
from inviolable.ledger.keys import key_id, public_pem
from inviolable.ledger.registry import BadEntry

pytestmark = pytest.mark.django_db
CLIP = b"the clip of a passer-by, CANARY-clip " * 3_000


@pytest.fixture
def recorded(identities, home, stream, now, write, tmp_path):
    """An incident with exhibits, attested by two authorities while it went on."""
    for name in ("one", "two"):
        made = good_authority(tmp_path / name, name)
        (home / f"{name}.pem").write_bytes(made.roots)
        with (home / "ledger.toml").open("a") as file:
            file.write(f'[[authority]]\nname = "{name}"\nurl = "{made.url}"\nroots = "{name}.pem"\n')
    write(3)
    rounds.run(now)
    taken = [
        exhibits.receive(
            stream, io.BytesIO(CLIP), About("C", name=f"clip {n}", giver="CANARY-giver"), actor=SYSTEM, now=now
        )
        for n in range(4)
    ]
    rounds.run(now + timedelta(minutes=2))
    write(2)
    return taken


def export(stream, to, now, contents=None, **more):
    contents = contents or Contents()
    dossier.record_export(stream, contents, to="the court", reason="case 12/2026", actor=SYSTEM, now=now)
    assert rounds.attest(now) == []
    dossier.write_dossier(stream, "minneapolis-2026", to, contents, now=now, **more)
    return to


def everybody_accepts(folder: Path):
    assert verifier.verify(folder).last_line == "consistent; origin not checked"
    for shell in ("sh", "bash"):
        done = subprocess.run([shell, "verify.sh"], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--quiet", "-c", manifest], cwd=folder, check=True)
    assert bagit.Bag(str(folder)).validate()
    alone = subprocess.run([sys.executable, "-I", "verify.py", "."], cwd=folder, capture_output=True, text=True)
    assert alone.returncode == 0, alone.stdout + alone.stderr


def test_every_judge_accepts_it(recorded, stream, tmp_path, now):
    everybody_accepts(export(stream, tmp_path / "dossier", now + timedelta(minutes=4)))


def test_it_holds_nothing_in_plain_that_was_not_chosen(recorded, stream, tmp_path, now):
    """Promise 13: names of nobody but those selected."""
    folder = export(stream, tmp_path / "dossier", now + timedelta(minutes=4))
    for path in folder.rglob("*"):
        assert not path.is_file() or b"CANARY" not in path.read_bytes(), path


def test_what_was_chosen_is_handed_out_with_its_proof(recorded, stream, tmp_path, now, identities):
    entry, exhibit = recorded[0].entry, recorded[0].body["exhibit"]
    line = erasure.open_field(entry["sealed"]["giver"], identities)

    def plain(target):
        opening.write_plain(stream, exhibit, target, identities)
        return recorded[0].body["sha256"]

    contents = Contents(disclosed=[line], opened={exhibit: plain})
    folder = export(stream, tmp_path / "dossier", now + timedelta(minutes=4), contents)
    assert b"CANARY-giver" in (folder / "data/disclosed.jsonl").read_bytes()
    assert (folder / "data/opened" / exhibit).read_bytes() == CLIP
    everybody_accepts(folder)


def test_what_was_erased_is_gone_and_everything_still_verifies(recorded, stream, tmp_path, now):
    gone = recorded[1].body["exhibit"]
    erasure.erase(gone, "the giver withdrew", actor=SYSTEM, now=now + timedelta(minutes=3))
    folder = export(stream, tmp_path / "dossier", now + timedelta(minutes=4))
    assert not (folder / f"data/exhibits/{gone}.age").exists()
    everybody_accepts(folder)


def test_after_a_rotation_of_keys_it_verifies_with_both(recorded, stream, tmp_path, now, write):
    actions.rotate_key("yearly", actor=SYSTEM, now=now + timedelta(minutes=3))
    write(2)
    everybody_accepts(export(stream, tmp_path / "dossier", now + timedelta(minutes=4)))


def test_it_proves_that_an_earlier_checkpoint_was_continued(recorded, stream, tmp_path, now):
    earlier = export(stream, tmp_path / "earlier", now + timedelta(minutes=4)) / "checkpoint"
    size = int(earlier.read_text().splitlines()[1])
    later = export(stream, tmp_path / "later", now + timedelta(minutes=8), Contents(since=[size]))
    (tmp_path / "trust").write_text(f"checkpoint {earlier}\n")
    assert verifier.verify(later, verifier.read_trust(tmp_path / "trust")).verified


def test_a_folder_that_is_there_is_never_touched(recorded, stream, tmp_path, now):
    (tmp_path / "dossier").mkdir()
    with pytest.raises(BadEntry, match="never overwrites"):
        export(stream, tmp_path / "dossier", now)
    assert not list((tmp_path / "dossier").iterdir())


def test_what_breaks_off_leaves_nothing(recorded, stream, tmp_path, now):
    def breaks(_target):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(stream, tmp_path / "dossier", now, Contents(opened={recorded[0].body["exhibit"]: breaks}))
    assert not [path for path in tmp_path.iterdir() if "dossier" in path.name]


def test_it_can_be_checked_on_a_machine_without_python(recorded, stream, tmp_path, now):
    folder = export(stream, tmp_path / "dossier", now + timedelta(minutes=4))
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in Path("/usr/bin").iterdir():
        if not tool.name.startswith("py"):
            (tools / tool.name).symlink_to(tool)
    assert not shutil.which("python3", path=tools)
    done = subprocess.run(
        [shutil.which("sh"), "verify.sh"], cwd=folder, env={"PATH": str(tools)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_progress_is_told(recorded, stream, tmp_path, now):
    told = []
    export(stream, tmp_path / "dossier", now, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (4, 4)


def test_sealed_exhibits_are_linked_not_copied(recorded, stream, tmp_path, now):
    folder = export(stream, tmp_path / "dossier", now)
    exhibit = recorded[0].body["exhibit"]
    source = actions.objects().path(exhibits.object_name(exhibit))
    assert source.samefile(folder / f"data/exhibits/{exhibit}.age")
    assert not source.stat().st_mode & 0o222, "or whoever edits a dossier would edit the store"


def test_what_is_recorded_while_it_is_written_stays_out_of_it(recorded, stream, tmp_path, now, write):
    folder = tmp_path / "dossier"
    dossier.record_export(stream, Contents(), to="the court", reason="case 12/2026", actor=SYSTEM, now=now)
    write(2)
    assert rounds.attest(now + timedelta(minutes=4)) == []
    dossier.write_dossier(stream, "minneapolis-2026", folder, Contents(), now=now)
    everybody_accepts(folder)


# ---- who vouches: keys/log, which lies in the dossier, vouches for nobody -----------------------------------------


def both_say(folder: Path, trust: Path) -> Iterator[str]:
    """The last word of both verifiers."""
    for command in ([sys.executable, "verify.py"], ["sh", "verify.sh"]):
        done = subprocess.run([*command, "--trust", trust, "."], cwd=folder, capture_output=True, text=True)
        yield (done.stdout + done.stderr).strip().splitlines()[-1]


def signed_by_a_stranger(folder: Path) -> None:
    """Whoever has no key of the installation lists one of their own and signs with it."""
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes_raw()
    (folder / "keys" / f"{key_id(raw)}.pem").write_bytes(public_pem(raw))
    with (folder / "keys/log").open("a") as log:
        log.write(f"{key_id(raw)} log - -\n")
    manifest = folder / "tagmanifest-sha256.txt"
    kept = [line for line in manifest.read_text().splitlines() if not line.endswith("  keys/log")]
    kept += [
        f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}"
        for name in ("keys/log", f"keys/{key_id(raw)}.pem")
    ]
    manifest.write_text("\n".join(sorted(kept, key=lambda line: line[66:])) + "\n")
    (folder / "tagmanifest-sha256.txt.sig").write_bytes(key.sign(manifest.read_bytes()))


@pytest.fixture
def held(recorded, stream, tmp_path, now):
    """What a reader holds from an earlier dossier: (words for a trust file, size of that checkpoint)."""
    earlier = export(stream, tmp_path / "earlier", now + timedelta(minutes=4))
    size = int((earlier / "checkpoint").read_text().splitlines()[1])
    token = earlier / f"checkpoints/{size}.1.tsr"
    return {"checkpoint": f"checkpoint {earlier / 'checkpoint'}\n", "token": f"token {token}\n"}, size


@pytest.mark.long
@pytest.mark.parametrize("kind", ["checkpoint", "token"])
def test_what_a_reader_holds_does_not_vouch_for_a_strangers_signature(held, stream, tmp_path, now, kind):
    words, size = held
    folder = export(stream, tmp_path / "later", now + timedelta(minutes=8), Contents(since=[size]))
    trust = tmp_path / "trust"
    trust.write_text(words[kind])
    assert set(both_say(folder, trust)) == {"VERIFIED"}
    signed_by_a_stranger(folder)
    assert verifier.verify(folder).last_line == "consistent; origin not checked"
    for said in both_say(folder, trust):
        assert "a key that nothing you trust vouches for" in said


@pytest.mark.parametrize("kind", ["checkpoint", "token"])
def test_a_key_that_a_vouched_one_introduced_is_vouched_for(held, stream, tmp_path, now, write, kind):
    words, size = held
    actions.rotate_key("yearly", actor=SYSTEM, now=now + timedelta(minutes=5))
    write(1)
    folder = export(stream, tmp_path / "later", now + timedelta(minutes=8), Contents(since=[size]))
    (tmp_path / "trust").write_text(words[kind].strip())  # A last line without its end counts too.
    assert set(both_say(folder, tmp_path / "trust")) == {"VERIFIED"}
