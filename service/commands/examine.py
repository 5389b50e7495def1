"""The checks of ``winnow doctor``, one function each; they yield what is not as it should be, and change nothing."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from service import __version__, settings
from service.classifier.artefact import ArtefactRefused
from service.classifier.classifier import Classifier
from service.commands.installation import reason
from service.policy import InvalidPolicy, Policy
from service.queue.mail import Mailer, NotSent
from service.settings import Settings
from service.store import health, queries, sites
from service.store.engine import BadDatabase, open_engine
from service.store.upgrade import HEAD, schema_version

_LITTLE_SPACE, _TOO_LITTLE_SPACE = 1 << 30, 200 << 20
_FASTEST_FLUSH = 15e-6
"""Seconds; no disk that keeps its word is quicker: a call to the system alone takes about one of them."""

_PATIENCE_SECONDS = 1.0
_MAIL_SECONDS = 5.0
_FORGETFUL = {"tmpfs", "ramfs"}
_SHARED = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs"}


class Finding(Struct, frozen=True):
    """What a check found. ``wrong``: the service does not work, or not safely; else it is worth knowing."""

    check: str
    sentence: str
    wrong: bool = True


Check = Callable[[Settings], Iterator[Finding]]


def unknown_variables() -> Iterator[Finding]:
    """Check that no variable looks like a setting and is none: a typing error leaves the default in force."""
    for name in settings.unknown_variables():
        yield Finding("settings", f"{name} is no setting; see docs/operators.md for their names.")


def data_folder(config: Settings) -> Iterator[Finding]:
    """Check that the service can write where it must, and nobody else can read it."""
    folder = config.data_dir
    if not folder.exists():
        if not os.access(_nearest(folder), os.W_OK):
            yield Finding("data folder", f"The folder {folder} is missing and cannot be made; see WINNOW_DATA_DIR.")
        else:
            yield Finding("data folder", f"The folder {folder} is not there yet; the first start makes it.", wrong=False)
    elif not (folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)):
        yield Finding("data folder", f"WINNOW_DATA_DIR names {folder}, which is no folder that this user may write to.")
    for path in (folder / "secret", config.sqlite_file):
        if path is not None and path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("data folder", f"Other users can read {path}; run chmod 600 on it.")


def disk_space(config: Settings) -> Iterator[Finding]:
    """Check that there is room for comments."""
    free = shutil.disk_usage(_nearest(config.data_dir)).free
    if free < _LITTLE_SPACE:
        words = f"{free >> 20} MB are free where {config.data_dir} is"
        yield Finding("disk space", f"Only {words}; a full disk makes every comment wait.", wrong=free < _TOO_LITTLE_SPACE)


def disk_flushes(config: Settings) -> Iterator[Finding]:
    """Check that the disk keeps what it confirms: one that lies loses comments that were answered."""
    path = config.sqlite_file
    if path is None:
        return
    folder = _nearest(path.parent)
    kind = _file_system(folder)
    if kind in _FORGETFUL:
        yield Finding("disk flushes", f"The folder {folder} lies in memory ({kind}): a restart of the machine loses every comment.")
    elif kind in _SHARED:
        yield Finding(
            "disk flushes", f"The folder {folder} lies on a network file system ({kind}), where SQLite's log does not work."
        )
    elif os.access(folder, os.W_OK) and (took := _flush_seconds(folder)) < _FASTEST_FLUSH:
        yield Finding(
            "disk flushes",
            f"A flush to {folder} takes {took * 1e6:.0f} µs: it does not reach a disk, and a power cut loses comments.",
        )


def database(config: Settings) -> Iterator[Finding]:
    """Check that the database answers, has this version's schema, is whole, and what it holds can be used."""
    path = config.sqlite_file
    if path is not None and (old := health.old_sqlite()):
        yield Finding("database", f"Python's SQLite is {old}; Winnow needs 3.38 or newer.")
    if path is not None and not path.exists():
        yield Finding("database", f"There is no database at {path} yet; the first start makes it.", wrong=False)
        return
    try:
        engine = open_engine(config.database)
        try:
            yield from _schema(schema_version(engine))
            if schema_version(engine) == HEAD:
                with engine.connect().execution_options(reading=True) as connection:
                    yield from _contents(config, connection)
        finally:
            engine.dispose()
    except BadDatabase as error:
        yield Finding("database", str(error))
    except SQLAlchemyError as error:
        yield Finding("database", f"The database does not answer: {reason(error)}.")


def _schema(version: str) -> Iterator[Finding]:
    if not version:
        yield Finding("database", "The database is empty; the first start fills it.", wrong=False)
    elif version < HEAD:
        yield Finding(
            "database", f"The database has schema {version}; the next start brings it to {HEAD}. Back it up first.", wrong=False
        )
    elif version > HEAD:
        yield Finding("database", f"The database has schema {version} of a newer Winnow; this one knows schemas up to {HEAD}.")


def _contents(config: Settings, connection: Connection) -> Iterator[Finding]:
    if found := health.damage(connection):
        yield Finding("database", f"The database is damaged ({found}); restore a backup.")
    known = sites.list_sites(connection)
    if not known:
        yield Finding("sites", "There is no site yet: winnow site add NAME --url URL.", wrong=False)
    if sites.list_keys(connection, working_at=time.time()) and config.secret is None and not (config.data_dir / "secret").exists():
        yield Finding(
            "sites", f"The server's secret {config.data_dir / 'secret'} is missing: no key works. Restore it from a backup."
        )
    names = {site.id: site.name for site in known}
    for site_id, version in sites.policies_in_force(connection).items():
        try:
            msgspec.json.decode(version.body, type=Policy).with_defaults({})
        except (msgspec.MsgspecError, InvalidPolicy):
            yield Finding("sites", f"The policy of the site {names.get(site_id)!r} cannot be read: all its comments are held.")
    newest = max(
        (page[0].received_at for site in known if (page := queries.list_comments(connection, site.id, limit=1))), default=0.0
    )
    if newest > time.time() + 60:
        yield Finding(
            "clock", f"The clock is wrong, now or before: the newest comment came {newest - time.time():.0f} seconds from now."
        )


def clock(_: Settings) -> Iterator[Finding]:
    """Check that the time is plausible: this program was not installed in the future."""
    if time.time() < Path(__file__).stat().st_mtime - 24 * 3600:
        yield Finding("clock", f"The clock says {time.strftime('%Y-%m-%d')}, which is before this program was installed.")


def model(config: Settings) -> Iterator[Finding]:
    """Check that there is a sound model; without one every comment is held."""
    try:
        Classifier.load(config.model_folder)
    except ArtefactRefused as error:
        yield Finding("model", f"The model in {config.model_folder} is refused, so every comment is held: {error}")
    try:
        import_module("service.classifier._kernel")
    except ImportError:
        words = "The kernel is not compiled: scores are the same, each takes longer. With a C compiler: make clean setup."
        yield Finding("model", words, wrong=False)


def port(config: Settings) -> Iterator[Finding]:
    """Check that the port is free, or this service uses it and is ready."""
    if not config.port or not _listens(config):
        return
    version = _ask(config, "/version").get("version")
    if not isinstance(version, str):
        yield Finding("port", f"Port {config.port} of {config.host} is used by another program; see WINNOW_PORT.")
        return
    if version != __version__:
        yield Finding("port", f"Winnow {version} is running, {__version__} is installed; restart the service.", wrong=False)
    reasons = _ask(config, "/readyz").get("reasons")
    for sentence in reasons if isinstance(reasons, list) else ["It does not say whether it is ready."]:
        yield Finding("service", f"The running service is not ready: {sentence}")


def mail_server(config: Settings) -> Iterator[Finding]:
    """Check that the mail server lets this installation in, where one is set: else nobody is reminded."""
    if not config.smtp_url:
        return
    try:
        Mailer(config.smtp_url, config.mail_sender, _MAIL_SECONDS).check()
    except NotSent as error:
        yield Finding("mail server", f"No reminder can be sent: {error}; see WINNOW_SMTP_URL.")


CHECKS: tuple[Check, ...] = (data_folder, disk_space, disk_flushes, clock, database, model, port, mail_server)


def _listens(config: Settings) -> bool:
    try:
        with socket.create_connection((config.host, config.port), timeout=_PATIENCE_SECONDS):
            return True
    except OSError:
        return False


def _ask(config: Settings, path: str) -> dict[str, object]:
    """Give the JSON object at a path of what listens, or nothing."""
    connection = http.client.HTTPConnection(config.host, config.port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read(65_536))
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else {}


def _nearest(folder: Path) -> Path:
    """Give the folder, or the first one above it that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def _file_system(folder: Path) -> str:
    """Give the kind of file system that a folder lies on, as Linux names it; nothing elsewhere."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()]
    except OSError:
        return ""
    real = folder.resolve()
    at = {Path(point.replace("\\040", " ")): kind for _, point, kind, *_ in mounts}
    return next((at[path] for path in (real, *real.parents) if path in at), "")


def _flush_seconds(folder: Path, times: int = 20) -> float:
    """Measure a flush of a page, seconds; the quickest of some, because others use the disk too."""
    with tempfile.TemporaryFile(dir=folder) as file:
        took = []
        for _ in range(times):
            file.write(os.urandom(4096))
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - started)
    return min(took)
