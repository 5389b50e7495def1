"""A comment-check that came in one piece, read without the HTTP parser: most do, and its callbacks cost as much as the form.

Only what no two readers of HTTP could read differently is read here: one line a header, nothing folded, one length, no other
framing. Everything else is left to the parser.
"""

from __future__ import annotations

import re
from functools import lru_cache

from service.api.akismet.check import Heads

BEGINNING = b"POST /1.1/comment-check HTTP/1.1\r\n"
_HEAD = re.compile(rb"(?:[A-Za-z0-9-]+: ?[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?\r\n)+")
_OTHERWISE = frozenset({b"connection", b"expect", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"})
_MOST_HEAD = 4096


def whole(data: bytes) -> tuple[Heads, bytes] | None:
    """Give head and body of a request that begins with BEGINNING, if they are all of ``data`` and plain; else None."""
    end = data.find(b"\r\n\r\n", 0, _MOST_HEAD)
    if end < 0 or (heads := _read(data[len(BEGINNING) : end + 2])) is None or len(data) != end + 4 + heads.announced:
        return None
    return heads, data[end + 4 :]


@lru_cache(maxsize=1024)
def _read(head: bytes) -> Heads | None:
    """Read the lines of a head; a site sends few different ones."""
    if not _HEAD.fullmatch(head):
        return None
    lines = [line.partition(b":") for line in head.split(b"\r\n")[:-1]]
    pairs = [(name.lower(), value.lstrip(b" ")) for name, _, value in lines]
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or b"host" not in names or not _OTHERWISE.isdisjoint(names):
        return None
    length = dict(pairs).get(b"content-length", b"")
    return Heads(pairs) if length.isdigit() and 0 < int(length[:15]) == int(length) else None
