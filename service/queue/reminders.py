"""Reminds moderators by e-mail of a queue that is long or late: no more than one in so many hours, never with what is in it."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from service.domain import Role
from service.moderation import Moderation
from service.people import preferences
from service.queue import languages
from service.queue.languages import N_, gettext, ngettext
from service.queue.mail import Mailer, NotSent
from service.settings import Settings
from service.store import crowding, people
from service.store.crowding import Wait
from service.store.people import Person

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 900.0
"""So long is a mail server left alone that took nothing."""

_SUBJECT = N_("Comments wait for a moderator")
_END = N_("You get this because you moderate there, at most once in %(hours)s hours. Switch it off under My account.")


class Reminders:
    """Tells moderators of what waits, when asked to look round."""

    def __init__(self, moderation: Moderation, settings: Settings, mailer: Mailer) -> None:
        self._moderation, self._settings, self._mailer = moderation, settings, mailer
        self._rests_until = 0.0

    async def look_round(self, now: float) -> None:
        """Remind, unless the mail server took nothing just now: who cannot be reached is reminded later. Raises as ``once``."""
        if now < self._rests_until:
            return
        try:
            await self.once(now)
        except NotSent as error:
            _log.warning("no reminder was sent: %s", error)
            self._rests_until = now + _PAUSE_SECONDS

    async def once(self, now: float) -> int:
        """Remind whoever is to be reminded; gives how many. Raises NotSent, Unavailable, Overloaded."""
        known = self._settings
        waits = await self._moderation.look(partial(crowding.waits, most=known.queue_threshold))
        late = [each for each in waits if self._is_late(each, now)]
        count = 0
        for person in await self._moderation.look(people.list_people) if late else ():
            theirs = [each for each in late if person.may(Role.MODERATOR, each.site_id)]
            if theirs and _wants(person):
                count += await self._remind(person, theirs, now)
        return count

    def _is_late(self, wait: Wait, now: float) -> bool:
        return wait.waiting >= self._settings.queue_threshold or now - wait.since >= self._settings.remind_hours * 3600

    async def _remind(self, person: Person, waits: list[Wait], now: float) -> bool:
        every = self._settings.remind_every_hours * 3600
        turn = partial(crowding.turn_of, person_id=person.id, now=now, every=every)
        if not await self._moderation.writer.run(turn):
            return False
        languages.speak(preferences.read(person.settings).language or "en")
        subject, body = gettext(_SUBJECT), self._body(waits, now)
        try:
            await asyncio.to_thread(self._mailer.send, person.email, subject, body)
        except NotSent:
            await self._moderation.writer.run(partial(crowding.give_back, person_id=person.id))
            raise
        return True

    def _body(self, waits: list[Wait], now: float) -> str:
        lines = [_line(each, now, self._settings.queue_threshold) for each in waits]
        end = gettext(_END) % {"hours": f"{self._settings.remind_every_hours:g}"}
        return "\n".join([*lines, "", f"{self._settings.base_url()}/queue", "", end, ""])


def _wants(person: Person) -> bool:
    return person.disabled_at is None and "@" in person.email and preferences.read(person.settings).reminders


def _line(wait: Wait, now: float, most: int) -> str:
    hours = int((now - wait.since) // 3600)
    count = f"{wait.waiting}+" if wait.waiting >= most else str(wait.waiting)
    waiting = gettext(N_("%(site)s: %(num)s waiting")) % {"site": wait.site, "num": count}
    since = ngettext("the oldest for %(num)s hour", "the oldest for %(num)s hours", hours) % {"num": hours}
    return f"{waiting}, {since}"
