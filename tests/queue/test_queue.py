"""Deciding, as a browser without script does it."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import select

from service.domain import Role
from service.store import endpoints, sites
from service.store.schema import comments, outbox, queue_items
from tests.queue.given import DIGESTS, site_id, someone, stored
from tests.queue.waiting import TEXTS, empty, hold, state_of


@pytest.fixture
def waiting(service):
    """The ids of five comments; nothing else waits."""
    empty(service)
    return hold(service, *TEXTS)


@pytest.fixture
def ana(service):
    return someone(service, Role.MODERATOR, name="Ana")


@pytest.fixture
def ben(service):
    return someone(service, Role.MODERATOR, name="Ben")


def version(service, comment_id):
    query = select(queue_items.c.version).where(queue_items.c.comment_id == comment_id)
    return stored(service, lambda connection: connection.execute(query).scalar_one())


def act(service, client, verdict, *ids, seen=None, **fields):
    items = [f"{each}.{seen or version(service, each)}" for each in ids]
    return client.post("/queue/act", item=items, verdict=verdict, **fields)


def undo_of(answer):
    return re.search(r'action="(/queue/undo[^"]+)"', answer.text)[1].replace("&amp;", "&")


def test_the_queue_shows_what_waits(service, waiting, ana):
    """Every comment is a row, the first is in hand, and the page says how many there are."""
    page = ana.get("/queue?sort=oldest").text
    assert [each for each in waiting if f'id="r-{each}"' in page] == waiting
    assert "<strong>5</strong> wait" in page
    assert f'data-id="{waiting[0]}"' in page


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("accept", ("decided", "accept", ["ham"])),
        ("reject", ("decided", "reject", ["spam"])),
        ("hold", ("waiting", "hold", [])),
        ("reason-3", ("decided", "reject", ["abuse"])),
    ],
)
def test_a_button_is_a_label(service, waiting, ana, verdict, expected):
    """What a moderator says changes verdict, item and label at once, and the next comment is in hand."""
    answer = act(service, ana, verdict, waiting[0], site="1", next=waiting[2])
    assert state_of(service, waiting[0]) == expected
    assert (answer.status_code, f'data-id="{waiting[2]}"' in answer.text) == (200, True)
    assert f'id="r-{waiting[0]}"' not in answer.text


def test_undo_puts_everything_back(service, waiting, ana):
    """The button in the answer takes the decision back; a second press finds nothing to do."""
    path = undo_of(act(service, ana, "reject", waiting[0], waiting[1]))
    assert "2 taken back." in ana.post(path).text
    assert [state_of(service, each) for each in waiting[:2]] == [("waiting", "hold", [])] * 2
    assert "There is nothing to take back." in ana.post(path).text


def test_nobody_takes_back_what_another_did(service, waiting, ana, ben):
    """The address of an undoing is worth nothing to someone else, and nothing later."""
    path = undo_of(act(service, ana, "reject", waiting[0]))
    ben.post(path)
    assert "too late" in ana.post(f"/queue/undo?at={time.time() - 60!r}").text
    assert state_of(service, waiting[0]) == ("decided", "reject", ["spam"])


def told_after(service, comment_id):
    """Seconds from the word on a comment to when its site is told."""
    query = select(outbox.c.due_at - outbox.c.created_at).where(outbox.c.comment_id == comment_id)
    return stored(service, lambda connection: set(connection.execute(query).scalars()))


@pytest.fixture
def windows(service):
    """Both sites have an endpoint; what each one's own window is to be is set by name."""
    ids = {name: site_id(service, name) for name in ("blog", "other")}
    told = {"events": ["feedback.received"]}

    def change(**seconds):
        for name, each in seconds.items():
            stored(service, lambda connection, n=name, s=each: sites.set_undo(connection, ids[n], s))

    for number in ids.values():
        url = f"https://cms.example/{time.time()}"
        stored(service, lambda connection, n=number, u=url: endpoints.add_endpoint(connection, DIGESTS, n, u, time.time(), **told))
    yield change
    change(blog=None, other=None)


def test_each_site_has_its_own_window_for_undoing(service, waiting, ana, windows):
    """Its length is on the bar, and the site is told only after it; without a window nothing can be undone and nothing waits."""
    windows(blog=60)
    answer = act(service, ana, "reject", waiting[0])
    assert 50 < float(re.search(r'data-left="([\d.]+)"', answer.text)[1]) <= 60
    assert {round(each) for each in told_after(service, waiting[0])} == {62}
    windows(blog=0)
    answer = act(service, ana, "reject", waiting[1])
    assert ("Rejected." in answer.text, "/queue/undo" in answer.text) == (True, False)
    assert told_after(service, waiting[1]) == {0.0}


def test_what_is_decided_at_once_can_be_undone_at_once(service, waiting, ana, windows):
    """Comments of two sites have the longer of both windows."""
    other = site_id(service, "other")
    elsewhere = stored(service, lambda connection: move(connection, waiting[1], other))
    windows(blog=3, other=300)
    act(service, ana, "reject", waiting[0], elsewhere)
    assert {round(each) for each in told_after(service, waiting[0]) | told_after(service, elsewhere)} == {302}


def move(connection, comment_id, number):
    """Let a comment be another site's."""
    connection.execute(comments.update().where(comments.c.id == comment_id).values(site_id=number))
    connection.execute(queue_items.update().where(queue_items.c.comment_id == comment_id).values(site_id=number))
    return comment_id


def test_the_second_moderator_is_told(service, waiting, ana, ben):
    """409 with who did what; the first decision stands."""
    act(service, ana, "reject", waiting[0])
    answer = act(service, ben, "accept", waiting[0], seen=1)
    assert answer.status_code == 409
    assert re.search(r"Already rejected by Ana \d seconds? ago\. Nothing was changed\.", answer.text)
    assert state_of(service, waiting[0]) == ("decided", "reject", ["spam"])


def test_many_are_shown_first(service, ana):
    """Twenty are listed and their number typed before anything happens; fewer are acted on at once."""
    empty(service)
    ids = hold(service, *(f"A remark of its own, number {chr(97 + number) * 9}" for number in range(20)))
    preview = act(service, ana, "reject", *ids)
    assert "Type their number, 20" in preview.text
    assert state_of(service, ids[0])[0] == "waiting"
    assert "20 rejected." in act(service, ana, "reject", *ids, sure="20").text
    assert state_of(service, ids[19]) == ("decided", "reject", ["spam"])


def test_near_duplicates_are_acted_on_as_one(service, ana):
    """One row stands for three comments that differ in their links only."""
    empty(service)
    ids = hold(service, *(f"The very best watches of the world at http://w{place}.example" for place in range(3)))
    page = ana.get("/queue").text
    assert (page.count('class="item"'), "×3" in page) == (1, True)
    assert "3 rejected." in act(service, ana, "reject", ids[0], cluster="1").text
    assert [state_of(service, each)[0] for each in ids] == ["decided"] * 3


def test_filters_follow_the_address(service, ana):
    """Links and language choose; the counts beside the filters are those of their pages."""
    empty(service)
    german, linked = hold(service, TEXTS[3], lang="de")[0], hold(service, TEXTS[1], lang="en")[0]
    assert f"r-{linked}" not in ana.get("/queue?lang=de").text
    page = ana.get("/queue?links=1").text
    assert (f"r-{linked}" in page, f"r-{german}" in page) == (True, False)


def test_a_claim_is_shown_to_others(service, waiting, ana, ben):
    """A row that someone looks at bears their name for the others."""
    ana.post(f"/queue/claim/{waiting[0]}")
    assert 'class="tag claim"' in ben.get("/queue").text
    ana.post(f"/queue/claim/{waiting[0]}", release="1")
    assert 'class="tag claim"' not in ben.get("/queue").text


def test_fifty_rows_are_a_small_page(service, ana):
    """Long comments in another script, fifty of them, in at most 60 kB."""
    empty(service)
    hold(
        service,
        *(
            f"Дуже довгий коментар про все на світі {chr(1072 + number % 30)}{chr(1072 + number // 30)} " * 30
            for number in range(55)
        ),
    )
    page = ana.get("/queue")
    assert page.text.count('class="item"') == 50
    assert len(page.content) <= 60_000


def test_viewers_see_and_do_not_act(service, waiting):
    """No button for who may not decide, and no effect."""
    viewer = someone(service, Role.VIEWER)
    assert 'id="acts"' not in viewer.get("/queue").text
    assert act(service, viewer, "accept", waiting[0]).status_code == 403
    assert state_of(service, waiting[0])[0] == "waiting"


@pytest.mark.parametrize(
    "fields",
    [
        {"item": "x", "verdict": "accept"},
        {"item": "a.9999999999", "verdict": "accept"},
        {"item": "' OR 1=1.1", "verdict": "accept"},
        {"item": "a.1", "verdict": "reason-99"},
        {"item": "a.1", "verdict": ""},
        {"item": "a.1", "verdict": "accept", "back": "site=%00&sort=%ff&after=nan~x"},
    ],
)
def test_nonsense_is_refused(service, waiting, ana, fields):
    """Whatever a form holds, the answer is no fault of ours and nothing changes."""
    assert ana.post("/queue/act", **fields).status_code in {200, 404, 422}
    assert {state_of(service, each)[0] for each in waiting} == {"waiting"}


@pytest.mark.parametrize(
    "query", ["after=x", "after=nan~", "after=inf~zz", "site=7", "why=%00", "lang=%F0%9F%98%80", "sort=best", "at=%27"]
)
def test_any_address_gives_a_page(service, waiting, ana, query):
    """What an address may say is read with care."""
    assert ana.get(f"/queue?{query}").status_code == 200
