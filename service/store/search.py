"""The full-text index, and the reads that a search is made of. The index is made of the comments and can be dropped at any time.

Its form differs: an FTS5 table on SQLite, a ``tsvector`` with a GIN index on PostgreSQL; both hold the same words, cut by the room
above, and number comments in the order of their ids, so that the newest matches come first without sorting. It is written in the
background only; ``search_marks`` says how far it has come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, Select, column, func, literal_column, select, table, text, union_all

from service.domain import Comment, Verdict
from service.store import queries, storable
from service.store.desk_tables import search_marks
from service.store.schema import comments, decisions, labels
from service.store.source_tables import imports

_c, _d = comments.c, decisions.c
_words = table("search_words", column("number"), column("comment_id"), column("words"))
TOP = "g"
"""Comes after every id."""

_SLOTS = 3
_SAME_MOMENT = 1 << 21
"""How far from its place a comment's number can be: 64 milliseconds."""
_MOST_RUNS = 120
_FEW = 2000


class Entry(Struct, frozen=True):
    """A comment's words, parted by spaces, as the index shall hold them."""

    comment_id: str
    words: str


class Candidate(Struct, frozen=True):
    """A comment with what a search looks at; ``rule`` and ``model`` are of its first decision."""

    id: str
    site_id: int
    author_key: int | None
    comment: Comment
    rule: str
    model: str


class Wanted(Struct, frozen=True):
    """What of a query the database itself looks at. Ids are compared as texts: ``since`` <= id < ``below``."""

    site_ids: tuple[int, ...]
    verdicts: frozenset[str]
    by: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    low: float = 0.0
    high: float = float("inf")
    since: str = ""
    below: str = TOP

    @property
    def scored(self) -> bool:
        """Tell whether a comment without a score cannot be meant."""
        return self.low > 0 or self.high < float("inf")

    @property
    def plain(self) -> bool:
        """Tell whether site and time are all that it asks for: every entry of the index that has its words is then a match."""
        return not (self.by or self.not_by or self.scored or len(self.verdicts) < len(Verdict))


def number_of(comment_id: str) -> int:
    """Give the place of an id, or of what ids begin with, among the index's numbers: time, sequence, three bits for clashes."""
    return int(comment_id[:12], 16) << 15 | int(comment_id[13:16] or "0", 16) << _SLOTS


# The index.


def prepare(connection: Connection) -> bool:
    """Make the index where there is none; False on a SQLite without FTS5."""
    if connection.dialect.name == "postgresql":
        columns = "number bigint PRIMARY KEY, comment_id text NOT NULL, words tsvector NOT NULL"
        made = [f"TABLE IF NOT EXISTS search_words ({columns})"]
        made += ["INDEX IF NOT EXISTS ix_search_words_words ON search_words USING gin (words)"]
    elif connection.execute(text("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")).scalar() is None:
        return False
    else:
        options = "comment_id UNINDEXED, words, tokenize = 'ascii', columnsize = 0"
        made = [f"VIRTUAL TABLE IF NOT EXISTS search_words USING fts5({options})"]
    for each in made:
        connection.execute(text(f"CREATE {each}"))
    return True


def ready(connection: Connection) -> bool:
    """Tell whether there is an index."""
    if connection.dialect.name == "postgresql":
        return connection.execute(text("SELECT to_regclass('search_words') IS NOT NULL")).scalar_one() is True
    return connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'search_words'")).scalar() is not None


def add(connection: Connection, entries: Sequence[Entry]) -> int:
    """Put comments into the index, in order of their ids; gives how many were not there yet."""
    if not entries:
        return 0
    taken = _near(connection, [entry.comment_id for entry in entries])
    there, numbers = set(taken.values()), set(taken)
    rows = []
    for entry in sorted(entries, key=lambda entry: entry.comment_id):
        if entry.comment_id in there:
            continue
        number = number_of(entry.comment_id)
        while number in numbers:
            number += 1
        numbers.add(number)
        rows.append({"number": number, "id": entry.comment_id, "words": _stored(connection, entry.words)})
    if rows:
        connection.execute(text(_INSERT[connection.dialect.name]), rows)
    return len(rows)


_INSERT = {
    "sqlite": "INSERT INTO search_words (rowid, comment_id, words) VALUES (:number, :id, :words)",
    "postgresql": "INSERT INTO search_words (number, comment_id, words) VALUES (:number, :id, CAST(:words AS tsvector))",
}
_NUMBER: dict[str, ColumnElement[int]] = {
    "sqlite": literal_column("search_words.rowid"),
    "postgresql": literal_column("search_words.number"),
}


def _near(connection: Connection, ids: Sequence[str]) -> dict[int, str]:
    """Give number and id of whatever is indexed in the places of these comments, and around those places that are taken.

    A comment whose own place is free is not indexed: nothing ever leaves the index, it is only emptied.
    """
    place = _NUMBER[connection.dialect.name]
    query = select(place, _words.c.comment_id)
    own = query.where(place.in_([number_of(each) for each in ids]))
    found: dict[int, str] = {row[0]: row[1] for row in connection.execute(own)}
    for low, high in _spans(sorted(found)):
        found |= {row[0]: row[1] for row in connection.execute(query.where(place >= low, place < high))}
    return found


def _spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Join places that lie close together."""
    low = high = numbers[0] if numbers else 0
    for number in numbers:
        if number > high + _SAME_MOMENT:
            yield low, high + _SAME_MOMENT
            low = number
        high = number
    if numbers:
        yield low, high + _SAME_MOMENT


def _stored(connection: Connection, words: str) -> str:
    """Write words as the database's index takes them: PostgreSQL's own parser is left out, so that both hold the same."""
    if connection.dialect.name == "sqlite":
        return words
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words.split(" "), 1):
        places.setdefault(word, []).append(place)
    return " ".join(f"'{word}':{','.join(map(str, found[:255]))}" for word, found in places.items())


def known(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Give those of these comments that are indexed."""
    return set(_near(connection, ids).values()) & set(ids) if ids else set()


def empty(connection: Connection, ids: Sequence[str]) -> None:
    """Take every word of these comments out of the index, in the transaction that erases them."""
    if not ids or not ready(connection):
        return
    gone = set(ids)
    numbers = [number for number, comment_id in _near(connection, ids).items() if comment_id in gone]
    sqlite = connection.dialect.name == "sqlite"
    place, none = ("rowid", "''") if sqlite else ("number", "''::tsvector")
    for number in numbers:
        connection.execute(text(f"UPDATE search_words SET words = {none} WHERE {place} = :number"), {"number": number})  # noqa: S608 # our own names
    if sqlite:
        set_mark(connection, "merge", "wanted")  # until parts of the index are merged, they still hold the words


def merge(connection: Connection, pages: int) -> bool:
    """Rewrite a few pages of SQLite's index, so that nothing stays of what was erased; True when all is done."""
    before = connection.execute(text("SELECT total_changes()")).scalar_one()
    connection.execute(text("INSERT INTO search_words (search_words, rank) VALUES ('merge', :pages)"), {"pages": -pages})
    return int(connection.execute(text("SELECT total_changes()")).scalar_one() - before) < 2


def erased(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Give those of these comments of which nothing is left."""
    nothing = (_c.text == "") & (_c.more == "{}") & (_c.user_ip == "") & _c.author_key.is_(None)
    return set(connection.execute(select(_c.id).where(_c.id.in_(ids), nothing)).scalars())


# How far it has come.


def marks(connection: Connection) -> dict[str, str]:
    """Give all marks by name."""
    return {row[0]: row[1] for row in connection.execute(select(search_marks.c.name, search_marks.c.mark))}


def set_mark(connection: Connection, name: str, mark: str) -> None:
    """Set a mark; an empty one is none."""
    connection.execute(search_marks.delete().where(search_marks.c.name == name))
    if mark:
        connection.execute(search_marks.insert().values(name=name, mark=mark))


def last_import(connection: Connection) -> float:
    """Give when an import last stored comments, which are older than others that are indexed; 0 for never."""
    return connection.execute(select(func.max(imports.c.at))).scalar() or 0.0


def look_back(connection: Connection) -> None:
    """Let the index go down to the oldest comment once more: some that are older than others it has were stored."""
    set_mark(connection, "import", "")


# Reads.

_FIRST = (_d.comment_id == _c.id) & (_d.number == 0)
_RISK = func.coalesce(_d.spam, 0.0), func.coalesce(_d.abuse, 0.0)


def _candidates(connection: Connection, chosen: Select[Any]) -> list[Candidate]:
    ids = chosen.subquery()
    query = select(*_c, _d.rule.label("first_rule"), _d.model.label("first_model")).join(ids, ids.c.id == _c.id)
    rows = connection.execute(query.outerjoin(decisions, _FIRST).order_by(_c.id.desc()))
    return [_candidate(row) for row in rows]


def _candidate(row: Row[*tuple[Any, ...]]) -> Candidate:
    comment = queries.comment_of(row)
    return Candidate(row.id, row.site_id, row.author_key, comment, row.first_rule or "", row.first_model or "")


def newest(connection: Connection, above: str, below: str, limit: int, *, upwards: bool = False) -> list[Candidate]:
    """Give comments of all sites with ``above`` < id < ``below``, newest first: the newest of them, or the oldest ``upwards``."""
    query = select(_c.id).where(_c.id > above, _c.id < below)
    return _candidates(connection, query.order_by(_c.id if upwards else _c.id.desc()).limit(limit))


def walk(connection: Connection, wanted: Wanted, limit: int) -> list[Candidate]:
    """Give up to ``limit`` comments that the database's part of a query fits, newest first."""
    return _candidates(connection, _chosen(wanted, limit))


def _chosen(wanted: Wanted, limit: int) -> Select[Any]:
    """Walk along labels where someone's decisions are asked for, else along the index of verdicts, or of ids on many sites."""
    if wanted.by:
        said = labels.c
        stretch = (said.comment_id >= wanted.since) & (said.comment_id < wanted.below) & _is_hand(said, wanted.by[0])
        mine = (_c.site_id + 0).in_(wanted.site_ids)  # no index of comments shall tempt the planner away from the labels
        run = select(said.comment_id.label("id")).join(comments, _c.id == said.comment_id).where(stretch, mine).distinct()
        return run.where(*_conditions(wanted, plainly=False)).order_by(said.comment_id.desc()).limit(limit)
    places = [(site_id, verdict) for site_id in wanted.site_ids for verdict in sorted(wanted.verdicts)]
    if not places or len(places) > _MOST_RUNS:
        run = select(_c.id).where(_c.id >= wanted.since, _c.id < wanted.below, _c.site_id.in_(wanted.site_ids))
        return run.where(*_conditions(wanted)).order_by(_c.id.desc()).limit(limit)
    runs = []
    for site_id, verdict in places:
        there = (_c.site_id == site_id) & (_c.verdict == str(verdict)) & (_c.id >= wanted.since) & (_c.id < wanted.below)
        run = select(_c.id).where(there, *_conditions(wanted, verdict=False)).order_by(_c.id.desc()).limit(limit)
        runs.append(select(run.subquery().c.id))
    found = union_all(*runs).subquery()
    return select(found.c.id).order_by(found.c.id.desc()).limit(limit)


def _conditions(wanted: Wanted, *, verdict: bool = True, plainly: bool = True) -> list[ColumnElement[bool]]:
    """Give what a comment must fulfil; not ``plainly``: in a way that no index is in the order of."""
    found: list[ColumnElement[bool]] = []
    if verdict and len(wanted.verdicts) < len(Verdict):
        found.append((_c.verdict if plainly else _c.verdict.concat("")).in_([str(each) for each in wanted.verdicts]))
    found += [_said(hand) for hand in wanted.by[not plainly :]]
    found += [~_said(hand) for hand in wanted.not_by]
    if wanted.scored:
        risky = [each.between(wanted.low, 2.0) for each in _RISK]
        mild = [each <= min(wanted.high, 2.0) for each in _RISK]
        found.append(_any(select(func.count()).where(_FIRST, _d.model.is_not(None), risky[0] | risky[1], *mild)))
    return found


def _any(counted: Select[Any]) -> ColumnElement[bool]:
    """Tell whether there is one: counted, because EXISTS tempts PostgreSQL to join whole tables for a page of rows."""
    return counted.scalar_subquery() > 0


def _is_hand(columns: Any, name: str) -> ColumnElement[bool]:  # noqa: ANN401 # of the table or of an alias
    same: ColumnElement[bool] = func.lower(columns.hand) == storable.text(name).lower()
    return same


def _said(hand: str) -> ColumnElement[bool]:
    said = labels.alias().c
    return _any(select(func.count()).where(said.comment_id == _c.id, _is_hand(said, hand)))


def oldest_of(connection: Connection, below: str, count: int) -> str:
    """Give the id of the last of so many comments of all sites before the id ``below``; empty when there are fewer."""
    query = select(_c.id).where(_c.id < storable.text(below)).order_by(_c.id.desc()).limit(1).offset(count - 1)
    return connection.execute(query).scalar() or ""


Must = tuple[tuple[str, ...], bool]
"""Phrases (words parted by spaces) of which one must be there, and whether instead none may."""


def matches(connection: Connection, musts: Sequence[Must], wanted: Wanted, limit: int) -> list[str]:
    """Give ids of indexed comments that fit, newest first. One of ``musts`` at least is not negated."""
    place = _NUMBER[connection.dialect.name]
    sqlite = connection.dialect.name == "sqlite"
    match = text("search_words MATCH :match" if sqlite else "search_words.words @@ CAST(:match AS tsquery)")
    query = (
        select(_words.c.comment_id).select_from(_words).where(match.bindparams(match=_fts5(musts) if sqlite else _tsquery(musts)))
    )
    query = query.where(_words.c.comment_id < wanted.below, _words.c.comment_id >= wanted.since)
    if wanted.below != TOP:
        query = query.where(place < number_of(wanted.below) + _SAME_MOMENT)
    if wanted.since:
        query = query.where(place >= number_of(wanted.since))
    if not sqlite and (few := _few(connection, query)) is not None:
        return few[:limit] if wanted.plain else _of_these(connection, few, wanted, limit)
    if not wanted.plain:
        query = query.join(comments, _c.id == _words.c.comment_id).where(*_conditions(wanted))
    return list(connection.execute(query.order_by(place.desc()).limit(limit)).scalars())


def _few(connection: Connection, query: Select[Any]) -> list[str] | None:
    """Give all matches if they are few. PostgreSQL, told to stop after a page, would walk through everything for rare words."""
    found = list(connection.execute(query.limit(_FEW + 1)).scalars())
    return sorted(found, reverse=True) if len(found) <= _FEW else None


def _of_these(connection: Connection, ids: Sequence[str], wanted: Wanted, limit: int) -> list[str]:
    query = select(_c.id).where(_c.id.in_(ids), *_conditions(wanted))
    return list(connection.execute(query.order_by(_c.id.desc()).limit(limit)).scalars())


def _fts5(musts: Sequence[Must]) -> str:
    wanted = " AND ".join(_either(phrases) for phrases, negated in musts if not negated)
    unwanted = " OR ".join(_either(phrases) for phrases, negated in musts if negated)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _either(phrases: Sequence[str]) -> str:
    return "({})".format(" OR ".join(f'"{phrase}"' for phrase in phrases))


def _tsquery(musts: Sequence[Must]) -> str:
    parts = []
    for phrases, negated in musts:
        sequences = [" <-> ".join(f"'{word}'" for word in phrase.split(" ")) for phrase in phrases]
        either = " | ".join(f"({sequence})" for sequence in sequences)
        parts.append(f"{'!' if negated else ''}({either})")
    return " & ".join(parts)
