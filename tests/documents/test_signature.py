"""A signed document: who signed it, when, and that nobody changed it since; by our check and by two others."""

import os
import random
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from inviolable.documents.pdf import typeset
from inviolable.documents.signature import CannotCheck, CannotSign, check_pdf, self_signed, sign_pdf

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
PDF = typeset('#set document(title: "Acta")\n= Acta\nNo entry without consent.', {}, "es", NOW)
ABOUT = {"name": "Ministry", "reason": "Dossier of an incident", "location": "Quito"}


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def signer():
    key = pem(new_key())
    return self_signed("Ministry, documents", key, NOW), key


@pytest.fixture(scope="module")
def signed(signer):
    return sign_pdf(PDF, *signer, **ABOUT, now=NOW)


class Authority:
    """A root that vouches for a time-stamp authority and for signers; `openssl ts` answers the requests."""

    def __init__(self, folder):
        self.folder = folder
        self.key, self.now = new_key(), datetime.now(UTC)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")])
        self.root = self.certificate("Root", self.key, 3650, ca=True)
        stamping = new_key()
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        (folder / "tsa.pem").write_bytes(self.certificate("Time stamps", stamping, 3650, usage))
        (folder / "tsa.key").write_bytes(pem(stamping))
        (folder / "root.pem").write_bytes(self.root)
        (folder / "serial").write_text("01")
        (folder / "ts.cnf").write_text(
            "[tsa]\ndefault_tsa=it\n[it]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\ncerts=root.pem\n"
            "signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\n"
        )

    def certificate(self, name, key, days, extended=None, ca=False):
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(hours=1))
            .not_valid_after(self.now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False),
                critical=True,
            )
        )
        if extended:
            builder = builder.add_extension(extended, critical=True)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def __call__(self, data):
        """The stamper: bytes in, time stamp response out."""
        if not shutil.which("openssl"):
            pytest.skip("openssl is missing: apt-get install openssl")
        (self.folder / "data").write_bytes(data)
        for command in (
            "-query -data data -sha256 -cert -out it.tsq",
            "-reply -config ts.cnf -queryfile it.tsq -out it.tsr",
        ):
            subprocess.run(["openssl", "ts", *command.split()], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "it.tsr").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def cut(pdf):
    """What was signed, and the signature (CMS, DER), cut out by the ByteRange (ISO 32000-2, 12.8.1)."""
    _, end, start, length = (int(number) for number in re.search(rb"/ByteRange \[(.+?)\]", pdf)[1].split())
    return pdf[:end] + pdf[start : start + length], bytes.fromhex(pdf[end + 1 : start - 1].decode())


def test_a_signed_document_is_intact_trusted_and_covered_and_its_first_bytes_are_the_document(signed, signer):
    assert signed.startswith(PDF)
    checked = check_pdf(signed, signer[0], NOW + timedelta(days=365))
    assert (checked.intact, checked.trusted, checked.covers_whole_file) == (True, True, True)
    assert (checked.signed_at, checked.stamped_at) == (NOW, None)


def test_poppler_says_the_signature_is_valid_by_whom_and_when(signed, tmp_path):
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig is missing: apt-get install poppler-utils")
    (tmp_path / "it.pdf").write_bytes(signed)
    here = {"cwd": tmp_path, "env": {"TZ": "UTC", "HOME": str(tmp_path), "PATH": os.environ["PATH"]}}
    said = subprocess.run(["pdfsig", "it.pdf"], **here, capture_output=True, text=True).stdout
    said += subprocess.run(["pdfinfo", "-isodates", "it.pdf"], **here, capture_output=True, text=True).stdout
    for line in (
        "Signature is Valid",
        "Total document signed",
        "ETSI.CAdES.detached",
        "Signer Certificate Common Name: Ministry, documents",
        "Signing Time: Jan 27 2026 17:00:00",
        "ModDate:         2026-01-27T17:00:00Z",
    ):
        assert line in said, said


def test_openssl_verifies_the_signature_cut_from_the_file_and_refuses_one_changed_byte(signed, signer, tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl is missing: apt-get install openssl")
    data, signature = cut(signed)
    (tmp_path / "root.pem").write_bytes(signer[0])
    (tmp_path / "it.cms").write_bytes(signature)

    def verify(content):
        (tmp_path / "content").write_bytes(content)
        command = "openssl cms -verify -cades -binary -inform DER -in it.cms -content content -CAfile root.pem -out o"
        return subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)

    assert "CAdES Verification successful" in verify(data).stderr
    assert verify(data[:100] + bytes([data[100] ^ 1]) + data[101:]).returncode != 0


def test_one_flipped_byte_anywhere_in_the_signed_bytes_is_never_intact(signed, signer):
    hidden = range(signed.index(b"/Contents <", len(PDF)) + 10, signed.rindex(b"0>") + 2)
    chosen = random.Random(31).sample([at for at in range(len(signed)) if at not in hidden], 150)  # noqa: S311 - a sample
    for at in chosen:
        flipped = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
        try:
            checked = check_pdf(flipped, signer[0], NOW)
        except CannotCheck:
            continue
        assert not (checked.intact and checked.covers_whole_file), at


def test_bytes_put_after_the_signature_or_into_the_room_left_for_it_are_seen(signed, signer):
    appended = check_pdf(signed + b"\n% and one more thing\n", signer[0], NOW)
    assert (appended.intact, appended.covers_whole_file) == (True, False)
    at = signed.rindex(b"0000>")
    hidden = check_pdf(signed[:at] + b"4142" + signed[at + 4 :], signer[0], NOW)
    assert (hidden.intact, hidden.covers_whole_file) == (True, False)


def test_a_stranger_who_signs_the_same_document_is_not_trusted(signer):
    key = pem(new_key())
    strange = sign_pdf(PDF, self_signed("Ministry, documents", key, NOW), key, **ABOUT, now=NOW)
    checked = check_pdf(strange, signer[0], NOW)
    assert (checked.intact, checked.trusted) == (True, False)


def test_a_stamp_shows_that_the_signature_is_older_than_its_certificate_s_end(authority):
    key = new_key()
    certificate = authority.certificate("Ministry, documents", key, days=30)
    moment = datetime.now(UTC).replace(microsecond=0)
    plain = sign_pdf(PDF, certificate, pem(key), **ABOUT, now=moment)
    stamped = sign_pdf(PDF, certificate, pem(key), **ABOUT, now=moment, stamper=authority)
    later = moment + timedelta(days=365)
    assert not check_pdf(plain, authority.root, later).trusted
    checked = check_pdf(stamped, authority.root, later)
    assert (checked.intact, checked.trusted, checked.covers_whole_file) == (True, True, True)
    assert moment - timedelta(seconds=1) <= checked.stamped_at <= datetime.now(UTC)

    long_after = check_pdf(stamped, authority.root, moment + timedelta(days=3651))
    assert (long_after.trusted, long_after.stamped_at) == (False, None), "the stamp's own certificate has ended"


def test_a_stamp_by_a_stranger_counts_for_nothing(authority, signer):
    stamped = sign_pdf(PDF, *signer, **ABOUT, now=NOW, stamper=authority)
    checked = check_pdf(stamped, signer[0], datetime.now(UTC))
    assert (checked.intact, checked.trusted, checked.stamped_at) == (True, True, None)
    both = check_pdf(stamped, signer[0] + authority.root, datetime.now(UTC))
    assert both.stamped_at


def test_a_stamp_over_something_else_or_a_failing_authority_leaves_nothing_signed(authority, signer):
    with pytest.raises(CannotSign, match="stamped something else"):
        sign_pdf(PDF, *signer, **ABOUT, now=NOW, stamper=lambda data: authority(data + b"!"))
    with pytest.raises(CannotSign, match="no time stamp response"):
        sign_pdf(PDF, *signer, **ABOUT, now=NOW, stamper=lambda data: b"\x30\x03\x02\x01\x02")

    def unreachable(data):
        raise ConnectionError("no answer")

    with pytest.raises(ConnectionError, match="no answer"):
        sign_pdf(PDF, *signer, **ABOUT, now=NOW, stamper=unreachable)


def test_signing_is_refused_in_words_where_it_would_be_worth_nothing(signed, signer):
    certificate, key = signer
    with pytest.raises(CannotSign, match="signed already"):
        sign_pdf(signed, certificate, key, **ABOUT, now=NOW)
    with pytest.raises(CannotSign, match="of another key"):
        sign_pdf(PDF, certificate, pem(new_key()), **ABOUT, now=NOW)
    with pytest.raises(CannotSign, match="valid from 2026-01-27 to 2036-01-25, not on 2036-01-27"):
        sign_pdf(PDF, certificate, key, **ABOUT, now=NOW.replace(year=2036))
    with pytest.raises(CannotSign, match="of another kind"):
        sign_pdf(PDF, certificate, pem(ed25519.Ed25519PrivateKey.generate()), **ABOUT, now=NOW)
    with pytest.raises(CannotSign, match="key cannot be read"):
        sign_pdf(PDF, certificate, b"nonsense", **ABOUT, now=NOW)
    with pytest.raises(CannotSign, match="certificate"):
        sign_pdf(PDF, b"", key, **ABOUT, now=NOW)
    for garbage in (b"", b"%PDF-1.7\n", PDF[:-200], b"\x00" * 1000):
        with pytest.raises(CannotSign, match="cannot be signed"):
            sign_pdf(garbage, certificate, key, **ABOUT, now=NOW)


def test_what_holds_no_signature_is_not_checked(signer):
    with pytest.raises(CannotCheck, match="0 signatures"):
        check_pdf(PDF, signer[0], NOW)
    for garbage in (b"", b"%PDF-1.7\n", b"\x00" * 1000):
        with pytest.raises(CannotCheck, match="damaged, or no signed PDF"):
            check_pdf(garbage, signer[0], NOW)
    with pytest.raises(CannotCheck, match="certificate"):
        check_pdf(PDF, b"no certificate", NOW)
