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
    """What is known of labels: everyone's, how often people agree, how often they and the model do, and second opinions.

    ``people`` is the share of the ``several`` comments labelled by two or more of which all said the same, ``alpha`` how far that
    is beyond chance; see ``service.store.quality.alpha``.
    """

    hands: tuple[Hand, ...]
    people: Rate | None
    several: int
    alpha: float | None
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
        sums.update(scored=each.scored, leaned=each.leaned, against=each.against)
    return Quality(
        hands=hands,
        people=rate([(1.0, quality.whole(said), len(said))]),
        several=len(said),
        alpha=quality.alpha(said),
        model=rate([(1.0, sums["leaned"], sums["scored"])]),
        scored=sums["scored"],
        against=sums["against"],
        seconds=Seconds(waiting, given),
    )
