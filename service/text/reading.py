"""A comment as the classifier and the rules read it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from service.domain import Comment, Reading
from service.text.author import read_author
from service.text.links import host_of, links_of, registered_domain
from service.text.normalise import unmask
from service.text.signals import shapes_of, signals


def _digest() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


FEATURE_CODE = _digest()
"""Digest of the text room's sources: an artefact fitted with other feature code is refused."""


def read(comment: Comment) -> Reading:
    """Read a comment; never raises.

    ``fields`` holds the author's words with their part's mark (see ``read_author``); ``domains`` are distinct, the text's first.
    """
    text, removed = unmask(comment.text)
    author = read_author(comment.author, comment.author_url, comment.author_email)
    shapes = shapes_of(text)
    links: list[tuple[str, str]] = []
    if shapes & 1:  # something like a host name
        links = [(host, registered_domain(host)) for host in map(host_of, links_of(text)) if host]
    domains = [domain for _, domain in links]
    domains += [domain for domain in (author.host, author.mail_domain) if domain]
    vector = signals(comment, text, removed, author, links, shapes)
    return Reading(comment, text, author.fields, vector, len(links), tuple(dict.fromkeys(domains)) if domains else ())
