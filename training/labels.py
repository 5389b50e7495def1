"""Labelled comments as rows of one frame, from the service's store, from files, from the corpora.

A row is a comment reduced to what features and rules need: text, author's name and address, and an e-mail of which the features
say the same without telling whose it is. Network addresses, agents and referrers stay in the store.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
from msgspec import structs
from sqlalchemy import ColumnElement, Connection, Row, case, or_, select

from service import tables
from service.domain import Comment, History, Label, Verdict
from service.store import storable
from service.store.people_tables import people
from service.store.removal import DEMO_URL
from service.store.schema import comments, decisions, labels, queue_items, sites
from service.tables import ABSENT, Batch
from service.text.author import ROLES, read_author
from training.sources import TEXT_FIELDS, Corpus, load_corpus, load_seed

FACTS = ("site", "id", "hand", "why", "verdict", "history", "more", "source")
"""Further columns of strings; ``history`` and ``more`` are JSON of a History and of a comment's fields in ``KEPT``."""
NUMBERS = ("at", "trust", "chance", "spam", "abuse")
"""Columns of floats: arrival (epoch seconds, NaN unknown), trust and chance in (0, 1], labels 0, 1 or NaN."""
COLUMNS = (*TEXT_FIELDS, *FACTS, *NUMBERS)

KEPT = ("type", "role", "honeypot", "behaviour")
"""Fields of a comment beside ``TEXT_FIELDS`` that rules or signals look at."""
MEANS: dict[str, tuple[float, float]] = {"ham": (0.0, 0.0), "spam": (1.0, 0.0), "abuse": (0.0, 1.0)}
"""What each label says of (spam, abuse)."""
WORDS = {"ham": "ham", "accept": "ham", "0": "ham", "spam": "spam", "1": "spam", "abuse": "abuse"}
"""Words that files use for labels."""


class UnusableLabels(ValueError):  # named like the other refusals
    """Labels that cannot be read; the message names column and row, never a value of a comment."""


def reduced(comment: Comment) -> dict[str, str]:
    """Give the columns of a comment, without what tells who wrote it beyond the name that stands above it."""
    fields = {name: storable.text(getattr(comment, name)) for name in ("text", "author", "author_url", "lang", "date")}
    more = {name: getattr(comment, name) for name in KEPT}
    default = Comment(text="")
    kept = {name: value for name, value in more.items() if value != getattr(default, name)}
    article = storable.text(comment.article_id or comment.permalink)
    packed = msgspec.json.encode(kept, order="sorted").decode() if kept else ""
    return fields | {"author_email": reduced_mail(comment), "article": article, "part": article, "more": packed}


def reduced_mail(comment: Comment) -> str:
    """Give an address of which the features say the same, without whose it is: the domain, and before it what they look at.

    That is a role such as ``sales``, a word that the author's name has as well, and whether three digits follow each other.
    """
    name, url, mail = (storable.text(field) for field in (comment.author, comment.author_url, comment.author_email))
    author = read_author(name, url, mail)
    if not author.mail_domain:
        return "x@" if mail else ""  # that something was written there is a fact
    known = next((word for word in author.name_words if len(word) > 2 and word in author.mail_name), "")
    digits = "000" if re.search(r"\d{3}", author.mail_name) else ""
    anyone = author.mail_name if author.mail_name in ROLES else ".".join(filter(None, ("x", known, digits)))
    address = f"{anyone}@{author.mail_domain}"
    understood = read_author(name, url, address).mail_domain == author.mail_domain
    return address if understood else mail  # a host without a dot that only this spelling makes one: nobody's mailbox


def from_corpora(corpora: Sequence[Corpus], *, seed: bool = True) -> Iterator[pd.DataFrame]:
    """Give the seed corpus and those of ``corpora`` whose files are present, one frame each."""
    for corpus in (None, *corpora) if seed else corpora:
        rows = load_seed() if corpus is None else load_corpus(corpus)
        if rows is not None:
            yield complete(rows)


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the frame all of ``COLUMNS``: what was not known is empty, trust and chance are 1, ids are digests of content."""
    rows = rows.assign(**{name: "" for name in (*TEXT_FIELDS, *FACTS) if name not in rows})
    if "at" not in rows:
        rows["at"] = _times(rows["date"])
    rows = rows.assign(**{name: 1.0 for name in ("trust", "chance") if name not in rows})
    content = zip(*(rows[name] for name in ("source", "text", "author", "author_url")), strict=True)
    ids = [hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest() for parts in content]
    rows["id"] = rows["id"].where(rows["id"] != "", ids)
    return rows[list(COLUMNS)].reset_index(drop=True)


def _times(dates: pd.Series[Any]) -> pd.Series[Any]:
    times = pd.to_datetime(dates, utc=True, errors="coerce", format="ISO8601")
    return (times - pd.Timestamp(0, tz="UTC")).dt.total_seconds()


def from_file(path: Path, site: str = "") -> pd.DataFrame:
    """Rows of a CSV, JSON-lines or parquet file with the columns ``text`` and ``label`` and any of ``COLUMNS``.

    Raises UnusableLabels and ``service.tables.UnusableTable``.
    """
    with tables.open_source(path) as source:
        names = set(source.columns())
        if missing := {"text", "label"} - names:
            raise UnusableLabels(f"The file has no column named {' or '.join(sorted(missing))}.")
        rows = [row for batch in source.batches() for row in _file_rows(batch, names)]
    frame = pd.DataFrame(rows, columns=[*TEXT_FIELDS, "id", "hand", "spam", "abuse", "more", "trust", "chance"])
    return complete(frame.assign(source=f"site {site}" if site else f"file {path.name}", site=site))


def _file_rows(batch: Batch, names: set[str]) -> Iterator[dict[str, object]]:
    given = [name for name in ("author", "author_email", "author_url", "lang", "date", "article_id") if name in names]
    values = {name: [_text(value) for value in batch.column(name)] for name in ("text", "label", *given)}
    others = {name: batch.column(name) for name in ("trust", "chance") if name in names}
    for place in range(len(batch)):
        word = values["label"][place].strip().lower()
        if word not in WORDS:
            raise UnusableLabels(f"Row {batch.first + place}: the label must be ham, spam or abuse.")
        fields: dict[str, Any] = {name: values[name][place] for name in ("text", *given)}
        row = reduced(Comment(**fields))
        shares = {name: _share(column[place], name, batch.first + place) for name, column in others.items()}
        spam, abuse = MEANS[WORDS[word]]
        yield row | {"id": "", "hand": "file", "spam": spam, "abuse": abuse, "trust": 1.0, "chance": 1.0} | shares


def _text(value: object) -> str:
    return "" if value is None or value is ABSENT else str(value)


def _share(value: object, name: str, row: int) -> float:
    try:
        share = float(str(value))
    except ValueError:
        share = 0.0
    if not 0.0 < share <= 1.0:
        raise UnusableLabels(f"Row {row}: {name} must be a number above 0 and at most 1.")
    return share


def from_store(connection: Connection) -> pd.DataFrame:
    """All labels of all sites, oldest first, with each comment as its site sent it, reduced, and its author's history then."""
    oldest_first = (labels.c.comment_id, labels.c.number)
    query = (
        select(comments, labels.c.label, labels.c.hand, labels.c.trust, queue_items.c.why, _chance())
        .add_columns(sites.c.name.label("site_name"), decisions.c.verdict.label("first"), decisions.c.rule)
        .join(labels, labels.c.comment_id == comments.c.id)
        .join(sites, sites.c.id == comments.c.site_id)
        .join(decisions, (decisions.c.comment_id == comments.c.id) & (decisions.c.number == 0))
        .outerjoin(queue_items, queue_items.c.comment_id == comments.c.id)
        .where(comments.c.is_test.is_(False), sites.c.url != DEMO_URL)
        .order_by(*oldest_first)
    )
    found = connection.execute(query).all()
    known = histories(connection, {row.author_key for row in found if row.author_key is not None})
    return complete(pd.DataFrame([_stored_row(row, known.get(row.id, History())) for row in found], columns=list(COLUMNS)))


def _chance() -> ColumnElement[float]:
    """Give the chance with which the comment got a label: its draw's, where it would have none but for the audit, else 1.

    What its site spoke of, what a reader reported and what a moderator found by himself is labelled whatever the dice say; if it
    counted for those that were not drawn as well, a site whose every comment gets feedback would count what it accepts twice.
    """
    other, item = labels.alias().c, queue_items.c
    by_others = (other.at != item.acted_at) & other.hand.not_in(select(people.c.name))
    by_site = select(other.number).where(other.comment_id == comments.c.id, by_others).exists()
    anyway = or_(item.why != "audit", item.acted_at.is_(None), by_site, item.reports > 0)
    return case((anyway, 1.0), else_=item.chance).label("chance")


def _stored_row(row: Row[Any], history: History) -> dict[str, object]:
    spam, abuse = MEANS[Label(row.label).value]
    if row.rule == "flood":
        history = structs.replace(history, flooding=True)
    return reduced(stored_comment(row)) | {
        "source": f"site {row.site_name}",
        "site": row.site_name,
        "id": row.id,
        "at": row.received_at,
        "hand": row.hand,
        "trust": row.trust or 1e-9,
        "chance": row.chance or 1.0,
        "why": row.why or "feedback",
        "verdict": row.first,
        "history": msgspec.json.encode(history).decode() if history != History() else "",
        "spam": spam,
        "abuse": abuse,
    }


def stored_comment(row: Row[Any]) -> Comment:
    """Give the comment of a row of the table ``comments``."""
    more = storable.unpack(row.more)
    names = ("text", "author", "author_email", "author_url", "user_ip", "permalink", "article_id", "external_id")
    fields = {name: getattr(row, name) for name in names}
    return Comment(**fields, **{name: getattr(more, name) for name in more.__struct_fields__})


def histories(connection: Connection, authors: Iterable[int]) -> dict[str, History]:
    """Tell what was known of authors when each of their comments came, by comment id; a label counts from its comment on."""
    wanted, known, then = set(authors), dict[int, History](), dict[str, History]()
    query = select(comments.c.id, comments.c.author_key, comments.c.received_at, comments.c.verdict).order_by(comments.c.id)
    said = {
        row.comment_id: row.label
        for row in connection.execute(select(labels.c.comment_id, labels.c.label).order_by(labels.c.number))
    }
    for row in connection.execute(query.where(comments.c.author_key.is_not(None)).execution_options(yield_per=5000)):
        if row.author_key in wanted:
            then[row.id] = known.get(row.author_key, History())
            known[row.author_key] = _later(then[row.id], Verdict(row.verdict), said.get(row.id), row.received_at)
    return then


def _later(history: History, verdict: Verdict, label: str | None, at: float) -> History:
    counted = {Verdict.ACCEPT: "accepted", Verdict.HOLD: "held", Verdict.REJECT: "rejected"}[verdict]
    changes: dict[str, float] = {counted: getattr(history, counted) + 1, "known_since": history.known_since or at}
    if label is not None:
        name = "ham" if label == "ham" else "spam"
        changes[name] = getattr(history, name) + 1
    return structs.replace(history, **changes)


def comment_of(row: Any) -> Comment:  # noqa: ANN401 # a row of a frame
    """Give a row as the service would have received it, but for what was left in the store."""
    names = ("text", "author", "author_email", "author_url", "lang", "date")
    more = msgspec.json.decode(row.more) if row.more else {}
    return Comment(**{name: getattr(row, name) for name in names}, article_id=row.article, **more)


def history_of(row: Any) -> History:  # noqa: ANN401 # as above
    """Tell what was known of the row's author when the comment came."""
    return msgspec.json.decode(row.history, type=History) if row.history else History()
