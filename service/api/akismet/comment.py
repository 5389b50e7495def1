"""A form of the Akismet protocol as a Comment: which field is which, in which charset, with or without WordPress's slashes."""

from __future__ import annotations

import re
from functools import lru_cache

from service.api.akismet.form import CONTEXT, HIDDEN, Form, Wanted, codec, unquote, unslash
from service.api.limits import MAX_CHARACTERS, MAX_CONTEXT, MAX_CONTEXT_CHARACTERS
from service.domain import Comment

_WANTED: Wanted = (
    (b"comment_content", None, MAX_CHARACTERS["text"]),
    (b"comment_author", None, MAX_CHARACTERS["author"]),
    (b"comment_author_email", None, MAX_CHARACTERS["author_email"]),
    (b"comment_author_url", None, MAX_CHARACTERS["author_url"]),
    (b"user_ip", b"comment_author_IP", MAX_CHARACTERS["user_ip"]),
    (b"user_agent", b"comment_agent", MAX_CHARACTERS["user_agent"]),
    (b"referrer", None, MAX_CHARACTERS["referrer"]),
    (b"permalink", None, MAX_CHARACTERS["permalink"]),
    (b"comment_type", b"content_type", MAX_CHARACTERS["type"]),  # Discourse's name for it
    (b"comment_date_gmt", b"comment_date", MAX_CHARACTERS["date"]),
    (b"blog_lang", None, MAX_CHARACTERS["lang"]),
    (b"user_role", None, MAX_CHARACTERS["text"]),
    (b"comment_post_ID", None, MAX_CHARACTERS["article_id"]),
    (b"comment_parent", None, MAX_CHARACTERS["parent_id"]),
    (b"callback", None, MAX_CHARACTERS["callback"]),
    (b"comment_ID", None, MAX_CHARACTERS["external_id"]),
    (b"blog", None, MAX_CHARACTERS["permalink"]),
)
_CONTEXT = re.compile(rb"comment_context(?<![^&]comment_context)(?:(?:\[|%5[Bb])\d*(?:\]|%5[Dd]))?=([^&]*)")
_SEPARATOR = "\x1f"
_TRUE = (b"1", b"true", b"True", b"TRUE")


def read(fields: Form, body: bytes, *, slashed: bool, site_url: str) -> tuple[Comment, str]:
    """Give the comment of a form and the ``blog`` it names. ``slashed``: the text carries WordPress's backslashes.

    The site's own id counts for WordPress's automatic retries only, which may come twice: who presses "Check for spam" wants a new
    opinion, and a form's author could otherwise name another's comment.
    A callback is kept only when it lies on the registered site (``site_url``): others would let a client point us anywhere.
    """
    charset = fields.get(b"blog_charset")
    encoding = "utf-8" if not charset or charset == b"UTF-8" else codec(charset.decode("latin-1"))
    text, author, email, url, ip, agent, referrer, permalink, kind, date, lang, role, article, parent, callback, number, blog = (
        _texts(fields, encoding, slashed=slashed)
    )
    kinds = fields.kinds
    comment = Comment(  # by place: by name it takes a microsecond more
        text,
        author,
        email,
        url,
        ip,
        agent,
        referrer,
        permalink,
        kind or "comment",
        date,
        lang,
        _role(role) if role else "",
        number if fields.get(b"recheck_reason") == b"retry" else "",  # external_id
        article,
        "" if parent == "0" else parent,
        _context(body, encoding, slashed=slashed) if kinds & CONTEXT and b"comment_context" in body else (),
        callback if callback and origin(callback) == origin(site_url) else "",
        "akismet",  # door
        fields.get(b"is_test") in _TRUE,
        kinds & HIDDEN != 0 and _honeypot(fields),
        _behaviour(fields) if kinds & HIDDEN else {},
    )
    return comment, blog


def _texts(fields: Form, encoding: str, *, slashed: bool) -> list[str]:
    """Give the texts of the fields that are wanted, in their order."""
    if encoding == "utf-8" and (texts := fields.texts(_WANTED, slashed)) is not None:
        return texts
    values = [fields.get(name) or (fields.get(instead) if instead else None) or b"" for name, instead, _ in _WANTED]
    return [text[:most] for text, (_, _, most) in zip(decoded(values, encoding, slashed=slashed), _WANTED, strict=True)]


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
    return "administrator" if "administrator" in roles.split(",") else roles[: MAX_CHARACTERS["role"]]


def _context(body: bytes, encoding: str, *, slashed: bool) -> tuple[str, ...]:
    """Tags and categories: ``comment_context[]=``, ``[0]=`` as PHP writes, the bare name repeated as Python does, or once."""
    texts = decoded(_CONTEXT.findall(body)[:MAX_CONTEXT], encoding, slashed=slashed)
    return tuple(text[:MAX_CONTEXT_CHARACTERS] for text in texts if text)


def _honeypot(fields: Form) -> bool:
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


def _behaviour(fields: Form) -> dict[str, float]:
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
    return found | _key_times(fields.get(prefix + b"ak_bkp") or b"")


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
