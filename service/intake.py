"""The use-case of a webhook: what a platform tells about its comments becomes decisions, queue items and labels.

A delivery is remembered only after all that it brought is on disk, and everything it does can be done twice with the effect of
once: whatever breaks between, the platform's retry completes it, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from msgspec import Struct
from sqlalchemy import Connection

from service.domain import Comment, Decision, Label, Site
from service.moderation import Moderation, Word
from service.store import arrivals, sites, sources
from service.store.ids import Digests
from service.store.sources import Options, Source, SourceUnreadable

__all__ = ["DAY", "Event", "Intake", "Options", "Ruling", "Source", "SourceUnreadable"]

T = TypeVar("T")
Kind = Literal["written", "deleted", "reported"]
DAY = 86_400.0
TRUST = 0.7
"""Weight of a label that a platform passes on, against 1 for a known moderator's."""


class Event(Struct, frozen=True, kw_only=True):
    """What happened to a comment on its platform.

    ``written`` is a new comment or an edited one: an edit is another revision of the same ``external_id``. ``deleted`` and
    ``reported`` need that id; a report may bring the text along for a comment never seen. ``label`` is a moderator's word there.
    """

    kind: Kind
    comment: Comment
    label: Label | None = None
    hand: str = ""


class Ruling(Struct, frozen=True):
    """What a platform is answered: the comment's id here and the decision in force; ``repeated`` for a delivery seen before."""

    id: str
    decision: Decision
    repeated: bool = False


class Intake:
    """Takes deliveries for all sources."""

    def __init__(self, moderation: Moderation, digests: Digests) -> None:
        self._moderation = moderation
        self._digests = digests

    async def source(self, source_id: str) -> tuple[Source, Site] | None:
        """Find a source and its site. Raises Unavailable, SourceUnreadable."""
        return await self._moderation.look(lambda connection: self._find(connection, source_id))

    def _find(self, connection: Connection, source_id: str) -> tuple[Source, Site] | None:
        source = sources.find_source(connection, self._digests, source_id)
        if source is None:
            return None
        return next(((source, site) for site in sites.list_sites(connection) if site.id == source.site_id), None)

    async def delivered(self, source: Source, site: Site, delivery: str, at: float) -> tuple[bool, Ruling | None]:
        """Tell whether a delivery came before, and if so the ruling in force on what it brought. Raises Unavailable."""
        known = await self._moderation.look(lambda connection: arrivals.delivered(connection, source.id, delivery, at))
        if not known:
            return known is not None, None
        stored = await self._moderation.get(site, known)
        return True, None if stored is None else Ruling(stored.id, stored.decision, repeated=True)

    async def take(
        self, source: Source, site: Site, delivery: str, events: Sequence[Event], at: float, *, keep: float
    ) -> Ruling | None:
        """Do what a delivery says, remember it for ``keep`` seconds, and give the ruling on its last written comment.

        Raises Overloaded, Unavailable; the platform should then try again.
        """
        ruling = None
        for place, event in enumerate(events):
            done = await self._event(site, event, at, f"{source.id} {delivery} {place}")
            ruling = done or ruling
        comment_id = ruling.id if ruling is not None else ""
        await self._write(lambda connection: arrivals.remember(connection, source.id, delivery, comment_id, at, at + keep))
        return ruling

    async def _event(self, site: Site, event: Event, at: float, retry_key: str) -> Ruling | None:
        external_id = event.comment.external_id
        if event.kind == "deleted":
            await self._write(lambda connection: arrivals.withdraw(connection, site.id, external_id, at))
            return None
        if event.kind == "reported":
            return await self._reported(site, event.comment, at, retry_key)
        stored = await self._moderation.check(site, event.comment, at, retry_key=retry_key)
        if external_id:
            await self._write(lambda connection: arrivals.withdraw(connection, site.id, external_id, at, but=stored.id))
        if event.label is not None:
            word = Word(event.label, event.hand, TRUST, at, tell_site=False)
            await self._moderation.feedback(site, stored.id, word)
        return Ruling(stored.id, stored.decision)

    async def _reported(self, site: Site, comment: Comment, at: float, retry_key: str) -> Ruling | None:
        """Queue what was reported; a comment never seen is judged first, one of which not even the text came is let go."""
        found = await self._moderation.look(
            lambda connection: arrivals.newest_named(connection, site.id, comment.external_id) if comment.external_id else None
        )
        if found is None and comment.text:
            found = (await self._moderation.check(site, comment, at, retry_key=retry_key)).id
        if found is not None:
            comment_id = found
            await self._write(lambda connection: arrivals.report(connection, site.id, comment_id, at))
        return None

    async def _write(self, change: Callable[[Connection], T]) -> T:
        return await self._moderation.writer.run(change)
