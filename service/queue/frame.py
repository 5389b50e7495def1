"""What stands around every page: templates, static files, and how things are said in them."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from starlette.responses import Response

from service.conditions import OWN, SHARED
from service.domain import Role
from service.queue import languages, reasons, signal_names, wordings
from service.queue.figures import dated, decimal, lasting, level, moment, number, share, when
from service.queue.rule_names import RULE_NAMES

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types winnow"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",  # with no-referrer, browsers send Origin: null with our own forms
}
"""For every page; what the service sends with everything is added to it."""


class File(Struct, frozen=True):
    """A static file, also compressed."""

    body: bytes
    compressed: bytes
    media_type: str


@cache
def files() -> dict[str, File]:
    """Give the static files by name."""
    found = {}
    for path in sorted(STATIC.iterdir()):
        if (media_type := _TYPES.get(path.suffix)) is not None:
            body = path.read_bytes()
            found[path.name] = File(body, gzip.compress(body, 9, mtime=0), media_type)
    return found


@cache
def digest() -> str:
    """Name this state of all static files: it is part of their address, so that browsers may keep them for ever."""
    whole = hashlib.sha256()
    for name, file in files().items():
        whole.update(name.encode() + b"\0" + file.body)
    return whole.hexdigest()[:8]


@cache
def asset(name: str) -> str:
    """Give the address of a static file. Raises KeyError where there is none."""
    return f"/static/{digest()}/{name}" if files()[name] else ""


@cache
def icon(name: str) -> Markup:
    """Give one of our signs, which says nothing to a screen reader."""
    from markupsafe import Markup  # noqa: PLC0415 # comes with the templates

    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(asset("icons.svg"), name)


def static(name: str, asked: str, *, gzipped: bool) -> Response | None:
    """Answer with a static file, or None. Who asks for a former state gets the present one, to keep for a moment only."""
    file = files().get(name)
    if file is None:
        return None
    keep = "public, max-age=31536000, immutable" if asked == digest() else "no-cache"
    headers = {"cache-control": keep, "vary": "accept-encoding", "cross-origin-resource-policy": "same-origin"}
    if gzipped:
        return Response(file.compressed, headers={**headers, "content-encoding": "gzip"}, media_type=file.media_type)
    return Response(file.body, headers=headers, media_type=file.media_type)


@cache
def environment() -> Environment:
    """Give the templates: everything escaped, an unknown name an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 # not before the first page

    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else it looks at every template's file each time
        extensions=["jinja2.ext.i18n"],
    )
    made.filters |= {
        "when": when,
        "lasting": lasting,
        "moment": moment,
        "number": number,
        "decimal": decimal,
        "dated": dated,
        "level": level,
        "share": share,
        "excerpt": excerpt,
        "brief": brief,
        "tojson": as_json,
        "translated": languages.gettext,
        "rule_name": rule_name,
        "reason": reasons.said,
        "anew": wordings.anew,
        "clue_name": signal_names.clue_name,
        "signal_name": signal_names.signal_name,
    }
    made.globals |= {"asset": asset, "icon": icon, "Role": Role, "_": _said, "ngettext": _counted}
    return made


def _said(message: str, **values: object) -> Markup:
    """Translate for a template, with values that are filled in escaped. The extension's own does it too, five times slower."""
    return _filled(languages.gettext(message), values) if values else _plain(message, languages.spoken())


def _counted(one: str, many: str, count: int, **values: object) -> Markup:
    return _filled(languages.ngettext(one, many, count), {"num": count, **values})


@lru_cache(maxsize=4096)
def _plain(message: str, _language: str) -> Markup:
    return _filled(languages.gettext(message), {})


def _filled(text: str, values: dict[str, object]) -> Markup:
    from markupsafe import Markup, escape  # noqa: PLC0415 # comes with the templates

    return Markup(text % {name: escape(value) for name, value in values.items()})  # noqa: S704 # our own words, and escaped values


def render(template: str, values: dict[str, Any]) -> str:
    """Fill a template, in the language that is spoken."""
    return environment().get_template(template).render(values)


def rule_name(rule: str) -> str:
    """Say what a decision's rule is called: one of ours, or the site's own by its name."""
    return languages.gettext(RULE_NAMES[rule]) if rule in RULE_NAMES else rule.removeprefix(OWN).removeprefix(SHARED)


def excerpt(text: str, characters: int = 280, octets: int = 284) -> str:
    """Give the beginning of a text in one line, short in any script."""
    line = " ".join(text.split())
    cut = line[:characters].encode("utf-8", "replace")[:octets].decode("utf-8", "ignore")
    return cut if cut == line else cut.rstrip() + "…"


def record(accepted: int, rejected: int) -> str:
    """Say how often an author was accepted and rejected."""
    return _record(accepted, rejected, languages.spoken())


@lru_cache(maxsize=4096)
def _record(accepted: int, rejected: int, _language: str) -> str:
    if not accepted and not rejected:
        return languages.gettext("new here")
    return languages.gettext("%(yes)s accepted, %(no)s rejected") % {"yes": accepted, "no": rejected}


def brief(text: str, characters: int = 80) -> str:
    """Give a text that is short anyhow, cut should it not be."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def as_json(value: object) -> Markup:
    """Write for a ``<script type="application/json">``: no character in it means anything to HTML."""
    from markupsafe import Markup  # noqa: PLC0415 # comes with the templates

    text = json.dumps(value, ensure_ascii=True)
    for sign in "<>&'":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 # nothing is left in it to escape
