"""``winnow site``: add sites, show and change them and their policies. A running service takes changes over within a second."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

import msgspec
import typer
from sqlalchemy import Connection

from service.classifier.artefact import ArtefactRefused
from service.classifier.classifier import Classifier
from service.commands import Refused
from service.commands.installation import as_dict, database, load_settings, print_json, site_named, stored_policy
from service.commands.policies import changed, parsed
from service.domain import Site
from service.policy import Policy
from service.settings import Settings
from service.store import retention, sites
from service.store.ids import Digests
from service.store.notices import Notice, notice_of, set_notice

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Add sites, show and change them and their policies.")
HoldAs = Literal["auto", "pending", "spam", "ham"]

Name = Annotated[str, typer.Argument(metavar="NAME", help="The site's name.")]
Url = Annotated[str, typer.Option(help="The site's address, such as https://blog.example.org.")]
HoldOption = Annotated[HoldAs, typer.Option(help="How Akismet clients are told to hold; see docs/integrators.md.")]
Json = Annotated[bool, typer.Option("--json", help="Print for a program.")]


@app.command()
def add(name: Name, url: Url, hold_as: HoldOption = "auto", as_json: Json = False) -> None:
    """Add a site and print its key: this is the only time that the key can be shown."""
    config = load_settings()
    with database(config) as connection:
        site = sites.add_site(connection, _named(name), _address(url), time.time(), hold_as)
        key, _ = sites.add_key(connection, Digests(config.key_secret()), site.id, time.time(), label="site add")
    if as_json:
        print_json({"site": as_dict(site), "key": key})
    else:
        typer.echo(f"The site {site.name!r} was added. Its key, shown this once:\n\n  {key}")


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the sites."""
    with database(load_settings()) as connection:
        found = sites.list_sites(connection)
    if as_json:
        print_json([as_dict(site) for site in found])
    for site in () if as_json else found:
        typer.echo(f"{site.name}  {site.url}  hold as {site.hold_as}  policy version {site.policy_version}")
    if not found and not as_json:
        typer.echo("There is no site yet: winnow site add NAME --url URL")


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show a site, its keys (never the keys themselves) and its policy in force."""
    config = load_settings()
    with database(config) as connection:
        site = site_named(connection, name)
        keys = sites.list_keys(connection, site.id, working_at=time.time())
        policy = stored_policy(connection, site)
    shown = {
        **as_dict(site),
        "keys": [f"{key.id}: …{key.hint} {key.label}".strip() for key in keys],
        "policy": _effective(config, policy),
    }
    if as_json:
        print_json(shown)
    else:
        typer.echo("\n".join(_lines(shown)))


@app.command("set")
def set_(  # noqa: PLR0913, PLR0917 # an argument an option
    name: Name,
    values: Annotated[list[str] | None, typer.Argument(metavar="[PART=VALUE]...", help="Parts of the policy: max_links=3.")] = None,
    rename: Annotated[str | None, typer.Option("--name", help="A new name.")] = None,
    url: Annotated[str | None, typer.Option(help="A new address.")] = None,
    hold_as: Annotated[HoldAs | None, typer.Option(help="How Akismet clients are told to hold.")] = None,
    policy: Annotated[Path | None, typer.Option(help="A JSON file with a whole policy.", exists=True, dir_okay=False)] = None,
    keep_days: Annotated[int | None, typer.Option(help="Empty comments after so many days; 0 keeps them.")] = None,
    undo: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="How long a decision can be undone; 'default' as the installation has it.")
    ] = None,
) -> None:
    """Change a site. Policy parts: winnow site set blog max_links=3 block.domains=a.example,b.example spam.reject_at=0.97."""
    with database(load_settings()) as connection:
        site = site_named(connection, name)
        sites.change_site(
            connection,
            site.id,
            name=None if rename is None else _named(rename),
            url=None if url is None else _address(url),
            hold_as=hold_as,
        )
        if keep_days is not None:
            retention.set_days(connection, site.id, _kept(keep_days))
        if undo is not None:
            sites.set_undo(connection, site.id, _undo(undo))
        if policy is not None or values:
            _set_policy(connection, site, policy, values or [])
    typer.echo(f"The site {rename or name!r} was changed; a running service follows within a second.")


@app.command()
def notice(
    name: Name,
    controller: Annotated[str | None, typer.Option(help="Who answers for the readers' data: a person or a company.")] = None,
    contact: Annotated[str | None, typer.Option(help="The e-mail address or page to write to about it.")] = None,
) -> None:
    """Say on the privacy page whom a site's readers can write to."""
    with database(load_settings()) as connection:
        site = site_named(connection, name)
        before = notice_of(connection, site.id)
        now = Notice(before.controller if controller is None else controller, before.contact if contact is None else contact)
        set_notice(connection, site.id, now)
    typer.echo(f"/privacy?site={quote(name)} names {now.controller or name!r} and {now.contact or 'the site itself'}.")


def _set_policy(connection: Connection, site: Site, file: Path | None, values: list[str]) -> None:
    before = parsed(file.read_bytes()) if file is not None else stored_policy(connection, site)
    body = msgspec.json.encode(changed(before, values)).decode()
    sites.set_policy(connection, site.id, body, "command line", time.time())


def _effective(config: Settings, policy: Policy) -> dict[str, Any]:
    """Give the policy with the model's lines where the site set none; without a model those stay null."""
    with suppress(ArtefactRefused):  # doctor says why
        policy = policy.with_defaults(Classifier.load(config.model_folder).lines)
    shown: dict[str, Any] = msgspec.to_builtins(policy)
    return shown


def _kept(days: int) -> int:
    if days and not retention.LEAST_DAYS <= days <= retention.MOST_DAYS:
        raise Refused(f"Comments are kept for {retention.LEAST_DAYS} to {retention.MOST_DAYS:,} days, or with 0 for good.")
    return days


def _undo(seconds: str) -> int | None:
    if seconds == "default":
        return None
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 5 and int(seconds) <= sites.MOST_UNDO_SECONDS):
        raise Refused(f"--undo takes 0 to {sites.MOST_UNDO_SECONDS:,} seconds, or default: as long as the installation has it.")
    return int(seconds)


def _named(name: str) -> str:
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise Refused("A site's name needs between 1 and 200 printable characters.")
    return name.strip()


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable() and " " not in url
    except ValueError:
        good = False
    if not good:
        raise Refused("A site's address must start with http:// or https:// and name a host, such as https://blog.example.org.")
    return url


def _lines(value: dict[str, Any], indent: str = "") -> list[str]:
    """Lay a record out: a line a field, lists in one line, records below their name."""
    lines = []
    for name, part in value.items():
        if isinstance(part, dict):
            lines += [f"{indent}{name}", *_lines(part, indent + "  ")]
        else:
            lines.append(f"{indent}{name}: {part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)}")
    return lines
