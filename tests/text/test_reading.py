"""A reading holds what model and rules need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Comment
from service.text.feature_code import FEATURE_CODE
from service.text.links import host_of, links_of, registered_domain
from service.text.reading import read


def test_author_fields_are_marked_by_part():
    """A word of the name cannot be mistaken for one of the address."""
    reading = read(
        Comment(text="hi", author="Best Shoes", author_url="http://www.cheap-shoes.biz/rolex", author_email="a@gmail.com")
    )
    assert reading.fields == "n_best n_shoes u_cheap u_shoes t_biz p_rolex e_gmail"


def test_no_author_gives_no_fields():
    """Absent fields leave nothing."""
    assert read(Comment(text="hi")).fields == ""


def test_links_and_domains_are_read():
    """Domains of text, author and e-mail, each once, the text's first."""
    text = "see http://a.b.example.co.uk/x and www.example.co.uk"
    reading = read(Comment(text=text, author_url="https://blog.example.org", author_email="me@mail.example.org"))
    assert (reading.links, reading.domains) == (2, ("example.co.uk", "example.org"))


LINKS = {
    "https://a.example/x?y=1, and more": ["https://a.example/x?y=1,"],
    "visit example.com now": ["example.com"],
    "t.me/someone or bit.ly/x": ["t.me/someone", "bit.ly/x"],
    "mail bob@example.com": [],
    "it works.so do i. the end.is near": [],
    "version 1.2.3 of e.g. this": [],
}


@pytest.mark.parametrize(("text", "links"), LINKS.items())
def test_links_are_told_from_typos(text, links):
    """Hosts without a scheme count where their top level is no word, or a path follows."""
    assert links_of(text) == links


def test_hosts_and_domains():
    """User, port and case do not matter; a public suffix alone is nobody's domain."""
    assert host_of("HTTP://user:pass@WWW.Example.CO.uk:8080/x?y#z") == "example.co.uk"
    assert registered_domain("shop.example.co.uk") == "example.co.uk"
    assert registered_domain("10.0.0.1") == "10.0.0.1"
    assert host_of("not a host") == ""


@given(st.text(), st.text(), st.text(), st.text())
def test_anything_can_be_read(text, author, email, url):
    """Reading never raises, and what it gives can be stored."""
    reading = read(Comment(text=text, author=author, author_email=email, author_url=url))
    for part in (reading.normalised, reading.fields, *reading.domains):
        part.encode()


def test_feature_code_names_the_sources():
    """Sixteen hex digits."""
    assert len(FEATURE_CODE) == 16
    assert int(FEATURE_CODE, 16) >= 0
