"""A snapshot: labelled comments frozen under the digest of what they are, with an account of what was merged or left out."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray
from pandas.api.types import union_categoricals
from pyarrow import parquet

from service.domain import HEADS
from service.store.files import digest_of
from service.text.normalise import normalise
from training.groups import near_duplicates
from training.labels import COLUMNS

MANIFEST = "manifest.json"
SHARD_ROWS, BATCH_ROWS = 50_000, 4_096
TOLD = 2_000
"""After so many comments progress is told."""
MOST_UNLABELLED = 1_000
"""Comments of a site that nobody has labelled, the newest."""
OUTLINE: Mapping[str, type] = {"at": np.float64, "group": np.int32} | dict.fromkeys(("spam", "abuse", "weight", "mass"), np.float32)
NAMED = ("source", "site")
"""The columns that tell everything but what the comment says, numbers and names, as small as they can be: 30 bytes a row."""


class DamagedSnapshot(ValueError):  # named like the other refusals
    """A snapshot whose files are not those that its manifest names."""


class Shard(Struct, frozen=True):
    """A parquet file of the snapshot."""

    name: str
    sha256: str
    rows: int


class Count(Struct, frozen=True):
    """How many examples a source has of one label and language."""

    source: str
    label: str
    lang: str
    rows: int


class Merge(Struct, frozen=True):
    """What was done about one source.

    ``superseded``: labels of a comment that has a later or more trusted one; ``duplicates``: comments merged into one example,
    ``conflicts`` among them settled the same way; ``contested``: texts that are labelled otherwise elsewhere, kept, but always
    on the same side of a split.
    """

    source: str
    superseded: int = 0
    duplicates: int = 0
    conflicts: int = 0
    contested: int = 0


class Manifest(Struct, frozen=True):
    """A snapshot's papers. ``digest`` covers shards and everything said of them, not the time of making.

    ``unlabelled`` are shards of comments that nobody has labelled: apart, so that nothing measures on them, and not in ``rows``.
    """

    digest: str
    created: str
    rows: int
    groups: int
    shards: tuple[Shard, ...]
    counts: tuple[Count, ...]
    merges: tuple[Merge, ...]
    licences: dict[str, str]
    unlabelled: tuple[Shard, ...] = ()


def take(
    frames: Iterable[pd.DataFrame],
    folder: Path,
    licences: dict[str, str] | None = None,
    say: Callable[[str, int, int], None] = lambda *_: None,
    unlabelled: Iterable[pd.DataFrame] = (),
) -> Manifest:
    """Settle labels, merge duplicates, group near-duplicates and write ``folder/<digest>``; the same rows give the same digest.

    ``frames`` have the columns of ``labels.COLUMNS``, ``unlabelled`` too, one for each site; ``say`` is told what is being done and
    how far it is. Raises ValueError when there is no labelled row.
    """
    rows = _together(frames)
    if not len(rows):
        raise ValueError("There is no labelled comment to take a snapshot of.")
    rows, merges = settle(rows)
    silent = _unlabelled(rows, unlabelled)
    texts, count = [], len(rows) + len(silent)
    for text in chain(rows["text"], silent["text"]):
        texts.append(normalise(text))
        if len(texts) % TOLD == 0 or len(texts) == count:
            say("looking for near-duplicates", len(texts), count + TOLD)
    groups = near_duplicates(texts)
    say("looking for near-duplicates", count + TOLD, count + TOLD)
    rows["group"], silent["group"] = groups[: len(rows)], groups[len(rows) :]
    return _write(rows.reset_index(drop=True), silent, merges, folder, licences or {})


def _unlabelled(rows: pd.DataFrame, frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Keep the newest ``MOST_UNLABELLED`` of each frame: each content once, and only what is not labelled there."""
    kept = []
    for frame in frames:
        known = set(_contents(rows[rows["source"].isin(frame["source"].unique())]))
        content = pd.Series(_contents(frame), frame.index)
        fresh = frame[~content.duplicated(keep="last") & ~content.isin(known)]
        kept.append(fresh.tail(MOST_UNLABELLED))
    return _together(kept)


def _together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([frame for frame in frames if len(frame)] or [pd.DataFrame(columns=list(COLUMNS))], ignore_index=True)


def _contents(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """Give what makes two comments of a source one example."""
    return list(zip(rows["text"].map(_folded), rows["author"], rows["author_url"], strict=True))


def settle(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Merge]]:
    """Keep one row for each comment and for each distinct content of a source: the last label of the most trusted hand wins.

    Adds ``weight`` = trust / chance of the label that won and ``mass``, the sum of 1 / chance over what was merged into it.
    """
    rows = rows.assign(place=np.arange(len(rows)))
    rows = rows.sort_values(["trust", "place"], kind="stable", ascending=False)
    of_comment = rows.drop_duplicates(["source", "id"])
    content = [of_comment["source"], of_comment["text"].map(_folded), of_comment["author"], of_comment["author_url"]]
    merged = of_comment.groupby(content, sort=False)
    kept = of_comment[merged.cumcount() == 0].copy()
    kept["mass"] = (1.0 / of_comment["chance"]).groupby(content, sort=False).sum().to_numpy()
    kept["weight"] = kept["trust"] / kept["chance"]
    conflicts = _differ(of_comment, merged, "first")
    merges = _merges(rows, of_comment, kept, conflicts)
    kept = kept.sort_values(["source", "at", "id"], kind="stable", na_position="first")
    return kept[[*COLUMNS, "weight", "mass"]].reset_index(drop=True), merges


def _differ(rows: pd.DataFrame, groups: Any, which: str) -> pd.Series[bool]:  # noqa: ANN401 # a groupby of the rows
    """Tell whose label for a head is known and another than that of its group's first, least or greatest."""
    told = [(rows[head].notna() & (other := groups[head].transform(which)).notna() & (rows[head] != other)) for head in HEADS]
    either: pd.Series[bool] = told[0] | told[1]
    return either


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _merges(rows: pd.DataFrame, of_comment: pd.DataFrame, kept: pd.DataFrame, conflicts: pd.Series[bool]) -> list[Merge]:
    texts = kept.groupby(kept["text"].map(_folded))
    contested = _differ(kept, texts, "min") | _differ(kept, texts, "max")
    found = []
    for source in sorted(rows["source"].unique()):
        all_rows, comments, last = ((frame["source"] == source).sum() for frame in (rows, of_comment, kept))
        of_source = conflicts[of_comment["source"] == source].sum(), contested[kept["source"] == source].sum()
        found.append(Merge(source, int(all_rows - comments), int(comments - last), *map(int, of_source)))
    return found


def _write(
    rows: pd.DataFrame, unlabelled: pd.DataFrame, merges: Sequence[Merge], folder: Path, licences: dict[str, str]
) -> Manifest:
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
    shards, others = tuple(_shards(rows, draft, "part")), tuple(_shards(unlabelled, draft, "unlabelled"))
    groups, counts = int(rows["group"].nunique()), tuple(_counts(rows))
    unnamed = Manifest("", "", len(rows), groups, shards, counts, tuple(merges), licences, others)
    name = hashlib.sha256(msgspec.json.encode(unnamed, order="sorted")).hexdigest()
    manifest = msgspec.structs.replace(unnamed, digest=name, created=datetime.now(UTC).isoformat(timespec="microseconds"))
    (draft / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    if (folder / name).exists():
        (draft / MANIFEST).replace(folder / name / MANIFEST)  # taken again, it is the newest
        shutil.rmtree(draft)
        return manifest
    draft.chmod(0o700)
    draft.rename(folder / name)
    return manifest


def _shards(rows: pd.DataFrame, folder: Path, name: str) -> Iterator[Shard]:
    for number, first in enumerate(range(0, len(rows), SHARD_ROWS)):
        path, part = folder / f"{name}-{number:03}.parquet", rows.iloc[first : first + SHARD_ROWS]
        table = pa.Table.from_pandas(part, preserve_index=False).replace_schema_metadata(None)
        parquet.write_table(table, path, compression="zstd", row_group_size=BATCH_ROWS)
        yield Shard(path.name, digest_of(path), len(part))


def _counts(rows: pd.DataFrame) -> list[Count]:
    table = rows.assign(label=label_words(rows), lang=rows["lang"].replace("", "unknown"))
    sizes = table.groupby(["source", "label", "lang"]).size()
    return [
        Count(source, label, lang, rows)
        for (source, label, lang), rows in cast("dict[tuple[str, str, str], int]", sizes.to_dict()).items()
    ]


def label_words(rows: pd.DataFrame) -> NDArray[np.str_]:
    """Say ham, spam or abuse for each row."""
    return np.select([rows["spam"] == 1, rows["abuse"] == 1], ["spam", "abuse"], "ham")


def read_manifest(folder: Path) -> Manifest:
    """Read a snapshot's papers. Raises DamagedSnapshot."""
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise DamagedSnapshot(f"{folder} is no snapshot: its manifest cannot be read.") from error


class Stored:
    """A snapshot as it lies in its folder, read as it is asked for.

    Raises DamagedSnapshot when a shard is not what the manifest says.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder)
        for shard in (*self.manifest.shards, *self.manifest.unlabelled):
            path = folder / shard.name
            if not path.is_file() or digest_of(path) != shard.sha256:
                raise DamagedSnapshot(f"{shard.name} of the snapshot {self.manifest.digest[:12]} was changed or is missing.")

    def batches(self, rows: NDArray[np.int64]) -> Iterator[pd.DataFrame]:
        """Yield these rows, given in rising order, whole, some at a time."""
        first = 0
        for shard in self.manifest.shards:
            for batch in parquet.ParquetFile(self.folder / shard.name).iter_batches(BATCH_ROWS):
                start, end = np.searchsorted(rows, [first, first + len(batch)])
                if start < end:
                    yield batch.take(pa.array(rows[start:end] - first)).to_pandas()
                first += len(batch)

    def columns(self, *names: str) -> pd.DataFrame:
        """Give these columns of all rows."""
        found: pd.DataFrame = pa.concat_tables(self._tables(names)).to_pandas()
        return found

    def outline(self) -> pd.DataFrame:
        """Give the columns ``NAMED`` and ``OUTLINE`` of all rows."""
        parts: dict[str, list[Any]] = {name: [] for name in (*NAMED, *OUTLINE)}
        for table in self._tables(parts):
            for name in NAMED:
                parts[name].append(table[name].combine_chunks().dictionary_encode().to_pandas())
            for name, kind in OUTLINE.items():
                parts[name].append(table[name].to_numpy().astype(kind))
        outline = pd.DataFrame({name: union_categoricals(parts.pop(name)) for name in NAMED})
        outline = outline.assign(**{name: np.concatenate(parts.pop(name)) for name in OUTLINE})
        pa.default_memory_pool().release_unused()
        return outline

    def _tables(self, names: Iterable[str]) -> Iterator[pa.Table]:
        for shard in self.manifest.shards:
            with parquet.ParquetFile(self.folder / shard.name) as file:
                yield file.read(list(names), use_threads=False)

    def take(self, rows: NDArray[np.int64]) -> pd.DataFrame:
        """Give these rows whole, in their order in the snapshot."""
        nothing = parquet.read_schema(self.folder / self.manifest.shards[0].name).empty_table().to_pandas()
        found: pd.DataFrame = pd.concat([nothing, *self.batches(np.sort(rows))], ignore_index=True)
        return found

    def unlabelled(self) -> pd.DataFrame:
        """Give what nobody has labelled whole, site by site, the oldest first."""
        parts = [pd.read_parquet(self.folder / shard.name) for shard in self.manifest.unlabelled]
        return pd.concat(parts or [pd.DataFrame(columns=[*COLUMNS, "group"])], ignore_index=True)


def load(folder: Path) -> pd.DataFrame:
    """Give all rows, with ``weight``, ``mass`` and ``group``. Raises DamagedSnapshot."""
    stored = Stored(folder)
    return stored.take(np.arange(stored.manifest.rows))


def list_all(folder: Path) -> list[Manifest]:
    """List all snapshots of a folder, oldest first."""
    found = [read_manifest(path.parent) for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(".")]
    return sorted(found, key=lambda manifest: manifest.created)


def forget(folder: Path, name: str, gone: set[str]) -> Manifest | None:
    """Write a snapshot anew without the comments of these ids, remove the old one; None when it had none of them.

    Raises DamagedSnapshot.
    """
    stored = Stored(folder / name)
    labelled, unlabelled = stored.take(np.arange(stored.manifest.rows)), stored.unlabelled()
    left, others = (rows[~rows["id"].isin(gone)] for rows in (labelled, unlabelled))
    if len(left) + len(others) == len(labelled) + len(unlabelled):
        return None
    old = stored.manifest
    new = _write(left.reset_index(drop=True), others.reset_index(drop=True), old.merges, folder, old.licences)
    shutil.rmtree(folder / name)
    return new
