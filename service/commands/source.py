"""``winnow source``: the platforms that call our webhooks. A running service takes changes over at once."""

from __future__ import annotations

import base64
import secrets
import time
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from service.api.webhooks import adapters
from service.commands import Refused
from service.commands.installation import database, load_settings, print_json, site_named
from service.store import sites, sources
from service.store.ids import Digests
from service.store.sources import Options, Source, SourceUnreadable

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Platforms that call our webhooks: add, list, rotate their secrets, remove."
)

Site = Annotated[str, typer.Argument(help="The site whose comments the platform tells of.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The source's id, as winnow source list shows it.")]
SecretFile = Annotated[
    Path | None,
    typer.Option("--secret-file", help="A file with the platform's own secret; else one is made.", exists=True, dir_okay=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print for a program.")]


@app.command()
def add(
    site: Site,
    platform: Annotated[str, typer.Argument(help="generic, coral, discourse, github, hyvor, fastcomments, strapi, …")],
    label: Annotated[str, typer.Option(help="What the source is, in your words.")] = "",
    secret_file: SecretFile = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PART=VALUE", help="mode=wait, fields.text=data.body, statuses.accept=APPROVED, …"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a source; print the address that the platform calls and, where it was made here, its secret."""
    if platform not in adapters.names():
        raise Refused(f"There is no platform named {platform!r}. Known: {', '.join(adapters.names())}.")
    config = load_settings()
    secret, made = _secret(platform, secret_file)
    with database(config) as connection:
        known = site_named(connection, site)
        wanted = Source(
            id="",
            site_id=known.id,
            adapter=platform,
            label=label,
            secrets=(secret,),
            options=_options(set_ or []),
            created_at=time.time(),
        )
        source = sources.add_source(connection, Digests(config.key_secret()), wanted)
    if as_json:
        print_json({"id": source.id, "path": _path(source), "secret": secret if made else None})
    else:
        typer.echo(f"The source was added. {platform} calls:\n\n  {_path(source)}\n")
        typer.echo(f"Its secret, shown this once:\n\n  {secret}" if made else "It signs with the secret of your file.")


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the sources, never their secrets."""
    config = load_settings()
    with database(config) as connection:
        found = _all(connection, Digests(config.key_secret()))
        names = {known.id: known.name for known in sites.list_sites(connection)}
    if as_json:
        print_json([_shown(source, names) for source in found])
    for source in () if as_json else found:
        typer.echo(
            f"{source.id}  {names[source.site_id]}  {source.adapter}  {len(source.secrets)} secrets  {source.label}".rstrip()
        )
    if not found and not as_json:
        typer.echo("There is no source yet: winnow source add SITE PLATFORM")


@app.command()
def rotate(
    source_id: Id,
    secret_file: SecretFile = None,
    keep: Annotated[int, typer.Option(help="So many of the former secrets go on working.", min=0, max=2)] = 1,
) -> None:
    """Let a new secret work beside the former one. Rotate again with --keep 0 once the platform uses the new one."""
    config = load_settings()
    digests = Digests(config.key_secret())
    with database(config) as connection:
        source = _one(connection, digests, source_id)
        secret, made = _secret(source.adapter, secret_file)
        sources.rotate_source(connection, digests, source, secret, keep)
    typer.echo(f"The new secret, shown this once:\n\n  {secret}" if made else "The secret of your file works now.")
    typer.echo(f"{min(keep, len(source.secrets))} of the former secrets work as well.")


@app.command()
def remove(source_id: Id) -> None:
    """Remove a source: its platform is refused from now on. What it brought stays."""
    with database(load_settings()) as connection:
        if not sources.remove_source(connection, source_id):
            raise Refused("There is no such source.")
    typer.echo("The source was removed.")


def _secret(platform: str, file: Path | None) -> tuple[str, bool]:
    """Give the platform's secret, and whether it was made here: of 32 random bytes, in the platform's own form."""
    if file is not None:
        if len(given := file.read_text("utf-8").strip()) < 8:
            raise Refused("A secret needs at least 8 characters.")
        return given, False
    if platform == "generic":
        return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(), True
    return secrets.token_hex(32), True


def _options(parts: list[str]) -> Options:
    """Give the options that ``name=value`` and ``name.part=value`` say. Raises Refused."""
    found: dict[str, Any] = {}
    for part in parts:
        place, equals, value = part.partition("=")
        name, dot, inner = place.partition(".")
        if not equals or (dot and not inner):
            raise Refused(f"{place!r} must have the form PART=VALUE.")
        if dot:
            found.setdefault(name, {})[inner] = value
        else:
            found[name] = value
    try:
        return msgspec.convert(found, Options, strict=False)
    except (msgspec.ValidationError, AttributeError):
        raise Refused("The options are mode, budget_ms, headers.NAME, fields.FIELD, only.PATH and statuses.VERDICT.") from None


def _path(source: Source) -> str:
    return f"/webhooks/{source.id}"


def _shown(source: Source, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": source.id,
        "site": names[source.site_id],
        "platform": source.adapter,
        "path": _path(source),
        "label": source.label,
        "secrets": len(source.secrets),
        "options": msgspec.to_builtins(source.options),
        "created_at": source.created_at,
    }


def _all(connection: Any, digests: Digests) -> list[Source]:  # noqa: ANN401 # a connection, whose type lives in the store
    try:
        return sources.list_sources(connection, digests)
    except SourceUnreadable as error:
        raise Refused(f"{error} Restore the secret with which this installation was set up.") from None


def _one(connection: Any, digests: Digests, source_id: str) -> Source:  # noqa: ANN401 # as above
    for source in _all(connection, digests):
        if source.id == source_id:
            return source
    raise Refused("There is no such source.")
