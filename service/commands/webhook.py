"""``winnow webhook``: where a site wants to be told of events, what was sent, and sending it once more."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from service.commands import Refused
from service.commands.installation import as_dict, database, load_settings, print_json, site_named
from service.outbox import guard, signing
from service.outbox.attempt import Keys, Outcome, attempt
from service.outbox.sending import Sender
from service.settings import Settings
from service.store import deliveries, endpoints, outbox, sites
from service.store.deliveries import Chosen, Message
from service.store.endpoints import Endpoint, EndpointTaken
from service.store.events import CALLBACK, EVENTS
from service.store.ids import Digests
from service.store.outbox import Due, Result

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Tell a site of events: endpoints, what was sent to them, sending it once more.",
)
_USUAL = ("comment.decided", "comment.redecided", "endpoint.disabled")
EventName = StrEnum("EventName", {name: name for name in EVENTS})  # type: ignore[misc]  # made from one list

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The endpoint's number; winnow webhook list shows it.")]
Json = Annotated[bool, typer.Option("--json", help="Print for a program.")]
OfEndpoint = Annotated[int | None, typer.Option("--endpoint", help="Only this endpoint's messages.")]
Moment = Annotated[datetime | None, typer.Option(help="Events from then on, UTC.")]


@app.command()
def add(
    site: Annotated[str, typer.Argument(help="The site that is told.")],
    url: Annotated[str, typer.Argument(help="Where to: https://cms.example.org/winnow.")],
    event: Annotated[list[EventName] | None, typer.Option(help="What to tell; repeat for more.")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="Also send what the comment says.")] = False,
    as_json: Json = False,
) -> None:
    """Add an endpoint and print the secret that signs its messages: this is the only time that it can be shown."""
    config = load_settings()
    _vetted(config, url)
    wanted = tuple(dict.fromkeys(each.value for each in event)) if event else _USUAL
    with database(config) as connection:
        known = site_named(connection, site)
        try:
            secret, number = endpoints.add_endpoint(
                connection, _digests(config), known.id, url, time.time(), events=wanted, with_text=with_text
            )
        except EndpointTaken as error:
            raise Refused(str(error)) from None
    if as_json:
        print_json({"endpoint": number, "site": known.name, "url": url, "events": wanted, "secret": secret})
    else:
        typer.echo(f"Endpoint {number} is told of {', '.join(wanted)}. Its secret, shown this once:\n\n  {secret}")


@app.command("list")
def list_all(site: Annotated[str | None, typer.Argument(help="Only this site's.")] = None, as_json: Json = False) -> None:
    """List endpoints, those included that sites' WordPress named itself."""
    with database(load_settings()) as connection:
        only = site_named(connection, site).id if site is not None else None
        names = {each.id: each.name for each in sites.list_sites(connection)}
        found = [_shown(each, names[each.site_id]) for each in endpoints.list_endpoints(connection, only)]
    if as_json:
        print_json(found)
    for each in () if as_json else found:
        what = " ".join(each["events"]) or "decisions, by the Akismet plugin's route"
        typer.echo(f"{each['endpoint']}  {each['site']}  {each['url']}  {what}  {each['state']}")
    if not found and not as_json:
        typer.echo("There is no endpoint yet: winnow webhook add SITE URL")


@app.command()
def remove(number: Number) -> None:
    """Remove an endpoint, all that waits for it, and its log."""
    with database(load_settings()) as connection:
        if not endpoints.remove_endpoint(connection, number, time.time()):
            raise _no_such(number)
    typer.echo(f"Endpoint {number} was removed.")


@app.command()
def enable(number: Number) -> None:
    """Switch an endpoint on again that was switched off. What it missed is sent by winnow webhook replay."""
    with database(load_settings()) as connection:
        if not endpoints.enable_endpoint(connection, number):
            raise _no_such(number)
    typer.echo(f"Endpoint {number} is on. What it missed: winnow webhook replay --endpoint {number} --dead")


@app.command()
def rotate(number: Number) -> None:
    """Give an endpoint a new secret. For a day messages are signed with the old one as well."""
    config = load_settings()
    with database(config) as connection:
        secret = endpoints.rotate_secret(connection, _digests(config), number, time.time())
    if secret is None:
        raise _no_such(number)
    typer.echo(f"The new secret of endpoint {number}, shown this once; the old one works for another day:\n\n  {secret}")


@app.command()
def test(number: Number) -> None:
    """Send a ping to an endpoint, now, and say what came of it."""
    config = load_settings()
    with database(config) as connection:
        endpoint = _endpoint(connection, number)
        if endpoint.kind == CALLBACK:
            raise Refused("WordPress' own route knows no test; decide a comment that came from there.")
        now = time.time()
        due, keys = outbox.ping(connection, endpoint, now), Keys(secrets=tuple(endpoint.secrets(_digests(config), now)))
    outcome = asyncio.run(_send(config, endpoint, due, keys, now))
    state = "sent" if outcome.sent else "dead"
    result = Result(due.id, state, 1, now, outcome.answer.seconds, outcome.answer.status, outcome.error, now)
    with database(config) as connection:
        outbox.note_ping(connection, due, result)
    if not outcome.sent:
        raise Refused(f"The ping did not arrive: {outcome.error.rstrip('.')}.")
    typer.echo(f"The ping arrived: {outcome.answer.status} in {outcome.answer.seconds * 1000:.0f} ms.")


@app.command()
def replay(
    message: Annotated[str | None, typer.Argument(metavar="[MESSAGE]", help="One message, msg_….")] = None,
    endpoint: OfEndpoint = None,
    since: Moment = None,
    until: Annotated[datetime | None, typer.Option(help="Events before then, UTC.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="Only those that never arrived.")] = False,
) -> None:
    """Send messages once more: one, those of a time, or all that never arrived. Receivers know them by their old names."""
    if message is None and since is None and not dead:
        raise Refused("Say which messages: one by its name, --since a time, or all that are --dead.")
    chosen = Chosen(
        id=None if message is None else _number_of(message),
        endpoint_id=endpoint,
        state="dead" if dead else None,
        since=_epoch(since),
        until=_epoch(until),
    )
    with database(load_settings()) as connection:
        count = deliveries.replay(connection, chosen, time.time())
    typer.echo(f"{count} message{'' if count == 1 else 's'} will be sent once more.")


class State(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


@app.command("deliveries")
def show_deliveries(
    site: Annotated[str | None, typer.Option(help="Only this site's.")] = None,
    endpoint: OfEndpoint = None,
    comment: Annotated[str | None, typer.Option(help="Only those about this comment, by id.")] = None,
    state: Annotated[State | None, typer.Option(help="Only those that wait, arrived, or never did.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=10_000)] = 20,
    as_json: Json = False,
) -> None:
    """Show messages and every attempt at them, newest first; texts of comments are not kept in the log."""
    with database(load_settings()) as connection:
        site_id = site_named(connection, site).id if site is not None else None
        chosen = Chosen(site_id=site_id, endpoint_id=endpoint, comment_id=comment, state=state.value if state else None)
        found = deliveries.list_messages(connection, chosen, limit)
    if as_json:
        print_json(
            [as_dict(each) | {"id": signing.message_id(each.id), "log": [as_dict(one) for one in each.log]} for each in found]
        )
    for each in () if as_json else found:
        typer.echo("\n".join(_lines(each)))


def _lines(message: Message) -> list[str]:
    about = f"  comment {message.comment_id}" if message.comment_id else ""
    wrong = f": {message.error}" if message.error else ""
    lines = [f"{signing.message_id(message.id)}  endpoint {message.endpoint_id}  {message.kind}{about}  {message.state}{wrong}"]
    for each in message.log:
        said = each.error or "arrived"
        status = f"{each.status} " if each.status else ""
        lines.append(f"    {_stamp(each.at)}  attempt {each.number}  {status}{said}  {each.seconds * 1000:.0f} ms")
    if message.state == "waiting":
        lines.append(f"    {_stamp(message.due_at)}  next")
    return lines


def _shown(endpoint: Endpoint, site: str) -> dict[str, Any]:
    state = "works"
    if endpoint.disabled_at is not None:
        state = f"switched off {_stamp(endpoint.disabled_at)}: {endpoint.disabled_why}"
    elif endpoint.failing_since is not None:
        state = f"fails since {_stamp(endpoint.failing_since)}"
    named = {name: getattr(endpoint, name) for name in ("kind", "url", "events", "with_text", "failures")}
    return {"endpoint": endpoint.id, "site": site, **named, "state": state}


def _endpoint(connection: Connection, number: int) -> Endpoint:
    if (found := endpoints.find_endpoint(connection, number)) is None:
        raise _no_such(number)
    return found


def _no_such(number: int) -> Refused:
    return Refused(f"There is no endpoint {number} of that kind; winnow webhook list shows them.")


def _vetted(config: Settings, url: str) -> None:
    """Refuse now what would be refused at every message."""
    watch = guard.Guard(config.outbound_allowed)
    try:
        asyncio.run(watch.vet(url))
    except guard.Refused as refused:
        raise Refused(str(refused)) from None
    finally:
        watch.close()


async def _send(config: Settings, endpoint: Endpoint, due: Due, keys: Keys, now: float) -> Outcome:
    watch = guard.Guard(config.outbound_allowed)
    try:
        async with Sender(watch).session(endpoint.url) as post:
            return await attempt(due, keys, post, now)
    finally:
        watch.close()


def _digests(config: Settings) -> Digests:
    return Digests(config.key_secret())


def _number_of(message: str) -> str:
    if (number := signing.outbox_id(message)) is None:
        raise Refused("A message's name is msg_ and 26 letters and digits; winnow webhook deliveries shows it.")
    return number


def _epoch(moment: datetime | None) -> float | None:
    return None if moment is None else moment.replace(tzinfo=UTC).timestamp()


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
