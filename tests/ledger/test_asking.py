"""Asking real authorities for time stamps: over HTTP, where everything may go wrong, and on this machine."""

import shutil
import ssl
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
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

from inviolable.ledger.asking import MOST, opener
from inviolable.ledger.stamps import Authority, BadStamp, StampRefused, reply, request_stamp, verify_stamp
from inviolable.ledger.tokens import read_token

CHECKPOINT = b"inviolable/0123456789abcdef\n17\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
FAR = timedelta(days=365 * 20)


@pytest.fixture(autouse=True)
def _openssl_and_no_proxy(monkeypatch):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: apt-get install openssl")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    opener.cache_clear()
    yield
    opener.cache_clear()


@pytest.fixture
def good(tmp_path):
    return good_authority(tmp_path / "good")


@pytest.fixture
def strict(tmp_path):
    return strict_authority(tmp_path / "strict")


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


@pytest.mark.parametrize(
    "chatter",
    [
        b"",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        # Faster than anybody reads.
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
    ],
)
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
        opener.cache_clear()
        assert request_stamp(authority, CHECKPOINT)


def test_a_proxy_is_used_where_one_is_set_and_only_there(good, monkeypatch):
    with http_authority(good) as proxy:
        far = replace(good, url="http://stamps.invalid/tsa")
        with pytest.raises(StampRefused, match="cannot be reached"):
            request_stamp(far, CHECKPOINT)
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/tsa"))
        opener.cache_clear()
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
