"""A backup is taken from a running service, and is the installation again somewhere else."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from service.commands.parcel import files_of
from tests.classifier.given import a_folder
from tests.running import Shell
from tests.serving import serving


@pytest.fixture
def winnow(monkeypatch, capsys, tmp_path) -> Shell:
    """The command line, with an installation that has a site and a promoted model."""
    shell = Shell(monkeypatch, capsys, tmp_path)
    shell("site", "add", "news", "--url", "https://news.example")
    (models := tmp_path / "data" / "models").mkdir()
    a_folder(models).rename(models / "first")
    (models / "champion").write_text("first")
    return shell


def moved(tmp_path: Path) -> Path:
    """The data folder is moved away."""
    return (tmp_path / "data").rename(tmp_path / "old")


def test_what_is_restored_is_what_was_backed_up(winnow, tmp_path):
    """Secret, models and pointers to the bit, the database with all its rows, and nothing that others can read."""
    assert winnow("backup", "kept").code == 0
    old = moved(tmp_path)
    assert winnow("restore", "kept").code == 0
    new = tmp_path / "data"
    assert {str(path.relative_to(new)) for path in files_of(new)} == {str(path.relative_to(old)) for path in files_of(old)}
    assert all((new / name).read_bytes() == (old / name).read_bytes() for name in ("secret", "models/champion"))
    assert "news" in winnow("site", "list").out
    assert [stat.S_IMODE((new / name).stat().st_mode) for name in ("winnow.db", "secret")] == [0o600, 0o600]
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700


def test_a_backup_under_load_holds_what_was_answered_before_it(monkeypatch, capsys, tmp_path):
    """Comments go on being answered; those that were answered when the backup began are all in it, each with its decision."""
    winnow, said, ended = Shell(monkeypatch, capsys, tmp_path), [], threading.Event()
    with serving(tmp_path / "data") as service:

        def send() -> None:
            while not ended.is_set():
                said.append(service.api("POST", "/v1/comments", {"text": "Hello."}).json()["id"])

        sender = threading.Thread(target=send)
        sender.start()
        service.until(lambda: len(said) > 20)
        before = set(said)
        done = winnow("backup", "kept")
        ended.set()
        sender.join()
    assert done.code == 0
    connection = sqlite3.connect(tmp_path / "kept" / "winnow.db")
    stored, decided = (
        {row[0] for row in connection.execute(f"SELECT {column} FROM {table}")}
        for column, table in (("id", "comments"), ("comment_id", "decisions"))
    )
    connection.close()
    assert before <= stored == decided


@pytest.mark.parametrize("name", ["winnow.db", "secret", "models/champion", "models/first/weights.bin"])
def test_a_damaged_backup_is_refused_whole(winnow, tmp_path, name):
    """A file that changed, or that is gone, is named, and nothing is written."""
    winnow("backup", "kept")
    moved(tmp_path)
    path = tmp_path / "kept" / name
    path.write_bytes(path.read_bytes()[:-1] + b"x!")
    changed = winnow("restore", "kept")
    path.unlink()
    gone = winnow("restore", "kept")
    assert [(done.code, f"damaged: {name}" in done.err) for done in (changed, gone)] == [(1, True)] * 2
    assert not (tmp_path / "data").exists()


def test_nothing_is_ever_overwritten(winnow, tmp_path):
    """Neither an earlier backup nor an installation, nor the log of a database that was moved away without it."""
    winnow("backup", "kept")
    again, over = winnow("backup", "kept"), winnow("restore", "kept")
    moved(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "winnow.db-wal").touch()
    log = winnow("restore", "kept")
    assert [done.code for done in (again, over, log)] == [1, 1, 1]
    assert "exists already" in again.err
    assert ("winnow.db is there already" in over.err, "winnow.db-wal is there already" in log.err) == (True, True)


def test_a_backup_of_a_newer_winnow_is_refused(winnow, tmp_path):
    """And so is a folder that is none."""
    winnow("backup", "kept")
    moved(tmp_path)
    known = json.loads((tmp_path / "kept" / "backup.json").read_text())
    (tmp_path / "kept" / "backup.json").write_text(json.dumps(known | {"schema": "9999"}))
    assert "schema 9999 of a newer Winnow" in winnow("restore", "kept").err
    shutil.rmtree(tmp_path / "kept")
    assert "is no backup" in winnow("restore", "kept").err


def test_a_damaged_database_makes_no_backup(winnow, tmp_path):
    """The reason is said, and no half folder is left."""
    (tmp_path / "data" / "winnow.db").write_bytes(b"this is no database, " * 500)
    done = winnow("backup", "kept")
    assert (done.code, "cannot be copied" in done.err) == (1, True)
    assert [path.name for path in tmp_path.iterdir() if "kept" in path.name] == []


def test_what_a_backup_cannot_hold_is_said(winnow, monkeypatch, tmp_path):
    """A secret and a model that the environment names are the operator's to keep; the secret is not written down."""
    monkeypatch.setenv("WINNOW_SECRET", "a secret that the environment has")
    monkeypatch.setenv("WINNOW_MODEL_DIR", str(a_folder(tmp_path)))
    said = winnow("backup", "kept").out
    moved(tmp_path)
    monkeypatch.delenv("WINNOW_SECRET")
    assert ("WINNOW_SECRET is not in it" in said, "WINNOW_MODEL_DIR is not in it" in said) == (True, True)
    assert "set WINNOW_SECRET" in winnow("restore", "kept").out


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_has_its_own_programs(winnow, monkeypatch, command):
    """They are named, with what else must be kept."""
    monkeypatch.setenv("WINNOW_DATABASE_URL", "postgresql://user:hidden@127.0.0.1:1/db")
    done = winnow(command, "kept")
    assert (done.code, "pg_dump" in done.err, "hidden" in done.err) == (1, True, False)
