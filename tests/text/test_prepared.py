"""What a start finds ready is what it would put together itself."""

from __future__ import annotations

import pytest
from publicsuffixlist import PublicSuffixList

from service.text import prepared
from service.text.links import registered_domain

TABLES = (b"words", b"stems", b"moves", b"starts", b"groups", 7)


@pytest.fixture
def place(tmp_path):
    """Where tables are kept."""
    return tmp_path / "_phrases.bin"


def test_tables_come_back_as_they_were_written(place):
    """What was prepared is read."""
    prepared.write(TABLES, place)
    assert prepared.read(place) == TABLES
    assert list(place.parent.iterdir()) == [place]


def test_without_set_up_nothing_is_ready(place):
    """A missing file is no error."""
    assert prepared.read(place) is None


@pytest.mark.parametrize("keep", [0, 7, 16, 40])
def test_a_part_of_the_tables_is_left_alone(place, keep):
    """What was cut short is put together anew."""
    prepared.write(TABLES, place)
    place.write_bytes(place.read_bytes()[:keep])
    assert prepared.read(place) is None


def test_tables_of_other_sources_are_left_alone(place, monkeypatch):
    """After a change of the text room its tables are put together anew."""
    prepared.write(TABLES, place)
    monkeypatch.setattr(prepared, "FEATURE_CODE", "0123456789abcdef")
    assert prepared.read(place) is None


@pytest.mark.parametrize(
    "host", ["a.b.co.uk", "x.食狮.公司.cn", "x.xn--85x722f.xn--55qx5d.cn", "city.kobe.jp", "a.b.kawasaki.jp", "blog.example.みんな"]
)
def test_domains_are_those_of_the_public_suffix_list(host):
    """However the list is read in, it says what the library says."""
    assert registered_domain(host) == PublicSuffixList().privatesuffix(host)
