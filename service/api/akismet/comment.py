"""A form of the Akismet protocol as a Comment: which field is which, in which charset, with or without WordPress's slashes."""

from __future__ import annotations

import re
from functools import lru_cache

from service.api.akismet.form import Fields, codec, unquote, unslash
from service.api.limits import MAX_CHARACTERS, MAX_CONTEXT, MAX_CONTEXT_CHARACTERS
from service.domain import Comment

_NAMES = (
    b"comment_content",
    b"comment_author",
    b"comment_author_email",
    b"comment_author_url",
    b"user_ip",
    b"user_agent",
    b"referrer",
    b"permalink",
    b"comment_type",
    b"comment_date_gmt",
    b"blog_lang",
    b"user_role",
    b"comment_post_ID",
    b"comment_parent",
    b"callback",
    b"comment_ID",
    b"blog",
)
_INSTEAD = {
    b"user_ip": b"comment_author_IP",
    b"user_agent": b"comment_agent",
    b"comment_type": b"content_type",  # Discourse's name for it
    b"comment_date_gmt": b"comment_date",
}
"""Where to look when a field is absent."""

_CONTEXT = re.compile(rb"comment_context(?<![^&]comment_context)(?:(?:\[|%5[Bb])\d*(?:\]|%5[Dd]))?=([^&]*)")
_SEPARATOR = "\x1f"
_TRUE = (b"1", b"true", b"True", b"TRUE")
_CUT = {name: MAX_CHARACTERS[name] for name in MAX_CHARACTERS}


def read(fields: Fields, body: bytes, *, slashed: bool, site_url: str) -> tuple[Comment, str]:
    """Give the comment of a form and the ``blog`` it names. ``slashed``: the text carries WordPress's backslashes.

    The site's own id counts for WordPress's automatic retries only, which may come twice: who presses "Check for spam" wants a new
    opinion, and a form's author could otherwise name another's comment.
    A callback is kept only when it lies on the registered site (``site_url``): others would let a client point us anywhere.
    """
    charset = fields.get(b"blog_charset")
    encoding = codec(charset.decode("latin-1")) if charset else "utf-8"
    values = decoded([_raw(fields, name) for name in _NAMES], encoding, slashed=slashed)
    text, author, email, url, ip, agent, referrer, permalink, kind, date, lang, role, article, parent, callback, number, blog = (
        values
    )
    comment = Comment(
        text=text[: _CUT["text"]],
        author=author[: _CUT["author"]],
        author_email=email[: _CUT["author_email"]],
        author_url=url[: _CUT["author_url"]],
        user_ip=ip[: _CUT["user_ip"]],
        user_agent=agent[: _CUT["user_agent"]],
        referrer=referrer[: _CUT["referrer"]],
        permalink=permalink[: _CUT["permalink"]],
        type=kind[: _CUT["type"]] or "comment",
        date=date[: _CUT["date"]],
        lang=lang[: _CUT["lang"]],
        role=_role(role),
        external_id=number[: _CUT["external_id"]] if fields.get(b"recheck_reason") == b"retry" else "",
        article_id=article[: _CUT["article_id"]],
        parent_id="" if parent == "0" else parent[: _CUT["parent_id"]],
        context=_context(body, encoding, slashed=slashed) if b"comment_context" in body else (),
        callback=callback[: _CUT["callback"]] if callback and origin(callback) == origin(site_url) else "",
        door="akismet",
        is_test=fields.get(b"is_test") in _TRUE,
        honeypot=_honeypot(fields),
        behaviour=_behaviour(fields),
    )
    return comment, blog


def _raw(fields: Fields, name: bytes) -> bytes:
    value = fields.get(name, b"")
    if not value and name in _INSTEAD:
        return fields.get(_INSTEAD[name], b"")
    return value


def decoded(values: list[bytes], encoding: str, *, slashed: bool) -> list[str]:
    """Give the texts that URL-encoded values stand for, in order.

    They are decoded in one go, joined by a separator that texts hardly ever hold; where one does, each is decoded by itself.
    """
    joined = unquote(_SEPARATOR.encode().join(values)).decode(encoding, "replace")
    texts = (unslash(joined) if slashed else joined).split(_SEPARATOR)
    if len(texts) == len(values):
        return texts
    texts = [unquote(value).decode(encoding, "replace") for value in values]
    return [unslash(text) for text in texts] if slashed else texts


def _role(roles: str) -> str:
    """WordPress sends every role, separated by commas; the administrator's is what the protocol gives a meaning."""
    return "administrator" if "administrator" in roles.split(",") else roles[: _CUT["role"]]


def _context(body: bytes, encoding: str, *, slashed: bool) -> tuple[str, ...]:
    """Tags and categories: ``comment_context[]=``, ``[0]=`` as PHP writes, the bare name repeated as Python does, or once."""
    texts = decoded(_CONTEXT.findall(body)[:MAX_CONTEXT], encoding, slashed=slashed)
    return tuple(text[:MAX_CONTEXT_CHARACTERS] for text in texts if text)


def _honeypot(fields: Fields) -> bool:
    if fields.get(b"POST_ak_hp_textarea") or fields.get(b"ak_hp_textarea"):
        return True
    if name := fields.get(b"honeypot_field_name"):
        return bool(fields.get(name) or fields.get(unquote(name)))
    return False


@lru_cache(maxsize=1024)
def origin(url: str) -> tuple[str, str]:
    """Host and port of an address, read so strictly that no two readers can differ: anything odd is nobody's."""
    scheme, _, rest = url.partition("://")
    authority = rest.split("/", 1)[0].lower()
    host, _, port = authority.partition(":")
    if scheme.lower() not in {"http", "https"} or not re.fullmatch(r"[a-z0-9.-]+", host) or not re.fullmatch(r"\d{0,5}", port):
        return ("", url)
    return host, "" if port in {"", "80", "443"} else port


_COUNTS = {
    b"ak_bkpc": "keys",
    b"ak_bmcc": "clicks",
    b"ak_bmmc": "moves",
    b"ak_btmc": "touch_moves",
    b"ak_btec": "touches",
    b"ak_bsc": "scrolls",
}
_LISTS = {b"ak_bmk": "modifiers", b"ak_bck": "corrections"}
_MOST_SAMPLES = 1_000


def _behaviour(fields: Fields) -> dict[str, float]:
    """How the comment was typed, from the Akismet plugin's hidden fields: counts, and milliseconds between events.

    ``submit_ms``, ``first_input_ms``: since the script ran on the page. ``key_ms``, ``gap_ms``: means over key presses. The
    samples themselves are as personal as a signature and are not kept.
    """
    prefix = b"POST_" if b"POST_ak_js" in fields else b""
    started = _number(fields.get(prefix + b"ak_js"))
    if started is None and prefix + b"ak_bfs" not in fields:
        return {}
    found = {"javascript": float(started is not None and started > 1e12)}
    for name, raw in (("first_input_ms", b"ak_bib"), ("submit_ms", b"ak_bfs")):
        moment = _number(fields.get(prefix + raw))
        if moment is not None and started is not None and moment >= started > 1e12:
            found[name] = moment - started
    for raw, name in _COUNTS.items():
        if (count := _number(fields.get(prefix + raw))) is not None:
            found[name] = count
    for raw, name in _LISTS.items():
        if (listed := fields.get(prefix + raw)) is not None:
            found[name] = float(len(_samples(listed)))
    return found | _key_times(fields.get(prefix + b"ak_bkp", b""))


def _key_times(raw: bytes) -> dict[str, float]:
    """Means of ``pressed,gap;pressed,gap;…``, where either may be missing."""
    pairs = [sample.partition(b",") for sample in _samples(raw)]
    pressed = [number for first, _, _ in pairs if (number := _number(first)) is not None]
    gaps = [number for _, _, second in pairs if (number := _number(second)) is not None]
    named = (("key_ms", pressed), ("gap_ms", gaps))
    return {name: sum(numbers) / len(numbers) for name, numbers in named if numbers}


def _samples(raw: bytes) -> list[bytes]:
    return [sample for sample in unquote(raw).split(b";")[:_MOST_SAMPLES] if sample]


def _number(raw: bytes | None) -> float | None:
    """Give a count or time of at most 15 digits, or None: clients can send anything here."""
    return float(raw) if raw and len(raw) <= 15 and raw.isdigit() else None
