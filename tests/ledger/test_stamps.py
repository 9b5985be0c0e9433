"""Time stamps by real authorities: `openssl ts` in a folder, over HTTP, and pyHanko's as a second make."""

import hashlib
import shutil
import ssl
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from rfc3161_client import decode_timestamp_response
from tests.ledger.authorities import (
    configure,
    folder_of,
    good_authority,
    http_authority,
    openssl_accepts,
    over_http,
    silent_authority,
    strict_authority,
)

from inviolable.ledger.asking import MOST
from inviolable.ledger.stamps import (
    Authority,
    BadStamp,
    StampRefused,
    certificates,
    reply,
    request_stamp,
    verify_stamp,
)
from inviolable.ledger.tokens import read_token

CHECKPOINT = b"inviolable/0123456789abcdef\n17\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
FAR = timedelta(days=365 * 20)


@pytest.fixture(autouse=True)
def _openssl_and_no_proxy(monkeypatch):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: apt-get install openssl")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


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
    assert f"Nonce: 0x{token.nonce:X}" in text
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


# ---- asking over HTTP -----------------------------------------------------------------------


@pytest.mark.parametrize("make", [good_authority, strict_authority])
def test_a_stamp_over_http(make, tmp_path):
    with http_authority(make(tmp_path / "tsa")) as authority:
        response = request_stamp(authority, CHECKPOINT)
    assert openssl_accepts(response, CHECKPOINT, authority.roots, tmp_path)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {"Content-Type": "text/html; charset=utf-8"}, b"<h1>Log in</h1>"), "answers with text/html, not with"),
        ((500, {}, b"down"), "answers with HTTP status 500; check its address"),
        ((200, {}, b"\x30" * (MOST + 1)), "longer than 100000 bytes"),
        ((200, {}, b"\x30\x82\x03"), "damaged, or no RFC 3161 time stamp"),
        ((200, {}, b""), "not with a time stamp"),
        ((302, {"Location": "http://elsewhere.example/"}, b""), "sends elsewhere, to 'http://elsewhere.example/'"),
    ],
)
def test_an_answer_that_is_no_stamp_is_refused_in_words(good, answer, words):
    with http_authority(good, lambda query: answer) as authority, pytest.raises(StampRefused, match=words) as refused:
        request_stamp(authority, CHECKPOINT)
    assert str(refused.value).startswith(f"EXAMPLE Quito ({authority.url}) gave no time stamp: ")


def test_an_authority_that_sends_elsewhere_is_not_followed(good):
    asked = []
    with http_authority(good, lambda query: asked.append(query) or over_http(good)(query)) as there:
        moved = (307, {"Location": there.url}, b"")
        with http_authority(good, lambda query: moved) as authority, pytest.raises(StampRefused, match="elsewhere"):
            request_stamp(authority, CHECKPOINT)
    assert asked == []


def test_a_rejection_is_told_in_the_words_of_the_authority(good):
    configure(good, "digests = sha512")
    with http_authority(good) as authority:
        for one in (good, authority):
            with pytest.raises(StampRefused, match=r"granted none: rejection, '.*', unknown or unsupported algorithm"):
                request_stamp(one, CHECKPOINT)


def test_a_stamp_for_somebody_else_is_refused(good):
    other = request_stamp(good, b"other data")
    again = request_stamp(good, CHECKPOINT)
    for old, words in ((other, "stamps other data"), (again, "answers another request")):
        answer = (200, {}, old)
        serving = http_authority(good, lambda query, answer=answer: answer)
        with serving as authority, pytest.raises(StampRefused, match=words):
            request_stamp(authority, CHECKPOINT)


def test_a_stamp_under_another_root_is_refused(good, tmp_path):
    impostor = good_authority(tmp_path / "impostor")
    with http_authority(good, over_http(impostor)) as authority, pytest.raises(StampRefused, match="no trusted root"):
        request_stamp(authority, CHECKPOINT)


@pytest.mark.parametrize("chatter", [b"", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_nobody_waits_for_an_authority_longer_than_asked(good, chatter):
    """Neither for one that is silent nor for one that always has one more thing to say."""
    words = r"no answer within 0\.2 seconds; try later"
    with silent_authority(good, chatter=chatter) as authority, pytest.raises(StampRefused, match=words):
        request_stamp(authority, CHECKPOINT, timeout=0.2)


def test_nobody_there(good):
    with silent_authority(good) as gone:
        pass
    with pytest.raises(StampRefused, match=r"it cannot be reached: .*refused.*; check its address and the network"):
        request_stamp(gone, CHECKPOINT)


def test_over_https_the_server_has_to_show_who_it_is(good, tmp_path, monkeypatch):
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begun = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    numbered = begun.serial_number(x509.random_serial_number()).not_valid_before(now - FAR).not_valid_after(now + FAR)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = numbered.add_extension(address, critical=False).sign(key, hashes.SHA256())
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    with http_authority(good, tls=tls) as authority:
        with pytest.raises(StampRefused, match=r"cannot be reached: .*certificate verify failed"):
            request_stamp(authority, CHECKPOINT)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert request_stamp(authority, CHECKPOINT)


def test_a_proxy_is_used_where_one_is_set_and_only_there(good, monkeypatch):
    with http_authority(good) as proxy:
        far = replace(good, url="http://stamps.invalid/tsa")
        with pytest.raises(StampRefused, match="cannot be reached"):
            request_stamp(far, CHECKPOINT)
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/tsa"))
        assert request_stamp(far, CHECKPOINT)


# ---- the authority on this machine ----------------------------------------------------------


def test_the_local_authority_says_that_it_is_an_example_and_keeps_its_keys(good):
    folder = folder_of(good)
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == dict.fromkeys(
        ("root.pem", "serial", "tsa.cnf", "tsa.key", "tsa.pem"), 0o600
    )
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("root.pem", "tsa.pem"):
        certificate = x509.load_pem_x509_certificate((folder / name).read_bytes())
        assert certificate.subject.rfc4514_string().startswith("CN=EXAMPLE Quito")
        years = (certificate.not_valid_after_utc - certificate.not_valid_before_utc) / timedelta(days=365.25)
        assert years == 20
    assert good.name == "EXAMPLE Quito"
    with pytest.raises(FileExistsError):
        good_authority(folder)


def test_an_authority_can_be_carried_elsewhere(good, tmp_path):
    folder_of(good).rename(tmp_path / "carried here")
    carried = replace(good, url=f"openssl:{tmp_path / 'carried here'}")
    assert verify_stamp(request_stamp(carried, CHECKPOINT), CHECKPOINT, good.roots)
    with pytest.raises(StampRefused, match=r"gave no answer: .*No such file or directory.*; make a new one"):
        request_stamp(good, CHECKPOINT)


def test_two_processes_never_get_the_same_serial_number(good, tmp_path):
    query = tmp_path / "query"
    data = tmp_path / "data"
    data.write_bytes(CHECKPOINT)
    subprocess.run(["openssl", "ts", "-query", "-data", data, "-sha256", "-cert", "-out", query], check=True)
    program = (
        "import sys; from pathlib import Path\n"
        "from inviolable.ledger.stamps import reply; from inviolable.ledger.tokens import read_token\n"
        "for _ in range(8): print(read_token(reply(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes())).serial)"
    )
    command = [sys.executable, "-c", program, folder_of(good), query]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    serials = [line for one in running for line in one.communicate()[0].split()]
    assert len(set(serials)) == len(serials) == 24


def test_without_openssl_it_says_so(good, strict, monkeypatch):
    fine, second = request_stamp(good, CHECKPOINT), request_stamp(strict, CHECKPOINT)
    monkeypatch.setenv("PATH", "/nowhere")
    assert verify_stamp(fine, CHECKPOINT, good.roots).by == "rfc3161-client"
    with pytest.raises(StampRefused, match="openssl is missing: apt-get install openssl"):
        request_stamp(good, CHECKPOINT)
    with pytest.raises(BadStamp, match="needs openssl to be judged: openssl is missing: apt-get install openssl"):
        verify_stamp(second, CHECKPOINT, strict.roots)


def test_an_authority_is_an_address_and_a_root(good):
    with pytest.raises(ValueError, match=r"address 'ftp://stamps\.example'; allowed: http://…, https://…, openssl:/"):
        Authority("one", "ftp://stamps.example", good.roots)
    with pytest.raises(ValueError, match="no certificate in its roots; give the PEM file of its root"):
        Authority("one", "https://stamps.example", b"")


def test_a_query_that_is_none_gets_no_stamp(good):
    with pytest.raises(BadStamp, match=r"granted none: rejection, 'Bad request.*', data of a wrong format"):
        read_token(reply(folder_of(good), b"\x30\x00"))
