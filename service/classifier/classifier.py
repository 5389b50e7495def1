"""The model in use: a verified card and its table, scoring readings and explaining the scores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from service.classifier import artefact
from service.classifier.artefact import ArtefactRefused
from service.classifier.card import Card
from service.classifier.explain import Account, account, heaviest_first
from service.classifier.kernels import Kernel, Table, Weighed, open_table
from service.classifier.windows import decide, probability
from service.domain import Clue, Head, Lines, Reading, Scores
from service.text.reading import read
from service.text.signals import SIGNALS

PROBE_TOLERANCE = 1e-6


class Classifier:
    """A fitted model. ``card`` is its papers, ``table`` its numbers; ``load`` is the way in for anything that came from outside."""

    def __init__(self, card: Card, table: Table) -> None:
        self.card = card
        self.table = table
        self.version = card.version
        self._scale, self._offset = table.scale, table.offset

    @classmethod
    def load(cls, folder: Path, digest: str = "", kernel: Kernel = "fastest") -> Classifier:
        """Verify and load a model folder, or raise ArtefactRefused; ``digest`` pins the card, ``kernel`` chooses the arithmetic."""
        card, weights = artefact.load(folder, digest)
        try:
            table = open_table(weights, kernel)
        except ValueError as error:
            raise ArtefactRefused(f"The weights are not a usable table: {error}.") from error
        classifier = cls(card, table)
        classifier.check()
        return classifier

    @property
    def lines(self) -> dict[Head, Lines]:
        """The lines that the card certifies, per head."""
        return self.card.lines

    def score(self, reading: Reading) -> Scores:
        """Score one reading; total over every text."""
        return self.score_all((reading,))[0]

    def score_all(self, readings: Sequence[Reading]) -> list[Scores]:
        """Score readings, each as if it were alone; together they leave the interpreter to other threads meanwhile."""
        found = self.table.score_all([(reading.normalised, reading.fields, reading.vector) for reading in readings])
        version = self.version
        return [
            Scores(*each, version) if len(each) == 2 else self._by_window(reading, each)
            for each, reading in zip(found, readings, strict=True)
        ]

    def _by_window(self, reading: Reading, weighed: Weighed) -> Scores:
        spam, abuse = (each.logit for each in decide(self.table, reading, weighed))
        scale, offset = self._scale, self._offset
        return Scores(probability(scale[0] * spam + offset[0]), probability(scale[1] * abuse + offset[1]), self.version)

    def explain(self, reading: Reading) -> list[Clue]:
        """List what speaks for and against each head, in log-odds, heaviest first; ``account`` tells the rest of the logit."""
        accounts = self.account(reading).values()
        return sorted((clue for one in accounts for clue in one.clues), key=heaviest_first)

    def account(self, reading: Reading) -> dict[Head, Account]:
        """Take each head's logit apart: base, clues, and the part of the text that decided."""
        return account(self.table, reading)

    def check(self) -> None:
        """Score the card's probes; raises ArtefactRefused when one differs from what the card expects."""
        if self.table.signals != len(SIGNALS):
            raise ArtefactRefused("The weights were made for another number of signals than the text room reads.")
        for place, probe in enumerate(self.card.probes, 1):
            scores = self.score(read(probe.comment))
            if abs(scores.spam - probe.spam) > PROBE_TOLERANCE or abs(scores.abuse - probe.abuse) > PROBE_TOLERANCE:
                raise ArtefactRefused(f"Probe {place} of the card does not get the score that the card expects.")
