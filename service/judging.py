"""From a comment to its scores and their reasons, and from those to a decision; whatever breaks on the way, the comment is held."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from operator import itemgetter

import msgspec
from msgspec import Struct

from service import policy as rules
from service.classifier.classifier import Classifier
from service.domain import Clue, Comment, Decision, Head, History, Lines, Reading, Scores, Source, Verdict
from service.policy import InvalidPolicy, OwnRule, Policy
from service.store.batch import Submission
from service.text.reading import reader
from service.text.signals import SIGNALS

_log = logging.getLogger(__name__)
HOLD_ALL = Policy(spam=Lines(1e-9, 1.01), trusted_after=0, first_time="always")
"""For a site whose stored policy this version cannot read: everything waits for a human."""
_NO_SIGNALS = bytes(8 * len(SIGNALS))
"""Of a comment that could not be read."""


class Explained(Struct, frozen=True):
    """A comment as it is read now: its cleaned text and domains; scores and clues are of the model in use, if there is one."""

    reading: Reading | None
    scores: Scores | None
    clues: tuple[Clue, ...]

    @property
    def signals(self) -> list[tuple[str, float]]:
        """Names and values of the signals that are not zero."""
        values = self.reading.signals if self.reading is not None else ()
        return [(spec.name, value) for spec, value in zip(SIGNALS, values, strict=False) if value]


class Judge:
    """Reads, scores and explains; a comment must not decide whether it is judged. ``failures`` counts those that broke it."""

    def __init__(self) -> None:
        self.failures = 0
        self._read = reader()

    def read(self, comment: Comment) -> Reading:
        """Read a comment. One that breaks this goes on unread: it will be held."""
        try:
            return self._read((comment,))[0]
        except Exception as error:  # as the class says
            self._failed("scored", error)
            return Reading(comment, "", "", _NO_SIGNALS)

    def read_all(self, comments: Sequence[Comment]) -> list[Reading]:
        """Read comments that came together at once."""
        with suppress(Exception):  # one of them breaks it: that one alone goes on unread
            return self._read(comments)
        return [self.read(comment) for comment in comments]

    def score(self, model: Classifier | None, reading: Reading) -> Scores | None:
        """Score a reading; None without a model, for what could not be read, and when it breaks: it will be held."""
        if model is None or reading.vector is _NO_SIGNALS:
            return None
        try:
            return model.score(reading)
        except Exception as error:  # as above
            self._failed("scored", error)
            return None

    def score_all(self, models: Sequence[Classifier | None], readings: Sequence[Reading]) -> list[Scores | None]:
        """Score readings that came together, each by its model: those of one model that stand side by side at once."""
        scores: list[Scores | None] = []
        for model, pairs in groupby(zip(models, readings, strict=True), itemgetter(0)):
            scores += self._score_group(model, [reading for _, reading in pairs])
        return scores

    def _score_group(self, model: Classifier | None, readings: list[Reading]) -> Sequence[Scores | None]:
        if model is not None and all(reading.vector is not _NO_SIGNALS for reading in readings):
            with suppress(Exception):  # one of them breaks it: that one alone is held
                return model.score_all(readings)
        return [self.score(model, reading) for reading in readings]

    def clues(self, model: Classifier | None, reading: Reading) -> tuple[Clue, ...]:
        """Say why a reading got its scores; nothing without the model that gave them, or when it breaks."""
        try:
            return tuple(model.explain(reading)) if model is not None else ()
        except Exception as error:  # an answer without reasons is better than none
            self._failed("explained", error)
            return ()

    def explain(self, model: Classifier | None, comment: Comment) -> Explained:
        """Read a comment anew, and say why the model scores it as it does."""
        reading = self.read(comment)
        if reading.vector is _NO_SIGNALS:
            return Explained(None, None, ())
        scores = self.score(model, reading)
        return Explained(reading, scores, self.clues(model, reading) if scores is not None else ())

    def _failed(self, what: str, error: Exception) -> None:
        self.failures += 1
        _log.error("a comment could not be %s: %s", what, type(error).__name__)  # a traceback could quote it


def ready(site_id: int, body: str, shared: str, lines: dict[Head, Lines]) -> Policy:
    """Read a stored policy and the rules of all sites, and fill in the model's lines."""
    try:
        policy = msgspec.json.decode(body, type=Policy).sharing(msgspec.json.decode(shared, type=tuple[OwnRule, ...]))
        return policy.with_defaults(lines)
    except (msgspec.MsgspecError, InvalidPolicy):
        _log.error("the policy of site %d cannot be read; all its comments are held", site_id)  # its words are the site's own
        return HOLD_ALL


def decide(submission: Submission[Policy], history: History) -> Decision:
    """Apply the rules; hold should they fail."""
    try:
        return rules.decide(submission.reading, submission.scores, history, submission.policy, submission.at)
    except Exception as error:  # an error never publishes
        _log.error("the rules failed: %s", type(error).__name__)  # a traceback could quote the comment
        return Decision(Verdict.HOLD, "failure", ("the rules could not be applied",), Source.RULE, submission.at, submission.scores)
