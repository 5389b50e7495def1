"""Snapshots: the same rows have the same name, labels are settled, people can be forgotten, campaigns stay together."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import Connection, Engine

from service.domain import Comment, Label, Site
from service.store.arrivals import report
from service.store.feedback import Word, record_label
from service.store.people_tables import people
from service.store.queue import Act, Hand, Mark, act
from service.store.schema import comments, queue_items
from service.store.writer import Writer
from service.text.reading import read
from tests.store.conftest import engine, site, writer  # noqa: F401 # fixtures
from tests.store.given import NOON, comment, submission
from tests.training.given import some_labels
from training import labels, snapshot, unlabelled
from training.groups import near_duplicates
from training.labels import UnusableLabels, comment_of, complete, from_file, from_store, history_of, reduced


def labelled(*rows: dict[str, object]) -> pd.DataFrame:
    known = {"source": "site blog", "spam": 0.0, "abuse": 0.0, "date": ""}
    return complete(pd.DataFrame([known | row for row in rows]))


def test_the_same_rows_have_the_same_name(tmp_path: Path) -> None:
    """Content is what names a snapshot; taking it twice writes it once."""
    first = snapshot.take([some_labels(60)], tmp_path)
    again = snapshot.take([some_labels(60).sample(frac=1, random_state=3)], tmp_path)
    other = snapshot.take([some_labels(61)], tmp_path)
    assert first.digest == again.digest != other.digest
    assert len(snapshot.list_all(tmp_path)) == 2


def test_the_last_taken_is_the_newest(tmp_path: Path) -> None:
    """Also of many within one second, and where one that is older has the same content."""
    taken = [snapshot.take([some_labels(20 + number)], tmp_path).digest for number in range(8)]
    assert [each.digest for each in snapshot.list_all(tmp_path)] == taken
    again = snapshot.take([some_labels(20)], tmp_path)
    assert [each.digest for each in snapshot.list_all(tmp_path)] == [*taken[1:], taken[0]]
    assert snapshot.list_all(tmp_path)[-1] == again


def test_without_a_labelled_comment_there_is_no_snapshot(tmp_path: Path) -> None:
    """What has no label is not enough."""
    with pytest.raises(ValueError, match=r"^There is no labelled comment to take a snapshot of\.$"):
        snapshot.take([], tmp_path, unlabelled=[without_labels(3)])


def test_a_changed_shard_is_refused(tmp_path: Path) -> None:
    """One byte more and the snapshot is no longer what its manifest says."""
    taken = snapshot.take([some_labels(20)], tmp_path)
    path = tmp_path / taken.digest / taken.shards[0].name
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(snapshot.DamagedSnapshot, match="changed or is missing"):
        snapshot.load(tmp_path / taken.digest)


def test_the_last_label_of_the_most_trusted_hand_wins() -> None:
    """A moderator's word beats a later one of the plugin, and the moderator's last word beats the first."""
    said = [("ham", 1.0), ("spam", 1.0), ("ham", 0.5)]
    rows = labelled(*({"text": "x", "id": "1", "spam": float(label == "spam"), "trust": trust} for label, trust in said))
    kept, [merge] = snapshot.settle(rows)
    assert kept["spam"].tolist() == [1.0]
    assert merge.superseded == 2


def test_duplicates_become_one_example_and_conflicts_are_counted() -> None:
    """Their mass stays: what a moderator has to look at twice counts twice."""
    rows = labelled(
        {"text": "Buy now", "id": "1", "spam": 1.0, "trust": 0.9},
        {"text": "buy  NOW", "id": "2", "spam": 0.0, "trust": 0.5},
        {"text": "buy now", "id": "3", "spam": 1.0, "source": "site other"},
    )
    kept, [blog, other] = snapshot.settle(rows)
    assert kept[["source", "spam", "mass"]].values.tolist() == [["site blog", 1.0, 2.0], ["site other", 1.0, 1.0]]
    assert (blog.duplicates, blog.conflicts, other.duplicates) == (1, 1, 0)


def test_a_label_weighs_trust_by_chance() -> None:
    """A comment drawn with one chance in fifty stands for fifty."""
    kept, _ = snapshot.settle(labelled({"text": "x", "trust": 0.5, "chance": 0.02}))
    assert (kept["weight"].tolist(), kept["mass"].tolist()) == ([25.0], [50.0])


def test_a_campaign_is_one_group() -> None:
    """A template with changed words and another address stays together; an ordinary comment of the same words does not join."""
    template = "dear readers i made {} dollars from home last month with this simple method visit {} and start today"
    campaign = [
        template.format(sum_, address) for sum_, address in [("900", "aa.example"), ("4500", "b.example"), ("77", "c.d.example")]
    ]
    groups = near_duplicates([*campaign, "i visit my dear sister at home every month and we start a simple game", ""])
    assert len(set(groups[:3])) == 1
    assert len(set(groups)) == 3


def test_grouping_twenty_thousand_comments_takes_seconds() -> None:
    """Some 15 microseconds a comment."""
    texts = some_labels(2000, clean=0.3)["text"].tolist() * 10
    start = time.process_time()
    groups = near_duplicates(texts)
    assert time.process_time() - start < 5
    assert len(np.unique(groups)) <= 2000


@pytest.mark.parametrize("name", ["labels.csv", "labels.jsonl", "labels.parquet"])
def test_labels_come_from_files(tmp_path: Path, name: str) -> None:
    """The same rows from each kind of file."""
    rows = pd.DataFrame({"text": ["one", "two"], "label": ["ham", "Spam"], "author_email": ["a.b@example.org", ""]})
    path = tmp_path / name
    {"csv": lambda: rows.to_csv(path, index=False), "jsonl": lambda: rows.to_json(path, orient="records", lines=True)}.get(
        path.suffix[1:], lambda: rows.to_parquet(path)
    )()
    found = from_file(path, "blog")
    assert found["spam"].tolist() == [0.0, 1.0]
    assert found["author_email"].tolist() == ["x@example.org", ""]
    assert set(found["source"]) == {"site blog"}


def test_a_wrong_label_names_its_row_and_not_its_text(tmp_path: Path) -> None:
    """What the comment says is nobody's business but the file's."""
    path = tmp_path / "labels.csv"
    path.write_text("text,label\nfine,ham\nkanarienvogel,maybe\n")
    with pytest.raises(UnusableLabels, match=r"^Row 2: the label must be ham, spam or abuse\.$"):
        from_file(path)


mails = st.builds(
    "{}{}@{}".format,
    st.sampled_from(["bob", "info", "sales", "j.doe", "ana-maria", "żółć", ""]),
    st.sampled_from(["", "7", "1984"]),
    st.sampled_from(["gmail.com", "mail.example.co.uk", "bücher.example", "yopmail.com", "no dots", ""]),
)


@settings(deadline=None)  # the first reading compiles its phrases
@given(
    st.text(max_size=30),
    st.sampled_from(["", "Bob Jones", "ana", "info", "Żółć 1984"]) | st.text(max_size=15),
    mails | st.sampled_from(["0", "@", " "]) | st.text(max_size=15),
    st.sampled_from(["", "https://www.example.co.uk/shop", "bob.example.org"]) | st.text(max_size=15),
    st.booleans(),
    st.dictionaries(st.sampled_from(["submit_ms", "keys", "clicks", "javascript"]), st.floats(0, 9e9)),
)
def test_what_is_left_out_changes_no_feature(
    text: str, author: str, mail: str, url: str, honeypot: bool, behaviour: dict[str, float]
) -> None:
    """A snapshot's row reads as the stored comment does, to the last bit."""
    whole = labels.storable.comment(
        Comment(text=text, author=author, author_email=mail, author_url=url, honeypot=honeypot, behaviour=behaviour)
    )
    row = reduced(whole)
    again = comment_of(next(complete(pd.DataFrame([row | {"source": "s", "spam": 0.0, "abuse": 0.0}])).itertuples()))
    assert structs.replace(read(again), comment=whole) == read(whole)


def test_a_row_does_not_tell_whose_it_is() -> None:
    """Neither the e-mail's name nor the network address nor the agent are in it."""
    row = reduced(Comment(text="x", author="Bo", author_email="j.kowalski77@example.org", user_ip="203.0.113.7", user_agent="y/1"))
    assert row["author_email"] == "x@example.org"
    assert "203.0.113.7" not in str(row)
    assert "y/1" not in str(row)


def audited(site: Site, comment_id: str) -> dict[str, object]:  # noqa: F811 # a fixture's name
    return {"comment_id": comment_id, "site_id": site.id, "why": "audit", "chance": 0.02, "opened_at": NOON}


async def test_labels_come_from_the_store(engine: Engine, site: Site, writer: Writer) -> None:  # noqa: F811 # fixtures
    """With the hand's trust, the chance of an audit draw, and what was known of the author when the comment came."""
    stored = [await writer.submit(submission(site, comment(f"text {n}"), NOON + n, spam=0.1)) for n in range(3)]
    with engine.begin() as connection:
        connection.execute(queue_items.insert().values(audited(site, stored[2].id)))
        record_label(connection, site.id, stored[0].id, Word(Label.SPAM, "plugin", 0.6, NOON + 5))
        act(connection, [site.id], [Mark(stored[2].id, 1)], Act("reject", Label.ABUSE), Hand(1, "ana", NOON + 6), undo=0.0)
    with engine.connect() as connection:
        rows = from_store(connection)
    assert rows[["text", "spam", "abuse", "trust", "chance", "why"]].values.tolist() == [
        ["text 0", 1.0, 0.0, 0.6, 1.0, "feedback"],
        ["text 2", 0.0, 1.0, 1.0, 0.02, "audit"],
    ]
    assert [history_of(row).accepted for row in rows.itertuples()] == [0, 1]
    assert "203.0.113.7" not in rows.to_csv()


async def test_where_every_comment_gets_feedback_each_counts_once(
    engine: Engine,  # noqa: F811 # fixtures
    site: Site,  # noqa: F811
    writer: Writer,  # noqa: F811
) -> None:
    """Whatever of it was drawn for the audit too: decided there first, closed by the feedback, or reported by a reader."""
    stored = [await writer.submit(submission(site, comment(f"text {n}"), NOON + n)) for n in range(4)]
    decided, closed, reported, other = (each.id for each in stored)
    with engine.begin() as connection:
        person = people.insert().values(email="ana@desk.example", name="ana", created_at=NOON).returning(people.c.id)
        ana = Hand(connection.execute(person).scalar_one(), "ana", NOON + 6)
        connection.execute(queue_items.insert(), [audited(site, each) for each in (decided, closed, reported)])
        report(connection, site.id, reported, NOON + 5)
        decide(connection, site, decided, ana)
        decide(connection, site, reported, ana)
        for comment_id in (decided, closed, other):
            record_label(connection, site.id, comment_id, Word(Label.SPAM, "akismet:", 0.6, NOON + 7))
    with engine.connect() as connection:
        rows = from_store(connection)
    assert snapshot.settle(rows)[0]["mass"].tolist() == [1.0] * 4


def decide(connection: Connection, site: Site, comment_id: str, hand: Hand) -> None:  # noqa: F811 # a fixture's name
    """Answer an audit from the queue."""
    act(connection, [site.id], [Mark(comment_id, 1)], Act("accept", Label.HAM), hand, undo=0.0)


async def test_comments_without_a_label_come_from_the_store(engine: Engine, site: Site, writer: Writer) -> None:  # noqa: F811
    """Each site's newest, whatever was decided, reduced; nothing that is labelled, erased or a test."""
    said = [comment(f"text {n}", author_email="j.kowalski77@example.org") for n in range(4)]
    said += [comment("a test", is_test=True), comment("")]
    stored = [await writer.submit(submission(site, each, NOON + n, spam=0.1)) for n, each in enumerate(said)]
    with engine.begin() as connection:
        record_label(connection, site.id, stored[1].id, Word(Label.SPAM, "plugin", 0.6, NOON + 5))
        connection.execute(comments.update().where(comments.c.id == stored[2].id).values(verdict="reject"))
    with engine.connect() as connection:
        [rows] = unlabelled.from_store(connection)
    assert rows["text"].tolist() == ["text 0", "text 2", "text 3"]
    assert rows[["spam", "abuse"]].isna().all(axis=None)
    assert set(rows["site"]) == {site.name}
    assert set(rows["author_email"]) == {"x@example.org"}
    assert "203.0.113.7" not in rows.to_csv()


def without_labels(count: int) -> pd.DataFrame:
    return some_labels(count, seed=3).assign(spam=np.nan, abuse=np.nan, id=[f"silent {n}" for n in range(count)])


def test_what_has_no_label_stands_apart(tmp_path: Path) -> None:
    """It names the snapshot too, but no row, count or column of those that are measured shows it; each text is there once."""
    rows, silent = some_labels(30), without_labels(20)
    twice = pd.concat([silent, silent.assign(id="again " + silent["id"]), rows.assign(spam=np.nan, abuse=np.nan)])
    plain, beside = snapshot.take([rows], tmp_path), snapshot.take([rows], tmp_path, unlabelled=[twice])
    assert (beside.rows, beside.counts, beside.shards != ()) == (plain.rows, plain.counts, True)
    assert beside.digest != plain.digest
    stored = snapshot.Stored(tmp_path / beside.digest)
    assert set(stored.columns("id")["id"]) == set(rows["id"])
    assert stored.unlabelled()["id"].tolist() == ("again " + silent["id"]).tolist()
    assert not len(snapshot.Stored(tmp_path / plain.digest).unlabelled())


def test_a_snapshot_takes_so_many_without_a_label_of_each_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest."""
    monkeypatch.setattr(snapshot, "MOST_UNLABELLED", 5)
    blog, other = without_labels(9), some_labels(9, seed=4, source="site other").assign(spam=np.nan, abuse=np.nan)
    taken = snapshot.take([some_labels(30)], tmp_path, unlabelled=[blog, other])
    assert snapshot.Stored(tmp_path / taken.digest).unlabelled()["id"].tolist() == [*blog["id"].tail(5), *other["id"].tail(5)]


def test_near_duplicates_of_what_has_no_label_are_of_its_group(tmp_path: Path) -> None:
    """So that a campaign is never learnt from by its unlabelled half where the other half measures."""
    rows, text = some_labels(30), "kindly contact our office concerning the unclaimed inheritance fund of your late uncle"
    rows.loc[3, "text"] = f"{text} 1"
    silent = without_labels(3)
    silent.loc[1, "text"] = f"{text} 2"
    taken = snapshot.take([rows], tmp_path, unlabelled=[silent])
    both = snapshot.load(tmp_path / taken.digest), snapshot.Stored(tmp_path / taken.digest).unlabelled()
    first, second = (found.loc[found["text"].str.startswith(text), "group"].tolist() for found in both)
    assert first == second
    assert len(first) == 1


def test_the_forgotten_without_a_label_are_gone_too(tmp_path: Path) -> None:
    """As the labelled ones are."""
    old = snapshot.take([some_labels(30)], tmp_path, unlabelled=[without_labels(20)])
    new = snapshot.forget(tmp_path, old.digest, {"silent 7"})
    assert new is not None
    assert len(snapshot.Stored(tmp_path / new.digest).unlabelled()) == 19
    assert snapshot.forget(tmp_path, new.digest, {"silent 7"}) is None


def test_the_forgotten_are_gone(tmp_path: Path) -> None:
    """The snapshot without them has another name, and the old files are removed."""
    old = snapshot.take([some_labels(30)], tmp_path)
    new = snapshot.forget(tmp_path, old.digest, {"site blog 7"})
    assert new is not None
    assert not (tmp_path / old.digest).exists()
    assert "site blog 7" not in set(snapshot.load(tmp_path / new.digest)["id"])
    assert snapshot.forget(tmp_path, new.digest, {"site blog 7"}) is None
