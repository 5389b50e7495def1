"""A model folder: ``card.json`` for people, ``weights.bin`` for the machine, nothing else. Load it whole or refuse it.

Nothing here runs code from a file: the card is JSON of known types, the weights are a flat table. Every byte of both files
stands under a SHA-256: the card names the weights' digest and its own, and its text must be the canonical one.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from service.classifier.card import FORMAT, Card
from service.classifier.terms import KERNEL_CODE
from service.text.feature_code import FEATURE_CODE

CARD, WEIGHTS = "card.json", "weights.bin"
MAX_CARD, MAX_WEIGHTS = 1 << 20, 1 << 29


class ArtefactRefused(Exception):  # a refusal is an answer
    """A model that must not be used; ``reason`` is a full sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Format(Struct):
    format: int


def canonical(card: Card) -> bytes:
    """Write a card as its file holds it: sorted keys, one space of indentation, a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(card, order="sorted"), indent=1) + b"\n"


def seal(card: Card, weights: bytes) -> Card:
    """Fill in codes, sizes and digests; raises ArtefactRefused when the result could not be loaded again."""
    unsigned = structs.replace(
        card,
        format=FORMAT,
        feature_code=FEATURE_CODE,
        kernel_code=KERNEL_CODE,
        weights_bytes=len(weights),
        weights_sha256=hashlib.sha256(weights).hexdigest(),
        digest="",
    )
    return parse(canonical(structs.replace(unsigned, digest=hashlib.sha256(canonical(unsigned)).hexdigest())))


def parse(text: bytes) -> Card:
    """Read a card; raises ArtefactRefused unless the text is exactly what ``canonical`` wrote for a card of this service."""
    try:
        if (made_for := msgspec.json.decode(text, type=_Format).format) != FORMAT:
            raise ArtefactRefused(f"The card has format {made_for}; this service reads format {FORMAT}.")
        card = msgspec.json.decode(text, type=Card)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ArtefactRefused("The card is not the JSON of a model card.") from error
    if canonical(card) != text or hashlib.sha256(canonical(structs.replace(card, digest=""))).hexdigest() != card.digest:
        raise ArtefactRefused("The card does not match its own digest: it was changed or damaged.")
    _check_codes(card)
    if set(card.lines) != {"spam", "abuse"} or any(not 0 <= lines.hold_at <= lines.reject_at for lines in card.lines.values()):
        raise ArtefactRefused("The card's lines need both heads, each with 0 ≤ hold_at ≤ reject_at.")
    return card


def write(folder: Path, card: Card, weights: bytes) -> Card:
    """Seal the card and put the model into a new folder, whole or not at all; raises FileExistsError when the folder has files."""
    sealed = seal(card, weights)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        for name, content in ((CARD, canonical(sealed)), (WEIGHTS, weights)):
            with (draft / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        draft.chmod(0o755)
        draft.rename(folder)
    finally:
        for left in (draft / CARD, draft / WEIGHTS) if draft.exists() else ():
            left.unlink(missing_ok=True)
        if draft.exists():
            draft.rmdir()
    return sealed


def load(folder: Path, digest: str = "") -> tuple[Card, mmap]:
    """Verify a model folder and map its weights read-only; ``digest``, when given, is the one card that is wanted.

    Raises ArtefactRefused. The weights' inner structure is the table's to check, the scores are the probes'.
    """
    with _directory(folder) as directory:
        if {entry.name for entry in os.scandir(directory)} != {CARD, WEIGHTS}:
            raise ArtefactRefused(f"The model folder must hold {CARD} and {WEIGHTS} and nothing else.")
        with _file(directory, CARD, MAX_CARD) as card_file:
            card = parse(os.read(card_file, MAX_CARD + 1))
        if digest and card.digest != digest:
            raise ArtefactRefused("The card is not the one that was asked for: its digest differs.")
        with _file(directory, WEIGHTS, MAX_WEIGHTS) as weights_file:
            return card, _map(weights_file, card)


def _check_codes(card: Card) -> None:
    if card.feature_code != FEATURE_CODE:
        raise ArtefactRefused("The model was made with other feature code (service/text) than this service runs.")
    if card.kernel_code != KERNEL_CODE:
        raise ArtefactRefused("The model was made with other terms and hashes than this service's kernel.")


def _map(descriptor: int, card: Card) -> mmap:
    if os.fstat(descriptor).st_size != card.weights_bytes:
        raise ArtefactRefused("The weights do not have the size that the card names: they were cut or changed.")
    if not card.weights_bytes:
        raise ArtefactRefused("The weights are empty.")
    weights = mmap(-1, card.weights_bytes)  # a map of the file itself would change, or end the process, when someone writes to it
    weights.write(os.pread(descriptor, card.weights_bytes, 0))
    if hashlib.sha256(weights).hexdigest() != card.weights_sha256:
        raise ArtefactRefused("The weights do not match the digest that the card names: they were changed or damaged.")
    return weights


@contextmanager
def _directory(folder: Path) -> Iterator[int]:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise ArtefactRefused("There is no model folder where one was expected.") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _file(directory: int, name: str, most: int) -> Iterator[int]:
    """Open one plain file of the folder: no link, no device, no pipe, not too large."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    except OSError as error:
        raise ArtefactRefused(f"The model's {name} cannot be opened as a plain file.") from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            raise ArtefactRefused(f"The model's {name} is not a plain file of at most {most} bytes.")
        yield descriptor
    finally:
        os.close(descriptor)
