"""The installation as commands see it: its settings, its database, its model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import typer
from msgspec import structs
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from service import settings
from service.classifier.artefact import ArtefactRefused
from service.classifier.classifier import Classifier
from service.commands import Refused
from service.domain import Site
from service.policy import InvalidPolicy, OwnRule, Policy
from service.settings import BadSettings, Settings
from service.store import shared_rules, sites
from service.store.engine import BadDatabase, be_patient, open_engine
from service.store.sites import NameTaken
from service.store.upgrade import NewerSchema, upgrade

_PATIENCE_MILLISECONDS = 10_000
"""How long a command waits for a busy service to let it write; the service itself cannot afford to wait."""


def load_settings(**overrides: object) -> Settings:
    """Read the settings. Raises Refused."""
    try:
        return settings.load(**{name: value for name, value in overrides.items() if value is not None})
    except BadSettings as error:
        raise Refused(str(error)) from None


@contextmanager
def database(config: Settings) -> Iterator[Connection]:
    """Open the database, made or migrated first where needed, for one transaction. Raises Refused."""
    with opened(config) as engine, engine.begin() as connection:
        yield connection


@contextmanager
def opened(config: Settings) -> Iterator[Engine]:
    """Open the database, made or migrated first where needed, for many transactions. Raises Refused."""
    try:
        engine = open_engine(config.database)
        be_patient(engine, _PATIENCE_MILLISECONDS)
        try:
            upgrade(engine)
            yield engine
        finally:
            engine.dispose()
    except (BadDatabase, NewerSchema, NameTaken, InvalidPolicy, BadSettings) as error:
        raise Refused(str(error)) from None
    except SQLAlchemyError as error:
        raise Refused(f"The database cannot be used: {reason(error)}.") from None


def reason(error: SQLAlchemyError) -> str:
    """Say what a database complains of, in one line, without the statement and its values."""
    said = str(getattr(error, "orig", None) or type(error).__name__)
    return said.strip().partition("\n")[0].rstrip(".")


def site_named(connection: Connection, name: str) -> Site:
    """Find a site. Raises Refused, naming those that exist."""
    if (site := sites.find_site(connection, name)) is not None:
        return site
    known = ", ".join(each.name for each in sites.list_sites(connection)) or "none yet"
    raise Refused(f"There is no site named {name!r}. Known sites: {known}.")


def stored_policy(connection: Connection, site: Site) -> Policy:
    """Give what a site set, without the model's lines. Raises Refused when this version cannot read it."""
    version = sites.policies_in_force(connection).get(site.id)
    try:
        return msgspec.json.decode(version.body, type=Policy) if version is not None else Policy()
    except (msgspec.MsgspecError, InvalidPolicy):
        raise Refused(f"The policy of the site {site.name!r} cannot be read by this version.") from None


def load_model(config: Settings) -> Classifier:
    """Load the model that the service would serve. Raises Refused."""
    try:
        return Classifier.load(config.model_folder)
    except ArtefactRefused as error:
        raise Refused(f"The model in {config.model_folder} is refused: {error}") from None


def policy_for(config: Settings, model: Classifier, site: str | None) -> Policy:
    """Give a site's policy, or a new site's where none is named, with the model's lines filled in. Raises Refused."""
    if site is None:
        return Policy().with_defaults(model.lines)
    with database(config) as connection:
        policy = stored_policy(connection, site_named(connection, site))
        rules = msgspec.json.decode(shared_rules.in_force(connection).body, type=tuple[OwnRule, ...])
        return policy.sharing(rules).with_defaults(model.lines)


def print_json(value: object) -> None:
    """Print for a program."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def as_dict(record: Any) -> dict[str, Any]:  # noqa: ANN401 # any Struct
    """Give a record's fields."""
    return structs.asdict(record)
