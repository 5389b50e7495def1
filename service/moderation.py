"""The use-cases: judge a comment, take a human's word on one, look one up, and keep model, keys and policies fresh.

Failing holds: without a model, or when reading or scoring breaks, a comment is stored and held; when it cannot be stored, the
caller is told so (Overloaded, Unavailable) and nothing is accepted.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from service.classifier.classifier import Classifier
from service.domain import Clue, Comment, Decision, History, Reading, Scores, Site, Verdict
from service.judging import HOLD_ALL, Explained, Judge, decide, ready
from service.models import CHALLENGER, SHARED, Models, by_site, lines_of
from service.policy import Lists, Policy
from service.shadow import Shadow
from service.store import endpoints, erasure, events, feedback, queries, shared_rules, sites
from service.store.batch import KeyReused, Stored, Submission
from service.store.engine import reading
from service.store.feedback import Labelled, NoSuchComment, Word
from service.store.ids import Digests, new_id
from service.store.queries import Given, StoredComment, Tally
from service.store.upgrade import HEAD, schema_version
from service.store.writer import Overloaded, Unavailable, Waiter, Writer
from service.text.reading import read

__all__ = [
    "Access",
    "Explained",
    "Given",
    "Judged",
    "KeyReused",
    "Labelled",
    "Lists",
    "Moderation",
    "NoSuchComment",
    "Overloaded",
    "Policy",
    "Stored",
    "StoredComment",
    "Tally",
    "Unavailable",
    "Word",
    "new_id",
]
"""What the doors speak of: they know the rooms below through this one only."""

_log = logging.getLogger(__name__)
T = TypeVar("T")

RELOAD_SECONDS = 1.0
READ_SECONDS = 2.0
"""How long a look-up may take before its caller is told that the database is unavailable."""

FEEDBACK_SECONDS = 90 * 86_400.0
"""How old a comment may be that feedback without an id is matched to; WordPress itself forgets after 15 days."""

_CHUNK = 64


class Access(Struct, frozen=True):
    """Whom a key stands for and what it may do."""

    site: Site
    key_id: int
    scopes: frozenset[str]


class _Table(Struct, frozen=True):
    """What requests look up: replaced whole, so that no request sees half of a change."""

    access: dict[str, Access]
    policies: dict[int, Policy]
    models: dict[int, Classifier]
    """Of sites that have their own."""
    recent: dict[str, Access]
    """Right keys as they came, so that a busy site's key is not digested a thousand times a second."""


class Judged(Struct, frozen=True):
    """A stored decision with the reading that it came from; ``clues`` are why, where the model in use gave the scores."""

    stored: Stored
    clues: tuple[Clue, ...]


class Moderation:
    """Puts text room, classifier, rules and store together. Made in the event loop's process, started in the loop.

    What a human says leaves for the site's endpoints after ``undo_seconds``, or after the site's own.
    """

    def __init__(
        self,
        engine: Engine,
        digests: Digests,
        model_folders: Callable[[], Mapping[str, Path]],
        deadline: float = 0.3,
        undo_seconds: float = 0.0,
        shadow: Shadow | None = None,
    ) -> None:
        self._engine = engine
        self._digests = digests
        self._models = Models(model_folders)
        self._shadow = shadow
        self._undo_seconds = undo_seconds
        self.writer: Writer[Policy] = Writer(engine, digests, self._decide, deadline=deadline)
        self.model: Classifier | None = None
        self._judging = Judge()
        self._loaded: Mapping[str, Classifier] = {}
        self._number = -1
        self._until = math.inf
        self._used: set[int] = set()
        self._table = _Table({}, {}, {}, {})
        self._watcher: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Load model, keys and policies, start the writer and the watch for changes. Raises what the database raises."""
        await asyncio.to_thread(self._reload)
        self.writer.start()
        await self._tell_of_model()
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Commit and answer what waits."""
        if self._watcher is not None:
            self._watcher.cancel()
        await self.writer.stop()
        if self._shadow is not None:
            await asyncio.to_thread(self._shadow.stop)

    @property
    def failures(self) -> int:
        """Count the comments that could not be read, scored or explained."""
        return self._judging.failures

    # Judging.

    def access(self, key: str) -> Access | None:
        """Whom a key stands for; None for a wrong or a revoked one."""
        table = self._table
        if (known := table.recent.get(key)) is None and (known := table.access.get(self._digests.key(key))) is not None:
            table.recent[key] = known
        return known

    def used_keys(self) -> set[int]:
        """Give the ids of the keys that were used since the last asking."""
        recent = self._table.recent
        used, self._used = self._used | {known.key_id for known in list(recent.values())}, set()
        recent.clear()
        return used

    def check(self, site: Site, comment: Comment, at: float, *, retry_key: str = "", digest: str = "") -> asyncio.Future[Stored]:
        """Judge a comment that arrived ``at``; the future is done when comment and decision are on disk.

        ``retry_key`` with the ``digest`` of its request makes a retry answer as the first did. Raises or sets Overloaded,
        Unavailable, or KeyReused.
        """
        reading, scores = self._judge(site, comment)
        return self.writer.submit(self._submission(site, reading, scores, at, retry_key, digest))

    def check_group(self, asked: Sequence[tuple[Site, Comment, Waiter]], at: float) -> None:
        """``check`` for comments that came together: each step for all of them, which the processor's caches like twice as much."""
        judge = self._judging
        readings = judge.read_all([comment for _, comment, _ in asked])
        scores = judge.score_all([self.model_of(site) for site, _, _ in asked], readings)
        whole = zip(asked, readings, scores, strict=True)
        self.writer.submit_all(
            [(waiter, self._submission(site, reading, score, at)) for (site, _, waiter), reading, score in whole]
        )

    async def check_explained(self, site: Site, comment: Comment, at: float, *, retry_key: str = "", digest: str = "") -> Judged:
        """``check`` with the clues behind the scores."""
        reading, scores = self._judge(site, comment)
        stored = await self.writer.submit(self._submission(site, reading, scores, at, retry_key, digest))
        return Judged(stored, self._clues(reading, stored.decision))

    async def check_all(
        self, site: Site, comments: Sequence[Comment], at: float, *, retry_key: str = "", digest: str = ""
    ) -> list[Judged]:
        """``check_explained`` for many, in chunks, so that neither the loop nor the writer's queue belongs to one caller."""
        judged: list[Judged] = []
        for start in range(0, len(comments), _CHUNK):
            waiting = []
            for place, comment in enumerate(comments[start : start + _CHUNK], start):
                key = f"{retry_key}#{place}" if retry_key else ""
                waiting.append(asyncio.ensure_future(self.check_explained(site, comment, at, retry_key=key, digest=digest)))
                await asyncio.sleep(0)  # lets the comment be judged, and others between
            done = await asyncio.gather(*waiting, return_exceptions=True)
            judged += [_given(outcome) for outcome in done]
        return judged

    def _judge(self, site: Site | None, comment: Comment) -> tuple[Reading, Scores | None]:
        reading = self._judging.read(comment)
        return reading, self._judging.score(self.model if site is None else self.model_of(site), reading)

    def score(self, comment: Comment) -> Scores | None:
        """Score a comment and store nothing; None without a model, or when it cannot be scored."""
        return self._judge(None, comment)[1]

    def _submission(
        self, site: Site, reading: Reading, scores: Scores | None, at: float, retry_key: str = "", digest: str = ""
    ) -> Submission[Policy]:
        policy = self._table.policies.get(site.id, HOLD_ALL)
        return Submission(site, reading, scores, policy, at, new_id(at), retry_key, digest)

    def _clues(self, reading: Reading, decision: Decision) -> tuple[Clue, ...]:
        version = decision.scores.model if decision.scores is not None else None
        model = next((each for each in (self.model, *self._table.models.values()) if each and each.version == version), None)
        return self._judging.clues(model, reading)

    async def explain(self, stored: StoredComment) -> Explained:
        """Read a stored comment anew, and say why the model in use now scores it as it does, in a thread."""
        model = self._table.models.get(stored.site_id, self.model)
        return await asyncio.to_thread(self._judging.explain, model, stored.comment)

    # What humans say.

    async def feedback(self, site: Site, comment_id: str, word: Word) -> Labelled:
        """Take a label for a stored comment. Raises NoSuchComment, Overloaded, Unavailable."""
        undo = self.undo_window(site) if word.tell_site else 0.0
        return await self.writer.run(lambda connection: feedback.record_label(connection, site.id, comment_id, word, undo))

    def undo_window(self, site: Site) -> float:
        """Give the seconds in which a decision on a site's comment can be taken back: the site is told after them."""
        return self._undo_seconds if site.undo_seconds is None else site.undo_seconds

    async def feedback_on(self, site: Site, comment: Comment, word: Word) -> Labelled:
        """Take a label for the stored comment that a client means but has no id of; one never seen is stored first."""
        since = word.at - FEEDBACK_SECONDS
        found = await self.look(lambda connection: queries.match_comment(connection, site.id, comment, since))
        if found is not None:
            return await self.feedback(site, found, word)
        stored = await self.check(site, comment, word.at)
        return await self.feedback(site, stored.id, word)

    # Looking things up.

    async def get(self, site: Site, comment_id: str) -> StoredComment | None:
        """Give a site's comment with its decisions and labels."""
        return await self.look(lambda connection: queries.get_comment(connection, site.id, comment_id))

    async def page(self, site: Site, verdict: Verdict | None, before: str | None, limit: int) -> list[StoredComment]:
        """Comments of a site, newest first, older than the id ``before``."""
        return await self.look(
            lambda connection: queries.list_comments(connection, site.id, verdict=verdict, before=before, limit=limit)
        )

    async def monthly(self, site: Site, since: str = "") -> list[Tally]:
        """Give counts by month of the days from ``since`` (YYYY-MM-DD) on."""
        return await self.look(lambda connection: queries.monthly(connection, site.id, since))

    async def troubles(self) -> list[str]:
        """Why this process cannot do its work, in sentences; empty when it can."""
        found = []
        try:
            if await self.look(lambda connection: schema_version(connection.engine)) != HEAD:
                found.append("The database has another schema than this version needs.")
        except Unavailable:
            found.append("The database does not answer.")
        if self.model is None:
            found.append(f"No model is loaded: {self._models.refused}.")
        if not self.writer.healthy:
            found.append("The writer cannot reach the database.")
        return found

    async def look(self, look: Callable[[Connection], T]) -> T:
        """Read from the store, in a thread. Raises Unavailable."""
        try:
            async with asyncio.timeout(READ_SECONDS):  # wait_for may lose a cancellation, and then who was cancelled works on
                return await asyncio.to_thread(self._read, look)
        except (SQLAlchemyError, TimeoutError):
            raise Unavailable("The database did not answer.") from None

    def _read(self, look: Callable[[Connection], T]) -> T:
        with reading(self._engine) as connection:
            return look(connection)

    async def written_by(self, site: Site, *, email: str = "", ip: str = "") -> list[str]:
        """Give the ids of a site's comments from an e-mail or network address, oldest first; reads the whole site."""
        find = partial(erasure.comments_of, site_id=site.id, email=email, ip=ip)
        return sorted(await asyncio.to_thread(self._read, find))

    async def erase(self, site: Site, who: str, at: float, *, email: str = "", ip: str = "") -> int:
        """Forget a person on a site, by e-mail or network address; gives how many comments were emptied. Raises Unavailable."""
        ids = await self.written_by(site, email=email, ip=ip)
        count = 0
        for start in range(0, len(ids), _CHUNK):  # few at a time: requests wait for the same writer
            count += await self.writer.run(partial(erasure.erase, site_id=site.id, ids=ids[start : start + _CHUNK], at=at))
        if count:
            await self.writer.run(lambda connection: erasure.log(connection, site.id, who, count, at))
        return count

    # Policies.

    def policy(self, site: Site) -> Policy:
        """Give the policy in force, with the model's lines where the site set none."""
        return self._table.policies.get(site.id, HOLD_ALL)

    def model_of(self, site: Site) -> Classifier | None:
        """Give the model that decides for a site: its own, or the shared one; None while there is none."""
        return self._table.models.get(site.id, self.model)

    async def set_policy(self, site: Site, policy: Policy, by: str, at: float) -> int:
        """Put a policy in force; gives its version. Raises InvalidPolicy."""
        policy.with_defaults({})
        body = msgspec.json.encode(policy).decode()
        version = await self.writer.run(lambda connection: sites.set_policy(connection, site.id, body, by, at))
        await self.reload()
        return version

    # Keeping fresh.

    async def reload(self) -> None:
        """Take over what changed in the store or in the model's folder. A failure leaves everything as it was."""
        try:
            before = self.model
            await asyncio.to_thread(self._reload)
            if self.model is not before:
                await self._tell_of_model()
        except (SQLAlchemyError, OSError) as error:
            _log.warning("sites, keys and policies could not be reloaded: %s", type(error).__name__)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(RELOAD_SECONDS)
            await self.reload()

    async def _tell_of_model(self) -> None:
        if (model := self.model) is None:
            return
        with suppress(Unavailable, Overloaded):  # the model decides, whether it is told or not
            await self.writer.run(lambda connection: events.tell_of_model(connection, model.version, time.time()))

    def _reload(self) -> None:
        fresh = self._models.refresh()
        with self._engine.connect().execution_options(reading=True) as connection:
            number, now = sites.change_number(connection), time.time()
            if number == self._number and fresh is None and now < self._until:
                return
            known = {site.id: site for site in sites.list_sites(connection)}
            keys = sites.list_keys(connection, working_at=now)
            policies, rules = sites.policies_in_force(connection), shared_rules.in_force(connection).body
            self.writer.subscriptions = endpoints.subscriptions(connection)
        access = {key.digest: Access(known[key.site_id], key.id, frozenset(key.scopes)) for key in keys if key.site_id in known}
        bodies = {site_id: policies[site_id].body if site_id in policies else "{}" for site_id in known}
        self._take_over(access, bodies, rules, fresh)
        self._number = number
        self._until = min((key.revoked_at for key in keys if key.revoked_at is not None), default=math.inf)

    def _take_over(
        self, access: dict[str, Access], bodies: Mapping[int, str], rules: str, fresh: Mapping[str, Classifier] | None
    ) -> None:
        """Put keys, policies and models in force together: no comment is scored by one model and judged by another's lines."""
        if fresh is not None:
            self._loaded = fresh
        shared, own = self._loaded.get(SHARED, self.model), by_site(self._loaded)
        policies = {site_id: ready(site_id, body, rules, lines_of(own.get(site_id, shared))) for site_id, body in bodies.items()}
        self._used |= {known.key_id for known in list(self._table.recent.values())}
        self.model, self._table = shared, _Table(access, policies, own, {})
        if self._shadow is not None:
            challenger = self._loaded.get(CHALLENGER)
            tried = (
                {site_id: ready(site_id, body, rules, lines_of(challenger)) for site_id, body in bodies.items()}
                if challenger
                else {}
            )
            self._shadow.try_out(challenger, tried)

    def _decide(self, submission: Submission[Policy], history: History) -> Decision:
        """Decide, and let the challenger see it."""
        decision = decide(submission, history)
        if self._shadow is not None:
            self._shadow.offer(submission, history, decision)
        return decision


def domains_of(comment: Comment) -> tuple[str, ...]:
    """Give the registered domains that a comment's text and its author's address name; of its e-mail address nothing is said."""
    return read(msgspec.structs.replace(comment, author_email="")).domains


def _given(outcome: Judged | BaseException) -> Judged:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome
