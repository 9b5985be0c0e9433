"""The legal adviser signs the law piece by piece: what was ticked, as it was read, and nothing else."""

from django.utils.translation import gettext as _

from inviolable.counsel import library, record
from inviolable.counsel.page import Request, home


class NotSigned(Exception):
    """Nothing was signed; says why. status: of the answer."""

    def __init__(self, says: str, status: int) -> None:
        super().__init__(says)
        self.status = status


def sign_ticked(request: Request) -> None:
    """Record what was ticked, each tick the digests of what was shown beside it. Raises NotSigned, Faulty."""
    ticked = [digest for tick in request.POST.getlist("read") for digest in tick.split()]
    known = {
        digest: (pack.id, name) for pack in library.all_packs(home()).values() for name, digest in pack.signable.items()
    }
    if not ticked:
        raise NotSigned(_("Nothing was signed. Tick each provision that you have read and agree with, then sign."), 422)
    if not known.keys() >= set(ticked):
        raise NotSigned(
            _("Nothing was signed: a provision is not the one you read, it has changed. Read it again, then sign."), 409
        )
    read: dict[str, list[str]] = {}
    for pack, name in map(known.__getitem__, ticked):
        read.setdefault(pack, []).append(name)
    for pack, names in read.items():
        record.sign(home(), pack, request.user.role, request.now.date(), names)
