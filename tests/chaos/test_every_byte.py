"""Every byte of every file of a dossier, and every attack, through verify.sh: some hours."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.ledger.attacks import ATTACKS, flipped
from tests.ledger.make_dossier import SHIPPED, Authority, Files, Story, sealed, written

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    return Story(*(Authority(tmp_path_factory.mktemp("tsa") / name, name) for name in ("Quito", "Ottawa"))).tell()


@pytest.fixture(scope="module")
def good(story) -> Files:
    return sealed(story.files(), story.record.key)


def refusal(folder: Path) -> str:
    """The last line of verify.sh, which must have refused."""
    done = subprocess.run(["dash", SHIPPED / "verify.sh", folder], capture_output=True, text=True)
    assert done.returncode == 1, f"{folder}:\n{done.stdout}{done.stderr}"
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("programs", [False, True], ids=["what is kept", "the verifiers in the bag"])
def test_every_byte_of_every_file_counts(good, tmp_path, programs):
    """Each file in a copy of its own, two at a time; the byte is put back before the next."""
    names = [name for name in good if name.startswith("verify.") == programs]

    def spoil(name: str) -> int:
        folder = written(good, tmp_path / name.replace("/", "-"))
        for place in range(len(good[name])):
            (folder / name).write_bytes(flipped(good[name], place, place % 8))
            said = refusal(folder)
            assert said.startswith(("NOT VERIFIED: 1 bag: ", "NOT VERIFIED: 2 keys: tagmanifest")), f"{place}: {said}"
        return len(good[name])

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(spoil, names)) == sum(len(good[name]) for name in names)


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_is_refused(story, tmp_path, name):
    """Those that the suite leaves to one of their kind."""
    attack, step, words = ATTACKS[name]
    said = refusal(written(sealed(attack(story.files(), story), story.record.key), tmp_path / "dossier"))
    assert said.startswith(f"NOT VERIFIED: {step} ")
    assert words in said
