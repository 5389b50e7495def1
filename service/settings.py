"""The environment, read once: variables with the prefix ``WINNOW_``, a ``.env`` file, and ``*_FILE`` for secrets."""

from __future__ import annotations

import os
import re
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent
STARTER_MODEL = CHECKOUT / "data" / "model"

_MIN_SECRET = 16
_FROM_FILES = ("secret", "metrics_token", "database_url", "oidc_client_secret", "smtp_url")
_DATABASES = ("sqlite://", "postgresql://", "postgresql+psycopg://")
_HOST_NAME = re.compile(r"(?=.*[a-zA-Z])[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?")
_MAILBOX = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")
_WANTED = {
    "host": "an address to listen on, such as 127.0.0.1 or 0.0.0.0",
    "port": "a port number between 1 and 65535 (0 takes any free one)",
    "data_dir": "a folder that this program may write to",
    "database_url": "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME",
    "model_dir": "the folder of a model that winnow-train made",
    "max_body": "a number of bytes between 1024 and 16777216",
    "max_batch_body": "a number of bytes between 1024 and 67108864",
    "deadline_ms": "a number of milliseconds between 10 and 60000",
    "metrics_token": f"at least {_MIN_SECRET} characters",
    "secret": f"at least {_MIN_SECRET} characters",
    "undo_seconds": "a number of seconds between 0 and 3600",
    "outbox_worker": "true or false",
    "outbound_allow": "host names and networks parted by commas, such as cms.internal,10.1.0.0/16",
    "queue_threshold": "a number of comments between 1 and 1000000",
    "train_from_pages": "true or false",
    "public_url": "an address such as https://moderation.example.org",
    "trusted_proxies": "addresses or networks parted by commas, such as 127.0.0.1,10.0.0.0/8",
    "oidc_issuer": "the provider's https address, such as https://id.example.org",
    "oidc_client_id": "what the provider calls this installation",
    "oidc_client_secret": "the secret that the provider gave",
    "oidc_name": "what the button shall say",
    "smtp_url": "smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465",
    "mail_from": "an e-mail address such as winnow@example.org",
    "remind_hours": "a number of hours between 0.1 and 720",
    "remind_every_hours": "a number of hours between 0.1 and 720",
}
"""What would be right for each setting, as it is said when the value is wrong. Values are never repeated: some are secret."""


class BadSettings(Exception):  # a state of the environment
    """The environment cannot be used; the message names each variable and says what would be right."""


class Settings(BaseSettings):
    """What an installation sets. ``load`` reads it; the rest of the program is handed the result."""

    model_config = SettingsConfigDict(env_prefix="WINNOW_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True)

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """WINNOW_HOST: the address to listen on."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """WINNOW_PORT: the port to listen on."""
    data_dir: Path = CHECKOUT / "data" / "var"
    """WINNOW_DATA_DIR: where the program writes: database, server secret, promoted models."""
    database_url: Annotated[str, Field(repr=False)] = ""
    """WINNOW_DATABASE_URL: SQLite or PostgreSQL; ``winnow.db`` in the data folder unless set."""
    model_dir: Path | None = None
    """WINNOW_MODEL_DIR: the model to serve; else the data folder's promoted one, else the starter model."""
    max_body: Annotated[int, Field(ge=1024, le=16 << 20)] = 65_536
    """WINNOW_MAX_BODY: bytes of the largest request body."""
    max_batch_body: Annotated[int, Field(ge=1024, le=64 << 20)] = 4 << 20
    """WINNOW_MAX_BATCH_BODY: bytes of the largest body on the batch and policy endpoints."""
    deadline_ms: Annotated[int, Field(ge=10, le=60_000)] = 300
    """WINNOW_DEADLINE_MS: milliseconds after which a comment that could not be stored is answered as failed."""
    metrics_token: SecretStr | None = None
    """WINNOW_METRICS_TOKEN (or _FILE): bearer token for /metrics; without one only this machine may read it."""
    secret: SecretStr | None = None
    """WINNOW_SECRET (or _FILE): with what keys are hashed at rest; without one a file in the data folder holds it."""
    undo_seconds: Annotated[int, Field(ge=0, le=3600)] = 10
    """WINNOW_UNDO_SECONDS: how long a moderator's decision waits before the site is told, so that it can be undone."""
    outbox_worker: bool = True
    """WINNOW_OUTBOX_WORKER: whether the service sends webhooks itself; false where ``winnow worker`` does."""
    outbound_allow: str = ""
    """WINNOW_OUTBOUND_ALLOW: hosts and networks outside the public internet that webhooks may go to, parted by commas."""
    queue_threshold: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    """WINNOW_QUEUE_THRESHOLD: so many comments of a site that wait are told by the event ``queue.threshold``."""
    train_from_pages: bool = False
    """WINNOW_TRAIN_FROM_PAGES: whether admins may start training from the model's page; it takes processor and memory here."""
    public_url: str = ""
    """WINNOW_PUBLIC_URL: the address at which browsers reach the pages, where a proxy stands before them."""
    trusted_proxies: str = ""
    """WINNOW_TRUSTED_PROXIES: addresses or networks, parted by commas, whose X-Forwarded-For is believed."""
    oidc_issuer: str = ""
    """WINNOW_OIDC_ISSUER: the OpenID Connect provider with which people may sign in; https, or http on this machine."""
    oidc_client_id: str = ""
    """WINNOW_OIDC_CLIENT_ID: what the provider calls this installation."""
    oidc_client_secret: SecretStr | None = None
    """WINNOW_OIDC_CLIENT_SECRET (or _FILE): the secret that the provider gave with it."""
    oidc_name: str = "OpenID Connect"
    """WINNOW_OIDC_NAME: what the button to sign in with it says."""

    smtp_url: Annotated[str, Field(repr=False)] = ""
    """WINNOW_SMTP_URL (or _FILE): the mail server that reminders of a full queue go through; none are sent without one."""
    mail_from: str = ""
    """WINNOW_MAIL_FROM: the address that reminders come from; the user of the mail server unless set."""
    remind_hours: Annotated[float, Field(ge=0.1, le=720)] = 4
    """WINNOW_REMIND_HOURS: after so many hours that a comment waits, its site's moderators are reminded by e-mail."""
    remind_every_hours: Annotated[float, Field(ge=0.1, le=720)] = 12
    """WINNOW_REMIND_EVERY_HOURS: nobody gets a second reminder before so many hours have gone by."""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(_DATABASES):
            raise ValueError("unknown database")
        return url

    @field_validator("metrics_token", "secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < _MIN_SECRET:
            raise ValueError("too short")
        return secret

    @field_validator("outbound_allow")
    @classmethod
    def _hosts(cls, hosts: str) -> str:
        for each in filter(None, map(str.strip, hosts.split(","))):
            if not _HOST_NAME.fullmatch(each):
                ip_network(each, strict=False)
        return hosts

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("no address")
        return url

    @field_validator("oidc_issuer")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("not encrypted")
        return url

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, networks: str) -> str:
        for each in filter(None, map(str.strip, networks.split(","))):
            ip_network(each, strict=False)
        return networks

    @field_validator("smtp_url")
    @classmethod
    def _a_mail_server(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.port == 0 or parts.path.strip("/")):
            raise ValueError("no mail server")
        return url

    @field_validator("mail_from")
    @classmethod
    def _a_mailbox(cls, address: str) -> str:
        if address and not _MAILBOX.fullmatch(address):
            raise ValueError("no mailbox")
        return address

    @model_validator(mode="after")
    def _some_sender(self) -> Self:
        if self.smtp_url and not self.mail_sender:
            raise BadSettings("WINNOW_MAIL_FROM must be set with WINNOW_SMTP_URL, whose user is no e-mail address.")
        return self

    @model_validator(mode="after")
    def _whole_provider(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise BadSettings("WINNOW_OIDC_ISSUER and WINNOW_OIDC_CLIENT_ID must be set together.")
        return self

    @model_validator(mode="after")
    def _batch_holds_one(self) -> Self:
        if self.max_batch_body < self.max_body:
            raise BadSettings("WINNOW_MAX_BATCH_BODY must be at least as large as WINNOW_MAX_BODY.")
        return self

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'winnow.db'}"

    @property
    def sqlite_file(self) -> Path | None:
        """The file of an SQLite database, None for another one."""
        return Path(self.database.removeprefix("sqlite:///")) if self.database.startswith("sqlite:///") else None

    def local_url(self, port: int) -> str:
        """Give the address at which this machine reaches the service, listening on ``port``."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 # compared, not bound
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def base_url(self, port: int | None = None) -> str:
        """Give the address at which browsers reach the pages."""
        return self.public_url.rstrip("/") or self.local_url(self.port if port is None else port)

    @property
    def mail_sender(self) -> str:
        """The address that e-mails come from; empty for none."""
        user = unquote(urlsplit(self.smtp_url).username or "")
        return self.mail_from or (user if _MAILBOX.fullmatch(user) else "")

    @property
    def outbound_allowed(self) -> list[str]:
        """The hosts and networks outside the public internet that webhooks may go to."""
        return [each.strip() for each in self.outbound_allow.split(",") if each.strip()]

    @property
    def model_pointer(self) -> Path:
        """The file in the data folder that names the promoted model's folder, when one was promoted."""
        return self.data_dir / "models" / "champion"

    @property
    def model_folder(self) -> Path:
        """The folder of the model to serve now."""
        if self.model_dir is not None:
            return self.model_dir
        name = _pointed(self.model_pointer)
        return self.model_pointer.with_name(name) if name else STARTER_MODEL

    @property
    def model_folders(self) -> dict[str, Path]:
        """The folders of all models in use, by pointer: the shared one, those of single sites, and a challenger in shadow."""
        found = {"champion": self.model_folder}
        if self.model_dir is not None:
            return found
        for path in (self.model_pointer.with_name("challenger"), *self.model_pointer.parent.glob("site-*")):
            if (name := _pointed(path)) and path.suffix == "":
                found[path.name] = path.with_name(name)
        return found

    def environment(self) -> dict[str, str]:
        """Give the environment in which another program of ours finds this installation."""
        return {**os.environ, "WINNOW_DATA_DIR": str(self.data_dir.resolve()), "WINNOW_DATABASE_URL": self.database}

    def key_secret(self) -> bytes:
        """Give the secret that keys are hashed with; made on first use, readable by its owner only. Raises BadSettings."""
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        return _kept_secret(self.data_dir / "secret")


def _pointed(path: Path) -> str:
    """Read which model a pointer names; empty for none."""
    try:
        return path.read_text("utf-8").strip()
    except OSError:
        return ""


def _kept_secret(path: Path) -> bytes:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_secret(path)
        kept = path.read_bytes().strip()
    except OSError as error:
        raise BadSettings(f"WINNOW_DATA_DIR must be {_WANTED['data_dir']}: {error.strerror}.") from None
    if len(kept) < _MIN_SECRET:
        raise BadSettings(f"The file {path} must hold the server's secret; it has too few characters. Restore it from a backup.")
    return kept


def _write_secret(path: Path) -> None:
    """Write a new secret whole or not at all: two processes that start together end with the same one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its secret counts
    finally:
        draft.unlink()


def unknown_variables() -> list[str]:
    """Name the variables that look like settings and are none, in the environment and in ``.env``."""
    known = {f"WINNOW_{name.upper()}" for name in Settings.model_fields} | {f"WINNOW_{name.upper()}_FILE" for name in _FROM_FILES}
    return sorted(name for name in {*os.environ, *dotenv_values(".env")} if name.startswith("WINNOW_") and name not in known)


def _secret_files() -> dict[str, str]:
    """Values of ``WINNOW_<NAME>_FILE`` variables."""
    values = {}
    for name in _FROM_FILES:
        variable = f"WINNOW_{name.upper()}_FILE"
        if not (path := os.environ.get(variable)):
            continue
        try:
            values[name] = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise BadSettings(f"{variable} must name a text file that this program can read.") from None
    return values


def load(**overrides: object) -> Settings:
    """Read the settings; ``overrides`` win over the environment. Raises BadSettings with one sentence a wrong variable."""
    try:
        return Settings(**{**_secret_files(), **overrides})  # type: ignore[arg-type]  # checked by the model itself
    except ValidationError as error:
        names = dict.fromkeys(str(part["loc"][0]) for part in error.errors(include_input=False, include_url=False))
        raise BadSettings("\n".join(f"WINNOW_{name.upper()} must be {_WANTED[name]}." for name in names)) from None
