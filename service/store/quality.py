"""How good labels are: what several people said of one comment, what the model had said, which second opinions were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from service.store.ids import first_id
from service.store.schema import decisions, labels, queue_items
from service.store.workload import SURE

_l, _d, _q = labels.c, decisions.c, queue_items.c
_PEOPLE: ColumnElement[bool] = and_(_l.hand.not_like("%:%"), _l.hand != "api")


class Hand(Struct, frozen=True):
    """How one person's labels stand.

    ``shared`` counts meetings with others on one comment, ``same`` those with the same answer (ham or not); ``scored`` the labels
    that the model had a score for, ``leaned`` those on its side of one half, ``against`` those of whose contrary it was sure.
    """

    name: str
    given: int = 0
    shared: int = 0
    same: int = 0
    scored: int = 0
    leaned: int = 0
    against: int = 0


class Seconds(Struct, frozen=True):
    """Second opinions: how many are still waited for, and how many were given."""

    waiting: int = 0
    given: int = 0


Row = tuple[str, int, int, int, int]
Said = dict[str, dict[str, bool]]
"""By comment, who said that it is ham (true) or not; a person's last word counts."""


def against_model(connection: Connection, site_id: int, since: float, until: float) -> list[Row]:
    """Count people's labels on comments of a span of time: hand, how many, scored, leaning as the model did, against a sure one."""
    ham, bad = _l.label == "ham", or_(_d.spam >= 0.5, _d.abuse >= 0.5)
    sure_bad, sure_ham = or_(_d.spam >= SURE, _d.abuse >= SURE), and_(_d.spam <= 1 - SURE, _d.abuse <= 1 - SURE)
    leaned = case((and_(ham, ~bad), 1), (and_(~ham, bad), 1), else_=0)
    against = case((and_(ham, sure_bad), 1), (and_(~ham, sure_ham), 1), else_=0)
    query = (
        select(_l.hand, func.count(), func.count(_d.spam), func.sum(leaned), func.sum(against))
        .join(decisions, and_(_d.comment_id == _l.comment_id, _d.number == 0))
        .where(_l.comment_id >= first_id(since), _l.comment_id < first_id(until), _l.site_id == site_id, _PEOPLE)
        .group_by(_l.hand)
    )
    return [(row[0], int(row[1]), int(row[2]), int(row[3] or 0), int(row[4] or 0)) for row in connection.execute(query)]


def together(connection: Connection, site_id: int, since: float, until: float) -> Said:
    """Give what was said of the comments of a span of time that several people labelled."""
    span = (_l.comment_id >= first_id(since), _l.comment_id < first_id(until), _l.site_id == site_id, _PEOPLE)
    several = select(_l.comment_id).where(*span).group_by(_l.comment_id).having(func.count(_l.hand.distinct()) > 1)
    query = select(_l.comment_id, _l.hand, _l.label).where(_l.comment_id.in_(several), _PEOPLE)
    said: Said = {}
    for comment_id, hand, label in connection.execute(query.order_by(_l.comment_id, _l.number)):
        said.setdefault(comment_id, {})[hand] = label == "ham"
    return said


def seconds(connection: Connection, site_id: int, since: float, until: float) -> Seconds:
    """Count the second opinions asked for on comments of a span of time."""
    span = (_q.comment_id >= first_id(since), _q.comment_id < first_id(until), _q.site_id == site_id, _q.second.is_(True))
    found = {row[0]: row[1] for row in connection.execute(select(_q.state, func.count()).where(*span).group_by(_q.state))}
    return Seconds(found.get("waiting", 0), found.get("decided", 0))


def whole(said: Mapping[str, Mapping[str, bool]]) -> int:
    """Count the comments of which everyone who labelled them said the same: each comment counts once, however many did."""
    return sum(len(set(words.values())) == 1 for words in said.values())


def alpha(said: Mapping[str, Mapping[str, bool]]) -> float | None:
    """Give Krippendorff's alpha for ham or not, any number of people a comment: 1 all agree, 0 as by chance, below it against.

    Krippendorff, Content Analysis (2004), chapter 11: one less observed by expected disagreement. None where all said the same.
    """
    counts = [(sum(words.values()), len(words)) for words in said.values() if len(words) > 1]
    words, ham = sum(count for _, count in counts), sum(count for count, _ in counts)
    if not 0 < ham < words:
        return None
    apart = sum(count * (of - count) / (of - 1) for count, of in counts)
    return 1 - (words - 1) * apart / (ham * (words - ham))


def hands(rows: Iterable[Row], said: Mapping[str, Mapping[str, bool]]) -> list[Hand]:
    """Add up how everyone's labels stand, the busiest first."""
    sums: dict[str, Counter[str]] = {}
    for hand, given, scored, leaned, against in rows:
        sums.setdefault(hand, Counter()).update(given=given, scored=scored, leaned=leaned, against=against)
    for words in said.values():
        for one, other in combinations(words, 2):
            for hand in (one, other):
                sums.setdefault(hand, Counter()).update(shared=1, same=int(words[one] is words[other]))
    found = [Hand(name, **{field: each[field] for field in Hand.__struct_fields__[1:]}) for name, each in sums.items()]
    return sorted(found, key=lambda each: (-each.given, each.name))
