"""``winnow-train snapshot``: freeze labelled comments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from service.store.schema import comments
from service.tables import UnusableTable
from training import snapshot as snapshots
from training import unlabelled
from training.commands.corpora import NONE, chosen, fetch
from training.commands.desk import Desk, Json, Refused, database, print_json, progress, show
from training.labels import UnusableLabels, from_corpora, from_file, from_store
from training.snapshot import Manifest, Merge, Stored
from training.sources import SEED_FOLDER, Corpus, digest, find

app = typer.Typer(add_completion=False)
LANGUAGES = 4
"""So many of a source's languages are named."""


@app.command()
def snapshot(
    *,
    labels: Annotated[
        list[Path] | None, typer.Option(help="Labelled comments: .csv, .jsonl or .parquet with text and label.")
    ] = None,
    site: Annotated[str, typer.Option(help="The site that the files' comments belong to.")] = "",
    store: Annotated[bool, typer.Option(help="Take the labels of the service's own store.")] = True,
    corpora: Annotated[
        str, typer.Option(help="Public corpora that are present: all, shippable, none, or names with commas.")
    ] = "shippable",
    download: Annotated[
        bool, typer.Option(help="Fetch those of the corpora that are absent; without it no network is used.")
    ] = False,
    forget: Annotated[
        bool, typer.Option(help="Only remove erased comments from all snapshots, and flag the models that saw them.")
    ] = False,
    json: Json = False,
) -> None:
    """Freeze labelled comments under the digest of their content: labels settled, duplicates merged, campaigns grouped."""
    desk = Desk()
    if forget:
        _forget(desk, as_json=json)
        return
    wanted = chosen(corpora)
    missing = fetch(wanted, named=corpora.split(","), quiet=json) if download else {}
    for sentence in missing.values():
        typer.echo(sentence, err=True)
    try:
        with progress(quiet=json) as say:
            frames = _frames(desk, labels or [], site, wanted, seed=corpora != NONE, store=store)
            licences = _licences(wanted, seed=corpora != NONE)
            manifest = snapshots.take(frames, desk.snapshots, licences, say, _unlabelled(desk) if store else ())
    except (UnusableLabels, UnusableTable, ValueError) as error:
        raise Refused(str(error)) from None
    if json:
        print_json(manifest)
    else:
        _tell(manifest, wanted)


def _tell(manifest: Manifest, wanted: Sequence[Corpus]) -> None:
    """Say what is in the snapshot, what was merged, and which corpora are not here."""
    title = f"Snapshot {manifest.digest[:12]}: {manifest.rows:,} examples in {manifest.groups:,} groups"
    show(title, ("source", "ham", "spam", "abuse", "languages"), _by_source(manifest))
    if beside := sum(shard.rows for shard in manifest.unlabelled):
        typer.echo(f"Beside them {beside:,} comments of the sites without a label, for fits to learn from.")
    for merge in manifest.merges:
        if merge.superseded or merge.duplicates or merge.contested:
            typer.echo(f"{merge.source}: {_merged(merge)}")
    if absent := [corpus.name for corpus in wanted if find(corpus) is None]:
        typer.echo(f"Not here, so left out: {', '.join(absent)}. Some can be fetched: winnow-train corpora.")
    typer.echo("Next: winnow-train fit")


def _merged(merge: Merge) -> str:
    merged = f"duplicates merged {merge.duplicates:,} (with another label {merge.conflicts:,})"
    return f"labels superseded {merge.superseded:,}, {merged}, texts labelled otherwise elsewhere {merge.contested:,}."


def _by_source(manifest: Manifest) -> list[tuple[str, ...]]:
    labels, langs = Counter[tuple[str, str]](), defaultdict[str, Counter[str]](Counter)
    for count in manifest.counts:
        labels[count.source, count.label] += count.rows
        langs[count.source][count.lang] += count.rows
    rows = []
    for source, found in langs.items():
        spoken = [f"{lang} {rows:,}" for lang, rows in found.most_common(LANGUAGES)]
        more = [f"{len(found) - LANGUAGES} more"] if len(found) > LANGUAGES else []
        rows.append((source, *(f"{labels[source, label]:,}" for label in ("ham", "spam", "abuse")), ", ".join(spoken + more)))
    return rows


def _frames(desk: Desk, files: list[Path], site: str, wanted: Sequence[Corpus], *, seed: bool, store: bool) -> Iterator[Any]:
    yield from from_corpora(wanted, seed=seed)
    for path in files:
        yield from_file(path, site)
    if store:
        with database(desk.settings) as connection:
            yield from_store(connection)


def _unlabelled(desk: Desk) -> Iterator[Any]:
    with database(desk.settings) as connection:
        yield from unlabelled.from_store(connection)


def _licences(wanted: Sequence[Corpus], *, seed: bool) -> dict[str, str]:
    """Give licence and file digest of every corpus that is taken."""
    found = {"seed": f"MIT, sha256 {digest(SEED_FOLDER)}"} if seed else {}
    for corpus in wanted:
        path = find(corpus)
        if path is not None:
            found[corpus.name] = f"{corpus.licence}, sha256 {digest(path)}"
    return found


def _of_store(stored: Stored) -> tuple[set[str], set[str]]:
    """Give the ids of a snapshot's comments that came from the store, labelled and not."""
    rows = stored.columns("id", "hand", "site")
    own = rows["id"].str.fullmatch(r"[0-9a-f]{12}7[0-9a-f]{19}") & (rows["hand"] != "file") & (rows["site"] != "")
    return set(rows.loc[own, "id"]), set(stored.unlabelled()["id"])


def _forget(desk: Desk, *, as_json: bool) -> None:
    """Find rows of the store's sites whose comments the store no longer has."""
    with database(desk.settings) as connection:
        there = set(connection.scalars(select(comments.c.id).where(comments.c.text != "")))
    done: dict[str, list[str]] = {}
    for manifest in snapshots.list_all(desk.snapshots):
        labelled, others = (ids - there for ids in _of_store(desk.stored(manifest)))
        gone = labelled | others
        if gone and snapshots.forget(desk.snapshots, manifest.digest, gone) is not None:
            why = f"was fitted on {len(gone)} comments that were erased since: fit anew"
            done[manifest.digest] = desk.models.flag(manifest.digest, why, labelled=bool(labelled))
    if as_json:
        print_json(done)
        return
    for name, flagged in done.items():
        typer.echo(
            f"Snapshot {name[:12]} was written anew without erased comments. Models that saw them: {', '.join(flagged) or 'none'}."
        )
    if not done:
        typer.echo("No snapshot has an erased comment.")
