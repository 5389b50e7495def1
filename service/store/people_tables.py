"""The tables of people: who may sign in, what they may do where, their sessions, and the log of what was done."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Double, ForeignKey, Index, Integer, Table, Text

from service.store.schema import metadata

_ROLES = "('viewer', 'moderator', 'lead', 'admin')"


def _text(name: str, doc: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", doc=doc)


def _time(name: str, *, nullable: bool = False) -> Column[float]:
    return Column(name, Double, nullable=nullable)


def _person(*, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    return Column("person_id", Integer, ForeignKey("people.id"), nullable=nullable, primary_key=primary_key)


people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", Text, nullable=False, unique=True, doc="in small letters; the name to sign in with"),
    Column("name", Text, nullable=False, doc="as others see it"),
    _text("password", "argon2id with its parameters; empty: none, signs in elsewhere"),
    _text("role", "on every site, also those to come; empty: only where memberships say so"),
    _text("totp", "sealed secret of the authenticator; empty: none"),
    Column("totp_step", BigInteger, nullable=False, server_default="0", doc="the last step whose code was used"),
    Column("subject", Text, unique=True, doc="issuer and subject of OpenID Connect"),
    Column("settings", Text, nullable=False, server_default="{}", doc="JSON of service.people.preferences.Preferences"),
    _time("created_at"),
    _time("signed_in_at", nullable=True),
    _time("disabled_at", nullable=True),
    CheckConstraint(f"role IN ('', {_ROLES[1:]}", name="role"),
)

memberships = Table(
    "memberships",
    metadata,
    _person(primary_key=True),
    Column("site_id", Integer, ForeignKey("sites.id"), primary_key=True),
    Column("role", Text, nullable=False),
    CheckConstraint(f"role IN {_ROLES}", name="role"),
    Index(None, "site_id"),
    sqlite_with_rowid=False,
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True, doc="of the token in the cookie"),
    _person(),
    Column("stage", Text, nullable=False, doc="second: the password was right, the second factor is awaited"),
    _time("created_at"),
    _time("seen_at"),
    _text("address"),
    _text("agent", "what the browser calls itself"),
    CheckConstraint("stage IN ('open', 'second')", name="stage"),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("digest", Text, primary_key=True),
    _person(),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

invitations = Table(
    "invitations",
    metadata,
    Column("digest", Text, primary_key=True, doc="of the token in the link"),
    Column("kind", Text, nullable=False, doc="setup: the first person; join: another one; reset: a new password for person_id"),
    _person(nullable=True),
    _text("email", "whom it is for, where that is known"),
    _text("role"),
    Column("site_id", Integer, ForeignKey("sites.id"), doc="NULL: the role is for every site"),
    _text("by"),
    _time("created_at"),
    _time("expires_at"),
    CheckConstraint("kind IN ('setup', 'join', 'reset')", name="kind"),
    CheckConstraint(f"role IN ('', {_ROLES[1:]}", name="role"),
    sqlite_with_rowid=False,
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", Text, primary_key=True, doc="digest of an account or a network address"),
    _time("tat"),
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="1 is the first; no gaps"),
    _time("at"),
    Column("person_id", Integer, doc="no foreign key: the log outlives whom it names"),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False, doc="such as person.role"),
    Column("site_id", Integer),
    _text("target"),
    Column("before", Text, nullable=False, server_default="null", doc="JSON"),
    Column("after", Text, nullable=False, server_default="null", doc="JSON"),
    Column("hash", Text, nullable=False, doc="SHA-256 of the former entry's hash and this entry, hex"),
    Index(None, "site_id", "number"),
    Index(None, "person_id", "number"),
    sqlite_with_rowid=False,
)
