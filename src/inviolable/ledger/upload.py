"""A form with one large file that the page reads while it arrives: never whole in memory, nothing of it on disk.

    @streamed
    def add(request: HttpRequest, reference: str, upload: Upload | None) -> HttpResponse:
        form = ExhibitForm(request.POST)          # every field that came before the file
        if upload is None or not form.is_valid():
            return …                              # nothing of the file was read
        intake = Intake(…, now=request.now)
        upload.into(intake)                       # every piece written; or aborted, and the fault goes on
        intake.finish(request.clock())            # no transaction waited for a client

The file is the last field of the form. Who may come in was decided before (web/access.py looks at the address alone),
and the form's token is checked before the first byte of the file is read, so a forged form leaves no trace. Django's
upload handlers do it the other way round: they take the whole file and then look at the token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import FIELD, FILE, RAW, ChunkIter, LazyStream, MultiPartParser, MultiPartParserError
from django.http.multipartparser import Parser as Parts
from django.utils.datastructures import MultiValueDict
from django.utils.encoding import force_str
from django.views.decorators.csrf import csrf_exempt, csrf_protect

PIECE = 64 * 1024


class Receiver(Protocol):
    """What takes a file piece by piece, such as ledger.exhibits.Intake."""

    def write(self, piece: bytes, /) -> object:
        """The next piece."""

    def abort(self) -> object:
        """It will never be complete: leave nothing behind."""


@dataclass
class Upload:
    """The file of a form, not yet read. `name` and `content_type` are what the client says: a claim, and untrusted."""

    name: str
    content_type: str
    pieces: Iterator[bytes]

    def into(self, receiver: Receiver) -> None:
        """Write every piece into `receiver`, which is then to be finished.

        Whatever goes wrong, `abort` is called and the fault goes on: UnreadablePostError when the client left, stalled
        or sent too much, MultiPartParserError when the form is malformed.
        """
        try:
            for piece in self.pieces:
                receiver.write(piece)
        except BaseException:
            receiver.abort()
            raise


def streamed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give `view` the file of a posted multipart form as `upload`: None when the form has none, and for other methods.

    `request.POST` holds the fields that came before it.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def receive(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            posted = request.method == "POST" and request.content_type == "multipart/form-data"
            return protected(request, *args, **kwargs, upload=_begin(request) if posted else None)
        except UnreadablePostError:
            # Nobody is there to read this, or the bridge knows better what to say.
            return HttpResponseBadRequest()

    return receive


def _begin(request: HttpRequest) -> Upload | None:
    """Read the form up to its file."""
    boundary = (request.content_params or {}).get("boundary", "")
    if not MultiPartParser.boundary_re.fullmatch(boundary):
        raise MultiPartParserError("The form names no boundary that could be one.")
    # Set at once, so that nobody asks Django to read the form in its own way.
    request.POST = fields = QueryDict(mutable=True)  # type: ignore[assignment]
    request._files = MultiValueDict()  # type: ignore[attr-defined]
    parts = iter(Parts(LazyStream(ChunkIter(request, PIECE)), boundary.encode("ascii")))
    room, number = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0
    for kind, headers, content in parts:
        if kind == RAW:
            continue
        disposition = headers["content-disposition"][1]
        name = force_str(disposition.get("name", ""), errors="replace")
        if kind == FILE:
            file = _file_name(force_str(disposition["filename"], errors="replace"))
            return Upload(file, headers.get("content-type", ("", {}))[0].strip(), _whole(content, parts))
        value = content.read(room + 1)
        room, number = room - len(name) - len(value), number - 1
        if room < 0:
            raise RequestDataTooBig("The fields of the form are too large.")
        if number < 0:
            raise TooManyFieldsSent("The form has too many fields.")
        fields.appendlist(name, force_str(value, errors="replace"))
    return None


def _whole(content: LazyStream, parts: Iterator[tuple[str, Any, LazyStream]]) -> Iterator[bytes]:
    """The pieces of the file. Raises MultiPartParserError unless the form ends right behind it.

    A file whose closing boundary never came is a piece of a file.
    """
    yield from content
    kind, _, end = next(parts, (FIELD, None, content))
    if kind != RAW or end.read(2) != b"--":
        raise MultiPartParserError("The form must end behind its file, with its boundary.")
    for _ in end:
        pass


def _file_name(said: str) -> str:
    """Without folders and what cannot be printed; empty where nothing is left."""
    name = "".join(c for c in said.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    return "" if name in (".", "..") else name
