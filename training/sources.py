"""Where examples come from: a registry of known corpora with licence and labels, and the seed corpus of this repository.

A corpus is a file ``<name>.csv.gz`` with the columns text, label, author, author_url, date, lang, context and source, in one of
``CORPUS_FOLDERS``. Corpora are never part of the repository; only weights and figures made from them are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
SEED_FOLDER = ROOT / "data" / "seed"
CORPUS_FOLDERS = (ROOT / "data" / "corpora", ROOT.parent / "shared" / "data")

TEXT_FIELDS = ("text", "author", "author_email", "author_url", "lang", "article", "date", "part")
"""Columns of strings that every loaded source has; ``part`` is the source's own division (a video, an article, a kind)."""

HAM, BAD = 0.0, 1.0
UNKNOWN = float("nan")


@dataclass(frozen=True)
class Corpus:
    """A public corpus: what its labels say of spam and abuse (NaN: nothing), its licence, and whether weights may ship."""

    name: str
    title: str
    licence: str
    ships: bool
    spam: Mapping[str, float] = field(default_factory=dict)
    abuse: Mapping[str, float] = field(default_factory=dict)
    english: bool = True
    sample: int = 0  # at most so many rows, drawn evenly over labels (0: all)


_SPAM_LABELS = {"ham": HAM, "spam": BAD}
_ABUSE_LABELS = {"accept": HAM, "reject": BAD}
_NO_SPAM = {"accept": HAM, "reject": HAM}

CORPORA: tuple[Corpus, ...] = (
    Corpus("yt_tubespam", "UCI YouTube Spam Collection", "CC BY 4.0", ships=True, spam=_SPAM_LABELS),
    Corpus("sms_uci", "UCI SMS Spam Collection", "CC BY 4.0", ships=True, spam=_SPAM_LABELS),
    Corpus("tg_tgspam", "tg-spam presets", "MIT", ships=True, spam=_SPAM_LABELS, english=False),
    Corpus("wiki_jigsaw_pypi", "Jigsaw toxic comments", "labels CC0, text CC BY-SA", True, _NO_SPAM, _ABUSE_LABELS, sample=12_000),
    Corpus("tw_davidson", "Davidson offensive tweets", "MIT", ships=True, abuse=_ABUSE_LABELS, sample=4_000),
    Corpus("social_surge", "Surge toxicity sample", "MIT", ships=True, spam=_NO_SPAM, abuse=_ABUSE_LABELS),
    Corpus("blog_datacamp", "comments of a tutorial blog", "none stated", ships=False, spam=_SPAM_LABELS),
    Corpus("yt_gambling_id", "Indonesian YouTube gambling spam", "none stated", ships=False, spam=_SPAM_LABELS, english=False),
    Corpus("ig_spam_id", "Indonesian Instagram spam", "none stated", ships=False, spam=_SPAM_LABELS, english=False),
    Corpus("news_insults2012", "insults in news comments", "competition rules", ships=False, abuse=_ABUSE_LABELS),
    Corpus("news_offcombr", "Portuguese news comments", "unclear", ships=False, abuse=_ABUSE_LABELS, english=False),
)


class UnknownLabel(ValueError):
    """A corpus file holds a label that the registry does not know."""


def find(corpus: Corpus) -> Path | None:
    """The corpus's file in the first folder that has it."""
    for folder in CORPUS_FOLDERS:
        path = folder / f"{corpus.name}.csv.gz"
        if path.is_file():
            return path
    return None


def load_corpus(corpus: Corpus) -> pd.DataFrame | None:
    """Rows of one corpus (columns ``TEXT_FIELDS``, source, spam, abuse), or None where its file is absent."""
    path = find(corpus)
    if path is None:
        return None
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    known = set(corpus.spam) | set(corpus.abuse)
    if unknown := set(raw["label"]) - known:
        raise UnknownLabel(f"{corpus.name} has the labels {sorted(unknown)}; the registry knows {sorted(known)}.")
    rows = pd.DataFrame({name: raw.get(name, "") for name in TEXT_FIELDS})
    rows["article"], rows["part"] = raw["context"], raw["source"] + "/" + raw["context"]
    rows["source"] = corpus.name
    rows["spam"] = raw["label"].map(lambda label: corpus.spam.get(label, UNKNOWN)).astype(float)
    rows["abuse"] = raw["label"].map(lambda label: corpus.abuse.get(label, UNKNOWN)).astype(float)
    return rows


def load_seed(folder: Path = SEED_FOLDER) -> pd.DataFrame:
    """The self-written comments: ``<label>/<kind>.jsonl``, the kind in ``part``."""
    return pd.DataFrame(_seed_rows(folder)).fillna("")


def _seed_rows(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted(folder.glob("*/*.jsonl")):
        label = path.parent.name
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            fields = {name: row.get(name, "") for name in TEXT_FIELDS}
            spam, abuse = label == "spam" or bool(row.get("spam")), label == "abuse" or bool(row.get("abuse"))
            yield fields | {"part": path.stem, "source": "seed", "spam": float(spam), "abuse": float(abuse)}


def digest(path: Path) -> str:
    """SHA-256 of a file, or of a folder's files with their names."""
    total = hashlib.sha256()
    for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if each.is_file():
            total.update(each.name.encode() + b"\0" + each.read_bytes())
    return total.hexdigest()
