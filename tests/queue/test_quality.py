"""How good labels are: counted by what others, and the model, said of the same comments."""

from __future__ import annotations

import time

import pytest

from service.domain import Role
from service.store import quality
from service.store.quality import Hand
from service.store.schema import decisions, labels
from tests.queue.given import site_id, someone, stored
from tests.queue.waiting import hold


@pytest.fixture(scope="module")
def worked(service):
    """Three comments: on the first Ana and Ben agree, on the second they do not, on the third only Ana and a door spoke."""
    ids = hold(service, "one of three", "two of three", "three of three")
    blog, now = site_id(service, "blog"), time.time()
    said = [
        (0, "Ana", "spam"),
        (0, "Ben", "abuse"),
        (1, "Ana", "spam"),
        (1, "Ben", "ham"),
        (2, "Ana", "ham"),
        (2, "akismet:k", "spam"),
    ]

    def write(connection):
        for number, (place, hand, label) in enumerate(said):
            row = {
                "comment_id": ids[place],
                "number": number + 1,
                "site_id": blog,
                "label": label,
                "hand": hand,
                "trust": 1.0,
                "at": now,
            }
            connection.execute(labels.insert().values(row))
        for place, spam in enumerate((0.999, 0.7, 0.99)):
            mine = (decisions.c.comment_id == ids[place]) & (decisions.c.number == 0)
            connection.execute(decisions.update().where(mine).values(spam=spam, abuse=0.0, model="m"))

    stored(service, write)
    return blog, now


def test_everyone_s_labels_are_held_against_others_and_the_model(service, worked):
    """Ham or not is the answer; doors are nobody; a sure model that is contradicted is counted."""
    blog, now = worked

    def look(connection):
        span = connection, blog, now - 3600, now + 60
        return quality.hands(quality.against_model(*span), quality.together(*span))

    assert stored(service, look) == [Hand("Ana", 3, 2, 1, 3, 2, 1), Hand("Ben", 2, 2, 1, 2, 1, 0)]


def test_agreement_counts_each_comment_once():
    """Krippendorff's alpha with any number of people; where all words are the same there is nothing to compare."""
    said = {"a": {"A": True, "B": True, "C": True}, "b": {"A": False, "B": False}, "c": {"A": True, "B": True, "C": False}}
    apart, ham, bad = 2 * 1 / 2, 5, 3
    assert quality.alpha(said) == pytest.approx(1 - 7 * apart / (ham * bad))
    assert (quality.whole(said), quality.alpha({"a": said["a"]}), quality.alpha({})) == (2, None, None)
    assert quality.alpha({"a": {"A": True, "B": False}, "b": {"A": True, "B": False}}) < 0


def test_without_two_words_on_a_comment_the_page_says_so(service):
    """No figure is made of nothing."""
    lead = someone(service, name="Lou", other=Role.LEAD)
    path = f"/model/{site_id(service, 'other')}/labels"
    service.until(lambda: "No comment was labelled by more than one person." in lead.get(path).text)


def test_only_leads_see_others(service, worked):
    """Whoever moderates sees the sums and themselves."""
    blog, _ = worked
    lead, other = someone(service, name="Lea", blog=Role.LEAD), someone(service, name="Ben", blog=Role.MODERATOR)
    service.until(lambda: "How far labels agree" in lead.get(f"/model/{blog}/labels").text)
    pages = lead.get(f"/model/{blog}/labels").text, other.get(f"/model/{blog}/labels").text
    assert ["by%3A%22Ana%22" in page for page in pages] == [True, False]
    assert all("by%3A%22Ben%22" in page for page in pages)
