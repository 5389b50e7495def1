"""How good a site's labels are, counted for the page of labels in short reads."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from service.queue.spread import Rate, rate
from service.queue.traffic import DAY, slices
from service.store import quality
from service.store.quality import Hand, Said, Seconds

if TYPE_CHECKING:
    from service.moderation import Moderation


class Quality(Struct, frozen=True):
    """What is known of labels: everyone's, how often two people agree, how often people and the model do, and second opinions."""

    hands: tuple[Hand, ...]
    people: Rate | None
    pairs: int
    model: Rate | None
    scored: int
    against: int
    seconds: Seconds


async def take(moderation: Moderation, site_id: int, days: int, at: float) -> Quality:
    """Count the labels of the last days. Raises Unavailable."""
    rows: list[quality.Row] = []
    said: Said = {}
    waiting = given = 0
    for begin, end in await slices(moderation, at - days * DAY, at):
        rows += await moderation.look(lambda c, b=begin, e=end: quality.against_model(c, site_id, b, e))  # type: ignore[misc]
        said |= await moderation.look(lambda c, b=begin, e=end: quality.together(c, site_id, b, e))  # type: ignore[misc]
        asked = await moderation.look(lambda c, b=begin, e=end: quality.seconds(c, site_id, b, e))  # type: ignore[misc]
        waiting, given = waiting + asked.waiting, given + asked.given
    hands = tuple(quality.hands(rows, said))
    sums: Counter[str] = Counter()
    for each in hands:
        sums.update(shared=each.shared, same=each.same, scored=each.scored, leaned=each.leaned, against=each.against)
    pairs = sums["shared"] // 2  # both of two count a meeting
    return Quality(
        hands=hands,
        people=rate([(1.0, sums["same"] // 2, pairs)]),
        pairs=pairs,
        model=rate([(1.0, sums["leaned"], sums["scored"])]),
        scored=sums["scored"],
        against=sums["against"],
        seconds=Seconds(waiting, given),
    )
