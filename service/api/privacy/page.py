"""``/privacy``: what is kept of those who comment on a site, in plain words, from what this installation really does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from service.api.privacy.words import Words, languages
from service.disclosure import Facts, disclose
from service.domain import Site

router = APIRouter(include_in_schema=False)
_STYLE = Path(__file__).with_name("style.css")
_VARY = {"Vary": "Accept-Language, Referer"}


@router.get("/privacy", response_class=HTMLResponse)
async def page(request: Request, site: str = "", lang: str = "") -> HTMLResponse:
    """Give the page of a site: of the one named, else of the one that the reader comes from, else of the only one."""
    language = _language(lang, request.headers.get("accept-language", ""))
    facts = await disclose(request.app.state.moderation, lambda known: _chosen(known, site, request))
    return HTMLResponse("".join(_page(facts, languages()[language], language)), headers=_VARY)


@router.get("/privacy.json")
async def as_data(request: Request, site: str = "", lang: str = "") -> JSONResponse:
    """Give the same for programs, such as a site's own page on privacy. The lists are sentences in the reader's language."""
    words = languages()[_language(lang, request.headers.get("accept-language", ""))]
    facts = await disclose(request.app.state.moderation, lambda known: _chosen(known, site, request))
    return JSONResponse(_data(facts, words), headers=_VARY)


def _data(facts: Facts, words: Words) -> dict[str, Any]:
    """Give what is known; None for what depends on the site while none is named."""
    return {
        "site": facts.site.name if facts.site is not None else None,
        "controller": facts.notice.controller or None,
        "contact": facts.notice.contact or (facts.site.url if facts.site is not None else "") or None,
        "stored": [*words.fields, words.derived],
        "kept_days": facts.days or None,
        "kept": _how_long(facts, words),
        "short_lived": list(words.short_lived),
        "recipients": list(facts.recipients) if facts.site is not None else None,
        "model": facts.model or None,
        "rights": words.rights,
    }


@router.get("/privacy/style.css")
async def style() -> Response:
    """Give the page's style sheet."""
    return Response(_css(), media_type="text/css")


@cache
def _css() -> bytes:
    return _STYLE.read_bytes()


def _chosen(known: list[Site], named: str, request: Request) -> Site | None:
    wanted = [named.strip().casefold()] if named else [_host(request.headers.get("referer", "")), _host(f"//{request.url.netloc}")]
    for want in filter(None, wanted):
        for site in known:
            if want in {site.name.casefold(), _host(site.url), site.url.casefold().rstrip("/")}:
                return site
    return known[0] if len(known) == 1 and not named else None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _language(asked: str, accepted: str) -> str:
    """Choose among our languages by the client's order; its weights follow that order in every browser."""
    for each in [asked, *accepted.split(",")]:
        if (short := each.strip()[:2].lower()) in languages():
            return short
    return "en"


def _page(facts: Facts, words: Words, language: str) -> Iterator[str]:
    name = facts.site.name if facts.site is not None else words.this_site
    title = words.title.format(site=name)
    yield f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
    yield f'<title>{escape(title)}</title><link rel="stylesheet" href="/privacy/style.css"></head><body><main>'
    yield f"<h1>{escape(title)}</h1><p>{escape(words.intro.format(site=name))}</p>"
    for heading, paragraphs in _sections(facts, words, name):
        yield f"<section><h2>{escape(heading)}</h2>"
        yield "".join(paragraphs)
        yield "</section>"
    yield f"<footer>{''.join(_languages(facts, language))}</footer></main></body></html>"


def _languages(facts: Facts, shown: str) -> Iterator[str]:
    for code, words in languages().items():
        if code != shown:
            site = f"&amp;site={quote(facts.site.name, safe='')}" if facts.site is not None else ""
            yield f'<a href="/privacy?lang={code}{site}" lang="{code}" hreflang="{code}">{escape(words.own_name)}</a>'


def _sections(facts: Facts, words: Words, name: str) -> Iterator[tuple[str, list[str]]]:
    yield words.stored_heading, [_paragraph(words.stored), _list(words.fields), _paragraph(words.derived)]
    yield words.how_long_heading, [_paragraph(_how_long(facts, words)), _list(words.short_lived)]
    seers = [words.moderators, words.operators]
    if facts.recipients:
        seers.append(words.recipients.format(hosts=", ".join(facts.recipients)))
    yield words.who_heading, [_list(seers), _paragraph(words.nobody_else)]
    model = words.model.format(version=facts.model) if facts.model else words.no_model
    yield words.decided_heading, [_paragraph(words.decided), _paragraph(model)]
    yield words.rights_heading, [_paragraph(words.rights), _contact(facts, words, name)]


def _how_long(facts: Facts, words: Words) -> str:
    if facts.days is None:
        return words.how_long_unknown
    return words.how_long_days.format(days=facts.days) if facts.days else words.how_long


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _list(items: list[str] | tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _contact(facts: Facts, words: Words, name: str) -> str:
    """Say whom to write to: what the site set, else the site itself."""
    notice = facts.notice
    who = notice.controller or name
    place = notice.contact or (facts.site.url if facts.site is not None else "")
    if not place:
        return _paragraph(words.contact_unknown)
    href = place if urlsplit(place).scheme in {"http", "https"} else f"mailto:{place}"
    link = f'<a href="{escape(href, quote=True)}" rel="noopener">{escape(place)}</a>'
    return f"<p>{escape(words.contact.format(who=who))} {link}</p>"
