"""The tables. Times are epoch seconds as doubles, ids of comments 32 hex digits in order of time, digests 63-bit integers.

What every comment pays for is kept narrow: two secondary indexes whose newest entries lie side by side, so that a batch of
comments dirties few pages; an index over a random digest alone costs more than the row itself.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_VERDICTS = "verdict IN ('accept', 'hold', 'reject')"


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _time(name: str, *, nullable: bool = False) -> Column[float]:
    return Column(name, Double, nullable=nullable)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


_FACETS = ("second", "why", "rule", "lang", "newcomer", "linked")
"""What the queue is filtered by; ``second`` first, as every filter says which of the two queues it means."""


_SHOWN = ("comment_id", "doubt", "risk", "cluster", "article")
"""What filters leave is put in order by."""


def _waiting(name: str, *columns: str, also: str = "") -> Index:
    """Index the items of a site that wait, ``also`` of a condition: those that were decided cost it nothing.

    What counts, or finds and sorts, without a look at the rows has ``state`` last: SQLite would otherwise look up every row for the
    condition that the index is made of.
    """
    only = text(f"state = 'waiting'{also and f' AND {also}'}")
    return Index(f"ix_queue_items_{name}", "site_id", *columns, sqlite_where=only, postgresql_where=only)


def _site(*, primary_key: bool = False) -> Column[int]:
    return Column("site_id", Integer, ForeignKey("sites.id"), nullable=False, primary_key=primary_key)


def _comment(*, primary_key: bool = False) -> Column[str]:
    return Column("comment_id", Text, ForeignKey("comments.id"), nullable=False, primary_key=primary_key)


sites = Table(
    "sites",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    _text("url"),
    Column("hold_as", Text, nullable=False, server_default="auto"),
    _time("created_at"),
    Column("undo_seconds", Integer, doc="before the site is told of a decision; NULL: as the installation has it"),
    CheckConstraint("hold_as IN ('auto', 'pending', 'spam', 'ham')", name="hold_as"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Integer, primary_key=True),
    _site(),
    _text("label"),
    Column("digest", Text, nullable=False, unique=True, doc="HMAC-SHA256 of the key with the server's secret, hex"),
    Column("kind", Text, nullable=False, doc="akismet: 12 hex digits; bearer: a long token"),
    Column("scopes", Text, nullable=False, server_default="check feedback", doc="words parted by spaces"),
    Column("hint", Text, nullable=False, doc="the key's last four characters"),
    Column("salt", Text, nullable=False, server_default="", doc="an Akismet key is derived from it and the server's secret"),
    _time("created_at"),
    Column("revoked_at", Double, doc="when it ceases to work; may lie ahead, while another takes its place"),
    Column("used_at", Double, doc="epoch seconds, to the minute; NULL for one never used"),
    Index(None, "site_id"),
)

policies = Table(
    "policies",
    metadata,
    _site(primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False, doc="JSON of service.policy.Policy; the newest version is in force"),
    Column("by", Text, nullable=False),
    _time("at"),
)

comments = Table(
    "comments",
    metadata,
    Column("id", Text, primary_key=True),
    _site(),
    _time("received_at"),
    Column("verdict", Text, nullable=False, doc="of the newest decision"),
    Column("revision", Text, nullable=False, doc="empty without an external id: nothing asks for it then"),
    _text("external_id"),
    Column("match_key", BigInteger, nullable=False, doc="checksum of what a feedback without an id tells of its comment"),
    Column("author_key", BigInteger, doc="identities.key of the author; NULL for an author of whom nothing is known"),
    Column("is_test", Boolean, nullable=False),
    Column("counted", Boolean, nullable=False, doc="in identities at once; False: with the ledger's next writing"),
    _text("text"),
    _text("author"),
    _text("author_email"),
    _text("author_url"),
    _text("user_ip"),
    _text("permalink"),
    _text("article_id"),
    Column("more", Text, nullable=False, server_default="{}", doc="JSON of the fields that no query looks at"),
    CheckConstraint(_VERDICTS, name="verdict"),
    Index(None, "site_id", "verdict", "id"),
    Index(None, "site_id", "received_at", "match_key"),
    Index(
        "uq_comments_site_id_external_id_revision",
        "site_id",
        "external_id",
        "revision",
        unique=True,
        sqlite_where=text("external_id <> ''"),
        postgresql_where=text("external_id <> ''"),
    ),
)

decisions = Table(
    "decisions",
    metadata,
    _comment(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False, doc="0 is the first; only ever appended"),
    Column("site_id", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reasons", Text, nullable=False, doc="JSON list"),
    Column("source", Text, nullable=False),
    Column("spam", Double),
    Column("abuse", Double),
    Column("model", Text),
    _time("at"),
    _text("by"),
    CheckConstraint(_VERDICTS, name="verdict"),
    sqlite_with_rowid=False,
)

labels = Table(
    "labels",
    metadata,
    _comment(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False, doc="of the decision that followed"),
    _site(),
    Column("label", Text, nullable=False),
    _text("kind"),
    Column("hand", Text, nullable=False, doc="who said so"),
    Column("trust", Double, nullable=False),
    _time("at"),
    CheckConstraint("label IN ('ham', 'spam', 'abuse')", name="label"),
    Index(None, "site_id", "at"),
)

queue_items = Table(
    "queue_items",
    metadata,
    _comment(primary_key=True),
    _site(),
    Column("why", Text, nullable=False),
    Column("chance", Double, nullable=False, doc="with which the item was drawn, (0, 1]"),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("version", Integer, nullable=False, server_default="1", doc="the optimistic lock"),
    _time("opened_at"),
    _time("closed_at", nullable=True),
    Column("risk", Double, nullable=False, server_default="1", doc="the highest score; 1 where there was none"),
    Column("doubt", Double, nullable=False, server_default="0", doc="how far the risk is from one half"),
    _text("rule"),
    _text("lang"),
    _flag("newcomer"),
    _flag("linked"),
    Column("cluster", BigInteger, doc="what near-duplicates share; NULL for a text too short to tell"),
    _flag("second"),
    Column("claimed_by", Integer, doc="the person who looks at it"),
    Column("claimed_until", Double, nullable=False, server_default="0"),
    _text("act"),
    Column("acted_by", Integer, doc="the person who acted last; with acted_at the name of what can be undone"),
    _time("acted_at", nullable=True),
    Column("tag", Text, nullable=False, server_default="", doc="that a rule of the site gave"),
    Column("reports", Integer, nullable=False, server_default="0", doc="how often readers reported it"),
    Column("article", Integer, doc="as of queue_places, where it is looked up; NULL until then"),
    CheckConstraint("why IN ('held', 'audit', 'reported')", name="why"),
    CheckConstraint("state IN ('waiting', 'decided')", name="state"),
    _waiting("waiting", "comment_id"),
    _waiting("doubt", "doubt", "comment_id"),
    _waiting("risk", "risk", "comment_id"),
    _waiting("facets", *_FACETS, *_SHOWN, "reports", "state"),
    _waiting("reported", "reports", "comment_id", *_FACETS, *_SHOWN[1:], "state", also="reports > 0"),
    _waiting("cluster", "cluster", "comment_id", "state"),
    Index(
        "ix_queue_items_claimed",
        "claimed_until",
        sqlite_where=text("claimed_by IS NOT NULL"),
        postgresql_where=text("claimed_by IS NOT NULL"),
    ),
    _waiting("tag", "tag", "comment_id", also="tag <> ''"),
    Index(
        "ix_queue_items_copies",
        "site_id",
        "cluster",
        "comment_id",
        sqlite_where=text("state = 'decided' AND cluster IS NOT NULL"),
        postgresql_where=text("state = 'decided' AND cluster IS NOT NULL"),
    ),
    Index(
        "ix_queue_items_acted",
        "acted_by",
        "acted_at",
        sqlite_where=text("acted_by IS NOT NULL"),
        postgresql_where=text("acted_by IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

identities = Table(
    "identities",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False, doc="keyed digest of site and author"),
    Column("site_id", Integer, nullable=False),
    _count("accepted"),
    _count("held"),
    _count("rejected"),
    _count("ham"),
    _count("spam"),
    Column("first_us", BigInteger, nullable=False, doc="first sighting, microseconds: integers are read in bulk without rounding"),
    Column("last_us", BigInteger, nullable=False),
    Column("tat_us", BigInteger, nullable=False, doc="theoretical arrival time of the flood limit"),
    sqlite_with_rowid=False,
)

tallies = Table(
    "tallies",
    metadata,
    _site(primary_key=True),
    Column("day", Text, primary_key=True, doc="YYYY-MM-DD, UTC, of the comments' arrival"),
    _count("accepted"),
    _count("held"),
    _count("rejected"),
    _count("missed_spam"),
    _count("false_rejects"),
    sqlite_with_rowid=False,
)

rule_hits = Table(
    "rule_hits",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("day", Text, primary_key=True, doc="YYYY-MM-DD, UTC"),
    Column("rule", Text, primary_key=True, doc="that added something without deciding; what decided stands with the decision"),
    _count("hits"),
    sqlite_with_rowid=False,
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("body_digest", Text, nullable=False),
    Column("comment_id", Text, nullable=False),
    _time("created_at"),
    Index(None, "created_at"),
    sqlite_with_rowid=False,
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("id", Integer, primary_key=True),
    _site(),
    Column("kind", Text, nullable=False, doc="webhook: signed events; akismet_callback: the WordPress plugin's own route"),
    Column("url", Text, nullable=False),
    _text("events"),
    Column("with_text", Boolean, nullable=False, doc="may be told what the comment says"),
    Column("salt", Text, nullable=False, doc="the secret is derived from it and the server's; see service.store.ids"),
    Column("old_salt", Text, nullable=False, server_default="", doc="of the secret before a rotation, valid until old_until"),
    Column("old_until", Double, nullable=False, server_default="0"),
    Column("key_id", Integer, doc="akismet_callback: the key that the site accepted last"),
    _time("created_at"),
    _time("disabled_at", nullable=True),
    _text("disabled_why"),
    _count("failures"),
    Column("failing_since", Double, doc="the first failure after the last success"),
    Column("paused_until", Double, nullable=False, server_default="0"),
    Column("lease_by", Text, nullable=False, server_default="", doc="the worker that serves it now"),
    Column("lease_until", Double, nullable=False, server_default="0"),
    CheckConstraint("kind IN ('webhook', 'akismet_callback')", name="kind"),
    UniqueConstraint("site_id", "kind", "url"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True, doc="32 hex digits in order of time; the message's id"),
    Column("site_id", Integer, nullable=False),
    Column("endpoint_id", Integer, ForeignKey("endpoints.id"), nullable=False),
    Column("comment_id", Text),
    Column("number", Integer, nullable=False, doc="of the decision it tells of: a comment's messages leave in this order"),
    Column("kind", Text, nullable=False, doc="the event's type, or akismet_callback"),
    Column("payload", Text, nullable=False, doc="JSON without anything the commenter wrote"),
    _time("created_at"),
    _time("due_at"),
    Column("state", Text, nullable=False, server_default="waiting"),
    _count("attempts"),
    _text("error"),
    CheckConstraint("state IN ('waiting', 'sent', 'dead')", name="state"),
    Index(None, "endpoint_id", "state", "due_at"),
    Index(None, "comment_id", "endpoint_id", "number"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("outbox_id", Text, primary_key=True),
    Column("at", Double, primary_key=True, doc="of the attempt, epoch seconds"),
    Column("endpoint_id", Integer, nullable=False),
    Column("number", Integer, nullable=False, doc="1 is the first attempt, again after a replay"),
    Column("seconds", Double, nullable=False),
    Column("status", Integer, doc="of HTTP; NULL when there was no answer"),
    _text("error"),
    Index(None, "endpoint_id", "at"),
    sqlite_with_rowid=False,
)

changes = Table(
    "changes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", Integer, nullable=False, doc="raised by every change of sites, keys and policies"),
)
