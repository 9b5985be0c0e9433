"""Signatures in PDF files: PAdES (ETSI EN 319 142-1) baseline B-B, or B-T with a time stamp (RFC 3161), by pyHanko.

One signature per document, of an ECDSA key on P-256: `openssl cms -verify` (3.0) and poppler's `pdfsig` (22.12) check
it, and neither checks Ed25519. Nothing is fetched, neither to sign nor to check, so no revocation is looked up.

Signing appends to the file. Nothing here can tell whether the result still meets PDF/A, so nothing may claim it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from asn1crypto import cms, keys, parser, tsp  # type: ignore[import-untyped]
from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.attributes import CMSAttributeProvider, UnsignedAttributeProviderSpec
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

#: How long a certificate that we sign ourselves is valid. Time stamps made in that time outlive it.
VALID = timedelta(days=3650)
#: Hex digits kept free in the file for the signature; with a time stamp and its certificates there are more.
ROOM, ROOM_WITH_STAMP = 8 * 1024, 48 * 1024
#: Takes bytes, returns a time stamp response over them (RFC 3161 TimeStampResp, DER, SHA-256).
Stamper = Callable[[bytes], bytes]


class CannotSign(Exception):
    """The document was not signed; says why."""


class CannotCheck(Exception):
    """There is not exactly one readable signature in the file; says why."""


@dataclass(frozen=True)
class Checked:
    """What a signature is worth. Rely on it only where `intact`, `trusted` and `covers_whole_file` are all true."""

    #: The signed bytes are those that the key signed.
    intact: bool
    #: The certificate leads to one of the roots, at the stamped moment, or now where there is no trusted stamp.
    trusted: bool
    #: Nothing stands before, after or beside the signed bytes.
    covers_whole_file: bool
    #: When the signer says that it was signed: a claim.
    signed_at: datetime | None
    #: Signed before this moment, by a time-stamp authority that one of the roots vouches for.
    stamped_at: datetime | None


def self_signed(name: str, key_pem: bytes, now: datetime) -> bytes:
    """A certificate (PEM) for a key that signs documents, vouched for by nobody else: hand it over by another way.

    name: common name, at most 64 characters. key_pem: an ECDSA key on P-256, without a password."""
    key = _private_key(key_pem)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def sign_pdf(
    pdf: bytes,
    certificate_pem: bytes,
    key_pem: bytes,
    *,
    name: str,
    reason: str,
    location: str,
    now: datetime,
    stamper: Stamper | None = None,
) -> bytes:
    """The document with one signature appended; B-T with a stamper, else B-B. The bytes before stay as they are.

    certificate_pem: the signer's certificate first, then those that lead to its root.
    Raises CannotSign; what the stamper raises passes through, and nothing is signed."""
    key = _private_key(key_pem)
    certificate, *others = _certificates(certificate_pem, CannotSign)
    _fits(certificate, key, now)
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple(others)
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signer = _CmsSigner(certificate, keys.PrivateKeyInfo.load(der), registry)
    if stamper:
        signer.unsigned_attr_prov_spec = _Stamping(stamper)
    about = PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=name,
        reason=reason,
        location=location,
    )
    try:
        writer = _Writer(BytesIO(pdf))
        if any(True for _ in writer.prev.embedded_signatures):
            raise CannotSign("The document is signed already. Sign the document as it was before.")
        room = ROOM_WITH_STAMP if stamper else ROOM
        signed = _Signer(about, signer, now).sign_pdf(writer, bytes_reserved=room)
    except (PdfError, SigningError) as error:
        raise CannotSign(f"This PDF cannot be signed: {error}.") from error
    return bytes(signed.getvalue())


def check_pdf(pdf: bytes, roots_pem: bytes, now: datetime) -> Checked:
    """What the one signature of a document is worth.

    roots_pem: certificates of the signers or authorities that the reader trusts, for signatures and for time stamps.
    A stamp counts while its own certificates are valid. Raises CannotCheck."""
    roots = _certificates(roots_pem, CannotCheck)
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signatures = list(reader.embedded_signatures)
        if len(signatures) != 1:
            raise CannotCheck(f"The file holds {len(signatures)} signatures; one is expected.")
        return asyncio.run(_check(signatures[0], roots, now))
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError, AssertionError) as error:
        raise CannotCheck(f"The file is damaged, or no signed PDF: {error}.") from error


async def _check(signature: EmbeddedPdfSignature, roots: list[Certificate], now: datetime) -> Checked:
    async def at(moment: datetime) -> PdfSignatureStatus:
        context = ValidationContext(roots, moment=moment, allow_fetching=False)
        return await async_validate_pdf_signature(signature, context, skip_diff=True)

    status = await at(now)
    stamp = status.timestamp_validity
    stamped_at = stamp.timestamp if stamp and stamp.valid and stamp.trusted else None
    if stamped_at:  # signed while the certificate was valid, even where it is not any more
        status = await at(stamped_at)
    return Checked(
        intact=status.intact and status.valid,
        trusted=status.trusted,
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE and _nothing_hidden(signature),
        signed_at=status.signer_reported_dt,
        stamped_at=stamped_at,
    )


def _nothing_hidden(signature: EmbeddedPdfSignature) -> bool:
    """The room kept free for the signature is the one place that no signature covers: only zeros may follow in it."""
    contents: bytes = signature.pkcs7_content
    return not any(contents[parser.peek(contents) :])


class _Writer(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """The document keeps its own dates: pyHanko would write the computer's clock. The signature carries `now`."""


class _Attributes(cms.CMSAttributes):  # type: ignore[misc]
    """Attributes that are written as they were read.

    asn1crypto 1.5.1 takes a length that ends with the byte 80 for an indefinite one, and then encodes everything below
    it anew, each level twice for each level above: ten seconds for the stamp in one signature of three."""

    def dump(self, force: bool = False) -> bytes:
        del force
        return bytes(super().dump())


class _CmsSigner(SimpleSigner):
    async def signed_attrs(self, *given: Any, **named: Any) -> cms.CMSAttributes:
        return _Attributes.load((await super().signed_attrs(*given, **named)).dump())

    async def unsigned_attrs(self, *given: Any, **named: Any) -> cms.CMSAttributes | None:
        found = await super().unsigned_attrs(*given, **named)
        return found and _Attributes.load(found.dump())


class _Signer(PdfSigner):
    def __init__(self, about: PdfSignatureMetadata, signer: SimpleSigner, now: datetime) -> None:
        super().__init__(about, signer)
        self.now = now

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.now
        return session


class _Stamping(UnsignedAttributeProviderSpec):
    """Puts a time stamp over the signature beside it."""

    def __init__(self, stamper: Stamper) -> None:
        self.stamper = stamper

    def unsigned_attr_providers(
        self, signature: bytes, signed_attrs: cms.CMSAttributes, digest_algorithm: str
    ) -> Iterator[CMSAttributeProvider]:
        del signed_attrs, digest_algorithm
        yield _Stamp(self.stamper, signature)


class _Stamp(CMSAttributeProvider):
    attribute_type = "signature_time_stamp_token"

    def __init__(self, stamper: Stamper, signature: bytes) -> None:
        self.stamper, self.signature = stamper, signature

    async def build_attr_value(self, dry_run: bool = False) -> cms.ContentInfo:
        del dry_run  # never asked for: the room is given
        response = self.stamper(self.signature)
        try:
            token = tsp.TimeStampResp.load(response)["time_stamp_token"]
            about = token["content"]["encap_content_info"]["content"].parsed
            stamped = about["message_imprint"]["hashed_message"].native
        except (ValueError, TypeError, KeyError) as error:
            raise CannotSign("The time-stamp authority gave no time stamp response. Nothing was signed.") from error
        if stamped != hashlib.sha256(self.signature).digest():
            raise CannotSign("The time-stamp authority stamped something else. Nothing was signed.")
        return cms.ContentInfo.load(token.dump())


def _fits(certificate: Certificate, key: ec.EllipticCurvePrivateKey, now: datetime) -> None:
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if certificate.public_key.dump() != public:
        raise CannotSign("The certificate is of another key. Give the certificate that was made for this key.")
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        raise CannotSign(
            f"The certificate is valid from {certificate.not_valid_before:%Y-%m-%d} to "
            f"{certificate.not_valid_after:%Y-%m-%d}, not on {now:%Y-%m-%d}. Make a new one."
        )


def _private_key(key_pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError) as error:
        raise CannotSign(
            "The key cannot be read: a PEM file of a private key without a password is expected."
        ) from error
    if not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)):
        raise CannotSign("The key is of another kind: an ECDSA key on P-256 is expected.")
    return key


def _certificates(pem: bytes, fault: type[CannotSign | CannotCheck]) -> list[Certificate]:
    try:
        certificates = list(load_certs_from_pemder_data(pem))
    except ValueError as error:
        raise fault("The certificates cannot be read: a PEM file is expected.") from error
    if not certificates:
        raise fault("There is no certificate in the file: a PEM file is expected.")
    return certificates
