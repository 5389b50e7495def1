"""``winnow-train corpora``: the public corpora that are known, and fetching them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from training import sources
from training.commands.desk import Desk, Json, Refused, print_json, progress, show
from training.download import Limits, NotDownloaded, download
from training.remote import BY_HAND, REMOTES, Remote
from training.sources import CORPORA, Corpus, find

app = typer.Typer(add_completion=False)
ALL, SHIPPABLE, NONE = "all", "shippable", "none"


@app.command()
def corpora(
    *,
    get: Annotated[
        str, typer.Option("--download", help="Fetch these where they are absent: all, shippable, or names with commas.")
    ] = "",
    json: Json = False,
) -> None:
    """List the known public corpora with licence and address, and fetch those that are asked for; nothing else uses a network."""
    failed = fetch(chosen(get), named=get.split(","), quiet=json) if get else {}
    if json:
        print_json([_entry(corpus) | {"refused": failed.get(corpus.name, "")} for corpus in CORPORA])
    else:
        _tell()
    if failed:
        raise Refused("\n".join(failed.values()))


def chosen(words: str) -> list[Corpus]:
    """Give the corpora that all, shippable, none or names with commas stand for. Raises Refused."""
    known = {corpus.name: corpus for corpus in CORPORA}
    if words in {ALL, SHIPPABLE, NONE}:
        return [corpus for corpus in CORPORA if words == ALL or (words == SHIPPABLE and corpus.ships)]
    if unknown := set(words.split(",")) - set(known):
        raise Refused(f"There is no corpus {', '.join(sorted(unknown))}. Known ones: {', '.join(known)}; or all, shippable, none.")
    return [corpus for name, corpus in known.items() if name in words.split(",")]


def fetch(wanted: Sequence[Corpus], *, named: Sequence[str], quiet: bool) -> dict[str, str]:
    """Fetch the corpora that are not here; give, by name, a sentence for each that was not fetched."""
    limits, failed = Limits(allowed=Desk().settings.outbound_allowed), dict[str, str]()
    absent = [corpus for corpus in wanted if find(corpus) is None]
    with progress(quiet=quiet) as say:
        for number, corpus in enumerate(absent):
            say("fetching", number, len(absent))
            try:
                download(corpus, _remote(corpus, named), sources.CORPUS_FOLDERS[0], limits)
            except NotDownloaded as refusal:
                failed[corpus.name] = str(refusal)
            say("fetching", number + 1, len(absent))
    return failed


def _remote(corpus: Corpus, named: Sequence[str]) -> Remote:
    """Give where a corpus is; refuse what has no address, and, unless it is asked for by name, what may only be measured on."""
    remote = REMOTES.get(corpus.name)
    if remote is None:
        where = f"Look at {BY_HAND[corpus.name]}." if corpus.name in BY_HAND else "No public address of it is known."
        raise NotDownloaded(f"{corpus.name} cannot be downloaded. {where}")
    if not corpus.ships and corpus.name not in named:
        says = f"its licence ({corpus.licence}) lets it measure, not ship in a model"
        raise NotDownloaded(f"{corpus.name} was not downloaded: {says}. Ask for it by name to have it all the same.")
    return remote


def _entry(corpus: Corpus) -> dict[str, object]:
    remote, path = REMOTES.get(corpus.name), find(corpus)
    return {
        "name": corpus.name,
        "title": corpus.title,
        "licence": corpus.licence,
        "may_ship": corpus.ships,
        "here": str(path) if path else "",
        "address": remote.address if remote else "",
        "sha256": remote.sha256 if remote else "",
        "rows_sha256": remote.rows if remote else "",
        "note": remote.note if remote else BY_HAND.get(corpus.name, ""),
    }


def _tell() -> None:
    """Say what there is, then where each comes from."""
    show(
        "Public corpora",
        ("name", "licence", "for", "where"),
        [(corpus.name, corpus.licence, "fitting" if corpus.ships else "measuring", _where(corpus)) for corpus in CORPORA],
    )
    for corpus in CORPORA:
        remote = REMOTES.get(corpus.name)
        known = remote.address + (f" ({remote.note})" if remote.note else "") if remote else BY_HAND.get(corpus.name)
        typer.echo(f"{corpus.name}, {corpus.title}: {known or 'no public address is known'}")


def _where(corpus: Corpus) -> str:
    return "here" if find(corpus) else "to download" if corpus.name in REMOTES else "by hand"
