"""A comment as the classifier and the rules read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from service.domain import Comment, Reading
from service.text.author_signals import of_typing
from service.text.authors import Compiled as CompiledAuthors
from service.text.authors import authors
from service.text.links import host_of, links_of, registered_domain
from service.text.normalise import unmask
from service.text.plain import plain
from service.text.signals import shapes_of
from service.text.text_signals import Link
from service.text.vectors import Compiled as CompiledVectors
from service.text.vectors import Said, vectors

Read = Callable[[Sequence[Comment]], list[Reading]]
"""Reads comments, each as if it were alone."""

Plainly = tuple[str, str, bytes, tuple[str, ...]]
"""Normalised text, fields, signals but for those of typing, domains."""


def read(comment: Comment) -> Reading:
    """Read a comment; never raises.

    ``fields`` holds the author's words with their part's mark (see ``read_author``); ``domains`` are distinct, the text's first.
    """
    return reader()((comment,))[0]


@cache
def reader(*, compiled: bool = True) -> Read:
    """Give the function that reads comments, each as if it were alone, put together on first use.

    Compiled code reads, the same to the bit, where there is a compiler; it leaves the interpreter to other threads meanwhile, where
    there are more than a few comments.
    """
    proof, author_of, vector_of = plain(compiled=compiled), authors(compiled=compiled), vectors(compiled=compiled)

    def read_properly(comment: Comment) -> Reading:
        text, removed = unmask(comment.text, proof.lower)
        fields, author, host, mail_domain = author_of(comment.author, comment.author_url, comment.author_email)
        shapes = 0 if proof.is_shapeless(text) else shapes_of(text)
        links = _links(text) if shapes & 1 else []  # something like a host name
        domains = [domain for domain in (*[domain for _, domain in links], host, mail_domain) if domain]
        vector = vector_of(Said(comment, text, removed, links, shapes, author, host != "")) + of_typing(comment, len(text))
        return Reading(comment, text, fields, vector, len(links), tuple(dict.fromkeys(domains)) if domains else ())

    if not isinstance(author_of, CompiledAuthors) or not isinstance(vector_of, CompiledVectors):
        return lambda comments: [read_properly(comment) for comment in comments]
    talk = import_module("service.text._text").Talk(proof, author_of.authors, vector_of.vector, author_of, shapes_of)
    read_plain: Callable[[list[tuple[str, str, str, str]]], list[Plainly | None]] = talk.read_all

    def read_plain_first(comment: Comment, found: Plainly | None) -> Reading:
        if found is None:
            return read_properly(comment)
        text, fields, vector, domains = found
        return Reading(comment, text, fields, vector + of_typing(comment, len(text)), 0, domains)

    def read_all(comments: Sequence[Comment]) -> list[Reading]:
        said = [(comment.text, comment.author, comment.author_url, comment.author_email) for comment in comments]
        return [read_plain_first(comment, found) for comment, found in zip(comments, read_plain(said), strict=True)]

    return read_all


def _links(text: str) -> list[Link]:
    return [(host, registered_domain(host)) for host in map(host_of, links_of(text)) if host]
