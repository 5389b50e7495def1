"""The page for a site's readers."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import msgspec
import pytest

from service.api.privacy.words import languages
from service.domain import Comment
from service.store import retention, sites
from service.store.engine import open_engine
from service.store.notices import Notice, set_notice
from tests.serving import Service, serving


def page(service: Service, query: str = "", **headers: str) -> str:
    answer = service.ask("GET", f"/privacy{query}", **headers)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer.body.decode()


def notify(service: Service, **fields: str) -> None:
    engine = open_engine(service.database_url)
    with engine.begin() as connection:
        set_notice(connection, sites.list_sites(connection)[0].id, Notice(**fields))
    engine.dispose()


def test_it_names_the_site_and_its_model(service: Service) -> None:
    """The only site is the one that is meant; the model is the one in use."""
    said = page(service)
    assert "What happens to your comment on blog" in said
    assert "2026.1-test" in said


@pytest.mark.parametrize("query", ["?site=blog", "?site=BLOG", "?site=blog.example.net", "?site=http://blog.example.net"])
def test_a_site_is_found_by_name_or_host(service: Service, query: str) -> None:
    """However the site's editor wrote the link."""
    assert "on blog" in page(service, query)


def test_readers_come_from_their_site(tmp_path: Path) -> None:
    """With several sites the page that a reader comes from tells which; nobody is told the names of the others."""
    with serving(tmp_path) as service:
        engine = open_engine(service.database_url)
        with engine.begin() as connection:
            sites.add_site(connection, "gazette", "https://www.gazette.example/news", 1.0)
        engine.dispose()
        assert "on gazette" in page(service, Referer="https://gazette.example/an-article")
        assert "on this site" in page(service)
        assert "gazette" not in page(service, "?site=unknown")


def test_it_says_whom_to_write_to(service: Service) -> None:
    """What the site set, else the site itself."""
    assert 'href="http://blog.example.net"' in page(service)
    notify(service, controller="Harbour Press Ltd", contact="privacy@harbour.example")
    said = page(service)
    assert "Harbour Press Ltd" in said
    assert 'href="mailto:privacy@harbour.example"' in said
    notify(service)


def keep(service: Service, days: int) -> None:
    engine = open_engine(service.database_url)
    with engine.begin() as connection:
        retention.set_days(connection, sites.list_sites(connection)[0].id, days)
    engine.dispose()


def test_it_says_for_how_long_as_the_site_has_set_it(service: Service) -> None:
    """For ever, or for so many days, as the upkeep then does it."""
    assert "There is no automatic end" in page(service)
    keep(service, 90)
    assert "Comments are kept for 90 days" in page(service)
    assert "90 Tage" in page(service, "?lang=de")
    keep(service, 0)
    assert "There is no automatic end" in page(service)


def test_programs_read_the_same_as_people(service: Service) -> None:
    """Site, contact, days, recipients and model as data, with the sentences of the page."""
    keep(service, 30)
    said = service.ask("GET", "/privacy.json?lang=de").json()
    assert (said["site"], said["kept_days"], said["contact"], said["model"]) == (
        "blog",
        30,
        "http://blog.example.net",
        "2026.1-test",
    )
    shown = page(service, "?lang=de")
    assert all(escape(sentence) in shown for sentence in (*said["stored"], said["kept"], *said["short_lived"], said["rights"]))
    keep(service, 0)
    unknown = service.ask("GET", "/privacy.json?site=unknown").json()
    assert (unknown["site"], unknown["kept_days"], unknown["recipients"]) == (None, None, None)
    assert "Each site sets for itself" in unknown["kept"]


def test_what_a_site_says_cannot_be_markup(service: Service) -> None:
    """Names are text."""
    notify(service, controller="<script>alert(1)</script>", contact='javascript:alert("x")')
    said = page(service)
    assert "<script" not in said
    assert 'href="javascript:' not in said
    notify(service)


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "en"),
        ("", {"Accept_Language": "de-AT,de;q=0.9,en;q=0.8"}, "de"),
        ("", {"Accept_Language": "fr,de;q=0.5"}, "de"),
        ("?lang=en", {"Accept_Language": "de"}, "en"),
        ("?lang=xx", {}, "en"),
    ],
)
def test_it_speaks_the_readers_language(service: Service, query: str, headers: dict, language: str) -> None:
    """English and German; the other one is a link away."""
    said = page(service, query, **headers)
    assert f'<html lang="{language}">' in said
    assert len(re.findall(r'hreflang="\w\w"', said)) == 1


def test_it_loads_nothing_from_elsewhere(service: Service) -> None:
    """No script, one style sheet of our own, no cookie, under the strictest policy."""
    answer = service.ask("GET", "/privacy")
    assert re.findall(rb'(?:src|<link[^>]*href)="([^"]*)"', answer.body) == [b"/privacy/style.css"]
    assert (b"<script" in answer.body, "set-cookie" in answer.headers) == (False, False)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert service.ask("GET", "/privacy/style.css").headers["content-type"].startswith("text/css")


TOLD = {
    "text": "text",
    "permalink": "page",
    "date": "date",
    "lang": "language",
    "author": "name",
    "author_email": "e-mail",
    "author_url": "web address",
    "user_ip": "network (IP) address",
    "user_agent": "browser",
    "referrer": "page you came from",
    "role": "role",
    "behaviour": "typed",
}
OF_THE_SITE = {"type", "external_id", "article_id", "parent_id", "context", "callback", "door", "is_test", "honeypot"}


def test_every_personal_field_is_told() -> None:
    """A comment has no field that the page keeps silent about, except what the site says of itself."""
    assert set(Comment.__struct_fields__) == set(TOLD) | OF_THE_SITE
    said = " ".join(languages()["en"].fields)
    assert [name for name, words in TOLD.items() if words not in said] == []


def test_every_language_says_everything() -> None:
    """The same lists, the same placeholders."""
    shapes = []
    for words in languages().values():
        told = msgspec.to_builtins(words)
        shapes.append(
            {
                name: (len(said) if isinstance(said, list | tuple) else set(re.findall(r"\{\w+\}", said)))
                for name, said in told.items()
            }
        )
    assert len(shapes) == 2
    assert shapes[0] == shapes[1]
