"""The tables of the record. Those under APPEND_ONLY are the truth, and the database refuses to change them.

The others are derived from entries, or say what another log showed us.
"""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One line of the ledger. line: its canonical bytes; leaf: its RFC 6962 leaf hash."""

    stream = models.CharField(max_length=100)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    line = models.BinaryField()
    leaf = models.BinaryField(unique=True)
    key = models.CharField(max_length=16)
    signature = models.BinaryField()

    class Meta:
        """A place in a stream is taken once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "seq"], name="one_entry_per_place")]
        indexes: ClassVar = [models.Index(fields=["kind", "stream"], name="entry_kind_stream")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.kind}"


class Place(models.Model):
    """The place of an entry in the tree, given in the order in which entries were committed."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"{self.index}"


class Waiting(models.Model):
    """An entry that has no place in the tree yet. On PostgreSQL rows may be committed out of their order."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"{self.entry_id}"


class Checkpoint(models.Model):
    """A signed head of the tree. note: a C2SP signed note of five lines; made: by our own clock."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.size}"

    @property
    def cosigned(self) -> str:
        """The note with every cosignature it has, as others read it."""
        return self.note + "".join(self.cosignature_set.order_by("id").values_list("line", flat=True))


class Cosignature(models.Model):
    """A witness saw this checkpoint and everything before it. line: its C2SP cosignature; time: the witness's clock."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT)
    witness = models.CharField(max_length=200)
    line = models.TextField()
    time = models.DateTimeField()

    class Meta:
        """A witness signs a checkpoint once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="one_cosignature_per_witness")
        ]

    def __str__(self) -> str:
        return f"{self.witness} {self.checkpoint_id}"


class Stamp(models.Model):
    """An RFC 3161 time stamp over a checkpoint's five lines. sha256: of the response, which beacons name.

    earliest, latest: the authority's time with its accuracy; taken: by our own clock. A checkpoint may be stamped
    again, to have a fresh token.
    """

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT)
    authority = models.CharField(max_length=100)
    response = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    taken = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.authority} {self.checkpoint_id}"


class Beacon(models.Model):
    """Something nobody could have known earlier, named by entries made after it. line: canonical JSON, signed by `key`.

    token: the time stamp it names, if any. time: what its issuer's clock said. head: the newest entry before it. again:
    it was forgotten and came back with what a device had sealed by it; it never becomes the current one.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    line = models.BinaryField()
    issuer = models.CharField(max_length=200)
    key = models.CharField(max_length=16)
    signature = models.BinaryField()
    token = models.CharField(max_length=64, blank=True, default="")
    time = models.DateTimeField()
    head = models.BigIntegerField()
    again = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.sha256


class SealedValue(models.Model):
    """A sealed field: the line its commitment is over, encrypted to the subject's key. Names nobody."""

    commitment = models.CharField(max_length=64, primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)
    field = models.CharField(max_length=60)
    subject = models.UUIDField(db_index=True)
    box = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.field} {self.commitment[:8]}"


#: What the database itself refuses to update or delete (migrations/0002).
APPEND_ONLY = (Entry, Place, Checkpoint, Cosignature, Stamp, SealedValue)


class Tile(models.Model):
    """256 hashes of the tree at one level (0, 8, 16 …), the last tile of a level fewer. Derived from leaves."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        """One tile at each place."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["level", "number"], name="one_tile_per_place")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Key(models.Model):
    """A public key and what it may sign: `log`, `device`, `beacon` or `witness`. Derived from entries."""

    key = models.CharField(max_length=16)
    role = models.CharField(max_length=10)
    public = models.BinaryField()
    name = models.CharField(max_length=200)
    since = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        """A key may have several roles: headquarters' signs beacons and cosigns."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "role"], name="one_key_per_role")]

    def __str__(self) -> str:
        return f"{self.role} {self.key}"


class Recipient(models.Model):
    """Somebody at headquarters whom everything is sealed to. Derived from entries."""

    recipient = models.CharField(max_length=100, primary_key=True)
    name = models.CharField(max_length=100)
    since = models.DateTimeField()
    retired = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """A name that no other recipient has."""
        return f"{self.name} {self.recipient[:12]}…"


class Subject(models.Model):
    """Whom or what a seal protects. Derived from entries.

    recipient: the public half of its key pair. device: the id of the key that signs the segments of a recording.
    """

    id = models.UUIDField(primary_key=True)
    stream = models.CharField(max_length=100, db_index=True)
    about = models.CharField(max_length=20)
    recipient = models.CharField(max_length=100)
    device = models.CharField(max_length=100, default="")
    keep_until = models.DateTimeField(null=True)
    erased = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.about} {self.id}"


class Segment(models.Model):
    """Where a segment of a recording was recorded. Derived from entries."""

    recording = models.UUIDField()
    number = models.BigIntegerField()
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_index=False)

    class Meta:
        """Each number of a recording comes once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["recording", "number"], name="one_segment_per_number")]

    def __str__(self) -> str:
        return f"{self.recording} {self.number}"


class Head(models.Model):
    """The SHA-256 of what a device has announced as a segment before its bytes came. Derived from entries."""

    recording = models.UUIDField()
    number = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        """Each number of a recording is announced once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["recording", "number"], name="one_head_per_number")]

    def __str__(self) -> str:
        return f"{self.recording} {self.number}"


class Silence(models.Model):
    """Somebody who was asked to attest and did not; at: by our clock. Asked again after a while, gone once they do."""

    whom = models.CharField(max_length=300, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.whom


class Watched(models.Model):
    """The newest checkpoint of another log that this installation has cosigned as its witness."""

    origin = models.CharField(max_length=200, primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"
