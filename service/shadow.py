"""A challenger in shadow: it scores what arrives and decides nothing; where its verdict would have been another, that is noted.

It works in a thread of its own on comments that are decided already. When it cannot keep up, comments pass it by and are counted.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from service import policy as rules
from service.classifier.classifier import Classifier
from service.domain import Decision, History, Verdict
from service.policy import Policy
from service.store.batch import Submission

_log = logging.getLogger(__name__)

MOST_WAITING = 2_000
SECONDS = 0.5
"""How often the thread looks for work and writes what it found."""


class Disagreement(Struct, frozen=True, tag="disagreement"):
    """A comment, by its id, on which the two differ; no word of it is here."""

    comment: str
    site: int
    at: float
    champion: Verdict
    challenger: Verdict
    spam: float
    abuse: float


class Seen(Struct, frozen=True, tag="seen"):
    """How many comments of a moment had which pair of verdicts (``champion challenger``), and how many passed by unscored."""

    at: float
    pairs: dict[str, int]
    passed_by: int


Line = Disagreement | Seen


class Shadow:
    """Scores decided comments with another model. ``folder`` is where ``shadow-<version>.jsonl`` is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: deque[tuple[Submission[Policy], History, Decision]] = deque()
        self._trial: tuple[Classifier, Mapping[int, Policy]] | None = None
        self._passed_by = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def try_out(self, model: Classifier | None, policies: Mapping[int, Policy]) -> None:
        """Shadow with this model and the sites' policies with its lines filled in; None ends it."""
        self._trial = (model, policies) if model is not None else None
        if model is not None and self._thread is None:
            self._thread = threading.Thread(target=self._work, name="shadow", daemon=True)
            self._thread.start()

    def offer(self, submission: Submission[Policy], history: History, decision: Decision) -> None:
        """Hand over a decided comment; costs next to nothing and never waits."""
        if self._trial is None:
            return
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((submission, history, decision))
        else:
            self._passed_by += 1

    def stop(self) -> None:
        """Finish what waits."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _work(self) -> None:
        while not self._stop.wait(SECONDS):
            self._drain()
        self._drain()

    def _drain(self) -> None:
        trial = self._trial
        lines: list[Line] = []
        pairs: dict[str, int] = {}
        at, passed_by = 0.0, self._passed_by
        while self._waiting and trial is not None:
            submission, history, decision = self._waiting.popleft()
            at = submission.at
            with contextlib.suppress(Exception):  # a comment that breaks the challenger must not end the shadow
                if (line := _judge(*trial, submission, history, decision, pairs)) is not None:
                    lines.append(line)
        if trial is not None and (pairs or passed_by):
            self._passed_by -= passed_by
            self._write(trial[0].version, [*lines, Seen(at, pairs, passed_by)])

    def _write(self, version: str, lines: list[Line]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with log_of(self._folder, version).open("ab") as file:
                file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        except OSError as error:
            _log.warning("what the challenger would have done could not be written: %s", error.strerror)


def _judge(
    model: Classifier,
    policies: Mapping[int, Policy],
    submission: Submission[Policy],
    history: History,
    decision: Decision,
    pairs: dict[str, int],
) -> Disagreement | None:
    policy = policies.get(submission.site.id)
    if policy is None or decision.rule == "failure":
        return None
    scores = model.score(submission.reading)
    other = rules.decide(submission.reading, scores, history, policy, submission.at).verdict
    pair = f"{decision.verdict} {other}"
    pairs[pair] = pairs.get(pair, 0) + 1
    if other is decision.verdict:
        return None
    return Disagreement(submission.id, submission.site.id, submission.at, decision.verdict, other, scores.spam, scores.abuse)


def log_of(folder: Path, version: str) -> Path:
    """Give the file that tells of one challenger."""
    return folder / f"shadow-{version}.jsonl"


class Summary(Struct, frozen=True):
    """What a challenger did so far: pairs of verdicts (``champion challenger``) with their counts, from when to when."""

    version: str
    since: float
    until: float
    pairs: dict[str, int]
    passed_by: int

    @property
    def seen(self) -> int:
        """How many comments both judged."""
        return sum(self.pairs.values())

    @property
    def differed(self) -> int:
        """On how many of them they differed."""
        return sum(count for pair, count in self.pairs.items() if len(set(pair.split())) > 1)


def summary(folder: Path, version: str) -> Summary:
    """Sum up the file that tells of a challenger. Reads it whole: not for the event loop."""
    pairs: dict[str, int] = {}
    moments, passed_by = [], 0
    for line in read_log(log_of(folder, version)):
        if isinstance(line, Seen):
            passed_by += line.passed_by
            moments += [line.at] if line.at else []
            for pair, count in line.pairs.items():
                pairs[pair] = pairs.get(pair, 0) + count
    return Summary(version, min(moments, default=0.0), max(moments, default=0.0), pairs, passed_by)


def read_log(path: Path) -> list[Line]:
    """Read what was written of a challenger; nothing when nothing was. A last line that is still being written is left out."""
    if not path.is_file():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    decoder = msgspec.json.Decoder(Line)
    return [decoder.decode(line) for line in whole.split(b"\n") if line]
