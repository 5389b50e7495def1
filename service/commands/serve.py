"""``winnow serve``: the service, and on the first run the first site and its keys."""

from __future__ import annotations

import errno
import socket
import time
from typing import Annotated

import typer

from service import app as service_app
from service.commands import Refused
from service.commands.installation import database, load_settings
from service.domain import Role
from service.people.accounts import Offer, new_link
from service.settings import BadSettings, Settings
from service.store import people, sites
from service.store.ids import Digests

app = typer.Typer(add_completion=False)
FIRST_SITE = "blog"

_FIRST_RUN = """\
This is the first run. A site named {name!r} and its keys were made. They are shown this once: keep them.

  key for Akismet clients and for /v1     {key}
  administrator's key, for /v1            {admin}

WordPress with the official Akismet plugin: put docs/wordpress/winnow.php into wp-content/mu-plugins/,
and these two lines into wp-config.php:

  define( 'WPCOM_API_KEY', '{key}' );
  define( 'WINNOW_URL', '{url}' );

A first verdict, from another terminal:

  curl {url}/v1/comments -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' -d '{{"text": "Did you weigh the water, or use cups?"}}'
"""

_SET_UP = """\
Nobody can sign in to the moderators' pages yet. This link lets the first person set up; it works once, for a day:

  {link}
"""


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; else WINNOW_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; else WINNOW_PORT.")] = None,
) -> None:
    """Serve until stopped. The first run makes database, first site and keys, and prints them once."""
    config = load_settings(host=host, port=port)
    _check_port(config)
    untold = _first_keys(config)
    token = _set_up_token(config)

    def ready(port: int) -> None:
        url = config.local_url(port)
        while untold:
            typer.echo(_FIRST_RUN.format(url=url, **untold.pop()))
        if token:
            typer.echo(_SET_UP.format(link=f"{config.base_url(port)}/welcome/{token}"))
        typer.echo(f"Winnow listens on {url} (Ctrl+C stops it)")

    try:
        service_app.serve(config, ready)
    except BadSettings as error:
        raise Refused(str(error)) from None
    finally:
        for keys in untold:  # it never came to listen, and nobody can show them again
            typer.echo(_FIRST_RUN.format(url=config.local_url(config.port), **keys))


def _check_port(config: Settings) -> None:
    """Say that the port is busy before anything is made. Raises Refused."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refused(
                f"Port {config.port} of {config.host} is in use. Stop the program that uses it, or set WINNOW_PORT to another one."
            ) from None
        raise Refused(f"WINNOW_HOST and WINNOW_PORT cannot be listened on: {error.strerror}.") from None


def _first_keys(config: Settings) -> list[dict[str, str]]:
    """Make the first site and its keys if there is no site; give what to tell of them."""
    with database(config) as connection:
        if sites.list_sites(connection):
            return []
        now, digests = time.time(), Digests(config.key_secret())
        site = sites.add_site(connection, FIRST_SITE, "http://localhost", now)
        key, _ = sites.add_key(connection, digests, site.id, now, label="first run")
        admin, _ = sites.add_key(connection, digests, site.id, now, kind="bearer", label="first run", scopes=("admin",))
    return [{"name": site.name, "key": key, "admin": admin}]


def _set_up_token(config: Settings) -> str:
    """Make the token of the link with which the first person sets up, while there is nobody; else give nothing."""
    with database(config) as connection:
        if people.any_person(connection):
            return ""
        offer = Offer(by="command line", role=Role.ADMIN)
        return new_link(connection, Digests(config.key_secret()), "setup", time.time(), offer)
