"""What the tests of both verifiers share: dossiers in memory and on disk, runs of the shell, what must be refused."""

import functools
import hashlib
import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.ledger.make_dossier import SHIPPED, Authority, Files, Record, Story, sealed, written

from inviolable.ledger import verifier
from inviolable.ledger.verifier import Bag, NotVerified, Trust, check, read_trust


class Memory(Bag):
    """A dossier that never touches a disk, so that thousands of altered ones can be checked."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.sizes = {name: len(data) for name, data in sorted(files.items())}

    def open(self, name: str) -> io.BytesIO:
        return io.BytesIO(self.files[name])

    def digest(self, name: str) -> bytes:
        return remembered_digest(self.files[name])


@functools.cache
def remembered_digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@pytest.fixture(scope="module")
def remembering() -> Iterator[None]:
    """What is pure and slow is done once for the same bytes: each signature and each time stamp."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("signed", "token_says", "stamped"):
            patch.setattr(verifier, name, functools.cache(getattr(verifier, name)))
        yield


@pytest.fixture(scope="module")
def authorities(tmp_path_factory) -> list[Authority]:
    return [Authority(tmp_path_factory.mktemp("tsa") / name, name) for name in ("Quito", "Ottawa", "Nowhere")]


@pytest.fixture(scope="module")
def story(authorities) -> Story:
    return Story(*authorities[:2]).tell()


@pytest.fixture(scope="module")
def parts(story) -> Files:
    """The dossier before it is a bag."""
    return story.files()


@pytest.fixture(scope="module")
def good(parts, story) -> Files:
    return sealed(parts, story.record.key)


@pytest.fixture
def folder(good, tmp_path) -> Path:
    return written(good, tmp_path / "dossier")


def shell(folder: Path, *arguments: str | Path, which: str = "dash") -> tuple[int, str]:
    """Exit code and output of verify.sh, the one of the product whatever lies in the dossier."""
    if not shutil.which(which):
        pytest.skip(f"{which} is missing: apt-get install {which}")
    done = subprocess.run([which, SHIPPED / "verify.sh", *arguments, folder], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


class Later:
    """Runs of the shell that a test wants, done two at a time when it ends: each takes most of a second."""

    def __init__(self, place: Path) -> None:
        self.place, self.wrong = place, list[str]()
        self.wanted: list[tuple[Files | Path, tuple[str | Path, ...], int, str, str]] = []

    def refuses(self, files: Files | Path, step: int, words: str, *arguments: str | Path) -> None:
        """verify.sh must refuse it, at this step and in these words."""
        self.wanted.append((files, arguments, 1, f"NOT VERIFIED: {step} {verifier.STEPS[step - 1]}: ", words))

    def accepts(self, files: Files | Path, last_line: str, *arguments: str | Path) -> None:
        """verify.sh must accept it, with this last line."""
        self.wanted.append((files, arguments, 0, last_line, ""))

    def judge(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(self._run, range(len(self.wanted))))
        wanted, self.wanted = self.wanted, []
        for (code, output), (_, _, expected, start, words) in zip(outcomes, wanted, strict=True):
            last = (output.splitlines() or [""])[-1]
            if (code, last.startswith(start), words in last) != (expected, True, True):
                self.wrong.append(f"expected {expected} {start}{words}, was {code}:\n{output}")
        assert not self.wrong, "\n".join(self.wrong)

    def _run(self, number: int) -> tuple[int, str]:
        files, arguments, *_ = self.wanted[number]
        if isinstance(files, Path):
            return shell(files, *arguments)
        try:
            return shell(written(files, self.place / f"shell {number}"), *arguments)
        finally:
            shutil.rmtree(self.place / f"shell {number}")


@pytest.fixture
def later(tmp_path) -> Iterator[Later]:
    found = Later(tmp_path)
    yield found
    found.judge()


def refused(files: Files, step: int, words: str) -> None:
    """In process: refused at this step and in these words."""
    with pytest.raises(NotVerified) as caught:
        check(Memory(files))
    assert caught.value.step == step, caught.value
    assert words in caught.value.what, caught.value


def told(record: Record, order: list[int] | None = None) -> Files:
    """A small dossier of another record: no exhibits, no stamps."""
    size = len(record.entries)
    note = record.note(size)
    files = {"data/disclosed.jsonl": b""} | record.lit()
    files |= record.place(order or list(range(size))) | record.keys() | record.check(size, note) | {"checkpoint": note}
    return sealed(files, record.key)


Told = tuple[Trust, Path]


@pytest.fixture
def trusting(tmp_path, authorities) -> Callable[..., Told]:
    """Writes a trust file, with the certificates that it may name beside it."""
    for name, authority in zip(("ours", "second", "nowhere"), authorities, strict=True):
        (tmp_path / f"{name}.pem").write_bytes(authority.certificate)

    def write(*said: str) -> Told:
        file = tmp_path / f"trust {len(list(tmp_path.iterdir()))}"
        file.write_text("# what we got by telephone\n\n" + "".join(f"{line}  # so\n" for line in said))
        return read_trust(file), file

    return write


def accepted(later: Later, files: Files, trust: Told, last_line: str = "VERIFIED") -> None:
    assert check(Memory(files), trust[0]).last_line == last_line
    later.accepts(files, last_line, "--trust", trust[1])


def distrusted(later: Later, files: Files, trust: Told, words: str) -> None:
    with pytest.raises(NotVerified) as caught:
        check(Memory(files), trust[0])
    assert caught.value.step == 13
    assert words in caught.value.what
    later.refuses(files, 13, words, "--trust", trust[1])
