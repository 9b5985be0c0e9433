"""The object store: bytes under names, in a folder (the default) or in an S3-compatible bucket.

What is written is there whole or not at all: `write` refuses a name that is taken, and ends only when the bytes are
durable. Objects are sealed before they come here; this module knows nothing of keys.

A bucket is obstore's (bucket.py). A folder is ours: obstore's LocalStore never waits for the disk (no fsync), and its
streaming writer overwrites. What a folder needs instead is a few system calls, and a test can make each of them fail.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

#: One part of a name, between slashes.
PART = re.compile(r"[a-z0-9-][a-z0-9.-]*")
#: Where a folder keeps what is being written. No part of a name begins with a dot, so it is never an object.
WRITING = ".writing"


class StoreError(Exception):
    """An object could not be written, read or deleted; the message says which, why, and what to do."""


class BadName(StoreError):
    """A name that no object may have."""


class NameTaken(StoreError):
    """There is an object of that name already; nothing is overwritten."""


class NotInStore(StoreError):
    """There is no object of that name."""


class Writing(Protocol):
    """What an object is written into."""

    def write(self, piece: bytes, /) -> int:
        """Take all of a piece. Raises StoreError."""
        ...


class Store(ABC):
    """Objects under names of `a-z 0-9 . / -`.

    Every method raises BadName for any other name, and StoreError where it fails."""

    def write(self, name: str) -> AbstractContextManager[Writing]:
        """A new object: durable and visible when the block ends well, without a trace when it does not.

        Raises NameTaken at once, or at the end where somebody else was faster."""
        if self.exists(name):
            raise self.taken(name)
        return self._writing(name, replace=False)

    def replace(self, name: str) -> AbstractContextManager[Writing]:
        """The same for an object that may be there: until the end it is the old one, afterwards the new one."""
        return self._writing(checked(name), replace=True)

    @abstractmethod
    def read(self, name: str) -> BinaryIO:
        """The object from its beginning, to be read in pieces and closed. Raises NotInStore."""

    @abstractmethod
    def size(self, name: str) -> int:
        """Bytes of the object. Raises NotInStore."""

    def exists(self, name: str) -> bool:
        """Whether there is an object of that name, whole."""
        try:
            self.size(name)
        except NotInStore:
            return False
        return True

    @abstractmethod
    def delete(self, name: str) -> None:
        """Durably take the object away. Raises NotInStore, also then only after the disk was asked.

        The name and what it led to are gone; blocks of a disk, and copies elsewhere, are not overwritten."""

    @abstractmethod
    def list(self, prefix: str = "") -> Iterator[str]:
        """Names that begin with the prefix, in no promised order."""

    def path(self, name: str) -> Path | None:
        """The real file of an object, to be linked and never written to; None where there are no files.

        Raises NotInStore."""
        self.size(name)
        return None

    @abstractmethod
    def said(self, name: str) -> str:
        """An object as named in messages to people."""

    def taken(self, name: str) -> NameTaken:
        """The refusal to overwrite."""
        return NameTaken(f"{self.said(name)} is there already; nothing is overwritten. Choose another name")

    def missing(self, name: str) -> NotInStore:
        """What is said of an object that is not there."""
        return NotInStore(f"{self.said(name)} is not there; nothing of that name was stored, or it was deleted")

    @abstractmethod
    def _writing(self, name: str, *, replace: bool) -> AbstractContextManager[Writing]: ...


def open_store(address: str | Path) -> Store:
    """A folder by its path, or `s3://bucket/prefix?endpoint=http://127.0.0.1:8333&region=us-east-1`.

    A folder is made when it is first written to. The key of a bucket comes from AWS_ACCESS_KEY_ID and
    AWS_SECRET_ACCESS_KEY. Nothing is contacted before the first object is asked for. Raises StoreError."""
    if isinstance(address, Path) or "://" not in address:
        return Folder(Path(address))
    from .bucket import Bucket

    return Bucket(address)


def checked(name: str) -> str:
    """The name, where an object may have it. Raises BadName."""
    if not all(PART.fullmatch(part) for part in name.split("/")) or len(name) > 500:
        raise BadName(
            f"{name[:80]!r} is no name for an object: small letters, digits, '.', '-' and '/' between parts, "
            "no part begins with a dot, at most 500 characters"
        )
    return name


class Folder(Store):
    """Objects as files of a folder, mode 0600 in folders of mode 0700."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._durable: set[Path] = set()
        self._sweep()

    def said(self, name: str) -> str:
        """The path of the file."""
        return str(self.root / name)

    def size(self, name: str) -> int:
        """Bytes of the file."""
        return self.path(name).stat().st_size

    def path(self, name: str) -> Path:
        """The file itself."""
        path = self.root / checked(name)
        with self._in_words("look for", name):
            if path.is_file():
                return path
        raise self.missing(name)

    def read(self, name: str) -> BinaryIO:
        """The file, opened."""
        path = self.path(name)
        with self._in_words("read", name):
            return path.open("rb")

    def delete(self, name: str) -> None:
        """Unlink the file, under both names where a crash left two, and wait for its folder to be on disk."""
        path = self.root / checked(name)
        with self._in_words("delete", name):
            there = path.is_file()
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync(path.parent)
        self._sweep()
        if not there:
            raise self.missing(name)

    def list(self, prefix: str = "") -> Iterator[str]:
        """Walk the folder, name by name."""
        folder = prefix.rpartition("/")[0]
        if folder:
            checked(folder)
        with self._in_words("list", folder):
            yield from (name for name in self._names(folder and folder + "/") if name.startswith(prefix))

    def _names(self, folder: str) -> Iterator[str]:
        if not (self.root / folder).is_dir():
            return
        with os.scandir(self.root / folder) as entries:
            found = sorted((entry.name, entry.is_dir()) for entry in entries if PART.fullmatch(entry.name))
        for name, is_folder in found:
            if is_folder:
                yield from self._names(f"{folder}{name}/")
            else:
                yield folder + name

    @contextmanager
    def _writing(self, name: str, *, replace: bool) -> Iterator[Writing]:
        """Write beside the objects, wait for the disk, give it its name, wait for the disk again."""
        target = self.root / name
        with self._in_words("write", name):
            self._folder(target.parent)
            staged, file = self._stage()
        try:
            yield _FilePieces(file, lambda: self._in_words("write", name))
            with self._in_words("write", name):
                os.fsync(file)
                self._show(staged, target, name, replace=replace)
        finally:
            with suppress(OSError):
                staged.unlink(missing_ok=True)
            os.close(file)

    def _stage(self) -> tuple[Path, int]:
        """A new file under no object's name. As long as its writer lives it is locked, so that no sweep takes it."""
        self._folder(self.root / WRITING)
        while True:
            staged = self.root / WRITING / secrets.token_hex(16)
            file = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if staged.exists():
                    return staged, file
            except BaseException:
                os.close(file)
                raise
            os.close(file)  # A sweep came before the lock.

    def _show(self, staged: Path, target: Path, name: str, *, replace: bool) -> None:
        """Make what was staged an object, durably."""
        if replace:
            staged.replace(target)
            return _sync(target.parent)
        try:
            os.link(staged, target)  # Unlike a rename it refuses a name that is taken.
        except FileExistsError:
            raise self.taken(name) from None
        try:
            _sync(target.parent)
        except OSError:
            target.unlink()
            raise

    def _folder(self, folder: Path) -> None:
        """Make a folder where there is none, and know that its own name and those above it are on disk."""
        if folder in self._durable:
            return
        if self.root in folder.parents or not folder.parent.is_dir():
            self._folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)
        self._durable.add(folder)

    def _sweep(self) -> None:
        """Take away what a crash left half written, or under its second name; never what a living writer has locked."""
        with suppress(OSError):
            for left in (self.root / WRITING).iterdir():
                with suppress(OSError), left.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    left.unlink(missing_ok=True)

    @contextmanager
    def _in_words(self, doing: str, name: str) -> Iterator[None]:
        """What the system says of a file, said to a person."""
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                why, do = "the disk is full", "Make room and try again; what was written before is whole"
            else:
                why, do = error.strerror or str(error), "Check the disk and whose folder this is, and try again"
            raise StoreError(f"Could not {doing} {self.said(name)}: {why}. {do}") from error


class _FilePieces:
    """Writes whole pieces to an open file."""

    def __init__(self, file: int, in_words: Callable[[], AbstractContextManager[None]]) -> None:
        self._file, self._in_words = file, in_words

    def write(self, piece: bytes, /) -> int:
        """All of it, however little the system takes at a time."""
        left = memoryview(piece)
        with self._in_words():
            while left:
                left = left[os.write(self._file, left) :]
        return len(piece)


def _sync(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
