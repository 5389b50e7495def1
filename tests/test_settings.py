"""The environment: read once, refused in full sentences."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from service import settings


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"WINNOW_{name.upper()}", raising=False)


def test_without_settings_it_serves_this_machine() -> None:
    """Nothing needs to be set: loopback, SQLite in the data folder, the starter model."""
    read = settings.load(data_dir=Path("data"))
    assert (read.host, read.port) == ("127.0.0.1", 8000)
    assert read.database == f"sqlite:///{Path('data').resolve()}/winnow.db"
    assert read.model_folder == settings.STARTER_MODEL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("MAX_BODY", "17"),
        ("DEADLINE_MS", "7"),
        ("METRICS_TOKEN", "hunter2"),
        ("SECRET", "hunter2"),
    ],
)
def test_a_wrong_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The sentence names the variable and what would be right, and never the value."""
    monkeypatch.setenv(f"WINNOW_{name}", value)
    with pytest.raises(settings.BadSettings, match=rf"^WINNOW_{name} must be .+\.$") as refused:
        settings.load()
    assert value not in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wrong variable has its own sentence."""
    monkeypatch.setenv("WINNOW_PORT", "x")
    monkeypatch.setenv("WINNOW_DEADLINE_MS", "x")
    with pytest.raises(settings.BadSettings) as refused:
        settings.load()
    assert len(str(refused.value).splitlines()) == 2


def test_secrets_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """WINNOW_SECRET_FILE names a file with the secret; one that cannot be read is refused."""
    (tmp_path / "secret").write_text("twenty characters ok\n")
    monkeypatch.setenv("WINNOW_SECRET_FILE", str(tmp_path / "secret"))
    assert settings.load().key_secret() == b"twenty characters ok"
    monkeypatch.setenv("WINNOW_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(settings.BadSettings, match="WINNOW_SECRET_FILE"):
        settings.load()


def test_a_dotenv_file_is_read(tmp_path: Path) -> None:
    """`.env` in the working folder counts like the environment."""
    (tmp_path / ".env").write_text("WINNOW_PORT=8123\nOTHER=1\n")
    assert settings.load().port == 8123


def test_the_kept_secret_is_the_owners_alone(tmp_path: Path) -> None:
    """Without a secret one is made once, kept, and readable by its owner only."""
    read = settings.load(data_dir=tmp_path / "new")
    assert read.key_secret() == read.key_secret()
    assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600


def test_a_promoted_model_wins_over_the_starter(tmp_path: Path) -> None:
    """The data folder's pointer names the model to serve; a folder that is set wins over both."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "champion").write_text("2026.2\n")
    assert settings.load(data_dir=tmp_path).model_folder == tmp_path / "models" / "2026.2"
    assert settings.load(data_dir=tmp_path, model_dir=tmp_path / "mine").model_folder == tmp_path / "mine"


def test_printing_settings_tells_no_secret() -> None:
    """Neither secrets nor the database's password appear."""
    read = settings.load(secret="sixteen characters", database_url="postgresql://u:hunter2@h/n", metrics_token="sixteen characters")
    assert "sixteen" not in repr(read)
    assert "hunter2" not in repr(read)
