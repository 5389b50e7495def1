"""``winnow key``: make keys for a site, list them and revoke them. A running service follows within a second."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import typer

from service.commands import Refused
from service.commands.installation import database, load_settings, print_json, site_named
from service.store import audit, sites
from service.store.audit import Deed
from service.store.ids import Digests
from service.store.sites import SCOPES, Key

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Make keys for a site, list them and revoke them.")


class Scope(StrEnum):
    """What a key may do."""

    CHECK = "check"
    FEEDBACK = "feedback"
    READ = "read"
    ADMIN = "admin"


Json = Annotated[bool, typer.Option("--json", help="Print for a program.")]


@app.command()
def create(
    site: Annotated[str, typer.Argument(help="The site that the key speaks for.")],
    label: Annotated[str, typer.Option(help="What the key is for, in your words.")] = "",
    kind: Annotated[Literal["akismet", "bearer"], typer.Option(help="12 hex digits, or a long token for /v1.")] = "akismet",
    scope: Annotated[list[Scope] | None, typer.Option(help="What it may do; repeat for more.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key and print it: this is the only time that it can be shown. Unless told otherwise it may check, feedback, read."""
    config = load_settings()
    scopes = tuple(dict.fromkeys(each.value for each in scope)) if scope else SCOPES
    if kind == "akismet" and "admin" in scopes:
        raise Refused("A key of 12 digits is too short for an administrator; add --kind bearer.")
    with database(config) as connection:
        known = site_named(connection, site)
        digests = Digests(config.key_secret())
        token, key = sites.add_key(connection, digests, known.id, time.time(), kind=kind, label=label, scopes=scopes)
        after = {"label": label, "kind": kind, "scopes": list(scopes)}
        audit.append(connection, _deed("key.add", known.id, label, after=after))
    if as_json:
        print_json({"id": key.id, "site": known.name, "key": token, "kind": kind, "scopes": scopes})
    else:
        typer.echo(f"Key {key.id} of the site {known.name!r}, shown this once:\n\n  {token}")


@app.command("list")
def list_all(
    site: Annotated[str | None, typer.Argument(help="Only this site's keys.")] = None,
    as_json: Json = False,
) -> None:
    """List keys by number: what they are for and their last four characters. The keys themselves are stored nowhere."""
    with database(load_settings()) as connection:
        only = site_named(connection, site).id if site is not None else None
        names = {each.id: each.name for each in sites.list_sites(connection)}
        found = [_shown(key, names[key.site_id]) for key in sites.list_keys(connection, only)]
    if as_json:
        print_json(found)
    for key in () if as_json else found:
        state = f"{'works until' if key['works'] else 'revoked'} {key['revoked']}" if key["revoked"] else "works"
        typer.echo(
            f"{key['id']}  {key['site']}  …{key['hint']}  {'+'.join(key['scopes'])}  {key['label']}  {key['created']}  {state}"
        )


@app.command()
def revoke(number: Annotated[int, typer.Argument(help="The key's number in the list.")]) -> None:
    """Make a key useless, for good."""
    with database(load_settings()) as connection:
        key = next((key for key in sites.list_keys(connection) if key.id == number), None)
        if key is None or not sites.revoke_key(connection, number, time.time()):
            raise Refused(f"There is no key {number} that works; see winnow key list.")
        before = {"key": number, "hint": key.hint, "scopes": list(key.scopes)}
        audit.append(connection, _deed("key.revoke", key.site_id, key.label, before=before))
    typer.echo(f"Key {number} was revoked; a running service refuses it within a second.")


def _deed(what: str, site_id: int, target: str, before: object = None, after: object = None) -> Deed:
    return Deed(at=time.time(), who="command line", what=what, site_id=site_id, target=target, before=before, after=after)


def _shown(key: Key, site: str) -> dict[str, Any]:
    """Give what may be shown of a key."""
    return {
        "id": key.id,
        "site": site,
        "label": key.label,
        "kind": key.kind,
        "scopes": key.scopes,
        "hint": key.hint,
        "created": _day(key.created_at),
        "revoked": _day(key.revoked_at) if key.revoked_at is not None else None,
        "works": key.works(time.time()),
        "used": _day(key.used_at) if key.used_at is not None else None,
    }


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
