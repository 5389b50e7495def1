"""``winnow person``: people who may sign in to the moderators' pages."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from service.commands import Refused
from service.commands.installation import database, load_settings, print_json, site_named
from service.domain import Role
from service.people.accounts import Offer, check_identity, forget_totp, new_link
from service.people.refusal import NotSo
from service.settings import Settings
from service.store import audit, people, sites
from service.store.audit import Deed
from service.store.ids import Digests
from service.store.people import Person
from service.store.sessions import Kind

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Invite people to the moderators' pages, list them, let them back in."
)

BY = "command line"
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail address to sign in with.")]
RoleOption = Annotated[Role, typer.Option(help="What they may do.")]
Site = Annotated[str | None, typer.Option(help="On which site; else on every site.")]
Json = Annotated[bool, typer.Option("--json", help="Print for a program.")]


@app.command()
def invite(
    role: RoleOption = Role.MODERATOR,
    site: Site = None,
    email: Annotated[str, typer.Option(help="Whom it is for; nothing is sent there.")] = "",
    as_json: Json = False,
) -> None:
    """Print a link with which someone joins; it works once, for a week. The very first one sets up and administers all."""
    config = load_settings()
    with database(config) as connection:
        kind: Kind = "join" if people.any_person(connection) else "setup"
        offer = Offer(by=BY, email=email, role=role if kind == "join" else Role.ADMIN, site_id=_site(connection, site, kind))
        audit.append(connection, _deed("person.invite", offer.site_id, after={"role": offer.role, "email": email}))
        token = new_link(connection, Digests(config.key_secret()), kind, time.time(), offer)
    _print_link(config, token, "A link to join, shown this once", as_json=as_json)


def _site(connection: Connection, name: str | None, kind: Kind) -> int | None:
    return site_named(connection, name).id if name is not None and kind == "join" else None


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="The name that others see.")],
    role: RoleOption = Role.MODERATOR,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Add a person and print a link with which they set their password; it works once, for a day."""
    config = load_settings()
    try:
        check_identity(email, name)
        with database(config) as connection:
            site_id = site_named(connection, site).id if site is not None else None
            person_id = people.add_person(connection, email, name, time.time())
            people.set_role(connection, person_id, site_id, role)
            audit.append(connection, _deed("person.join", site_id, person_id, {"role": role}))
            token = _reset_link(connection, config, person_id)
    except (NotSo, people.EmailTaken) as error:
        raise Refused(str(error)) from None
    _print_link(config, token, f"{name} was added. A link to set the password, shown this once", as_json=as_json)


@app.command()
def reset(
    email: Email,
    second_step: Annotated[bool, typer.Option("--second-step", help="Also switch off a second step that was lost.")] = False,
    as_json: Json = False,
) -> None:
    """Print a link with which a person sets a new password; it works once, for a day. Also lets in whoever was shut out."""
    config = load_settings()
    with database(config) as connection:
        person = people.find_person(connection, email)
        if person is None:
            raise Refused("There is no person with this e-mail address; see winnow person list.")
        if person.disabled_at is not None:
            people.disable(connection, person.id, None)
        if second_step:
            forget_totp(connection, person.id)
        audit.append(connection, _deed("person.reset", None, person.id, {"second_step": second_step}))
        token = _reset_link(connection, config, person.id)
    _print_link(config, token, f"A link to a new password for {person.name}, shown this once", as_json=as_json)


def _reset_link(connection: Connection, config: Settings, person_id: int) -> str:
    return new_link(connection, Digests(config.key_secret()), "reset", time.time(), Offer(by=BY, person_id=person_id))


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the people and what they may do."""
    with database(load_settings()) as connection:
        names = {site.id: site.name for site in sites.list_sites(connection)}
        found = [_shown(person, names) for person in people.list_people(connection)]
    if as_json:
        print_json(found)
    for person in () if as_json else found:
        roles = ", ".join(f"{role} on {where}" for where, role in person["roles"].items()) or "no role"
        state = "shut out" if person["disabled"] else f"last signed in {person['signed_in'] or 'never'}"
        typer.echo(f"{person['id']}  {person['name']}  {person['email']}  {roles}  {state}")
    if not found and not as_json:
        typer.echo("There is nobody yet: winnow person invite")


def _shown(person: Person, names: dict[int, str]) -> dict[str, Any]:
    everywhere = {"every site": person.everywhere} if person.everywhere else {}
    roles = {**everywhere, **{names[site_id]: role for site_id, role in person.roles.items()}}
    signed_in = person.signed_in_at
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "roles": {where: role.value for where, role in roles.items()},
        "second_step": bool(person.totp),
        "signed_in": datetime.fromtimestamp(signed_in, UTC).strftime("%Y-%m-%d %H:%M UTC") if signed_in else None,
        "disabled": person.disabled_at is not None,
    }


def _deed(what: str, site_id: int | None, person_id: int | None = None, after: object = None) -> Deed:
    target = f"person {person_id}" if person_id is not None else ""
    return Deed(at=time.time(), who=BY, what=what, site_id=site_id, target=target, after=after)


def _print_link(config: Settings, token: str, said: str, *, as_json: bool) -> None:
    link = f"{config.base_url()}/welcome/{token}"
    if as_json:
        print_json({"link": link})
    else:
        typer.echo(f"{said}:\n\n  {link}")
