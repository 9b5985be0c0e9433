"""Judging time stamps by real authorities: `openssl ts`, and pyHanko's as a second make."""

import hashlib
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from rfc3161_client import decode_timestamp_response
from tests.ledger.authorities import (
    configure,
    folder_of,
    good_authority,
    openssl_accepts,
    strict_authority,
)

from inviolable.ledger.stamps import (
    BadStamp,
    certificates,
    request_stamp,
    verify_stamp,
)
from inviolable.ledger.tokens import read_token

CHECKPOINT = b"inviolable/0123456789abcdef\n17\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
FAR = timedelta(days=365 * 20)


@pytest.fixture(autouse=True)
def _openssl():
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: apt-get install openssl")


@pytest.fixture
def good(tmp_path):
    return good_authority(tmp_path / "good")


@pytest.fixture
def strict(tmp_path):
    return strict_authority(tmp_path / "strict")


# ---- what a stamp says ----------------------------------------------------------------------


def test_a_stamp_says_who_when_and_how_sure(good, tmp_path):
    before = datetime.now(UTC)
    response = request_stamp(good, CHECKPOINT)
    stamp = verify_stamp(response, CHECKPOINT, good.roots)
    assert stamp.by == "rfc3161-client"
    assert stamp.earliest <= datetime.now(UTC)
    assert stamp.latest >= before
    assert (stamp.earliest, stamp.latest) == (stamp.time - timedelta(seconds=1), stamp.time + timedelta(seconds=1))
    assert (stamp.accuracy, stamp.policy, stamp.digest_alg) == (1.0, "2.999.3161", "sha256")
    assert stamp.authority_name == "CN=EXAMPLE Quito time stamps"
    assert stamp.token_sha256 == hashlib.sha256(response).hexdigest()
    assert openssl_accepts(response, CHECKPOINT, good.roots, tmp_path)


def test_the_second_judge_takes_what_the_first_is_too_strict_for(strict, tmp_path):
    response = request_stamp(strict, CHECKPOINT)
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(response)
    stamp = verify_stamp(response, CHECKPOINT, strict.roots)
    assert stamp.by == "openssl"
    assert stamp.authority_name == "CN=EXAMPLE Bogotá time stamps"
    assert openssl_accepts(response, CHECKPOINT, strict.roots, tmp_path)


def test_what_is_read_is_what_the_library_and_openssl_read(good, tmp_path):
    token = read_token(request_stamp(good, CHECKPOINT))
    theirs = decode_timestamp_response(token.as_response()).tst_info
    assert token.time == theirs.gen_time
    assert (token.serial, token.nonce) == (theirs.serial_number, theirs.nonce)
    assert token.policy == theirs.policy.dotted_string
    assert token.imprint == theirs.message_imprint.message == hashlib.sha256(CHECKPOINT).digest()
    (tmp_path / "token").write_bytes(token.der)
    command = ["openssl", "ts", "-reply", "-token_in", "-in", "token", "-text"]
    text = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert f"Time stamp: {token.time:%b} {token.time.day:2} {token.time:%H:%M:%S %Y} GMT" in text
    assert int(re.search("Nonce: 0x([0-9A-F]+)", text)[1], 16) == token.nonce
    assert "Accuracy: 0x01 seconds, unspecified millis, unspecified micros" in text


def test_no_fraction_of_a_second_is_lost():
    moment = datetime(2026, 1, 27, 17, 0, 59, 987654, UTC)
    response, roots = stamp_of_another_make(moment, valid=(moment - FAR, moment + FAR))
    stamp = verify_stamp(response, CHECKPOINT, roots)
    assert stamp.by == "rfc3161-client"
    assert stamp.time == moment == stamp.latest
    assert stamp.accuracy is None
    assert decode_timestamp_response(response).tst_info.gen_time == moment.replace(
        microsecond=0
    )  # hence our own reading


def test_every_part_of_the_accuracy_counts(strict):
    configure(strict, "accuracy = secs:2, millisecs:500, microsecs:100")
    stamp = verify_stamp(request_stamp(strict, CHECKPOINT), CHECKPOINT, strict.roots)
    assert stamp.latest - stamp.time == stamp.time - stamp.earliest == timedelta(seconds=2.5001)


def test_a_bare_token_is_a_stamp_too(good, strict, tmp_path):
    for authority in (good, strict):
        response = request_stamp(authority, CHECKPOINT)
        token = read_token(response).der
        said = verify_stamp(token, CHECKPOINT, authority.roots)
        assert said.token_sha256 == hashlib.sha256(token).hexdigest()
        assert replace(said, token_sha256="") == replace(
            verify_stamp(response, CHECKPOINT, authority.roots), token_sha256=""
        )
        assert openssl_accepts(token, CHECKPOINT, authority.roots, tmp_path, "-token_in")


def test_a_stamp_carries_its_certificates(good, strict):
    found = [x509.load_pem_x509_certificate(pem) for pem in certificates(request_stamp(strict, CHECKPOINT))]
    assert [one.subject.rfc4514_string() for one in found] == [
        "CN=EXAMPLE Bogotá time stamps",
        "CN=EXAMPLE Bogotá root",
    ]
    assert certificates(request_stamp(good, CHECKPOINT)) == [(folder_of(good) / "tsa.pem").read_bytes()]


# ---- what is no stamp -----------------------------------------------------------------------


@pytest.mark.parametrize("make", [good_authority, strict_authority])
def test_both_judges_refuse_what_is_not_over_these_data_or_not_by_this_authority(make, tmp_path):
    authority, other = make(tmp_path / "tsa"), make(tmp_path / "other", "Madrid")
    response = request_stamp(authority, CHECKPOINT)
    with pytest.raises(BadStamp, match="stamps other data"):
        verify_stamp(response, CHECKPOINT + b"\n", authority.roots)
    with pytest.raises(BadStamp, match="leads to no trusted root"):
        verify_stamp(response, CHECKPOINT, other.roots)
    with pytest.raises(BadStamp, match="no trusted certificate to judge it by"):
        verify_stamp(response, CHECKPOINT, b"")
    for end in range(len(response)):
        with pytest.raises(BadStamp, match="it is damaged, or no RFC 3161 time stamp at all"):
            verify_stamp(response[:end], CHECKPOINT, authority.roots)
    for damaged in (response + b"\n", b"<html>", response + response, b"\x30\x80" * 50_000):
        with pytest.raises(BadStamp, match="it is damaged, or no RFC 3161 time stamp at all"):
            verify_stamp(damaged, CHECKPOINT, authority.roots)
    assert not openssl_accepts(response, CHECKPOINT + b"\n", authority.roots, tmp_path)
    assert not openssl_accepts(response, CHECKPOINT, other.roots, tmp_path)


@pytest.mark.parametrize("make", [good_authority, strict_authority])
def test_no_flipped_bit_changes_what_a_stamp_says(make, tmp_path):
    """What is signed cannot change unseen; the wrapping may, where both judges see the same stamp in it.

    Tolerated are: granted with modifications, a version, parameters of algorithms, tags that openssl puts right again
    before it checks the signature, and bytes of a certificate that the chain does not need.
    """
    authority = make(tmp_path / "tsa")
    response = request_stamp(authority, CHECKPOINT)
    true = verify_stamp(response, CHECKPOINT, authority.roots)
    cms = tsp.TimeStampResp.load(response)["time_stamp_token"]["content"]
    parts = (cms["encap_content_info"]["content"], cms["certificates"][0], cms["signer_infos"][0]["signature"])
    signed = {response.index(part.contents) + at for part in parts for at in range(len(part.contents))}
    for position in (*range(13), *range(13, len(response), 7)):
        flipped = bytearray(response)
        flipped[position] ^= 1 << position % 8
        try:
            said = verify_stamp(bytes(flipped), CHECKPOINT, authority.roots)
        except BadStamp:
            continue
        assert replace(said, token_sha256=true.token_sha256, by=true.by) == true, position
        assert position not in signed
        at = str(int(true.time.timestamp()))
        assert openssl_accepts(bytes(flipped), CHECKPOINT, authority.roots, tmp_path, "-attime", at), position


# ---- certificates that ran out, and wrong ones ----------------------------------------------


@pytest.mark.parametrize("by", ["rfc3161-client", "openssl"])
def test_a_stamp_outlives_the_certificate_it_was_made_under(by, tmp_path):
    """RFC 3161 4: a token made while the certificate was valid stays good, so the chain is judged at its time.

    openssl does the same with -attime, and without it judges by today.
    """
    moment = datetime(2020, 6, 1, 12, tzinfo=UTC)
    valid = (datetime(2019, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC))
    response, roots = stamp_of_another_make(moment, valid, by=by)
    stamp = verify_stamp(response, CHECKPOINT, roots)
    assert (stamp.time, stamp.by) == (moment, by)
    assert openssl_accepts(response, CHECKPOINT, roots, tmp_path, "-attime", str(int(moment.timestamp())))
    assert not openssl_accepts(response, CHECKPOINT, roots, tmp_path)
    for wrong in (valid[0] - timedelta(days=1), valid[1] + timedelta(days=1)):
        response, roots = stamp_of_another_make(wrong, valid, by=by)
        with pytest.raises(BadStamp, match=r"certificate (is not yet valid|has expired)"):
            verify_stamp(response, CHECKPOINT, roots)
        assert not openssl_accepts(response, CHECKPOINT, roots, tmp_path, "-attime", str(int(wrong.timestamp())))


@pytest.mark.parametrize("by", ["rfc3161-client", "openssl"])
@pytest.mark.parametrize(
    ("purpose", "critical"),
    [(None, False), (ExtendedKeyUsageOID.SERVER_AUTH, True), (ExtendedKeyUsageOID.TIME_STAMPING, False)],
)
def test_a_certificate_for_anything_else_makes_no_stamps(by, purpose, critical, tmp_path):
    moment = datetime.now(UTC)
    response, roots = stamp_of_another_make(moment, (moment - FAR, moment + FAR), purpose, critical=critical, by=by)
    with pytest.raises(BadStamp, match="unsuitable certificate purpose"):
        verify_stamp(response, CHECKPOINT, roots)
    assert not openssl_accepts(response, CHECKPOINT, roots, tmp_path)


def test_a_weak_hash_makes_no_stamp():
    moment = datetime.now(UTC)
    response, roots = stamp_of_another_make(moment, (moment - FAR, moment + FAR), digest="sha1")
    with pytest.raises(BadStamp, match=r"hashes with 1\.3\.14\.3\.2\.26; sha256, sha384 and sha512 are accepted"):
        verify_stamp(response, CHECKPOINT, roots)


def stamp_of_another_make(
    moment, valid, purpose=ExtendedKeyUsageOID.TIME_STAMPING, *, critical=True, digest="sha256", by="rfc3161-client"
):
    """A response made at any moment, and its root; by pyHanko's authority, which takes the time as an argument.

    Its certificates are in the order of DER, or the other way round where openssl is to judge.
    """
    key, root_key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root_name, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in ("Root", "Time stamps"))

    def certificate(subject, public):
        begun = x509.CertificateBuilder().subject_name(subject).issuer_name(root_name).public_key(public)
        numbered = begun.serial_number(x509.random_serial_number())
        return numbered.not_valid_before(valid[0]).not_valid_after(valid[1])

    tsa = certificate(name, key.public_key())
    if purpose:
        tsa = tsa.add_extension(x509.ExtendedKeyUsage([purpose]), critical=critical)
    root = certificate(root_name, root_key.public_key()).add_extension(x509.BasicConstraints(True, None), True)
    tsa, root = (one.sign(root_key, hashes.SHA256()) for one in (tsa, root))
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(tsa.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        certs_to_embed=[asn1_x509.Certificate.load(root.public_bytes(Encoding.DER))],
        fixed_dt=moment,
    )
    imprint = {"hash_algorithm": {"algorithm": digest}, "hashed_message": hashlib.new(digest, CHECKPOINT).digest()}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True})
    response = stamper.request_tsa_response(request).dump()
    found = [one.public_bytes(Encoding.DER) for one in (tsa, root)]
    ordered = sorted(found, reverse=by == "openssl")
    for one in (found, found[::-1]):
        response = response.replace(b"".join(one), b"".join(ordered))
    return response, root.public_bytes(Encoding.PEM)
