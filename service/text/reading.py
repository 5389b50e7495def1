"""A comment as the classifier and the rules read it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from service.domain import Comment, Reading
from service.text.normalise import normalise
from service.text.signals import signals


def _digest() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


FEATURE_CODE = _digest()
"""Digest of the text room's sources: an artefact fitted with other feature code is refused."""


def read(comment: Comment) -> Reading:
    """Reads a comment; never raises."""
    text = normalise(comment.text)
    name = " ".join("n:" + word for word in normalise(comment.author).split())
    url = " ".join("u:" + part for part in normalise(comment.author_url).replace("://", "/").split("/") if part)
    mail = " ".join("e:" + part for part in normalise(comment.author_email).split("@")[1:])
    fields = " ".join(filter(None, (name, url, mail)))
    links = text.count("http://") + text.count("https://")
    return Reading(comment, text, fields, signals(comment, text, links), links, ())
