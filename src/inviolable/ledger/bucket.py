"""An S3-compatible bucket as object store, through obstore.

A small object is one conditional request, which the server refuses where the name is taken. A large one is sent in
parts that become an object with the last request; obstore sets no condition on that one, so the name is looked up at
both ends. Names of exhibits are drawn at random: nobody races for one.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Literal
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore import exceptions
from obstore.store import S3Store

from .store import Store, StoreError, Writing, checked

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore import ReadableFile

#: Bytes sent or fetched by one request. A bucket takes 10,000 parts of one object: 80 GB.
PART = 8 * 1024 * 1024
#: What an address may say after its question mark, and what holds where it does not.
OPTIONS = {"endpoint": "", "region": "us-east-1"}
#: Bucket, endpoint, region: obstore breaks down over others instead of refusing them.
ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]+ https?://(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/? [a-z0-9-]+")


class Bucket(Store):
    """Objects of one bucket, under one prefix."""

    def __init__(self, address: str) -> None:
        where = urlsplit(address)
        prefix = where.path.strip("/")
        options = OPTIONS | dict(parse_qsl(where.query, keep_blank_values=True))
        endpoint = options["endpoint"] or f"https://s3.{options['region']}.amazonaws.com"
        plain = f"{where.scheme}://{where.netloc} {endpoint} {options['region']}"
        if set(options) != set(OPTIONS) or where.fragment or not ADDRESS.fullmatch(plain):
            raise StoreError(
                f"{address[:200]!r} names no store: give a folder, or "
                "s3://bucket/prefix?endpoint=https://host:port&region=name with nothing else"
            )
        keys = {key: os.environ.get(key.upper(), "") for key in ("aws_access_key_id", "aws_secret_access_key")}
        if not all(keys.values()):
            # Without a key obstore would ask the network for one.
            raise StoreError(f"{address}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to the key of the bucket")
        self.address = f"s3://{where.netloc}/{checked(prefix)}" if prefix else f"s3://{where.netloc}"
        self.bucket = S3Store(
            where.netloc,
            prefix=prefix or None,
            access_key_id=keys["aws_access_key_id"],
            secret_access_key=keys["aws_secret_access_key"],
            region=options["region"],
            endpoint=endpoint,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=10),
                "timeout": timedelta(minutes=5),
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
        )

    def said(self, name: str) -> str:
        """The address of the object."""
        return f"{self.address}/{name}"

    def size(self, name: str) -> int:
        """Asks the server."""
        with self.in_words("look for", checked(name)):
            return obstore.head(self.bucket, name)["size"]

    def read(self, name: str) -> BinaryIO:
        """Fetches part after part."""
        with self.in_words("read", checked(name)):
            reader = obstore.open_reader(self.bucket, name, buffer_size=PART)
        return io.BufferedReader(_Parts(reader, lambda: self.in_words("read", name)), 64 * 1024)

    def delete(self, name: str) -> None:
        """Asks first, because S3 deletes what is not there without a word."""
        self.size(name)
        with self.in_words("delete", name):
            obstore.delete(self.bucket, name)

    def list(self, prefix: str = "") -> Iterator[str]:
        """Asks for a thousand names at a time."""
        folder = prefix.rpartition("/")[0]
        if folder:
            checked(folder)
        with self.in_words("list", folder):
            for some in obstore.list(self.bucket, folder or None, chunk_size=1000):
                yield from (one["path"] for one in some if one["path"].startswith(prefix))

    @contextmanager
    def _writing(self, name: str, *, replace: bool) -> Iterator[Writing]:
        sending = _Sending(self, name)
        try:
            yield sending
            sending.finish(replace=replace)
        except BaseException as error:
            sending.give_up(error)
            raise

    @contextmanager
    def in_words(self, doing: str, name: str) -> Iterator[None]:
        """What the server says, said to a person."""
        try:
            yield
        except exceptions.AlreadyExistsError:
            raise self.taken(name) from None
        except (exceptions.BaseError, OSError) as error:
            if isinstance(error, FileNotFoundError) and doing not in ("write", "list"):  # There the bucket is missing.
                raise self.missing(name) from None
            why = " ".join(str(error).split("\n")[0].split())[:300]
            raise StoreError(
                f"Could not {doing} {self.said(name)}: {why}. Check the address, the key and that the bucket exists, "
                "and try again"
            ) from error


class _Sending:
    """An object on its way: one request if it is small, parts if it is large; never more than four parts in memory."""

    def __init__(self, to: Bucket, name: str) -> None:
        self._to, self._name = to, name
        self._first = bytearray()
        self._parts: Any = None

    def write(self, piece: bytes, /) -> int:
        """Keep it, or pass it on once there is too much to keep."""
        with self._to.in_words("write", self._name):
            if self._parts is None and len(self._first) + len(piece) > PART:
                self._parts = obstore.open_writer(self._to.bucket, self._name, buffer_size=PART, max_concurrency=2)
                self._parts.write(bytes(self._first))
            if self._parts is None:
                self._first += piece
            else:
                self._parts.write(piece)
        return len(piece)

    def finish(self, *, replace: bool) -> None:
        """Make it an object. Raises NameTaken."""
        with self._to.in_words("write", self._name):
            if self._parts is None:
                mode: Literal["overwrite", "create"] = "overwrite" if replace else "create"
                obstore.put(self._to.bucket, self._name, bytes(self._first), mode=mode, use_multipart=False)
            elif not replace and self._to.exists(self._name):
                raise self._to.taken(self._name)
            else:
                self._parts.close()

    def give_up(self, error: BaseException) -> None:
        """Have the server forget the parts it was sent."""
        if self._parts is not None:
            with suppress(exceptions.BaseError, OSError):
                self._parts.__exit__(type(error), error, None)


class _Parts(io.RawIOBase):
    """An object as a raw file that fetches a part at a time."""

    def __init__(self, reader: ReadableFile, in_words: Callable[[], AbstractContextManager[None]]) -> None:
        self._reader, self._in_words = reader, in_words

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        """The next bytes, 0 at the end. Raises StoreError."""
        view = memoryview(into).cast("B")
        with self._in_words():
            got = memoryview(self._reader.read(len(view)))
        view[: len(got)] = got
        return len(got)
